/* Direct solver for the block-tridiagonal matrix of a chain: block elimination from both ends towards the middle (a
   twisted factorisation), without pivoting between nodes and with row pivoting inside a node's block. Linear in the
   number of nodes, block sizes free to vary. Golub & Van Loan, Matrix Computations, 4th ed., section 4.5.1; from both
   ends: Babuska 1972, SIAM J. Numer. Anal. 9, 53. */
#ifndef SB_SOLVE_THOMAS_H
#define SB_SOLVE_THOMAS_H

#include <stdbool.h>

#include "discretize/sparse_rows.h"

typedef struct SbThomas SbThomas;

/* Room for the factors of matrices of this chain; refers to chain and blocks. NULL if memory fails. */
SbThomas *sb_thomas_create(const SbChain *chain, const SbSparseRows *blocks);
void sb_thomas_destroy(SbThomas **thomas);

/* Factors the present values of the blocks, which are left as they are. False where a pivot vanishes or is not finite.
 */
bool sb_thomas_factor(SbThomas *thomas);

/* Solves A x = b, or A^T x = b; x and b [unknowns] may be the same. */
void sb_thomas_solve(const SbThomas *thomas, const double *b, double *x);
void sb_thomas_solve_transposed(const SbThomas *thomas, const double *b, double *x);

#endif
