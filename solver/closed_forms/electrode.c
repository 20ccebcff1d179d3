/* What textbooks say about an electrode behind a layer of solution. */
#include <math.h>

#include "closed_forms/cell.h"
#include "closed_forms/closed_forms.h"
#include "problem/couples.h"

/* ---- the potential at which couples rest, without transport ---- */

static double rest(const SbProblem *problem) {
  const int side = sb_cell_electrode(problem);
  const SbBoundaryParams *boundary = &problem->terminals[side].boundary;
  const double potential = sb_couples_rest(boundary->couple_count, boundary->couples,
                                           problem->terminals[1 - side].boundary.composition, problem->thermal_voltage);
  return side == SB_LEFT ? -potential : potential;
}

static bool one_rests(const SbProblem *problem) {
  const int side = sb_cell_electrode(problem);
  return side >= 0 && problem->terminals[side].boundary.couple_count == 1 && isfinite(rest(problem));
}

static bool several_rest(const SbProblem *problem) {
  const int side = sb_cell_electrode(problem);
  return side >= 0 && problem->terminals[side].boundary.couple_count > 1 && isfinite(rest(problem));
}

const SbClosedForm sb_closed_form_nernst_couple = {
    .name = "nernst-couple",
    .title = "Nernst (couple)",
    .doc = "The equilibrium potential of the electrode's only couple in the solution of the reservoir. Exact at zero "
           "current.",
    .reference = "Newman & Balsara, Electrochemical Systems, 4th ed., chapter 2",
    .dimension = SB_DIMENSION_POTENTIAL,
    .compares_potential = true,
    .applies = one_rests,
    .value = rest,
};

const SbClosedForm sb_closed_form_evans = {
    .name = "evans",
    .title = "Evans diagram",
    .doc = "The potential at which the couples' currents cancel if everything has the concentrations of the reservoir: "
           "the "
           "crossing of the curves in Evans' diagram. Transport is left out.",
    .reference = "Wagner & Traud 1938, Z. Elektrochem. 44, 391",
    .dimension = SB_DIMENSION_POTENTIAL,
    .compares_potential = true,
    .applies = several_rest,
    .value = rest,
};

/* ---- limiting currents ---- */

/* Positive to the right. */
static double limit(const SbProblem *problem, bool oxidation) {
  const int side = sb_cell_electrode(problem);
  int species;
  const double current = sb_couples_limit(problem, (SbSide)side, oxidation, &species);
  return (side == SB_LEFT) == oxidation ? current : -current;
}

static double anodic_limit(const SbProblem *problem) {
  return limit(problem, true);
}

static double cathodic_limit(const SbProblem *problem) {
  return limit(problem, false);
}

static bool limited(const SbProblem *problem, bool oxidation) {
  return !problem->field->potential && sb_cell_electrode(problem) >= 0 && isfinite(limit(problem, oxidation)) &&
         limit(problem, oxidation) != 0.0;
}

static bool anodic_limited(const SbProblem *problem) {
  return limited(problem, true);
}

static bool cathodic_limited(const SbProblem *problem) {
  return limited(problem, false);
}

#define LIMIT(direction, words)                                                                                        \
  const SbClosedForm sb_closed_form_##direction##_limit = {                                                            \
      .name = words "-limiting-current",                                                                               \
      .title = "limiting current, " words,                                                                             \
      .doc = "Steady diffusion of what the couples take, with nothing of it left at the electrode.",                   \
      .reference = "Bard & Faulkner, Electrochemical Methods, 2nd ed., section 1.4",                                   \
      .dimension = SB_DIMENSION_CURRENT_DENSITY,                                                                       \
      .applies = direction##_limited,                                                                                  \
      .value = direction##_limit,                                                                                      \
  };
LIMIT(anodic, "anodic")
LIMIT(cathodic, "cathodic")
