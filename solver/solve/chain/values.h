/* The numbers to be factored: those of a matrix K, or for complex numbers K + i w M. */
#ifndef SB_SOLVE_CHAIN_VALUES_H
#define SB_SOLVE_CHAIN_VALUES_H

#include "discretize/matrix.h"
#include "solve/chain/number.h"

typedef struct {
  const SbMatrix *matrix; /* K */
  const SbMatrix *mass;   /* M; NULL: none. Its stretches have storage and charge only: no coupling between nodes */
  double frequency;       /* w, rad/s */
} SbValues;

static inline int sb_values_size(const SbChain *chain, int node) {
  return node < 0 || node >= chain->nodes ? 0 : sb_chain_pattern(chain, node)->size;
}

static inline SbNumber sb_values_combine(const SbValues *values, double of_matrix, double of_mass) {
#ifdef SB_COMPLEX
  return of_matrix + I * (values->frequency * of_mass);
#else
  (void)values;
  (void)of_mass;
  return of_matrix;
#endif
}

/* The rows of one node as sb_matrix_node has them; those that are pinned in K are rows of the identity. Returns their
   width. rows: room for SB_MAX_LOCAL * 3 SB_MAX_LOCAL numbers. */
int sb_values_node(const SbValues *values, int node, SbNumber *rows);

/* A backward error that rounding explains, and one that is still a solution. */
#define SB_GOOD_ERROR       1e-12
#define SB_ACCEPTABLE_ERROR 1e-8

/* Refinements of one solution at most; each must leave this share of the error before it, or it is the last. Where
   regions hang together by little (poorly permeable membranes at open circuit), one is not enough. */
#define SB_MOST_REFINEMENTS 5
#define SB_REFINED          0.1

/* sum = A x and size = |A| |x|, or A^T x and |A^T| |x|, as far as the rows of the matrix bring them. All arrays:
   [unknowns of the chain], of which those of the matrix's nodes and their neighbours are read or written. */
void sb_values_multiply(const SbValues *values, bool transposed, const SbNumber *x, SbNumber *sum, double *size);

/* Adds to size [unknowns] what rounding leaves of a state: |A| times DBL_EPSILON times the scale of each unknown. */
void sb_values_add_rounding(const SbValues *values, double *size);

/* The backward error of x, max_i |b - A x|_i / (|A| |x| + |b|)_i (Oettli & Prager 1964, Numer. Math. 6, 405), for
   `count` unknowns; infinite where something is not a number. residual: A x, becomes b - A x; size: |A| |x|. */
double sb_values_error(int count, const SbNumber *b, SbNumber *residual, const double *size);

#endif
