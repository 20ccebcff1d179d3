/* Donnan potentials: a charged phase beside one reservoir, and the two faces of a charged membrane between two. */
#include "closed_forms/formulas/donnan.h"

#include "closed_forms/cell.h"
#include "closed_forms/closed_forms.h"
#include "physics/boundary/wall.h"

/* Potential of the charged region minus that of the reservoir on that side. */
static double against(const SbProblem *problem, SbSide side) {
  int charges[SB_MAX_SPECIES], count = 0;
  double partition[SB_MAX_SPECIES], concentration[SB_MAX_SPECIES], confined = 0.0;
  const int region = sb_cell_charged_region(problem, &confined);
  for (int s = 0; s < problem->species_count && count < SB_MAX_SPECIES; s++) {
    if (problem->species[s].charge == 0 || !sb_cell_reaches(problem, side, s, region))
      continue;
    charges[count] = problem->species[s].charge;
    partition[count] = problem->regions[region].partition[s];
    concentration[count++] = sb_problem_composition(problem, side, s);
  }
  return sb_donnan_potential(count, charges, partition, concentration, confined, problem->thermal_voltage);
}

static bool is_uncharged_wall(const SbTerminal *terminal) {
  return terminal->kind == &sb_boundary_wall &&
         ((const SbWallParams *)terminal->boundary.params)->surface_charge == 0.0;
}

/* A reservoir on one side, on the other the charged region with an uncharged wall behind it. */
static bool applies_to_dead_end(const SbProblem *problem) {
  double charge;
  const SbSide reservoir = problem->terminals[SB_LEFT].kind->exchanges ? SB_LEFT : SB_RIGHT;
  const int end = reservoir == SB_LEFT ? problem->region_count - 1 : 0;
  return problem->field->potential && sb_cell_membranes_rest(problem) &&
         problem->terminals[reservoir].kind->exchanges && is_uncharged_wall(&problem->terminals[1 - reservoir]) &&
         sb_cell_charged_region(problem, &charge) == end;
}

static double value_of_dead_end(const SbProblem *problem) {
  return problem->terminals[SB_LEFT].kind->exchanges ? against(problem, SB_LEFT) : -against(problem, SB_RIGHT);
}

/* Between two reservoirs the charge must be fixed, since confined ions would shift between the faces, and every ion in
   the region must come from both. */
static bool applies_to_faces(const SbProblem *problem) {
  double charge;
  const int region = sb_cell_charged_region(problem, &charge);
  if (!sb_cell_between_reservoirs(problem) || region < 0 || problem->regions[region].fixed_charge != charge)
    return false;
  for (int s = 0; s < problem->species_count; s++) {
    if (problem->species[s].charge != 0 &&
        sb_cell_reaches(problem, SB_LEFT, s, region) != sb_cell_reaches(problem, SB_RIGHT, s, region))
      return false;
  }
  return true;
}

static double value_of_left_face(const SbProblem *problem) {
  return against(problem, SB_LEFT);
}

static double value_of_right_face(const SbProblem *problem) {
  return against(problem, SB_RIGHT);
}

#define DONNAN_REFERENCE "Donnan 1911, Z. Elektrochem. 17, 572; Helfferich, Ion Exchange, 1962, chapter 5"

const SbClosedForm sb_closed_form_donnan = {
    .name = "donnan",
    .title = "Donnan",
    .doc = "Equilibrium of a reservoir with a charged region at the other, closed end: fixed charge, or ions that "
           "cannot leave "
           "it, and no membrane between them works on ions. Right minus left; exact where the region is much wider "
           "than its Debye length.",
    .reference = DONNAN_REFERENCE,
    .dimension = SB_DIMENSION_POTENTIAL,
    .compares_potential = true,
    .applies = applies_to_dead_end,
    .value = value_of_dead_end,
};

const SbClosedForm sb_closed_form_donnan_left = {
    .name = "donnan-left",
    .title = "Donnan, left face",
    .doc =
        "Potential of a charged membrane minus that of the left reservoir, if its left face is in equilibrium with it.",
    .reference = DONNAN_REFERENCE,
    .dimension = SB_DIMENSION_POTENTIAL,
    .applies = applies_to_faces,
    .value = value_of_left_face,
};

const SbClosedForm sb_closed_form_donnan_right = {
    .name = "donnan-right",
    .title = "Donnan, right face",
    .doc = "Potential of a charged membrane minus that of the right reservoir, if its right face is in equilibrium "
           "with it.",
    .reference = DONNAN_REFERENCE,
    .dimension = SB_DIMENSION_POTENTIAL,
    .applies = applies_to_faces,
    .value = value_of_right_face,
};
