/* A transient: on a mesh h with loose steps of its own, and with the same steps on the mesh H whose halving h is (the
   difference is the bar of the mesh); while a bar of the mesh misses the wanted accuracy, the same on as much finer
   meshes as it takes; at last on h with the wanted steps. That is what is reported; its difference from the loose steps
   is the bar of the time steps. The steps are chosen on the finer mesh, which sees the faster changes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "discretize/terminal.h"
#include "output/extremes.h"
#include "output/progress.h"
#include "protocol/landings.h"
#include "protocol/track.h"
#include "solve/dual.h"

enum { MOST_PAIRS = 4, MOST_LINKS = 60000 };
static const double looser = 30.0;     /* tolerance of the loose steps, in that of the wanted ones ... */
static const double tightest = 0.003;  /* ... which is at most this, or loose steps would say nothing */
static const double most_finer = 4.0;  /* lengths of links from one pair of meshes to the next ... */
static const double aim = 0.7;         /* ... for bars of this share of what is wanted */
static const double front_share = 0.3; /* of the diffusion length, for the first links beside a front */
static const double layer_share = 0.3; /* of the shortest Debye length that occurs, at most, for links beside a layer */

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

/* ---- the runs
 * ------------------------------------------------------------------------------------------------------- */
typedef struct {
  SbSession *session;
  const SbTransientStep *settings;
  SbLandings times;
  SbLevel *coarse, *fine;       /* H and h */
  SbTrack rough, sharp, wanted; /* loose steps on H and on h, wanted steps on h */
  SbTimeSteps steps;            /* the loose ones */
  SbTransientReport report;     /* of the last run */
  int meshes;
} Runs;

static PetscErrorCode RunsClear(Runs *runs) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelDestroy(&runs->coarse));
  PetscCall(SbLevelDestroy(&runs->fine));
  sb_track_clear(&runs->rough);
  sb_track_clear(&runs->sharp);
  sb_track_clear(&runs->wanted);
  sb_time_steps_clear(&runs->steps);
  free(runs->times.times);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The state a step starts from, on a level's mesh. A steady state is solved again there, under the controls (and at the
   value of a sweep) that it is steady with: interpolated, its charge layers would be out of balance. */
