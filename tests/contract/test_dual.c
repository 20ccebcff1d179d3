/* Solving backwards: the transposed bordered system against the forward one, and error indicators that add up to the
   error they explain, Q_H - Q_h, on decks with and without closed species. */
#include "../cell.h"

#include <petscsnes.h>

#include "solve/dual.h"

#define SALT "species: [K+, Mg2+, Cl-]\n"
#define BATHS                                                                                                          \
  "  - {region: left, width: 20 nm, fill: {K+: 60 mM, Mg2+: 20 mM, Cl-: 100 mM}}\n"                                    \
  "  - {region: right, width: 20 nm, fill: {K+: 5 mM, Mg2+: 2 mM, Cl-: 9 mM}}\n"
#define FILM                                                                                                           \
  "  - {region: left, width: 20 nm, fill: {K+: 60 mM, Mg2+: 20 mM, Cl-: 100 mM}}\n"                                    \
  "  - {region: film, width: 20 nm, fixed_charge: -50 mM, partition: {Mg2+: 0.5}, diffusion_factor: 0.2}\n"            \
  "  - {region: right, width: 20 nm, fill: {K+: 5 mM, Mg2+: 2 mM, Cl-: 9 mM}}\n"
#define OPEN "terminals: {left: {reservoir: left}, right: {reservoir: right, current: 0 A/m2}}\n"
#define HELD "terminals: {left: {reservoir: left}, right: {reservoir: right, potential: 40 mV}}\n"

typedef struct {
  const char *name, *body;
} Case;

static const Case cases[] = {
    {"junction, open circuit", SALT "domain:\n" BATHS OPEN},
    {"junction, potential", SALT "domain:\n" BATHS HELD},
    {"charged film", SALT "domain:\n" FILM OPEN},
    {"charged film in a sphere", "geometry: spherical\ninner_radius: 15 nm\n" SALT "domain:\n" FILM HELD},
    {"electroneutral film", "field: electroneutral\n" SALT "domain:\n" FILM OPEN},
    {"a film that keeps an ion in the left half",
     "species: [K+, Na+, Cl-]\ndomain:\n"
     "  - {region: left, width: 20 nm, fill: {K+: 40 mM, Na+: 20 mM, Cl-: 60 mM}}\n"
     "  - {region: right, width: 20 nm, partition: {Na+: 0}, fill: {K+: 5 mM, Cl-: 5 mM}}\n"
     "terminals:\n  left: {reservoir: {K+: 0.05 M, Cl-: 0.05 M}, impermeable: [Na+]}\n"
     "  right: {reservoir: right, potential: 20 mV}\n"},
    {"electroneutral film, an ion kept between its ends",
     "field: electroneutral\n" SALT "domain:\n" FILM "terminals:\n  left: {reservoir: left, impermeable: [Mg2+]}\n"
     "  right: {reservoir: right, impermeable: [Mg2+], potential: 20 mV}\n"},
    {"closed cell", SALT "domain:\n  - {region: cell, width: 30 nm, fill: {K+: 60 mM, Mg2+: 20 mM, Cl-: 100 mM}}\n"
                         "terminals:\n  left: {electrode: {stern: {capacitance: 30 uF/cm2}}}\n"
                         "  right: {electrode: {}, potential: 0.1 V}\n"},
    {"charged wall in a cylinder",
     "geometry: cylindrical\n" SALT
     "domain:\n  - {region: cell, width: 20 nm, fill: {K+: 60 mM, Mg2+: 20 mM, Cl-: 100 mM}}\n"
     "terminals:\n  left: {wall: {}}\n  right: {electrode: {}, potential: 30 mV}\n"},
    {"many Debye lengths between blocking electrodes at rest",
     "species: [H+, Cl-]\ndomain: [{region: cell, width: 2 um, fill: {H+: 1 mM, Cl-: 1 mM}}]\n"
     "terminals:\n  left: {electrode: {}}\n  right: {electrode: {}, potential: 0 V}\n"}};
enum { CASES = sizeof cases / sizeof *cases };

typedef struct {
  Cell cell;
  SbLevel *coarse, *fine;
  SbMoment moment;
} Pair;

static void must(PetscErrorCode code) {
  assert_int_equal(code, PETSC_SUCCESS);
}

