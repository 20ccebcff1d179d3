/* The chain's direct solver: backward errors of plain and transposed solutions for matrices with and without structure,
   against a dense solver with pivoting on small ones; what pivoting has to save, and what nothing saves. */
#include <float.h>
#include <omp.h>

#include "../cell.h"
#include "solve/chain/chain_solver.h"

enum { ROWS = SB_MAX_LOCAL * 3 * SB_MAX_LOCAL };

static uint64_t seed = 7;

static double noise(void) {
  return random_between(&seed, -1.0, 1.0);
}

/* 10 to a random power within +-decades. */
static double spread(double decades) {
  return pow(10.0, decades * noise());
}

typedef struct {
  Cell cell;
  SbMatrix *matrix;
  SbChainSolver *solver;
  double *b, *x; /* [unknowns] */
} Setting;

/* `cells` cells with so many species; inner > 0: that many more cells without the first species in the middle. */
static Setting setting_create(const char *field, int species, int cells, int inner, bool structured) {
  static const char *const names[] = {"K+", "Cl-", "Na+", "Ca2+", "H+", "Mg2+", "Li+", "Br-", "I-"};
  static const int charge[] = {1, -1, 1, 2, 1, 2, 1, -1, -1};
  char list[128] = "K+", amounts[256] = "", body[1024];
  int sum = 100; /* mM; balanced by Cl- */
  for (int s = 2; s < species; s++) {
    snprintf(amounts + strlen(amounts), sizeof amounts - strlen(amounts), ", %s: 5 mM", names[s]);
    sum += 5 * charge[s];
  }
  for (int s = 1; s < species; s++)
    snprintf(list + strlen(list), sizeof list - strlen(list), ", %s", names[s]);
  if (species > 1)
    snprintf(amounts + strlen(amounts), sizeof amounts - strlen(amounts), ", Cl-: %d mM", sum);
  int at = snprintf(body, sizeof body,
                    "field: %s\nspecies: [%s]\ndomain:\n  - {region: a, width: 10 nm, fixed_charge: %d mM, "
                    "fill: {K+: 100 mM%s}}\n",
                    field, list, species > 1 ? 0 : -100, amounts);
  if (inner > 0)
    at += snprintf(body + at, sizeof body - (size_t)at,
                   "  - {region: b, width: 10 nm, fixed_charge: 0.1 M, partition: {K+: 0}}\n"
                   "  - {region: c, width: 10 nm, fill: {K+: 100 mM%s}}\n",
                   amounts);
  if (species > 1)
    snprintf(body + at, sizeof body - (size_t)at,
             "terminals: {left: {reservoir: a}, right: {reservoir: %s, potential: 0 V}}\n", inner > 0 ? "c" : "a");
  else
    snprintf(body + at, sizeof body - (size_t)at,
             "terminals: {left: {electrode: {}}, right: {electrode: {}, potential: 0 V}}\n");
  Setting setting = {.cell = cell_problem(body)};
  const double edges[] = {0.0, 1e-8, 2e-8, 3e-8};
  const int counts[] = {inner > 0 ? cells / 2 : cells, inner, cells - cells / 2};
  const SbProblem *problem = setting.cell.problem;
  setting.cell.mesh =
      sb_mesh_create_uniform(problem->geometry, problem->inner_radius, problem->region_count, edges, counts);
  setting.cell.chain = sb_chain_create(problem, setting.cell.mesh);
  const SbChain *chain = setting.cell.chain;
  setting.matrix = sb_matrix_create(chain, 0, chain->nodes, structured);
  setting.solver = sb_chain_solver_create(setting.matrix);
  assert_non_null(setting.solver);
  setting.b = calloc(2 * (size_t)chain->unknowns, sizeof(double));
  setting.x = setting.b + chain->unknowns;
  return setting;
}

static void setting_destroy(Setting *setting) {
  sb_chain_solver_destroy(&setting->solver);
  sb_matrix_destroy(&setting->matrix);
  free(setting->b);
  cell_destroy(&setting->cell);
}

/* ---- matrices
 * ------------------------------------------------------------------------------------------------------ */
/* Units of the unknowns and of the rows: columns [species], then the potential; rows: of the potential. */
typedef struct {
  double decades, column[SB_MAX_SPECIES + 1], potential_row;
} Scales;

