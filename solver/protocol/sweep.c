/* A sweep of one value of the deck: at every point the problem is resolved anew and solved on the meshes of the last
   point, from what its state and the one before let expect. A point that cannot be solved is marked and the curve goes
   on. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timing.h"
#include "base/units.h"
#include "discretize/membrane.h"
#include "output/progress.h"
#include "output/reversal.h"
#include "protocol/session.h"
#include "solve/interrupt.h"

typedef struct {
  SbSession *session;
  const SbSweepStep *settings;
  SbStepResult *step;
  SbLevel *start;       /* where the first point starts; NULL: from the deck's own start */
  double *frozen_gates; /* where the gates of membranes are held; NULL: they relax */
  SbAdapt *last;        /* meshes and states of the last solved point; NULL: none */
  double last_value;    /* swept there */
  int solved, unsolved;
  bool stopped; /* by a signal */
  char *first_failure;
  double first_failed;
} Sweep;

static double point(const SbSweepStep *settings, int i) {
  /* written so that both ends are exact */
  const double share = settings->points > 1 ? (double)i / (settings->points - 1) : 0.0;
  return share < 0.5 ? settings->from + share * (settings->to - settings->from)
                     : settings->to - (1.0 - share) * (settings->to - settings->from);
}

/* The problem at a swept value; NULL after noting why the deck refuses it. */
static const SbProblem *problem_at(Sweep *sweep, double value) {
  SbSession *session = sweep->session;
  *sweep->settings->target = value;
  SbDiagnostics *diagnostics = sb_diagnostics_create(session->deck->file, session->deck->text, session->deck->length);
  SbProblem *problem = sb_problem_create_at(session->deck, session->problem->first_step, diagnostics);
  if (!problem && !sweep->first_failure) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream) {
      sb_diagnostics_print(diagnostics, stream);
      fclose(stream);
    }
    sweep->first_failure = text;
  }
  sb_diagnostics_destroy(&diagnostics);
  if (!problem)
    return NULL;
  sb_session_own(session, problem);
  return problem;
}

static bool same_edges(const SbProblem *a, const SbProblem *b) {
  for (int r = 0; r < a->region_count; r++)
    if (a->regions[r].right != b->regions[r].right)
      return false;
  return true;
}

static void account(SbStepResult *step, const SbAdapt *adapt) {
  step->effort.newton_iterations += adapt->iterations;
  step->effort.mesh_rounds += adapt->rounds;
  if (!step->effort.method || !adapt->converged)
    step->effort.method = adapt->method;
}

