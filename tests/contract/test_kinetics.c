/* Every law of electrode kinetics from its own example, and couples made of them: derivatives against differences, the
   Nernst equation where forward and backward currents cancel, numbers that stay numbers at any overpotential, the
   potential at which several couples rest. */
#include "../cell.h"

#include <float.h>

#include "base/constants.h"
#include "physics/couple.h"

#define SUPPORTED                                                                                                      \
  "field: supported\nspecies: [Fe3+, Fe2+, Zn2+, H+, {name: O2, charge: 0, diffusivity: 2.1e-9 m2/s}]\ndomain:\n"      \
  "  - {region: layer, width: 10 um, fill: {Fe3+: 10 mM, Fe2+: 1 mM, Zn2+: 1 mM, H+: 1 M, O2: 0.26 mM}}\n"             \
  "terminals:\n  left: {reservoir: layer}\n  right: {electrode: {couples: [%s]}, potential: 0 V}\n"
#define OXYGEN                                                                                                         \
  "{name: oxygen, oxidised: {O2: 1, H+: 4}, reduced: {}, electrons: 4, standard_potential: 1.229 V,"                   \
  " rate_constant: 1e-9 m/s}"
#define IRON                                                                                                           \
  "{name: iron, oxidised: Fe3+, reduced: Fe2+, electrons: 1, standard_potential: 0.771 V, rate_constant: 1e-5 m/s}"
#define ZINC                                                                                                           \
  "{name: zinc, oxidised: Zn2+, reduced: {}, electrons: 2, standard_potential: -0.762 V, exchange_current: 0.1 A/m2}"

enum { RANDOM = 400, N = 5 };

static Cell cell_with(const char *couples) {
  char body[2048];
  snprintf(body, sizeof body, SUPPORTED, strncmp(couples, "- ", 2) == 0 ? couples + 2 : couples); /* a list's entry */
  return cell_problem(body);
}

static const SbBoundaryParams *electrode(const Cell *cell) {
  return &cell->problem->terminals[SB_RIGHT].boundary;
}

/* Runs a check on each law's example and on couples with more to them. */
static void for_each_couple(void (*check)(const Cell *cell, const SbCouple *couple)) {
  static const char *const more[] = {OXYGEN, IRON, ZINC};
  for (int k = 0; sb_kinetics[k]; k++) {
    Cell cell = cell_with(sb_kinetics[k]->schema.example);
    assert_ptr_equal(electrode(&cell)->couples[0].kinetics, sb_kinetics[k]); /* an example shows its own law */
    assert_ptr_equal(sb_kinetics_schemas[k], &sb_kinetics[k]->schema);
    assert_true(sb_kinetics[k]->schema.reference && strpbrk(sb_kinetics[k]->schema.reference, "0123456789"));
    check(&cell, &electrode(&cell)->couples[0]);
    cell_destroy(&cell);
  }
  for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
    Cell cell = cell_with(more[i]);
    check(&cell, &electrode(&cell)->couples[0]);
    cell_destroy(&cell);
  }
}

static void random_concentrations(uint64_t *seed, double *c) {
  for (int s = 0; s < N; s++)
    c[s] = pow(10, random_between(seed, -4, 3));
}

static double current_at(const SbCouple *couple, double vt, const double *at) {
  return sb_couple_current(couple, at, at[N], vt, NULL, NULL);
}

static void check_derivatives(const Cell *cell, const SbCouple *couple) {
  const double vt = cell->problem->thermal_voltage;
  uint64_t seed = 1;
  for (int i = 0; i < RANDOM; i++) {
    double at[N + 1], slope[N + 1];
    random_concentrations(&seed, at);
    at[N] = couple->zero + vt * random_between(&seed, -20, 20);
    sb_couple_current(couple, at, at[N], vt, slope, &slope[N]);
    for (int k = 0; k <= N; k++) {
      const double u = at[k], h = k < N ? 0.02 * at[k] : 0.02 * vt;
      double difference = 0.0, size = 0.0;
      for (int p = 0; p < DIFFERENCE_POINTS; p++) {
        at[k] = u + difference_offset[p] * h;
        const double moved = current_at(couple, vt, at);
        difference += difference_weight[p] * moved / h;
        size = fmax(size, fabs(moved));
      }
      at[k] = u;
      /* where the partial currents nearly cancel, their sum has the rounding of each */
      if (!(fabs(slope[k] - difference) <= 1e-7 * fabs(slope[k]) + 1e-13 * (size + fabs(slope[N]) * vt) / h))
        fail_msg("%s: derivative %d is %.12g, by differences %.12g", couple->deck->name, k, slope[k], difference);
    }
  }
}

