/* Parts of the assembled balances: what one link alone does to one of its nodes. */
#ifndef SB_DISCRETIZE_BALANCE_H
#define SB_DISCRETIZE_BALANCE_H

#include "discretize/assemble.h"

/* Contribution of the link to the right (side 1) or left (side -1) of a node to the node's rows, flux and charge of its
   half volume; steady. rows: [unknowns of the node], zeroed by the caller. */
void sb_balance_side(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int node, int side,
                     double *rows);

/* Amount of a species on one link, mol/m2. */
double sb_balance_amount(const SbChain *chain, const double *u, int link, int species);

#endif
