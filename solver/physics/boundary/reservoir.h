/* Parameters of a reservoir, known also to the code that resolves its composition. */
#ifndef SB_PHYSICS_BOUNDARY_RESERVOIR_H
#define SB_PHYSICS_BOUNDARY_RESERVOIR_H

#include "physics/physics.h"

/* Composition of a reservoir: the fill of a region, or given outright. */
typedef struct {
  const char *region;    /* name; NULL: given outright */
  double *concentration; /* [species] mol/m3, NAN where not named; NULL where region is given */
  SbMark mark;
} SbComposition;

typedef struct {
  SbComposition composition;
  SbIndexList impermeable;
} SbReservoirParams;

#endif
