/* Differential capacitance of a blocking end. */
#ifndef SB_SOLVE_CAPACITANCE_H
#define SB_SOLVE_CAPACITANCE_H

#include "discretize/measure.h"
#include "solve/level.h"

/* d charge/d set potential of an end that holds charge and is held at a potential, F/m2, at the steady state of level;
   from the dual solution, one transposed solve. */
PetscErrorCode SbCapacitance(SbLevel *level, const SbMoment *moment, SbSide side, double *capacitance);

#endif
