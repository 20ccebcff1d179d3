/* Direct solver for the matrix of a chain whose nodes are shared by ranks. Every rank eliminates its own nodes but for
   those beside its neighbours (part.h); the rows of these are gathered and the short system that they make is solved by
   every rank (reduced.h); then each has the rest of its own solution. Per factorisation and per solution there is one
   message, and nothing else but arithmetic on own nodes. Partitioned elimination: Wang 1981, ACM Trans. Math. Softw. 7,
   170.

   Backward errors, refinement and the factorisation with pivoting are as in chain_solver.h, decided by all ranks
   together. */
#ifndef SB_SOLVE_CHAIN_PARTITION_H
#define SB_SOLVE_CHAIN_PARTITION_H

#include <petscsys.h>

#include "solve/chain/chain_solver.h"
#include "solve/petsc_names.h"

typedef struct SbPartition SbPartition;

/* matrix: rows of this rank's nodes, which must outlive the solver. starts [ranks+1]: first node of every rank; all
   nodes are shared, in order; a rank may have none if the first has them all. All functions are collective. */
PetscErrorCode SbPartitionCreate(MPI_Comm comm, const SbMatrix *matrix, const int *starts, SbPartition **partition);
PetscErrorCode SbPartitionDestroy(SbPartition **partition);

/* Factors the matrix as it is now. Solves read it again: factors are good until it is assembled (or pinned) anew. good:
   false where a block has no inverse even with pivoting; the same on all ranks. */
PetscErrorCode SbPartitionFactor(SbPartition *partition, bool *good);

/* Solves A x = b, or A^T x = b; b and x: the unknowns of this rank's nodes, not overlapping. good: false where no
   solution with a small backward error was found; x then holds the best try. */
PetscErrorCode SbPartitionSolve(SbPartition *partition, bool transposed, const double *b, double *x, bool *good);

const SbChainSolverRecord *sb_partition_record(const SbPartition *partition);

/* How much more work a node of a rank between others is than one of a rank at an end, where nodes have m unknowns. */
double sb_partition_inner_cost(double m);

#endif
