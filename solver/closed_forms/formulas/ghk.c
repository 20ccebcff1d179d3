#include "closed_forms/formulas/ghk.h"

#include "base/bernoulli.h"
#include "closed_forms/formulas/root.h"

typedef struct {
  int n;
  const int *charge;
  const double *permeability, *left, *right;
} Membrane;

static double current(const void *context, double u, double *slope) {
  const Membrane *membrane = context;
  double sum = 0.0;
  *slope = 0.0;
  for (int i = 0; i < membrane->n; i++) {
    const double z = membrane->charge[i], p = membrane->permeability[i];
    const SbBernoulli b = sb_bernoulli(z * u);
    sum += z * p * (b.forward * membrane->left[i] - b.backward * membrane->right[i]);
    *slope += z * z * p * (b.slope * membrane->left[i] - (1.0 + b.slope) * membrane->right[i]);
  }
  return sum;
}

double sb_ghk_potential(int n, const int *charge, const double *permeability, const double *left, const double *right,
                        double thermal_voltage) {
  const Membrane membrane = {n, charge, permeability, left, right};
  return thermal_voltage * sb_decreasing_root(current, &membrane);
}
