/* Nodes left of the middle are eliminated from the left, the others from the right, two at a time, so that the two
   chains of dependent operations fill each other's gaps. For a node j with inner neighbour i (towards the middle) and
   outer neighbour o: S_j = D_j - A_jo W_o,   W_j = S_j^-1 A_ji, and at the middle node both neighbours are outer. What
   a node needs for solving stands together: S_j factored, W_j, A_jo. Steps between nodes of one size are compiled for
   that size. */
#include "solve/thomas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct SbThomas {
  const SbChain *chain;
  const SbSparseRows *blocks;
  int middle;
  size_t *at;     /* [nodes+1] first number of a node's record */
  double *record; /* S_j (row by row, reciprocal pivots), W_j, A_jo; the middle: S, A to the left, A to the right */
  unsigned char *pivot; /* [unknowns] row exchanged with each row of a block */
};

static int size_of(const SbChain *chain, int node) {
  return node < 0 || node >= chain->nodes ? 0 : sb_chain_pattern(chain, node)->size;
}

SbThomas *sb_thomas_create(const SbChain *chain, const SbSparseRows *blocks) {
  SbThomas *thomas = calloc(1, sizeof *thomas);
  if (!thomas)
    return NULL;
  thomas->chain = chain;
  thomas->blocks = blocks;
  thomas->middle = chain->nodes / 2;
  thomas->at = calloc((size_t)chain->nodes + 1, sizeof *thomas->at);
  for (int j = 0; thomas->at && j < chain->nodes; j++) {
    const int m = size_of(chain, j), others = size_of(chain, j - 1) + size_of(chain, j + 1);
    thomas->at[j + 1] = thomas->at[j] + (size_t)(m * (m + others));
  }
  if (thomas->at) {
    thomas->record = calloc(thomas->at[chain->nodes], sizeof(double));
    thomas->pivot = calloc((size_t)chain->unknowns, sizeof *thomas->pivot);
  }
  if (!thomas->record || !thomas->pivot)
    sb_thomas_destroy(&thomas);
  return thomas;
}

void sb_thomas_destroy(SbThomas **thomas) {
  if (!*thomas)
    return;
  free((*thomas)->at);
  free((*thomas)->record);
  free((*thomas)->pivot);
  free(*thomas);
  *thomas = NULL;
}

#define INLINE static inline __attribute__((always_inline))

/* ---- small dense blocks, row by row ---------------------------------------------------------------------------------
 */
/* LU of s[m][m] with row pivoting; diagonal entries become reciprocals. False where a pivot is no use. */
INLINE bool lu_factor(int m, double *s, unsigned char *pivot) {
  for (int k = 0; k < m; k++) {
    int best = k;
    for (int i = k + 1; i < m; i++)
      if (fabs(s[i * m + k]) > fabs(s[best * m + k]))
        best = i;
    pivot[k] = (unsigned char)best;
    for (int c = k; c < m && best != k; c++) { /* multipliers stay: exchanges are applied as they come */
      const double swap = s[k * m + c];
      s[k * m + c] = s[best * m + c];
      s[best * m + c] = swap;
    }
    const double reciprocal = 1.0 / s[k * m + k];
    if (!isfinite(reciprocal))
      return false;
    s[k * m + k] = reciprocal;
    for (int i = k + 1; i < m; i++) {
      const double factor = s[i * m + k] * reciprocal;
      s[i * m + k] = factor;
      for (int c = k + 1; c < m; c++)
        s[i * m + c] -= factor * s[k * m + c];
    }
  }
  return true;
}

/* Solves S x = x in place for n right-hand sides x[m][n]. */
INLINE void lu_solve(int m, int n, const double *s, const unsigned char *pivot, double *x) {
  for (int k = 0; k < m; k++) {
    const int best = pivot[k];
    for (int c = 0; c < n && best != k; c++) {
      const double swap = x[k * n + c];
      x[k * n + c] = x[best * n + c];
      x[best * n + c] = swap;
    }
    for (int i = k + 1; i < m; i++)
      for (int c = 0; c < n; c++)
        x[i * n + c] -= s[i * m + k] * x[k * n + c];
  }
  for (int k = m - 1; k >= 0; k--) {
    for (int c = 0; c < n; c++) {
      double sum = x[k * n + c];
      for (int i = k + 1; i < m; i++)
        sum -= s[k * m + i] * x[i * n + c];
      x[k * n + c] = sum * s[k * m + k];
    }
  }
}

/* Solves S^T x = x in place. */
static void lu_solve_transposed(int m, const double *s, const unsigned char *pivot, double *x) {
  for (int k = 0; k < m; k++) {
    for (int i = 0; i < k; i++)
      x[k] -= s[i * m + k] * x[i];
    x[k] *= s[k * m + k];
  }
  for (int k = m - 1; k >= 0; k--) {
    for (int i = k + 1; i < m; i++)
      x[k] -= s[i * m + k] * x[i];
    const int best = pivot[k];
    const double swap = x[k];
    x[k] = x[best];
    x[best] = swap;
  }
}

