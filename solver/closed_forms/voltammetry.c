/* Cottrell's current after a jump of the potential, and Randles and Sevcik's peak of a linear sweep: one couple, planar
   diffusion from a half space of solution as uniform as the reservoir. Both speak of the transient that ends the steps
   with the problem's controls. They apply where all they neglect is below a thousandth, which is asked of the couple's
   own law at a surface where that much has, or has not, turned over. */
#include <math.h>
#include <string.h>

#include "base/constants.h"
#include "closed_forms/cell.h"
#include "closed_forms/closed_forms.h"
#include "closed_forms/formulas/voltammetry.h"

static const double little = 1e-3;
static const double reversible = 15.0; /* least k0/sqrt(n D rate/V_T), Matsuda & Ayabe 1955 */

/* What happens at the electrode in one direction. */
typedef struct {
  const SbProblem *problem;
  const SbTerminal *electrode;
  const SbCouple *couple;
  double sign;          /* of its current, +1 for oxidation */
  double current_sign;  /* +1 where that current runs to the right */
  int taken;            /* the only dissolved species that reacts away */
  double electrons;     /* per molecule of it */
  double concentration; /* of it, mol/m3 */
  double diffusivity;   /* m2/s */
  double until;         /* end of the transient, s */
  double straight;      /* till when the potential is a straight line, s */
  double rate;          /* of that line, V/s */
  bool held;            /* a steady state under the same control comes before */
} Experiment;

static double potential(const Experiment *experiment, double t) {
  return experiment->electrode->control->setpoint(experiment->electrode->control_params, t);
}

/* ---- the cell ---- */

/* Whether a species is everywhere as in the reservoir opposite, and nothing hinders its diffusion on the way. */
static bool uniform(const SbProblem *problem, int side, int s) {
  const double bulk = sb_problem_composition(problem, (SbSide)(1 - side), s);
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegion *region = &problem->regions[r];
    const SbProfile *fill = region->fill ? &region->fill[s] : NULL;
    if (region->membrane || region->partition[s] != 1.0 || region->diffusivity[s] != problem->regions[0].diffusivity[s])
      return false;
    if (!fill || (fill->count == 0 && bulk != 0.0))
      return false;
    for (int i = 0; i < fill->count; i++)
      if (fabs(fill->concentration[i] - bulk) > 1e-12 * bulk)
        return false;
  }
  const bool *permeable = problem->terminals[1 - side].boundary.permeable;
  return !permeable || permeable[s];
}

/* Finds what the couple takes in that direction; false where that is not one species, or a solution is not uniform. */
static bool find_taken(Experiment *experiment, int side) {
  const SbProblem *problem = experiment->problem;
  experiment->taken = -1;
  for (int s = 0; s < problem->species_count; s++) {
    const double made = experiment->sign * sb_couple_yield(experiment->couple, s);
    if (made == 0.0)
      continue;
    if (!uniform(problem, side, s) || (made < 0.0 && experiment->taken >= 0))
      return false;
    if (made > 0.0)
      continue;
    experiment->taken = s;
    experiment->electrons = -experiment->couple->electrons / made;
    experiment->concentration = sb_problem_composition(problem, (SbSide)(1 - side), s);
    experiment->diffusivity = problem->regions[0].diffusivity[s];
  }
  return experiment->taken >= 0 && experiment->concentration > 0.0 && experiment->diffusivity > 0.0;
}

/* ---- the protocol ---- */

/* Whether a step leaves a uniform solution alone: no current through the one couple. */
static bool idle(const SbProblem *problem, int side, int step) {
  const SbTerminalsDeck ends = sb_deck_terminals(problem->deck, step);
  const SbVariant *control = side == SB_LEFT ? &ends.left.control : &ends.right.control;
  const SbControlKind *current = &sb_control_current;
  return control->schema == &current->schema && current->setpoint(control->params, -1.0) == 0.0 &&
         !isfinite(current->next_break(control->params, -1.0));
}

/* Finds the transient; false where the solution may not be uniform when it begins. */
static bool find_transient(Experiment *experiment, int side) {
  const SbProblem *problem = experiment->problem;
  const SbVariant *steps = problem->deck->protocol.items;
  const int transient = problem->end_step - 1;
  if (transient >= problem->deck->protocol.count || strcmp(steps[transient].schema->name, "transient") != 0)
    return false;
  for (int i = 0; i < transient; i++) {
    const bool steady = strcmp(steps[i].schema->name, "steady") == 0;
    if (strcmp(steps[i].schema->name, "sweep") == 0)
      return false;
    if (idle(problem, side, i))
      continue;
    if (!steady || i < problem->first_step)
      return false;
    experiment->held = true;
  }
  experiment->until = ((const SbTransientStep *)steps[transient].params)->until;
  return true;
}

