/* A deck as it was read: one struct per part of the language, values in SI, nothing derived yet. Filled by the tables
   of language.c. */
#ifndef SB_PROBLEM_DECK_H
#define SB_PROBLEM_DECK_H

#include "base/arena.h"
#include "base/status.h"
#include "deck/schema.h"
#include "model/fill.h"
#include "model/species.h"

typedef enum { SB_LEFT, SB_RIGHT } SbSide;

/* `membrane` of a region of a cable. */
typedef struct {
  double *outside;    /* [species] mol/m3, NAN where not given */
  double capacitance; /* F/m2 */
  SbList mechanisms;  /* of SbMechanismDeck (physics/mechanism.h) */
  SbMark mark;        /* line 0: the region has no membrane */
} SbSheathDeck;

/* `- region: NAME` of the domain. */
typedef struct {
  const char *name;
  double width;             /* m */
  SbProfile *fill;          /* [species]; NULL: no fill given */
  double permittivity;      /* relative; NAN: the medium's */
  double fixed_charge;      /* mol/m3 of elementary charges, signed */
  double *diffusion_factor; /* as PER_SPECIES reads it (sb_per_species gives its values); NULL: not given */
  double *diffusivity;      /* [species] m2/s, NAN where not given; NULL: not given */
  double *partition;        /* [species], likewise */
  int cells;                /* 0: found from the accuracy */
  SbSheathDeck membrane;    /* of a cable */
} SbRegionDeck;

/* `- membrane: NAME` of the domain. */
typedef struct {
  const char *name, *inside;
  SbMark mark;         /* of the membrane */
  double capacitance;  /* F/m2; NAN: from the next two */
  double thickness;    /* m; NAN: not given */
  double permittivity; /* relative; NAN: not given */
  SbList mechanisms;   /* of SbMechanismDeck (physics/mechanism.h) */
} SbMembraneDeck;

/* One end: which kind of boundary, under which electrical control. */
typedef struct {
  SbVariant boundary;
  SbVariant control; /* schema NULL: the side's default */
} SbTerminalDeck;

typedef struct {
  SbTerminalDeck left, right;
} SbTerminalsDeck;

/* What a step changes of the controls; schema NULL: as before. */
typedef struct {
  SbVariant left, right;
} SbControlsDeck;

typedef struct {
  double potential; /* V, wanted error of potentials */
  double current;   /* relative, wanted error of currents, fluxes, charges, concentrations */
  double time;      /* relative tolerance of time steps */
} SbAccuracy;

typedef struct {
  double permittivity; /* relative */
} SbMedium;

typedef struct {
  int cells; /* 0: from the accuracy */
} SbMeshDeck;

/* Times to store: `record: {per_decade: 5, from: 1 ps}`, `{every: 1 ms}` or a list. */
typedef struct {
  double per_decade, from, every; /* NAN where not given */
  int count;
  double *times; /* [count] s */
} SbRecordTimes;

typedef struct {
  SbControlsDeck controls;
} SbSteadyStep;

typedef struct {
  double until;      /* s */
  double first_step; /* s; NAN: chosen */
  SbRecordTimes record;
  SbControlsDeck controls;
} SbTransientStep;

/* What gates do in a sweep. */
typedef enum { SB_GATES_RELAXED, SB_GATES_FROZEN } SbGatesOfSweep;

typedef struct {
  const char *vary; /* path of a dimensioned value */
  double from, to;  /* SI */
  int points;
  int gates;      /* SbGatesOfSweep */
  double *target; /* place of the varied value in the deck */
  SbDimension dimension;
  SbMark mark;
  SbControlsDeck controls;
} SbSweepStep;

typedef struct {
  double from, to;   /* Hz; NAN where not given */
  double per_decade; /* NAN where not given */
  int count;
  double *frequencies; /* [count] Hz, ascending; NULL: from, to, per_decade */
} SbImpedanceStep;

typedef struct {
  int count;
  const char **names; /* [count] */
} SbTextList;

typedef struct SbParameter SbParameter; /* problem/parameters.h */

typedef struct {
  double x; /* m from the left end; NAN: not given */
} SbPlace;

