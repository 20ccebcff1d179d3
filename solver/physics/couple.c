/* Currents of couples: a law's partial currents times the products of concentrations. */
#include "physics/couple.h"

#include <math.h>

const double sb_standard_concentration = 1000.0;

/* Below this share of its reference a concentration counts linearly, so that a power keeps a finite slope at zero and
   goes on below it, where a time step may stray. */
static const double least_share = 1e-12;

static double power(double share, double order, double *slope) {
  if (order == 0.0) {
    *slope = 0.0;
    return 1.0;
  }
  if (order == 1.0 || share < least_share) {
    *slope = order == 1.0 ? 1.0 : pow(least_share, order - 1.0);
    return *slope * share;
  }
  const double value = pow(share, order);
  *slope = order * value / share;
  return value;
}

/* Product of (c/c*)^order, times factor; adds its derivatives by the concentrations. */
static double product(const SbCouple *couple, const double *order, const double *concentration, double factor,
                      double *d_concentration) {
  double share[SB_MAX_SPECIES], slope[SB_MAX_SPECIES], all = factor;
  for (int s = 0; s < couple->species_count; s++) {
    share[s] = order[s] > 0.0 ? power(concentration[s] / couple->reference[s], order[s], &slope[s]) : 1.0;
    all *= share[s];
  }
  for (int s = 0; d_concentration && s < couple->species_count; s++) {
    if (order[s] <= 0.0)
      continue;
    double others = factor;
    for (int k = 0; k < couple->species_count; k++)
      others *= k == s ? 1.0 : share[k];
    d_concentration[s] += others * slope[s] / couple->reference[s];
  }
  return all;
}

SbKineticsState sb_couple_state(const SbCoupleDeck *couple, double zero, double thermal_voltage) {
  const double half = 0.5 * couple->electrons;
  return (SbKineticsState){
      .electrons = couple->electrons,
      .anodic_transfer = isnan(couple->transfer.anodic) ? half : couple->transfer.anodic,
      .cathodic_transfer = isnan(couple->transfer.cathodic) ? half : couple->transfer.cathodic,
      .zero = zero,
      .thermal_voltage = thermal_voltage,
  };
}

double sb_couple_current(const SbCouple *couple, const double *concentration, double potential, double thermal_voltage,
                         double *d_concentration, double *d_potential) {
  const SbKineticsState state = sb_couple_state(couple->deck, couple->zero, thermal_voltage);
  const SbPartialCurrents currents = couple->kinetics->eval(couple->deck->kinetics.params, &state, potential);
  for (int s = 0; d_concentration && s < couple->species_count; s++)
    d_concentration[s] = 0.0;
  /* a species may stand on both sides */
  const double anodic = product(couple, couple->anodic_order, concentration, currents.anodic, d_concentration);
  const double cathodic = product(couple, couple->cathodic_order, concentration, -currents.cathodic, d_concentration);
  if (d_potential)
    *d_potential = product(couple, couple->anodic_order, concentration, currents.d_anodic, NULL) -
                   product(couple, couple->cathodic_order, concentration, currents.d_cathodic, NULL);
  return anodic + cathodic;
}

/* RT/nF times the logarithm of the quotient, oxidised over reduced, against the reference; infinite where a side lacks
   something. */
double sb_couple_nernst(const SbCouple *couple, const double *concentration, double thermal_voltage) {
  double sum = 0.0;
  for (int s = 0; s < couple->species_count; s++) {
    const double number = sb_couple_yield(couple, s);
    if (number != 0.0)
      sum += number * log(fmax(concentration[s], 0.0) / couple->reference[s]);
  }
  return couple->zero + thermal_voltage / couple->electrons * sum;
}

static double total(int count, const SbCouple *couples, const double *concentration, double potential,
                    double thermal_voltage) {
  double sum = 0.0;
  for (int k = 0; k < count; k++)
    sum += sb_couple_current(&couples[k], concentration, potential, thermal_voltage, NULL, NULL);
  return sum;
}

double sb_couples_rest(int count, const SbCouple *couples, const double *concentration, double thermal_voltage) {
  const double margin = 100.0 * thermal_voltage;
  double low = INFINITY, high = -INFINITY;
  for (int k = 0; k < count; k++) {
    low = fmin(low, couples[k].zero - margin);
    high = fmax(high, couples[k].zero + margin);
  }
  if (!(total(count, couples, concentration, low, thermal_voltage) < 0.0 &&
        total(count, couples, concentration, high, thermal_voltage) > 0.0))
    return NAN;
  for (double middle; middle = 0.5 * (low + high), low < middle && middle < high;)
    *(total(count, couples, concentration, middle, thermal_voltage) < 0.0 ? &low : &high) = middle;
  return 0.5 * (low + high);
}
