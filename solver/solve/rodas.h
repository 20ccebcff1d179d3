/* The Rosenbrock method RODAS (Hairer & Wanner 1996, Solving Ordinary Differential Equations II, 2nd ed., section
   VI.4): six stages, order 4 with an embedded 3, L-stable and stiffly accurate, for differential-algebraic equations of
   index
   1. A step takes one matrix, one factorisation and six solves, whatever the tolerance. */
#ifndef SB_SOLVE_RODAS_H
#define SB_SOLVE_RODAS_H

#include <petscts.h>

#define SB_RODAS "rodas"

/* Makes the method known to TSROSW by that name; once or more often. */
PetscErrorCode SbRodasRegister(void);

/* What an equation that depends on time by itself needs besides, and TSROSW leaves out: to the residual F of the stage
   at t + share h belongs gamma h dF/dt at the step's begin. */
double sb_rodas_gamma(double share);

#endif
