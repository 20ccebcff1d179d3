/* Bernoulli's function B(u) = u/(e^u - 1), the weight of the exponentially fitted flux (Scharfetter & Gummel 1969, IEEE
   Trans. Electron Devices 16, 64, eqs 9-12), and its derivative, without a branch or a call, so that loops over it
   become vector code.

   With a = |u|, E = e^-a and g = E/(1 - E):
     B(a) = a g,    B(-a) = B(a) + a,    -B'(a) = g (1 + g) (E - 1 + a),    B'(-a) = -1 - B'(a).
   a = n ln 2 + r with 0 <= r < ln 2 makes E = 2^-n e^-r, and with s(r) = (e^-r - 1 + r)/r^2
     1 - e^-r  = r - r^2 s,
     1 - E     = (1 - 2^-n) + 2^-n (1 - e^-r),
     E - 1 + a = [n ln 2 - (1 - 2^-n)] + r (1 - 2^-n) + 2^-n r^2 s
   are sums of positive terms: nothing cancels, however small u is. */
#ifndef SB_BASE_BERNOULLI_H
#define SB_BASE_BERNOULLI_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/vector.h"

/* The pair B(u), B(-u) = B(u) + u and the slopes of both by u. Infinite u gives the limits, NaN gives NaN. */
typedef struct {
  double forward;        /* B(u) */
  double backward;       /* B(-u) */
  double slope;          /* d B(u)/du = B'(u) */
  double backward_slope; /* d B(-u)/du = 1 + B'(u) */
} SbBernoulli;

/* For any u, within 4 units in the last place (slopes 8). */
SbBernoulli sb_bernoulli(double u);

/* s(r) = (e^-r - 1 + r)/r^2 on 0 <= r <= ln 2: the polynomial that meets it at the 11 Chebyshev nodes, rel. 2e-17. Even
   and odd powers apart, so that two chains of additions run at once. */
static SB_ALWAYS_INLINE double sb_exponential_curve(double r, double r2, bool fused) {
  double even = 1.5607445099962729e-09, odd = -2.4228654378056027e-08;
  even = sb_multiply_add(even, r2, 2.748266800990667e-07, fused);
  odd = sb_multiply_add(odd, r2, -2.7553071923519133e-06, fused);
  even = sb_multiply_add(even, r2, 2.4801431232360908e-05, fused);
  odd = sb_multiply_add(odd, r2, -0.00019841266146878678, fused);
  even = sb_multiply_add(even, r2, 0.0013888888834262276, fused);
  odd = sb_multiply_add(odd, r2, -0.008333333332861481, fused);
  even = sb_multiply_add(even, r2, 0.041666666666645744, fused);
  odd = sb_multiply_add(odd, r2, -0.1666666666666663, fused);
  even = sb_multiply_add(even, r2, 0.5, fused);
  return sb_multiply_add(odd, r, even, fused);
}

/* The same function for loops; `fused` is a constant of the version (base/vector.h). */
static SB_ALWAYS_INLINE SbBernoulli sb_bernoulli_inline(double u, bool fused) {
  const double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45; /* n ln2_high is exact */
  const double nothing = 0x1p-60; /* added to a: no 0/0 at u = 0, and no effect on any result */
  const double far = 709.5;       /* from here on 2^-n is 0 */
  /* Added to a number, rounds it to an integer, whose biased exponent of 2 then stands in the last bits. */
  const double rounder = 0x1.8p52 + 1023;

  const double a = fabs(u) + nothing;
  const double x = a > far ? far : a;
  const double biased = rounder - sb_multiply_add(x, 1.4426950408889634, -0.49999, fused); /* n = floor(x/ln 2) */
  const double n = rounder - biased;
  uint64_t bits;
  memcpy(&bits, &biased, sizeof bits);
  bits <<= 52;
  double scale; /* 2^-n */
  memcpy(&scale, &bits, sizeof scale);

  const double r = sb_subtract_product(sb_subtract_product(x, n, ln2_high, fused), n, ln2_low, fused);
  const double r2 = r * r, s = sb_exponential_curve(r, r2, fused);
  const double rise = sb_subtract_product(r, r2, s, fused); /* 1 - e^-r */
  const double rest = 1 - scale;
  const double g =
      sb_subtract_product(scale, scale, rise, fused) / sb_multiply_add(scale, rise, rest, fused); /* E/(1 - E) */
  const double steps = sb_multiply_add(n, ln2_low, sb_multiply_add(n, ln2_high, -rest, fused), fused);
  const double excess = sb_multiply_add(scale, r2 * s, sb_multiply_add(r, rest, steps, fused), fused); /* E - 1 + a */
  const double small = x * g, fall = g * sb_multiply_add(g, excess, excess, fused);
  return (SbBernoulli){
      .forward = small + (u < 0 ? -u : 0),
      .backward = small + (u > 0 ? u : 0),
      .slope = u > 0 ? -fall : fall - 1,
      .backward_slope = u > 0 ? 1 - fall : fall,
  };
}

#endif
