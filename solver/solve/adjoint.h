/* The adjoint of a steady state: how a reading Q moves with the numbers that the problem is made of, from one linear
   solve for all of them.

   With F(u; p) = 0 and A = dF/du, the slope of Q along the steady states is that of the Lagrangian

     L(u; p) = Q(u; p) - lambda^T F(u; p),   A^T lambda = dQ/du

   by p alone, u held: dQ/dp = dL/dp (Giles & Pierce 2000, Flow Turbul. Combust. 65, 393, section 2.2). A thickness
   moves the mesh, and the state with its nodes. */
#ifndef SB_SOLVE_ADJOINT_H
#define SB_SOLVE_ADJOINT_H

#include "discretize/measure.h"
#include "solve/level.h"

typedef struct {
  SbLevel *level; /* a steady state */
  SbMoment moment;
  SbMeasure measure;
  double value;   /* of the measure */
  double *lambda; /* [level's unknowns] */
  double *filled; /* [constraints] amounts that the level's problem fills its closed pools with, mol/m2 */
} SbAdjoint;

/* Linearises at the level's state and solves. */
PetscErrorCode SbAdjointCreate(SbLevel *level, const SbMoment *moment, const SbMeasure *measure, SbAdjoint **adjoint);
PetscErrorCode SbAdjointDestroy(SbAdjoint **adjoint);

/* L at the level's state for another problem, of the same regions, species and pools. Amounts that no terminal fixes
   differ as the problems' fills do. NAN where the other problem has other unknowns. */
PetscErrorCode SbAdjointLagrangian(const SbAdjoint *adjoint, const SbProblem *problem, double *value);

#endif
