/* The chain's own direct solver presented to PETSc as a preconditioner that solves exactly. */
#ifndef SB_SOLVE_CHAIN_PC_H
#define SB_SOLVE_CHAIN_PC_H

#include <petscpc.h>

#include "discretize/matrix.h"
#include "solve/petsc_names.h"

/* Makes pc factor this matrix when it is set up; until the matrix changes it solves with it. starts [ranks+1]: first
   node of every rank. */
PetscErrorCode SbChainPCSetUp(PC pc, const SbMatrix *matrix, const int *starts);

#endif
