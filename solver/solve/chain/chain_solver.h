/* Direct solver for the matrix of a chain on one process: block elimination from both ends, meeting at the middle node
   (a twisted factorisation: Babuska 1972, SIAM J. Numer. Anal. 9, 53). Linear in the number of nodes, block sizes free
   to vary. Results do not depend on the number of threads.

   Sections of stretches are eliminated without pivoting. Whether that was good enough is seen from the backward error
   of the first solution with new factors, max_i |b - A x|_i / (|A| |x| + |b|)_i (Oettli & Prager 1964, Numer. Math. 6,
   405): where it is not small, solutions are refined once each; where that does not help, all blocks are factored again
   with pivoting. */
#ifndef SB_SOLVE_CHAIN_CHAIN_SOLVER_H
#define SB_SOLVE_CHAIN_CHAIN_SOLVER_H

#include "discretize/matrix.h"
#include "solve/chain/number.h"

typedef struct SbChainSolver SbChainSolver;

/* What solving took, since creation. */
typedef struct {
  long factorisations, solutions;
  long refinements;      /* solutions that were refined */
  long fallbacks;        /* factorisations with pivoting everywhere */
  double backward_error; /* largest that was seen in an accepted solution */
} SbChainSolverRecord;

/* For a matrix that holds all nodes of its chain, which must outlive the solver. NULL if memory fails. */
SbChainSolver *sb_chain_solver_create(const SbMatrix *matrix);
void sb_chain_solver_destroy(SbChainSolver **solver);

/* Factors the matrix as it is now. Solves read it again: factors are good until it is assembled (or pinned) anew. False
   where a block has no inverse even with pivoting. */
bool sb_chain_solver_factor(SbChainSolver *solver);

/* Solves A x = b, or A^T x = b; b and x [unknowns] must not overlap. False where no solution with a small backward
   error was found; x then holds the best try. */
bool sb_chain_solver_solve(SbChainSolver *solver, const SbNumber *b, SbNumber *x);
bool sb_chain_solver_solve_transposed(SbChainSolver *solver, const SbNumber *b, SbNumber *x);

const SbChainSolverRecord *sb_chain_solver_record(const SbChainSolver *solver);

#ifdef SB_COMPLEX
/* Makes the matrix K + i w M; see sb_sweep_set_mass. */
void sb_chain_solver_set_mass(SbChainSolver *solver, const SbMatrix *mass, double frequency);
#endif

#endif
