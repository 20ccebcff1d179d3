/* Newton's method for one state: steady, or one implicit Euler step. Full steps, but no potential moves by more than a
   few RT/F an iteration and no concentration falls below a tenth; this recipe solves hard problems from naive starts
   where a line search on the residual stalls. */
#ifndef SB_SOLVE_NEWTON_H
#define SB_SOLVE_NEWTON_H

#include <petscsnes.h>

#include "solve/system.h"

typedef struct {
  bool converged;
  bool stopped;        /* by a signal */
  int iterations;      /* Newton iterations in all */
  double update;       /* last relative update */
  int node;            /* where that was */
  int species;         /* of which species; -1: the potential */
  const char *method;  /* what reached it, for the answer: "Newton", ... */
  const char *failure; /* why not, in words; NULL if converged */
} SbNewtonReport;

typedef struct {
  SNES snes;    /* this and the next two are NULL until needed */
  Vec previous; /* state an Euler step starts from */
  Vec rate;
  SbSystem *system;
  double step;        /* s of the Euler step; 0: steady */
  double last_update; /* of the iteration before */
  SbNewtonReport report;
} SbNewton;

/* Largest update y of a state x, relative to RT/F or to the species' concentration, over all ranks; its node and
   species (-1: the potential). */
PetscErrorCode SbUpdateMeasure(const SbSystem *system, Vec x, Vec y, double *update, int *node, int *species);

PetscErrorCode SbNewtonCreate(SbSystem *system, SbNewton **newton);
PetscErrorCode SbNewtonDestroy(SbNewton **newton);

/* Gives back the memory that solving takes; the next solve makes it anew. */
PetscErrorCode SbNewtonRest(SbNewton *newton);

/* Solves F(u) = 0 from u (whole array; the answer replaces it if converged, else it is left alone). */
PetscErrorCode SbNewtonSteady(SbNewton *newton, double *u);

/* One implicit Euler step of dt seconds from u; dt far below all time scales gives the state just after a change of
   controls: concentrations and charges as they were, fields as the equations demand. */
PetscErrorCode SbNewtonEuler(SbNewton *newton, double dt, double *u);

/* Steady state with fallbacks: Newton; then continuation in fixed charge and set-points; then pseudo-transient steps;
   at an electrode driven by a current or a load at last a search for its potential (potential_search.h).
   The report names what worked, or all that was tried. */
PetscErrorCode SbSteadySolve(SbNewton *newton, double *u);

#endif
