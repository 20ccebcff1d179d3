#include "solve/chain/node.h"

#include <string.h>

#include "solve/chain/dense.h"

SbNodeLayout sb_node_layout(const SbSweep *sweep, int node) {
  const SbChain *chain = sweep->values.matrix->chain;
  const int m = sb_values_size(chain, node), left = sb_values_size(chain, node - 1),
            right = sb_values_size(chain, node + 1);
  const bool rightwards = sweep->side > 0;
  return (SbNodeLayout){.m = m,
                        .width = left + m + right,
                        .outer = rightwards ? left : right,
                        .inner = rightwards ? right : left,
                        .at_outer = rightwards ? 0 : left + m,
                        .at_own = left,
                        .at_inner = rightwards ? left + m : 0};
}

bool sb_node_factor(SbSweep *sweep, const SbPiece *piece, SbNumber *w) {
  const SbNodeLayout at = sb_node_layout(sweep, piece->node);
  const int m = at.m;
  SbNumber *rows = sweep->rows + piece->rows, *s = piece->section.inverse;
  double size[SB_MAX_LOCAL];
  sb_values_node(&sweep->values, piece->node, rows);
  sb_dense_take(m, at.width, at.at_own, rows, s, size);
  sb_dense_subtract_block(m, at.outer, m, at.width, rows + at.at_outer, w, s);
  if (!sb_dense_invert(m, s, size))
    return false;
  for (int i = 0; i < m; i++)
    sb_dense_transposed(m, at.inner, at.width, rows + at.at_inner, s + i * m, w + i * at.inner);
  return true;
}

void sb_node_fill(const SbSweep *sweep, const SbPiece *piece, int columns, SbNumber *own, SbNumber *out, SbNumber *in) {
  const SbNodeLayout at = sb_node_layout(sweep, piece->node);
  const int m = at.m;
  const SbNumber *rows = sweep->rows + piece->rows, *g = piece->section.inverse;
  SbNumber r[SB_MAX_LOCAL * SB_MAX_LOCAL] = {0.0}, h[SB_MAX_LOCAL * SB_MAX_LOCAL] = {0.0}, row[SB_MAX_LOCAL];
  sb_dense_subtract_block(m, at.outer, columns, at.width, rows + at.at_outer, in, r);
  sb_dense_subtract_block(m, m, columns, m, g, r, h);
  for (int i = 0; i < m * columns; i++)
    in[i] = -h[i];
  sb_dense_subtract_block(columns, m, columns, m, out, h, own);
  memcpy(r, out, (size_t)(columns * m) * sizeof *r);
  for (int i = 0; i < columns; i++) {
    sb_dense_transposed(m, m, m, g, r + i * m, row);
    sb_dense_transposed(m, at.inner, at.width, rows + at.at_inner, row, out + i * at.inner);
  }
  for (int i = 0; i < columns * at.inner; i++)
    out[i] = -out[i];
}

void sb_node_solve(const SbSweep *sweep, const SbPiece *piece, bool inwards, SbNumber *x, SbNumber *v) {
  const SbNodeLayout at = sb_node_layout(sweep, piece->node);
  const SbNumber *rows = sweep->rows + piece->rows, *g = piece->section.inverse;
  sb_dense_subtract(at.m, inwards ? at.outer : at.inner, at.width, rows + (inwards ? at.at_outer : at.at_inner), v, x);
  sb_dense_multiply(at.m, g, x, v);
  if (!inwards)
    memcpy(x, v, (size_t)at.m * sizeof *x);
}

void sb_node_solve_transposed(const SbSweep *sweep, const SbPiece *piece, bool inwards, SbNumber *x, SbNumber *v) {
  const SbNodeLayout at = sb_node_layout(sweep, piece->node);
  const SbNumber *rows = sweep->rows + piece->rows;
  SbNumber z[SB_MAX_LOCAL];
  for (int i = 0; i < at.m; i++)
    x[i] -= v[i];
  sb_dense_transposed(at.m, at.m, at.m, piece->section.inverse, x, z);
  sb_dense_transposed(at.m, inwards ? at.inner : at.outer, at.width, rows + (inwards ? at.at_inner : at.at_outer), z,
                      v);
  if (!inwards)
    memcpy(x, z, (size_t)at.m * sizeof *x);
}
