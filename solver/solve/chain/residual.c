#include "solve/chain/values.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* Where a wave has died away numbers run out of range and have no digits left to judge. */
static const double least_size = DBL_MIN / DBL_EPSILON;

/* From the rows of every node. */
static void multiply_nodes(const SbValues *values, bool transposed, const SbNumber *x, SbNumber *sum, double *size) {
  const SbMatrix *matrix = values->matrix;
  const SbChain *chain = matrix->chain;
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  const int first = chain->offset[matrix->begin] - sb_values_size(chain, matrix->begin - 1);
  const size_t count = (size_t)(chain->offset[matrix->end] + sb_values_size(chain, matrix->end) - first);
  memset(sum + first, 0, count * sizeof *sum);
  memset(size + first, 0, count * sizeof *size);
  for (int j = matrix->begin; j < matrix->end; j++) {
    const int width = sb_values_node(values, j, rows), left = chain->offset[j] - sb_values_size(chain, j - 1);
    for (int i = chain->offset[j]; i < chain->offset[j + 1]; i++)
      for (int c = left; c < left + width; c++) {
        const int to = transposed ? c : i, from = transposed ? i : c;
        const SbNumber term = rows[(i - chain->offset[j]) * width + c - left] * x[from];
        sum[to] += term;
        size[to] += sb_number_size(term);
      }
  }
}

#ifdef SB_COMPLEX

/* The loops below are over real and imaginary parts: a product of complex numbers would test for infinities. */
static const double *parts_of(const SbNumber *x) {
  return (const double *)x;
}

/* Adds i w M x for the nodes of a stretch, whose M is storage and charge. x, sum: [unknowns][2]. */
static void add_stretch_mass(const SbValues *values, const SbStretch *stretch, const double *x, double *sum,
                             double *size) {
  const SbChain *chain = values->mass->chain;
  const int n = stretch->species, m = stretch->size;
  const double frequency = values->frequency;
  for (int j = stretch->begin; j < stretch->end; j++) {
    const int own = chain->offset[j];
    const double volume = sb_node_volume(chain, j), weight = stretch->by_volume ? volume : 1.0;
    for (int s = 0; s < n; s++) {
      const double *from = x + 2 * (own + s);
      const double stored = frequency * volume * stretch->storage[s], charged = frequency * weight * stretch->charge[s];
      const double all = fabs(from[0]) + fabs(from[1]);
      sum[2 * (own + s)] -= stored * from[1];
      sum[2 * (own + s) + 1] += stored * from[0];
      size[own + s] += fabs(stored) * all;
      if (m == n)
        continue;
      sum[2 * (own + n)] -= charged * from[1];
      sum[2 * (own + n) + 1] += charged * from[0];
      size[own + n] += fabs(charged) * all;
    }
  }
}

/* Adds i w M x: stretches, and other nodes from their rows. */
static void add_mass(const SbValues *values, const SbNumber *x, SbNumber *sum, double *size) {
  const SbMatrix *mass = values->mass;
  const SbChain *chain = mass->chain;
  double rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  for (int j = mass->begin; j < mass->end;) {
    const SbStretch *stretch = sb_matrix_stretch(mass, j);
    if (stretch) {
      add_stretch_mass(values, stretch, parts_of(x), (double *)sum, size);
      j = stretch->end;
      continue;
    }
    const int own = chain->offset[j], m = sb_values_size(chain, j);
    const int width = sb_matrix_node(mass, j, rows), left = own - sb_values_size(chain, j - 1);
    for (int k = 0; k < m * width; k++) {
      const SbNumber term = I * values->frequency * rows[k] * x[left + k % width];
      sum[own + k / width] += term;
      size[own + k / width] += sb_number_size(term);
    }
    j++;
  }
}

/* K x part by part as products of real numbers, which go through stretches at once; false if memory fails. */
static bool multiply_parts(const SbValues *values, const SbNumber *x, SbNumber *sum, double *size) {
  const int count = values->matrix->chain->unknowns;
  double *part = calloc(3 * (size_t)count, sizeof *part);
  if (!part)
    return false;
  double *product = part + count, *sizes = product + count, *to = (double *)sum;
  for (int k = 0; k < 2; k++) {
    for (int i = 0; i < count; i++)
      part[i] = parts_of(x)[2 * i + k];
    sb_matrix_multiply(values->matrix, part, product, k == 0 ? size : sizes);
    for (int i = 0; i < count; i++)
      to[2 * i + k] = product[i];
  }
  for (int i = 0; i < count; i++)
    size[i] += sizes[i];
  if (values->mass)
    add_mass(values, x, sum, size);
  free(part);
  return true;
}

#endif

void sb_values_multiply(const SbValues *values, bool transposed, const SbNumber *x, SbNumber *sum, double *size) {
#ifdef SB_COMPLEX
  const SbMatrix *matrix = values->matrix;
  const bool whole = matrix->begin == 0 && matrix->end == matrix->chain->nodes && matrix->pin_count == 0;
  if (whole && !transposed && multiply_parts(values, x, sum, size))
    return;
#else
  if (!transposed) {
    sb_matrix_multiply(values->matrix, x, sum, size);
    return;
  }
#endif
  multiply_nodes(values, transposed, x, sum, size);
}

void sb_values_add_rounding(const SbValues *values, double *size) {
  const SbChain *chain = values->matrix->chain;
  const size_t count = (size_t)chain->unknowns;
  double *scale = calloc(2 * count, sizeof *scale), *sizes = scale + count;
  SbNumber *x = calloc(2 * count, sizeof *x);
  if (scale && x) {
    sb_chain_scales(chain, scale);
    for (size_t i = 0; i < count; i++)
      x[i] = DBL_EPSILON * scale[i];
    sb_values_multiply(values, false, x, x + count, sizes);
    for (size_t i = 0; i < count; i++)
      size[i] += sizes[i];
  }
  free(x);
  free(scale);
}

double sb_values_error(int count, const SbNumber *b, SbNumber *residual, const double *size) {
  double worst = 0.0;
  for (int i = 0; i < count; i++) {
    residual[i] = b[i] - residual[i];
    const double all = size[i] + sb_number_size(b[i]), error = sb_number_size(residual[i]);
    if (all < least_size)
      continue;
    if (!(error <= worst * all))
      worst = isfinite(error / all) ? error / all : INFINITY;
  }
  return worst;
}
