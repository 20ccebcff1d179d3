/* The direct solver across ranks against the one on a single process, on the same matrix: any number of ranks, any
   sharing of the nodes. To be run by mpiexec; all ranks judge alike, so that none waits for another that has failed. */
#include <mpi.h>
#include <petscsys.h>

#include "../cell.h"
#include "solve/chain/chain_solver.h"
#include "solve/chain/partition.h"

#define IONS "species: [K+, Na+, Cl-, H+]\n"
#define BATHS                                                                                                          \
  "  - {region: left, width: 20 nm, fill: {K+: 100 mM, H+: 1 mM, Cl-: 101 mM}}\n"                                      \
  "  - {region: film, width: 20 nm, fixed_charge: -0.2 M, partition: {Na+: 0, H+: 0}}\n"                               \
  "  - {region: right, width: 20 nm, fill: {Na+: 10 mM, Cl-: 10 mM}}\n"
#define ENDS "terminals: {left: {reservoir: left}, right: {reservoir: right, current: 0 A/m2}}\n"

static const char *const decks[] = {
    IONS "domain:\n" BATHS ENDS, "field: electroneutral\n" IONS "domain:\n" BATHS ENDS,
    "field: supported\n" IONS "domain:\n" BATHS ENDS,
    "species: [K+]\ndomain:\n  - {region: a, width: 20 nm, fixed_charge: -0.1 M, fill: {K+: 0.1 M}}\n"
    "terminals: {left: {electrode: {}, potential: 0 V}, right: {electrode: {}, potential: 1 V}}\n"};
enum { CLOSED = 3, DECKS = sizeof decks / sizeof *decks, MOST_RANKS = 16 };

static int ranks, rank;
static uint64_t seed;

typedef struct {
  Cell cell;
  int starts[MOST_RANKS + 1];
  SbMatrix *whole, *part;
  SbChainSolver *alone;
  SbPartition *shared;
  double *b, *wanted, *x, *scale; /* [unknowns] */
} Setting;

/* How nodes are shared: evenly, in sizes that differ, or so that all but one rank have as few as can be. */
enum { EVEN, UNEVEN, FEWEST_1, FEWEST_2, FEWEST_3, ONE_HAS_ALL, SHARINGS };

static void share(Setting *setting, int sharing) {
  const int nodes = setting->cell.chain->nodes, generous = (int)random_between(&seed, 0, ranks);
  int *starts = setting->starts;
  starts[0] = 0;
  for (int r = 0; r < ranks; r++) {
    const int few = sharing - FEWEST_1 + 1;
    int end = (int)((long)nodes * (r + 1) / ranks);
    if (sharing == UNEVEN && r < ranks - 1)
      end += (int)random_between(&seed, -0.4, 0.4) * nodes / ranks;
    if (sharing >= FEWEST_1 && sharing <= FEWEST_3)
      end = starts[r] + (r == generous ? nodes - few * (ranks - 1) : few);
    starts[r + 1] = sharing == ONE_HAS_ALL ? nodes : end;
  }
}

static Setting setting_create(const char *deck, int cells, bool structured, int sharing) {
  Setting setting = {.cell = cell_problem(deck)};
  Cell *cell = &setting.cell;
  const SbProblem *problem = cell->problem;
  const int regions = problem->region_count;
  const double edges[] = {0.0, 2e-8, 4e-8, 6e-8};
  const int counts[] = {cells / regions, cells - 2 * (cells / regions), cells / regions};
  cell->mesh =
      sb_mesh_create_uniform(problem->geometry, problem->inner_radius, regions, edges, regions == 1 ? &cells : counts);
  cell->chain = sb_chain_create(problem, cell->mesh);
  share(&setting, sharing);
  setting.whole = sb_matrix_create(cell->chain, 0, cell->chain->nodes, structured);
  setting.part = sb_matrix_create(cell->chain, setting.starts[rank], setting.starts[rank + 1], structured);
  setting.alone = sb_chain_solver_create(setting.whole);
  assert_int_equal(SbPartitionCreate(MPI_COMM_WORLD, setting.part, setting.starts, &setting.shared), 0);
  const size_t n = (size_t)cell->chain->unknowns;
  setting.b = calloc(4 * n, sizeof(double));
  setting.wanted = setting.b + n;
  setting.x = setting.wanted + n;
  setting.scale = setting.x + n;
  sb_chain_scales(cell->chain, setting.scale);
  return setting;
}

