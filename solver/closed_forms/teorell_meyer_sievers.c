/* A membrane with fixed charge between two well-stirred solutions. */
#include "closed_forms/cell.h"
#include "closed_forms/closed_forms.h"
#include "closed_forms/formulas/donnan.h"

/* All charge of the cell is fixed and lies in one region; the ions there are those that pass, and the other regions are
   plain solution to them. */
static bool applies(const SbProblem *problem) {
  double charge;
  const int membrane = sb_cell_charged_region(problem, &charge);
  if (!sb_cell_between_reservoirs(problem) || membrane < 0)
    return false;
  bool some = false;
  for (int s = 0; s < problem->species_count; s++) {
    if (problem->species[s].charge == 0)
      continue;
    const bool passes = sb_cell_passes(problem, s);
    if (!passes && problem->regions[membrane].partition[s] > 0.0)
      return false;
    for (int r = 0; passes && r < problem->region_count; r++) {
      if (r != membrane && problem->regions[r].partition[s] != 1.0)
        return false;
    }
    some = some || passes;
  }
  return some;
}

static double value(const SbProblem *problem) {
  double charge = 0.0;
  const int membrane = sb_cell_charged_region(problem, &charge);
  SbIons ions;
  sb_cell_passing_ions(problem, membrane, &ions);
  return sb_teorell_meyer_sievers_potential(ions.count, ions.charge, ions.diffusivity, ions.partition, ions.left,
                                            ions.right, charge, problem->thermal_voltage);
}

const SbClosedForm sb_closed_form_teorell_meyer_sievers = {
    .name = "teorell-meyer-sievers",
    .title = "Teorell-Meyer-Sievers",
    .doc = "Zero current through a membrane with fixed charge: Donnan equilibrium at both faces and a steady, "
           "electroneutral "
           "diffusion potential between them. The solution at each face is taken to be that of the reservoir, as if "
           "the baths "
           "were stirred; polarised baths make the difference.",
    .reference = "Teorell 1953, Prog. Biophys. 3, 305; Meyer & Sievers 1936, Helv. Chim. Acta 19, 649",
    .dimension = SB_DIMENSION_POTENTIAL,
    .compares_potential = true,
    .applies = applies,
    .value = value,
};
