/* What is left of a chain when ranks have eliminated the insides of their parts: a short block-tridiagonal system of
   full blocks, small enough to be solved by every rank. Block elimination from left to right with row pivoting inside
   blocks (Golub & Van Loan, Matrix Computations, 4th ed., section 4.5.1). */
#ifndef SB_SOLVE_CHAIN_REDUCED_H
#define SB_SOLVE_CHAIN_REDUCED_H

#include <stdbool.h>

#include "solve/chain/number.h"

typedef struct {
  int count;          /* nodes that are left */
  int *size;          /* [count] their unknowns */
  int *offset;        /* [count+1] first unknown */
  int *start;         /* [count+1] first number of a node's rows [size][left | own | right] in `rows` */
  SbNumber *rows;     /* to be filled before factoring, and kept for solving */
  SbNumber *inverse;  /* [size][size] of each node's block after elimination of those to its left */
  int *inverse_start; /* [count] */
} SbReduced;

/* For nodes of these sizes; NULL if memory fails. */
SbReduced *sb_reduced_create(int count, const int *size);
void sb_reduced_destroy(SbReduced **reduced);

/* Unknowns of node k; 0 beyond either end. */
static inline int sb_reduced_size(const SbReduced *reduced, int k) {
  return k < 0 || k >= reduced->count ? 0 : reduced->size[k];
}

/* Length of the rows of node k. */
static inline int sb_reduced_width(const SbReduced *reduced, int k) {
  return sb_reduced_size(reduced, k - 1) + sb_reduced_size(reduced, k) + sb_reduced_size(reduced, k + 1);
}

/* False where a block has no inverse. */
bool sb_reduced_factor(SbReduced *reduced);

/* x [all unknowns]: the right-hand side becomes the solution, of the matrix or its transpose. */
void sb_reduced_solve(const SbReduced *reduced, bool transposed, SbNumber *x);

#endif
