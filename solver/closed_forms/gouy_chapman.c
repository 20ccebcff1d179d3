/* A diffuse double layer between a plane (an electrode or a wall) and a reservoir. */
#include <math.h>

#include "closed_forms/cell.h"
#include "closed_forms/closed_forms.h"
#include "closed_forms/formulas/gouy_chapman.h"
#include "physics/boundary/electrode.h"
#include "physics/boundary/wall.h"

static const double half_space = 5.0; /* Debye lengths of solution that stand for a half space */

/* The side of the plane; the other one is the reservoir's. */
static SbSide plane_side(const SbProblem *problem) {
  return problem->terminals[SB_LEFT].kind->exchanges ? SB_RIGHT : SB_LEFT;
}

/* Collects the ions of the reservoir; charge and concentration have room for SB_MAX_SPECIES. */
static SbBulkSolution solution_of(const SbProblem *problem, int *charge, double *concentration) {
  const SbSide reservoir = (SbSide)(1 - plane_side(problem));
  int count = 0;
  for (int s = 0; s < problem->species_count && count < SB_MAX_SPECIES; s++) {
    if (problem->species[s].charge == 0)
      continue;
    charge[count] = problem->species[s].charge;
    concentration[count++] = sb_problem_composition(problem, reservoir, s);
  }
  return (SbBulkSolution){.n = count,
                          .charge = charge,
                          .concentration = concentration,
                          .permittivity = problem->regions[0].permittivity,
                          .thermal_voltage = problem->thermal_voltage};
}

/* One plain solution, planar and wide enough, from one reservoir to one plane that lets nothing pass. */
static bool is_half_space(const SbProblem *problem) {
  const SbSide plane = plane_side(problem), reservoir = (SbSide)(1 - plane);
  if (!problem->field->displacement || problem->geometry != 0 || problem->terminals[plane].kind->exchanges ||
      !problem->terminals[reservoir].kind->exchanges)
    return false;
  const double permittivity = problem->regions[0].permittivity;
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegion *region = &problem->regions[r];
    if (region->fixed_charge != 0.0 || fabs(region->permittivity - permittivity) > 1e-12 * permittivity)
      return false;
    for (int s = 0; s < problem->species_count; s++) {
      if (problem->species[s].charge != 0 &&
          (region->partition[s] != 1.0 || !sb_cell_reaches(problem, reservoir, s, r)))
        return false;
    }
  }
  const double *composition = problem->terminals[reservoir].boundary.composition;
  return problem->length >= half_space * sb_debye_length(problem, composition, 0.0, permittivity);
}

/* Of an electrode against the solution, counted from its potential of zero charge; false where it is not held. */
static bool held_drop(const SbProblem *problem, double *drop) {
  const SbSide plane = plane_side(problem);
  double metal, solution;
  if (problem->terminals[plane].kind != &sb_boundary_electrode || !sb_cell_held_potential(problem, plane, &metal) ||
      !sb_cell_held_potential(problem, (SbSide)(1 - plane), &solution))
    return false;
  const SbElectrodeParams *electrode = problem->terminals[plane].boundary.params;
  *drop = metal - solution - electrode->zero_charge_potential;
  return true;
}

static double stern_capacitance(const SbProblem *problem) {
  return ((const SbElectrodeParams *)problem->terminals[plane_side(problem)].boundary.params)->stern.capacitance;
}

static bool applies_bare(const SbProblem *problem) {
  double drop;
  return is_half_space(problem) && held_drop(problem, &drop) && !isfinite(stern_capacitance(problem));
}

static bool applies_with_stern(const SbProblem *problem) {
  double drop;
  return is_half_space(problem) && held_drop(problem, &drop) && isfinite(stern_capacitance(problem));
}

static bool applies_to_wall(const SbProblem *problem) {
  const SbTerminal *plane = &problem->terminals[plane_side(problem)];
  return is_half_space(problem) && plane->kind == &sb_boundary_wall &&
         ((const SbWallParams *)plane->boundary.params)->surface_charge != 0.0;
}

static double bare_charge(const SbProblem *problem) {
  int charge[SB_MAX_SPECIES];
  double concentration[SB_MAX_SPECIES], drop = 0.0;
  const SbBulkSolution solution = solution_of(problem, charge, concentration);
  held_drop(problem, &drop);
  return sb_grahame_charge(&solution, drop);
}

static double charge_with_stern(const SbProblem *problem) {
  int charge[SB_MAX_SPECIES];
  double concentration[SB_MAX_SPECIES], drop = 0.0;
  const SbBulkSolution solution = solution_of(problem, charge, concentration);
  held_drop(problem, &drop);
  return sb_stern_charge(&solution, stern_capacitance(problem), drop);
}

static double wall_potential(const SbProblem *problem) {
  int charge[SB_MAX_SPECIES];
  double concentration[SB_MAX_SPECIES];
  const SbBulkSolution solution = solution_of(problem, charge, concentration);
  const SbSide plane = plane_side(problem);
  const SbWallParams *wall = problem->terminals[plane].boundary.params;
  const double potential = sb_grahame_potential(&solution, wall->surface_charge);
  return plane == SB_RIGHT ? potential : -potential;
}

#define GRAHAME_REFERENCE                                                                                              \
  "Grahame 1947, Chem. Rev. 41, 441; Bard & Faulkner, Electrochemical Methods, 2nd ed., section 13.3.2"

const SbClosedForm sb_closed_form_gouy_chapman = {
    .name = "gouy-chapman",
    .title = "Gouy-Chapman charge",
    .doc =
        "Charge of an electrode without a Stern layer, held at a potential in front of a reservoir at least five Debye "
        "lengths away: point ions in a mean field, at equilibrium.",
    .reference = GRAHAME_REFERENCE,
    .dimension = SB_DIMENSION_CHARGE_DENSITY,
    .applies = applies_bare,
    .value = bare_charge,
};

const SbClosedForm sb_closed_form_gouy_chapman_stern = {
    .name = "gouy-chapman-stern",
    .title = "Gouy-Chapman-Stern charge",
    .doc = "The same for an electrode with a Stern layer: its capacitance in series with the diffuse layer.",
    .reference =
        "Stern 1924, Z. Elektrochem. 30, 508; Bard & Faulkner, Electrochemical Methods, 2nd ed., section 13.3.3",
    .dimension = SB_DIMENSION_CHARGE_DENSITY,
    .applies = applies_with_stern,
    .value = charge_with_stern,
};

const SbClosedForm sb_closed_form_gouy_chapman_potential = {
    .name = "gouy-chapman-potential",
    .title = "Gouy-Chapman potential",
    .doc = "Potential between a wall of given surface charge and a reservoir at least five Debye lengths away, right "
           "minus "
           "left: point ions in a mean field, at equilibrium.",
    .reference = GRAHAME_REFERENCE,
    .dimension = SB_DIMENSION_POTENTIAL,
    .compares_potential = true,
    .applies = applies_to_wall,
    .value = wall_potential,
};
