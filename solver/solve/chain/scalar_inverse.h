/* Inverses of small blocks without pivoting. For section_scalar.c; all functions are inlined. */
#ifndef SB_SOLVE_CHAIN_SCALAR_INVERSE_H
#define SB_SOLVE_CHAIN_SCALAR_INVERSE_H

#include "solve/chain/scalar_numbers.h"

/* a b + c d and a b - c d */
static SB_ALWAYS_INLINE Number sum(Number a, Number b, Number c, Number d) {
  return add_product(ROUNDED(times(c, d)), a, b);
}

static SB_ALWAYS_INLINE Number difference(Number a, Number b, Number c, Number d) {
  return add_product(-ROUNDED(times(c, d)), a, b);
}

/* Each of these writes h[m][m] and returns r with S^-1 = r h, not finite where there is none. With the division kept
   apart, the next node's block can be prepared while it takes place. */
static SB_ALWAYS_INLINE Number invert_2(const Number *s, Number *h) {
  h[0] = s[3];
  h[1] = -s[1];
  h[2] = -s[2];
  h[3] = s[0];
  return reciprocal_of(difference(s[0], s[3], s[1], s[2]));
}

/* By cofactors. */
static SB_ALWAYS_INLINE Number invert_3(const Number *s, Number *h) {
  h[0] = difference(s[4], s[8], s[5], s[7]);
  h[3] = difference(s[5], s[6], s[3], s[8]);
  h[6] = difference(s[3], s[7], s[4], s[6]);
  h[1] = difference(s[2], s[7], s[1], s[8]);
  h[4] = difference(s[0], s[8], s[2], s[6]);
  h[7] = difference(s[1], s[6], s[0], s[7]);
  h[2] = difference(s[1], s[5], s[2], s[4]);
  h[5] = difference(s[2], s[3], s[0], s[5]);
  h[8] = difference(s[0], s[4], s[1], s[3]);
  return reciprocal_of(add_product(sum(s[1], h[3], s[2], h[6]), s[0], h[0]));
}

/* By the minors of the upper and of the lower two rows (Laplace). */
static SB_ALWAYS_INLINE Number invert_4(const Number *s, Number *h) {
  const Number *a = s, *b = s + 4, *c = s + 8, *d = s + 12;
  const Number u01 = difference(a[0], b[1], a[1], b[0]), u02 = difference(a[0], b[2], a[2], b[0]),
               u03 = difference(a[0], b[3], a[3], b[0]);
  const Number u12 = difference(a[1], b[2], a[2], b[1]), u13 = difference(a[1], b[3], a[3], b[1]),
               u23 = difference(a[2], b[3], a[3], b[2]);
  const Number l01 = difference(c[0], d[1], c[1], d[0]), l02 = difference(c[0], d[2], c[2], d[0]),
               l03 = difference(c[0], d[3], c[3], d[0]);
  const Number l12 = difference(c[1], d[2], c[2], d[1]), l13 = difference(c[1], d[3], c[3], d[1]),
               l23 = difference(c[2], d[3], c[3], d[2]);
  h[0] = add_product(difference(b[3], l12, b[2], l13), b[1], l23);
  h[1] = -subtract_product(sum(a[1], l23, a[3], l12), a[2], l13);
  h[2] = add_product(difference(d[3], u12, d[2], u13), d[1], u23);
  h[3] = -subtract_product(sum(c[1], u23, c[3], u12), c[2], u13);
  h[4] = -subtract_product(sum(b[0], l23, b[3], l02), b[2], l03);
  h[5] = add_product(difference(a[3], l02, a[2], l03), a[0], l23);
  h[6] = -subtract_product(sum(d[0], u23, d[3], u02), d[2], u03);
  h[7] = add_product(difference(c[3], u02, c[2], u03), c[0], u23);
  h[8] = add_product(difference(b[3], l01, b[1], l03), b[0], l13);
  h[9] = -subtract_product(sum(a[0], l13, a[3], l01), a[1], l03);
  h[10] = add_product(difference(d[3], u01, d[1], u03), d[0], u13);
  h[11] = -subtract_product(sum(c[0], u13, c[3], u01), c[1], u03);
  h[12] = -subtract_product(sum(b[0], l12, b[2], l01), b[1], l02);
  h[13] = add_product(difference(a[2], l01, a[1], l02), a[0], l12);
  h[14] = -subtract_product(sum(d[0], u12, d[2], u01), d[1], u02);
  h[15] = add_product(difference(c[2], u01, c[1], u02), c[0], u12);
  return reciprocal_of(difference(u01, l23, u02, l13) + sum(u03, l12, u12, l03) + difference(u23, l01, u13, l02));
}

/* By Gauss-Jordan elimination without pivoting. A pivot that is no use makes numbers that are not finite. */
static SB_ALWAYS_INLINE Number invert_any(int m, const Number *s, Number *h) {
  Number trace = {0};
  for (int k = 0; k < m * m; k++)
    h[k] = s[k];
  for (int k = 0; k < m; k++) {
    const Number reciprocal = reciprocal_of(h[k * m + k]);
    trace += 0.0 * reciprocal;
    h[k * m + k] = number_of((Real){0} + 1.0);
    for (int c = 0; c < m; c++)
      h[k * m + c] = times(reciprocal, h[k * m + c]);
    for (int i = 0; i < m; i++) {
      if (i == k)
        continue;
      const Number factor = h[i * m + k];
      h[i * m + k] = (Number){0};
      for (int c = 0; c < m; c++)
        h[i * m + c] = subtract_product(h[i * m + c], factor, h[k * m + c]);
    }
  }
  return number_of((Real){0} + 1.0) + trace;
}

static SB_ALWAYS_INLINE Number invert(int m, const Number *s, Number *h) {
  return m == 2 ? invert_2(s, h) : m == 3 ? invert_3(s, h) : m == 4 ? invert_4(s, h) : invert_any(m, s, h);
}

#endif
