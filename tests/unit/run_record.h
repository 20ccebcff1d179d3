/* For tests of the report: the record of a run, made up from a deck's text without solving anything. */
#ifndef SB_TESTS_UNIT_RUN_RECORD_H
#define SB_TESTS_UNIT_RUN_RECORD_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/units.h"
#include "discretize/start.h"
#include "output/report.h"

typedef struct {
  SbDeck *deck;
  SbDiagnostics *diagnostics;
  SbProblem *problem;
  SbRun *run;
} Record;

static inline Record record_begin(const char *text) {
  Record record = {.deck = NULL};
  sb_deck_read_text("deck", text, strlen(text), &record.deck, &record.diagnostics);
  record.problem = record.deck ? sb_problem_create(record.deck, record.diagnostics) : NULL;
  if (!record.problem) {
    sb_diagnostics_print(record.diagnostics, stderr);
    fail_msg("the deck of the test is bad");
  }
  record.run = sb_run_create(record.problem);
  return record;
}

static inline void record_end(Record *record) {
  sb_run_destroy(&record->run);
  sb_problem_destroy(&record->problem);
  sb_diagnostics_destroy(&record->diagnostics);
  sb_deck_destroy(&record->deck);
  sb_units_finalize();
}

static inline SbStepResult *record_step(Record *record, const char *name, const char *coordinate,
                                        SbDimension dimension) {
  SbStepResult *step = sb_run_add_step(record->run, name);
  step->coordinate_name = coordinate;
  step->coordinate_dimension = dimension;
  step->effort.method = "Newton";
  return step;
}

/* A frame in which every measure is 0, with bars of 1e-6, but `quantity`, which is `value`. */
static inline void record_frame(Record *record, SbStepResult *step, double coordinate, SbQuantity quantity,
                                double value) {
  SbReading readings[64];
  assert_true(record->run->measure_count <= 64);
  for (int i = 0; i < record->run->measure_count; i++) {
    readings[i] = (SbReading){.mesh_bar = 1e-6, .time_bar = NAN, .refined = NAN};
    if (record->run->measures[i].quantity == quantity)
      readings[i].value = value;
  }
  sb_run_add_frame(record->run, step, coordinate, readings);
}

/* Gives the step a last state on 8 cells a region: the fills, or what `change` makes of them. */
static inline void record_state(Record *record, SbStepResult *step, void (*change)(const SbChain *chain, double *u)) {
  int cells[16];
  if (!record->problem) {
    fail_msg("the record has no problem");
    return;
  }
  const int regions = record->problem->region_count;
  for (int r = 0; r < regions; r++)
    cells[r] = record->problem->regions[r].membrane ? 1 : 8;
  double *edges = sb_region_edges(record->problem);
  SbMesh *mesh =
      sb_mesh_create_uniform(record->problem->geometry, record->problem->inner_radius, regions, edges, cells);
  free(edges);
  SbChain *chain = sb_chain_create(record->problem, mesh);
  double *u = calloc((size_t)chain->unknowns, sizeof *u);
  sb_state_fill(chain, u);
  if (change)
    change(chain, u);
  const SbMoment moment = {.steady = true, .time = -1.0};
  sb_run_keep_state(step, mesh, chain, u, &moment);
  step->steady = true;
  step->effort.cells = mesh->nodes - 1;
  step->effort.smallest_link = sb_mesh_smallest(mesh);
  step->effort.debye_length = 1e-9;
  step->effort.accuracy_met = true;
  free(u);
}

/* What the report prints; to be freed. */
static inline char *record_printed(const Record *record,
                                   void (*report)(const SbRun *run, const SbFinding *findings, FILE *stream)) {
  char *text = NULL;
  size_t size = 0;
  SbFinding *findings = sb_findings_create(record->run);
  FILE *stream = open_memstream(&text, &size);
  report(record->run, findings, stream);
  fclose(stream);
  free(findings);
  return text;
}

#endif