static Scales scales_create(double decades) {
  Scales scales = {.decades = decades, .potential_row = spread(decades)};
  for (int s = 0; s <= SB_MAX_SPECIES; s++)
    scales.column[s] = spread(decades);
  return scales;
}

/* A stretch like those of the equations, with numbers of the size of 1 before scaling. */
static void fill_stretch(const SbMatrix *matrix, SbStretch *stretch, const SbPattern *pattern, const Scales *scales,
                         bool keeps) {
  const int n = stretch->species, links = stretch->end - stretch->begin + 1;
  const SbSpecies *species = matrix->chain->problem->species;
  const double volume = sb_node_volume(matrix->chain, stretch->begin), phi = scales->column[SB_MAX_SPECIES];
  stretch->keeps_current = keeps && stretch->size > n;
  for (int all = 0; all < matrix->chain->problem->species_count; all++) {
    const int s = pattern->slot[all];
    if (s < 0)
      continue;
    const double z = species[all].charge;
    stretch->storage[s] = 0.3 * scales->column[all] / volume;
    stretch->charge[s] = stretch->keeps_current ? 0.0
                                                : -z * scales->column[all] * scales->potential_row *
                                                      (1 + 0.3 * noise()) / (stretch->by_volume ? volume : 1.0);
    stretch->current[s] = stretch->keeps_current ? z * scales->potential_row : 0.0;
    for (int l = 0; l < links; l++) {
      double *face = stretch->face + l * sb_face_size(n);
      face[SB_FACE_BY_LEFT * n + s] = (1 + 0.5 * noise()) * scales->column[all];
      face[SB_FACE_BY_RIGHT * n + s] = -(1 + 0.5 * noise()) * scales->column[all];
      face[SB_FACE_BY_STEP * n + s] = -z * (0.5 + 0.3 * noise()) * phi;
    }
  }
  for (int l = 0; l < links; l++) {
    double *face = stretch->face + l * sb_face_size(n);
    const double scale = spread(scales->decades / 4);
    for (int k = 0; k < 3 * n; k++)
      face[k] *= scale;
    face[3 * n] = stretch->by_volume ? (1 + 0.5 * noise()) * phi * scales->potential_row : 0.0;
  }
}

static double column_scale(const SbChain *chain, const Scales *scales, int node, int unknown) {
  const SbPattern *pattern = sb_chain_pattern(chain, node);
  for (int s = 0; s < chain->problem->species_count; s++)
    if (pattern->slot[s] == unknown)
      return scales->column[s];
  return scales->column[SB_MAX_SPECIES];
}

/* Rows of a node without structure: diagonally dominant before scaling. */
static void fill_node(SbMatrix *matrix, int node, const Scales *scales) {
  const SbChain *chain = matrix->chain;
  const int m = sb_chain_pattern(chain, node)->size;
  double *value = sb_matrix_dense(matrix, node);
  for (int i = 0; i < m; i++) {
    const double scale = spread(scales->decades / 4);
    for (int j = node > 0 ? node - 1 : 0; j <= node + 1 && j < chain->nodes; j++)
      for (int c = 0; c < sb_chain_pattern(chain, j)->size; c++)
        *value++ = (noise() + (j == node && c == i ? 20.0 : 0.0)) * scale * column_scale(chain, scales, j, c);
  }
}

static void fill(const Setting *setting, double decades, bool keeps_current) {
  SbMatrix *matrix = setting->matrix;
  const SbChain *chain = matrix->chain;
  const Scales scales = scales_create(decades);
  sb_matrix_unpin(matrix);
  for (int r = 0; r < matrix->stretch_count; r++)
    fill_stretch(matrix, &matrix->stretches[r], sb_chain_pattern(chain, matrix->stretches[r].begin), &scales,
                 keeps_current);
  for (int j = 0; j < chain->nodes; j++)
    if (!sb_matrix_stretch(matrix, j))
      fill_node(matrix, j, &scales);
  for (int i = 0; i < chain->unknowns; i++)
    setting->b[i] = noise();
}

/* ---- checks
 * -------------------------------------------------------------------------------------------------------- */
