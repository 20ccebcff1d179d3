/* Electrode kinetics: the inner table of the electrode. A law is one const table in one file plus one line in
   kinetics.def. It says how fast a couple runs each way at a potential; what the concentrations make of that is the
   same for every law and stands in couple.c.

   A law's constants hold at a composition: the standard state (1 mol/L), or one of the deck's. `zero` is the potential
   at which the couple is in equilibrium there. */
#ifndef SB_PHYSICS_KINETICS_H
#define SB_PHYSICS_KINETICS_H

#include "deck/schema.h"

/* What a law needs of its couple and its surroundings. */
typedef struct {
  double electrons;                          /* n of the couple's reaction */
  double anodic_transfer, cathodic_transfer; /* transfer coefficients, electrons counted in */
  double zero;            /* V, equilibrium potential at the composition that the constants hold at */
  double thermal_voltage; /* RT/F, V */
} SbKineticsState;

/* Partial current densities at that composition, both positive, and their derivatives by the potential. */
typedef struct {
  double anodic, cathodic;     /* A/m2 */
  double d_anodic, d_cathodic; /* S/m2 */
} SbPartialCurrents;

/* What the constants refer to. */
typedef struct {
  bool refers;                  /* to a composition of the deck; otherwise to the standard state */
  const char *region;           /* the region whose fill that is; NULL: the one next to the electrode */
  double equilibrium_potential; /* V there; NAN: it follows from the standard potential */
} SbKineticsReference;

typedef struct {
  SbSchema schema; /* chosen by its name among the keys of a couple */
  SbKineticsReference (*reference)(const void *params);
  /* Value and derivative at potential (V, metal minus solution at the reaction plane); finite whatever it is. */
  SbPartialCurrents (*eval)(const void *params, const SbKineticsState *state, double potential);
} SbKinetics;

#define SB_KINETICS(id) extern const SbKinetics sb_kinetics_##id;
#include "physics/kinetics.def"
#undef SB_KINETICS

/* NULL-ended, and the schemas in the same order for the deck. */
extern const SbKinetics *const sb_kinetics[];
extern const SbSchema *const sb_kinetics_schemas[];

#endif