static void derivatives_are_right(void **state) {
  (void)state;
  for_each_couple(check_derivatives);
}

/* At its Nernst potential a couple is at rest, whatever the composition; above it oxidises, below it reduces. */
static void check_equilibrium(const Cell *cell, const SbCouple *couple) {
  const double vt = cell->problem->thermal_voltage;
  uint64_t seed = 2;
  for (int i = 0; i < RANDOM; i++) {
    double c[N], by_potential;
    random_concentrations(&seed, c);
    const double e = sb_couple_nernst(couple, c, vt);
    const double rest = sb_couple_current(couple, c, e, vt, NULL, &by_potential);
    if (!(fabs(rest) <= 1e-12 * by_potential * (fabs(e) + vt)))
      fail_msg("%s: %g A/m2 at its Nernst potential", couple->deck->name, rest);
    assert_true(sb_couple_current(couple, c, e + 0.01 * vt, vt, NULL, NULL) > 0.0);
    assert_true(sb_couple_current(couple, c, e - 0.01 * vt, vt, NULL, NULL) < 0.0);
    assert_true(fabs(sb_couples_rest(1, couple, c, vt) - e) <= 1e-12 * (fabs(e) + vt));
  }
}

static void nernst_potential_is_rest(void **state) {
  (void)state;
  for_each_couple(check_equilibrium);
}

/* Finite and rising with the potential, values and slopes, however far a solver strays. */
static void check_range(const Cell *cell, const SbCouple *couple) {
  const double vt = cell->problem->thermal_voltage;
  const double c[N] = {10.0, 1.0, 1.0, 1000.0, 0.26};
  double before = -INFINITY;
  for (int i = -400; i <= 400; i++) {
    double by_c[N], by_potential;
    const double i_now = sb_couple_current(couple, c, couple->zero + 0.1 * i, vt, by_c, &by_potential);
    assert_true(isfinite(i_now) && i_now > before);
    assert_true(isfinite(by_potential) && by_potential > 0.0);
    for (int s = 0; s < N; s++)
      assert_true(isfinite(by_c[s]));
    before = i_now;
  }
}

static void numbers_stay_numbers(void **state) {
  (void)state;
  for_each_couple(check_range);
}

/* Exponentials themselves at 2 V as far as 1e17 A/m2, for exchange currents of 18 orders of magnitude; faster than that
   each way grows by its logarithm alone. */
static void two_volts_are_exact(void **state) {
  (void)state;
  for (int decade = -12; decade <= 6; decade += 2) {
    char couple[512];
    snprintf(couple, sizeof couple,
             "{name: iron, oxidised: Fe3+, reduced: Fe2+, electrons: 2, standard_potential: 0.771 V,"
             " exchange_current: 1e%d A/m2, transfer: {anodic: 0.6, cathodic: 1.4}}",
             decade);
    Cell cell = cell_with(couple);
    const SbCouple *iron = &electrode(&cell)->couples[0];
    const double vt = cell.problem->thermal_voltage, c[N] = {5.0, 2.0, 1.0, 1.0, 1.0}, i0 = pow(10, decade);
    for (int sign = -1; sign <= 1; sign += 2) {
      const double found = sb_couple_current(iron, c, iron->zero + 2.0 * sign, vt, NULL, NULL);
      const double each = i0 * exp((sign > 0 ? 0.6 : 1.4) * 2.0 / vt), fastest = 1e17;
      const double wanted =
          sign * (sign > 0 ? 2.0 : 0.5) * (each <= fastest ? each : fastest * (1.0 + log1p(log(each / fastest))));
      assert_true(fabs(found - wanted) <= 1e-9 * fabs(wanted));
    }
    cell_destroy(&cell);
  }
}