static PetscErrorCode Start(const SbSession *session, SbLevel *level) {
  PetscFunctionBeginUser;
  if (session->state) {
    PetscCall(SbLevelInherit(level, session->state));
    sb_level_hold_charges(level, session->state);
    if (session->steady && sb_level_restate(level, session->state->chain->problem)) {
      PetscCall(SbNewtonSteady(level->newton, level->u));
      sb_level_restate(level, session->problem);
      sb_level_hold_charges(level, level);
    }
  } else {
    sb_state_fill(level->chain, level->u);
    PetscCall(SbSystemHoldAmounts(level->system, level->u));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RunOn(Runs *runs, SbLevel *level, SbTransientPlan plan, const char *what, SbTrack *track) {
  PetscFunctionBeginUser;
  plan.tolerance = fmin(runs->session->deck->accuracy.time, tightest);
  plan.first_step = first_step(runs->session->problem, runs->settings);
  plan.landings = runs->times.times;
  *track = sb_track_create(runs->session, runs->times.count, runs->settings->until, what);
  sb_track_follow(track, &plan);
  PetscCall(Start(runs->session, level));
  PetscCall(SbTransientSolve(level, &plan, &runs->report));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Loose steps on h. */
static PetscErrorCode RunFine(Runs *runs, const SbMesh *coarse) {
  PetscFunctionBeginUser;
  const SbProblem *problem = runs->session->problem;
  const SbTransientPlan plan = {.looser = looser, .landing_count = runs->times.count, .chosen = &runs->steps};
  SbMesh *mesh = sb_mesh_is_given(problem) ? sb_given_mesh(problem, 0) : sb_mesh_halve(coarse);
  sb_time_steps_clear(&runs->steps);
  PetscCall(SbLevelCreate(problem, mesh, &runs->fine));
  PetscCall(RunOn(runs, runs->fine, plan, "transient, loose steps", &runs->sharp));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The same steps on H, up to where the run on h came. They may leap over what comes later there, such as the moment at
   which a species runs out at an electrode: then H takes steps of its own, and the bars of the mesh hold some of the
   error of time as well. Takes the mesh over. */
static PetscErrorCode RunCoarse(Runs *runs, SbMesh *mesh) {
  PetscFunctionBeginUser;
  SbTransientPlan plan = {.looser = looser, .landing_count = runs->sharp.count - 1, .replay = &runs->steps};
  PetscCall(SbLevelDestroy(&runs->coarse));
  sb_track_clear(&runs->rough);
  PetscCall(SbLevelCreate(runs->session->problem, mesh, &runs->coarse));
  PetscCall(RunOn(runs, runs->coarse, plan, "transient, same steps on the coarser mesh", &runs->rough));
  if (runs->report.failure) {
    plan.replay = NULL;
    sb_track_clear(&runs->rough);
    PetscCall(RunOn(runs, runs->coarse, plan, "transient, own steps on the coarser mesh", &runs->rough));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RunWanted(Runs *runs) {
  PetscFunctionBeginUser;
  const SbTransientPlan plan = {.looser = 1.0, .landing_count = runs->times.count};
  PetscCall(RunOn(runs, runs->fine, plan, "transient, wanted steps", &runs->wanted));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What has been found on h stands in H's place until the next pair of meshes has more. */
static PetscErrorCode KeepFine(Runs *runs) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelDestroy(&runs->coarse));
  sb_track_clear(&runs->rough);
  runs->coarse = runs->fine;
  runs->rough = runs->sharp;
  runs->fine = NULL;
  runs->sharp = (SbTrack){0};
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- bars
 * ------------------------------------------------------------------------------------------------------------ */
static double largest_value(const SbTrack *track, int measure) {
  double largest = 0.0;
  for (int f = 0; f < track->count; f++)
    largest = fmax(largest, fabs(sb_track_frame(track, f)[measure].value));
  return largest;
}

/* The start of fills is the deck's own discontinuity: no mesh resolves it, and no bar describes it. */
static bool has_bars(const Runs *runs, int frame) {
  return frame > 0 || runs->session->state;
}

static const double no_digit = 0.1; /* relative difference between two meshes */

/* Where two meshes do not agree on a digit, such as on the flux across a step of the concentration, nothing is known.
 */
static void doubt_start(SbReading *reading, double difference, double tolerance) {
  if (fabs(difference) > fmax(no_digit * fabs(reading->value), tolerance))
    reading->value = NAN;
}

/* Bars of the mesh at all frames of `sharp`; returns the largest over its tolerance. */
static double set_mesh_bars(const Runs *runs) {
  const SbRun *run = runs->session->run;
  double worst = 0.0;
  for (int i = 0; i < run->measure_count; i++) {
    /* what decays is wanted to the accuracy of what it was */
    const double tolerance =
        sb_measure_tolerance(runs->fine->chain, runs->fine->u, &run->measures[i], largest_value(&runs->sharp, i));
    for (int f = 0; f < runs->sharp.count && f < runs->rough.count; f++) {
      SbReading *reading = &sb_track_frame(&runs->sharp, f)[i];
      const double difference = sb_track_frame(&runs->rough, f)[i].value - reading->value;
      if (isnan(difference))
        continue; /* not read in this cell */
      if (!has_bars(runs, f)) {
        doubt_start(reading, difference, tolerance);
        continue;
      }
      reading->mesh_bar = fmax(0.5 * fabs(difference), 4.0 * reading->noise);
      reading->refined = reading->value - difference / 3.0;
      if (f > 0 && 4.0 * reading->noise < tolerance)
        worst = fmax(worst, reading->mesh_bar / tolerance);
    }
  }
  return worst;
}

/* Bars of the frames of `wanted`: the mesh's as the loose steps show them; that of the time steps holds where a
   thirtieth of the tolerance leaves at most a third of the error. */
static void set_all_bars(const Runs *runs) {
  const int measures = runs->session->run->measure_count;
  for (int i = 0; i < measures; i++) {
    const double largest = largest_value(&runs->wanted, i);
    for (int f = 0; f < runs->wanted.count && f < runs->sharp.count; f++) {
      SbReading *reading = &sb_track_frame(&runs->wanted, f)[i];
      const SbReading *loose = &sb_track_frame(&runs->sharp, f)[i];
      if (!has_bars(runs, f))
        reading->value = loose->value; /* the same state */
      if (isnan(reading->value) || !has_bars(runs, f))
        continue;
      reading->mesh_bar = fmax(loose->mesh_bar, 4.0 * reading->noise);
      reading->refined = reading->value + loose->refined - loose->value;
      reading->time_bar = 0.5 * fabs(loose->value - reading->value);
      /* what has decayed carries the errors of what it was; what is set has none */
      if (reading->time_bar > 0.0)
        reading->time_bar = fmax(reading->time_bar, runs->report.tolerance * largest);
    }
  }
}

/* Charge that passed on a track, C/m2. */
static double charge_passed(const SbTrack *track, const SbLevel *level) {
  const SbProblem *problem = level->chain->problem;
  if (track->count == 0 || !problem->has_potential)
    return NAN;
  if (!problem->terminals[SB_LEFT].kind->holds_charge || !problem->field->displacement ||
      sb_problem_reacts(problem, SB_LEFT))
    return track->charge;
  /* exact: what passed stands on the blocking electrode */
  return sb_terminal_charge(level->chain, track->states[track->count - 1], SB_LEFT) -
         sb_terminal_charge(level->chain, track->states[0], SB_LEFT);
}

/* That of the track to report, with bars where all tracks came to the end. */
static SbReading charge_reading(const Runs *runs, const SbTrack *track, const SbLevel *level) {
  SbReading reading = {charge_passed(track, level), 0.0, NAN, NAN, NAN};
  if (track != &runs->wanted || runs->rough.count < track->count || isnan(reading.value))
    return reading;
  const double loose = charge_passed(&runs->sharp, level),
               difference = charge_passed(&runs->rough, runs->coarse) - loose;
  reading.mesh_bar = 0.5 * fabs(difference);
  reading.time_bar = 0.5 * fabs(loose - reading.value);
  reading.refined = reading.value - difference / 3.0;
  return reading;
}

/* ---- the first mesh
 * ------------------------------------------------------------------------------------------------------ */
/* Without charge layers a front at a region boundary is as thin as what has diffused by the first time that is looked
   at. Along a cable diffusion is slow beside all that its membrane does. */
static double *front_lengths(const SbProblem *problem, double first_time) {
  double *lengths = sb_calloc((size_t)problem->region_count + 1, sizeof *lengths), slowest = INFINITY;
  for (int r = 0; r < problem->region_count; r++)
    for (int s = 0; s < problem->species_count; s++)
      slowest = fmin(slowest, problem->regions[r].diffusivity[s]);
  for (int b = 0; b <= problem->region_count; b++)
    lengths[b] = problem->field->displacement || problem->cable ? INFINITY : front_share * sqrt(slowest * first_time);
  return lengths;
}

/* Whether a mesh is as fine beside region boundaries as is wanted there, or nearly so. */
static bool is_as_fine(const SbMesh *mesh, const SbMesh *wanted) {
  static const double nearly = 2.0;
  for (int k = 0; k < mesh->intervals; k++)
    if (mesh->h[mesh->first[k]] > nearly * wanted->h[wanted->first[k]] ||
        mesh->h[mesh->first[k + 1] - 1] > nearly * wanted->h[wanted->first[k + 1] - 1])
      return false;
  return true;
}

/* Half the longest links of H that the charge layers at each boundary allow, in all frames on h; *good: H keeps to
   them. */
static double *layer_lengths(const Runs *runs, bool *good) {
  const SbProblem *problem = runs->session->problem;
  const SbMesh *coarse = runs->coarse->mesh, *fine = runs->fine->mesh;
  double *lengths = sb_calloc((size_t)problem->region_count + 1, sizeof *lengths);
  *good = true;
  for (int b = 0; b <= problem->region_count; b++) {
    lengths[b] = INFINITY;
    for (int side = -1; side <= 0 && problem->field->displacement; side++) {
      const int region = b + side;
      if (region < 0 || region >= problem->region_count || problem->regions[region].membrane)
        continue;
      double longest = INFINITY;
      for (int f = 0; f < runs->sharp.count; f++)
        longest = fmin(longest, layer_share * sb_local_debye_length(runs->fine->chain, runs->sharp.states[f],
                                                                    fine->first[b], region));
      *good = *good && coarse->h[coarse->first[b] + side] <= longest;
      lengths[b] = fmin(lengths[b], 0.5 * longest);
    }
  }
  return lengths;
}

/* The mesh after a pair whose bars are so many times too large: graded anew where the state has thinner charge layers
   than the deck showed, else finer everywhere, since the bars of a scheme of second order go with the square of the
   lengths. */
static SbMesh *next_mesh(const Runs *runs, double worst) {
  const SbProblem *problem = runs->session->problem;
  bool good;
  double *lengths = layer_lengths(runs, &good);
  SbMesh *mesh = good ? sb_mesh_finer(problem, runs->coarse->mesh, fmin(most_finer, sqrt(worst / aim)), MOST_LINKS / 2)
                      : sb_first_mesh(problem, &sb_first_mesh_transient, lengths, MOST_LINKS / 2);
  free(lengths);
  return mesh;
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
  /* a finer mesh that resolved the state before serves its relaxation too; what was h to a transient is h again, so
     that its state goes on as it was */
  const SbMesh *former = session->coarser ? session->coarser : session->state ? session->state->mesh : NULL;
  if (former && (session->coarser ? is_as_fine(former, *mesh) : former->nodes > (*mesh)->nodes)) {
    sb_mesh_destroy(mesh);
    *mesh = sb_mesh_copy(former);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the outcome
 * --------------------------------------------------------------------------------------------------------- */
/* Frames, ledger and state of the accepted run, whose level is handed over to the session. */
static PetscErrorCode Accept(Runs *runs, SbLevel **reported, SbTrack *track, SbStepResult *step) {
  PetscFunctionBeginUser;
  SbSession *session = runs->session;
  SbLevel *level = *reported;
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
  step->trace = track->trace;
  track->trace = (SbTrace){0};
  step->conduction_velocity = sb_conduction_velocity(session->run, step);
  *reported = NULL;
  PetscCall(SbSessionKeep(session, step, level, &last));
  if (runs->coarse)
    session->coarser = sb_mesh_copy(runs->coarse->mesh);
  for (int p = 0; p < problem->pool_count; p++) {
    const SbPool *pool = &problem->pools[p];
    const bool converted =
        sb_problem_converts(problem, SB_LEFT, pool->species) || sb_problem_converts(problem, SB_RIGHT, pool->species);
    if (pool->closed && !converted && step->amount_start[pool->species] > 0.0)
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
static bool is_last(const Runs *runs, double worst, const char **note) {
  if (worst <= 1.0)
    return true;
  if (sb_mesh_is_given(runs->session->problem))
    *note = "the deck gives the cells";
  else if (runs->meshes >= 2 * MOST_PAIRS)
    *note = "eight meshes were not enough";
  else if (runs->fine->mesh->nodes > MOST_LINKS)
    *note = "the mesh would need more than 60000 cells";
  return *note;
}

/* Pairs of meshes until the bars of the mesh will do. */
static PetscErrorCode RunPairs(Runs *runs, const char **note) {
  PetscFunctionBeginUser;
  SbMesh *mesh;
  PetscCall(FirstMesh(runs->session, runs->times.times[0], &mesh));
  for (;;) {
    PetscCall(RunFine(runs, mesh));
    if (runs->report.stopped || runs->sharp.count < 2)
      break;
    const SbTransientReport fine = runs->report;
    PetscCall(RunCoarse(runs, mesh));
    mesh = NULL;
    if (runs->report.stopped)
      break;
    if (!fine.finished)
      runs->report = fine;
    runs->meshes += 2;
    const double worst = set_mesh_bars(runs);
    if (is_last(runs, worst, note) || !runs->report.finished)
      break;
    mesh = next_mesh(runs, worst);
    PetscCheck(mesh, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a mesh");
    PetscCall(KeepFine(runs));
  }
  sb_mesh_destroy(&mesh);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* All runs as far as they come. The one to report is `sharp` on h, unless `track` and `level` are changed: a run that a
   signal stops is reported only where there is no complete one. */
static PetscErrorCode RunAll(Runs *runs, SbStepResult *step, SbTrack **track, SbLevel ***level) {
  PetscFunctionBeginUser;
  const char *note = NULL;
  PetscCall(RunPairs(runs, &note));
  if (runs->report.stopped && runs->sharp.count <= runs->times.count && runs->rough.count > runs->times.count) {
    *track = &runs->rough; /* of the pair before */
    *level = &runs->coarse;
  }
  if (!runs->report.finished)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(RunWanted(runs));
  if (runs->report.stopped)
    PetscFunctionReturn(PETSC_SUCCESS);
  *track = &runs->wanted;
  set_all_bars(runs);
  step->effort.accuracy_note = note;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TransientRun(SbSession *session, const void *params, SbStepResult *step) {
  PetscFunctionBeginUser;
  const SbTransientStep *settings = params;
  Runs runs = {.session = session, .settings = settings, .times = sb_landings_create(session->deck, settings)};
  SbTrack *track = &runs.sharp;
  SbLevel **level = &runs.fine;
  step->coordinate_name = "time";
  step->coordinate_dimension = SB_DIMENSION_TIME;
  PetscCall(RunAll(&runs, step, &track, &level));
  sb_progress_clear();
  if (runs.report.stopped)
    step->effort.accuracy_note = "a signal ended the run before its error was known";
  else if (!runs.report.finished)
    step->effort.accuracy_note = "the transient did not reach its end";
  step->effort.accuracy_met = !step->effort.accuracy_note;
  step->effort.mesh_rounds = runs.meshes;
  if (!runs.report.finished && !runs.report.stopped) {
    step->failure.message = sb_explain_transient(session->problem, settings->until, &runs.report);
    step->failure.coordinate = runs.report.time;
  }
  if (*level)
    step->charge_passed = charge_reading(&runs, track, *level);
  PetscCall(Accept(&runs, level, track, step));
  step->steady = settled(session->run, step);
  PetscCall(RunsClear(&runs));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const SbProtocol sb_protocol_transient = {.name = "transient", .run = TransientRun};
