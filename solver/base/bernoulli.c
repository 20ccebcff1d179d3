/* With a = |u|, E = exp(-a): B(-a) = a/(1 - E), B(a) = B(-a) E, B'(a) = E (1 - B(-a))/(1 - E); none of them can
   overflow. Below SERIES_LIMIT the differences cancel and the Taylor series in u^2 takes over: B(u) = 1 - u/2 + sum
   over k >= 1 of b_2k u^2k/(2k)!,  b_2k Bernoulli's numbers. */
#include "base/bernoulli.h"

#include <math.h>

enum { TERMS = 9 };
static const double SERIES_LIMIT = 0.7;

/* b_2k/(2k)! for k = 1 ... TERMS. */
static const double coefficient[TERMS] = {
    1.0 / 12,
    -1.0 / 720,
    1.0 / 30240,
    -1.0 / 1209600,
    1.0 / 47900160,
    -691.0 / 1307674368000,
    1.0 / 74724249600,
    -3617.0 / 10670622842880000,
    43867.0 / 5109094217170944000,
};

static SbBernoulli series(double u) {
  double square = u * u, even = 0, slope = 0;
  for (int k = TERMS; k >= 1; k--) {
    even = (even + coefficient[k - 1]) * square;
    slope = slope * square + 2 * k * coefficient[k - 1];
  }
  return (SbBernoulli){.forward = (even - 0.5 * u) + 1, .backward = (even + 0.5 * u) + 1, .slope = slope * u - 0.5};
}

SbBernoulli sb_bernoulli(double u) {
  double a = fabs(u);
  if (a < SERIES_LIMIT) {
    return series(u);
  }
  double decay = exp(-a), rest = 1 - decay;
  double large = a / rest, small = large * decay;
  double slope = decay * ((rest - a) / (rest * rest));
  if (u > 0) {
    return (SbBernoulli){.forward = small, .backward = large, .slope = slope};
  }
  return (SbBernoulli){.forward = large, .backward = small, .slope = -1 - slope};
}
