#include "solve/chain/values.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#ifdef SB_COMPLEX
#include "solve/chain/stretch_product.h"
#endif

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

/* Stretches from what their links bring, other nodes from their rows. */
static void multiply_stretches(const SbValues *values, const SbNumber *x, SbNumber *sum, double *size) {
  const SbChain *chain = values->matrix->chain;
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  for (int j = values->matrix->begin; j < values->matrix->end;) {
    const SbStretch *stretch = sb_matrix_stretch(values->matrix, j);
    if (stretch) {
      const SbStretch *mass = values->mass ? sb_matrix_stretch(values->mass, j) : NULL;
      sb_stretch_multiply(chain, stretch, mass, values->frequency, x, sum, size);
      j = stretch->end;
      continue;
    }
    const int width = sb_values_node(values, j, rows), left = chain->offset[j] - sb_values_size(chain, j - 1);
    const SbNumber *row = rows;
    for (int i = chain->offset[j]; i < chain->offset[j + 1]; i++, row += width) {
      sum[i] = size[i] = 0.0;
      for (int c = 0; c < width; c++) {
        const SbNumber term = row[c] * x[left + c];
        sum[i] += term;
        size[i] += sb_number_size(term);
      }
    }
    j++;
  }
}

void sb_values_multiply(const SbValues *values, bool transposed, const SbNumber *x, SbNumber *sum, double *size) {
  if (!transposed && values->matrix->pin_count == 0)
    multiply_stretches(values, x, sum, size);
  else
    multiply_nodes(values, transposed, x, sum, size);
}

#else

void sb_values_multiply(const SbValues *values, bool transposed, const SbNumber *x, SbNumber *sum, double *size) {
  if (!transposed)
    sb_matrix_multiply(values->matrix, x, sum, size);
  else
    multiply_nodes(values, transposed, x, sum, size);
}

#endif

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
