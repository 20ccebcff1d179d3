#include "solve/chain/stretch_product.h"

#include <math.h>
#include <string.h>

#include "base/vector.h"

/* Real and imaginary part. All factors but those of M are real, and the same for both. */
typedef double Parts __attribute__((vector_size(2 * sizeof(double))));

typedef long long Bits __attribute__((vector_size(sizeof(Parts))));

static SB_ALWAYS_INLINE Parts parts_of(const double complex *x) {
  Parts parts;
  memcpy(&parts, x, sizeof parts);
  return parts;
}

static SB_ALWAYS_INLINE Parts sizes_of(Parts a) {
  return (Parts)((Bits)a & 0x7fffffffffffffffLL);
}

/* i a */
static SB_ALWAYS_INLINE Parts turned(Parts a) {
  return __builtin_shufflevector(a, a, 1, 0) * (Parts){-1.0, 1.0};
}

/* Flow through one link for a change x of the state: flux per species, then displacement; `all`: the same of absolute
   values. left, right: x at its nodes. */
static SB_ALWAYS_INLINE void flow(int n, bool potential, const double *face, const double complex *left,
                                  const double complex *right, Parts *sum, Parts *all) {
  Parts step = {0}, steps = {0};
  if (potential) {
    step = parts_of(right + n) - parts_of(left + n);
    steps = sizes_of(parts_of(right + n)) + sizes_of(parts_of(left + n));
    sum[n] = -face[SB_FACE_CAPACITY * n] * step;
    all[n] = face[SB_FACE_CAPACITY * n] * steps;
  }
  for (int s = 0; s < n; s++) {
    const Parts a = face[s] * parts_of(left + s), b = face[SB_FACE_BY_RIGHT * n + s] * parts_of(right + s);
    sum[s] = a + b + face[SB_FACE_BY_STEP * n + s] * step;
    all[s] = sizes_of(a) + sizes_of(b) + fabs(face[SB_FACE_BY_STEP * n + s]) * steps;
  }
}

/* Factors of a species' x: of K, of i x, and the sum of their absolute values. */
typedef struct {
  double of_matrix, of_mass, size;
} Factor;

static Factor factor_of(double of_matrix, double of_mass) {
  return (Factor){of_matrix, of_mass, fabs(of_matrix) + fabs(of_mass)};
}

static SB_ALWAYS_INLINE Parts product(const Factor *factor, Parts x) {
  return factor->of_matrix * x + factor->of_mass * turned(x);
}

/* n and m are constants where this is inlined. */
static SB_ALWAYS_INLINE void multiply(int n, int m, const SbChain *chain, const SbStretch *stretch,
                                      const SbStretch *mass, double frequency, const double complex *restrict x,
                                      double complex *restrict y, double *restrict size) {
  Factor storage[SB_MAX_SPECIES], charge[SB_MAX_SPECIES];
  Parts sum[2][SB_MAX_LOCAL], all[2][SB_MAX_LOCAL]; /* of the links to the left and to the right */
  const double *face = stretch->face;
  for (int s = 0; s < n; s++) {
    storage[s] = factor_of(stretch->storage[s], mass ? frequency * mass->storage[s] : 0.0);
    charge[s] = factor_of(stretch->charge[s], mass ? frequency * mass->charge[s] : 0.0);
  }
  ptrdiff_t at = chain->offset[stretch->begin];
  flow(n, m > n, face, x + at - m, x + at, sum[0], all[0]);
  for (int j = stretch->begin; j < stretch->end; j++, at += m) {
    const double volume = sb_node_volume(chain, j), weight = stretch->by_volume ? volume : 1.0;
    Parts last = {0}, lasts = {0}; /* of the potential's row */
    face += sb_face_size(n);
    flow(n, m > n, face, x + at, x + at + m, sum[1], all[1]);
    for (int s = 0; s < n; s++) {
      const Parts own = parts_of(x + at + s), sizes = sizes_of(own);
      const Parts net = sum[1][s] - sum[0][s], both = all[1][s] + all[0][s];
      const Parts value = net + volume * product(&storage[s], own), values = both + volume * storage[s].size * sizes;
      memcpy(y + at + s, &value, sizeof value);
      size[at + s] = values[0] + values[1];
      last += stretch->current[s] * net + weight * product(&charge[s], own);
      lasts += fabs(stretch->current[s]) * both + weight * charge[s].size * sizes;
    }
    if (m > n) {
      last += sum[1][n] - sum[0][n];
      lasts += all[1][n] + all[0][n];
      memcpy(y + at + n, &last, sizeof last);
      size[at + n] = lasts[0] + lasts[1];
    }
    for (int i = 0; i < m; i++) {
      sum[0][i] = sum[1][i];
      all[0][i] = all[1][i];
    }
  }
}

void sb_stretch_multiply(const SbChain *chain, const SbStretch *stretch, const SbStretch *mass, double frequency,
                         const double complex *x, double complex *sum, double *size) {
#define RUN(n, m) multiply(n, m, chain, stretch, mass, frequency, x, sum, size)
  const int n = stretch->species, m = stretch->size;
  if (n == 1 && m == 2)
    RUN(1, 2);
  else if (n == 2 && m == 3)
    RUN(2, 3);
  else if (n == 3 && m == 4)
    RUN(3, 4);
  else if (n == 5 && m == 6)
    RUN(5, 6);
  else
    RUN(n, m);
#undef RUN
}
