/* The small-signal response of a steady state to the set-point of the control that drives the cell,

     (K + i w M) x = -b,     K = df/du,  M = dq/du,  b = df/d(set-point),

   and the impedance that follows from it. Of a load, which has no set-point, a voltage source in series with it is
   taken. The whole chain is assembled and solved by every rank for itself: one frequency is one factorisation of a
   small matrix, and ranks would only wait for each other.

   Z = -d(V_right - V_left)/dI, I being the total current, displacement included, per area at the right end. */
#ifndef SB_SOLVE_IMPEDANCE_H
#define SB_SOLVE_IMPEDANCE_H

#include <complex.h>
#include <petscsys.h>

#include "discretize/assemble.h"

typedef struct SbImpedance SbImpedance;

/* The end whose control drives the cell: one that sets a current or a load, else the right one where it can. */
SbSide sb_driven_side(const SbProblem *problem);

/* Linearises at the steady state u [unknowns], which must stay until the end; closed pools keep their amounts by
   themselves at any frequency but 0. */
PetscErrorCode SbImpedanceCreate(const SbChain *chain, const double *u, SbImpedance **impedance);
PetscErrorCode SbImpedanceDestroy(SbImpedance **impedance);

/* At a frequency (Hz, > 0): z (ohm m2) and the response [unknowns] to a change of the set-point by 1 V or 1 A/m2.
 *solved false: K + i w M has no inverse; z is NAN. */
PetscErrorCode SbImpedanceSolve(SbImpedance *impedance, double frequency, double complex *response, double complex *z,
                                bool *solved);

#endif