/* Largest residual of A x = b (or A^T x = b) against the terms of its row, from the rows of every node. */
static double backward_error(const Setting *s, bool transposed) {
  const SbChain *chain = s->cell.chain;
  double *sum = calloc(2 * (size_t)chain->unknowns, sizeof *sum), *size = sum + chain->unknowns, worst = 0.0;
  double rows[ROWS];
  for (int j = 0; j < chain->nodes; j++) {
    const int width = sb_matrix_node(s->matrix, j, rows), first = chain->offset[j];
    const int left = j > 0 ? chain->offset[j - 1] : 0;
    for (int i = 0; i < chain->offset[j + 1] - first; i++)
      for (int c = 0; c < width; c++) {
        const int row = transposed ? left + c : first + i, column = transposed ? first + i : left + c;
        sum[row] += rows[i * width + c] * s->x[column];
        size[row] += fabs(rows[i * width + c] * s->x[column]);
      }
  }
  for (int i = 0; i < chain->unknowns; i++) {
    const double error = fabs(sum[i] - s->b[i]) / (size[i] + fabs(s->b[i]));
    worst = error <= worst ? worst : isfinite(error) ? error : INFINITY;
  }
  free(sum);
  return worst;
}

static void check(Setting *setting, double bound) {
  assert_true(sb_chain_solver_factor(setting->solver));
  assert_true(sb_chain_solver_solve(setting->solver, setting->b, setting->x));
  const double plain = backward_error(setting, false);
  assert_true(sb_chain_solver_solve_transposed(setting->solver, setting->b, setting->x));
  const double transposed = backward_error(setting, true);
  if (!(plain < bound && transposed < bound))
    fail_msg("%d nodes, %d unknowns: backward errors %.2g and, transposed, %.2g", setting->cell.chain->nodes,
             setting->cell.chain->unknowns, plain, transposed);
}

/* Solves a[n][n] x = b by Gauss elimination with scaled row pivoting; x in place of b. */
static void dense_solve(int n, double *a, double *b) {
  for (int k = 0; k < n; k++) {
    int best = k;
    double most = -1.0;
    for (int i = k; i < n; i++) {
      double size = DBL_MIN;
      for (int c = k; c < n; c++)
        size = fmax(size, fabs(a[i * n + c]));
      if (fabs(a[i * n + k]) / size > most) {
        most = fabs(a[i * n + k]) / size;
        best = i;
      }
    }
    for (int c = k; c <= n; c++) {
      double *p = c < n ? &a[k * n + c] : &b[k], *q = c < n ? &a[best * n + c] : &b[best];
      const double swap = *p;
      *p = *q;
      *q = swap;
    }
    for (int i = k + 1; i < n; i++) {
      const double factor = a[i * n + k] / a[k * n + k];
      for (int c = k; c < n; c++)
        a[i * n + c] -= factor * a[k * n + c];
      b[i] -= factor * b[k];
    }
  }
  for (int k = n - 1; k >= 0; k--) {
    for (int c = k + 1; c < n; c++)
      b[k] -= a[k * n + c] * b[c];
    b[k] /= a[k * n + k];
  }
}

/* Compares the solution in x with that of a dense solver. */
static void compare(const Setting *s, bool transposed, double bound) {
  const SbChain *chain = s->cell.chain;
  const int n = chain->unknowns;
  double *a = calloc((size_t)(n * n + n), sizeof *a), *wanted = a + n * n, rows[ROWS], largest = 0.0;
  for (int j = 0; j < chain->nodes; j++) {
    const int width = sb_matrix_node(s->matrix, j, rows), first = chain->offset[j];
    for (int i = first; i < chain->offset[j + 1]; i++)
      for (int c = 0; c < width; c++) {
        const int column = c + (j > 0 ? chain->offset[j - 1] : 0);
        a[transposed ? column * n + i : i * n + column] = rows[(i - first) * width + c];
      }
  }
  memcpy(wanted, s->b, (size_t)n * sizeof *wanted);
  dense_solve(n, a, wanted);
  for (int i = 0; i < n; i++)
    largest = fmax(largest, fabs(wanted[i]));
  for (int i = 0; i < n; i++)
    assert_true(fabs(s->x[i] - wanted[i]) <= bound * largest);
  free(a);
}

static const char *const fields[] = {"poisson", "electroneutral", "supported"};