static void setting_destroy(Setting *setting) {
  assert_int_equal(SbPartitionDestroy(&setting->shared), 0);
  sb_chain_solver_destroy(&setting->alone);
  sb_matrix_destroy(&setting->whole);
  sb_matrix_destroy(&setting->part);
  free(setting->b);
  cell_destroy(&setting->cell);
}

/* A number in -1 .. 1 that belongs to a place: the same on every rank. */
static double noise_at(int a, int b, int c) {
  uint64_t place = seed ^ ((uint64_t)a * 0x9e3779b97f4a7c15u + (uint64_t)b * 0xbf58476d1ce4e5b9u + (uint64_t)c * 77u);
  for (int i = 0; i < 3; i++)
    random_unit(&place);
  return random_between(&place, -1.0, 1.0);
}

/* Numbers like those of the equations, with unknowns and rows of the size of 1, but far from symmetric. */
static void fill(SbMatrix *matrix, bool keeps_current) {
  const SbChain *chain = matrix->chain;
  for (int k = 0; k < matrix->stretch_count; k++) {
    SbStretch *stretch = &matrix->stretches[k];
    const int n = stretch->species, stride = sb_face_size(n);
    const double volume = sb_node_volume(chain, stretch->begin);
    stretch->keeps_current = keeps_current && stretch->size > n;
    for (int s = 0; s < n; s++) {
      const double z = s % 2 ? -1.0 : 1.0 + s;
      stretch->storage[s] = (1.2 + noise_at(1, stretch->size, s)) / volume;
      stretch->charge[s] = stretch->keeps_current ? 0.0 : -z / (stretch->by_volume ? volume : 1.0);
      stretch->current[s] = stretch->keeps_current ? z : 0.0;
      for (int l = 0; l <= stretch->end - stretch->begin; l++) {
        double *face = stretch->face + l * stride;
        const int link = stretch->begin + l;
        face[SB_FACE_BY_LEFT * n + s] = 1 + 0.5 * noise_at(2, link, s);
        face[SB_FACE_BY_RIGHT * n + s] = -1 - 0.5 * noise_at(3, link, s);
        face[SB_FACE_BY_STEP * n + s] = -z * (0.5 + 0.3 * noise_at(4, link, s));
        face[3 * n] = stretch->by_volume ? 1 + 0.5 * noise_at(5, link, 0) : 0.0;
      }
    }
  }
  for (int j = matrix->begin; j < matrix->end; j++) {
    if (sb_matrix_stretch(matrix, j))
      continue;
    const int first = chain->offset[j], left = j > 0 ? chain->offset[j - 1] : 0;
    const int right = j + 1 < chain->nodes ? chain->offset[j + 2] : chain->unknowns;
    double *value = sb_matrix_dense(matrix, j);
    for (int i = first; i < chain->offset[j + 1]; i++)
      for (int c = left; c < right; c++)
        *value++ = noise_at(6, i, c) + (i == c ? 10.0 : 0.0);
  }
}

static void fill_both(Setting *setting, bool keeps_current) {
  random_unit(&seed);
  for (int i = 0; i < setting->cell.chain->unknowns; i++) {
    setting->scale[i] = 1.0;
    setting->b[i] = noise_at(7, i, 0);
  }
  sb_matrix_unpin(setting->whole);
  sb_matrix_unpin(setting->part);
  fill(setting->whole, keeps_current);
  fill(setting->part, keeps_current);
}

/* Row of the whole chain, turned to identity. */
static void pin(Setting *setting, int row) {
  const int *offset = setting->cell.chain->offset;
  sb_matrix_pin(setting->whole, row);
  if (row >= offset[setting->part->begin] && row < offset[setting->part->end])
    sb_matrix_pin(setting->part, row);
}