/* Finds the straight line that the potential begins with; false where it is bent. */
static bool find_line(Experiment *experiment) {
  const SbTerminal *electrode = experiment->electrode;
  const double begin = potential(experiment, 0.0);
  experiment->straight = fmin(electrode->control->next_break(electrode->control_params, 0.0), experiment->until);
  /* two places that no period has in common with the end */
  const double early = 0.3819660113 * experiment->straight, late = 0.7320508076 * experiment->straight;
  const double up = potential(experiment, early) - begin, on = potential(experiment, late) - begin;
  experiment->rate = up / early;
  return fabs(on - experiment->rate * late) <= 1e-9 * (fabs(on) + fabs(begin));
}

static bool find_experiment(const SbProblem *problem, bool oxidation, Experiment *experiment) {
  const int side = sb_cell_electrode(problem);
  double opposite;
  if (side < 0 || problem->field->potential || problem->geometry != 0 || problem->cable)
    return false;
  const SbTerminal *electrode = &problem->terminals[side];
  if (electrode->boundary.couple_count != 1 || electrode->floating || !electrode->control ||
      !electrode->control->sets_potential || !sb_cell_held_potential(problem, (SbSide)(1 - side), &opposite) ||
      opposite != 0.0)
    return false;
  *experiment = (Experiment){.problem = problem,
                             .electrode = electrode,
                             .couple = electrode->boundary.couples,
                             .sign = oxidation ? 1.0 : -1.0,
                             .current_sign = (side == SB_LEFT) == oxidation ? 1.0 : -1.0};
  return find_taken(experiment, side) && find_transient(experiment, side) && find_line(experiment);
}

/* ---- what is neglected ---- */

/* Concentrations at the surface when a share of what the couple takes has turned over there: in a half space what one
   species loses and another gains stand in the ratio of the roots of their diffusivities. */
static void surface(const Experiment *experiment, double share, double *concentration) {
  const SbProblem *problem = experiment->problem;
  const SbSide bulk = experiment->electrode == &problem->terminals[SB_LEFT] ? SB_RIGHT : SB_LEFT;
  const double turned = share * experiment->concentration * experiment->electrons / experiment->couple->electrons;
  for (int s = 0; s < problem->species_count; s++) {
    const double made = experiment->sign * sb_couple_yield(experiment->couple, s);
    concentration[s] = sb_problem_composition(problem, bulk, s);
    if (made != 0.0)
      concentration[s] += made * turned * sqrt(experiment->diffusivity / problem->regions[0].diffusivity[s]);
  }
}

/* Current (A/m2, positive in the direction looked at) that the couple would draw from that surface. */
static double drawn(const Experiment *experiment, double share, double at) {
  double concentration[SB_MAX_SPECIES];
  surface(experiment, share, concentration);
  return experiment->sign *
         sb_couple_current(experiment->couple, concentration, at, experiment->problem->thermal_voltage, NULL, NULL);
}

/* Whether so little reacts at a potential that the solution stays as it is: what there is of products is negligible,
   and a little more of them would react back. */
static bool rests(const Experiment *experiment, double at) {
  double bulk[SB_MAX_SPECIES];
  surface(experiment, 0.0, bulk);
  for (int s = 0; s < experiment->problem->species_count; s++)
    if (experiment->sign * sb_couple_yield(experiment->couple, s) > 0.0 && bulk[s] > little * experiment->concentration)
      return false;
  return drawn(experiment, little, at) <= 0.0;
}

/* Whether diffusion has not felt the reservoir by a time; its first image adds 2 exp(-L^2/(D t)) to the current. */
static bool half_space(const Experiment *experiment, double diffusivity, double time) {
  const double length = experiment->problem->length;
  return 2.0 * exp(-length * length / (diffusivity * time)) <= little;
}

/* ---- Cottrell ---- */

/* Positive to the right; NAN: it says nothing about this problem. */
static double cottrell_towards(const SbProblem *problem, bool oxidation) {
  Experiment e;
  if (!find_experiment(problem, oxidation, &e) || e.rate != 0.0 || e.straight < e.until ||
      !half_space(&e, e.diffusivity, e.until) || (e.held && !rests(&e, potential(&e, -1.0))))
    return NAN;
  const double current = sb_cottrell_current(e.electrons, e.concentration, e.diffusivity, e.until);
  return drawn(&e, 1.0 - little, potential(&e, 0.0)) >= current ? e.current_sign * current : NAN;
}

