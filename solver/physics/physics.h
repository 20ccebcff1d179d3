/* The contract of a physics kind.

   A kind is one const table in one file plus one line in kinds.def. Its schema gives the parser, the manual and the
   contract tests. Physics files hold plain SI formulas, value and derivative in the same function; they never see
   vectors, matrices, solvers, files or the grid. From the rates f, the storages q and their derivatives come all
   protocols: steady f = 0, transient dq/dt + f = 0.

   Families here: bulk kinds evaluate a span of links at once (arrays with unit stride: the hot path); boundary kinds
   close the rows of an end node; control kinds are the one scalar equation that drives a terminal; membrane kinds are
   mechanisms through which ions pass a thin membrane, any number of them in parallel. */
#ifndef SB_PHYSICS_PHYSICS_H
#define SB_PHYSICS_PHYSICS_H

#include <stdbool.h>

#include "deck/schema.h"
#include "model/species.h"

/* Promises that the contract tests hold a kind to. */
enum {
  SB_LAW_CONSERVES_MASS = 1, /* what leaves one node enters its neighbour */
  SB_LAW_CONSERVES_CHARGE = 2,
  SB_LAW_DISSIPATES = 4, /* never produces free energy */
  SB_LAW_VANISHES_AT_EQUILIBRIUM = 8
};

/* ---- fields: what closes the row of the electric potential
 * ------------------------------------------------------------- */
typedef struct {
  const char *name, *doc, *reference;
  bool potential;    /* nodes have an electric potential as unknown */
  bool displacement; /* Poisson: the field has sources and the displacement current counts */
} SbFieldKind;

extern const SbFieldKind sb_field_kinds[];
extern const char *const sb_field_names[]; /* NULL-ended, same order */

/* ---- bulk: a span of links
 * --------------------------------------------------------------------------------------------- */
/* One species on n neighbouring links of one region. Any n and any alignment; a link's answer does not depend on its
   place in the span, so that spans may be cut anywhere. */
typedef struct {
  int n;
  const double *left, *right; /* [n] concentrations (referred to solution, c/k) at the links' ends, mol/m3 */
  const double *drift;        /* [n] generalised drift u = z F (phi_R - phi_L)/RT + (mu_R - mu_L)/RT */
  const double *conductance;  /* [n] k D/h, m/s */
} SbLinkSpan;

/* Arrays of their own: none overlaps another or the span. */
typedef struct {
  double *flux;    /* [n] J, mol/m2/s, positive to the right */
  double *d_left;  /* [n] dJ/dc_L, m/s; may be NULL together with the next two */
  double *d_right; /* [n] dJ/dc_R, m/s */
  double *d_drift; /* [n] dJ/du, mol/m2/s */
} SbLinkFlux;

typedef struct {
  const char *name, *doc, *reference;
  unsigned laws;
  void (*eval)(const SbLinkSpan *span, SbLinkFlux *out);
} SbBulkKind;

/* ---- boundary: one end node
 * -------------------------------------------------------------------------------------------- */
/* State of an end node. Local unknowns in order: species 0 .. species_count-1, then SB_LOCAL_POTENTIAL (the solution's)
   and SB_LOCAL_TERMINAL (the terminal's), both counted from species_count. */
enum { SB_LOCAL_POTENTIAL = 0, SB_LOCAL_TERMINAL = 1, SB_LOCAL_EXTRA = 2 };
enum { SB_MAX_SPECIES = 32, SB_MAX_LOCAL = SB_MAX_SPECIES + SB_LOCAL_EXTRA };

typedef struct {
  int species_count;
  const SbSpecies *species;    /* [species_count] */
  const double *concentration; /* [species_count] mol/m3, 0 where absent */
  double potential;            /* phi at the node, V */
  double terminal;             /* potential of the terminal, V */
  double thermal_voltage;      /* RT/F, V */
  bool electroneutral;         /* no field energy: a boundary has no surface charge of its own */
} SbSite;                      /* in a supported field potential is 0 and terminal the metal's against the solution */

/* What a boundary does to the rows of its node. A row is either added to (flux out of the domain through this end,
   mol/m2/s; or surface charge on this end, C/m2, in the potential's row) or replaced by value = 0. The terminal's row
   is left to the control unless it is replaced. */
typedef struct {
  bool replaces[SB_MAX_LOCAL];
  double value[SB_MAX_LOCAL];
  double derivative[SB_MAX_LOCAL][SB_MAX_LOCAL]; /* row, column */
  double current;                                /* of electrons, out of the solution through this end, A/m2 */
  double d_current[SB_MAX_LOCAL];
} SbSiteRows;

typedef struct SbCouple SbCouple; /* physics/couple.h */

/* What a terminal is made of, resolved from the deck. */
typedef struct SbBoundaryParams SbBoundaryParams;
struct SbBoundaryParams {
  const void *params;        /* the kind's own struct */
  const double *composition; /* [species_count] mol/m3 of the reservoir; NULL where there is none */
  const bool *permeable;     /* [species_count]; NULL: as the kind says */
  int couple_count;
  const SbCouple *couples; /* [couple_count] redox couples that react here */
};

