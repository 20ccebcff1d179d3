#include "solve/chain/values.h"

#include <float.h>
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

void sb_values_multiply(const SbValues *values, bool transposed, const SbNumber *x, SbNumber *sum, double *size) {
#ifndef SB_COMPLEX
  if (!transposed) {
    sb_matrix_multiply(values->matrix, x, sum, size);
    return;
  }
#endif
  multiply_nodes(values, transposed, x, sum, size);
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
