#include "discretize/sparse_rows.h"

#include <stdlib.h>

SbSparseRows *sb_sparse_rows_create(const SbMatrix *matrix) {
  const SbChain *chain = matrix->chain;
  const int base = chain->offset[matrix->begin];
  SbSparseRows *rows = calloc(1, sizeof *rows);
  if (!rows)
    return NULL;
  rows->rows = chain->offset[matrix->end] - base;
  rows->row_start = calloc((size_t)rows->rows + 1, sizeof(int));
  for (int j = matrix->begin; rows->row_start && j < matrix->end; j++) {
    const int low = chain->offset[j > 0 ? j - 1 : 0],
              high = chain->offset[j + 2 <= chain->nodes ? j + 2 : chain->nodes];
    for (int row = chain->offset[j] - base; row < chain->offset[j + 1] - base; row++)
      rows->row_start[row + 1] = rows->row_start[row] + (high - low);
  }
  if (rows->row_start) {
    rows->column = malloc((size_t)rows->row_start[rows->rows] * sizeof(int) + 1);
    rows->value = malloc((size_t)rows->row_start[rows->rows] * sizeof(double) + 1);
  }
  if (!rows->column || !rows->value) {
    sb_sparse_rows_destroy(&rows);
    return NULL;
  }
  for (int j = matrix->begin; j < matrix->end; j++) {
    const int low = chain->offset[j > 0 ? j - 1 : 0];
    for (int row = chain->offset[j] - base; row < chain->offset[j + 1] - base; row++)
      for (int k = rows->row_start[row]; k < rows->row_start[row + 1]; k++)
        rows->column[k] = low + (k - rows->row_start[row]);
  }
  sb_sparse_rows_fill(rows, matrix);
  return rows;
}

void sb_sparse_rows_destroy(SbSparseRows **rows) {
  if (!*rows)
    return;
  free((*rows)->row_start);
  free((*rows)->column);
  free((*rows)->value);
  free(*rows);
  *rows = NULL;
}

void sb_sparse_rows_fill(SbSparseRows *rows, const SbMatrix *matrix) {
  const int *offset = matrix->chain->offset;
  for (int j = matrix->begin; j < matrix->end; j++)
    sb_matrix_node(matrix, j, rows->value + rows->row_start[offset[j] - offset[matrix->begin]]);
}
