/* Elimination with blocks of numbers one by one, of two sections side by side: for small blocks, whose numbers all stay
   in registers, for complex numbers, and for whatever has no code of its own. */
#ifndef SB_SOLVE_CHAIN_SECTION_SCALAR_H
#define SB_SOLVE_CHAIN_SECTION_SCALAR_H

#include "solve/chain/section.h"

/* As sb_section_factor and sb_section_solve. Inverses are kept row by row. */
bool sb_scalar_factor(const SbSection *const *sections, int at_once, SbNumber *const *w, SbNumber *const *scale);
void sb_scalar_solve(const SbSection *const *sections, int at_once, bool inwards, SbNumber *const *x,
                     SbNumber *const *v);

/* As sb_section_solve_transposed, for one section. by_columns: how its inverses are kept. */
void sb_scalar_solve_transposed(const SbSection *section, bool by_columns, bool inwards, SbNumber *x, SbNumber *v);

#endif
