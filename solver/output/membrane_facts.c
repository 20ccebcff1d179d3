#include "output/membrane_facts.h"

#include <math.h>

#include "base/constants.h"
#include "closed_forms/cell.h"
#include "discretize/membrane.h"

static const double noise_margin = 16.0; /* a current within so many times its rounding noise is none */

SbReading sb_membrane_reading(const SbRun *run, const SbStepResult *step, SbQuantity quantity, const char *membrane,
                              const char *mechanism, const char *gate, int species) {
  const int frame = sb_facts_frame(step);
  const SbMeasure measure = {.quantity = quantity,
                             .species = species,
                             .terminal = -1,
                             .x = NAN,
                             .membrane = membrane,
                             .mechanism = mechanism,
                             .gate = gate};
  const SbReading *reading = frame >= 0 ? sb_run_reading(run, step, frame, &measure) : NULL;
  return reading ? *reading : (SbReading){NAN, NAN, NAN, NAN, NAN};
}

double sb_membrane_power(const SbStepResult *step, int region, int mechanism) {
  return sb_mechanism_dissipation(step->chain, step->u, step->moment.time, step->chain->mesh->first[region], mechanism);
}

double sb_membrane_reversal(const SbRun *run, const SbStepResult *step, int region, double *conductance,
                            double *share) {
  const SbProblem *problem = step->chain->problem;
  const char *name = problem->regions[region].name;
  double sum = 0.0;
  sb_membrane_conductances(step->chain, step->u, step->chain->mesh->first[region], share);
  for (int s = 0; s < problem->species_count; s++) {
    share[s] = problem->species[s].charge != 0 ? share[s] : 0.0;
    sum += share[s];
  }
  *conductance = sum;
  if (!(sum > 0.0))
    return NAN;
  for (int s = 0; s < problem->species_count; s++)
    share[s] /= sum;
  const double current = sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_CURRENT, name, NULL, NULL, -1).value;
  return sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_POTENTIAL, name, NULL, NULL, -1).value - current / sum;
}

/* ---- what flows ----------------------------------------------------------------------------------------------------
 */

/* Whether a current is told from nothing. */
static bool flows(const SbStepResult *step, int region, double current, double noise) {
  const SbMeasure measure = {.quantity = SB_QUANTITY_MEMBRANE_CURRENT,
                             .species = -1,
                             .terminal = -1,
                             .x = NAN,
                             .membrane = step->chain->problem->regions[region].name};
  return fabs(current) > fmax(noise_margin * noise, sb_measure_tolerance(step->chain, step->u, &measure, 0.0));
}

/* What flows through a membrane: anything in all, any ion in all, anything through a single mechanism. */
typedef struct {
  bool current, ion, mechanism;
} Flowing;

/* Current of an ion through all mechanisms, A/m2; NAN where none carries it. */
static double ion_current(const SbRun *run, const SbStepResult *step, int region, int species, double *noise) {
  const SbRegion *place = &step->chain->problem->regions[region];
  double current = NAN;
  *noise = 0.0;
  for (int m = 0; m < place->membrane->mechanism_count; m++) {
    const SbReading one = sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_CURRENT, place->name,
                                              place->membrane->mechanisms[m].name, NULL, species);
    if (isnan(one.value))
      continue;
    current = (isnan(current) ? 0.0 : current) + one.value;
    *noise += one.noise;
  }
  return current;
}

static Flowing flowing(const SbRun *run, const SbStepResult *step, int region) {
  const SbProblem *problem = step->chain->problem;
  const SbMembrane *membrane = problem->regions[region].membrane;
  const char *name = problem->regions[region].name;
  const SbReading sum = sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_CURRENT, name, NULL, NULL, -1);
  Flowing found = {.current = flows(step, region, sum.value, sum.noise)};
  for (int s = 0; s < problem->species_count; s++) {
    double noise;
    const double current = ion_current(run, step, region, s, &noise);
    for (int m = 0; m < membrane->mechanism_count; m++) {
      const SbReading one =
          sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_CURRENT, name, membrane->mechanisms[m].name, NULL, s);
      found.mechanism = found.mechanism || flows(step, region, one.value, one.noise); /* never of NAN */
    }
    found.ion = found.ion || flows(step, region, current, noise);
  }
  return found;
}