static double largest_of_all(double own) {
  double all;
  MPI_Allreduce(&own, &all, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return all;
}

/* Largest difference of the two solutions, in units of the unknowns and relative to the largest of them. */
static double difference(Setting *setting, bool transposed) {
  const int *offset = setting->cell.chain->offset, first = offset[setting->part->begin];
  double largest = 0.0, worst = 0.0;
  bool good;
  assert_true((transposed ? sb_chain_solver_solve_transposed : sb_chain_solver_solve)(setting->alone, setting->b,
                                                                                      setting->wanted));
  assert_int_equal(SbPartitionSolve(setting->shared, transposed, setting->b + first, setting->x + first, &good), 0);
  for (int i = 0; i < setting->cell.chain->unknowns; i++)
    largest = fmax(largest, fabs(setting->wanted[i]) / (transposed ? 1.0 : setting->scale[i]));
  for (int i = first; i < offset[setting->part->end]; i++) {
    const double off = fabs(setting->x[i] - setting->wanted[i]) / (transposed ? 1.0 : setting->scale[i]);
    worst = off <= worst ? worst : isfinite(off) ? off : INFINITY;
  }
  assert_true(good);
  return largest_of_all(worst) / largest;
}

/* Each kind of solution with new factors, whose backward error is checked, then without. */
static void check(Setting *setting, double bound) {
  for (int solution = 0; solution < 4; solution++) {
    const bool transposed = solution == 1 || solution == 2;
    bool good;
    if (solution % 2 == 0) {
      assert_true(sb_chain_solver_factor(setting->alone));
      assert_int_equal(SbPartitionFactor(setting->shared, &good), 0);
      assert_true(good);
    }
    const double off = difference(setting, transposed);
    if (!(off < bound))
      fail_msg("%d nodes on %d ranks: the %d. solution is off by %.2g", setting->cell.chain->nodes, ranks, solution + 1,
               off);
  }
}

/* The same where the elimination as such must be good: refinement would hide a wrong right-hand side. */
static void check_unrefined(Setting *setting) {
  check(setting, 2e-13);
  const SbChainSolverRecord *record = sb_partition_record(setting->shared);
  assert_int_equal(record->refinements, 0);
  assert_int_equal(record->fallbacks, 0);
  if (!(record->backward_error < 1e-13))
    fail_msg("the backward error is %.2g", record->backward_error);
}

static void solves_as_one_process_does(void **state) {
  (void)state;
  for (int d = 0; d < DECKS; d++)
    for (int sharing = 0; sharing < SHARINGS; sharing++)
      for (int structured = 0; structured < 2; structured++)
        for (int keeps = 0; keeps < 2; keeps++) {
          Setting setting = setting_create(decks[d], 60 + 7 * d, structured, sharing);
          fill_both(&setting, keeps);
          check_unrefined(&setting);
          setting_destroy(&setting);
        }
}

/* Chains of barely more nodes than ranks. */
static void solves_short_chains(void **state) {
  (void)state;
  for (int d = 0; d < DECKS; d++)
    for (int nodes = ranks > 4 ? ranks : 4; nodes < ranks + 12; nodes++) {
      Setting setting = setting_create(decks[d], nodes - 1, true, EVEN);
      fill_both(&setting, false);
      check_unrefined(&setting);
      setting_destroy(&setting);
    }
}

static void pins_are_pinned_on_every_rank(void **state) {
  (void)state;
  Setting setting = setting_create(decks[0], 60, true, UNEVEN);
  const SbChain *chain = setting.cell.chain;
  for (int r = 0; r < ranks; r++)
    for (int place = -2; place <= 2; place++) { /* around the border of two ranks, and far from one */
      const int node = (setting.starts[r] + place + chain->nodes) % chain->nodes;
      fill_both(&setting, false);
      pin(&setting, chain->offset[node] + (place + 2) % (chain->offset[node + 1] - chain->offset[node]));
      pin(&setting, chain->offset[chain->nodes / 3] + 1);
      check_unrefined(&setting);
    }
  setting_destroy(&setting);
}

/* The matrix of a cell, from random states and the guess, steady and in time. */
static void solves_the_matrix_of_a_cell(void **state) {
  (void)state;
  for (int d = 0; d < DECKS; d++)
    for (int trial = 0; trial < 4; trial++) {
      Setting setting = setting_create(decks[d], 200, true, trial % 2 ? UNEVEN : EVEN);
      const SbChain *chain = setting.cell.chain;
      double *u = cell_random_state(&setting.cell, &seed), *rate = calloc((size_t)chain->unknowns, sizeof *rate);
      const bool in_time = trial >= 2;
      const SbEvaluation evaluation = {
          .time = -1.0, .share = 1.0, .rate = in_time ? rate : NULL, .shift = in_time ? 1e9 : 0.0};
      sb_assemble(chain, &evaluation, u, setting.part->begin, setting.part->end, setting.x, setting.part);
      sb_assemble(chain, &evaluation, u, 0, chain->nodes, setting.b, setting.whole);
      if (!in_time && d == CLOSED) /* something has to say how much there is */
        pin(&setting, chain->offset[chain->nodes / 2]);
      check(&setting, 1e-10);
      free(u);
      free(rate);
      setting_destroy(&setting);
    }
}

/* A species whose balances hold (almost) nothing but the potential in regions first .. last. */
static void spoil_pivots(SbMatrix *matrix, int first, int last, double pivot) {
  for (int r = first; r <= last; r++) {
    if (matrix->stretch_of[r] < 0)
      continue;
    SbStretch *stretch = &matrix->stretches[matrix->stretch_of[r]];
    stretch->storage[0] = pivot;
    for (int l = 0; l <= stretch->end - stretch->begin; l++) {
      double *face = stretch->face + l * sb_face_size(stretch->species);
      face[SB_FACE_BY_LEFT * stretch->species] = pivot;
      face[SB_FACE_BY_RIGHT * stretch->species] = -pivot;
    }
  }
}

/* Pivots that are none, that leave no digit, and that leave some: where the nodes of one rank need it, the others have
   to follow. */
static void all_ranks_pivot_or_refine_together(void **state) {
  (void)state;
  static const double pivots[] = {0.0, 1e-30, 1e-9};
  Setting setting = setting_create(decks[0], 90, true, EVEN);
  for (int trial = 0; trial < 3; trial++)
    for (int first = 0; first < 3; first++)
      for (int last = first; last < 3; last++) {
        const SbChainSolverRecord before = *sb_partition_record(setting.shared);
        fill_both(&setting, false);
        spoil_pivots(setting.whole, first, last, pivots[trial]);
        spoil_pivots(setting.part, first, last, pivots[trial]);
        check(&setting, 1e-10);
        const SbChainSolverRecord *after = sb_partition_record(setting.shared);
        if (first == 1 && last == 1) /* the film's blocks are small, and inverted without pivots */
          assert_true(after->fallbacks == before.fallbacks);
        else if (trial < 2)
          assert_true(after->fallbacks > before.fallbacks);
        else
          assert_true(after->refinements > before.refinements && after->fallbacks == before.fallbacks);
      }
  setting_destroy(&setting);
}

static void all_ranks_see_that_there_is_no_solution(void **state) {
  (void)state;
  for (int structured = 0; structured < 2; structured++)
    for (int trial = 0; trial < 2; trial++) {
      Setting setting = setting_create(decks[0], 60, structured, EVEN);
      const SbMatrix *part = setting.part;
      for (int node = 4; node < 8; node++) {
        bool good;
        fill_both(&setting, false);
        if (node >= part->begin && node < part->end) {
          const SbStretch *stretch = sb_matrix_stretch(part, node);
          if (stretch)
            stretch->storage[1] = NAN;
          else
            memset(sb_matrix_dense(setting.part, node), trial ? 0xff : 0, 3 * 5 * sizeof(double)); /* -nan or 0 */
        }
        assert_int_equal(SbPartitionFactor(setting.shared, &good), 0);
        assert_false(good);
      }
      fill_both(&setting, false); /* and forgets about it */
      check(&setting, 2e-13);
      setting_destroy(&setting);
    }
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(solves_as_one_process_does),         cmocka_unit_test(solves_short_chains),
      cmocka_unit_test(pins_are_pinned_on_every_rank),      cmocka_unit_test(solves_the_matrix_of_a_cell),
      cmocka_unit_test(all_ranks_pivot_or_refine_together), cmocka_unit_test(all_ranks_see_that_there_is_no_solution)};
  if (PetscInitialize(&argc, &argv, NULL, NULL))
    return 1;
  MPI_Comm_size(PETSC_COMM_WORLD, &ranks);
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  const int failed = ranks > MOST_RANKS ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
  PetscFinalize();
  return failed;
}
