#include "solve/transient.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timing.h"
#include "discretize/links.h"
#include "solve/interrupt.h"
#include "solve/rodas.h"

static const double instant = 1e-9;    /* of a first step: time in which nothing moves but the fields */
static const double trace_share = 0.1; /* of a species' scale that its absolute tolerance refers to */
/* the step after one of a certain error */
static const double safety = 0.9, most_growth = 10.0, least_growth = 0.1;
static const double unsound_growth = 0.25; /* where the step left the range of numbers */
enum { MOST_STEPS = 200000, MOST_REJECTIONS = 40 /* in a row: fast kinetics may need a step 1e-15 of the first one */ };
enum { DRIVE_SAMPLES = 64 };

typedef struct {
  SbLevel *level;
  const SbTransientPlan *plan;
  SbTransientReport *report;
  SbRodas *rodas;
  Vec x, next;
  double t;     /* s */
  double dt;    /* s, the step that the error asks for */
  bool stopped; /* by a signal */
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

/* How far the controls will drive the cell, at most 1: a potential that changes in RT/F, a current all the way. */
static double drive(const SbProblem *problem, double until) {
  double most = 0.0;
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    if (!terminal->control || terminal->floating || terminal->control->needs_far)
      continue;
    const double start = terminal->control->setpoint(terminal->control_params, 0.0);
    for (int i = 0; i <= DRIVE_SAMPLES; i++) {
      const double value = terminal->control->setpoint(terminal->control_params, until * i / DRIVE_SAMPLES);
      if (terminal->control->sets_potential)
        most = fmax(most, fabs(value - start) / problem->thermal_voltage);
      else if (value != 0.0)
        most = 1.0;
    }
  }
  return fmin(1.0, most);
}

/* How far the state is from uniform, or will be by what drives it, at most 1: what decays from a small disturbance is
   wanted relative to it. */
static double disturbance(const SbLevel *level, double until) {
  const SbChain *chain = level->chain;
  const SbProblem *problem = chain->problem;
  double most = drive(problem, until);
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
  const double until = run->plan->landings[run->plan->landing_count - 1];
  const double tolerance =
      fmax(run->plan->tolerance * disturbance(run->level, until), SB_TIGHTEST_STEP) * run->plan->looser;
  run->report->tolerance = run->rodas->relative = tolerance;
  PetscCall(PetscMalloc1(chain->unknowns, &scale));
  sb_chain_scales(chain, scale);
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    for (int i = 0; i < pattern->size; i++) {
      const bool potential = i == pattern->potential || i == pattern->jump || i == pattern->terminal;
      double *here = &scale[chain->offset[j] + i];
      *here *= tolerance * (potential ? 1.0 : trace_share);
    }
  }
  PetscCall(SbSystemScatter(run->level->system, scale, run->rodas->absolute));
  PetscCall(PetscFree(scale));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The break that t stands on but for rounding; otherwise t. */
static double on_break(const SbProblem *problem, double t) {
  const double at = sb_problem_next_break(problem, t * (1.0 - 1e-12));
  return at <= t * (1.0 + 1e-12) ? at : t;
}

/* Displacement through the right end, C/m2 there. */
static double displacement(const SbLevel *level) {
  const SbChain *chain = level->chain;
  SbLinks links;
  if (!chain->problem->field->displacement)
    return 0.0;
  sb_links_eval(chain, level->u, 0.0, chain->nodes - 2, 1, false, &links);
  return chain->mesh->area[chain->nodes - 2] * sb_links_displacement(&links, chain->nodes - 2);
}

