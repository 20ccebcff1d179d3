/* Bernoulli's function against long double: the plain formulas where nothing cancels, the Taylor series (more terms
   than the code has, coefficients by recurrence) where it does. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

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

static void larger(double *worst, double value) {
  *worst = value > *worst || isnan(value) ? value : *worst;
}

static void test_a_few_ulp_over_fourteen_decades(void **state) {
  (void)state;
  double worst_value = 0, worst_slope = 0;
  for (int i = 0; i <= 200000; i++) {
    double a = pow(10, -14 + i * (log10(700) + 14) / 200000);
    for (int side = -1; side <= 1; side += 2) {
      double u = side * a;
      SbBernoulli b = sb_bernoulli(u);
      larger(&worst_value, ulps(b.forward, exact_value(u)));
      larger(&worst_value, ulps(b.backward, exact_value(-(long double)u)));
      larger(&worst_slope, ulps(b.slope, exact_slope(u)));
    }
  }
  print_message("worst error: values %.2f ulp, slope %.2f ulp\n", worst_value, worst_slope);
  assert_true(worst_value < 4);
  assert_true(worst_slope < 8);
}

static void test_the_pair_differs_by_u(void **state) {
  (void)state;
  for (int i = -3650; i <= 3650; i++) {
    double u = 0.0137 * i;
    SbBernoulli b = sb_bernoulli(u), mirrored = sb_bernoulli(-u);
    assert_true(b.forward == mirrored.backward && b.backward == mirrored.forward);
    assert_true(fabs(b.backward - b.forward - u) <= 4 * DBL_EPSILON * fmax(b.backward, b.forward));
  }
}

static void test_extremes(void **state) {
  (void)state;
  SbBernoulli zero = sb_bernoulli(0);
  assert_true(zero.forward == 1 && zero.backward == 1 && zero.slope == -0.5);
  static const double large[] = {710, 745, 800, 1e5, 1e300, DBL_MAX};
  for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
    SbBernoulli right = sb_bernoulli(large[i]), left = sb_bernoulli(-large[i]);
    assert_true(right.backward == large[i] && right.forward >= 0 && right.forward < 1e-300);
    assert_true(left.forward == large[i] && left.slope == -1);
    assert_true(right.slope <= 0 && right.slope > -1e-300);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_a_few_ulp_over_fourteen_decades, make_coefficients),
      cmocka_unit_test(test_the_pair_differs_by_u),
      cmocka_unit_test(test_extremes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
