#include "output/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

SbMeasure sb_run_waypoint(const SbProblem *problem, int which) {
  static const double share[] = {0.25, 0.75}; /* of the length */
  return (SbMeasure){
      .quantity = SB_QUANTITY_ELECTRIC_POTENTIAL, .species = -1, .terminal = -1, .x = share[which] * problem->length};
}

/* Each measure whose extreme is expected, once; of a cable what tells an impulse. */
static void create_traces(SbRun *run) {
  const SbList *expect = &run->problem->deck->expect;
  run->traced = sb_calloc((size_t)expect->count + 2, sizeof *run->traced);
  for (int which = 0; which < 2 && run->problem->cable; which++)
    run->traced[run->trace_count++] = sb_run_waypoint(run->problem, which);
  for (int e = 0; e < expect->count; e++) {
    const SbExpect *entry = (const SbExpect *)expect->items + e;
    SbMeasure measure = sb_measure_of(entry);
    sb_measure_complete(run->problem, &measure);
    if (entry->of >= 0 && sb_run_traced(run, &measure) < 0)
      run->traced[run->trace_count++] = measure;
  }
}

int sb_run_traced(const SbRun *run, const SbMeasure *measure) {
  for (int i = 0; i < run->trace_count; i++)
    if (sb_measure_equal(&run->traced[i], measure))
      return 2 + i;
  return -1;
}

void sb_trace_add(SbTrace *trace, const SbRun *run, const SbChain *chain, const double *u, const SbMoment *moment,
                  double time) {
  const size_t width = 2 + (size_t)run->trace_count;
  const SbMeasure potential = {.quantity = SB_QUANTITY_POTENTIAL, .species = -1, .terminal = -1, .x = NAN};
  if (run->trace_count == 0)
    return;
  if (trace->count == trace->capacity) {
    trace->capacity = 2 * trace->capacity + 256;
    trace->rows = sb_realloc(trace->rows, (size_t)trace->capacity * width, sizeof(double));
  }
  double *row = trace->rows + (size_t)trace->count++ * width;
  row[0] = time;
  row[1] = sb_measure(chain, u, moment, &potential, NULL).value;
  for (int i = 0; i < run->trace_count; i++)
    row[2 + i] = sb_measure(chain, u, moment, &run->traced[i], NULL).value;
}

SbRun *sb_run_create(const SbProblem *problem) {
  SbRun *run = sb_calloc(1, sizeof *run);
  run->problem = problem;
  run->measures = sb_measures_create(problem, &run->measure_count);
  create_traces(run);
  run->steps = sb_calloc((size_t)problem->deck->protocol.count + 1, sizeof *run->steps);
  return run;
}

SbStepResult *sb_run_add_step(SbRun *run, const char *name) {
  SbStepResult *step = &run->steps[run->step_count++];
  step->name = name;
  step->problem = run->problem;
  step->driven = -1;
  step->charge_passed = (SbReading){NAN, NAN, NAN, NAN, NAN};
  step->reversal_potential = step->conduction_velocity = NAN;
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
    free(step->trace.rows);
    free(step->u);
    free(step->failure.message);
    for (int k = 0; k < step->sensitivity_count; k++)
      free(step->sensitivities[k].reason);
    free(step->sensitivities);
    sb_chain_destroy(&step->chain);
    sb_mesh_destroy(&step->mesh);
  }
  free(run->steps);
  free(run->measures);
  free(run->traced);
  free(run);
  *out = NULL;
}