typedef struct {
  int quantity;                            /* index into the quantities of quantities.def */
  int species;                             /* -1: none */
  int terminal;                            /* -1: none, else SbSide */
  const char *couple;                      /* its name; NULL: none */
  const char *membrane, *mechanism, *gate; /* likewise */
  SbPlace at;
  SbTextList to; /* "all", or paths of numbers or of parts of the deck */
  int count;
  SbParameter *parameters; /* [count] what `to` names */
  SbMark mark;
} SbSensitivityStep;

/* Where and when an expectation holds; NAN where not given. */
typedef struct {
  double x, time, frequency, potential, value;
  int step;    /* of the protocol, from 1; 0: whichever comes last */
  int extreme; /* of x: 0 none, 1 maximum, -1 minimum */
} SbAt;

typedef struct {
  int quantity;     /* index into the quantities of quantities.def */
  int of;           /* the quantity whose extreme is meant; -1: none */
  double value;     /* SI */
  SbDimension form; /* of a closed form's value, as its unit says; NONE: of no closed form */
  double tolerance; /* SI, or relative */
  int relative;     /* tolerance was given in % */
  const char *source;
  int species;                             /* -1: none */
  int terminal;                            /* -1: none, else SbSide */
  const char *name;                        /* of a closed form; NULL: none */
  const char *couple;                      /* its name; NULL: none */
  const char *membrane, *mechanism, *gate; /* their names; NULL: none */
  SbAt at;
  SbMark mark;
} SbExpect;

typedef struct {
  int count;
  const char **names, **values; /* [count] */
} SbTextMap;

typedef struct SbDeck SbDeck;
struct SbDeck {
  int version;
  const char *title, *notes;
  double temperature;  /* K */
  int field;           /* index into sb_field_names (physics/physics.h) */
  int geometry;        /* index into sb_geometry_names (mesh/geometry.h) */
  double inner_radius; /* m */
  double radius;       /* m, of a cable; NAN: not given */
  SbMedium medium;
  int species_count;
  SbSpecies *species;         /* [species_count] */
  const char **species_names; /* [species_count] */
  SbList domain;              /* of SbVariant: regions and membranes */
  SbTerminalsDeck terminals;
  SbMeshDeck mesh;
  SbAccuracy accuracy;
  SbList protocol; /* of SbVariant: steps */
  SbTextList record_profiles;
  SbList expect; /* of SbExpect */
  SbTextMap petsc;

  SbArena *arena; /* holds all of it */
  char *text;     /* the deck as written */
  size_t length;
  const char *file;
};

/* What an entry of the domain is; the other is NULL. */
const SbRegionDeck *sb_deck_region(const SbDeck *deck, int entry);
const SbMembraneDeck *sb_deck_membrane(const SbDeck *deck, int entry);

/* Whether a step of the protocol (from 0) changes a control, and the terminals under the controls that hold in it. */
bool sb_deck_changes_controls(const SbDeck *deck, int step);
SbTerminalsDeck sb_deck_terminals(const SbDeck *deck, int step);

/* The root of the language: schema of an SbDeck. */
extern const SbSchema sb_deck_schema;

/* NULL-ended list of the steps a protocol may hold: steady, transient, sweep, impedance, sensitivity. */
extern const SbSchema *const sb_step_schemas[];

/* Dimension of an expectation's value: of an extreme, that of what it is an extreme of. */
SbDimension sb_expect_dimension(const SbExpect *expect);

/* Reads a deck file (or, for sb_deck_read_text, a text under a name to print). Prints nothing; findings go to
   *diagnostics (made here, to be destroyed by the caller after the deck's last use; it refers to the deck's text).
   Returns SB_OK, SB_NO_FILE, SB_IO or SB_BAD_DECK; *deck is NULL unless SB_OK or SB_BAD_DECK. */
SbStatus sb_deck_read(const char *path, SbDeck **deck, SbDiagnostics **diagnostics);
SbStatus sb_deck_read_text(const char *name, const char *text, size_t length, SbDeck **deck,
                           SbDiagnostics **diagnostics);
void sb_deck_destroy(SbDeck **deck);

#endif
