/* Numbers of one section, or of two in the two places of short vectors: one section alone is a chain of dependent
   operations that leaves most of a processor idle. With one section the second place does the same, so that both ways
   are the same operations with the same rounding. For section_scalar.c; all functions are inlined. */
#ifndef SB_SOLVE_CHAIN_SCALAR_NUMBERS_H
#define SB_SOLVE_CHAIN_SCALAR_NUMBERS_H

#include <stddef.h>

#include "base/vector.h"
#include "solve/chain/number.h"

/* A product that is rounded for itself. Of two products added up, it says which one is not fused with the addition:
   left to the compiler, that could differ from one section to two. */
#if defined(__has_builtin)
#if __has_builtin(__builtin_assoc_barrier)
#define ROUNDED(product) __builtin_assoc_barrier(product)
#endif
#endif
#ifndef ROUNDED
#define ROUNDED(product) (product)
#endif

#ifdef SB_COMPLEX

enum { MOST_AT_ONCE = 1 };

typedef double Real;
typedef SbNumber Number;

static SB_ALWAYS_INLINE Real take(const double *const *from, int at_once, ptrdiff_t i) {
  (void)at_once;
  return from[0][i];
}

static SB_ALWAYS_INLINE Number take_number(const SbNumber *const *from, int at_once, ptrdiff_t i) {
  (void)at_once;
  return from[0][i];
}

static SB_ALWAYS_INLINE void put(Number value, SbNumber *const *to, int at_once, ptrdiff_t i) {
  (void)at_once;
  to[0][i] = value;
}

static SB_ALWAYS_INLINE bool all_finite(Number a, int at_once) {
  (void)at_once;
  return isfinite(sb_number_size(a)) != 0;
}

#else

enum { MOST_AT_ONCE = 2 };

typedef double Real __attribute__((vector_size(2 * sizeof(double))));
typedef Real Number;

static SB_ALWAYS_INLINE Real take(const double *const *from, int at_once, ptrdiff_t i) {
  return (Real){from[0][i], from[at_once - 1][i]};
}

static SB_ALWAYS_INLINE Number take_number(const SbNumber *const *from, int at_once, ptrdiff_t i) {
  return take(from, at_once, i);
}

static SB_ALWAYS_INLINE void put(Number value, SbNumber *const *to, int at_once, ptrdiff_t i) {
  to[0][i] = value[0];
  if (at_once == 2)
    to[1][i] = value[1];
}

static SB_ALWAYS_INLINE bool all_finite(Number a, int at_once) {
  return isfinite(a[0]) && (at_once == 1 || isfinite(a[1]));
}

#endif

#endif
