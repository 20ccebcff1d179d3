/* The small-signal response of a steady state to the set-point of the control that drives the cell,

     (K + i w M) x = -b,     K = df/du,  M = dq/du,  b = df/d(set-point),

   and the impedance that follows from it. Of a load, which has no set-point, a voltage source in series with it is
   taken. Ranks share the frequencies: each assembles the whole chain for itself and solves some of them without waiting
   for the others.

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

/* How many frequencies are solved at once: one on each rank. */
int sb_impedance_at_once(const SbImpedance *impedance);

/* At up to that many frequencies (Hz, > 0), on all ranks together: z (ohm m2) and the responses [unknowns] to a change
   of the set-point by 1 V or 1 A/m2; z is NAN where K + i w M has no inverse. z, responses: room for at_once, whatever
   the count. */
PetscErrorCode SbImpedanceSolve(SbImpedance *impedance, int count, const double *frequencies, double complex *responses,
                                double complex *z);

#endif
