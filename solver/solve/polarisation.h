/* How the potential of a cell answers to a current at a steady state. */
#ifndef SB_SOLVE_POLARISATION_H
#define SB_SOLVE_POLARISATION_H

#include "discretize/measure.h"
#include "solve/level.h"

/* -d(V_right - V_left)/dI, ohm m2 at the right end, of a level whose steady state was just solved: from the factors of
   its last matrix. NAN where the cell has no control to move. */
PetscErrorCode SbPolarisationResistance(SbLevel *level, const SbMoment *moment, double *resistance);

#endif