static double cottrell(const SbProblem *problem) {
  const double oxidation = cottrell_towards(problem, true);
  return isnan(oxidation) ? cottrell_towards(problem, false) : oxidation;
}

static bool cottrell_applies(const SbProblem *problem) {
  return !isnan(cottrell(problem));
}

const SbClosedForm sb_closed_form_cottrell = {
    .name = "cottrell",
    .title = "Cottrell",
    .doc = "After a jump of the potential whatever reaches the electrode reacts at once, and comes by planar diffusion "
           "from a half space. The current at the end of the transient.",
    .reference = "Cottrell 1903, Z. Phys. Chem. 42, 385; Bard & Faulkner, Electrochemical Methods, 2nd ed., eq 5.2.11",
    .dimension = SB_DIMENSION_CURRENT_DENSITY,
    .compares_current = true,
    .applies = cottrell_applies,
    .value = cottrell,
};

/* ---- Randles and Sevcik ---- */

/* The species made of one that is taken, all of first order and one for one; -1: it is not like that. */
static int first_order_product(const Experiment *experiment) {
  const SbCouple *couple = experiment->couple;
  int made = -1, count = 0;
  for (int s = 0; s < couple->species_count; s++) {
    if (couple->oxidised[s] == 0.0 && couple->reduced[s] == 0.0)
      continue;
    if (couple->oxidised[s] + couple->reduced[s] != 1.0 || couple->cathodic_order[s] + couple->anodic_order[s] != 1.0)
      return -1;
    count++;
    if (s != experiment->taken)
      made = s;
  }
  return count == 2 ? made : -1;
}

/* Rate constant (m/s) by which the couple takes its species at a potential, from the law itself. */
static double rate_constant(const Experiment *experiment, double at) {
  double concentration[SB_MAX_SPECIES] = {0};
  concentration[experiment->taken] = 1.0;
  return experiment->sign *
         sb_couple_current(experiment->couple, concentration, at, experiment->problem->thermal_voltage, NULL, NULL) /
         (experiment->electrons * SB_FARADAY);
}

/* As for Cottrell. At the half-wave potential the rate constant is k0 with the diffusivities' mean of Matsuda and Ayabe
   taken care of. */
static double randles_sevcik_towards(const SbProblem *problem, bool oxidation) {
  Experiment e;
  double half_way[SB_MAX_SPECIES];
  if (!find_experiment(problem, oxidation, &e) || e.rate * e.sign <= 0.0)
    return NAN;
  const int product = first_order_product(&e);
  const double begin = potential(&e, 0.0), rate = fabs(e.rate), unit = problem->thermal_voltage;
  if (product < 0 || !rests(&e, begin) || (e.held && potential(&e, -1.0) != begin))
    return NAN;
  surface(&e, 0.5, half_way);
  const double half_wave = sb_couple_nernst(e.couple, half_way, unit);
  const double peak_time = (fabs(half_wave - begin) + sb_reversible_peak_distance(e.electrons, unit)) / rate;
  const double speed = sqrt(e.electrons * e.diffusivity * rate / unit); /* of diffusion, m/s */
  if (peak_time > e.straight || rate_constant(&e, half_wave) < reversible * speed ||
      !half_space(&e, fmax(e.diffusivity, problem->regions[0].diffusivity[product]), peak_time))
    return NAN;
  return e.current_sign * sb_randles_sevcik_current(e.electrons, e.concentration, e.diffusivity, rate, unit);
}

static double randles_sevcik(const SbProblem *problem) {
  const double oxidation = randles_sevcik_towards(problem, true);
  return isnan(oxidation) ? randles_sevcik_towards(problem, false) : oxidation;
}

static bool randles_sevcik_applies(const SbProblem *problem) {
  return !isnan(randles_sevcik(problem));
}

const SbClosedForm sb_closed_form_randles_sevcik = {
    .name = "randles-sevcik",
    .title = "Randles-Sevcik",
    .doc = "The peak of the current while the potential of a reversible couple runs at a constant rate from where "
           "nothing reacts, with planar diffusion from a half space.",
    .reference =
        "Nicholson & Shain 1964, Anal. Chem. 36, 706; reversible: Matsuda & Ayabe 1955, Z. Elektrochem. 59, 494",
    .dimension = SB_DIMENSION_CURRENT_DENSITY,
    .applies = randles_sevcik_applies,
    .value = randles_sevcik,
};