/* s[m][c] -= a[m][n] w[n][c]. */
INLINE void subtract_product(int m, int n, int columns, const double *a, const double *w, double *s) {
  for (int i = 0; i < m; i++)
    for (int k = 0; k < n; k++)
      for (int c = 0; c < columns; c++)
        s[i * columns + c] -= a[i * n + k] * w[k * columns + c];
}

/* y[n] -= a[m][n]^T x[m]. */
static void subtract_transposed(int m, int n, const double *a, const double *x, double *y) {
  for (int i = 0; i < m; i++)
    for (int k = 0; k < n; k++)
      y[k] -= a[i * n + k] * x[i];
}

/* ---- factorisation
 * --------------------------------------------------------------------------------------------------- */
/* Copies columns first .. first+n-1 of a node's m rows. */
INLINE void copy_block(const SbThomas *thomas, int j, int m, int first, int n, double *to) {
  const int row = thomas->chain->offset[j];
  const double *value = thomas->blocks->value + thomas->blocks->row_start[row];
  const int width = thomas->blocks->row_start[row + 1] - thomas->blocks->row_start[row];
  for (int i = 0; i < m; i++)
    for (int c = 0; c < n; c++)
      to[i * n + c] = value[i * width + first + c];
}

/* Node j; sizes of the node, its outer neighbour (0: none) and its inner one; side: +1 where the middle is to the
 * right. */
INLINE bool eliminate(SbThomas *thomas, int j, int side, int m, int outer, int inner) {
  double *s = thomas->record + thomas->at[j], *w = s + m * m, *a = w + m * inner;
  const int left = side > 0 ? outer : inner;
  copy_block(thomas, j, m, left, m, s);
  copy_block(thomas, j, m, side > 0 ? left + m : 0, inner, w);
  if (outer > 0) {
    copy_block(thomas, j, m, side > 0 ? 0 : left + m, outer, a);
    subtract_product(m, outer, m, a, thomas->record + thomas->at[j - side] + outer * outer, s);
  }
  unsigned char *pivot = thomas->pivot + thomas->chain->offset[j];
  if (!lu_factor(m, s, pivot))
    return false;
  lu_solve(m, inner, s, pivot, w);
  return true;
}

/* y = S^-1 (b - A_jo y_o), in place. */
INLINE void forward(const SbThomas *thomas, int j, int side, int m, int outer, int inner, double *x) {
  const double *s = thomas->record + thomas->at[j];
  const int first = thomas->chain->offset[j];
  if (outer > 0)
    subtract_product(m, outer, 1, s + m * (m + inner), x + thomas->chain->offset[j - side], x + first);
  lu_solve(m, 1, s, thomas->pivot + first, x + first);
}

/* x = y - W_j x_i, in place. */
INLINE void backward(const SbThomas *thomas, int j, int side, int m, int inner, double *x) {
  const int *offset = thomas->chain->offset;
  subtract_product(m, inner, 1, thomas->record + thomas->at[j] + m * m, x + offset[j + side], x + offset[j]);
}

/* Calls `step` with the sizes as constants where all three are the same and common. */
#define FOR_SIZES(m, outer, inner, step)                                                                               \
  do {                                                                                                                 \
    const bool same = (m) == (inner) && (m) == (outer);                                                                \
    if (same && (m) == 2)                                                                                              \
      step(2, 2, 2);                                                                                                   \
    else if (same && (m) == 3)                                                                                         \
      step(3, 3, 3);                                                                                                   \
    else if (same && (m) == 4)                                                                                         \
      step(4, 4, 4);                                                                                                   \
    else if (same && (m) == 5)                                                                                         \
      step(5, 5, 5);                                                                                                   \
    else if (same && (m) == 6)                                                                                         \
      step(6, 6, 6);                                                                                                   \
    else if (same && (m) == 9)                                                                                         \
      step(9, 9, 9);                                                                                                   \
    else                                                                                                               \
      step(m, outer, inner);                                                                                           \
  } while (0)

static bool eliminate_node(SbThomas *thomas, int j, int side) {
  const int m = size_of(thomas->chain, j), inner = size_of(thomas->chain, j + side),
            outer = size_of(thomas->chain, j - side);
#define STEP(a, b, c) return eliminate(thomas, j, side, a, b, c)
  FOR_SIZES(m, outer, inner, STEP);
#undef STEP
}

static void forward_node(const SbThomas *thomas, int j, int side, double *x) {
  const int m = size_of(thomas->chain, j), inner = size_of(thomas->chain, j + side),
            outer = size_of(thomas->chain, j - side);
#define STEP(a, b, c) forward(thomas, j, side, a, b, c, x)
  FOR_SIZES(m, outer, inner, STEP);
#undef STEP
}

static void backward_node(const SbThomas *thomas, int j, int side, double *x) {
  const int m = size_of(thomas->chain, j), inner = size_of(thomas->chain, j + side);
#define STEP(a, b, c) backward(thomas, j, side, a, c, x)
  FOR_SIZES(m, m, inner, STEP);
#undef STEP
}