/* Every number of species and unknowns, chains of any length. */
static void solves_blocks_of_any_size(void **state) {
  (void)state;
  static const int cells[] = {1, 2, 3, 4, 49, 3000};
  for (int f = 0; f < 3; f++)
    for (int species = f == 1 ? 2 : 1; species <= 9; species++)
      for (int c = 0; c < 6; c++)
        for (int structured = 0; structured < 2; structured++) {
          if (cells[c] > 100 && species % 3 != 0)
            continue;
          Setting setting = setting_create(fields[f], species, cells[c], 0, structured);
          fill(&setting, 0.0, c % 2);
          check(&setting, 2e-14);
          if (setting.cell.chain->unknowns < 100)
            compare(&setting, true, 1e-12);
          setting_destroy(&setting);
        }
}

static void solves_regions_of_different_blocks(void **state) {
  (void)state;
  for (int f = 0; f < 3; f++)
    for (int species = 2; species <= 6; species++)
      for (int keeps = 0; keeps < 2; keeps++) {
        Setting setting = setting_create(fields[f], species, 60, 3 + species, true);
        assert_true(setting.matrix->stretch_count == 3);
        fill(&setting, 0.0, keeps);
        check(&setting, 2e-14);
        setting_destroy(&setting);
      }
}

/* Pins anywhere, also next to each other, at the ends of stretches and at the middle; they come and go. */
static void pins_become_identity_rows(void **state) {
  (void)state;
  Setting setting = setting_create("poisson", 2, 40, 7, true);
  const SbChain *chain = setting.cell.chain;
  for (int trial = 0; trial < 200; trial++) {
    fill(&setting, 0.0, trial % 2);
    for (int k = 0; k < trial % 4; k++) {
      const int row = (int)random_between(&seed, 0, chain->unknowns);
      sb_matrix_pin(setting.matrix, row);
      if (row + 3 < chain->unknowns && trial % 8 > 4)
        sb_matrix_pin(setting.matrix, row + 3);
    }
    check(&setting, 2e-14);
    if (trial % 10 == 0)
      compare(&setting, true, 1e-12);
  }
  setting_destroy(&setting);
}

/* Units of rows and unknowns that differ by 20 orders of magnitude change nothing for a solver that adds like to like.
 */
static void units_do_not_matter(void **state) {
  (void)state;
  for (int f = 0; f < 3; f++)
    for (int species = 2; species <= 9; species++)
      for (int trial = 0; trial < 5; trial++) {
        Setting setting = setting_create(fields[f], species, 100, trial % 2 ? 30 : 0, true);
        fill(&setting, 10.0, trial > 2);
        check(&setting, 1e-11);
        setting_destroy(&setting);
      }
}

/* The matrix of a cell, from random states and the guess, steady and in time. */
static void solves_the_matrix_of_a_cell(void **state) {
  (void)state;
  for (int f = 0; f < 3; f++)
    for (int trial = 0; trial < 4; trial++) {
      Setting setting = setting_create(fields[f], 2 + trial, 200, trial % 2 ? 50 : 0, true);
      const SbChain *chain = setting.cell.chain;
      double *u = cell_random_state(&setting.cell, &seed), *residual = calloc((size_t)chain->unknowns, sizeof *u);
      double *rate = calloc((size_t)chain->unknowns, sizeof *rate);
      const SbEvaluation evaluation = {
          .time = -1.0, .share = 1.0, .rate = trial > 1 ? rate : NULL, .shift = trial > 1 ? 1e9 : 0.0};
      sb_assemble(chain, &evaluation, u, 0, chain->nodes, residual, setting.matrix);
      for (int i = 0; i < chain->unknowns; i++)
        setting.b[i] = residual[i];
      check(&setting, 1e-10);
      free(u);
      free(rate);
      free(residual);
      setting_destroy(&setting);
    }
}

/* ---- pivots
 * -------------------------------------------------------------------------------------------------------- */
/* A species whose balances hold (almost) nothing but the potential: the first pivot of every block is useless. */
static void pivots_where_it_must(void **state) {
  (void)state;
  static const double pivot[] = {0.0, 1e-30, 1e-12};
  for (int trial = 0; trial < 3; trial++) {
    Setting setting = setting_create("poisson", 6, 60, 0, true);
    fill(&setting, 0.0, false);
    SbStretch *stretch = &setting.matrix->stretches[0];
    stretch->storage[0] = pivot[trial];
    for (int l = 0; l <= stretch->end - stretch->begin; l++) {
      double *face = stretch->face + l * sb_face_size(stretch->species);
      face[SB_FACE_BY_LEFT * stretch->species] = pivot[trial];
      face[SB_FACE_BY_RIGHT * stretch->species] = -pivot[trial];
    }
    check(&setting, 1e-11);
    const SbChainSolverRecord *record = sb_chain_solver_record(setting.solver);
    assert_true(record->fallbacks > 0 || (trial == 2 && record->refinements > 0));
    fill(&setting, 0.0, false); /* and forgets about it */
    const long before = record->fallbacks;
    check(&setting, 1e-14);
    assert_int_equal(record->fallbacks, before);
    setting_destroy(&setting);
  }
}

