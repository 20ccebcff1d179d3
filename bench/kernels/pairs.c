/* Bernoulli's function in a loop, in each version of base/vector.h and by the C library's expm1. */
#include <math.h>
#include <stdlib.h>

#include "base/bernoulli.h"
#include "groups.h"

enum { LENGTH = 512 }; /* five arrays of it fit the first-level cache */

struct Pairs {
  double u[LENGTH], forward[LENGTH], backward[LENGTH], slope[LENGTH], backward_slope[LENGTH];
};

static SB_ALWAYS_INLINE void values(void *context, bool fused) {
  Pairs *restrict p = context;
#pragma omp simd
  for (int i = 0; i < LENGTH; i++) {
    const SbBernoulli b = sb_bernoulli_inline(p->u[i], fused);
    p->forward[i] = b.forward;
    p->backward[i] = b.backward;
  }
}

static SB_ALWAYS_INLINE void slopes(void *context, bool fused) {
  Pairs *restrict p = context;
#pragma omp simd
  for (int i = 0; i < LENGTH; i++) {
    const SbBernoulli b = sb_bernoulli_inline(p->u[i], fused);
    p->forward[i] = b.forward;
    p->backward[i] = b.backward;
    p->slope[i] = b.slope;
    p->backward_slope[i] = b.backward_slope;
  }
}

#define VERSION(body, name, attributes, fused)                                                                         \
  attributes static void body##_##name(void *context) {                                                                \
    body(context, fused);                                                                                              \
  }

#if SB_HAS_VERSIONS
VERSION(values, avx512, SB_FOR_AVX512, true)
VERSION(slopes, avx512, SB_FOR_AVX512, true)
VERSION(values, avx2, SB_FOR_AVX2, true)
VERSION(slopes, avx2, SB_FOR_AVX2, true)
#endif
VERSION(values, plain, , SB_PLAIN_FUSED)
VERSION(slopes, plain, , SB_PLAIN_FUSED)

/* Of the smaller value first: the other is a sum then, in which nothing cancels. */
static void values_libm(void *context) {
  Pairs *restrict p = context;
  for (int i = 0; i < LENGTH; i++) {
    const double u = p->u[i], a = fabs(u), small = a / expm1(a);
    p->forward[i] = u < 0 ? small + a : small;
    p->backward[i] = u < 0 ? small : small + a;
  }
}

/* ---- errors
 * ---------------------------------------------------------------------------------------------------------- */
static double in_ulps(double value, long double exact) {
  return (double)fabsl(((long double)value - exact) / ldexpl(1.0L, ilogbl(exact) - 52));
}

static long double exact_value(long double u) {
  return u / expm1l(u);
}

/* B'(u); for small u its series, from that of u/(e^u - 1) (Abramowitz & Stegun, eq 23.1.1). */
static long double exact_slope(long double u) {
  const long double e = expm1l(u), u2 = u * u;
  if (fabsl(u) > 0.1L)
    return (e - u * (e + 1)) / (e * e);
  return -0.5L + u * (1 / 6.0L - u2 * (1 / 180.0L - u2 * (1 / 5040.0L - u2 * (1 / 151200.0L - u2 / 4790016.0L))));
}

static double values_error(void *context) {
  const Pairs *p = context;
  double worst = 0.0;
  for (int i = 0; i < LENGTH; i++) {
    worst = bench_larger(worst, in_ulps(p->forward[i], exact_value(p->u[i])));
    worst = bench_larger(worst, in_ulps(p->backward[i], exact_value(-(long double)p->u[i])));
  }
  return worst;
}

static double slopes_error(void *context) {
  const Pairs *p = context;
  double worst = 0.0;
  for (int i = 0; i < LENGTH; i++) {
    worst = bench_larger(worst, in_ulps(p->slope[i], exact_slope(p->u[i])));
    worst = bench_larger(worst, in_ulps(p->backward_slope[i], -exact_slope(-(long double)p->u[i])));
  }
  return bench_larger(worst, values_error(context));
}

/* ---- kernels
 * --------------------------------------------------------------------------------------------------------- */
static void add(Bench *bench, Pairs *pairs, const char *variant, void (*run)(void *), void (*run_slopes)(void *)) {
  const Kernel kernel = {.variant = variant, .threads = 1, .units = LENGTH, .context = pairs};
  Kernel of_values = kernel, of_slopes = kernel;
  of_values.part = PART_BERNOULLI;
  of_values.operations = 41; /* counted in base/bernoulli.h; a division as one */
  of_values.run = run;
  of_values.error = values_error;
  of_values.bound = 4.0;
  bench_add(bench, of_values);
  of_slopes.part = PART_SLOPES;
  of_slopes.operations = 55;
  of_slopes.run = run_slopes;
  of_slopes.error = slopes_error;
  of_slopes.bound = 8.0;
  if (run_slopes)
    bench_add(bench, of_slopes);
}

Pairs *pairs_add(Bench *bench) {
  Pairs *pairs = bench_alloc(1, sizeof *pairs);
  for (int i = 0; i < LENGTH; i++) { /* sizes from 1e-4 to 40, both signs, in no order that could be foretold */
    const double random = fmod(0.6180339887498949 * i, 1.0);
    pairs->u[i] = (i * 7 % 3 == 1 ? -1.0 : 1.0) * 1e-4 * pow(4e5, random);
  }
#if SB_HAS_VERSIONS
  if (SB_RUNS_AVX512())
    add(bench, pairs, "avx512", values_avx512, slopes_avx512);
  if (SB_RUNS_AVX2())
    add(bench, pairs, "avx2", values_avx2, slopes_avx2);
#endif
  add(bench, pairs, "plain", values_plain, slopes_plain);
  add(bench, pairs, "libm", values_libm, NULL);
  return pairs;
}

void pairs_destroy(Pairs **pairs) {
  free(*pairs);
  *pairs = NULL;
}
