/* The chain's direct solver against its own matrix: backward errors of plain and transposed solves, blocks of any size,
   rows that need pivoting, matrices without a solution. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../cell.h"
#include "discretize/assemble.h"
#include "solve/thomas.h"

#define IONS "species: [K+, Na+, Cl-]\n"
#define BATHS                                                                                                          \
  "  - {region: left, width: 20 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"                                                \
  "  - {region: film, width: 5 nm, fixed_charge: -0.2 M, partition: {Na+: 0}}\n"                                       \
  "  - {region: right, width: 20 nm, fill: {Na+: 10 mM, Cl-: 10 mM}}\n"
#define ENDS                                                                                                           \
  "terminals: {left: {reservoir: left}, right: {reservoir: right, current: 0 A/m2}}\n"                                 \
  "protocol: [steady]\n"

static const char *const decks[] = {IONS "domain:\n" BATHS ENDS, "field: electroneutral\n" IONS "domain:\n" BATHS ENDS,
                                    "field: supported\n" IONS "domain:\n" BATHS ENDS};
enum { DECKS = sizeof decks / sizeof *decks };

typedef struct {
  Cell cell;
  SbMatrix *matrix;
  SbSparseRows *blocks;
  SbThomas *thomas;
  double *b, *x, *sum, *size; /* [unknowns] */
} Setting;

/* Random numbers in -1 .. 1, the same on every run. */
static double noise(void) {
  static uint64_t seed = 88172645463325252u;
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return (double)(seed >> 11) / (double)(1ull << 52) - 1.0;
}

static Setting setting_create(const char *body) {
  Setting setting = {.cell = cell_create(body)};
  const size_t n = (size_t)setting.cell.chain->unknowns;
  setting.matrix = sb_matrix_create(setting.cell.chain, 0, setting.cell.chain->nodes, true);
  setting.blocks = sb_sparse_rows_create(setting.matrix);
  setting.thomas = sb_thomas_create(setting.cell.chain, setting.blocks);
  assert_non_null(setting.thomas);
  setting.b = calloc(4 * n, sizeof(double));
  setting.x = setting.b + n;
  setting.sum = setting.x + n;
  setting.size = setting.sum + n;
  for (size_t i = 0; i < n; i++)
    setting.b[i] = noise();
  return setting;
}

static void setting_destroy(Setting *setting) {
  sb_thomas_destroy(&setting->thomas);
  sb_sparse_rows_destroy(&setting->blocks);
  sb_matrix_destroy(&setting->matrix);
  free(setting->b);
  cell_destroy(&setting->cell);
}

/* Largest residual of A x = b (or A^T x = b) against the terms of its row. */
static double backward_error(const Setting *s, bool transposed) {
  const SbSparseRows *blocks = s->blocks;
  double worst = 0.0;
  for (int i = 0; i < blocks->rows; i++) {
    s->sum[i] = -s->b[i];
    s->size[i] = fabs(s->b[i]);
  }
  for (int i = 0; i < blocks->rows; i++)
    for (int k = blocks->row_start[i]; k < blocks->row_start[i + 1]; k++) {
      const int row = transposed ? blocks->column[k] : i, column = transposed ? i : blocks->column[k];
      s->sum[row] += blocks->value[k] * s->x[column];
      s->size[row] += fabs(blocks->value[k] * s->x[column]);
    }
  for (int i = 0; i < blocks->rows; i++)
    worst = fmax(worst, fabs(s->sum[i]) / s->size[i]);
  return worst;
}

static void check(Setting *setting, double bound) {
  assert_true(sb_thomas_factor(setting->thomas));
  sb_thomas_solve(setting->thomas, setting->b, setting->x);
  assert_true(backward_error(setting, false) < bound);
  sb_thomas_solve_transposed(setting->thomas, setting->b, setting->x);
  assert_true(backward_error(setting, true) < bound);
}

/* Diagonally dominant by node: any sensible elimination is exact to rounding. */
static void fill_dominant(Setting *setting) {
  for (int i = 0; i < setting->blocks->rows; i++)
    for (int k = setting->blocks->row_start[i]; k < setting->blocks->row_start[i + 1]; k++)
      setting->blocks->value[k] = noise() + (setting->blocks->column[k] == i ? 20.0 : 0.0);
}

static void solves_blocks_of_any_size(void **state) {
  (void)state;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d]);
    fill_dominant(&setting);
    check(&setting, 1e-14);
    setting_destroy(&setting);
  }
}

/* Reversing the rows of every block leaves zeros on the diagonal that only exchanges inside the block get around. */
static void exchanges_rows_inside_a_block(void **state) {
  (void)state;
  Setting setting = setting_create(decks[0]);
  const SbChain *chain = setting.cell.chain;
  for (int j = 0; j < chain->nodes; j++) {
    const int first = chain->offset[j], last = chain->offset[j + 1] - 1;
    for (int i = first; i <= last; i++)
      for (int k = setting.blocks->row_start[i]; k < setting.blocks->row_start[i + 1]; k++) {
        const int column = setting.blocks->column[k];
        const bool own = column >= first && column <= last;
        setting.blocks->value[k] = own ? (column == first + last - i ? 5.0 : 0.0) : 0.3 * noise();
      }
  }
  check(&setting, 1e-13);
  setting_destroy(&setting);
}

static void solves_the_matrix_of_a_cell(void **state) {
  (void)state;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d]);
    const SbChain *chain = setting.cell.chain;
    double *u = calloc((size_t)chain->unknowns, sizeof *u), *f = calloc((size_t)chain->unknowns, sizeof *f);
    sb_state_guess(chain, u);
    const SbEvaluation evaluation = {.time = -1.0, .share = 1.0};
    sb_assemble(chain, &evaluation, u, 0, chain->nodes, f, setting.matrix);
    sb_sparse_rows_fill(setting.blocks, setting.matrix);
    check(&setting, 1e-10);
    free(u);
    free(f);
    setting_destroy(&setting);
  }
}

static void says_when_there_is_no_solution(void **state) {
  (void)state;
  Setting setting = setting_create(decks[0]);
  fill_dominant(&setting);
  const int node = setting.cell.chain->nodes / 3, row = setting.cell.chain->offset[node];
  for (int k = setting.blocks->row_start[row]; k < setting.blocks->row_start[row + 1]; k++)
    setting.blocks->value[k] = 0.0;
  assert_false(sb_thomas_factor(setting.thomas));
  fill_dominant(&setting);
  setting.blocks->value[setting.blocks->row_start[row]] = NAN;
  assert_false(sb_thomas_factor(setting.thomas));
  setting_destroy(&setting);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(solves_blocks_of_any_size), cmocka_unit_test(exchanges_rows_inside_a_block),
      cmocka_unit_test(solves_the_matrix_of_a_cell), cmocka_unit_test(says_when_there_is_no_solution)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
