/* Two solutions in contact through a layer in steady state. */
#include "closed_forms/formulas/planck.h"

#include "closed_forms/cell.h"
#include "closed_forms/closed_forms.h"

static double value(const SbProblem *problem) {
  SbIons ions;
  sb_cell_passing_ions(problem, 0, &ions);
  return sb_planck_potential(ions.count, ions.charge, ions.diffusivity, ions.left, ions.right,
                             problem->thermal_voltage);
}

const SbClosedForm sb_closed_form_planck = {
    .name = "planck",
    .title = "Planck",
    .doc = "Zero current and a steady state between two fixed compositions, electroneutral everywhere: what a junction "
           "much "
           "wider than its Debye length comes to. Any number of ions of any charge.",
    .reference = "Planck 1890, Ann. Phys. Chem. 40, 561; Schlögl 1954, Z. Phys. Chem. (Frankfurt) 1, 305",
    .dimension = SB_DIMENSION_POTENTIAL,
    .compares_potential = true,
    .applies = sb_cell_is_junction,
    .value = value,
};
