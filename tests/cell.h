/* For tests that need a cell: a deck's text read, resolved and put on a mesh; random states of it; differences. */
#ifndef SB_TESTS_CELL_H
#define SB_TESTS_CELL_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "discretize/assemble.h"
#include "discretize/start.h"

typedef struct {
  SbDeck *deck;
  SbDiagnostics *diagnostics;
  SbProblem *problem;
  SbMesh *mesh;
  SbChain *chain;
} Cell;

/* A number in [0, 1), the same series in every run. */
static inline double random_unit(uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (double)(*seed >> 11) / 9007199254740992.0;
}

static inline double random_between(uint64_t *seed, double low, double high) {
  return low + (high - low) * random_unit(seed);
}

/* The problem alone; `body` lacks the first and the protocol line. */
static inline Cell cell_problem(const char *body) {
  char text[4096];
  snprintf(text, sizeof text, "saltbridge: 1\n%s%s", body, strstr(body, "protocol:") ? "" : "protocol: [steady]\n");
  Cell cell = {0};
  const SbStatus status = sb_deck_read_text("deck", text, strlen(text), &cell.deck, &cell.diagnostics);
  if (status == SB_OK)
    cell.problem = sb_problem_create(cell.deck, cell.diagnostics);
  if (!cell.problem) {
    sb_diagnostics_print(cell.diagnostics, stderr);
    fail_msg("not a good deck:\n%s", text);
  }
  return cell;
}

/* With a first mesh (the deck's own cells where it gives them) and its chain. */
static inline Cell cell_create(const char *body) {
  Cell cell = cell_problem(body);
  cell.mesh = sb_first_mesh(cell.problem, &sb_first_mesh_steady, NULL, 60000);
  assert_non_null(cell.mesh);
  cell.chain = sb_chain_create(cell.problem, cell.mesh);
  assert_non_null(cell.chain);
  return cell;
}

static inline void cell_destroy(Cell *cell) {
  sb_chain_destroy(&cell->chain);
  sb_mesh_destroy(&cell->mesh);
  sb_problem_destroy(&cell->problem);
  sb_diagnostics_destroy(&cell->diagnostics);
  sb_deck_destroy(&cell->deck);
}

/* A state of no particular kind: concentrations of the size of their species (0.3 to 1.7 times), potentials within
   +-1.2 RT/F. To be freed. */
static inline double *cell_random_state(const Cell *cell, uint64_t *seed) {
  const SbChain *chain = cell->chain;
  double *u = calloc((size_t)chain->unknowns, sizeof *u);
  double *scale = calloc((size_t)chain->unknowns, sizeof *scale);
  sb_chain_scales(chain, scale);
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    for (int i = 0; i < pattern->size; i++) {
      const int at = chain->offset[j] + i;
      const bool is_potential = i == pattern->potential || i == pattern->jump || i == pattern->terminal;
      u[at] = scale[at] * (is_potential ? random_between(seed, -1.2, 1.2) : random_between(seed, 0.3, 1.7));
    }
  }
  free(scale);
  return u;
}

/* Central difference of sixth order: sum of weight[k] f(x + offset[k] h) / h. */
enum { DIFFERENCE_POINTS = 6 };
static const double difference_offset[DIFFERENCE_POINTS] = {-3, -2, -1, 1, 2, 3};
static const double difference_weight[DIFFERENCE_POINTS] = {-1.0 / 60, 3.0 / 20,  -3.0 / 4,
                                                            3.0 / 4,   -3.0 / 20, 1.0 / 60};

#endif
