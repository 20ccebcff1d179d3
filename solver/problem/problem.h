/* The resolved problem: names turned to indices, defaults filled in, everything cross-checked. Immutable once made; all
   that comes after reads it. */
#ifndef SB_PROBLEM_PROBLEM_H
#define SB_PROBLEM_PROBLEM_H

#include "physics/couple.h"
#include "physics/physics.h"
#include "problem/deck.h"

enum { SB_FEWEST_CELLS = 4 }; /* of a region, where `mesh: {cells: N}` is shared out */

/* One mechanism of a membrane. */
typedef struct {
  const char *name;
  const SbMembraneKind *kind;
  const void *params;
  int first_gate, gate_count; /* its own among the membrane's gates */
} SbMechanism;

/* A thin membrane between two regions, or around a region of a cable. */
typedef struct {
  bool inside_right;  /* the region to its right is the inside; else the one to its left */
  double capacitance; /* F/m2 */
  int mechanism_count;
  SbMechanism *mechanisms; /* [mechanism_count] */
  int gate_count;          /* of all mechanisms */
  double *share[2]; /* [species] of each face, SB_LEFT and SB_RIGHT: what part of the charge there an ion carries in
                       an electroneutral field; adds up to 1. Around a cable SB_LEFT is the inside */
  double *outside;  /* [species] mol/m3 around a cable; NULL between regions */
} SbMembrane;

/* An entry of the domain. A membrane is a region without width, which the species that its mechanisms carry can enter
   (partition 1) and all others cannot (0). */
typedef struct {
  const char *name;
  SbMembrane *membrane;  /* NULL: a region with a width */
  SbMembrane *sheath;    /* around a region of a cable; NULL: none */
  double left, right;    /* edges, m from the left end of the domain */
  double permittivity;   /* F/m */
  double fixed_charge;   /* mol/m3 of elementary charges, signed */
  double *diffusivity;   /* [species] m2/s, factors included */
  double *partition;     /* [species] k = c_here/c_solution; 0 excludes */
  const SbProfile *fill; /* [species]; NULL where the deck gives none */
  int cells;             /* wanted number of links; 0: found from the accuracy */
} SbRegion;

typedef struct {
  const SbBoundaryKind *kind;
  SbBoundaryParams boundary; /* what its eval wants */
  const SbControlKind *control;
  const void *control_params;
  bool floating; /* its current is zero whatever happens: its control is replaced by V = 0 */
} SbTerminal;

/* A species between barriers that it cannot cross: regions first .. last. */
typedef struct {
  int species, first, last;
  bool closed;  /* no terminal fixes its concentration: its amount is kept */
  bool filled;  /* some region of it has a fill that names the species */
  bool kept;    /* a steady state keeps its amount, ... */
  int partner;  /* ... with that of this pool (-1: none), ... */
  double share; /* ... of which so much counts: amount + share * the partner's */
} SbPool;

typedef struct SbProblem SbProblem;
struct SbProblem {
  const SbDeck *deck;
  int first_step, end_step; /* of the protocol: steps first_step .. end_step-1 have these controls */
  SbTerminalsDeck ends;     /* the deck's, under the controls of these steps */
  double temperature;       /* K */
  double thermal_voltage;   /* RT/F, V */
  const SbFieldKind *field;
  bool electroneutral; /* potential without Poisson's equation */
  bool has_potential;  /* the cell has one: the field, or the metal of an electrode in a supported one */
  int geometry;
  double inner_radius; /* m */
  bool cable;          /* has a surface along x, with an outside at 0 V */
  double lateral;      /* 1/m, that surface per volume: 2/radius; 0 without */
  double length;       /* m */
  int species_count;
  const SbSpecies *species; /* [species_count] */
  int region_count;         /* membranes included */
  SbRegion *regions;        /* [region_count], left to right */
  SbTerminal terminals[2];  /* SB_LEFT, SB_RIGHT */
  bool blocked;             /* no ion can pass from end to end: no steady current */
  bool isolated;            /* walls at both ends: the left wall is the reference of the potential */
  int pool_count;
  SbPool *pools;              /* [pool_count] */
  double concentration_scale; /* mol/m3: largest total concentration of ions or fixed charge anywhere; > 0 */
  double *species_scale;      /* [species_count] mol/m3: largest concentration of the species; > 0 */
  SbArena *arena;
};

/* Resolves a deck that was read without errors, for its first step and those that keep its controls. Findings go to
   diagnostics. Returns NULL if there was any error. The problem refers to the deck. */
SbProblem *sb_problem_create(const SbDeck *deck, SbDiagnostics *diagnostics);
/* The same for another step of the protocol (from 0). */
SbProblem *sb_problem_create_at(const SbDeck *deck, int step, SbDiagnostics *diagnostics);
/* Reports what is wrong with the problems of the steps that change controls, the first one left out. */
void sb_problem_check_changes(const SbDeck *deck, SbDiagnostics *diagnostics);
void sb_problem_destroy(SbProblem **problem);

/* Whether a steady state is sought under its controls. */
bool sb_problem_becomes_steady(const SbProblem *problem);

/* A mechanism of a membrane by its name, or a gate of a mechanism; -1 where there is none. */
int sb_membrane_mechanism(const SbMembrane *membrane, const char *name);
int sb_mechanism_gate(const SbMechanism *mechanism, const char *name);

/* First time strictly after t (s) at which a control or a mechanism of a membrane jumps; INFINITY: never. */
double sb_problem_next_break(const SbProblem *problem, double t);

/* Whether a set-point of a control, or what drives a mechanism, has another value at time b than at a (s). */
bool sb_problem_moves(const SbProblem *problem, double a, double b);

/* A membrane by its name; NULL where there is none. *region: its place among the regions. */
const SbMembrane *sb_problem_membrane(const SbProblem *problem, const char *name, int *region);

/* Whether there is any, around a cable too. */
bool sb_problem_has_membranes(const SbProblem *problem);

/* Number of regions with a width from region `first` on. */
int sb_problem_widths(const SbProblem *problem, int first);

/* Whether redox couples react at a terminal. */
static inline bool sb_problem_reacts(const SbProblem *problem, SbSide side) {
  return problem->terminals[side].boundary.couple_count > 0;
}

/* Whether a couple of a terminal makes or takes a species. */
bool sb_problem_converts(const SbProblem *problem, SbSide side, int species);

/* A couple of that name and its terminal (either where side < 0, then the left one first); NULL where there is none. */
const SbCouple *sb_problem_couple(const SbProblem *problem, int side, const char *name, SbSide *at);

/* Concentration (mol/m3) of species at a terminal: the reservoir's, or 0 where there is none. */
double sb_problem_composition(const SbProblem *problem, SbSide side, int species);

/* Debye length, m, at ionic concentrations c[species] (mol/m3) with fixed charge (mol/m3) and permittivity (F/m):
   sqrt(eps R T/(F^2 (sum z^2 c + |X|))). Newman & Balsara, Electrochemical Systems, 4th ed., eq 7.19, with the fixed
   charge counted like a counter-ion. INFINITY without ions. */
double sb_debye_length(const SbProblem *problem, const double *concentration, double fixed_charge, double permittivity);

#endif
