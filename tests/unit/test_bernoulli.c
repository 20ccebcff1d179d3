/* Bernoulli's function against long double: the plain formulas where nothing cancels, the Taylor series (more terms
   than the code has, coefficients by recurrence) where it does. */
#include "../cell.h"

#include <float.h>

#include "base/bernoulli.h"

enum { TERMS = 60 };
static long double coefficient[TERMS]; /* of u^k in u/(e^u - 1) */

/* From (e^u - 1)/u times the series = 1. */
static int make_coefficients(void **state) {
  (void)state;
  long double inverse_factorial[TERMS + 1];
  inverse_factorial[0] = 1;
  for (int k = 1; k <= TERMS; k++) {
    inverse_factorial[k] = inverse_factorial[k - 1] / k;
  }
  coefficient[0] = 1;
  for (int k = 1; k < TERMS; k++) {
    coefficient[k] = 0;
    for (int j = 0; j < k; j++) {
      coefficient[k] -= coefficient[j] * inverse_factorial[k - j + 1];
    }
  }
  return 0;
}

static long double exact_value(long double u) {
  return u == 0 ? 1 : u > 0 ? u * expl(-u) / -expm1l(-u) : u / expm1l(u);
}

static long double exact_slope(long double u) {
  if (fabsl(u) < 1) {
    long double slope = 0;
    for (int k = TERMS - 1; k >= 1; k--) {
      slope = slope * u + k * coefficient[k];
    }
    return slope;
  }
  if (u < 0) {
    return -1 - exact_slope(-u);
  }
  long double decay = expl(-u), rest = -expm1l(-u);
  return decay * (rest - u) / (rest * rest);
}

static double ulps(double value, long double exact) {
  double magnitude = fabs((double)exact);
  double ulp = nextafter(magnitude, INFINITY) - magnitude;
  return (double)fabsl((long double)value - exact) / ulp;
}

/* The arithmetic of processors without fused multiply-add, of those with it, and the one of this build. */
static SbBernoulli plain(double u) {
  return sb_bernoulli_inline(u, false);
}

static SbBernoulli fused(double u) {
  return sb_bernoulli_inline(u, true);
}

typedef SbBernoulli Arithmetic(double u);
static Arithmetic *const arithmetics[] = {plain, fused, sb_bernoulli};
enum { ARITHMETICS = sizeof arithmetics / sizeof *arithmetics };

typedef struct {
  double value, slope; /* worst errors so far, ulp */
} Worst;

static void larger(double *worst, double value) {
  *worst = value > *worst || isnan(value) ? value : *worst;
}

static void compare(Arithmetic *bernoulli, double a, Worst *worst) {
  for (int side = -1; side <= 1; side += 2) {
    const double u = side * a;
    const SbBernoulli b = bernoulli(u);
    larger(&worst->value, ulps(b.forward, exact_value(u)));
    larger(&worst->value, ulps(b.backward, exact_value(-(long double)u)));
    larger(&worst->slope, ulps(b.slope, exact_slope(u)));
    larger(&worst->slope, ulps(b.backward_slope, -exact_slope(-(long double)u)));
  }
}

/* Log-spaced over the whole range, log-random, and uniform where the errors are largest. */
static void test_a_few_ulp_over_sixteen_decades(void **state) {
  (void)state;
  enum { POINTS = 100000 };
  const double decades = log10(700) + 14;
  for (int k = 0; k < ARITHMETICS; k++) {
    Worst worst = {0, 0};
    uint64_t seed = 1;
    for (int i = 0; i <= POINTS; i++) {
      compare(arithmetics[k], pow(10, -14 + i * decades / POINTS), &worst);
      compare(arithmetics[k], pow(10, -14 + random_unit(&seed) * decades), &worst);
      compare(arithmetics[k], random_between(&seed, 0, 8), &worst);
    }
    print_message("worst error of values %.2f ulp, of slopes %.2f ulp\n", worst.value, worst.slope);
    assert_true(worst.value <= 4);
    assert_true(worst.slope <= 8);
  }
}

/* Where n = floor(a/ln 2) steps up, one rounding decides which n is taken: either must do. */
static void test_a_few_ulp_where_the_reduction_steps(void **state) {
  (void)state;
  for (int k = 0; k < ARITHMETICS; k++) {
    Worst worst = {0, 0};
    for (int n = 1; n <= 1000; n++)
      for (int i = -20; i <= 20; i++)
        compare(arithmetics[k], n * M_LN2 * (1 + i * DBL_EPSILON) + (i % 3) * 1e-5, &worst);
    assert_true(worst.value <= 4);
    assert_true(worst.slope <= 8);
  }
}

