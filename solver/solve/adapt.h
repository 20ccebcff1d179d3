/* A steady state on a mesh that meets the wanted accuracy.

   Each round solves on a mesh H and on its halving h; what is reported is the solution on h. For every measure Q the
   bar is b = max( |Q_H - Q_h|/2, sum |eta|/10, 4 n ), where the first term is one and a half times the second-order
   estimate, the second guards against contributions of links that cancel (eta: dual-weighted indicators, dual.h), and n
   is the rounding noise of the read-out. Beside every region boundary and terminal the links of H must not be longer
   than the local Debye length (under electroneutrality: than the length over which a depleted end fills up), or the
   difference means nothing (the guard). A round that misses is followed by a
   halving where one will do, else by a mesh graded after the indicators. */
#ifndef SB_SOLVE_ADAPT_H
#define SB_SOLVE_ADAPT_H

#include "discretize/measure.h"
#include "discretize/start.h"
#include "solve/level.h"

typedef struct {
  const SbProblem *problem;
  SbMoment moment;
  int measure_count;
  const SbMeasure *measures;  /* [measure_count] */
  const double *frozen_gates; /* of the membranes (SbEvaluation); NULL: they relax */
  SbLevel *coarse, *fine;     /* H and h of the last round; NULL before */
  double *caps;               /* [region_count+1] m, largest link of H beside a region boundary */
  SbReading *readings;        /* [measure_count] of the fine level, with bars */
  bool graded;                /* H was made from indicators */
  int rounds;                 /* meshes solved */
  int iterations;             /* Newton iterations in all */
  const char *method;         /* of the hardest solve */
  bool converged;             /* the reported level was solved */
  bool accurate;              /* all bars within tolerance and the guard met */
  const char *note;           /* why not accurate; NULL if it is */
  int worst;                  /* measure with the largest bar against its tolerance */
} SbAdapt;

PetscErrorCode SbAdaptCreate(const SbProblem *problem, int measure_count, const SbMeasure *measures, SbAdapt **adapt);
PetscErrorCode SbAdaptDestroy(SbAdapt **adapt);

/* Solves. start: a level whose state, amounts and held charges to start from (not changed), NULL: from the deck's own
   start. mesh: first mesh H to try (taken over); NULL: the a-priori one. */
PetscErrorCode SbAdaptSolve(SbAdapt *adapt, const SbLevel *start, SbMesh *mesh);

/* Solves the next point of a sweep on the meshes of the last one, from states guessed after those so far. here, next:
   the swept value at both. *done false: the problem differs in more than values, or the meshes will not do: the levels
   hold the point's solution nevertheless; or it did not converge: they hold the last point's. */
PetscErrorCode SbAdaptResume(SbAdapt *adapt, const SbProblem *problem, double here, double next, bool *done);

#endif
