#include "closed_forms/formulas/mullins_noda.h"

#include <math.h>

double sb_mullins_noda_potential(double ratio, const SbPumpedIon *taken_in, const SbPumpedIon *put_out, int charge,
                                 double thermal_voltage) {
  const double taken = ratio * taken_in->permeability, put = put_out->permeability;
  const double outside = taken * taken_in->outside + put * put_out->outside;
  const double inside = taken * taken_in->inside + put * put_out->inside;
  return thermal_voltage / charge * (log(outside) - log(inside));
}
