/* Parts of the assembled balances: what one link alone does to one of its nodes. */
#ifndef SB_DISCRETIZE_BALANCE_H
#define SB_DISCRETIZE_BALANCE_H

#include "discretize/assemble.h"

/* What an electroneutral state that changes has in a potential's row beside the divergence of the current: so much (in
   A m/mol) times the node's charge (mol/m3 of elementary charges). There is none, so that no number changes, but it
   keeps the row apart from the sum of the species' rows, from which long steps would else leave no digit to tell it:
   charge would decay as d rho/dt = -b rho, b = mobility over volume as for a diffusion over one link. */
double sb_balance_pull(const SbChain *chain, int region);

/* Contribution of the link to the right (side 1) or left (side -1) of a node to the node's rows, flux and charge of its
   half volume; steady. rows: [unknowns of the node], zeroed by the caller. */
void sb_balance_side(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int node, int side,
                     double *rows);

/* Amount of a species on one link, mol/m2. */
double sb_balance_amount(const SbChain *chain, const double *u, int link, int species);

#endif
