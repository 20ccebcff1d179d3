/* Fallbacks of a steady solve, each a sequence of easier problems from the last good state. */
#include <math.h>

#include "solve/newton.h"
#include "solve/potential_search.h"

enum { MOST_FAILURES = 12 }; /* of intermediate problems, before a method gives up */

/* Fixed charge and set-points from nothing to all. */
static PetscErrorCode Homotopy(SbNewton *newton, double *u) {
  PetscFunctionBeginUser;
  SbEvaluation *evaluation = &newton->system->evaluation;
  const int unknowns = newton->system->chain->unknowns;
  double *trial, share = 0.0, step = 0.1;
  int attempts = 0;
  PetscCall(PetscMalloc1(unknowns, &trial));
  evaluation->share = 0.0;
  PetscCall(SbNewtonSteady(newton, u));
  while (newton->report.converged && share < 1.0) {
    const double next = fmin(1.0, share + step);
    evaluation->share = next;
    PetscCall(PetscArraycpy(trial, u, unknowns));
    PetscCall(SbNewtonSteady(newton, trial));
    if (newton->report.converged) {
      share = next;
      step *= 1.7;
      PetscCall(PetscArraycpy(u, trial, unknowns));
    } else if (!newton->report.stopped && ++attempts < MOST_FAILURES && (step *= 0.3) > 1e-4) {
      newton->report.converged = true;
    }
  }
  evaluation->share = 1.0;
  PetscCall(PetscFree(trial));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Implicit Euler with growing steps, then Newton. */
static PetscErrorCode PseudoTransient(SbNewton *newton, double *u) {
  PetscFunctionBeginUser;
  const SbProblem *problem = newton->system->chain->problem;
  const int unknowns = newton->system->chain->unknowns;
  double fastest = 0.0, slowest = INFINITY, *trial;
  for (int r = 0; r < problem->region_count; r++) {
    for (int s = 0; s < problem->species_count; s++) {
      fastest = fmax(fastest, problem->regions[r].diffusivity[s]);
      slowest = fmin(slowest, problem->regions[r].diffusivity[s]);
    }
  }
  const double last = 100.0 * problem->length * problem->length / slowest;
  double dt = 1e-18 / fastest; /* nm^2/D */
  int failures = 0;
  PetscCall(PetscMalloc1(unknowns, &trial));
  while (dt < last && failures < MOST_FAILURES && !newton->report.stopped) {
    PetscCall(PetscArraycpy(trial, u, unknowns));
    PetscCall(SbNewtonEuler(newton, dt, trial));
    failures += !newton->report.converged;
    if (newton->report.converged)
      PetscCall(PetscArraycpy(u, trial, unknowns));
    dt *= newton->report.converged ? 10.0 : 0.1;
  }
  PetscCall(PetscFree(trial));
  PetscCall(SbNewtonSteady(newton, u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSteadySolve(SbNewton *newton, double *u) {
  PetscFunctionBeginUser;
  static const struct {
    const char *name;
    PetscErrorCode (*solve)(SbNewton *, double *);
  } methods[] = {{"Newton", SbNewtonSteady},
                 {"continuation in fixed charge and set-points", Homotopy},
                 {"pseudo-transient continuation", PseudoTransient},
                 {"a search for the potential that meets the control", SbPotentialSearch}};
  const int unknowns = newton->system->chain->unknowns;
  double *start;
  PetscCall(PetscMalloc1(unknowns, &start));
  PetscCall(PetscArraycpy(start, u, unknowns));
  newton->report = (SbNewtonReport){.species = -1};
  for (size_t i = 0; i < sizeof methods / sizeof *methods && !newton->report.converged && !newton->report.stopped;
       i++) {
    PetscCall(PetscArraycpy(u, start, unknowns));
    PetscCall(methods[i].solve(newton, u));
    newton->report.method = methods[i].name;
  }
  if (!newton->report.converged)
    PetscCall(PetscArraycpy(u, start, unknowns));
  PetscCall(PetscFree(start));
  PetscFunctionReturn(PETSC_SUCCESS);
}