/* Fields that fit the controls just after t; concentrations and charges stay. */
static PetscErrorCode MakeConsistent(Run *run, double t) {
  PetscFunctionBeginUser;
  SbLevel *level = run->level;
  const double before = displacement(level);
  level->system->evaluation.time = t;
  level->newton->report = (SbNewtonReport){.species = -1};
  level->system->evaluation.instant = t == 0.0; /* what another mesh knows of the charge counts for more than fields */
  PetscCall(SbNewtonEuler(level->newton, instant * run->plan->first_step, level->u));
  level->system->evaluation.instant = false;
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
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether an ion ran out during the step of h that was taken: then the state is the one before it, and the time the one
   at which it ran out. */
static PetscErrorCode LookForShortage(Run *run, double h) {
  PetscFunctionBeginUser;
  SbTransientReport *report = run->report;
  const double *u = run->level->u;
  report->ran_out = sb_membrane_shortage(run->level->chain, u, run->t, &report->shortage);
  if (!report->ran_out)
    PetscFunctionReturn(PETSC_SUCCESS);
  const double after = u[report->shortage.unknown];
  PetscCall(SbSystemGather(run->level->system, run->next, run->level->u)); /* vectors have changed places */
  const double before = u[report->shortage.unknown];
  report->failure = "an ion ran out";
  report->time = run->t - h + (before > after ? h * before / (before - after) : 0.0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A step of h was taken. */
static PetscErrorCode Accept(Run *run, double h, bool restart) {
  PetscFunctionBeginUser;
  const Vec x = run->next;
  run->next = run->x;
  run->x = x;
  run->t += h;
  run->report->time = run->t;
  remember(run->plan->chosen, h, restart);
  if (++run->report->steps >= MOST_STEPS)
    run->report->failure = "200000 time steps were not enough";
  PetscCall(SbSystemGather(run->level->system, run->x, run->level->u));
  PetscCall(LookForShortage(run, h));
  if (run->plan->stepped && !run->report->ran_out)
    PetscCall(run->plan->stepped(run->plan->context, on_break(run->level->chain->problem, run->t), run->level));
  PetscCall(SbInterrupted(&run->stopped));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TryStep(Run *run, double h, double *error) {
  PetscFunctionBeginUser;
  const SbProblem *problem = run->level->chain->problem;
  /* the last moment before the next jump of a control: a step that ends there sees no more */
  const double latest = nextafter(sb_problem_next_break(problem, on_break(problem, run->t)), -INFINITY);
  sb_timing_begin(SB_PART_STEPPING);
  PetscCall(SbRodasStep(run->rodas, run->t, h, latest, run->x, run->next, error));
  sb_timing_end(SB_PART_STEPPING, 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Factor of a step of that error (in tolerances) for the next one. */
static double growth(double error) {
  if (!isfinite(error))
    return unsound_growth;
  return fmin(most_growth, fmax(least_growth, safety * pow(error, -1.0 / SB_RODAS_ORDER)));
}

/* One step within its tolerance, at most to `stop`: exactly to it, or to its half where two steps will do. */
static PetscErrorCode AdaptiveStep(Run *run, double stop, bool restart) {
  PetscFunctionBeginUser;
  for (int rejections = 0;; rejections++) {
    const double left = stop - run->t;
    const double h = 1.01 * run->dt >= left ? left : fmin(run->dt, 0.5 * left);
    double error;
    PetscCall(TryStep(run, h, &error));
    const double next = h * growth(error);
    if (error <= 1.0) {
      /* a step cut short for a landing is no reason to go on with short ones */
      run->dt = h < 0.99 * run->dt ? fmax(run->dt, next) : next;
      PetscCall(Accept(run, h, restart));
      PetscFunctionReturn(PETSC_SUCCESS);
    }
    run->report->rejected++;
    run->dt = rejections > 0 ? 0.5 * next : next;
    if (rejections >= MOST_REJECTIONS || run->t + run->dt == run->t) {
      run->report->failure = "no time step is small enough";
      PetscFunctionReturn(PETSC_SUCCESS);
    }
  }
}

/* Adaptive steps to exactly `target`. */
static PetscErrorCode Advance(Run *run, double target) {
  PetscFunctionBeginUser;
  const SbProblem *problem = run->level->chain->problem;
  while (run->t < target && !run->report->failure && !run->stopped) {
    const double stop = fmin(target, sb_problem_next_break(problem, run->t));
    bool restart = run->report->steps == 0 || sb_problem_next_break(problem, nextafter(run->t, -INFINITY)) == run->t;
    if (restart && run->report->steps > 0) {
      run->dt = run->plan->first_step;
      PetscCall(MakeConsistent(run, run->t));
    }
    while (run->t < stop * (1.0 - 1e-14) && !run->report->failure && !run->stopped) {
      PetscCall(AdaptiveStep(run, stop, restart));
      restart = false;
    }
    if (!run->report->failure && run->t >= stop * (1.0 - 1e-14))
      run->t = stop; /* the same number, not one rounding away */
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Repeats recorded steps until `target`. */
static PetscErrorCode Replay(Run *run, double target, int *at) {
  PetscFunctionBeginUser;
  const SbTimeSteps *steps = run->plan->replay;
  while (run->t < target * (1.0 - 1e-12) && *at < steps->count && !run->report->failure && !run->stopped) {
    const SbTimeStep *step = &steps->steps[(*at)++];
    double error;
    if (step->restart && *at > 1)
      PetscCall(MakeConsistent(run, on_break(run->level->chain->problem, run->t)));
    PetscCall(TryStep(run, step->step, &error));
    if (isfinite(error))
      PetscCall(Accept(run, step->step, false));
    else
      run->report->failure = "the equations of a time step could not be solved";
  }
  run->t = target;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbTransientSolve(SbLevel *level, const SbTransientPlan *plan, SbTransientReport *report) {
  PetscFunctionBeginUser;
  Run run = {.level = level, .plan = plan, .report = report, .dt = plan->first_step};
  int at = 0;
  *report = (SbTransientReport){.x = NAN, .species = -1};
  report->method = "RODAS";
  PetscCall(SbRodasCreate(level->system, &run.rodas));
  PetscCall(VecDuplicate(level->system->x, &run.x));
  PetscCall(VecDuplicate(level->system->x, &run.next));
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
    if (sb_problem_next_break(level->chain->problem, nextafter(target, -INFINITY)) == target && !report->failure &&
        !run.stopped)
      PetscCall(MakeConsistent(&run, target)); /* at a jump the state after it is recorded, as at time 0 */
    if (report->failure || run.stopped)
      break;
    report->time = target;
    PetscCall(plan->landed(plan->context, k, target, level));
  }
  report->stopped = run.stopped && !report->failure;
  report->finished = !report->failure && !report->stopped;
  PetscCall(SbRodasDestroy(&run.rodas));
  PetscCall(VecDestroy(&run.x));
  PetscCall(VecDestroy(&run.next));
  PetscFunctionReturn(PETSC_SUCCESS);
}
