#include "solve/chain/section.h"

#include "solve/chain/section_scalar.h"

bool sb_section_alike(const SbSection *a, const SbSection *b) {
  return a->species == b->species && a->size == b->size && a->keeps_current == b->keeps_current;
}

#ifdef SB_COMPLEX

bool sb_section_by_columns(const SbSection *section) {
  (void)section;
  return false;
}

bool sb_section_factor(const SbSection *const *sections, int at_once, SbNumber *const *w, SbNumber *const *scale) {
  return sb_scalar_factor(sections, at_once, w, scale);
}

void sb_section_solve(const SbSection *const *sections, int at_once, bool inwards, SbNumber *const *x,
                      SbNumber *const *v) {
  sb_scalar_solve(sections, at_once, inwards, x, v);
}

#else

#include "solve/chain/section_vector.h"

bool sb_section_by_columns(const SbSection *section) {
  return sb_vector_takes(section);
}

bool sb_section_factor(const SbSection *const *sections, int at_once, SbNumber *const *w, SbNumber *const *scale) {
  if (!sb_vector_takes(sections[0]))
    return sb_scalar_factor(sections, at_once, w, scale);
  bool good = true;
  for (int l = 0; l < at_once; l++)
    good &= sb_vector_factor(sections[l], w[l]);
  return good;
}

void sb_section_solve(const SbSection *const *sections, int at_once, bool inwards, SbNumber *const *x,
                      SbNumber *const *v) {
  if (!sb_vector_takes(sections[0]))
    sb_scalar_solve(sections, at_once, inwards, x, v);
  else
    for (int l = 0; l < at_once; l++)
      sb_vector_solve(sections[l], inwards, x[l], v[l]);
}

#endif

void sb_section_solve_transposed(const SbSection *const *sections, int at_once, bool inwards, SbNumber *const *x,
                                 SbNumber *const *v) {
  for (int l = 0; l < at_once; l++)
    sb_scalar_solve_transposed(sections[l], sb_section_by_columns(sections[l]), inwards, x[l], v[l]);
}
