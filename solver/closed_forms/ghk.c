/* A membrane with a constant field between two reservoirs: P = k D/L. */
#include "closed_forms/formulas/ghk.h"

#include "closed_forms/cell.h"
#include "closed_forms/closed_forms.h"

static const double dominance = 10.0; /* how much smaller k D/L of the membrane is than that of any other region */

static double permeability(const SbRegion *region, int species) {
  return region->partition[species] * region->diffusivity[species] / (region->right - region->left);
}

static bool dominates(const SbProblem *problem, int membrane) {
  for (int r = 0; r < problem->region_count; r++) {
    for (int s = 0; r != membrane && s < problem->species_count; s++) {
      if (sb_cell_passes(problem, s) &&
          dominance * permeability(&problem->regions[membrane], s) > permeability(&problem->regions[r], s))
        return false;
    }
  }
  return true;
}

/* The only region, or the one that is the resistance of the cell for every ion that passes; -1 where there is none. */
static int membrane_of(const SbProblem *problem) {
  for (int r = 0; r < problem->region_count; r++) {
    if (dominates(problem, r))
      return r;
  }
  return -1;
}

static bool applies(const SbProblem *problem) {
  if (!sb_cell_between_reservoirs(problem) || membrane_of(problem) < 0)
    return false;
  for (int r = 0; r < problem->region_count; r++) {
    if (problem->regions[r].fixed_charge != 0.0)
      return false;
  }
  SbIons ions;
  sb_cell_passing_ions(problem, 0, &ions);
  return ions.count > 1;
}

static double value(const SbProblem *problem) {
  const int membrane = membrane_of(problem);
  const SbRegion *region = &problem->regions[membrane];
  SbIons ions;
  sb_cell_passing_ions(problem, membrane, &ions);
  double permeabilities[SB_MAX_SPECIES];
  for (int i = 0; i < ions.count; i++)
    permeabilities[i] = ions.partition[i] * ions.diffusivity[i] / (region->right - region->left);
  return sb_ghk_potential(ions.count, ions.charge, permeabilities, ions.left, ions.right, problem->thermal_voltage);
}

const SbClosedForm sb_closed_form_ghk = {
    .name = "ghk",
    .title = "Goldman-Hodgkin-Katz",
    .doc = "Zero current through a membrane in which the electric field is constant: thin against its Debye length, or "
           "nearly "
           "empty of ions. Said of a cell of one region, or of one whose membrane holds back every ion at least ten "
           "times more "
           "(k D/L) than each of its baths; no fixed charge.",
    .reference = "Goldman 1943, J. Gen. Physiol. 27, 37; Hodgkin & Katz 1949, J. Physiol. 108, 37, appendix",
    .dimension = SB_DIMENSION_POTENTIAL,
    .compares_potential = true,
    .applies = applies,
    .value = value,
};
