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

/* b - A x, or b - A^T x, into residual, and the backward error of x, max_i |b - A x|_i / (|A| |x| + |b|)_i (Oettli &
   Prager 1964, Numer. Math. 6, 405); infinite where something is not a number. All arrays: [unknowns of the chain], all
   of whose nodes the matrix has; sizes: scratch. */
double sb_values_residual(const SbValues *values, bool transposed, const SbNumber *b, const SbNumber *x,
                          SbNumber *residual, double *sizes);

#endif
