#include "closed_forms/formulas/henderson.h"

#include <math.h>

double sb_henderson_potential(int n, const int *charge, const double *diffusivity, const double *left,
                              const double *right, double thermal_voltage) {
  double drive = 0.0, growth = 0.0, start = 0.0;
  for (int i = 0; i < n; i++) {
    const double z = charge[i], step = diffusivity[i] * (right[i] - left[i]);
    drive += z * step;
    growth += z * z * step;
    start += z * z * diffusivity[i] * left[i];
  }
  if (start <= 0.0 || start + growth <= 0.0)
    return NAN;
  /* ln(1 + r)/r: equal conductivities are no special case */
  const double ratio = growth / start;
  return -thermal_voltage * drive / start * (ratio == 0.0 ? 1.0 : log1p(ratio) / ratio);
}