/* On meshes of its own, from the state of the last point where there is one. */
static PetscErrorCode SolveAnew(Sweep *sweep, const SbProblem *problem, SbAdapt **out) {
  PetscFunctionBeginUser;
  const SbRun *run = sweep->session->run;
  const SbAdapt *last = sweep->last;
  const SbLevel *start = last ? last->fine : sweep->start;
  SbMesh *mesh = NULL;
  SbAdapt *adapt;
  PetscCall(SbAdaptCreate(problem, run->measure_count, run->measures, &adapt));
  *out = adapt;
  adapt->frozen_gates = sweep->frozen_gates;
  if (last && start && same_edges(problem, start->chain->problem)) {
    mesh = sb_mesh_copy(last->coarse->mesh);
    for (int b = 0; b <= problem->region_count; b++)
      adapt->caps[b] = last->caps[b];
    adapt->graded = last->graded;
  }
  PetscCall(SbAdaptSolve(adapt, start, mesh));
  account(sweep->step, adapt);
  if (!adapt->converged && start) {
    /* the neighbour may be the wrong start: once more from the deck's own */
    PetscCall(SbAdaptSolve(adapt, NULL, NULL));
    account(sweep->step, adapt);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* *out: what holds the solution, sweep->last or a new one; or the last try. */
static PetscErrorCode SolvePoint(Sweep *sweep, const SbProblem *problem, double value, SbAdapt **out) {
  PetscFunctionBeginUser;
  bool done = false;
  if (sweep->last) {
    *out = sweep->last;
    PetscCall(SbAdaptResume(sweep->last, problem, sweep->last_value, value, &done));
    account(sweep->step, sweep->last);
  }
  PetscCall(SbInterrupted(&sweep->stopped));
  if (!done && !sweep->stopped)
    PetscCall(SolveAnew(sweep, problem, out));
  if (!(*out)->converged && sweep->last) {
    PetscCall(SbLevelRetreat(sweep->last->coarse));
    PetscCall(SbLevelRetreat(sweep->last->fine));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AcceptPoint(Sweep *sweep, double value, SbAdapt *adapt) {
  PetscFunctionBeginUser;
  SbSession *session = sweep->session;
  SbStepResult *step = sweep->step;
  SbEffort *effort = &step->effort;
  const bool first = sweep->solved++ == 0;
  sb_session_effort(step, adapt->problem, adapt->fine);
  effort->accuracy_met = (first || effort->accuracy_met) && adapt->accurate;
  if (adapt->note)
    effort->accuracy_note = adapt->note;
  if (first)
    sb_session_begin(session, step, adapt->fine);
  for (int f = 0; first && f < step->frame_count; f++)
    sb_session_store(session, step->coordinate[f], NULL, NULL, NULL);
  sb_run_add_frame(session->run, step, value, adapt->readings);
  sb_session_store(session, value, adapt->fine, &adapt->moment, adapt->readings);
  if (sweep->last != adapt)
    PetscCall(SbAdaptDestroy(&sweep->last));
  sweep->last = adapt;
  sweep->last_value = value;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Point(Sweep *sweep, double value) {
  PetscFunctionBeginUser;
  SbAdapt *adapt = NULL;
  sb_timing_begin(SB_PART_DECK);
  const SbProblem *problem = problem_at(sweep, value);
  sb_timing_end(SB_PART_DECK, 0);
  if (problem)
    PetscCall(SolvePoint(sweep, problem, value, &adapt));
  PetscCall(SbInterrupted(&sweep->stopped));
  if (adapt && adapt->converged) {
    PetscCall(AcceptPoint(sweep, value, adapt));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!sweep->stopped) {
    if (adapt && !sweep->first_failure)
      sweep->first_failure = sb_explain_steady(problem, adapt->fine ? adapt->fine : adapt->coarse);
    if (sweep->unsolved++ == 0)
      sweep->first_failed = value;
    sb_run_add_frame(sweep->session->run, sweep->step, value, NULL);
    if (sweep->solved > 0)
      sb_session_store(sweep->session, value, NULL, NULL, NULL);
  }
  if (adapt != sweep->last)
    PetscCall(SbAdaptDestroy(&adapt));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void fail(const Sweep *sweep) {
  SbStepResult *step = sweep->step;
  char value[64];
  const size_t size = 1600;
  sb_units_print(value, sizeof value, sweep->first_failed, sweep->settings->dimension, 6);
  step->failure.message = sb_calloc(size, 1);
  step->failure.coordinate = sweep->first_failed;
  snprintf(step->failure.message, size,
           "%d of %d points of the sweep over %s could not be solved, the first at %s; they are marked, the others are "
           "kept. %s",
           sweep->unsolved, step->frame_count, sweep->settings->vary, value,
           sweep->first_failure ? sweep->first_failure : "");
}

/* Whether the current is the answer, so that its zero means something. */
static bool holds_potential(const SbProblem *problem) {
  const SbTerminal *left = &problem->terminals[SB_LEFT], *right = &problem->terminals[SB_RIGHT];
  return right->control && right->control->sets_potential && (!left->control || left->control->sets_potential);
}

static PetscErrorCode SweepRun(SbSession *session, const void *params, SbStepResult *step) {
  PetscFunctionBeginUser;
  const SbSweepStep *settings = params;
  Sweep sweep = {.session = session, .settings = settings, .step = step, .first_failed = NAN};
  const double kept = *settings->target;
  step->steady = true;
  step->coordinate_name = settings->vary;
  step->coordinate_dimension = settings->dimension;
  if (session->state) {
    PetscCall(SbLevelCreate(session->problem, sb_mesh_copy(session->state->mesh), &sweep.start));
    PetscCall(SbLevelInherit(sweep.start, session->state));
    if (settings->gates == SB_GATES_FROZEN)
      sweep.frozen_gates = sb_membranes_gates(sweep.start->chain, sweep.start->u);
  }
  for (int i = 0; i < settings->points && !sweep.stopped; i++) {
    PetscCall(Point(&sweep, point(settings, i)));
    sb_progress(settings->vary, i + 1, settings->points);
  }
  *settings->target = kept;
  if (sweep.unsolved > 0)
    fail(&sweep);
  if (holds_potential(session->problem))
    step->reversal_potential = sb_reversal_potential(session->run, step, NULL);
  if (sweep.last) {
    const SbMoment moment = {.steady = true, .time = -1.0};
    SbLevel *level = sweep.last->fine;
    sweep.last->fine = NULL;
    level->system->evaluation.frozen_gates = NULL; /* the next step has them move again */
    PetscCall(SbSessionKeep(session, step, level, &moment));
    session->steady = !sweep.frozen_gates;
  }
  PetscCall(SbAdaptDestroy(&sweep.last));
  PetscCall(SbLevelDestroy(&sweep.start));
  free(sweep.first_failure);
  free(sweep.frozen_gates);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const SbProtocol sb_protocol_sweep = {.name = "sweep", .run = SweepRun};
