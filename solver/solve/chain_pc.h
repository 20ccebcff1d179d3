/* The chain's own direct solver presented to PETSc as a preconditioner that solves exactly. */
#ifndef SB_SOLVE_CHAIN_PC_H
#define SB_SOLVE_CHAIN_PC_H

#include <petscpc.h>

#include "discretize/matrix.h"
#include "solve/petsc_names.h"

/* Makes pc (of one process) factor this matrix when it is set up; until the matrix changes it solves with it. */
PetscErrorCode SbChainPCSetUp(PC pc, const SbMatrix *matrix);

#endif