typedef struct {
  SbSchema schema;
  unsigned laws;
  bool exchanges;       /* species can cross it (a reservoir) */
  bool carries_current; /* a control applies; otherwise its current is 0 and its control may only say so */
  bool holds_charge;    /* has a surface charge that is part of the answer (an electrode) */
  /* The couples that the deck gives it (a list of SbCoupleDeck), to be resolved; NULL: the kind has none. */
  const SbList *(*couples)(const void *params);
  /* Adds to or replaces rows (zeroed by the caller). */
  void (*eval)(const SbBoundaryParams *params, const SbSite *site, SbSiteRows *rows);
} SbBoundaryKind;

/* ---- control: one scalar equation g(V, I) = 0 of a terminal
 * ------------------------------------------------------------- */
typedef struct {
  double potential;     /* V of this terminal, V */
  double far_potential; /* of the other terminal, V */
  double current;       /* through the cell, positive to the right, A/m2 */
  double sign;          /* +1 at the right end, -1 at the left one */
  double time;          /* s */
} SbControlState;

typedef struct {
  double value;       /* g */
  double d_potential; /* dg/dV; the derivative by far_potential is its opposite where used */
  double d_current;   /* dg/dI; constant: the displacement current enters through it */
} SbControlRow;

typedef struct {
  SbSchema schema;
  bool sets_potential; /* can serve as the reference of the other terminal */
  bool needs_far;      /* uses far_potential */
  SbControlRow (*eval)(const void *params, const SbControlState *state);
  /* The driving value at time t, in .dimension of its field: set potential, current or load. */
  double (*setpoint)(const void *params, double t);
  double (*next_break)(const void *params, double t);
} SbControlKind;

/* ---- membrane: one mechanism through which ions pass a thin membrane
 * --------------------------------------------------------------------------- */
enum { SB_MAX_GATES = 12 }; /* of one membrane */

/* The two faces of a membrane, as a physiologist counts: inside against outside. */
typedef struct {
  int species_count;
  const SbSpecies *species;       /* [species_count] */
  const double *inside, *outside; /* [species_count] concentrations at the faces, mol/m3 */
  double potential;               /* inside minus outside, V */
  const double *gates;            /* of all mechanisms of the membrane, 0 to 1 */
  int first_gate;                 /* the mechanism's own first one among them */
  double thermal_voltage;         /* RT/F, V */
  double temperature;             /* K */
  double time;                    /* s; negative: before the start */
} SbMembraneSite;

/* Fluxes outward and their derivatives: row the species that flows, column what it depends on. */
typedef struct {
  double flux[SB_MAX_SPECIES];                       /* mol/m2/s */
  double by_inside[SB_MAX_SPECIES][SB_MAX_SPECIES];  /* m/s */
  double by_outside[SB_MAX_SPECIES][SB_MAX_SPECIES]; /* m/s */
  double by_potential[SB_MAX_SPECIES];               /* mol/m2/s/V */
  double by_gate[SB_MAX_SPECIES][SB_MAX_GATES];      /* mol/m2/s */
  double gate_rate[SB_MAX_GATES];                    /* dx/dt of each gate, 1/s ... */
  double gate_by_gate[SB_MAX_GATES];                 /* ... and its derivatives by the gate itself, 1/s */
  double gate_by_potential[SB_MAX_GATES];            /* 1/s/V */
} SbMembraneFlux;

typedef struct {
  SbSchema schema;
  unsigned laws;
  bool needs_charge;                                /* what it moves must be ions */
  bool (*carries)(const void *params, int species); /* whether it moves the species */
  int (*gate_count)(const void *params);            /* NULL: the kind has no gates */
  const char *(*gate_name)(const void *params, int gate);
  double (*setpoint)(const void *params, double t); /* what drives it at time t; NULL: nothing does */
  /* First time strictly after t at which that or its slope jumps; NULL where nothing drives it. */
  double (*next_break)(const void *params, double t);
  /* What textbooks may know of it, for closed forms and the answer; NULL where a kind is not of that sort. */
  double (*permeability)(const void *params, int species);  /* of a constant field, m/s; 0 for what does not pass */
  double (*reversal)(const void *params);                   /* of currents linear in the potential: where they vanish,
                                                               V; NAN: at each ion's Nernst potential */
  double (*stoichiometry)(const void *params, int species); /* of a cycle, ions outward */
  double (*fuel)(const void *params);                       /* free energy that a cycle takes from its fuel, J/mol */
  /* Adds its fluxes and their derivatives to `out` (zeroed by the caller), and sets what belongs to its gates. */
  void (*eval)(const void *params, const SbMembraneSite *site, SbMembraneFlux *out);
} SbMembraneKind;

/* ---- the list
 * ------------------------------------------------------------------------------------------------------------ */
#define SB_BULK(id)     extern const SbBulkKind sb_bulk_##id;
#define SB_BOUNDARY(id) extern const SbBoundaryKind sb_boundary_##id;
#define SB_CONTROL(id)  extern const SbControlKind sb_control_##id;
#define SB_MEMBRANE(id) extern const SbMembraneKind sb_membrane_##id;
#include "physics/kinds.def"
#undef SB_BULK
#undef SB_BOUNDARY
#undef SB_CONTROL
#undef SB_MEMBRANE

/* NULL-ended lists, and their schemas in the same order for the deck. */
extern const SbBulkKind *const sb_bulk_kinds[];
extern const SbBoundaryKind *const sb_boundary_kinds[];
extern const SbControlKind *const sb_control_kinds[];
extern const SbMembraneKind *const sb_membrane_kinds[];
extern const SbSchema *const sb_boundary_schemas[];
extern const SbSchema *const sb_control_schemas[];
extern const SbSchema *const sb_membrane_schemas[];

#endif
