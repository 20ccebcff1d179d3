#include "closed_forms/formulas/voltammetry.h"

#include <math.h>

#include "base/constants.h"

/* Height and place of the maximum of the dimensionless current of a reversible wave. */
static const double peak_height = 0.446295, peak_place = 1.108949;

double sb_cottrell_current(double electrons, double concentration, double diffusivity, double time) {
  return electrons * SB_FARADAY * concentration * sqrt(diffusivity / (M_PI * time));
}

double sb_randles_sevcik_current(double electrons, double concentration, double diffusivity, double rate,
                                 double thermal_voltage) {
  return peak_height * electrons * SB_FARADAY * concentration * sqrt(electrons * diffusivity * rate / thermal_voltage);
}

double sb_reversible_peak_distance(double electrons, double thermal_voltage) {
  return peak_place * thermal_voltage / electrons;
}