static bool factor_middle(SbThomas *thomas) {
  const SbChain *chain = thomas->chain;
  const int j = thomas->middle, m = size_of(chain, j), left = size_of(chain, j - 1), right = size_of(chain, j + 1);
  double *s = thomas->record + thomas->at[j], *a = s + m * m, *b = a + m * left;
  copy_block(thomas, j, m, left, m, s);
  copy_block(thomas, j, m, 0, left, a);
  copy_block(thomas, j, m, left + m, right, b);
  if (left > 0)
    subtract_product(m, left, m, a, thomas->record + thomas->at[j - 1] + left * left, s);
  if (right > 0)
    subtract_product(m, right, m, b, thomas->record + thomas->at[j + 1] + right * right, s);
  return lu_factor(m, s, thomas->pivot + chain->offset[j]);
}

bool sb_thomas_factor(SbThomas *thomas) {
  const int last = thomas->chain->nodes - 1, middle = thomas->middle;
  bool good = true;
  for (int k = 0; good && (k < middle || last - k > middle); k++) {
    if (k < middle)
      good = eliminate_node(thomas, k, 1);
    if (good && last - k > middle)
      good = eliminate_node(thomas, last - k, -1);
  }
  return good && factor_middle(thomas);
}

/* ---- solves
 * ------------------------------------------------------------------------------------------------------------ */
void sb_thomas_solve(const SbThomas *thomas, const double *b, double *x) {
  const SbChain *chain = thomas->chain;
  const int last = chain->nodes - 1, middle = thomas->middle;
  if (x != b)
    memcpy(x, b, (size_t)chain->unknowns * sizeof *x);
  for (int k = 0; k < middle || last - k > middle; k++) {
    if (k < middle)
      forward_node(thomas, k, 1, x);
    if (last - k > middle)
      forward_node(thomas, last - k, -1, x);
  }
  const int m = size_of(chain, middle), left = size_of(chain, middle - 1), right = size_of(chain, middle + 1);
  const double *s = thomas->record + thomas->at[middle];
  double *own = x + chain->offset[middle];
  if (left > 0)
    subtract_product(m, left, 1, s + m * m, x + chain->offset[middle - 1], own);
  if (right > 0)
    subtract_product(m, right, 1, s + m * (m + left), x + chain->offset[middle + 1], own);
  lu_solve(m, 1, s, thomas->pivot + chain->offset[middle], own);
  for (int k = 1; middle - k >= 0 || middle + k <= last; k++) {
    if (middle - k >= 0)
      backward_node(thomas, middle - k, 1, x);
    if (middle + k <= last)
      backward_node(thomas, middle + k, -1, x);
  }
}

/* x_i -= W_j^T x_j on the way in; then S_j^-T and x_o -= A_jo^T x_j on the way out. */
static void transposed_inwards(const SbThomas *thomas, int j, int side, double *x) {
  const int m = size_of(thomas->chain, j), *offset = thomas->chain->offset;
  subtract_transposed(m, size_of(thomas->chain, j + side), thomas->record + thomas->at[j] + m * m, x + offset[j],
                      x + offset[j + side]);
}

static void transposed_outwards(const SbThomas *thomas, int j, int side, double *x) {
  const int *offset = thomas->chain->offset;
  const int m = size_of(thomas->chain, j), inner = size_of(thomas->chain, j + side),
            outer = size_of(thomas->chain, j - side);
  const double *s = thomas->record + thomas->at[j];
  lu_solve_transposed(m, s, thomas->pivot + offset[j], x + offset[j]);
  if (outer > 0)
    subtract_transposed(m, outer, s + m * (m + inner), x + offset[j], x + offset[j - side]);
}

void sb_thomas_solve_transposed(const SbThomas *thomas, const double *b, double *x) {
  const SbChain *chain = thomas->chain;
  const int last = chain->nodes - 1, middle = thomas->middle;
  if (x != b)
    memcpy(x, b, (size_t)chain->unknowns * sizeof *x);
  for (int j = 0; j < middle; j++)
    transposed_inwards(thomas, j, 1, x);
  for (int j = last; j > middle; j--)
    transposed_inwards(thomas, j, -1, x);
  const int m = size_of(chain, middle), left = size_of(chain, middle - 1), right = size_of(chain, middle + 1);
  const double *s = thomas->record + thomas->at[middle];
  double *own = x + chain->offset[middle];
  lu_solve_transposed(m, s, thomas->pivot + chain->offset[middle], own);
  if (left > 0)
    subtract_transposed(m, left, s + m * m, own, x + chain->offset[middle - 1]);
  if (right > 0)
    subtract_transposed(m, right, s + m * (m + left), own, x + chain->offset[middle + 1]);
  for (int j = middle - 1; j >= 0; j--)
    transposed_outwards(thomas, j, 1, x);
  for (int j = middle + 1; j <= last; j++)
    transposed_outwards(thomas, j, -1, x);
}
