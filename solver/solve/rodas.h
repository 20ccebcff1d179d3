/* Steps by the Rosenbrock method RODAS (Hairer & Wanner 1996, Solving Ordinary Differential Equations II, 2nd ed.,
   section VI.4): six stages, order 4 with an embedded 3, L-stable and stiffly accurate, for differential-algebraic
   equations of index 1. A step takes one matrix, one factorisation, six residuals and six solves, and no memory. */
#ifndef SB_SOLVE_RODAS_H
#define SB_SOLVE_RODAS_H

#include "solve/keeping.h"

enum { SB_RODAS_STAGES = 6, SB_RODAS_ORDER = 4 };

typedef struct {
  SbSystem *system;
  KSP ksp;
  PC solver;
  Vec stage[SB_RODAS_STAGES];
  Vec state, rate, residual; /* of a stage */
  SbKeeping *keeping;
  Vec drive;       /* dF/dt at the begin of a step */
  bool driven;     /* that is not zero */
  Vec absolute;    /* tolerance of each unknown, its unit */
  double relative; /* and relative to its value */
} SbRodas;

PetscErrorCode SbRodasCreate(SbSystem *system, SbRodas **rodas);
PetscErrorCode SbRodasDestroy(SbRodas **rodas);

/* A step of h seconds from the state x at time t; set-points are looked at no later than `latest`. next: the state
   after it. error: estimated error in tolerances (root mean square over all unknowns); INFINITY where the step left the
   range of numbers, and then next means nothing. */
PetscErrorCode SbRodasStep(SbRodas *rodas, double t, double h, double latest, Vec x, Vec next, double *error);

#endif
