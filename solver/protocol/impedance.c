/* The impedance of the steady state that the last step left. State and spectrum are computed on a mesh H and on the
   halved mesh h, which is reported; half their difference is the bar of each part. While a bar misses the wanted
   accuracy, h takes the place of H. */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/units.h"
#include "output/progress.h"
#include "protocol/session.h"
#include "solve/impedance.h"
#include "solve/interrupt.h"

enum { MOST_HALVINGS = 5, MOST_LINKS = 60000 };
static const double wave_share = 0.3;    /* of its decay length, for the first links beside a boundary */
static const double small_part = 0.01;   /* of |Z|: a smaller real or imaginary part is judged against that */
static const double finest_factor = 2.0; /* bar over difference where only a finer mesh than the given one is at hand */

/* One level with its spectrum. */
typedef struct {
  SbLevel *level;
  double complex *z;         /* [count] ohm m2; NAN: no response found. Room for one more on each rank, as below */
  double complex *responses; /* [count][unknowns] */
} Spectrum;

typedef struct {
  SbSession *session;
  SbStepResult *step;
  const SbProblem *problem; /* of the state; a sweep may have left it at other values than the deck's */
  int count;
  double *frequencies;   /* [count] Hz, ascending */
  Spectrum rough, sharp; /* H and h */
  double *bars;          /* [count][2] of the real and imaginary part, ohm m2 */
  bool stopped;
} Impedance;

/* ---- frequencies
 * -------------------------------------------------------------------------------------------------------- */
static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Those of the step, both ends exact, and those that expectations name. */
static double *frequencies_create(const SbDeck *deck, const SbImpedanceStep *settings, int *count) {
  const SbExpect *expects = deck->expect.items;
  const double decades = settings->frequencies ? 0.0 : log10(settings->to / settings->from);
  const int own = settings->frequencies ? settings->count : (int)floor(decades * settings->per_decade + 1e-9) + 1;
  double *all = sb_calloc((size_t)(own + deck->expect.count) + 1, sizeof *all);
  int found = 0, kept = 0;
  for (int i = 0; i < own; i++)
    all[found++] =
        settings->frequencies ? settings->frequencies[i] : settings->from * pow(10.0, i / settings->per_decade);
  if (!settings->frequencies)
    all[found++] = settings->to;
  for (int e = 0; e < deck->expect.count; e++)
    if (!isnan(expects[e].at.frequency))
      all[found++] = expects[e].at.frequency;
  qsort(all, (size_t)found, sizeof *all, ascending);
  for (int i = 0; i < found; i++)
    if (kept == 0 || all[i] > all[kept - 1] * (1.0 + 1e-10))
      all[kept++] = all[i];
  *count = kept;
  return all;
}

/* ---- meshes
 * ------------------------------------------------------------------------------------------------------------- */
/* Largest links beside region boundaries: what diffuses there within a period decays over 1/sqrt(1/lambda^2 + w/D),
   lambda being the Debye length; and what the state needed. */
static double *wave_lengths(const Impedance *run, double frequency) {
  const SbProblem *problem = run->problem;
  const SbMesh *mesh = run->session->state->mesh;
  double *lengths = sb_calloc((size_t)problem->region_count + 1, sizeof *lengths), slowest = INFINITY;
  for (int r = 0; r < problem->region_count; r++)
    for (int s = 0; s < problem->species_count; s++)
      if (problem->regions[r].partition[s] > 0.0 && problem->regions[r].diffusivity[s] > 0.0)
        slowest = fmin(slowest, problem->regions[r].diffusivity[s]);
  for (int b = 0; b <= problem->region_count; b++) {
    const double debye = sb_boundary_debye_length(problem, b);
    const int node = mesh->first[b], last = mesh->nodes - 1;
    lengths[b] = wave_share / sqrt(1.0 / (debye * debye) + 2.0 * M_PI * frequency / slowest);
    for (int link = node > 0 ? node - 1 : node; link <= node && link < last; link++)
      if (mesh->h[link] > 0.0)
        lengths[b] = fmin(lengths[b], 2.0 * mesh->h[link]);
  }
  return lengths;
}

/* Whether half of the given cells make a mesh. */
static bool halves(const SbProblem *problem) {
  for (int r = 0; r < problem->region_count; r++)
    if (!problem->regions[r].membrane && problem->regions[r].cells < 2 * SB_FEWEST_CELLS)
      return false;
  return true;
}

static SbMesh *first_mesh(const Impedance *run) {
  if (sb_mesh_is_given(run->problem))
    return sb_given_mesh(run->problem, halves(run->problem) ? 1 : 0);
  double *caps = wave_lengths(run, run->frequencies[run->count - 1]);
  SbMesh *mesh = sb_first_mesh(run->problem, &sb_first_mesh_transient, caps, MOST_LINKS / 2);
  free(caps);
  return mesh;
}

