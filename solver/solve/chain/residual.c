#include "solve/chain/values.h"

#include <string.h>

/* sum = A x or A^T x and size = |A| |x| or |A^T| |x|, from the rows of every node. */
static void multiply_nodes(const SbValues *values, bool transposed, const SbNumber *x, SbNumber *sum, double *size) {
  const SbChain *chain = values->matrix->chain;
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  memset(sum, 0, (size_t)chain->unknowns * sizeof *sum);
  memset(size, 0, (size_t)chain->unknowns * sizeof *size);
  for (int j = 0; j < chain->nodes; j++) {
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

double sb_values_residual(const SbValues *values, bool transposed, const SbNumber *b, const SbNumber *x,
                          SbNumber *residual, double *sizes) {
  const int unknowns = values->matrix->chain->unknowns;
#ifdef SB_COMPLEX
  multiply_nodes(values, transposed, x, residual, sizes);
#else
  if (transposed)
    multiply_nodes(values, transposed, x, residual, sizes);
  else
    sb_matrix_multiply(values->matrix, x, residual, sizes);
#endif
  double worst = 0.0;
  for (int i = 0; i < unknowns; i++) {
    residual[i] = b[i] - residual[i];
    const double size = sizes[i] + sb_number_size(b[i]), error = sb_number_size(residual[i]);
    if (!(error <= worst * size))
      worst = isfinite(error / size) ? error / size : INFINITY;
  }
  return worst;
}