static void test_the_pair_differs_by_u(void **state) {
  (void)state;
  for (int k = 0; k < ARITHMETICS; k++) {
    for (int i = -3650; i <= 3650; i++) {
      const double u = 0.0137 * i;
      const SbBernoulli b = arithmetics[k](u), mirrored = arithmetics[k](-u);
      assert_true(b.forward == mirrored.backward && b.backward == mirrored.forward);
      assert_true(i == 0 || (b.slope == -mirrored.backward_slope && b.backward_slope == -mirrored.slope));
      assert_true(fabs(b.backward - b.forward - u) <= DBL_EPSILON * fmax(b.backward, b.forward));
      assert_true(fabs(b.backward_slope - b.slope - 1) <= DBL_EPSILON);
    }
  }
}

/* Sixth-order difference of the function itself. */
static void test_the_slope_is_the_derivative(void **state) {
  (void)state;
  const double h = 0.02;
  for (int k = 0; k < ARITHMETICS; k++) {
    uint64_t seed = 2;
    for (int i = 0; i < 2000; i++) {
      const double u = random_between(&seed, -30, 30);
      double forward = 0, backward = 0;
      for (int p = 0; p < DIFFERENCE_POINTS; p++) {
        const SbBernoulli b = arithmetics[k](u + difference_offset[p] * h);
        forward += difference_weight[p] * b.forward / h;
        backward += difference_weight[p] * b.backward / h;
      }
      const SbBernoulli b = arithmetics[k](u);
      const double noise = 1e-13 * (1 + fabs(u));
      assert_true(fabs(b.slope - forward) <= noise + 1e-9 * fabs(b.slope));
      assert_true(fabs(b.backward_slope - backward) <= noise + 1e-9 * fabs(b.backward_slope));
    }
  }
}

static void test_zero_and_tiny(void **state) {
  (void)state;
  static const double tiny[] = {0, 5e-324, 1e-310, DBL_MIN, 1e-200, 1e-30, 1e-17};
  for (int k = 0; k < ARITHMETICS; k++) {
    for (size_t i = 0; i < sizeof tiny / sizeof *tiny; i++) {
      for (int side = -1; side <= 1; side += 2) {
        const SbBernoulli b = arithmetics[k](side * tiny[i]);
        assert_true(b.forward == 1 && b.backward == 1 && b.slope == -0.5 && b.backward_slope == 0.5);
      }
    }
  }
}

static void test_large_and_beyond(void **state) {
  (void)state;
  static const double large[] = {708.5, 709, 709.3, 710, 745, 800, 1e4, 1e5, 1e17, 1e300, DBL_MAX, INFINITY};
  for (int k = 0; k < ARITHMETICS; k++) {
    double previous = 1;
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
      const SbBernoulli right = arithmetics[k](large[i]), left = arithmetics[k](-large[i]);
      assert_true(right.backward == large[i] && left.forward == large[i]);
      assert_true(right.forward >= 0 && right.forward < 1e-300 && right.forward <= previous);
      assert_true(right.forward == left.backward);
      assert_true(right.slope <= 0 && right.slope > -1e-300 && right.backward_slope == 1);
      assert_true(left.slope == -1 && left.backward_slope >= 0 && left.backward_slope < 1e-300);
      previous = right.forward;
    }
    assert_true(previous == 0);
  }
}

static void test_not_a_number_stays_one(void **state) {
  (void)state;
  for (int k = 0; k < ARITHMETICS; k++) {
    const SbBernoulli b = arithmetics[k](NAN);
    assert_true(isnan(b.forward) && isnan(b.backward) && isnan(b.slope) && isnan(b.backward_slope));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_a_few_ulp_over_sixteen_decades, make_coefficients),
      cmocka_unit_test_setup(test_a_few_ulp_where_the_reduction_steps, make_coefficients),
      cmocka_unit_test(test_the_pair_differs_by_u),
      cmocka_unit_test(test_the_slope_is_the_derivative),
      cmocka_unit_test(test_zero_and_tiny),
      cmocka_unit_test(test_large_and_beyond),
      cmocka_unit_test(test_not_a_number_stays_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
