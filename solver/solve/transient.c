#include "solve/transient.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timing.h"
#include "discretize/links.h"
#include "solve/interrupt.h"
#include "solve/rodas.h"

static const double instant = 1e-9;     /* of a first step: time in which nothing moves but the fields */
static const double trace_share = 0.1;  /* of a species' scale that its absolute tolerance refers to */
static const double drive_share = 1e-3; /* of a step, between the moments that give a derivative by time */
enum { MOST_STEPS = 200000, MOST_REJECTIONS = 40 };

typedef struct {
  SbLevel *level;
  const SbTransientPlan *plan;
  SbTransientReport *report;
  TS ts;
  Vec x;
  double dt;
  double tolerance; /* of a step, relative to the disturbance */
  double latest;    /* s, last moment before the next jump of a control: a step that ends there sees no more */
  bool stopped;     /* by a signal */
  bool driven;      /* a set-point moves at the begin of the step */
  Vec drive;        /* dF/dt there */
} Run;

void sb_time_steps_clear(SbTimeSteps *steps) {
  free(steps->steps);
  *steps = (SbTimeSteps){0};
}

static void remember(SbTimeSteps *steps, double step, bool restart) {
  if (!steps)
    return;
  if (steps->count == steps->capacity) {
    steps->capacity = 2 * steps->capacity + 256;
    steps->steps = sb_realloc(steps->steps, (size_t)steps->capacity, sizeof *steps->steps);
  }
  steps->steps[steps->count++] = (SbTimeStep){step, restart};
}

/* Whether a set-point moves between two moments: all that depends on time by itself. */
static bool is_driven(const SbProblem *problem, double a, double b) {
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    if (terminal->control && terminal->control->setpoint(terminal->control_params, a) !=
                                 terminal->control->setpoint(terminal->control_params, b))
      return true;
  }
  return false;
}

