/* The chain's own direct solver presented to PETSc as a preconditioner that solves exactly. */
#ifndef SB_SOLVE_CHAIN_PC_H
#define SB_SOLVE_CHAIN_PC_H

#include <petscpc.h>

#include "solve/petsc_names.h"
#include "solve/thomas.h"

/* Makes pc (of one process) factor and solve with this matrix, as it is when pc is set up. */
PetscErrorCode SbChainPCSetUp(PC pc, const SbMatrix *matrix);

#endif
