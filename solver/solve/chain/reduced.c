#include "solve/chain/reduced.h"

#include <stdlib.h>
#include <string.h>

#include "discretize/matrix.h"
#include "solve/chain/dense.h"

SbReduced *sb_reduced_create(int count, const int *size) {
  SbReduced *reduced = calloc(1, sizeof *reduced);
  if (!reduced)
    return NULL;
  reduced->count = count;
  reduced->size = calloc(4 * (size_t)count + 2, sizeof *reduced->size);
  if (!reduced->size) {
    sb_reduced_destroy(&reduced);
    return NULL;
  }
  reduced->offset = reduced->size + count;
  reduced->start = reduced->offset + count + 1;
  reduced->inverse_start = reduced->start + count + 1;
  memcpy(reduced->size, size, (size_t)count * sizeof *size);
  int inverses = 0;
  for (int k = 0; k < count; k++) {
    reduced->offset[k + 1] = reduced->offset[k] + size[k];
    reduced->start[k + 1] = reduced->start[k] + size[k] * sb_reduced_width(reduced, k);
    reduced->inverse_start[k] = inverses;
    inverses += size[k] * size[k];
  }
  reduced->rows = calloc((size_t)reduced->start[count] + 1, sizeof *reduced->rows);
  reduced->inverse = calloc((size_t)inverses + 1, sizeof *reduced->inverse);
  if (!reduced->rows || !reduced->inverse)
    sb_reduced_destroy(&reduced);
  return reduced;
}

void sb_reduced_destroy(SbReduced **reduced) {
  if (!*reduced)
    return;
  free((*reduced)->size);
  free((*reduced)->rows);
  free((*reduced)->inverse);
  free(*reduced);
  *reduced = NULL;
}

bool sb_reduced_factor(SbReduced *reduced) {
  SbNumber w[SB_MAX_LOCAL * SB_MAX_LOCAL]; /* S^-1 of the node before times its coupling to this one */
  double size[SB_MAX_LOCAL];
  for (int k = 0; k < reduced->count; k++) {
    const int m = reduced->size[k], left = sb_reduced_size(reduced, k - 1), right = sb_reduced_size(reduced, k + 1);
    const int width = left + m + right;
    const SbNumber *rows = reduced->rows + reduced->start[k];
    SbNumber *s = reduced->inverse + reduced->inverse_start[k];
    sb_dense_take(m, width, left, rows, s, size);
    sb_dense_subtract_block(m, left, m, width, rows, w, s);
    if (!sb_dense_invert(m, s, size))
      return false;
    for (int i = 0; i < m; i++)
      sb_dense_transposed(m, right, width, rows + left + m, s + i * m, w + i * right);
  }
  return true;
}

/* y[m] -= what a neighbour's solution z brings: its block in the node's own rows, or for the transpose the node's block
   in the neighbour's rows. side: -1 the node to the left, +1 to the right. */
static void subtract_neighbour(const SbReduced *reduced, bool transposed, int k, int side, const SbNumber *z,
                               SbNumber *y) {
  const int m = reduced->size[k], other = sb_reduced_size(reduced, k + side);
  if (other == 0)
    return;
  if (!transposed) {
    const int at = side < 0 ? 0 : sb_reduced_size(reduced, k - 1) + m;
    sb_dense_subtract(m, other, sb_reduced_width(reduced, k), reduced->rows + reduced->start[k] + at, z, y);
    return;
  }
  const int at = side > 0 ? 0 : sb_reduced_size(reduced, k - 2) + other;
  SbNumber sum[SB_MAX_LOCAL];
  sb_dense_transposed(other, m, sb_reduced_width(reduced, k + side), reduced->rows + reduced->start[k + side] + at, z,
                      sum);
  for (int i = 0; i < m; i++)
    y[i] -= sum[i];
}

/* z = S^-1 y or S^-T y for node k. */
static void divide(const SbReduced *reduced, bool transposed, int k, const SbNumber *y, SbNumber *z) {
  const int m = reduced->size[k];
  const SbNumber *inverse = reduced->inverse + reduced->inverse_start[k];
  if (transposed)
    sb_dense_transposed(m, m, m, inverse, y, z);
  else
    sb_dense_multiply(m, inverse, y, z);
}

void sb_reduced_solve(const SbReduced *reduced, bool transposed, SbNumber *x) {
  SbNumber z[SB_MAX_LOCAL];
  for (int k = 0; k < reduced->count; k++) {
    SbNumber *y = x + reduced->offset[k];
    subtract_neighbour(reduced, transposed, k, -1, z, y);
    divide(reduced, transposed, k, y, z);
  }
  for (int k = reduced->count - 1; k >= 0; k--) {
    SbNumber *y = x + reduced->offset[k];
    subtract_neighbour(reduced, transposed, k, 1, z, y);
    divide(reduced, transposed, k, y, z);
    memcpy(y, z, (size_t)reduced->size[k] * sizeof *y);
  }
}