/* ---- spectra
 * ------------------------------------------------------------------------------------------------------------ */
static PetscErrorCode Clear(Spectrum *spectrum) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelDestroy(&spectrum->level));
  free(spectrum->z);
  free(spectrum->responses);
  *spectrum = (Spectrum){0};
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* *done: the state was found and no signal came. */
static PetscErrorCode Measure(Impedance *run, SbMesh *mesh, Spectrum *spectrum, bool *done) {
  PetscFunctionBeginUser;
  SbEffort *effort = &run->step->effort;
  SbImpedance *impedance;
  PetscCall(SbLevelCreate(run->problem, mesh, &spectrum->level));
  SbLevel *level = spectrum->level;
  PetscCall(SbLevelInherit(level, run->session->state));
  PetscCall(SbSteadySolve(level->newton, level->u));
  effort->newton_iterations += level->newton->report.iterations;
  effort->mesh_rounds++;
  *done = level->newton->report.converged;
  if (!*done)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(SbImpedanceCreate(level->chain, level->u, &impedance));
  const int at_once = sb_impedance_at_once(impedance);
  const size_t unknowns = (size_t)level->chain->unknowns, room = (size_t)(run->count + at_once);
  spectrum->z = sb_calloc(room, sizeof *spectrum->z);
  spectrum->responses = sb_calloc(room * unknowns, sizeof *spectrum->responses);
  for (int i = 0; i < run->count && *done; i += at_once) {
    const int left = run->count - i, count = left < at_once ? left : at_once;
    PetscCall(SbImpedanceSolve(impedance, count, run->frequencies + i, spectrum->responses + (size_t)i * unknowns,
                               spectrum->z + i));
    sb_progress("impedance", i + count, run->count);
    PetscCall(SbInterrupted(&run->stopped));
    *done = !run->stopped;
  }
  PetscCall(SbImpedanceDestroy(&impedance));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Bars from the difference of two meshes; returns the largest over its tolerance. */
static double set_bars(Impedance *run, double factor) {
  double worst = 0.0;
  for (int i = 0; i < run->count; i++) {
    const double complex z = run->sharp.z[i], difference = run->rough.z[i] - z;
    const double parts[2] = {fabs(creal(z)), fabs(cimag(z))};
    run->bars[2 * i] = factor * fabs(creal(difference));
    run->bars[2 * i + 1] = factor * fabs(cimag(difference));
    for (int k = 0; k < 2; k++) {
      const double tolerance = run->problem->deck->accuracy.current * fmax(parts[k], small_part * cabs(z));
      worst = fmax(worst, run->bars[2 * i + k] / tolerance);
    }
  }
  return worst;
}

static void swap(Impedance *run) {
  const Spectrum sharp = run->sharp;
  run->sharp = run->rough;
  run->rough = sharp;
}

/* Both spectra, on meshes fine enough; *done as in Measure. */
static PetscErrorCode MeasureAll(Impedance *run, bool *done) {
  PetscFunctionBeginUser;
  SbEffort *effort = &run->step->effort;
  const bool given = sb_mesh_is_given(run->problem), coarser = given && halves(run->problem);
  PetscCall(Measure(run, first_mesh(run), &run->rough, done));
  for (int rounds = 1; *done; rounds++) {
    SbMesh *mesh = coarser ? sb_given_mesh(run->problem, 0) : sb_mesh_halve(run->rough.level->mesh);
    PetscCall(Measure(run, mesh, &run->sharp, done));
    if (!*done)
      break;
    const bool reports_coarse = given && !coarser;
    if (reports_coarse)
      swap(run);
    effort->accuracy_met = set_bars(run, reports_coarse ? finest_factor : 0.5) <= 1.0;
    if (effort->accuracy_met)
      break;
    effort->accuracy_note = given                                        ? "the deck gives the cells"
                            : rounds >= MOST_HALVINGS                    ? "five halvings of the mesh were not enough"
                            : run->sharp.level->mesh->nodes > MOST_LINKS ? "the mesh would need more than 60000 cells"
                                                                         : NULL;
    if (effort->accuracy_note)
      break;
    PetscCall(Clear(&run->rough));
    swap(run);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the outcome
 * -------------------------------------------------------------------------------------------------------- */
static SbReading reading_of(double value, double bar) {
  return (SbReading){.value = value, .noise = 0.0, .mesh_bar = bar, .time_bar = NAN, .refined = NAN};
}

/* The readings of a frame: those of the state, and the impedance. */
static void set_impedance(const Impedance *run, int i, SbReading *readings) {
  const double degrees = 180.0 / M_PI, *bars = &run->bars[2 * i];
  const double complex z = run->sharp.z[i];
  const double size = cabs(z);
  /* errors of the parts, taken into the direction of Z and across it */
  const double along = hypot(creal(z) * bars[0], cimag(z) * bars[1]) / size;
  const double across = hypot(cimag(z) * bars[0], creal(z) * bars[1]) / size;
  for (int m = 0; m < run->session->run->measure_count; m++) {
    const SbQuantity quantity = run->session->run->measures[m].quantity;
    if (quantity == SB_QUANTITY_IMPEDANCE_REAL)
      readings[m] = reading_of(creal(z), bars[0]);
    else if (quantity == SB_QUANTITY_IMPEDANCE_IMAGINARY)
      readings[m] = reading_of(cimag(z), bars[1]);
    else if (quantity == SB_QUANTITY_IMPEDANCE_MAGNITUDE)
      readings[m] = reading_of(size, along);
    else if (quantity == SB_QUANTITY_IMPEDANCE_PHASE)
      readings[m] = reading_of(degrees * carg(z), degrees * across / size);
  }
}

/* Frames, one per frequency; the level is handed over to the session. */
static PetscErrorCode Accept(Impedance *run) {
  PetscFunctionBeginUser;
  SbSession *session = run->session;
  SbRun *record = session->run;
  SbStepResult *step = run->step;
  SbLevel *level = run->sharp.level;
  const SbMoment moment = {.steady = true, .time = -1.0};
  const size_t measures = (size_t)record->measure_count, unknowns = (size_t)level->chain->unknowns;
  const SbStepResult *before = step - 1; /* the one that left the state, with the bars of its readings */
  while (before->sensitivities)
    before--;
  SbReading *readings = sb_calloc(measures, sizeof *readings);
  sb_session_effort(step, run->problem, level);
  sb_session_begin(session, step, level);
  for (int i = 0; i < run->count; i++) {
    for (size_t m = 0; m < measures; m++)
      readings[m] = before->readings[(size_t)(before->frame_count - 1) * measures + m];
    set_impedance(run, i, readings);
    const bool solved = !isnan(creal(run->sharp.z[i]));
    sb_run_add_frame(record, step, run->frequencies[i], solved ? readings : NULL);
    sb_session_store(session, run->frequencies[i], solved ? level : NULL, &moment, solved ? readings : NULL);
    sb_session_respond(session, level, run->sharp.responses + (size_t)i * unknowns, solved);
  }
  free(readings);
  run->sharp.level = NULL;
  PetscCall(SbSessionKeep(session, step, level, &moment));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Frequencies at which no response was found. */
static void explain_unsolved(const Impedance *run) {
  SbStepResult *step = run->step;
  int unsolved = 0;
  for (int i = run->count - 1; i >= 0; i--) {
    if (!isnan(creal(run->sharp.z[i])))
      continue;
    unsolved++;
    step->failure.coordinate = run->frequencies[i];
  }
  if (unsolved == 0)
    return;
  char first[64];
  const size_t size = 400;
  sb_units_print(first, sizeof first, step->failure.coordinate, SB_DIMENSION_FREQUENCY, 6);
  step->failure.message = sb_calloc(size, 1);
  snprintf(step->failure.message, size,
           "at %d of %d frequencies, the first %s, the linear system of the response has no solution to working "
           "precision; the others are kept. What helps: higher frequencies, fewer cells.",
           unsolved, run->count, first);
}

static PetscErrorCode ImpedanceRun(SbSession *session, const void *params, SbStepResult *step) {
  PetscFunctionBeginUser;
  Impedance run = {.session = session, .step = step, .problem = session->state->chain->problem};
  bool done;
  step->steady = true;
  step->coordinate_name = "frequency";
  step->coordinate_dimension = SB_DIMENSION_FREQUENCY;
  step->effort.method = "K + i w M factored at every frequency";
  step->driven = (int)sb_driven_side(run.problem);
  run.frequencies = frequencies_create(session->deck, params, &run.count);
  run.bars = sb_calloc(2 * (size_t)run.count, sizeof *run.bars);
  PetscCall(MeasureAll(&run, &done));
  sb_progress_clear();
  if (done) {
    PetscCall(Accept(&run));
    explain_unsolved(&run);
  } else if (!run.stopped) {
    const SbLevel *level = run.sharp.level ? run.sharp.level : run.rough.level;
    step->failure.message = sb_explain_steady(run.problem, level);
    sb_session_effort(step, run.problem, level);
  }
  PetscCall(Clear(&run.rough));
  PetscCall(Clear(&run.sharp));
  free(run.frequencies);
  free(run.bars);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const SbProtocol sb_protocol_impedance = {.name = "impedance", .run = ImpedanceRun};
