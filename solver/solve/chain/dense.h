/* Small full blocks, row by row, for nodes that are taken one at a time. */
#ifndef SB_SOLVE_CHAIN_DENSE_H
#define SB_SOLVE_CHAIN_DENSE_H

#include <stdbool.h>

#include "solve/chain/number.h"

/* y[m] -= a x for a block a[m][n] of rows of `width` numbers. */
static inline void sb_dense_subtract(int m, int n, int width, const SbNumber *a, const SbNumber *x, SbNumber *y) {
  for (int i = 0; i < m; i++)
    for (int k = 0; k < n; k++)
      y[i] -= a[i * width + k] * x[k];
}

/* s[m][columns] -= a w for w[n][columns]. */
static inline void sb_dense_subtract_block(int m, int n, int columns, int width, const SbNumber *a, const SbNumber *w,
                                           SbNumber *s) {
  for (int i = 0; i < m; i++)
    for (int k = 0; k < n; k++)
      for (int c = 0; c < columns; c++)
        s[i * columns + c] -= a[i * width + k] * w[k * columns + c];
}

/* y[n] = a^T x for a block a[m][n] of rows of `width` numbers. */
static inline void sb_dense_transposed(int m, int n, int width, const SbNumber *a, const SbNumber *x, SbNumber *y) {
  for (int k = 0; k < n; k++) {
    y[k] = 0.0;
    for (int i = 0; i < m; i++)
      y[k] += a[i * width + k] * x[i];
  }
}

/* Takes the block s[m][m] that starts in column `first` of m rows of `width` numbers, and the size of every row. */
static inline void sb_dense_take(int m, int width, int first, const SbNumber *rows, SbNumber *s, double *size) {
  for (int i = 0; i < m; i++) {
    size[i] = 0.0;
    for (int c = 0; c < m; c++)
      s[i * m + c] = rows[i * width + first + c];
    for (int c = 0; c < width; c++)
      size[i] = fmax(size[i], sb_number_size(rows[i * width + c]));
  }
}

/* y[m] = a x for a block a[m][m]. */
static inline void sb_dense_multiply(int m, const SbNumber *a, const SbNumber *x, SbNumber *y) {
  for (int i = 0; i < m; i++) {
    y[i] = 0.0;
    for (int k = 0; k < m; k++)
      y[i] += a[i * m + k] * x[k];
  }
}

/* Inverse in place of s[m][m] by Gauss-Jordan elimination with row pivoting, candidates measured against size[m] of
   their rows. Reorders size. False where no pivot is of use. Golub & Van Loan, Matrix Computations,
   4th ed., section 3.4 (scaled partial pivoting). */
bool sb_dense_invert(int m, SbNumber *s, double *size);

#endif
