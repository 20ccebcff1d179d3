#include "output/report_facts.h"

#include <math.h>
#include <stdlib.h>

#include "base/constants.h"
#include "discretize/membrane.h"
#include "closed_forms/cell.h"

static const double noise_margin = 8.0; /* a value within so many times its rounding noise is none */

const SbStepResult *sb_facts_step(const SbRun *run) {
  for (int i = run->step_count - 1; i >= 0; i--) {
    if (run->steps[i].chain)
      return &run->steps[i];
  }
  return NULL;
}

int sb_facts_frame(const SbStepResult *step) {
  int frame = step->frame_count - 1;
  while (frame >= 0 && !step->solved[frame])
    frame--;
  return frame;
}

SbReading sb_facts_reading(const SbRun *run, const SbStepResult *step, int frame, SbQuantity quantity, int species,
                           int terminal) {
  const SbMeasure measure = {.quantity = quantity, .species = species, .terminal = terminal, .x = NAN};
  const SbReading *reading = frame < 0 ? NULL : sb_run_reading(run, step, frame, &measure);
  return reading ? *reading : (SbReading){NAN, NAN, NAN, NAN, NAN};
}

double sb_facts_bar(const SbReading *reading) {
  if (isnan(reading->mesh_bar))
    return reading->time_bar;
  return isnan(reading->time_bar) ? reading->mesh_bar : reading->mesh_bar + reading->time_bar;
}

/* What a control sets is the dimension of its value. */
static bool sets(const SbTerminal *terminal, SbDimension dimension) {
  return terminal->control && !terminal->floating && terminal->control->schema.fields[0].dimension == dimension;
}

/* ---- transport numbers ---------------------------------------------------------------------------------------------
 */

/* Share in the conductance of each species that can pass from end to end, averaged over the links' resistances: each
   link counts by its share of the ohmic drop of a current. False where some link lets no such ion pass. */
static bool conductance_shares(const SbChain *chain, const double *u, double *share) {
  const SbProblem *problem = chain->problem;
  const SbMesh *mesh = chain->mesh;
  double resistance = 0.0;
  for (int s = 0; s < problem->species_count; s++)
    share[s] = 0.0;
  for (int j = 0; j < chain->nodes - 1; j++) {
    const SbRegion *region = &problem->regions[mesh->interval[j]];
    double part[SB_MAX_SPECIES], sum = 0.0, length = mesh->h[j];
    if (region->membrane) {
      sb_membrane_conductances(chain, u, j, part); /* per F/V_T, as below */
      length = SB_FARADAY / problem->thermal_voltage;
    }
    for (int s = 0; s < problem->species_count; s++) {
      const double z = problem->species[s].charge;
      const double c = sb_chain_concentration(chain, u, j, s) + sb_chain_concentration(chain, u, j + 1, s);
      part[s] = !sb_cell_passes(problem, s) ? 0.0
                : region->membrane          ? part[s]
                                   : z * z * region->partition[s] * region->diffusivity[s] * fmax(0.5 * c, 0.0);
      sum += part[s];
    }
    if (!(sum > 0.0))
      return false;
    const double drop = length / (mesh->area[j] * sum);
    resistance += drop;
    for (int s = 0; s < problem->species_count; s++)
      share[s] += drop * part[s] / sum;
  }
  for (int s = 0; s < problem->species_count; s++)
    share[s] /= resistance;
  return true;
}

static void transport_numbers(const SbStepResult *step, SbFacts *facts) {
  const SbProblem *problem = facts->problem;
  double share[SB_MAX_SPECIES];
  if (facts->current_flows && step->steady)
    facts->transport = SB_TRANSPORT_CURRENT;
  else if (!facts->current_flows && facts->has_potential && !problem->blocked &&
           conductance_shares(step->chain, step->u, share))
    facts->transport = SB_TRANSPORT_CONDUCTANCE;
  for (int s = 0; s < problem->species_count; s++) {
    SbIonFacts *ion = &facts->ions[s];
    if (facts->transport == SB_TRANSPORT_NONE || !ion->charged)
      continue;
    ion->transport_number = facts->transport == SB_TRANSPORT_CURRENT ? ion->partial_current / facts->current.value
                                                                     : (sb_cell_passes(problem, s) ? share[s] : NAN);
  }
}

/* ---- ions ----------------------------------------------------------------------------------------------------------
 */

static SbIonFacts ion_facts(const SbRun *run, const SbStepResult *step, const SbFacts *facts, int frame, int s) {
  const SbProblem *problem = facts->problem;
  const int charge = problem->species[s].charge;
  SbIonFacts ion = {.charged = charge != 0, .nernst = NAN, .driving_force = NAN, .transport_number = NAN};
  if (facts->between_reservoirs && ion.charged)
    ion.nernst = sb_nernst_potential(problem->thermal_voltage, charge, sb_problem_composition(problem, SB_LEFT, s),
                                     sb_problem_composition(problem, SB_RIGHT, s));
  if (facts->has_potential)
    ion.driving_force = facts->potential.value - ion.nernst;
  ion.flux = sb_facts_reading(run, step, frame, SB_QUANTITY_FLUX, s, -1);
  ion.partial_current = charge * SB_FARADAY * ion.flux.value;
  return ion;
}