/* dF/dt at the begin of a step, from three moments just after it: a control may jump at the begin. */
static PetscErrorCode Drive(Run *run, double begin, double step, Vec u, Vec rate) {
  PetscFunctionBeginUser;
  static const double weight[] = {-2.5, 4.0, -1.5};
  SbSystem *system = run->level->system;
  const double apart = drive_share * step;
  run->driven = is_driven(run->level->chain->problem, begin + apart, begin + 2.0 * apart) ||
                is_driven(run->level->chain->problem, begin + apart, begin + 3.0 * apart);
  if (!run->driven)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecZeroEntries(run->drive));
  for (int k = 0; k < 3; k++) {
    system->evaluation.time = begin + (k + 1) * apart;
    PetscCall(SbSystemResidual(system, u, rate, system->residual));
    PetscCall(VecAXPY(run->drive, weight[k] / apart, system->residual));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Function(TS ts, PetscReal t, Vec u, Vec rate, Vec f, void *context) {
  PetscFunctionBeginUser;
  Run *run = context;
  PetscReal begin, step;
  PetscCall(TSGetTime(ts, &begin));
  PetscCall(TSGetTimeStep(ts, &step));
  if (t == begin)
    PetscCall(Drive(run, begin, step, u, rate));
  run->level->system->evaluation.time = fmin(t, run->latest);
  PetscCall(SbSystemResidual(run->level->system, u, rate, f));
  if (run->driven)
    PetscCall(VecAXPY(f, sb_rodas_gamma((t - begin) / step) * step, run->drive));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Jacobian(TS ts, PetscReal t, Vec u, Vec rate, PetscReal shift, Mat a, Mat p, void *context) {
  PetscFunctionBeginUser;
  Run *run = context;
  (void)ts, (void)a, (void)p;
  run->level->system->evaluation.time = fmin(t, run->latest);
  PetscCall(SbSystemLinearise(run->level->system, u, rate, shift, NULL));
  PetscCall(SbSystemMatrix(run->level->system));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* How far the state is from uniform, at most 1: what decays from a small disturbance is wanted relative to it. */
static double disturbance(const SbLevel *level) {
  const SbChain *chain = level->chain;
  const SbProblem *problem = chain->problem;
  double most = 0.0;
  for (int s = -1; s < problem->species_count; s++) {
    double low = INFINITY, high = -INFINITY;
    for (int j = 0; j < chain->nodes; j++) {
      const SbPattern *pattern = sb_chain_pattern(chain, j);
      const int slot = s < 0 ? pattern->potential : pattern->slot[s];
      if (slot < 0)
        continue;
      low = fmin(low, level->u[chain->offset[j] + slot]);
      high = fmax(high, level->u[chain->offset[j] + slot]);
    }
    if (high > low)
      most = fmax(most, (high - low) / (s < 0 ? problem->thermal_voltage : problem->species_scale[s]));
  }
  return most > 0.0 ? fmin(1.0, most) : 1.0;
}

/* Absolute tolerances: potentials by RT/F, concentrations by a share of their species' scale. */
static PetscErrorCode Tolerances(Run *run) {
  PetscFunctionBeginUser;
  const SbChain *chain = run->level->chain;
  double *scale;
  Vec absolute;
  run->tolerance = fmax(run->plan->tolerance * disturbance(run->level), SB_TIGHTEST_STEP) * run->plan->looser;
  run->report->tolerance = run->tolerance;
  PetscCall(PetscMalloc1(chain->unknowns, &scale));
  sb_chain_scales(chain, scale);
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    for (int i = 0; i < pattern->size; i++) {
      const bool potential = i == pattern->potential || i == pattern->jump || i == pattern->terminal;
      double *here = &scale[chain->offset[j] + i];
      *here *= run->tolerance * (potential ? 1.0 : trace_share);
    }
  }
  PetscCall(VecDuplicate(run->x, &absolute));
  PetscCall(SbSystemScatter(run->level->system, scale, absolute));
  PetscCall(TSSetTolerances(run->ts, 0.0, absolute, run->tolerance, NULL));
  PetscCall(VecDestroy(&absolute));
  PetscCall(PetscFree(scale));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A stage that left the range of numbers, as one through steep kinetics may, asks for a smaller step. */
static PetscErrorCode StageIsSound(TS ts, PetscReal t, Vec stage, PetscBool *accept) {
  PetscFunctionBeginUser;
  static const double largest = 1e100; /* far beyond any unknown; its square is still a number */
  PetscReal size;
  (void)ts, (void)t;
  PetscCall(VecNorm(stage, NORM_INFINITY, &size));
  *accept = size < largest ? PETSC_TRUE : PETSC_FALSE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RunCreate(Run *run) {
  PetscFunctionBeginUser;
  SbSystem *system = run->level->system;
  TSAdapt adapt;
  SNES snes;
  KSP ksp;
  PetscCall(VecDuplicate(system->x, &run->x));
  PetscCall(VecDuplicate(system->x, &run->drive));
  PetscCall(TSCreate(system->comm, &run->ts));
  PetscCall(TSSetProblemType(run->ts, TS_NONLINEAR));
  PetscCall(TSSetEquationType(run->ts, TS_EQ_DAE_IMPLICIT_INDEX1));
  PetscCall(TSSetIFunction(run->ts, system->residual, Function, run));
  PetscCall(TSSetIJacobian(run->ts, system->operator, system->operator, Jacobian, run));
  PetscCall(SbRodasRegister());
  PetscCall(TSSetType(run->ts, TSROSW));
  PetscCall(TSRosWSetType(run->ts, SB_RODAS));
  run->report->method = "RODAS";
  PetscCall(TSGetAdapt(run->ts, &adapt));
  PetscCall(TSAdaptSetType(adapt, run->plan->replay ? TSADAPTNONE : TSADAPTBASIC));
  PetscCall(TSSetFunctionDomainError(run->ts, StageIsSound));
  PetscCall(TSSetMaxSteps(run->ts, MOST_STEPS));
  PetscCall(TSSetMaxSNESFailures(run->ts, -1));
  PetscCall(
      TSSetMaxStepRejections(run->ts, MOST_REJECTIONS)); /* fast kinetics may need a step 1e-15 of the first one */
  PetscCall(TSSetErrorIfStepFails(run->ts, PETSC_FALSE));
  PetscCall(TSSetExactFinalTime(run->ts, run->plan->replay ? TS_EXACTFINALTIME_STEPOVER : TS_EXACTFINALTIME_MATCHSTEP));
  PetscCall(TSGetSNES(run->ts, &snes));
  PetscCall(SNESGetKSP(snes, &ksp));
  PetscCall(SbSystemSetUpKSP(system, ksp));
  PetscCall(TSSetFromOptions(run->ts));
  PetscCall(TSSetTime(run->ts, 0.0));
  PetscCall(TSSetSolution(run->ts, run->x));
  system->constrained = false;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Next time at which a control jumps. */
static double next_break(const SbProblem *problem, double t) {
  double next = INFINITY;
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    if (terminal->control)
      next = fmin(next, terminal->control->next_break(terminal->control_params, t));
  }
  return next;
}

/* The break that t stands on but for rounding; otherwise t. */
static double on_break(const SbProblem *problem, double t) {
  const double at = next_break(problem, t * (1.0 - 1e-12));
  return at <= t * (1.0 + 1e-12) ? at : t;
}

/* Fields that fit the controls just after t; concentrations and charges stay. */
/* Displacement through the right end, C/m2 there. */
static double displacement(const SbLevel *level) {
  const SbChain *chain = level->chain;
  SbLinks links;
  if (!chain->problem->field->displacement)
    return 0.0;
  sb_links_eval(chain, level->u, chain->nodes - 2, 1, false, &links);
  return chain->mesh->area[chain->nodes - 2] * sb_links_displacement(&links, chain->nodes - 2);
}

static PetscErrorCode MakeConsistent(Run *run, double t) {
  PetscFunctionBeginUser;
  SbLevel *level = run->level;
  const double before = displacement(level);
  level->system->evaluation.time = t;
  level->newton->report = (SbNewtonReport){.species = -1};
  PetscCall(SbNewtonEuler(level->newton, instant * run->plan->first_step, level->u));
  run->stopped = level->newton->report.stopped;
  if (!level->newton->report.converged && !run->stopped) {
    run->report->failure =
        level->chain->problem->electroneutral
            ? "no potential fits the concentrations (each region's fill must have ions and balance its fixed charge, "
              "or a steady step must come first)"
            : "no electric field fits the state just after the controls change";
    run->report->x = level->mesh->x[level->newton->report.node];
    run->report->species = level->newton->report.species;
  }
  if (t > 0.0 && run->plan->jumped)
    PetscCall(run->plan->jumped(run->plan->context, displacement(level) - before, level));
  PetscCall(SbSystemScatter(level->system, level->u, run->x));
  PetscCall(TSRestartStep(run->ts));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode OneStep(Run *run, bool restart) {
  PetscFunctionBeginUser;
  const SbProblem *problem = run->level->chain->problem;
  TSConvergedReason reason;
  PetscReal before, after, next;
  PetscCall(TSGetTime(run->ts, &before));
  run->latest = nextafter(next_break(problem, on_break(problem, before)), -INFINITY);
  PetscCall(TSSetConvergedReason(run->ts, TS_CONVERGED_ITERATING));
  sb_timing_begin(SB_PART_STEPPING);
  PetscCall(TSStep(run->ts));
  sb_timing_end(SB_PART_STEPPING, 0);
  PetscCall(TSGetConvergedReason(run->ts, &reason));
  PetscCall(TSGetTime(run->ts, &after));
  PetscCall(TSGetTimeStep(run->ts, &next));
  run->report->time = after;
  if (reason < 0) {
    run->report->failure = reason == TS_DIVERGED_STEP_REJECTED ? "no time step is small enough"
                                                               : "the equations of a time step could not be solved";
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  remember(run->plan->chosen, after - before, restart);
  run->report->steps++;
  if (after - before > 0.99 * run->dt || next > run->dt)
    run->dt = next;
  PetscCall(SbSystemGather(run->level->system, run->x, run->level->u));
  if (run->plan->stepped)
    PetscCall(run->plan->stepped(run->plan->context, on_break(problem, after), run->level));
  PetscCall(SbInterrupted(&run->stopped));
  if (run->report->steps >= MOST_STEPS)
    run->report->failure = "200000 time steps were not enough";
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Adaptive steps to exactly `target`. */
static PetscErrorCode Advance(Run *run, double target) {
  PetscFunctionBeginUser;
  PetscReal t;
  PetscCall(TSGetTime(run->ts, &t));
  PetscCall(TSSetMaxTime(run->ts, target));
  while (t < target && !run->report->failure && !run->stopped) {
    bool restart = run->report->steps == 0 || next_break(run->level->chain->problem, nextafter(t, -INFINITY)) == t;
    if (restart && run->report->steps > 0) {
      run->dt = run->plan->first_step;
      PetscCall(MakeConsistent(run, t));
    }
    const double stop = fmin(target, next_break(run->level->chain->problem, t));
    PetscCall(TSSetMaxTime(run->ts, stop));
    const double left = stop - t;
    PetscCall(TSSetTimeStep(run->ts, run->dt < left ? run->dt : left));
    do {
      PetscCall(OneStep(run, restart));
      restart = false;
      PetscCall(TSGetTime(run->ts, &t));
    } while (t < stop * (1.0 - 1e-14) && !run->report->failure && !run->stopped);
    if (!run->report->failure && t >= stop * (1.0 - 1e-14)) {
      t = stop; /* the same number, not one rounding away */
      PetscCall(TSSetTime(run->ts, stop));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Repeats recorded steps until `target`. */
static PetscErrorCode Replay(Run *run, double target, int *at) {
  PetscFunctionBeginUser;
  PetscReal t;
  PetscCall(TSGetTime(run->ts, &t));
  PetscCall(TSSetMaxTime(run->ts, 2.0 * target));
  while (t < target * (1.0 - 1e-12) && *at < run->plan->replay->count && !run->report->failure && !run->stopped) {
    const SbTimeStep *step = &run->plan->replay->steps[(*at)++];
    if (step->restart && *at > 1)
      PetscCall(MakeConsistent(run, on_break(run->level->chain->problem, t)));
    PetscCall(TSSetTimeStep(run->ts, step->step));
    PetscCall(OneStep(run, false));
    PetscCall(TSGetTime(run->ts, &t));
  }
  PetscCall(TSSetTime(run->ts, target));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbTransientSolve(SbLevel *level, const SbTransientPlan *plan, SbTransientReport *report) {
  PetscFunctionBeginUser;
  Run run = {.level = level, .plan = plan, .report = report, .dt = plan->first_step};
  int at = 0;
  *report = (SbTransientReport){.x = NAN, .species = -1};
  PetscCall(RunCreate(&run));
  PetscCall(MakeConsistent(&run, 0.0));
  PetscCall(Tolerances(&run));
  if (!report->failure && !run.stopped)
    PetscCall(plan->landed(plan->context, -1, 0.0, level));
  for (int k = 0; k < plan->landing_count && !report->failure && !run.stopped; k++) {
    const double target = on_break(level->chain->problem, plan->landings[k]);
    if (plan->replay)
      PetscCall(Replay(&run, target, &at));
    else
      PetscCall(Advance(&run, target));
    if (next_break(level->chain->problem, nextafter(target, -INFINITY)) == target && !report->failure && !run.stopped)
      PetscCall(MakeConsistent(&run, target)); /* at a jump the state after it is recorded, as at time 0 */
    if (report->failure || run.stopped)
      break;
    report->time = target;
    PetscCall(plan->landed(plan->context, k, target, level));
  }
  PetscInt rejected;
  PetscCall(TSGetStepRejections(run.ts, &rejected));
  report->rejected = rejected;
  report->stopped = run.stopped && !report->failure;
  report->finished = !report->failure && !report->stopped;
  PetscCall(TSDestroy(&run.ts));
  PetscCall(VecDestroy(&run.x));
  PetscCall(VecDestroy(&run.drive));
  PetscFunctionReturn(PETSC_SUCCESS);
}
