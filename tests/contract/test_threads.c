/* The same bits for any number of threads, and for a chain assembled at once or in pieces, as ranks do. */
#include "../cell.h"
#include "discretize/sparse_rows.h"

#ifdef _OPENMP
#include <omp.h>
#endif

static const char deck[] =
    "species: [Na+, Ca2+, Cl-]\ndomain:\n"
    "  - {region: left, width: 300 nm, cells: 9000, fill: {Na+: 60 mM, Ca2+: 20 mM, Cl-: 100 mM}}\n"
    "  - {region: film, width: 100 nm, cells: 7013, fixed_charge: -0.1 M, partition: {Cl-: 0, Ca2+: 0.3}}\n"
    "  - {region: right, width: 200 nm, cells: 9500, fill: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}}\n"
    "terminals: {left: {reservoir: left}, right: {reservoir: right, current: 10 A/m2}}\n";

typedef struct {
  Cell cell;
  double *u, *rate, *f;
  SbMatrix *matrix;
  SbEvaluation evaluation;
} Setting;

static Setting setting_create(const char *prefix) {
  char body[2048];
  uint64_t seed = 1;
  snprintf(body, sizeof body, "%s%s", prefix, deck);
  Setting setting = {.cell = cell_create(body)};
  const int n = setting.cell.chain->unknowns;
  assert_true(setting.cell.chain->nodes > 20000); /* fewer are not shared among threads */
  setting.u = cell_random_state(&setting.cell, &seed);
  setting.rate = calloc((size_t)n, sizeof(double));
  for (int i = 0; i < n; i++)
    setting.rate[i] = setting.u[i] * random_between(&seed, -1e6, 1e6);
  setting.f = calloc((size_t)n, sizeof(double));
  setting.matrix = sb_matrix_create(setting.cell.chain, 0, setting.cell.chain->nodes, true);
  setting.evaluation = (SbEvaluation){.time = 1e-6, .rate = setting.rate, .shift = 1e6, .share = 1.0};
  sb_assemble(setting.cell.chain, &setting.evaluation, setting.u, 0, setting.cell.chain->nodes, setting.f,
              setting.matrix);
  return setting;
}

static void setting_destroy(Setting *setting) {
  sb_matrix_destroy(&setting->matrix);
  free(setting->u);
  free(setting->rate);
  free(setting->f);
  cell_destroy(&setting->cell);
}

/* Assembles again in `pieces` runs of nodes and compares. */
static void compare(const Setting *setting, int pieces) {
  const SbChain *chain = setting->cell.chain;
  SbMatrix *matrix = sb_matrix_create(chain, 0, chain->nodes, true);
  double *f = malloc((size_t)chain->unknowns * sizeof *f);
  memset(f, 0xff, (size_t)chain->unknowns * sizeof *f); /* NaN where nothing is written */
  for (int p = 0; p < pieces; p++)
    sb_assemble(chain, &setting->evaluation, setting->u, (int)((long)chain->nodes * p / pieces),
                (int)((long)chain->nodes * (p + 1) / pieces), f, matrix);
  assert_int_equal(memcmp(f, setting->f, (size_t)chain->unknowns * sizeof *f), 0);
  SbSparseRows *rows = sb_sparse_rows_create(matrix), *wanted = sb_sparse_rows_create(setting->matrix);
  assert_int_equal(memcmp(rows->value, wanted->value, (size_t)rows->row_start[rows->rows] * sizeof(double)), 0);
  free(f);
  sb_sparse_rows_destroy(&rows);
  sb_sparse_rows_destroy(&wanted);
  sb_matrix_destroy(&matrix);
}

static const char *const prefixes[] = {"", "field: electroneutral\n", "geometry: spherical\ninner_radius: 5 nm\n"};

static void threads_change_no_bit(void **state) {
  (void)state;
#ifdef _OPENMP
  for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
    omp_set_num_threads(1);
    Setting setting = setting_create(prefixes[k]);
    for (int threads = 1; threads <= 3; threads++) {
      omp_set_num_threads(threads);
      compare(&setting, 1);
    }
    setting_destroy(&setting);
  }
#else
  skip();
#endif
}

/* Pieces of all lengths, also ones that end inside a tile of links, beside a region boundary, and with a single node.
 */
static void pieces_change_no_bit(void **state) {
  (void)state;
  for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
    Setting setting = setting_create(prefixes[k]);
    static const int pieces[] = {2, 3, 4, 7, 1013};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
      compare(&setting, pieces[i]);
    compare(&setting, setting.cell.chain->nodes);
    setting_destroy(&setting);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(threads_change_no_bit), cmocka_unit_test(pieces_change_no_bit)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
