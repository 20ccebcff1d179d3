/* Dual-weighted indicators: how much each link of a mesh H contributes to the error of a measure.

   With the solution of the halved mesh put on H, the balances of H are off by the difference between the balances of a
   link and of its two halves; weighted by the dual solution A_H^T lambda = dQ/du they add up to Q_h - Q_H (Becker &
   Rannacher 2001, Acta Numerica 10, 1, section 3; here with the fine solution in place of a residual estimate). */
#ifndef SB_SOLVE_DUAL_H
#define SB_SOLVE_DUAL_H

#include "discretize/measure.h"
#include "solve/level.h"

/* eta[links of coarse]; the last factorisation of coarse must be that of its solution. */
PetscErrorCode SbDualIndicators(SbLevel *coarse, const SbLevel *fine, const SbMoment *moment, const SbMeasure *measure,
                                double *eta);

/* The next mesh H: link lengths such that indicators e[links of coarse] (relative to what is wanted) come down to a sum
   of `target` with the fewest links, growing by at most half their length from one to the next, and within caps
   ([region_count+1] m) beside region boundaries. most: links at most. */
SbMesh *sb_dual_remesh(const SbProblem *problem, const SbMesh *coarse, const double *e, double target,
                       const double *caps, int most);

/* A mesh with every link shorter by a factor. most: links at most. */
SbMesh *sb_mesh_finer(const SbProblem *problem, const SbMesh *coarse, double factor, int most);

#endif
