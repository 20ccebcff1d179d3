#include "closed_forms/formulas/henderson.h"

#include <math.h>

double sb_henderson_potential(int n, const int *charge, const double *diffusivity, const double *left,
                              const double *right, double thermal_voltage) {
  double drive = 0.0, growth = 0.0, near = 0.0, far = 0.0;
  for (int i = 0; i < n; i++) {
    const double z = charge[i], step = diffusivity[i] * (right[i] - left[i]);
    drive += z * step;
    growth += z * z * step;
    near += z * z * diffusivity[i] * left[i];
    far += z * z * diffusivity[i] * right[i];
  }
  if (near <= 0.0 || far <= 0.0)
    return NAN;
  const double ratio = growth / near;
  if (ratio == 0.0)
    return -thermal_voltage * drive / near;
  /* sums that are nearly equal, and sums that are far apart */
  const double logarithm = fabs(ratio) < 0.5 ? log1p(ratio) : log(far / near);
  return -thermal_voltage * drive / growth * logarithm;
}
