#include "solve/chain/part.h"

#include <stdlib.h>
#include <string.h>

#include "solve/chain/dense.h"

enum { ROWS = SB_MAX_LOCAL * 3 * SB_MAX_LOCAL, BLOCK = SB_MAX_LOCAL * SB_MAX_LOCAL };

SbPart *sb_part_create(const SbMatrix *matrix) {
  SbPart *part = calloc(1, sizeof *part);
  if (!part)
    return NULL;
  part->values.matrix = matrix;
  sb_part_kept(matrix->chain, matrix->begin, matrix->end, &part->first, &part->last);
  const bool at_left = matrix->begin == 0, between = part->first != part->last;
  const int outer = at_left ? 0 : between ? part->first + 1 : matrix->end - 1;
  const int inner = between ? part->last : part->first;
  if (outer == inner)
    return part;
  part->sweep = sb_sweep_create(matrix, outer, inner);
  if (!part->sweep)
    sb_part_destroy(&part);
  return part;
}

void sb_part_destroy(SbPart **part) {
  if (!*part)
    return;
  sb_sweep_destroy(&(*part)->sweep);
  free(*part);
  *part = NULL;
}

static int size_of(const SbPart *part, int node) {
  return sb_values_size(part->values.matrix->chain, node);
}

/* The block of a node that belongs to its left neighbour (-1), itself (0) or its right neighbour (+1), into block
   [size of the node][columns]; returns columns. */
static int take_block(const SbPart *part, int node, int side, SbNumber *block) {
  SbNumber rows[ROWS];
  const int width = sb_values_node(&part->values, node, rows), columns = size_of(part, node + side);
  const int at = side < 0 ? 0 : size_of(part, node - 1) + (side > 0 ? size_of(part, node) : 0);
  for (int i = 0; i < size_of(part, node); i++)
    memcpy(block + i * columns, rows + i * width + at, (size_t)columns * sizeof *block);
  return columns;
}

/* Puts a block [size of the node][columns] into the rows of node k of the reduced system. */
static void put_block(SbReduced *reduced, int k, int side, int columns, const SbNumber *block) {
  const int at = side < 0 ? 0 : sb_reduced_size(reduced, k - 1) + (side > 0 ? reduced->size[k] : 0);
  SbNumber *rows = reduced->rows + reduced->start[k] + at;
  for (int i = 0; i < reduced->size[k]; i++)
    memcpy(rows + i * sb_reduced_width(reduced, k), block + i * columns, (size_t)columns * sizeof *block);
}

/* Couplings of a kept node to the neighbouring ranks' nodes stay as they are. */
static void put_outside(const SbPart *part, int node, SbReduced *reduced, int k) {
  SbNumber block[BLOCK];
  const SbMatrix *matrix = part->values.matrix;
  if (node == matrix->begin)
    put_block(reduced, k, -1, take_block(part, node, -1, block), block);
  if (node == matrix->end - 1)
    put_block(reduced, k, 1, take_block(part, node, 1, block), block);
}

/* Between its two kept nodes: everything inside is an update of their blocks and couples the two. */
static void put_pair(const SbPart *part, SbReduced *reduced, int k) {
  SbNumber own[2][BLOCK], rightwards[BLOCK], leftwards[BLOCK];
  const int first = take_block(part, part->first, 0, own[0]), last = take_block(part, part->last, 0, own[1]);
  take_block(part, part->first, 1, rightwards);
  if (part->sweep) {
    sb_sweep_update(part->sweep, own[1]);
    sb_sweep_fill(part->sweep, first, own[0], rightwards, leftwards);
  } else {
    take_block(part, part->last, -1, leftwards);
  }
  put_block(reduced, k, 0, first, own[0]);
  put_block(reduced, k, 1, last, rightwards);
  put_block(reduced, k + 1, -1, first, leftwards);
  put_block(reduced, k + 1, 0, last, own[1]);
  put_outside(part, part->first, reduced, k);
  put_outside(part, part->last, reduced, k + 1);
}

void sb_part_factor(SbPart *part, bool pivoted, SbReduced *reduced, int k) {
  const int after = part->first == part->last ? k + 1 : k + 2;
  if (part->sweep && !sb_sweep_factor(part->sweep, pivoted)) {
    for (int i = reduced->start[k]; i < reduced->start[after]; i++)
      reduced->rows[i] = NAN;
    return;
  }
  if (part->first != part->last) {
    put_pair(part, reduced, k);
    return;
  }
  SbNumber own[BLOCK];
  const int m = take_block(part, part->first, 0, own);
  if (part->sweep)
    sb_sweep_update(part->sweep, own);
  put_block(reduced, k, 0, m, own);
  put_outside(part, part->first, reduced, k);
}

/* Subtracts what x of node `from` brings to its neighbour's right-hand side y, or for the transpose. */
static void subtract_coupled(const SbPart *part, bool transposed, int from, int to, const SbNumber *x, SbNumber *y) {
  SbNumber block[BLOCK], sum[SB_MAX_LOCAL];
  const int m = size_of(part, to), n = size_of(part, from);
  if (!transposed) {
    take_block(part, to, from - to, block);
    sb_dense_subtract(m, n, n, block, x, y);
    return;
  }
  take_block(part, from, to - from, block);
  sb_dense_transposed(n, m, m, block, x, sum);
  for (int i = 0; i < m; i++)
    y[i] -= sum[i];
}

void sb_part_forward(const SbPart *part, bool transposed, SbNumber *x, SbNumber *kept) {
  const int *offset = part->values.matrix->chain->offset, first = size_of(part, part->first);
  SbNumber update[SB_MAX_LOCAL] = {0.0}, *last = kept;
  if (part->sweep)
    (transposed ? sb_sweep_forward_transposed : sb_sweep_forward)(part->sweep, x, update);
  if (part->first != part->last) {
    memcpy(kept, x + offset[part->first], (size_t)first * sizeof *kept);
    last = kept + first;
  }
  for (int i = 0; i < size_of(part, part->last); i++)
    last[i] = x[offset[part->last] + i] - update[i];
  if (!part->sweep || part->first == part->last)
    return;
  /* what the first node gets from inside if both kept nodes were 0 */
  memset(x + offset[part->last], 0, (size_t)size_of(part, part->last) * sizeof *x);
  (transposed ? sb_sweep_backward_transposed : sb_sweep_backward)(part->sweep, x);
  subtract_coupled(part, transposed, part->first + 1, part->first, x + offset[part->first + 1], kept);
}

void sb_part_backward(const SbPart *part, bool transposed, const SbNumber *b, SbNumber *x) {
  const SbMatrix *matrix = part->values.matrix;
  const int *offset = matrix->chain->offset;
  if (!part->sweep)
    return;
  if (part->first != part->last) {
    SbNumber update[SB_MAX_LOCAL];
    const int from = offset[part->first + 1], to = offset[part->last];
    memcpy(x + from, b + from - offset[matrix->begin], (size_t)(to - from) * sizeof *x);
    subtract_coupled(part, transposed, part->first, part->first + 1, x + offset[part->first], x + from);
    (transposed ? sb_sweep_forward_transposed : sb_sweep_forward)(part->sweep, x, update);
  }
  (transposed ? sb_sweep_backward_transposed : sb_sweep_backward)(part->sweep, x);
}
