/* What the machine allows: bandwidth of memory by STREAM's triad (McCalpin 1995, IEEE TCCA Newsletter, 19), and
   multiply-adds per second of one core in the versions of base/vector.h. */
#include <math.h>
#include <stdlib.h>

#include "base/vector.h"
#include "groups.h"

enum { TRIAD_LENGTH = 1 << 24 }; /* three arrays of 128 MiB, more than the caches hold */
enum {
  CHAINS = 12,
  TURNS = 2000
}; /* independent sums, enough to hide the latency of one and few enough for registers */

struct Peak {
  int species;       /* of the group */
  double *a, *b, *c; /* [TRIAD_LENGTH] */
  double sum;        /* of what the multiply-adds gave, per number; 1 if all went well */
};

static void triad_run(void *context) {
  const Peak *peak = context;
  double *restrict a = peak->a;
  const double *restrict b = peak->b, *restrict c = peak->c;
#pragma omp parallel for simd schedule(static)
  for (int i = 0; i < TRIAD_LENGTH; i++)
    a[i] = b[i] + 3.0 * c[i];
}

static double triad_error(void *context) {
  const Peak *peak = context;
  double error = 0.0;
  for (int i = 0; i < TRIAD_LENGTH; i++)
    error = bench_larger(error, fabs(peak->a[i] - 7.0));
  return error;
}

/* a = a/2 + 1/2 keeps 1. The compiler is not to know. */
static volatile double half = 0.5;

#define MULTIPLY_ADDS(name, attributes, Number, lanes)                                                                 \
  attributes static void name(void *context) {                                                                         \
    const Number zero = {0.0}, factor = zero + half;                                                                   \
    Number a[CHAINS], sum = zero;                                                                                      \
    for (int k = 0; k < CHAINS; k++)                                                                                   \
      a[k] = zero + 2.0 * half;                                                                                        \
    for (int turn = 0; turn < TURNS; turn++) {                                                                         \
      _Pragma("GCC unroll 12") for (int k = 0; k < CHAINS; k++) a[k] = a[k] * factor + factor;                         \
    }                                                                                                                  \
    for (int k = 0; k < CHAINS; k++)                                                                                   \
      sum += a[k];                                                                                                     \
    double total[lanes];                                                                                               \
    __builtin_memcpy(total, &sum, sizeof sum);                                                                         \
    ((Peak *)context)->sum = 0.0;                                                                                      \
    for (int i = 0; i < (lanes); i++)                                                                                  \
      ((Peak *)context)->sum += total[i] / (CHAINS * (lanes));                                                         \
  }

typedef double Two __attribute__((vector_size(16)));
MULTIPLY_ADDS(plain_run, , Two, 2)
#if SB_HAS_VERSIONS
typedef double Four __attribute__((vector_size(32)));
typedef double Eight __attribute__((vector_size(64)));
MULTIPLY_ADDS(avx2_run, SB_FOR_AVX2, Four, 4)
MULTIPLY_ADDS(avx512_run, SB_FOR_AVX512, Eight, 8)
MULTIPLY_ADDS(scalar_fused_run, SB_FOR_AVX2, double, 1)
#endif
MULTIPLY_ADDS(scalar_run, , double, 1)

static double sum_error(void *context) {
  return fabs(((const Peak *)context)->sum - 1.0);
}

static void multiply_adds_add(Bench *bench, Peak *peak, const char *variant, void (*run)(void *), int lanes) {
  bench_add(bench, (Kernel){.part = PART_FMA,
                            .species = peak->species,
                            .variant = variant,
                            .threads = 1,
                            .units = CHAINS * TURNS * lanes,
                            .operations = 2,
                            .run = run,
                            .error = sum_error,
                            .bound = 1e-14,
                            .context = peak});
}

Peak *peak_add(Bench *bench, int species) {
  Peak *peak = bench_alloc(1, sizeof *peak);
  peak->species = species;
  if (bench->options->parts[PART_TRIAD]) {
    peak->a = bench_alloc(TRIAD_LENGTH, sizeof(double));
    peak->b = bench_alloc(TRIAD_LENGTH, sizeof(double));
    peak->c = bench_alloc(TRIAD_LENGTH, sizeof(double));
    for (int i = 0; i < TRIAD_LENGTH; i++) {
      peak->b[i] = 1.0;
      peak->c[i] = 2.0;
    }
  }
  for (int t = 0; t < bench->options->threads.count; t++)
    bench_add(bench, (Kernel){.part = PART_TRIAD,
                              .species = species,
                              .variant = "",
                              .threads = bench->options->threads.of[t],
                              .units = TRIAD_LENGTH,
                              .bytes = 3 * sizeof(double),
                              .operations = 2,
                              .run = triad_run,
                              .error = triad_error,
                              .context = peak});
  bool fused = false;
#if SB_HAS_VERSIONS
  if (SB_RUNS_AVX512())
    multiply_adds_add(bench, peak, "avx512", avx512_run, 8);
  if (SB_RUNS_AVX2())
    multiply_adds_add(bench, peak, "avx2", avx2_run, 4);
  fused = SB_RUNS_AVX2();
#endif
  multiply_adds_add(bench, peak, "plain", plain_run, 2);
#if SB_HAS_VERSIONS
  if (fused)
    multiply_adds_add(bench, peak, "scalar", scalar_fused_run, 1);
#endif
  if (!fused)
    multiply_adds_add(bench, peak, "scalar", scalar_run, 1);
  return peak;
}

void peak_destroy(Peak **peak) {
  free((*peak)->a);
  free((*peak)->b);
  free((*peak)->c);
  free(*peak);
  *peak = NULL;
}
