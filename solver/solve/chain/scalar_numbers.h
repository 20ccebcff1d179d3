/* Numbers of one section, or of two side by side in short vectors: one section alone is a chain of dependent operations
   that leaves most of a processor idle. With one section the second place does the same, so that both ways are the same
   operations with the same rounding. For section_scalar.c; all functions are inlined.

   A vector of complex numbers is re, im of the one, re, im of the other. Sums, and products with real numbers (each
   twice), are those of vectors; products of two complex numbers have functions here. */
#ifndef SB_SOLVE_CHAIN_SCALAR_NUMBERS_H
#define SB_SOLVE_CHAIN_SCALAR_NUMBERS_H

#include <stddef.h>
#include <string.h>

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

enum { SB_IS_COMPLEX = 1 };

typedef double Real __attribute__((vector_size(4 * sizeof(double))));
typedef Real Number;

static SB_ALWAYS_INLINE Real take(const double *const *from, int at_once, ptrdiff_t i) {
  const double a = from[0][i], b = from[at_once - 1][i];
  return (Real){a, a, b, b};
}

static SB_ALWAYS_INLINE Number take_number(const SbNumber *const *from, int at_once, ptrdiff_t i) {
  const double *a = (const double *)(from[0] + i), *b = (const double *)(from[at_once - 1] + i);
  return (Number){a[0], a[1], b[0], b[1]};
}

static SB_ALWAYS_INLINE void put(Number value, SbNumber *const *to, int at_once, ptrdiff_t i) {
  memcpy(to[0] + i, &value, sizeof **to);
  if (at_once == 2)
    memcpy(to[1] + i, (const char *)&value + sizeof **to, sizeof **to);
}

static SB_ALWAYS_INLINE bool all_finite(Number a, int at_once) {
  return isfinite(a[0]) && isfinite(a[1]) && (at_once == 1 || (isfinite(a[2]) && isfinite(a[3])));
}

static SB_ALWAYS_INLINE Number number_of(Real a) {
  return a * (Number){1.0, 0.0, 1.0, 0.0};
}

/* Re a, and i Im a as a factor of swapped(b). */
static SB_ALWAYS_INLINE Real real_part(Number a) {
  return __builtin_shufflevector(a, a, 0, 0, 2, 2);
}

static SB_ALWAYS_INLINE Real imaginary_part(Number a) {
  return __builtin_shufflevector(a, a, 1, 1, 3, 3) * (Real){-1.0, 1.0, -1.0, 1.0};
}

static SB_ALWAYS_INLINE Number swapped(Number b) {
  return __builtin_shufflevector(b, b, 1, 0, 3, 2);
}

/* c + a b, c - a b */
static SB_ALWAYS_INLINE Number add_product(Number c, Number a, Number b) {
  return c + real_part(a) * b + imaginary_part(a) * swapped(b);
}

static SB_ALWAYS_INLINE Number subtract_product(Number c, Number a, Number b) {
  return c - real_part(a) * b - imaginary_part(a) * swapped(b);
}

static SB_ALWAYS_INLINE Number times(Number a, Number b) {
  return real_part(a) * b + ROUNDED(imaginary_part(a) * swapped(b));
}

static SB_ALWAYS_INLINE Number reciprocal_of(Number a) {
  const Number squares = a * a;
  return a * (Number){1.0, -1.0, 1.0, -1.0} / (squares + swapped(squares));
}

#else

enum { SB_IS_COMPLEX = 0 };

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

static SB_ALWAYS_INLINE Number number_of(Real a) {
  return a;
}

/* c + a b, c - a b */
static SB_ALWAYS_INLINE Number add_product(Number c, Number a, Number b) {
  return c + a * b;
}

static SB_ALWAYS_INLINE Number subtract_product(Number c, Number a, Number b) {
  return c - a * b;
}

static SB_ALWAYS_INLINE Number times(Number a, Number b) {
  return a * b;
}

static SB_ALWAYS_INLINE Number reciprocal_of(Number a) {
  return 1.0 / a;
}

#endif

#endif
