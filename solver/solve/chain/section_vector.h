/* Elimination with the rows of blocks in vectors: for blocks of real numbers, with a potential, that are too large to
   stay in registers one number at a time. Inverses are kept column by column. */
#ifndef SB_SOLVE_CHAIN_SECTION_VECTOR_H
#define SB_SOLVE_CHAIN_SECTION_VECTOR_H

#include "solve/chain/section.h"

/* Whether there is code for these blocks. */
bool sb_vector_takes(const SbSection *section);

/* As sb_section_factor (with a scale of 1) and sb_section_solve, for one section. */
bool sb_vector_factor(const SbSection *section, double *w);
void sb_vector_solve(const SbSection *section, bool inwards, double *x, double *v);

#endif
