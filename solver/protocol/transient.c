/* A transient: first on a mesh H with steps of its own, then on the halved mesh h with the same steps (that is what is
   reported, and the difference is the bar of the mesh), then on H with a tenth of the step tolerance (the difference is
   the bar of the time steps). Where the mesh's bars miss the wanted accuracy, all of it again on finer meshes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/units.h"
#include "discretize/terminal.h"
#include "output/progress.h"
#include "protocol/landings.h"
#include "protocol/track.h"

enum { MOST_ROUNDS = 4, MOST_LINKS = 60000 };
static const char stopped_note[] = "a signal ended the run before its error was known";
static const double front_share = 0.3; /* of the diffusion length, for the first links beside a front */

/* A first step well inside the fastest relaxation, that of the thinnest charge layer. */
static double first_step(const SbProblem *problem, const SbTransientStep *settings) {
  if (!isnan(settings->first_step))
    return settings->first_step;
  double step = 1e-4 * settings->until;
  for (int b = 0; b <= problem->region_count; b++) {
    const double length = sb_boundary_debye_length(problem, b);
    for (int s = 0; s < problem->species_count; s++)
      if (isfinite(length))
        step = fmin(step, 1e-2 * length * length / problem->regions[0].diffusivity[s]);
  }
  return step;
}

/* ---- one set of runs
 * ------------------------------------------------------------------------------------------------------- */
typedef struct {
  SbLevel *coarse, *fine;
  SbTrack rough, sharp, careful;
  SbTimeSteps steps;
  SbTransientReport report, careful_report; /* of what is reported; of the run with careful steps */
} Runs;

static PetscErrorCode RunsDestroy(Runs *runs) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelDestroy(&runs->coarse));
  PetscCall(SbLevelDestroy(&runs->fine));
  sb_track_clear(&runs->rough);
  sb_track_clear(&runs->sharp);
  sb_track_clear(&runs->careful);
  sb_time_steps_clear(&runs->steps);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static bool follows_steady(const SbSession *session) {
  const SbRun *run = session->run;
  const SbStepResult *before = run->step_count > 1 ? &run->steps[run->step_count - 2] : NULL;
  return before && before->steady && !before->coordinate_name; /* a sweep left it at other values than the deck's */
}

/* The state a step starts from, on a level's mesh. A steady state is solved again there: interpolated, its charge
   layers would be out of balance. */
