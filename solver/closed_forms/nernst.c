/* Only one ion passes: its equilibrium. */
#include <math.h>

#include "closed_forms/cell.h"
#include "closed_forms/closed_forms.h"

double sb_nernst_potential(double thermal_voltage, int charge, double left, double right) {
  if (charge == 0 || (left <= 0.0 && right <= 0.0))
    return NAN;
  /* the difference of logarithms: a quotient may overflow */
  return thermal_voltage / charge * (log(left) - log(right));
}

static bool applies(const SbProblem *problem) {
  if (!sb_cell_between_reservoirs(problem))
    return false;
  SbIons ions;
  sb_cell_passing_ions(problem, 0, &ions);
  return ions.count == 1 && ions.left[0] > 0.0 && ions.right[0] > 0.0;
}

static double value(const SbProblem *problem) {
  SbIons ions;
  sb_cell_passing_ions(problem, 0, &ions);
  return sb_nernst_potential(problem->thermal_voltage, ions.charge[0], ions.left[0], ions.right[0]);
}

const SbClosedForm sb_closed_form_nernst = {
    .name = "nernst",
    .title = "Nernst",
    .doc = "Equilibrium of the only ion that can pass from one reservoir to the other. Exact at zero current, whatever "
           "lies "
           "between.",
    .reference = "Nernst 1889, Z. Phys. Chem. 4, 129; Newman & Balsara, Electrochemical Systems, 4th ed., eq 2.58",
    .dimension = SB_DIMENSION_POTENTIAL,
    .compares_potential = true,
    .applies = applies,
    .value = value,
};