/* ---- pumps and gradients -------------------------------------------------------------------------------------------
 */

bool sb_pump_facts(const SbStepResult *step, int region, int mechanism, SbPumpFacts *facts) {
  const SbMembrane *membrane = step->chain->problem->regions[region].membrane;
  const SbMechanism *pump = &membrane->mechanisms[mechanism];
  *facts = (SbPumpFacts){.rate = 0.0};
  if (!pump->kind->stoichiometry || !pump->kind->fuel)
    return false;
  SbCrossing crossing;
  sb_crossing_eval(step->chain, step->u, step->moment.time, step->chain->mesh->first[region], mechanism, &crossing);
  const double outward = membrane->inside_right ? -1.0 : 1.0;
  for (int s = 0; s < step->chain->problem->species_count && facts->rate == 0.0; s++) {
    const double number = pump->kind->stoichiometry(pump->params, s);
    facts->rate = number != 0.0 ? outward * crossing.flux[s] / number : 0.0;
  }
  facts->work = -sb_membrane_power(step, region, mechanism);
  facts->energy = pump->kind->fuel(pump->params);
  facts->cost = facts->rate * facts->energy;
  return facts->rate != 0.0;
}

double sb_membrane_least_power(const SbStepResult *step, int region) {
  double conductance[SB_MAX_SPECIES], sum = 0.0;
  sb_membrane_conductances(step->chain, step->u, step->chain->mesh->first[region], conductance);
  for (int s = 0; s < step->chain->problem->species_count; s++)
    sum += step->chain->problem->species[s].charge != 0 ? conductance[s] : 0.0;
  const double accuracy = step->chain->problem->deck->accuracy.potential;
  return sum * accuracy * accuracy;
}

bool sb_membrane_turnover(const SbRun *run, const SbStepResult *step, int region, int species, SbTurnover *turnover) {
  const SbProblem *problem = step->chain->problem;
  const SbSide side = problem->regions[region].membrane->inside_right ? SB_RIGHT : SB_LEFT;
  double noise;
  const double current = ion_current(run, step, region, species, &noise);
  if (isnan(current) || !sb_cell_encloses(problem, region, side, species))
    return false;
  const int away = side == SB_LEFT ? -1 : 1;
  int far = region + away;
  while (far + away >= 0 && far + away < problem->region_count && !problem->regions[far + away].membrane &&
         problem->regions[far + away].partition[species] > 0.0)
    far += away;
  const int near = region + away;
  const SbPool inside = {.species = species, .first = far < near ? far : near, .last = far < near ? near : far};
  turnover->flux =
      flows(step, region, current, noise) ? current / (problem->species[species].charge * SB_FARADAY) : 0.0;
  turnover->amount =
      sb_chain_amount(step->chain, step->u, &inside) / step->chain->mesh->area[step->chain->mesh->first[region]];
  turnover->time = turnover->flux != 0.0 ? turnover->amount / fabs(turnover->flux) : INFINITY;
  return true;
}

/* Whether one ion tells more of a rundown than another: what is lost before what is gained, the faster the better. */
static bool tells_more(const SbTurnover *one, const SbTurnover *other) {
  const bool lost = one->flux > 0.0, other_lost = other->flux > 0.0;
  return lost != other_lost ? lost : one->time < other->time;
}

bool sb_membranes_rundown(const SbRun *run, const SbStepResult *step, SbRundown *rundown) {
  const SbProblem *problem = step->chain->problem;
  *rundown = (SbRundown){.region = -1};
  for (int r = 0; r < problem->region_count; r++) {
    double power = 0.0;
    for (int m = 0; problem->regions[r].membrane && m < problem->regions[r].membrane->mechanism_count; m++)
      power += sb_membrane_power(step, r, m);
    if (!problem->regions[r].membrane || power <= sb_membrane_least_power(step, r))
      continue;
    for (int s = 0; s < problem->species_count; s++) {
      SbTurnover turnover;
      if (!sb_membrane_turnover(run, step, r, s, &turnover) || isinf(turnover.time))
        continue;
      if (rundown->region < 0 || tells_more(&turnover, &rundown->turnover))
        *rundown = (SbRundown){.region = r, .species = s, .turnover = turnover, .power = power};
    }
  }
  return rundown->region >= 0;
}

