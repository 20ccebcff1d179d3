#include "closed_forms/formulas/root.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { DOUBLINGS = 10 }; /* to 1024 thermal voltages: far beyond what any concentration ratio gives */

/* Stores an interval at whose ends f has the signs + (or 0) and -; false where there is none. A value of 0 ends the
   search only at u = 0: farther out it may be an underflow. */
static bool bracket(SbRootFunction f, const void *context, double *low, double *high) {
  double slope;
  const double middle = f(context, 0.0, &slope);
  *low = *high = 0.0;
  if (middle == 0.0)
    return true;
  const double direction = middle > 0.0 ? 1.0 : -1.0;
  double near = 0.0;
  for (int k = 0; k <= DOUBLINGS; k++) {
    const double far = ldexp(1.0, k);
    const double value = direction * f(context, direction * far, &slope);
    if (value < 0.0) {
      *low = middle > 0.0 ? near : -far;
      *high = middle > 0.0 ? far : -near;
      return true;
    }
    near = far;
  }
  return false;
}

double sb_decreasing_root(SbRootFunction f, const void *context) {
  double low, high;
  if (!bracket(f, context, &low, &high))
    return NAN;
  double u = 0.5 * (low + high);
  for (int i = 0; i < 200 && high - low > DBL_EPSILON * (fabs(low) + fabs(high)); i++) {
    double slope;
    const double value = f(context, u, &slope);
    if (value == 0.0)
      return u;
    *(value > 0.0 ? &low : &high) = u;
    const double newton = u - value / slope;
    if (fabs(newton - u) <= 0.5 * DBL_EPSILON * fabs(u))
      return u;
    /* also where an overflow made the step NAN */
    u = newton > low && newton < high ? newton : 0.5 * (low + high);
  }
  return u;
}
