#include "solve/newton.h"

#include <math.h>

#include "base/timing.h"
#include "solve/interrupt.h"

static const double potential_cap = 10.0;   /* RT/F an iteration */
static const double least_fraction = 0.1;   /* of a concentration that an iteration must leave */
static const double wanted_update = 1e-9;   /* relative: converged */
static const double rounding_update = 1e-6; /* relative: converged if it no longer falls ... */
static const double falling = 0.3;          /* ... by this factor, ... */
static const double wanted_error = 1e-15;   /* ... or if the next update is to be less than this */
enum { MOST_ITERATIONS = 60 };

/* Full steps ask for the matrix wherever they asked for the residual, but at the last state: one pass gives both. */
static PetscErrorCode Function(SNES snes, Vec x, Vec f, void *context) {
  PetscFunctionBeginUser;
  SbNewton *newton = context;
  (void)snes;
  Vec rate = NULL;
  if (newton->step > 0.0) {
    rate = newton->rate;
    PetscCall(VecWAXPY(rate, -1.0, newton->previous, x));
    PetscCall(VecScale(rate, 1.0 / newton->step));
  }
  PetscCall(SbSystemLinearise(newton->system, x, rate, rate ? 1.0 / newton->step : 0.0, f));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Jacobian(SNES snes, Vec x, Mat a, Mat p, void *context) {
  PetscFunctionBeginUser;
  SbNewton *newton = context;
  (void)snes, (void)x, (void)a, (void)p;
  PetscCall(SbSystemMatrix(newton->system));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* y is subtracted from x. */
static double limited_potential(double y, double thermal_voltage) {
  const double steps = fabs(y) / thermal_voltage;
  return steps > 1.0 ? copysign(fmin(potential_cap, 1.0 + log(steps)) * thermal_voltage, y) : y;
}

static PetscErrorCode PreCheck(SNESLineSearch search, Vec x, Vec y, PetscBool *changed, void *context) {
  PetscFunctionBeginUser;
  const SbSystem *system = ((SbNewton *)context)->system;
  const SbChain *chain = system->chain;
  const SbProblem *problem = chain->problem;
  const PetscScalar *at;
  PetscScalar *step;
  (void)search;
  PetscCall(VecGetArrayRead(x, &at));
  PetscCall(VecGetArray(y, &step));
  for (int j = system->node_begin; j < system->node_end; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    const int base = chain->offset[j] - system->row_begin;
    for (int i = 0; i < pattern->size; i++)
      if (i == pattern->potential || i == pattern->jump || i == pattern->terminal)
        step[base + i] = limited_potential(step[base + i], problem->thermal_voltage);
    for (int s = 0; s < problem->species_count; s++) {
      const int i = base + pattern->slot[s];
      if (pattern->slot[s] >= 0)
        step[i] = fmin(step[i], (1.0 - least_fraction) * fmax(at[i], 0.0));
    }
    for (int i = base + pattern->gates; i < base + pattern->gates + pattern->gate_count; i++)
      step[i] = at[i] - fmin(fmax(at[i] - step[i], 0.0), 1.0);
  }
  PetscCall(VecRestoreArray(y, &step));
  PetscCall(VecRestoreArrayRead(x, &at));
  *changed = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbUpdateMeasure(const SbSystem *system, Vec x, Vec y, double *update, int *node, int *species) {
  PetscFunctionBeginUser;
  const SbChain *chain = system->chain;
  const SbProblem *problem = chain->problem;
  const PetscScalar *at, *step;
  struct {
    double value;
    int place;
  } mine = {0.0, 0}, worst;
  PetscCall(VecGetArrayRead(x, &at));
  PetscCall(VecGetArrayRead(y, &step));
  for (int j = system->node_begin; j < system->node_end; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    const int base = chain->offset[j] - system->row_begin;
    for (int s = -2; s < problem->species_count; s++) {
      /* -2: a terminal's potential, which may have far to go where nothing else moves */
      const int slot = s == -2 ? pattern->terminal : s < 0 ? pattern->potential : pattern->slot[s];
      if (slot < 0)
        continue;
      const double scale = s < 0 ? problem->thermal_voltage : fmax(problem->species_scale[s], fabs(at[base + slot]));
      const double value = fabs(step[base + slot]) / scale;
      if (!(value <= mine.value)) {
        mine.value = value;
        mine.place = j * (problem->species_count + 1) + (s < 0 ? 0 : s + 1);
        if (isnan(value))
          mine.value = INFINITY;
      }
    }
  }
  PetscCall(VecRestoreArrayRead(y, &step));
  PetscCall(VecRestoreArrayRead(x, &at));
  PetscCallMPI(MPI_Allreduce(&mine, &worst, 1, MPI_DOUBLE_INT, MPI_MAXLOC, system->comm));
  *update = worst.value;
  *node = worst.place / (problem->species_count + 1);
  *species = worst.place % (problem->species_count + 1) - 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Converged(SNES snes, PetscInt iteration, PetscReal xnorm, PetscReal snorm, PetscReal fnorm,
                                SNESConvergedReason *reason, void *context) {
  PetscFunctionBeginUser;
  SbNewton *newton = context;
  (void)xnorm, (void)snorm;
  *reason = SNES_CONVERGED_ITERATING;
  PetscCall(SbInterrupted(&newton->report.stopped));
  if (newton->report.stopped) {
    *reason = SNES_DIVERGED_INNER;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!isfinite(fnorm)) {
    *reason = SNES_DIVERGED_FNORM_NAN;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (iteration == 0) {
    newton->last_update = INFINITY;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  Vec x, y;
  PetscCall(SNESGetSolution(snes, &x));
  PetscCall(SNESGetSolutionUpdate(snes, &y));
  SbNewtonReport *report = &newton->report;
  PetscCall(SbUpdateMeasure(newton->system, x, y, &report->update, &report->node, &report->species));
  const double update = newton->report.update;
  /* near the solution updates fall by a ratio that is squared each time */
  const double ratio = iteration > 1 ? update / newton->last_update : 1.0;
  const bool stalls = iteration > 1 && ratio > falling, last = update * ratio * ratio < wanted_error;
  if (update < wanted_update || (update < rounding_update && (stalls || last)))
    *reason = SNES_CONVERGED_SNORM_RELATIVE;
  else if (!isfinite(update))
    *reason = SNES_DIVERGED_FNORM_NAN;
  else if (iteration >= MOST_ITERATIONS)
    *reason = SNES_DIVERGED_MAX_IT;
  newton->last_update = update;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbNewtonCreate(SbSystem *system, SbNewton **out) {
  PetscFunctionBeginUser;
  PetscCall(PetscNew(out));
  (*out)->system = system;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Makes what solving takes, if it is not there. */
static PetscErrorCode Wake(SbNewton *newton) {
  PetscFunctionBeginUser;
  SbSystem *system = newton->system;
  SNESLineSearch search;
  KSP ksp;
  PetscCall(SbSystemWake(system));
  if (newton->step > 0.0 && !newton->previous) {
    PetscCall(VecDuplicate(system->x, &newton->previous));
    PetscCall(VecDuplicate(system->x, &newton->rate));
  }
  if (newton->snes)
    PetscFunctionReturn(PETSC_SUCCESS);
  sb_timing_begin(SB_PART_SETUP);
  PetscCall(SNESCreate(system->comm, &newton->snes));
  PetscCall(SNESSetFunction(newton->snes, system->residual, Function, newton));
  PetscCall(SNESSetJacobian(newton->snes, system->operator, system->operator, Jacobian, newton));
  PetscCall(SNESSetConvergenceTest(newton->snes, Converged, newton, NULL));
  PetscCall(SNESSetTolerances(newton->snes, 0.0, 0.0, 0.0, 10 * MOST_ITERATIONS, PETSC_MAX_INT));
  PetscCall(SNESGetLineSearch(newton->snes, &search));
  PetscCall(SNESLineSearchSetType(search, SNESLINESEARCHBASIC));
  PetscCall(SNESLineSearchSetPreCheck(search, PreCheck, newton));
  PetscCall(SNESGetKSP(newton->snes, &ksp));
  PetscCall(SbSystemSetUpKSP(system, ksp));
  PetscCall(SNESSetFromOptions(newton->snes));
  sb_timing_end(SB_PART_SETUP, 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbNewtonRest(SbNewton *newton) {
  PetscFunctionBeginUser;
  PetscCall(SNESDestroy(&newton->snes));
  PetscCall(VecDestroy(&newton->previous));
  PetscCall(VecDestroy(&newton->rate));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbNewtonDestroy(SbNewton **out) {
  PetscFunctionBeginUser;
  if (!*out)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(SbNewtonRest(*out));
  PetscCall(PetscFree(*out));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *failure_text(SNESConvergedReason reason) {
  switch ((int)reason) {
  case SNES_DIVERGED_MAX_IT:
    return "the iteration did not settle";
  case SNES_DIVERGED_LINEAR_SOLVE:
    return "the linear system is singular";
  case SNES_DIVERGED_FNORM_NAN:
    return "the state left the range of numbers";
  default:
    return "the iteration broke down";
  }
}

static PetscErrorCode Solve(SbNewton *newton, double *u) {
  PetscFunctionBeginUser;
  SbSystem *system = newton->system;
  SNESConvergedReason reason;
  PetscInt iterations;
  PetscCall(Wake(newton));
  PetscCall(SbSystemScatter(system, u, system->x));
  sb_timing_begin(SB_PART_NEWTON);
  PetscCall(SNESSolve(newton->snes, NULL, system->x));
  sb_timing_end(SB_PART_NEWTON, 0);
  PetscCall(SNESGetConvergedReason(newton->snes, &reason));
  PetscCall(SNESGetIterationNumber(newton->snes, &iterations));
  newton->report.iterations += iterations;
  newton->report.converged = reason > 0;
  newton->report.failure = reason > 0 ? NULL : failure_text(reason);
  if (reason > 0)
    PetscCall(SbSystemGather(system, system->x, u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbNewtonSteady(SbNewton *newton, double *u) {
  PetscFunctionBeginUser;
  newton->step = 0.0;
  newton->system->constrained = newton->system->constraint_count > 0;
  PetscCall(Solve(newton, u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbNewtonEuler(SbNewton *newton, double dt, double *u) {
  PetscFunctionBeginUser;
  newton->step = dt;
  newton->system->constrained = false;
  PetscCall(Wake(newton));
  PetscCall(SbSystemScatter(newton->system, u, newton->previous));
  PetscCall(Solve(newton, u));
  newton->step = 0.0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