/* The two ways to give a constant are one law: i0 = n F k0 c_O^(1-a) c_R^a with a = a_c/n. Zero is the Nernst
 * potential. */
static void both_forms_agree(void **state) {
  (void)state;
  const double k0 = 1e-5, i0 = SB_FARADAY * k0 * sqrt(10.0 * 1.0);
  char couples[1024];
  snprintf(couples, sizeof couples,
           IRON ", {name: same, oxidised: Fe3+, reduced: Fe2+, electrons: 1, standard_potential: 0.771 V,"
                " exchange_current: %.17g A/m2}",
           i0);
  Cell cell = cell_with(couples);
  const SbCouple *one = electrode(&cell)->couples;
  const double vt = cell.problem->thermal_voltage;
  assert_true(fabs(one[1].zero - (0.771 + vt * log(10.0))) < 1e-14);
  uint64_t seed = 3;
  for (int i = 0; i < RANDOM; i++) {
    double c[N];
    random_concentrations(&seed, c);
    const double e = 0.771 + vt * random_between(&seed, -10, 10);
    const double a = sb_couple_current(&one[0], c, e, vt, NULL, NULL);
    const double b = sb_couple_current(&one[1], c, e, vt, NULL, NULL);
    assert_true(fabs(a - b) <= 1e-11 * (fabs(a) + SB_FARADAY * k0 * (c[0] + c[1])));
  }
  cell_destroy(&cell);
}

/* A metal and a gas count as 1; the quotient takes powers. */
static void nernst_counts_what_is_dissolved(void **state) {
  (void)state;
  Cell cell = cell_with(ZINC ", " OXYGEN);
  const SbCouple *couples = electrode(&cell)->couples;
  const double vt = cell.problem->thermal_voltage, c[N] = {1.0, 1.0, 0.01, 1e-4, 0.5};
  assert_true(fabs(sb_couple_nernst(&couples[0], c, vt) - (-0.762 + vt / 2 * log(1e-5))) < 1e-14);
  assert_true(fabs(sb_couple_nernst(&couples[1], c, vt) - (1.229 + vt / 4 * log(5e-4 * pow(1e-7, 4)))) < 1e-14);
  const double none[N] = {0};
  assert_true(sb_couple_nernst(&couples[0], none, vt) == -INFINITY); /* nothing to plate: it only dissolves */
  cell_destroy(&cell);
}

/* Two couples rest where their currents cancel, between their equilibrium potentials; nowhere if both can only go one
   way. */
static void couples_rest_between(void **state) {
  (void)state;
  Cell cell = cell_with(ZINC ", " IRON);
  const SbCouple *couples = electrode(&cell)->couples;
  const double vt = cell.problem->thermal_voltage;
  double c[N] = {10.0, 1.0, 1.0, 1000.0, 0.26};
  const double e = sb_couples_rest(2, couples, c, vt);
  assert_true(e > sb_couple_nernst(&couples[0], c, vt) && e < sb_couple_nernst(&couples[1], c, vt));
  const double i = sb_couple_current(&couples[0], c, e, vt, NULL, NULL);
  assert_true(i > 0.0 && fabs(i + sb_couple_current(&couples[1], c, e, vt, NULL, NULL)) < 1e-9 * i);
  c[0] = 0.0;
  c[2] = 0.0; /* nothing can be reduced */
  assert_true(isnan(sb_couples_rest(2, couples, c, vt)));
  cell_destroy(&cell);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(derivatives_are_right), cmocka_unit_test(nernst_potential_is_rest),
      cmocka_unit_test(numbers_stay_numbers),  cmocka_unit_test(two_volts_are_exact),
      cmocka_unit_test(both_forms_agree),      cmocka_unit_test(nernst_counts_what_is_dissolved),
      cmocka_unit_test(couples_rest_between)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
