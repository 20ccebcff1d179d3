#include "output/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

SbRun *sb_run_create(const SbProblem *problem) {
  SbRun *run = sb_calloc(1, sizeof *run);
  run->problem = problem;
  run->measures = sb_measures_create(problem, &run->measure_count);
  run->steps = sb_calloc((size_t)problem->deck->protocol.count + 1, sizeof *run->steps);
  return run;
}

SbStepResult *sb_run_add_step(SbRun *run, const char *name) {
  SbStepResult *step = &run->steps[run->step_count++];
  step->name = name;
  step->charge_passed = step->reversal_potential = NAN;
  step->failure.coordinate = NAN;
  for (int s = 0; s < SB_MAX_SPECIES; s++)
    step->amount_error[s] = NAN;
  return step;
}

void sb_run_add_frame(SbRun *run, SbStepResult *step, double coordinate, const SbReading *readings) {
  const size_t measures = (size_t)run->measure_count;
  if (step->frame_count == step->frame_capacity) {
    step->frame_capacity = 2 * step->frame_capacity + 16;
    const size_t capacity = (size_t)step->frame_capacity;
    step->coordinate = sb_realloc(step->coordinate, capacity, sizeof(double));
    step->solved = sb_realloc(step->solved, capacity, sizeof(bool));
    step->readings = sb_realloc(step->readings, capacity * measures, sizeof(SbReading));
  }
  step->coordinate[step->frame_count] = coordinate;
  step->solved[step->frame_count] = readings != NULL;
  SbReading *to = step->readings + (size_t)step->frame_count * measures;
  for (size_t i = 0; i < measures; i++)
    to[i] = readings ? readings[i] : (SbReading){NAN, NAN, NAN, NAN, NAN};
  step->frame_count++;
}

const SbReading *sb_run_reading(const SbRun *run, const SbStepResult *step, int frame, const SbMeasure *measure) {
  for (int i = 0; i < run->measure_count; i++)
    if (sb_measure_equal(&run->measures[i], measure))
      return &step->readings[(size_t)frame * (size_t)run->measure_count + (size_t)i];
  return NULL;
}

void sb_run_keep_state(SbStepResult *step, SbMesh *mesh, SbChain *chain, const double *u, const SbMoment *moment) {
  sb_chain_destroy(&step->chain);
  sb_mesh_destroy(&step->mesh);
  free(step->u);
  step->mesh = mesh;
  step->chain = chain;
  step->u = sb_calloc((size_t)chain->unknowns, sizeof(double));
  memcpy(step->u, u, (size_t)chain->unknowns * sizeof(double));
  step->moment = *moment;
  step->ledger = sb_ledger(chain, u, moment);
}

void sb_run_destroy(SbRun **out) {
  SbRun *run = *out;
  if (!run)
    return;
  for (int i = 0; i < run->step_count; i++) {
    SbStepResult *step = &run->steps[i];
    free(step->coordinate);
    free(step->solved);
    free(step->readings);
    free(step->u);
    free(step->failure.message);
    sb_chain_destroy(&step->chain);
    sb_mesh_destroy(&step->mesh);
  }
  free(run->steps);
  free(run->measures);
  free(run);
  *out = NULL;
}
