/* Two solutions in contact, mixed in linear proportion. */
#include "closed_forms/formulas/henderson.h"

#include "closed_forms/cell.h"
#include "closed_forms/closed_forms.h"

static double value(const SbProblem *problem) {
  SbIons ions;
  sb_cell_passing_ions(problem, 0, &ions);
  return sb_henderson_potential(ions.count, ions.charge, ions.diffusivity, ions.left, ions.right,
                                problem->thermal_voltage);
}

const SbClosedForm sb_closed_form_henderson = {
    .name = "henderson",
    .title = "Henderson",
    .doc = "Zero current through a junction in which the composition changes linearly from one solution to the other. "
           "Exact "
           "for one salt and for two salts of one strength with a common ion; otherwise an estimate.",
    .reference = "Henderson 1907, Z. Phys. Chem. 59, 118; Bard & Faulkner, Electrochemical Methods, 2nd ed., eq 2.3.39",
    .dimension = SB_DIMENSION_POTENTIAL,
    .compares_potential = true,
    .applies = sb_cell_is_junction,
    .value = value,
};
