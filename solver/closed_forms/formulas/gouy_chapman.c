#include "closed_forms/formulas/gouy_chapman.h"

#include <math.h>

#include "base/constants.h"
#include "closed_forms/formulas/root.h"

/* e^x - 1 - x without cancellation */
static double exponential_excess(double x) {
  if (fabs(x) > 0.5)
    return expm1(x) - x;
  double term = 0.5 * x * x, sum = term;
  for (int k = 3; k < 16; k++) {
    term *= x / k;
    sum += term;
  }
  return sum;
}

/* Charge at u = phi/V_T and its slope. The sum over c z u, zero by electroneutrality, is taken out of each term: what
   is left is positive. */
static double charge_at(const SbBulkSolution *solution, double u, double *slope) {
  double excess = 0.0, field_slope = 0.0, strength = 0.0;
  for (int i = 0; i < solution->n; i++) {
    const double z = solution->charge[i], c = solution->concentration[i];
    if (c <= 0.0)
      continue;
    excess += c * exponential_excess(-z * u);
    field_slope -= z * c * expm1(-z * u);
    strength += z * z * c;
  }
  const double scale = solution->permittivity * SB_FARADAY * solution->thermal_voltage;
  const double charge = copysign(sqrt(2.0 * scale * excess), u);
  *slope = u == 0.0 ? sqrt(scale * strength) : scale * field_slope / charge;
  return charge;
}

double sb_grahame_charge(const SbBulkSolution *solution, double potential) {
  double slope;
  return charge_at(solution, potential / solution->thermal_voltage, &slope);
}

typedef struct {
  const SbBulkSolution *solution;
  double wanted;      /* charge (C/m2), or potential in V_T */
  double capacitance; /* F/m2 */
} Layer;

static double missing_charge(const void *context, double u, double *slope) {
  const Layer *layer = context;
  const double charge = charge_at(layer->solution, u, slope);
  *slope = -*slope;
  return layer->wanted - charge;
}

double sb_grahame_potential(const SbBulkSolution *solution, double surface_charge) {
  const Layer layer = {.solution = solution, .wanted = surface_charge};
  return solution->thermal_voltage * sb_decreasing_root(missing_charge, &layer);
}

static double missing_drop(const void *context, double u, double *slope) {
  const Layer *layer = context;
  const double unit = layer->capacitance * layer->solution->thermal_voltage;
  const double charge = charge_at(layer->solution, u, slope);
  *slope = -1.0 - *slope / unit;
  return layer->wanted - u - charge / unit;
}

double sb_stern_charge(const SbBulkSolution *solution, double capacitance, double potential) {
  const Layer layer = {
      .solution = solution, .wanted = potential / solution->thermal_voltage, .capacitance = capacitance};
  return sb_grahame_charge(solution, solution->thermal_voltage * sb_decreasing_root(missing_drop, &layer));
}
