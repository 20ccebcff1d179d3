/* The chain's own direct solver presented to PETSc as a preconditioner that solves exactly. */
#ifndef SB_SOLVE_CHAIN_PC_H
#define SB_SOLVE_CHAIN_PC_H

#include <petscpc.h>

#include "solve/petsc_names.h"
#include "solve/thomas.h"

/* Makes pc (of one process) factor and solve with these blocks; they are what its matrix
   holds. The factors are copies: the blocks may change while they are in use. */
PetscErrorCode SbChainPCSetUp(PC pc, const SbChain *chain, const SbBlocks *blocks);

#endif