static PetscErrorCode Start(const SbSession *session, SbLevel *level) {
  PetscFunctionBeginUser;
  if (session->state) {
    PetscCall(SbLevelInherit(level, session->state));
    if (follows_steady(session))
      PetscCall(SbNewtonSteady(level->newton, level->u));
  } else {
    sb_state_fill(level->chain, level->u);
    PetscCall(SbSystemHoldAmounts(level->system, level->u));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* No time is left to repeat a first run that was stopped: it is what there is to report, without bars. */
static void report_first_run(Runs *runs, const SbTransientReport *report) {
  SbLevel *level = runs->fine;
  SbTrack track = runs->sharp;
  runs->fine = runs->coarse;
  runs->coarse = level;
  runs->sharp = runs->rough;
  sb_track_clear(&track);
  runs->rough = (SbTrack){0};
  runs->report = *report;
  runs->report.stopped = true;
  runs->report.finished = false;
}

static PetscErrorCode RunAll(SbSession *session, const SbTransientStep *settings, const SbLandings *times, Runs *runs) {
  PetscFunctionBeginUser;
  const double tolerance = session->deck->accuracy.time;
  SbTransientReport rough;
  SbTransientPlan plan = {.tolerance = tolerance,
                          .finer = 1.0,
                          .first_step = first_step(session->problem, settings),
                          .landing_count = times->count,
                          .landings = times->times,
                          .chosen = &runs->steps};
  runs->rough = sb_track_create(session, times->count, true, settings->until, "transient, first mesh");
  runs->sharp = sb_track_create(session, times->count, true, settings->until, "transient, halved mesh");
  runs->careful = sb_track_create(session, times->count, false, settings->until, "transient, finer steps");
  SbMesh *fine =
      sb_mesh_is_given(session->problem) ? sb_given_mesh(session->problem, 0) : sb_mesh_halve(runs->coarse->mesh);
  PetscCall(SbLevelCreate(session->problem, fine, &runs->fine));
  PetscCall(Start(session, runs->coarse));
  PetscCall(Start(session, runs->fine));
  sb_track_follow(&runs->rough, &plan);
  PetscCall(SbTransientSolve(runs->coarse, &plan, &rough));
  runs->report = rough;
  if (rough.stopped)
    report_first_run(runs, &rough);
  if (rough.stopped || (!rough.finished && runs->steps.count == 0))
    PetscFunctionReturn(PETSC_SUCCESS);
  plan.replay = &runs->steps;
  plan.chosen = NULL;
  sb_track_follow(&runs->sharp, &plan);
  plan.landing_count = runs->rough.count - 1; /* up to where the first run came */
  PetscCall(SbTransientSolve(runs->fine, &plan, &runs->report));
  runs->report.rejected += rough.rejected;
  if (runs->report.stopped) {
    report_first_run(runs, &rough);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!rough.finished) {
    runs->report = rough;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!runs->report.finished)
    PetscFunctionReturn(PETSC_SUCCESS);
  plan.replay = NULL;
  sb_track_follow(&runs->careful, &plan);
  /* where rounding forbids finer steps, coarser ones tell as much: their error is the larger one */
  plan.finer = 0.1 * rough.tolerance >= SB_TIGHTEST_STEP ? 0.1 : 10.0;
  PetscCall(Start(session, runs->coarse));
  PetscCall(SbTransientSolve(runs->coarse, &plan, &runs->careful_report));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Bars at all frames; returns the largest mesh bar over tolerance. */
static double set_bars(const SbSession *session, const Runs *runs) {
  const SbRun *run = session->run;
  double worst = 0.0;
  for (int i = 0; i < run->measure_count; i++) {
    double largest = 0.0;
    for (int f = 0; f < runs->sharp.count; f++)
      largest = fmax(largest, fabs(sb_track_frame(&runs->sharp, f)[i].value));
    /* what decays is wanted to the accuracy of what it was */
    const double tolerance = sb_measure_tolerance(runs->fine->chain, runs->fine->u, &run->measures[i], largest);
    for (int f = 0; f < runs->sharp.count && f < runs->rough.count; f++) {
      SbReading *reading = &sb_track_frame(&runs->sharp, f)[i];
      const double rough = sb_track_frame(&runs->rough, f)[i].value, difference = rough - reading->value;
      if (isnan(difference))
        continue; /* not read in this cell */
      reading->mesh_bar = fmax(0.5 * fabs(difference), 4.0 * reading->noise);
      reading->refined = reading->value - difference / 3.0;
      if (f < runs->careful.count) {
        reading->time_bar = 1.5 * fabs(rough - sb_track_frame(&runs->careful, f)[i].value);
        /* what has decayed carries the errors of what it was; what is set has none */
        if (reading->time_bar > 0.0)
          reading->time_bar = fmax(reading->time_bar, runs->report.tolerance * largest);
      }
      /* the start of fills is the deck's own discontinuity: no mesh resolves it, and no bar describes it */
      if (f == 0 && !session->state)
        reading->mesh_bar = reading->time_bar = reading->refined = NAN;
      if (f > 0 && 4.0 * reading->noise < tolerance)
        worst = fmax(worst, reading->mesh_bar / tolerance);
    }
  }
  return worst;
}

/* Without charge layers a front at a region boundary is as thin as what has diffused by the first time that is looked
 * at. */
static double *front_lengths(const SbProblem *problem, double first_time) {
  double *lengths = sb_calloc((size_t)problem->region_count + 1, sizeof *lengths), slowest = INFINITY;
  for (int r = 0; r < problem->region_count; r++)
    for (int s = 0; s < problem->species_count; s++)
      slowest = fmin(slowest, problem->regions[r].diffusivity[s]);
  for (int b = 0; b <= problem->region_count; b++)
    lengths[b] = problem->field->displacement ? INFINITY : front_share * sqrt(slowest * first_time);
  return lengths;
}

static PetscErrorCode FirstMesh(SbSession *session, double first_time, SbMesh **mesh) {
  PetscFunctionBeginUser;
  if (sb_mesh_is_given(session->problem)) {
    *mesh = sb_given_mesh(session->problem, 1);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  double *caps = front_lengths(session->problem, first_time);
  *mesh = sb_first_mesh(session->problem, &sb_first_mesh_transient, caps, MOST_LINKS / 2);
  free(caps);
  PetscCheck(*mesh, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a mesh");
  if (session->state && session->state->mesh->nodes > (*mesh)->nodes) {
    /* a finer mesh that resolved the state before serves its relaxation too */
    sb_mesh_destroy(mesh);
    *mesh = sb_mesh_copy(session->state->mesh);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void explain(const SbSession *session, const SbTransientStep *settings, const Runs *runs, SbStepResult *step) {
  const SbTransientReport *report = &runs->report;
  const SbMesh *mesh = runs->coarse->mesh;
  const size_t size = 1200;
  char time[64], until[64], place[64];
  const int node = report->node < mesh->nodes ? report->node : 0;
  sb_units_print(time, sizeof time, report->time, SB_DIMENSION_TIME, 5);
  sb_units_print(until, sizeof until, settings->until, SB_DIMENSION_TIME, 5);
  sb_units_print(place, sizeof place, session->problem->inner_radius + mesh->x[node], SB_DIMENSION_LENGTH, 4);
  step->failure.message = sb_calloc(size, 1);
  step->failure.coordinate = report->time;
  snprintf(step->failure.message, size,
           "the transient stopped at t = %s of %s after %d steps (%d rejected): %s. The last update was largest in "
           "%s%s at x = %s. "
           "Frames up to there are kept. What helps: a smaller first_step, a looser accuracy.time, or controls that "
           "change less "
           "abruptly.",
           time, until, report->steps, report->rejected, report->failure,
           report->species < 0 ? "the electric potential" : "the concentration of ",
           report->species < 0 ? "" : session->problem->species[report->species].name, place);
}

/* Frames, ledger and state of the accepted runs. */
static PetscErrorCode Accept(SbSession *session, Runs *runs, SbStepResult *step) {
  PetscFunctionBeginUser;
  SbLevel *level = runs->fine;
  SbTrack *track = &runs->sharp;
  const SbProblem *problem = session->problem;
  sb_session_effort(step, problem, level);
  step->effort.method = runs->report.method;
  step->effort.time_steps = runs->report.steps;
  step->effort.rejected_steps = runs->report.rejected;
  if (track->count == 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  sb_session_begin(session, step, level);
  for (int f = 0; f < track->count; f++) {
    const SbMoment moment = sb_track_moment(problem, track->times[f], track->slope_step);
    sb_run_add_frame(session->run, step, track->times[f], sb_track_frame(track, f));
    PetscCall(PetscArraycpy(level->u, track->states[f], level->chain->unknowns));
    sb_session_store(session, track->times[f], level, &moment, sb_track_frame(track, f));
    if (f > 0)
      continue;
    for (int p = 0; p < problem->pool_count; p++)
      step->amount_start[problem->pools[p].species] += sb_chain_amount(level->chain, level->u, &problem->pools[p]);
  }
  const SbMoment last = sb_track_moment(problem, track->times[track->count - 1], track->slope_step);
  const SbTerminal *blocking = &problem->terminals[SB_LEFT];
  step->charge_passed = problem->field->potential ? track->charge : NAN;
  if (blocking->kind->holds_charge && problem->field->displacement) {
    /* exact: what passed stands on the blocking electrode */
    const double end = sb_terminal_charge(level->chain, track->states[track->count - 1], SB_LEFT);
    step->charge_passed = end - sb_terminal_charge(level->chain, track->states[0], SB_LEFT);
  }
  runs->fine = NULL;
  PetscCall(SbSessionKeep(session, step, level, &last));
  for (int p = 0; p < problem->pool_count; p++) {
    const SbPool *pool = &problem->pools[p];
    if (pool->closed && step->amount_start[pool->species] > 0.0)
      step->amount_error[pool->species] =
          (step->ledger.amount[pool->species] - step->amount_start[pool->species]) / step->amount_start[pool->species];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether the last tenth of the time brought no change beyond the bars. */
static bool settled(const SbRun *run, const SbStepResult *step) {
  if (step->frame_count < 2)
    return false;
  const double end = step->coordinate[step->frame_count - 1];
  int before = step->frame_count - 2;
  while (before > 0 && step->coordinate[before] > 0.9 * end)
    before--;
  for (int i = 0; i < run->measure_count; i++) {
    const SbReading *a = &step->readings[(size_t)before * (size_t)run->measure_count + (size_t)i];
    const SbReading *b = &step->readings[(size_t)(step->frame_count - 1) * (size_t)run->measure_count + (size_t)i];
    const double tolerance = sb_measure_tolerance(step->chain, step->u, &run->measures[i], b->value);
    if (isfinite(tolerance) && fabs(b->value - a->value) > fmax(0.1 * tolerance, 4.0 * b->noise))
      return false;
  }
  return true;
}

/* Whether no finer meshes are to follow, and why not if the accuracy is not met. */
static bool is_last(const SbSession *session, const Runs *runs, int round, double worst, SbEffort *effort) {
  if (runs->report.stopped || runs->careful_report.stopped)
    effort->accuracy_note = stopped_note;
  else if (!runs->report.finished)
    effort->accuracy_note = "the transient did not reach its end";
  else if (worst > 1.0 && sb_mesh_is_given(session->problem))
    effort->accuracy_note = "the deck gives the cells";
  else if (worst > 1.0 && round + 1 >= MOST_ROUNDS)
    effort->accuracy_note = "four meshes were not enough";
  else if (worst > 1.0 && runs->fine->mesh->nodes > MOST_LINKS)
    effort->accuracy_note = "the mesh would need more than 60000 cells";
  return worst <= 1.0 || effort->accuracy_note;
}

static PetscErrorCode TransientRun(SbSession *session, const void *params, SbStepResult *step) {
  PetscFunctionBeginUser;
  const SbTransientStep *settings = params;
  SbLandings times = sb_landings_create(session->deck, settings);
  Runs runs = {0}, before = {0}; /* before: the round that missed */
  SbMesh *mesh = NULL;
  step->coordinate_name = "time";
  step->coordinate_dimension = SB_DIMENSION_TIME;
  PetscCall(FirstMesh(session, times.times[0], &mesh));
  for (int round = 0;; round++) {
    PetscCall(SbLevelCreate(session->problem, mesh, &runs.coarse));
    PetscCall(RunAll(session, settings, &times, &runs));
    step->effort.mesh_rounds = round + 1;
    sb_session_cost(step, &runs.coarse->system->cost);
    sb_session_cost(step, &runs.fine->system->cost);
    if (runs.report.stopped && before.fine) {
      PetscCall(RunsDestroy(&runs));
      runs = before;
      before = (Runs){0};
      step->effort.accuracy_note = stopped_note;
      break;
    }
    if (is_last(session, &runs, round, set_bars(session, &runs), &step->effort))
      break;
    mesh = sb_mesh_copy(runs.fine->mesh);
    PetscCall(RunsDestroy(&before));
    before = runs;
    runs = (Runs){0};
  }
  PetscCall(RunsDestroy(&before));
  sb_progress_clear();
  step->effort.accuracy_met = !step->effort.accuracy_note;
  if (!runs.report.finished && !runs.report.stopped)
    explain(session, settings, &runs, step);
  PetscCall(Accept(session, &runs, step));
  step->steady = settled(session->run, step);
  PetscCall(RunsDestroy(&runs));
  free(times.times);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const SbProtocol sb_protocol_transient = {.name = "transient", .run = TransientRun};
