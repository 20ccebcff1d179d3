/* The matrix of a chain as a compressed sparse row matrix with full blocks, for libraries. */
#ifndef SB_DISCRETIZE_SPARSE_ROWS_H
#define SB_DISCRETIZE_SPARSE_ROWS_H

#include "discretize/matrix.h"

/* The rows of nodes matrix->begin .. matrix->end-1. */
typedef struct {
  int rows;
  int *row_start; /* [rows+1] first value of a row */
  int *column;    /* [row_start[rows]] column of a value among all unknowns of the chain, ascending in a row */
  double *value;  /* [row_start[rows]] */
} SbSparseRows;

/* With the matrix's present values; NULL if memory fails. */
SbSparseRows *sb_sparse_rows_create(const SbMatrix *matrix);
void sb_sparse_rows_destroy(SbSparseRows **rows);

/* Takes the matrix's present values. */
void sb_sparse_rows_fill(SbSparseRows *rows, const SbMatrix *matrix);

#endif
