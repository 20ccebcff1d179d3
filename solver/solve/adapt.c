#include "solve/adapt.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timing.h"
#include "solve/capacitance.h"
#include "solve/dual.h"
#include "solve/polarisation.h"
#include "solve/potential_search.h"

enum { MOST_ROUNDS = 8, MOST_LINKS = 60000, COARSEST_GIVEN = 400 };
enum { REST_NODES = 50000 }; /* of a coarse mesh beyond which memory counts more than the time to take it again */
static const double noise_factor = 4.0;     /* of the observed rounding noise: never exceeded */
static const double depletion_factor = 2.0; /* of concentration over its gradient: threefold within a link */
static const double depletion_step = 0.01;  /* of a link: on a poor mesh a depleted end looks emptier than it is */
static const double guard_margin = 0.7;     /* a cap, in local Debye lengths */
static const double two_halvings = 12.0;    /* bar over tolerance that two halvings take care of */

PetscErrorCode SbAdaptCreate(const SbProblem *problem, int measure_count, const SbMeasure *measures, SbAdapt **out) {
  PetscFunctionBeginUser;
  SbAdapt *adapt;
  PetscCall(PetscNew(&adapt));
  *out = adapt;
  adapt->problem = problem;
  adapt->moment = (SbMoment){.steady = true, .time = -1.0};
  adapt->measure_count = measure_count;
  adapt->measures = measures;
  PetscCall(PetscCalloc1(measure_count, &adapt->readings));
  PetscCall(PetscMalloc1(problem->region_count + 1, &adapt->caps));
  for (int b = 0; b <= problem->region_count; b++)
    adapt->caps[b] = INFINITY;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbAdaptDestroy(SbAdapt **out) {
  PetscFunctionBeginUser;
  SbAdapt *adapt = *out;
  if (!adapt)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(SbLevelDestroy(&adapt->coarse));
  PetscCall(SbLevelDestroy(&adapt->fine));
  PetscCall(PetscFree(adapt->readings));
  PetscCall(PetscFree(adapt->caps));
  PetscCall(PetscFree(adapt));
  *out = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* sum z^2 c on one side of a node. */
static double strength(const SbLevel *level, int node, int region) {
  const SbChain *chain = level->chain;
  const SbProblem *problem = chain->problem;
  const double jump = node == level->mesh->first[region] ? sb_chain_jump(chain, level->u, node) : 0.0;
  double sum = 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    const double z = problem->species[s].charge;
    sum += z * z * problem->regions[region].partition[s] * exp(-z * jump / problem->thermal_voltage) *
           sb_chain_concentration(chain, level->u, node, s);
  }
  return sum;
}

/* Length over which the ions next to a depleted boundary become several times as many: without charge layers the
   shortest there is. side: -1, 0 for the left, right one. */
static double depletion_length(const SbLevel *level, int node, int side, int region) {
  const int link = node + side;
  const double here = strength(level, node, region), there = strength(level, side == 0 ? node + 1 : node - 1, region);
  if (there <= here)
    return INFINITY;
  return level->mesh->h[link] * fmax(depletion_factor * here / (there - here), depletion_step);
}

/* Whether H resolves all boundaries; where it does not, a cap is remembered for all later meshes. */
static bool guard(SbAdapt *adapt) {
  const SbMesh *mesh = adapt->coarse->mesh;
  bool good = true;
  if (!adapt->problem->field->potential)
    return true;
  for (int b = 0; b <= adapt->problem->region_count; b++) {
    for (int side = -1; side <= 0; side++) {
      const int region = b + side, link = mesh->first[b] + side;
      if (region < 0 || region >= adapt->problem->region_count || adapt->problem->regions[region].membrane)
        continue;
      const int node = adapt->fine->mesh->first[b];
      const double length = adapt->problem->field->displacement
                                ? sb_local_debye_length(adapt->fine->chain, adapt->fine->u, node, region)
                                : depletion_length(adapt->fine, node, side, region);
      if (mesh->h[link] <= length)
        continue;
      adapt->caps[b] = fmin(adapt->caps[b], guard_margin * length);
      good = false;
    }
  }
  return good;
}

static PetscErrorCode SolveLevel(SbAdapt *adapt, SbLevel *level) {
  PetscFunctionBeginUser;
  PetscCall(SbSteadySolve(level->newton, level->u));
  adapt->converged = level->newton->report.converged;
  adapt->iterations += level->newton->report.iterations;
  adapt->rounds++;
  if (!adapt->method || adapt->rounds == 1 || !adapt->converged)
    adapt->method = level->newton->report.method;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A measure at one level; a capacitance and a resistance take transposed solves. */
static PetscErrorCode Read(const SbAdapt *adapt, SbLevel *level, const SbMeasure *measure, SbReading *reading) {
  PetscFunctionBeginUser;
  *reading = sb_measure(level->chain, level->u, &adapt->moment, measure, NULL);
  if (measure->quantity == SB_QUANTITY_CAPACITANCE)
    PetscCall(SbCapacitance(level, &adapt->moment, (SbSide)measure->terminal, &reading->value));
  if (measure->quantity == SB_QUANTITY_POLARISATION_RESISTANCE)
    PetscCall(SbPolarisationResistance(level, &adapt->moment, &reading->value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Readings of the pair with their bars; indicators: sum |eta| of each measure, NULL: none. ratio: largest bar over
 * tolerance. */
static PetscErrorCode ReadPair(SbAdapt *adapt, const double *indicators, double *ratio) {
  PetscFunctionBeginUser;
  *ratio = 0.0;
  sb_timing_begin(SB_PART_READING);
  for (int i = 0; i < adapt->measure_count; i++) {
    const SbMeasure *measure = &adapt->measures[i];
    SbReading rough, *reading = &adapt->readings[i];
    PetscCall(Read(adapt, adapt->coarse, measure, &rough));
    PetscCall(Read(adapt, adapt->fine, measure, reading));
    const double difference = rough.value - reading->value;
    reading->mesh_bar = fmax(0.5 * fabs(difference), noise_factor * reading->noise);
    if (indicators)
      reading->mesh_bar = fmax(reading->mesh_bar, 0.1 * indicators[i]);
    reading->refined = reading->value - difference / 3.0;
    const double tolerance = sb_measure_tolerance(adapt->fine->chain, adapt->fine->u, measure, reading->value);
    const double own = noise_factor * reading->noise >= tolerance ? 0.0 : reading->mesh_bar / tolerance;
    if (own > *ratio) {
      *ratio = own;
      adapt->worst = i;
    }
  }
  sb_timing_end(SB_PART_READING, 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Largest indicators over all measures, each relative to its tolerance: e[links of coarse]; sums: [measure_count] of
 * |eta|. */
static PetscErrorCode Indicators(SbAdapt *adapt, double *e, double *sums) {
  PetscFunctionBeginUser;
  const int links = adapt->coarse->mesh->nodes - 1;
  double *eta;
  sb_timing_begin(SB_PART_BARS);
  PetscCall(PetscMalloc1(links, &eta));
  PetscCall(PetscArrayzero(e, links));
  for (int i = 0; i < adapt->measure_count; i++) {
    const SbReading *reading = &adapt->readings[i];
    const double tolerance =
        sb_measure_tolerance(adapt->fine->chain, adapt->fine->u, &adapt->measures[i], reading->value);
    sums[i] = 0.0;
    if (!isfinite(tolerance) || !sb_measure_is_local(adapt->measures[i].quantity))
      continue;
    PetscCall(SbDualIndicators(adapt->coarse, adapt->fine, &adapt->moment, &adapt->measures[i], eta));
    for (int j = 0; j < links; j++)
      sums[i] += fabs(eta[j]);
    if (noise_factor * reading->noise >= tolerance)
      continue;
    for (int j = 0; j < links; j++)
      e[j] = fmax(e[j], fabs(eta[j]) / tolerance);
  }
  PetscCall(PetscFree(eta));
  sb_timing_end(SB_PART_BARS, links);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The mesh for the next round from the indicators of this one. */
static PetscErrorCode Remesh(SbAdapt *adapt, const double *e, const double *sums, SbMesh **mesh) {
  PetscFunctionBeginUser;
  double sum = 0.0, ratio = 1.0 / 3.0;
  for (int j = 0; j < adapt->coarse->mesh->nodes - 1; j++)
    sum += e[j];
  for (int i = 0; i < adapt->measure_count; i++)
    if (sums[i] > 0.0)
      ratio = fmax(ratio, fmin(1.0, adapt->readings[i].mesh_bar / sums[i]));
  const double target = fmin(fmax(0.5 / ratio, sum / 64.0), sum / 2.0);
  *mesh = sb_dual_remesh(adapt->problem, adapt->coarse->mesh, e, target, adapt->caps, MOST_LINKS / 2);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Replaces H by h, or by a new mesh with the state of h on it. */
static PetscErrorCode Advance(SbAdapt *adapt, SbMesh *mesh) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelDestroy(&adapt->coarse));
  if (!mesh) {
    adapt->coarse = adapt->fine;
    adapt->fine = NULL;
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(SbLevelCreate(adapt->problem, mesh, &adapt->coarse));
  PetscCall(SbLevelInherit(adapt->coarse, adapt->fine));
  PetscCall(SbLevelDestroy(&adapt->fine));
  PetscCall(SolveLevel(adapt, adapt->coarse));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Where a deck gives the cells: how often they are halved to start coarse. The reported mesh has exactly the given
   cells; a region of an odd number has one cell less than half of them on the mesh before. */
static int given_halvings(const SbProblem *problem) {
  int halvings = 0;
  for (int total = INT_MAX; total > COARSEST_GIVEN || halvings < 1; halvings++) {
    total = 0;
    for (int r = 0; r < problem->region_count; r++) {
      const int cells = problem->regions[r].cells >> halvings;
      if (problem->regions[r].membrane)
        continue;
      if (cells < 8)
        return halvings;
      total += cells / 2;
    }
  }
  return halvings;
}

/* A current may flow at several potentials: beyond the first the curve falls, since a double layer keeps away what
   reacts, and what is driven there runs off. Then the search that starts from rest replaces what Newton's method hit
   upon. begin: the start, [unknowns]. */
static PetscErrorCode LeaveFallingBranch(SbAdapt *adapt, SbLevel *level, const double *begin) {
  PetscFunctionBeginUser;
  const int unknowns = level->chain->unknowns;
  double slope, *found;
  if (!adapt->converged || !sb_potential_is_sought(adapt->problem))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(SbPolarisationResistance(level, &adapt->moment, &slope));
  if (!(slope < 0.0))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(unknowns, &found));
  PetscCall(PetscArraycpy(found, level->u, unknowns));
  PetscCall(PetscArraycpy(level->u, begin, unknowns));
  PetscCall(SbPotentialSearch(level->newton, level->u));
  if (level->newton->report.converged)
    adapt->method = "a search for the potential that meets the control";
  else
    PetscCall(PetscArraycpy(level->u, found, unknowns));
  level->newton->report.converged = true;
  PetscCall(PetscFree(found));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode FirstLevel(SbAdapt *adapt, const SbLevel *start, SbMesh *mesh) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelDestroy(&adapt->coarse));
  PetscCall(SbLevelDestroy(&adapt->fine));
  PetscCall(SbLevelCreate(adapt->problem, mesh, &adapt->coarse));
  SbLevel *level = adapt->coarse;
  if (start) {
    PetscCall(SbLevelInherit(level, start));
    sb_level_hold_charges(level, start);
  } else {
    sb_timing_begin(SB_PART_MESH);
    sb_state_fill(level->chain, level->u);
    PetscCall(SbSystemHoldAmounts(level->system, level->u));
    sb_state_guess(level->chain, level->u);
    sb_timing_end(SB_PART_MESH, 0);
  }
  level->system->evaluation.time = -1.0;
  level->system->evaluation.frozen_gates = adapt->frozen_gates;
  double *begin;
  PetscCall(PetscMalloc1(level->chain->unknowns, &begin));
  PetscCall(PetscArraycpy(begin, level->u, level->chain->unknowns));
  PetscCall(SolveLevel(adapt, level));
  if (!start)
    PetscCall(LeaveFallingBranch(adapt, level, begin));
  PetscCall(PetscFree(begin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether something is read off the matrix of a mesh, not off its state alone: a capacitance, say. */
static bool reads_matrix(const SbAdapt *adapt) {
  for (int i = 0; i < adapt->measure_count; i++)
    if (!sb_measure_is_local(adapt->measures[i].quantity))
      return true;
  return false;
}

/* From a coarse mesh up to the given one, each solve starting from the one before. */
static PetscErrorCode SolveGivenLevels(SbAdapt *adapt, int halvings) {
  PetscFunctionBeginUser;
  for (int k = halvings - 1; k >= 0 && adapt->converged; k--) {
    if (adapt->fine)
      PetscCall(Advance(adapt, NULL));
    PetscCall(SbLevelCreate(adapt->problem, sb_given_mesh(adapt->problem, k), &adapt->fine));
    PetscCall(SbLevelInherit(adapt->fine, adapt->coarse));
    if (adapt->coarse->mesh->nodes > REST_NODES && !reads_matrix(adapt))
      PetscCall(SbLevelRest(adapt->coarse));
    PetscCall(SolveLevel(adapt, adapt->fine));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A given mesh too coarse to be halved is reported itself, with its halving for the bar. */
static PetscErrorCode SolveGivenItself(SbAdapt *adapt) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelHalve(adapt->coarse, &adapt->fine));
  PetscCall(SolveLevel(adapt, adapt->fine));
  if (!adapt->converged)
    PetscFunctionReturn(PETSC_SUCCESS);
  double ratio;
  PetscCall(ReadPair(adapt, NULL, &ratio));
  SbLevel *swap = adapt->fine;
  adapt->fine = adapt->coarse;
  adapt->coarse = swap;
  for (int i = 0; i < adapt->measure_count; i++) {
    SbReading *reading = &adapt->readings[i];
    const double bar = 4.0 * reading->mesh_bar, refined = reading->refined;
    PetscCall(Read(adapt, adapt->fine, &adapt->measures[i], reading));
    reading->mesh_bar = bar;
    reading->refined = refined;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Whether the bars on given cells are good enough. */
static void judge_given(SbAdapt *adapt) {
  double worst = 0.0;
  for (int i = 0; i < adapt->measure_count; i++) {
    const SbReading *reading = &adapt->readings[i];
    const double tolerance =
        sb_measure_tolerance(adapt->fine->chain, adapt->fine->u, &adapt->measures[i], reading->value);
    worst = fmax(worst, reading->mesh_bar / fmax(tolerance, noise_factor * reading->noise));
  }
  adapt->accurate = worst <= 1.0 && guard(adapt);
  if (!adapt->accurate)
    adapt->note = "the deck gives the cells";
}

static PetscErrorCode SolveGiven(SbAdapt *adapt, const SbLevel *start) {
  PetscFunctionBeginUser;
  const int halvings = given_halvings(adapt->problem);
  double ratio;
  PetscCall(FirstLevel(adapt, start, sb_given_mesh(adapt->problem, halvings)));
  if (!adapt->converged)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (halvings > 0) {
    PetscCall(SolveGivenLevels(adapt, halvings));
    if (adapt->converged)
      PetscCall(ReadPair(adapt, NULL, &ratio));
  } else {
    PetscCall(SolveGivenItself(adapt));
  }
  if (adapt->converged)
    judge_given(adapt);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One round: both levels solved; decides whether it is enough, and if not what mesh comes next (NULL: h itself).
   Indicators are worth their solves where a graded mesh is to follow, and on one that they graded, where links may
   cancel. */
static PetscErrorCode Round(SbAdapt *adapt, SbMesh **next) {
  PetscFunctionBeginUser;
  double *e, *sums, ratio;
  *next = NULL;
  const bool guarded = guard(adapt);
  PetscCall(ReadPair(adapt, NULL, &ratio));
  /* a capacitance has no indicators of its own: halving is sure */
  const bool indicated = sb_measure_is_local(adapt->measures[adapt->worst].quantity);
  const bool remesh = !guarded || (ratio > two_halvings && indicated);
  adapt->accurate = guarded && ratio <= 1.0;
  if (!remesh && !(adapt->accurate && adapt->graded))
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc2(adapt->coarse->mesh->nodes, &e, adapt->measure_count, &sums));
  PetscCall(Indicators(adapt, e, sums));
  PetscCall(ReadPair(adapt, sums, &ratio));
  adapt->accurate = guarded && ratio <= 1.0;
  if (remesh) {
    PetscCall(Remesh(adapt, e, sums, next));
    adapt->graded = true;
  }
  PetscCall(PetscFree2(e, sums));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void begin(SbAdapt *adapt) {
  adapt->rounds = adapt->iterations = 0;
  adapt->accurate = false;
  adapt->note = NULL;
  adapt->method = NULL;
}

PetscErrorCode SbAdaptSolve(SbAdapt *adapt, const SbLevel *start, SbMesh *mesh) {
  PetscFunctionBeginUser;
  begin(adapt);
  if (sb_mesh_is_given(adapt->problem)) {
    PetscCall(SolveGiven(adapt, start));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!mesh)
    mesh = sb_first_mesh(adapt->problem, &sb_first_mesh_steady, adapt->caps, MOST_LINKS / 2);
  PetscCall(FirstLevel(adapt, start, mesh));
  for (int round = 0; adapt->converged; round++) {
    PetscCall(SbLevelHalve(adapt->coarse, &adapt->fine));
    PetscCall(SolveLevel(adapt, adapt->fine));
    if (!adapt->converged)
      break;
    SbMesh *next;
    PetscCall(Round(adapt, &next));
    if (adapt->accurate)
      break;
    if (round + 1 >= MOST_ROUNDS || adapt->fine->mesh->nodes > MOST_LINKS) {
      adapt->note =
          round + 1 >= MOST_ROUNDS ? "eight meshes were not enough" : "the mesh would need more than 60000 cells";
      sb_mesh_destroy(&next);
      break;
    }
    PetscCall(Advance(adapt, next));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* H and h at the next point of a sweep; not converged: they are left at the last one. */
static PetscErrorCode SolvePair(SbAdapt *adapt, double here, double next) {
  PetscFunctionBeginUser;
  SbLevel *levels[2] = {adapt->coarse, adapt->fine};
  for (int k = 0; k < 2; k++)
    PetscCall(SbLevelPredict(levels[k], here, next));
  PetscCall(SolveLevel(adapt, adapt->coarse));
  if (adapt->converged)
    PetscCall(SolveLevel(adapt, adapt->fine));
  for (int k = 0; k < 2 && !adapt->converged; k++)
    PetscCall(SbLevelRetreat(levels[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbAdaptResume(SbAdapt *adapt, const SbProblem *problem, double here, double next, bool *done) {
  PetscFunctionBeginUser;
  double ratio;
  *done = false;
  begin(adapt);
  /* a given mesh too coarse to be halved stands the other way round */
  if (adapt->coarse->mesh->nodes > adapt->fine->mesh->nodes || !sb_level_restate(adapt->coarse, problem) ||
      !sb_level_restate(adapt->fine, problem))
    PetscFunctionReturn(PETSC_SUCCESS);
  adapt->problem = problem;
  PetscCall(SolvePair(adapt, here, next));
  if (!adapt->converged)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (sb_mesh_is_given(problem)) {
    PetscCall(ReadPair(adapt, NULL, &ratio));
    judge_given(adapt);
    *done = true;
  } else {
    const bool graded = adapt->graded;
    SbMesh *mesh;
    PetscCall(Round(adapt, &mesh));
    sb_mesh_destroy(&mesh);
    adapt->graded = graded;
    *done = adapt->accurate;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