/* Reversed rows of every block leave zeros on the diagonal that only exchanges inside the block get around. */
static void exchanges_rows_inside_a_block(void **state) {
  (void)state;
  Setting setting = setting_create("poisson", 4, 30, 0, false);
  const SbChain *chain = setting.cell.chain;
  for (int j = 0; j < chain->nodes; j++) {
    const int m = chain->offset[j + 1] - chain->offset[j], left = j > 0 ? chain->offset[j] - chain->offset[j - 1] : 0;
    const int width = left + m + (j + 1 < chain->nodes ? chain->offset[j + 2] - chain->offset[j + 1] : 0);
    double *value = sb_matrix_dense(setting.matrix, j);
    for (int i = 0; i < m; i++)
      for (int c = 0; c < width; c++) {
        const bool own = c >= left && c < left + m;
        value[i * width + c] = own ? (c - left == m - 1 - i ? 5.0 : 0.0) : 0.3 * noise();
      }
  }
  for (int i = 0; i < chain->unknowns; i++)
    setting.b[i] = noise();
  check(&setting, 1e-13);
  setting_destroy(&setting);
}

static void says_when_there_is_no_solution(void **state) {
  (void)state;
  for (int species = 1; species <= 9; species++)
    for (int structured = 0; structured < 2; structured++) {
      Setting setting = setting_create("poisson", species, 40, 0, structured);
      for (int trial = 0; trial < 2; trial++) {
        const double bad = trial ? NAN : 0.0;
        fill(&setting, 0.0, false);
        SbStretch *stretch = setting.matrix->stretches;
        for (int k = 0; !structured && k < 2; k++)
          for (int c = 0; c < 3 * (species + 1); c++)
            sb_matrix_dense(setting.matrix, 13)[c] = bad;
        for (int k = 0; structured && k < 3 * stretch->species; k += stretch->species)
          stretch->face[12 * sb_face_size(stretch->species) + k] =
              stretch->face[13 * sb_face_size(stretch->species) + k] = bad;
        if (structured)
          stretch->storage[0] = bad;
        assert_false(sb_chain_solver_factor(setting.solver));
      }
      fill(&setting, 0.0, false);
      check(&setting, 1e-14);
      setting_destroy(&setting);
    }
}

static void threads_do_not_change_a_bit(void **state) {
  (void)state;
  for (int species = 1; species <= 9; species += species < 3 ? 1 : 3) {
    Setting setting = setting_create("poisson", species, 30000, 0, true);
    const size_t n = (size_t)setting.cell.chain->unknowns;
    double *wanted = calloc(2 * n, sizeof *wanted);
    fill(&setting, 0.0, false);
    for (int threads = 1; threads <= 3; threads++) {
      omp_set_num_threads(threads);
      assert_true(sb_chain_solver_factor(setting.solver));
      assert_true(sb_chain_solver_solve(setting.solver, setting.b, setting.x));
      if (threads == 1)
        memcpy(wanted, setting.x, n * sizeof *wanted);
      assert_memory_equal(setting.x, wanted, n * sizeof *wanted);
      assert_true(sb_chain_solver_solve_transposed(setting.solver, setting.b, setting.x));
      if (threads == 1)
        memcpy(wanted + n, setting.x, n * sizeof *wanted);
      assert_memory_equal(setting.x, wanted + n, n * sizeof *wanted);
    }
    free(wanted);
    setting_destroy(&setting);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(solves_blocks_of_any_size),     cmocka_unit_test(solves_regions_of_different_blocks),
      cmocka_unit_test(pins_become_identity_rows),     cmocka_unit_test(units_do_not_matter),
      cmocka_unit_test(solves_the_matrix_of_a_cell),   cmocka_unit_test(pivots_where_it_must),
      cmocka_unit_test(exchanges_rows_inside_a_block), cmocka_unit_test(says_when_there_is_no_solution),
      cmocka_unit_test(threads_do_not_change_a_bit)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
