/* The chain's solver for K + i w M: backward errors, worked out from the rows of the nodes, for blocks of every size,
   in chains whose two ends are alike and not. */
#define SB_COMPLEX

#include <float.h>

#include "../cell.h"
#include "discretize/assemble_mass.h"
#include "solve/chain/chain_solver.h"
#include "solve/chain/values.h"

enum { ROWS = SB_MAX_LOCAL * 3 * SB_MAX_LOCAL };

static uint64_t seed = 11;

/* Three regions, the middle one with fixed charge; `gap`: the first species is missing there. */
static Cell three_regions(const char *field, int species, int cells, bool gap) {
  static const char *const names[] = {"K+", "Cl-", "Na+", "Ca2+", "H+", "Mg2+", "Li+", "Br-", "I-"};
  static const int charge[] = {1, -1, 1, 2, 1, 2, 1, -1, -1};
  char list[128] = "K+", amounts[256] = "", body[1024];
  int sum = 100; /* mM; balanced by Cl- */
  for (int s = 1; s < species; s++)
    snprintf(list + strlen(list), sizeof list - strlen(list), ", %s", names[s]);
  for (int s = 2; s < species; s++) {
    snprintf(amounts + strlen(amounts), sizeof amounts - strlen(amounts), ", %s: 5 mM", names[s]);
    sum += 5 * charge[s];
  }
  snprintf(body, sizeof body,
           "field: %s\nspecies: [%s]\ndomain:\n"
           "  - {region: a, width: 20 nm, fill: {K+: 100 mM, Cl-: %d mM%s}}\n"
           "  - {region: b, width: 10 nm, fixed_charge: 0.1 M%s}\n"
           "  - {region: c, width: 20 nm, fill: {K+: 100 mM, Cl-: %d mM%s}}\n"
           "terminals: {left: {reservoir: a}, right: {reservoir: c, potential: 0 V}}\n",
           field, list, sum, amounts, gap ? ", partition: {K+: 0}" : "", sum, amounts);
  Cell cell = cell_problem(body);
  const double edges[] = {0.0, 2e-8, 3e-8, 5e-8};
  const int counts[] = {cells, 12, cells + 7};
  cell.mesh = sb_mesh_create_uniform(cell.problem->geometry, cell.problem->inner_radius, 3, edges, counts);
  cell.chain = sb_chain_create(cell.problem, cell.mesh);
  assert_non_null(cell.chain);
  return cell;
}

/* Largest residual against the terms of its row. */
static double backward_error(const SbChain *chain, const SbValues *values, bool transposed, const SbNumber *b,
                             const SbNumber *x) {
  SbNumber *sum = calloc((size_t)chain->unknowns, sizeof *sum), rows[ROWS];
  double *size = calloc((size_t)chain->unknowns, sizeof *size), worst = 0.0;
  for (int j = 0; j < chain->nodes; j++) {
    const int width = sb_values_node(values, j, rows), first = chain->offset[j];
    const int left = j > 0 ? chain->offset[j - 1] : 0;
    for (int k = 0; k < (chain->offset[j + 1] - first) * width; k++) {
      const int row = first + k / width, column = left + k % width;
      const SbNumber term = rows[k] * x[transposed ? row : column];
      sum[transposed ? column : row] += term;
      size[transposed ? column : row] += sb_number_size(term);
    }
  }
  for (int i = 0; i < chain->unknowns; i++) {
    const double all = size[i] + sb_number_size(b[i]), error = sb_number_size(b[i] - sum[i]);
    if (!(error <= worst * all))
      worst = error / all;
  }
  free(sum);
  free(size);
  return worst;
}

static void check(const Cell *cell, double frequency) {
  const SbChain *chain = cell->chain;
  const SbEvaluation evaluation = {.time = -1.0, .share = 1.0, .moving = true};
  const size_t unknowns = (size_t)chain->unknowns;
  SbMatrix *stiffness = sb_matrix_create(chain, 0, chain->nodes, true);
  SbMatrix *mass = sb_matrix_create(chain, 0, chain->nodes, true);
  double *u = cell_random_state(cell, &seed), *f = calloc(unknowns, sizeof *f);
  SbNumber *b = calloc(2 * unknowns, sizeof *b), *x = b + unknowns;
  sb_assemble(chain, &evaluation, u, 0, chain->nodes, f, stiffness);
  sb_assemble_mass(chain, u, mass);
  for (size_t i = 0; i < unknowns; i++)
    b[i] = f[i] * (random_between(&seed, -1.0, 1.0) + I * random_between(&seed, -1.0, 1.0));
  const SbValues values = {.matrix = stiffness, .mass = mass, .frequency = frequency};
  SbChainSolver *solver = sb_chain_solver_create(stiffness);
  assert_non_null(solver);
  sb_chain_solver_set_mass(solver, mass, frequency);
  assert_true(sb_chain_solver_factor(solver));
  assert_true(sb_chain_solver_solve(solver, b, x));
  const double plain = backward_error(chain, &values, false, b, x);
  assert_true(sb_chain_solver_solve_transposed(solver, b, x));
  const double transposed = backward_error(chain, &values, true, b, x);
  const SbChainSolverRecord *record = sb_chain_solver_record(solver);
  if (!(plain < 1e-13 && transposed < 1e-11))
    fail_msg("%d unknowns, %g rad/s: backward errors %.2g and, transposed, %.2g", chain->unknowns, frequency, plain,
             transposed);
  /* what the solver saw of it by itself, through stretches at once: the same but for rounding, and nothing to mend */
  assert_true(record->backward_error < plain + 2e-15 && record->backward_error > 0.1 * plain);
  assert_int_equal(record->refinements, 0);
  assert_int_equal(record->fallbacks, 0);
  sb_chain_solver_destroy(&solver);
  sb_matrix_destroy(&stiffness);
  sb_matrix_destroy(&mass);
  free(u);
  free(f);
  free(b);
}

static void solves_blocks_of_any_size(void **state) {
  (void)state;
  static const char *const fields[] = {"poisson", "electroneutral", "supported"};
  static const double frequencies[] = {1e3, 1e7, 1e10};
  for (int f = 0; f < 3; f++)
    for (int species = 2; species <= 9; species++)
      for (int trial = 0; trial < 3; trial++) {
        Cell cell = three_regions(fields[f], species, 5 + 20 * trial, trial == 1);
        check(&cell, frequencies[(trial + species) % 3]);
        cell_destroy(&cell);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(solves_blocks_of_any_size)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
