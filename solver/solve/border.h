/* The bordered linear system of a chain with kept amounts: J = A + sum_k e_k (v_k - e_k)^T, where A is block
   tridiagonal with identity rows k and v_k is the gradient of an amount. Presented to KSP as a preconditioner that
   solves exactly. */
#ifndef SB_SOLVE_BORDER_H
#define SB_SOLVE_BORDER_H

#include "solve/system.h"

/* Chooses where each amount replaces a balance (the node where the species is most) and puts its residual there. u:
   whole-chain indices, of which the owned nodes are read. */
PetscErrorCode SbBorderResidual(SbSystem *system, const double *u, Vec f);

/* Turns the chosen rows of the blocks to identity. */
void SbBorderRows(SbSystem *system);

#endif
