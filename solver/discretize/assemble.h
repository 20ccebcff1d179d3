/* Residual and Jacobian blocks of the whole chain for steady, transient and continuation solves:
     F(u, du/dt) = dq/dt + f(u)
   with species rows in mol/m2/s, the potential's rows in C/m2 (Poisson) or mol/m3 (electroneutrality) and the
   terminals' rows in the unit of their control; all per area at the right end.

   The blocks of a node's rows stand one row after the other, each as [left | diagonal | right]: the three blocks of a
   block-tridiagonal matrix with a common leading dimension, and at the same time the values of a compressed sparse row
   matrix with full rows, so that a library can solve them in place. */
#ifndef SB_DISCRETIZE_ASSEMBLE_H
#define SB_DISCRETIZE_ASSEMBLE_H

#include "discretize/chain.h"

typedef struct {
  double time;           /* s, for the waveforms; negative: before the start */
  const double *rate;    /* du/dt [unknowns]; NULL: steady */
  double shift;          /* blocks = df/du + shift dq/du, 1/s */
  double share;          /* of fixed charge and of set-points that is switched on: 1, less during continuation */
  double held_charge[2]; /* C/m2 kept by a blocking electrode that a steady step leaves at open circuit */
  const double *source;  /* subtracted from F [unknowns]; NULL: none. Manufactured solutions and continuation use it. */
} SbEvaluation;

typedef struct {
  int rows;       /* all unknowns of the chain */
  int *row_start; /* [rows+1] first value of a row */
  int *column;    /* [row_start[rows]] column of a value, ascending in a row */
  double *value;  /* [row_start[rows]] */
} SbBlocks;

/* Blocks for a chain, all zero; NULL if memory fails. */
SbBlocks *sb_blocks_create(const SbChain *chain);
void sb_blocks_destroy(SbBlocks **blocks);

/* Evaluates nodes begin .. end-1: residual f[unknowns] (these nodes' entries are written) and, unless blocks is NULL,
 * their rows. */
void sb_assemble(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int begin, int end, double *f,
                 SbBlocks *blocks);

#endif