/* Whether a current that is not set flows: beyond its bars, rounding, and, between set potentials, what a driving force
   within the wanted accuracy would move. */
static bool flows(const SbStepResult *step, const SbFacts *facts) {
  const SbReading *current = &facts->current;
  const SbMeasure measure = {.quantity = SB_QUANTITY_CURRENT, .species = -1, .terminal = -1, .x = NAN};
  const double bar = sb_facts_bar(current),
               tolerance = facts->potential_set ? sb_measure_tolerance(step->chain, step->u, &measure, 0.0) : 0.0;
  return fabs(current->value) > fmax(fmax(noise_margin * current->noise, tolerance), isnan(bar) ? 0.0 : bar);
}

SbFacts sb_facts(const SbRun *run, const SbStepResult *step) {
  const SbProblem *problem = step->chain->problem;
  const int frame = sb_facts_frame(step);
  SbFacts facts = {.problem = problem, .has_potential = problem->has_potential};
  facts.potential = sb_facts_reading(run, step, frame, SB_QUANTITY_POTENTIAL, -1, -1);
  facts.current = sb_facts_reading(run, step, frame, SB_QUANTITY_CURRENT, -1, -1);
  facts.between_reservoirs =
      problem->terminals[SB_LEFT].kind->exchanges && problem->terminals[SB_RIGHT].kind->exchanges;
  const SbTerminal *left = &problem->terminals[SB_LEFT], *right = &problem->terminals[SB_RIGHT];
  /* without a control the left terminal is the reference, 0 V */
  facts.potential_set =
      (left->control ? sets(left, SB_DIMENSION_POTENTIAL) : !left->floating) && sets(right, SB_DIMENSION_POTENTIAL);
  facts.current_set = NAN;
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    if (problem->cable && side == SB_LEFT)
      continue; /* it is not the current of the other end */
    if (sets(terminal, SB_DIMENSION_CURRENT_DENSITY))
      facts.current_set = terminal->control->setpoint(terminal->control_params, step->moment.time);
  }
  const bool flowing = isnan(facts.current_set) ? flows(step, &facts) : facts.current_set != 0.0;
  facts.current_flows = facts.has_potential && flowing;
  for (int s = 0; s < problem->species_count; s++) {
    facts.ions[s] = ion_facts(run, step, &facts, frame, s);
    facts.ionic_current += facts.ions[s].partial_current;
    facts.ionic_noise += SB_FARADAY * abs(problem->species[s].charge) * facts.ions[s].flux.noise;
  }
  transport_numbers(step, &facts);
  return facts;
}

/* ---- closed forms --------------------------------------------------------------------------------------------------
 */

/* The charge that a closed form of the double layer speaks of: that of the only electrode. */
static SbReading electrode_charge(const SbRun *run, const SbStepResult *step) {
  const int frame = sb_facts_frame(step);
  const SbReading left = sb_facts_reading(run, step, frame, SB_QUANTITY_CHARGE, -1, SB_LEFT);
  const SbReading right = sb_facts_reading(run, step, frame, SB_QUANTITY_CHARGE, -1, SB_RIGHT);
  if (isnan(left.value))
    return right;
  return isnan(right.value) ? left : (SbReading){NAN, NAN, NAN, NAN, NAN};
}

static void compare(const SbFacts *facts, const SbClosedForm *form, const SbReading *computed,
                    SbComparison *comparison) {
  if (isnan(computed->value))
    return;
  if (form->compares_potential && facts->current_flows) {
    comparison->only = "at zero current";
    return;
  }
  comparison->computed = computed->value;
  comparison->difference = computed->value - comparison->value;
  comparison->bar = sb_facts_bar(computed);
}

int sb_facts_compare(const SbRun *run, const SbStepResult *step, const SbFacts *facts, SbComparison *list) {
  int count = 0;
  for (int i = 0; sb_closed_forms[i] && count < SB_MOST_COMPARISONS; i++) {
    const SbClosedForm *form = sb_closed_forms[i];
    if (!form->applies(facts->problem))
      continue;
    SbComparison *comparison = &list[count++];
    *comparison = (SbComparison){.name = form->name,
                                 .title = form->title,
                                 .doc = form->doc,
                                 .reference = form->reference,
                                 .dimension = form->dimension,
                                 .value = form->value(facts->problem),
                                 .computed = NAN,
                                 .difference = NAN,
                                 .bar = NAN};
    const SbReading charge = electrode_charge(run, step);
    if (form->compares_potential)
      compare(facts, form, &facts->potential, comparison);
    else if (form->compares_current && !step->failure.message)
      compare(facts, form, &facts->current, comparison);
    else if (form->dimension == SB_DIMENSION_CHARGE_DENSITY)
      compare(facts, form, &charge, comparison);
  }
  return count;
}
