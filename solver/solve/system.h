/* A chain with its vectors, matrix and linear solver: what Newton and the time steps work on.

   Ranks own neighbouring nodes. Inside, vectors are distributed; states that enter and leave are whole arrays
   u[unknowns], the same on every rank. PETSc sees the chain's matrix as a shell that its preconditioner, our own
   solver, factors; where one of PETSc's solvers is asked for, it gets a copy as compressed rows. Solving without
   pivoting in natural order does not depend on how rows or columns are scaled, so that all stays in SI units.

   Species that no terminal fixes keep their amount (or a sum with what couples make of them) in a steady solve: their
   balance at the node where they are most is
   replaced by that amount, a dense row that the linear solver eliminates with one extra right-hand side per pool (a
   bordered system). */
#ifndef SB_SOLVE_SYSTEM_H
#define SB_SOLVE_SYSTEM_H

#include <petscksp.h>

#include "discretize/assemble.h"
#include "discretize/sparse_rows.h"
#include "solve/petsc_names.h"

/* A pool whose amount is kept, and where its balance is replaced. */
typedef struct {
  const SbPool *pool;
  double amount; /* wanted, mol/m2 */
  double scale;  /* mol/m2, for a relative residual; > 0 */
  int row;       /* where the last residual put it; -1: not chosen yet */
  int factored;  /* where the last factorisation has it: what solving with that wants */
  Vec weights;   /* d amount / d u */
  Vec response;  /* A^-1 e_row */
} SbConstraint;

typedef struct {
  const SbChain *chain;
  SbMatrix *matrix;        /* rows of the owned nodes, as last linearised */
  bool factored;           /* the factorisation is that of these rows */
  SbEvaluation evaluation; /* what is assembled: time, share, held charge, source */
  MPI_Comm comm;
  int ranks, rank;
  int *starts;                          /* [ranks+1] first node of every rank */
  int node_begin, node_end;             /* owned nodes */
  int row_begin, row_end;               /* owned unknowns */
  PetscMPIInt *row_starts, *row_counts; /* [ranks] of every rank */
  double *u, *rate; /* [unknowns] own and neighbouring nodes in whole-chain indices; NULL on one process */
  double *f;        /* [unknowns] residual where nobody wants it or ranks share the chain; NULL until needed */
  Vec x, residual;
  Mat operator;
  SbSparseRows *rows; /* what PETSc's own solvers work on; NULL for ours */
  PC factor;          /* LU of the matrix */
  int constraint_count;
  SbConstraint *constraints; /* [constraint_count]; active in steady solves */
  bool constrained;          /* whether they are active */
} SbSystem;

/* Vectors, matrix and solver for a chain, on all ranks of PETSC_COMM_WORLD. */
PetscErrorCode SbSystemCreate(const SbChain *chain, SbSystem **system);
PetscErrorCode SbSystemDestroy(SbSystem **system);

/* Gives back the memory that solving takes (matrix, factors, vectors): most of it all. What was factored is gone;
   waking makes the room again, and does nothing where it is there. */
PetscErrorCode SbSystemRest(SbSystem *system);
PetscErrorCode SbSystemWake(SbSystem *system);

/* Amounts that closed pools keep: those of the whole state u. */
PetscErrorCode SbSystemHoldAmounts(SbSystem *system, const double *u);

/* Between whole states (same on all ranks) and distributed vectors. */
PetscErrorCode SbSystemScatter(const SbSystem *system, const double *u, Vec x);
PetscErrorCode SbSystemGather(const SbSystem *system, Vec x, double *u);

/* Residual at x (and rate, or NULL). Linearising adds the matrix d F/d u with shift in the same pass over the chain (f
   may then be NULL). SbSystemMatrix tells PETSc that the last linearisation is what it shall factor; the matrix of a
   constrained system has identity rows in place of the constraints, which the preconditioner of SbSystemSetUpKSP knows
   how to complete. */
PetscErrorCode SbSystemResidual(SbSystem *system, Vec x, Vec rate, Vec f);
PetscErrorCode SbSystemLinearise(SbSystem *system, Vec x, Vec rate, double shift, Vec f);
PetscErrorCode SbSystemMatrix(SbSystem *system);

/* Makes a KSP solve with this system directly (preconditioner only). */
PetscErrorCode SbSystemSetUpKSP(SbSystem *system, KSP ksp);

/* Solves with the transposed matrix of the last linearisation, border included: whole arrays, same on all ranks. */
PetscErrorCode SbSystemSolveTransposed(SbSystem *system, const double *g, double *lambda);

#endif