/* Solved on a first mesh and on its halving. */
static Pair pair_create(const Case *one) {
  Pair pair = {.cell = cell_create(one->body), .moment = {.steady = true, .time = -1.0}};
  SbMesh *mesh = sb_mesh_copy(pair.cell.mesh);
  must(SbLevelCreate(pair.cell.problem, mesh, &pair.coarse));
  sb_state_fill(pair.coarse->chain, pair.coarse->u);
  must(SbSystemHoldAmounts(pair.coarse->system, pair.coarse->u));
  sb_state_guess(pair.coarse->chain, pair.coarse->u);
  pair.coarse->system->evaluation.time = -1.0;
  must(SbSteadySolve(pair.coarse->newton, pair.coarse->u));
  assert_true(pair.coarse->newton->report.converged);
  must(SbLevelHalve(pair.coarse, &pair.fine));
  must(SbSteadySolve(pair.fine->newton, pair.fine->u));
  assert_true(pair.fine->newton->report.converged);
  return pair;
}

static void pair_destroy(Pair *pair) {
  must(SbLevelDestroy(&pair->coarse));
  must(SbLevelDestroy(&pair->fine));
  cell_destroy(&pair->cell);
}

/* Whether there was more than rounding to explain. */
static bool check_measure(Pair *pair, const SbMeasure *measure, const char *deck) {
  const int links = pair->coarse->mesh->nodes - 1;
  double *eta = calloc((size_t)links, sizeof *eta), sum = 0.0, size = 0.0;
  char name[128];
  const SbReading rough = sb_measure(pair->coarse->chain, pair->coarse->u, &pair->moment, measure, NULL);
  const SbReading sharp = sb_measure(pair->fine->chain, pair->fine->u, &pair->moment, measure, NULL);
  const double difference = rough.value - sharp.value;
  sb_measure_name(pair->cell.problem, measure, name, sizeof name);
  must(SbDualIndicators(pair->coarse, pair->fine, &pair->moment, measure, eta));
  for (int j = 0; j < links; j++) {
    sum += eta[j];
    size += fabs(eta[j]);
  }
  if (!(fabs(sum - difference) <= 0.05 * size + 20 * (rough.noise + sharp.noise)))
    fail_msg("%s, %s: indicators add up to %.6g, Q_H - Q_h is %.6g, sum of magnitudes %.3g", deck, name, sum,
             difference, size);
  free(eta);
  return fabs(difference) > 1000 * (rough.noise + sharp.noise);
}

static void indicators_explain_the_difference(void **state) {
  (void)state;
  int told = 0;
  for (int i = 0; i < CASES; i++) {
    Pair pair = pair_create(&cases[i]);
    int count = 0;
    SbMeasure *measures = sb_measures_create(pair.cell.problem, &count);
    for (int m = 0; m < count; m++)
      if (sb_measure_is_local(measures[m].quantity))
        told += check_measure(&pair, &measures[m], cases[i].name);
    free(measures);
    pair_destroy(&pair);
  }
  assert_true(told >= 25);
}

/* y = J x with the matrix of the coarse level's last solve: its rows, and the amounts' in place of the replaced ones.
 */
static void multiply(const SbLevel *level, const double *x, double *y) {
  const SbSystem *system = level->system;
  const int n = level->chain->unknowns;
  sb_matrix_multiply(system->matrix, x, y, NULL);
  for (int k = 0; system->constrained && k < system->constraint_count; k++) {
    PetscScalar sum = 0.0;
    double *weights = calloc((size_t)n, sizeof *weights);
    must(SbSystemGather(system, system->constraints[k].weights, weights));
    for (int i = 0; i < n; i++)
      sum += weights[i] * x[i];
    y[system->constraints[k].factored] = sum;
    free(weights);
  }
}

static double dot(const double *a, const double *b, int n, double *size) {
  double sum = 0.0;
  *size = 0.0;
  for (int i = 0; i < n; i++) {
    sum += a[i] * b[i];
    *size += fabs(a[i] * b[i]);
  }
  return sum;
}