/* ---- closed forms --------------------------------------------------------------------------------------------------
 */

/* The faces of a membrane in the last state; concentration: [2][SB_MAX_SPECIES], inside and outside. */
static SbMembraneFaces faces_of(const SbStepResult *step, int region, double (*concentration)[SB_MAX_SPECIES]) {
  const SbChain *chain = step->chain;
  const SbProblem *problem = chain->problem;
  const SbMembrane *membrane = problem->regions[region].membrane;
  const int link = chain->mesh->first[region], inside = membrane->inside_right ? link + 1 : link;
  for (int s = 0; s < problem->species_count; s++) {
    concentration[0][s] = sb_chain_concentration(chain, step->u, inside, s);
    concentration[1][s] = sb_chain_concentration(chain, step->u, 2 * link + 1 - inside, s);
  }
  return (SbMembraneFaces){.problem = problem,
                           .region = region,
                           .membrane = membrane,
                           .site = {.species_count = problem->species_count,
                                    .species = problem->species,
                                    .inside = concentration[0],
                                    .outside = concentration[1],
                                    .potential = NAN,
                                    .gates = step->u + chain->offset[link] + sb_chain_gates(chain, link, region),
                                    .thermal_voltage = problem->thermal_voltage,
                                    .temperature = problem->temperature,
                                    .time = step->moment.time}};
}

bool sb_membrane_form_value(const SbStepResult *step, int region, const SbMembraneForm *form, double *value) {
  double concentration[2][SB_MAX_SPECIES];
  const SbMembraneFaces faces = faces_of(step, region, concentration);
  if (!form->applies(&faces))
    return false;
  *value = form->value(&faces);
  return true;
}

/* What the state would have to be for a closed form to speak of it; NULL where it is. */
static const char *wanting(SbSaidOf said_of, const Flowing *found) {
  const bool missed[] = {[SB_SAID_OF_NO_CURRENT] = found->current,
                         [SB_SAID_OF_BALANCE] = found->current || found->ion,
                         [SB_SAID_OF_EQUILIBRIUM] = found->mechanism};
  static const char *const words[] = {[SB_SAID_OF_NO_CURRENT] = "at zero current",
                                      [SB_SAID_OF_BALANCE] = "where no ion gains or loses",
                                      [SB_SAID_OF_EQUILIBRIUM] = "at equilibrium"};
  return missed[said_of] ? words[said_of] : NULL;
}

int sb_membrane_compare(const SbRun *run, const SbStepResult *step, int region, SbComparison *list) {
  const char *name = step->chain->problem->regions[region].name;
  const SbReading potential = sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_POTENTIAL, name, NULL, NULL, -1);
  const Flowing found = flowing(run, step, region);
  int count = 0;
  for (int i = 0; sb_membrane_forms[i] && count < SB_MOST_COMPARISONS; i++) {
    const SbMembraneForm *form = sb_membrane_forms[i];
    double value;
    if (!sb_membrane_form_value(step, region, form, &value))
      continue;
    SbComparison *comparison = &list[count++];
    *comparison = (SbComparison){.name = form->name,
                                 .title = form->title,
                                 .doc = form->doc,
                                 .reference = form->reference,
                                 .dimension = SB_DIMENSION_POTENTIAL,
                                 .value = value,
                                 .computed = NAN,
                                 .difference = NAN,
                                 .bar = NAN,
                                 .only = wanting(form->said_of, &found)};
    if (comparison->only)
      continue;
    comparison->computed = potential.value;
    comparison->difference = potential.value - value;
    comparison->bar = sb_facts_bar(&potential);
  }
  return count;
}

bool sb_membranes_are_held(const SbRun *run, const SbStepResult *step) {
  for (int r = 0; r < step->chain->problem->region_count; r++)
    if (step->chain->problem->regions[r].membrane && flowing(run, step, r).mechanism)
      return true;
  return false;
}
