#include "closed_forms/formulas/donnan.h"

#include <math.h>

#include "closed_forms/formulas/planck.h"
#include "closed_forms/formulas/root.h"
#include "physics/physics.h"

typedef struct {
  int n;
  const int *charge;
  const double *partition, *concentration;
  double fixed_charge;
} Phase;

static double space_charge(const void *context, double u, double *slope) {
  const Phase *phase = context;
  double sum = phase->fixed_charge;
  *slope = 0.0;
  for (int i = 0; i < phase->n; i++) {
    const double z = phase->charge[i], amount = phase->partition[i] * phase->concentration[i];
    if (amount <= 0.0)
      continue; /* 0 times an overflow */
    const double inside = amount * exp(-z * u);
    sum += z * inside;
    *slope -= z * z * inside;
  }
  return sum;
}

double sb_donnan_potential(int n, const int *charge, const double *partition, const double *concentration,
                           double fixed_charge, double thermal_voltage) {
  const Phase phase = {n, charge, partition, concentration, fixed_charge};
  return thermal_voltage * sb_decreasing_root(space_charge, &phase);
}

double sb_teorell_meyer_sievers_potential(int n, const int *charge, const double *diffusivity, const double *partition,
                                          const double *left, const double *right, double fixed_charge,
                                          double thermal_voltage) {
  const double donnan_left = sb_donnan_potential(n, charge, partition, left, fixed_charge, thermal_voltage);
  const double donnan_right = sb_donnan_potential(n, charge, partition, right, fixed_charge, thermal_voltage);
  if (n > SB_MAX_SPECIES || isnan(donnan_left) || isnan(donnan_right))
    return NAN;
  double face_left[SB_MAX_SPECIES], face_right[SB_MAX_SPECIES];
  for (int i = 0; i < n; i++) {
    face_left[i] = partition[i] * left[i] * exp(-charge[i] * donnan_left / thermal_voltage);
    face_right[i] = partition[i] * right[i] * exp(-charge[i] * donnan_right / thermal_voltage);
  }
  const double diffusion = sb_planck_potential(n, charge, diffusivity, face_left, face_right, thermal_voltage);
  return donnan_left + diffusion - donnan_right;
}