/* With J^T lambda = g: lambda . (J x) = g . x for any x; and the forward solve of J x gives x back. */
static void check_solver(const char *solver) {
  must(PetscOptionsSetValue(NULL, "-chain_pc_type", solver));
  uint64_t seed = 1;
  int bordered = 0;
  for (int i = 0; i < CASES; i++) {
    Pair pair = pair_create(&cases[i]);
    SbSystem *system = pair.coarse->system;
    const int n = pair.coarse->chain->unknowns;
    double *g = calloc((size_t)n, sizeof *g), *lambda = calloc((size_t)n, sizeof *g), *x = calloc((size_t)n, sizeof *g);
    double *b = calloc((size_t)n, sizeof *g), *scale = calloc((size_t)n, sizeof *g),
           *back = calloc((size_t)n, sizeof *g);
    bordered += system->constraint_count;
    sb_chain_scales(pair.coarse->chain, scale);
    for (int k = 0; k < n; k++) {
      g[k] = random_between(&seed, -1, 1) / scale[k];
      x[k] = random_between(&seed, -1, 1) * scale[k];
    }
    must(SbSystemSolveTransposed(system, g, lambda)); /* factors what was assembled last */
    multiply(pair.coarse, x, b);
    double size_b, size_x;
    const double by_dual = dot(lambda, b, n, &size_b), direct = dot(g, x, n, &size_x);
    if (!(fabs(by_dual - direct) <= 1e-9 * (size_b + size_x)))
      fail_msg("%s: lambda . b is %.12g, g . x %.12g (terms %g)", cases[i].name, by_dual, direct, size_b);
    KSP ksp;
    PC pc;
    must(SNESGetKSP(pair.coarse->newton->snes, &ksp));
    must(KSPGetPC(ksp, &pc));
    Vec right, answer;
    must(VecDuplicate(system->x, &right));
    must(VecDuplicate(system->x, &answer));
    must(SbSystemScatter(system, b, right));
    must(PCApply(pc, right, answer));
    must(SbSystemGather(system, answer, back));
    for (int k = 0; k < n; k++)
      if (!(fabs(back[k] - x[k]) <= 1e-6 * scale[k]))
        fail_msg("%s: unknown %d comes back as %g, not %g", cases[i].name, k, back[k], x[k]);
    const double forward = dot(g, back, n, &size_x);
    assert_true(fabs(by_dual - forward) <= 1e-9 * (size_b + size_x));
    must(VecDestroy(&right));
    must(VecDestroy(&answer));
    free(g);
    free(lambda);
    free(x);
    free(b);
    free(scale);
    free(back);
    pair_destroy(&pair);
  }
  assert_true(bordered >= 6); /* the closed cells have one border for each species */
}

static void transposed_solve_matches_the_forward_one(void **state) {
  (void)state;
  check_solver("ilu"); /* PETSc's factorisation in natural order, which is complete */
  check_solver("chain");
}

/* A level that gave its memory back solves again to the same state, amounts included. */
static void rested_level_solves_again(void **state) {
  (void)state;
  for (int i = 0; i < CASES; i++) {
    Pair pair = pair_create(&cases[i]);
    SbLevel *level = pair.coarse;
    const int n = level->chain->unknowns;
    double *before = malloc((size_t)n * sizeof *before), *scale = calloc((size_t)n, sizeof *scale);
    memcpy(before, level->u, (size_t)n * sizeof *before);
    sb_chain_scales(level->chain, scale);
    must(SbLevelRest(level));
    assert_null(level->system->matrix);
    for (int k = 0; k < n; k++)
      level->u[k] += 0.01 * scale[k];
    must(SbSteadySolve(level->newton, level->u));
    assert_true(level->newton->report.converged);
    for (int k = 0; k < n; k++)
      if (!(fabs(level->u[k] - before[k]) <= 1e-9 * scale[k]))
        fail_msg("%s: unknown %d is %.12g after the rest, was %.12g", cases[i].name, k, level->u[k], before[k]);
    free(before);
    free(scale);
    pair_destroy(&pair);
  }
}

int main(int argc, char **argv) {
  if (PetscInitialize(&argc, &argv, NULL, NULL) != PETSC_SUCCESS)
    return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(indicators_explain_the_difference),
                                     cmocka_unit_test(transposed_solve_matches_the_forward_one),
                                     cmocka_unit_test(rested_level_solves_again)};
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  PetscFinalize();
  return failed;
}
