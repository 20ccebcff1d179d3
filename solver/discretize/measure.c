#include "discretize/measure.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/constants.h"
#include "base/units.h"
#include "discretize/interpolate.h"
#include "discretize/ledger.h"
#include "discretize/links.h"
#include "discretize/measure_electrode.h"
#include "discretize/measure_flux.h"
#include "discretize/measure_membrane.h"
#include "discretize/membrane.h"
#include "discretize/terminal.h"

static const double least_current = 1e-12; /* A/m2: below it a zero current needs no digits */

static void add(double *gradient, int place, double value) {
  if (gradient && place >= 0)
    gradient[place] += value;
}

/* ---- potential
 * ------------------------------------------------------------------------------------------------------------ */
static SbReading observe_potential(const SbChain *chain, const double *u, const SbMoment *moment,
                                   const SbMeasure *measure, double *gradient) {
  (void)moment, (void)measure;
  const int last = chain->nodes - 1;
  const SbPattern *left = sb_chain_pattern(chain, 0), *right = sb_chain_pattern(chain, last);
  if (right->terminal >= 0)
    add(gradient, chain->offset[last] + right->terminal, 1.0);
  add(gradient, left->terminal, -1.0);
  const double a = sb_chain_terminal(chain, u, SB_LEFT), b = sb_chain_terminal(chain, u, SB_RIGHT);
  return (SbReading){.value = b - a, .noise = DBL_EPSILON * (fabs(a) + fabs(b) + chain->problem->thermal_voltage)};
}

static SbReading observe_electric_potential(const SbChain *chain, const double *u, const SbMoment *moment,
                                            const SbMeasure *measure, double *gradient) {
  (void)moment;
  const SbStencil stencil = sb_stencil(chain, u, -1, measure->x, measure->extreme);
  return sb_stencil_read(&stencil, chain, u, -1, gradient);
}

static SbReading observe_electric_field(const SbChain *chain, const double *u, const SbMoment *moment,
                                        const SbMeasure *measure, double *gradient) {
  (void)moment;
  const SbStencil stencil = sb_stencil_field(chain, u, measure->x, measure->extreme);
  return sb_stencil_read(&stencil, chain, u, -1, gradient);
}

static SbReading observe_concentration(const SbChain *chain, const double *u, const SbMoment *moment,
                                       const SbMeasure *measure, double *gradient) {
  (void)moment;
  const SbStencil stencil = sb_stencil(chain, u, measure->species, measure->x, measure->extreme);
  return sb_stencil_read(&stencil, chain, u, measure->species, gradient);
}

/* ---- flux
 * ----------------------------------------------------------------------------------------------------------------- */
static SbReading observe_flux(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                              double *gradient) {
  return sb_measure_flux(chain, u, moment, measure, gradient, NULL);
}

/* ---- current
 * -------------------------------------------------------------------------------------------------------------- */
/* What a link is worth in this sum; see current_reading. */
static double elastance(const SbChain *chain, int link) {
  const SbMembrane *membrane = sb_chain_membrane(chain, link);
  const double no_less = 1e-30; /* F/m2: a membrane that holds no charge has all of the field */
  if (!membrane)
    return chain->mesh->h[link] /
           (chain->mesh->area[link] * chain->problem->regions[chain->mesh->interval[link]].permittivity);
  /* where nothing is displaced, it is in the regions that the ionic current is all there is */
  return chain->problem->field->displacement ? 1.0 / (chain->mesh->area[link] * fmax(membrane->capacitance, no_less))
                                             : 0.0;
}

double sb_measure_elastance(const SbChain *chain) {
  double sum = 0.0;
  for (int j = 0; j < chain->nodes - 1; j++)
    sum += elastance(chain, j);
  for (int side = 0; side < 2; side++)
    sum += sb_terminal_elastance(chain, (SbSide)side);
  return sum;
}

/* I is the same through every section; weighting the ionic currents by h/(A eps) cancels the displacement but for the
   change of the total potential drop (Shockley 1938, J. Appl. Phys. 9, 635; Ramo 1939, Proc. IRE 27, 584). Through a
   Stern layer it is the couples' current that flows. */
static SbReading current_reading(const SbChain *chain, const double *u, const SbMoment *moment, double *gradient,
                                 double *share) {
  const SbProblem *problem = chain->problem;
  const SbMesh *mesh = chain->mesh;
  SbReading reading = {.value = 0.0};
  const double sum = sb_measure_elastance(chain);
  double square = 0.0;
  SbLinks links;
  for (int begin = 0; begin < chain->nodes - 1; begin += SB_TILE) {
    const int end = begin + SB_TILE < chain->nodes - 1 ? begin + SB_TILE : chain->nodes - 1;
    sb_links_eval(chain, u, moment->time, begin, end - begin, true, &links);
    for (int j = begin; j < end; j++) {
      const double weight = mesh->area[j] * elastance(chain, j) / sum;
      const double part = weight * sb_links_ionic_current(chain, &links, j);
      reading.value += part;
      if (share)
        share[j] = part;
      const double noise = weight * sb_links_noise(chain, &links, j);
      square += noise * noise;
      for (int s = 0; gradient && s < problem->species_count; s++)
        sb_measure_add_flux(chain, u, &links, j, s, weight * SB_FARADAY * problem->species[s].charge, gradient);
    }
  }
  if (problem->field->displacement)
    reading.value -= moment->potential_slope / sum;
  for (int side = 0; side < 2; side++) {
    const double weight = sb_terminal_elastance(chain, (SbSide)side) / sum;
    const SbReading part = sb_measure_through_stern(chain, u, (SbSide)side, weight, gradient, share);
    reading.value += part.value;
    square += part.noise * part.noise;
  }
  reading.noise = sqrt(square);
  return reading;
}

/* The current that a control fixes at this potential: its equation solved for I, in which it is linear. */
static bool driven_current(const SbChain *chain, const double *u, const SbMoment *moment, double *current) {
  for (int side = SB_RIGHT; side >= (chain->problem->cable ? SB_RIGHT : SB_LEFT); side--) {
    const SbTerminal *terminal = &chain->problem->terminals[side];
    if (!terminal->control || terminal->floating)
      continue;
    const SbControlState state = {.potential = sb_chain_terminal(chain, u, (SbSide)side),
                                  .far_potential = sb_chain_terminal(chain, u, (SbSide)(1 - side)),
                                  .sign = side == SB_RIGHT ? 1.0 : -1.0,
                                  .time = moment->time};
    const SbControlRow row = terminal->control->eval(terminal->control_params, &state);
    if (row.d_current == 0.0)
      continue;
    *current = 0.0 - row.value / row.d_current * (side == SB_LEFT ? sb_mesh_left_area(chain->mesh) : 1.0);
    return true;
  }
  return false;
}

/* Whether the current is that of couples alone, since a support carries it. */
static bool is_faradaic(const SbProblem *problem) {
  return !problem->field->potential && problem->has_potential;
}

/* A wall at either end lets no current pass, but for that of a support; along a cable it is the right end that counts.
 */
static bool is_walled(const SbProblem *problem) {
  if (is_faradaic(problem))
    return false;
  return (!problem->terminals[SB_LEFT].kind->carries_current && !problem->cable) ||
         !problem->terminals[SB_RIGHT].kind->carries_current;
}

static SbReading observe_current(const SbChain *chain, const double *u, const SbMoment *moment,
                                 const SbMeasure *measure, double *gradient) {
  (void)measure;
  double driven;
  if (is_walled(chain->problem))
    return (SbReading){.value = 0.0};
  if (!moment->steady && driven_current(chain, u, moment, &driven))
    return (SbReading){.value = driven};
  if (is_faradaic(chain->problem))
    return sb_measure_faradaic(chain, u, moment, gradient, NULL);
  if (chain->problem->cable)
    return sb_measure_end_current(chain, u, SB_RIGHT, gradient);
  return current_reading(chain, u, moment, gradient, NULL);
}

static SbReading observe_couple_current(const SbChain *chain, const double *u, const SbMoment *moment,
                                        const SbMeasure *measure, double *gradient) {
  return sb_measure_couple(chain, u, moment, measure, gradient, NULL);
}

static SbReading observe_equilibrium(const SbChain *chain, const double *u, const SbMoment *moment,
                                     const SbMeasure *measure, double *gradient) {
  (void)moment;
  return sb_measure_equilibrium(chain, u, measure, gradient);
}

static SbReading observe_overpotential(const SbChain *chain, const double *u, const SbMoment *moment,
                                       const SbMeasure *measure, double *gradient) {
  (void)moment;
  return sb_measure_overpotential(chain, u, measure, gradient);
}

static SbReading observe_limiting_share(const SbChain *chain, const double *u, const SbMoment *moment,
                                        const SbMeasure *measure, double *gradient) {
  (void)moment;
  return sb_measure_limiting_share(chain, u, measure, gradient);
}

static SbReading observe_charge(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                                double *gradient) {
  (void)moment;
  return sb_terminal_charge_reading(chain, u, (SbSide)measure->terminal, gradient);
}

static SbReading observe_membrane_potential(const SbChain *chain, const double *u, const SbMoment *moment,
                                            const SbMeasure *measure, double *gradient) {
  (void)moment;
  return sb_measure_membrane_potential(chain, u, measure, gradient);
}

/* Between the faces of a membrane; between terminals it is no reading of a state. */
static SbReading observe_nernst(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                                double *gradient) {
  (void)moment;
  return sb_measure_membrane_nernst(chain, u, measure, gradient);
}

static SbReading observe_gate(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                              double *gradient) {
  (void)moment;
  return sb_measure_gate(chain, u, measure, gradient);
}

static SbReading observe_entropy(const SbChain *chain, const double *u, const SbMoment *moment,
                                 const SbMeasure *measure, double *gradient) {
  (void)measure, (void)gradient;
  const SbLedger ledger = sb_ledger(chain, u, moment);
  return (SbReading){.value = ledger.entropy_production};
}

/* ---- the table
 * ------------------------------------------------------------------------------------------------------------ */
typedef SbReading (*Observe)(const SbChain *, const double *, const SbMoment *, const SbMeasure *, double *);

static const Observe observers[SB_QUANTITY_COUNT] = {
    [SB_QUANTITY_POTENTIAL] = observe_potential,
    [SB_QUANTITY_ELECTRIC_POTENTIAL] = observe_electric_potential,
    [SB_QUANTITY_ELECTRIC_FIELD] = observe_electric_field,
    [SB_QUANTITY_CONCENTRATION] = observe_concentration,
    [SB_QUANTITY_FLUX] = observe_flux,
    [SB_QUANTITY_CURRENT] = observe_current,
    [SB_QUANTITY_CHARGE] = observe_charge,
    [SB_QUANTITY_COUPLE_CURRENT] = observe_couple_current,
    [SB_QUANTITY_EQUILIBRIUM_POTENTIAL] = observe_equilibrium,
    [SB_QUANTITY_OVERPOTENTIAL] = observe_overpotential,
    [SB_QUANTITY_LIMITING_SHARE] = observe_limiting_share,
    [SB_QUANTITY_MEMBRANE_POTENTIAL] = observe_membrane_potential,
    [SB_QUANTITY_MEMBRANE_CURRENT] = sb_measure_membrane_current,
    [SB_QUANTITY_NERNST_POTENTIAL] = observe_nernst,
    [SB_QUANTITY_GATE] = observe_gate,
    [SB_QUANTITY_ENTROPY_PRODUCTION] = observe_entropy,
};

bool sb_measure_is_local(SbQuantity quantity) {
  return observers[quantity] != NULL;
}

SbReading sb_measure(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                     double *gradient) {
  SbReading reading = {.value = NAN};
  if (observers[measure->quantity])
    reading = observers[measure->quantity](chain, u, moment, measure, gradient);
  reading.mesh_bar = reading.time_bar = reading.refined = NAN;
  return reading;
}

void sb_measure_shares(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                       double *share) {
  if (measure->quantity == SB_QUANTITY_CURRENT) {
    if (is_faradaic(chain->problem))
      sb_measure_faradaic(chain, u, moment, NULL, share);
    else if (!is_walled(chain->problem))
      current_reading(chain, u, moment, NULL, share);
  } else if (measure->quantity == SB_QUANTITY_COUPLE_CURRENT)
    sb_measure_couple(chain, u, moment, measure, NULL, share);
  else if (measure->quantity == SB_QUANTITY_FLUX)
    sb_measure_flux(chain, u, moment, measure, NULL, share);
  else if (measure->quantity != SB_QUANTITY_POTENTIAL && !measure->membrane) { /* both are read on nodes */
    const bool at_end = measure->terminal == SB_RIGHT || isnan(measure->x);
    const int link = measure->terminal == SB_LEFT ? 0
                     : at_end                     ? chain->nodes - 2
                                                  : sb_mesh_locate(chain->mesh, measure->x);
    share[link] = observers[measure->quantity](chain, u, moment, measure, NULL).value;
  }
}

/* Ohmic resistance of one region for one species (or for all, s < 0), m2/S at the right end; INFINITY where it is
   excluded. */
static double resistance(const SbChain *chain, const double *u, int region, int only) {
  const SbProblem *problem = chain->problem;
  const SbMesh *mesh = chain->mesh;
  double weight[SB_MAX_SPECIES], sum = 0.0, before = 0.0;
  if (problem->regions[region].membrane)
    return sb_membrane_resistance(chain, u, region, only);
  for (int s = 0; s < problem->species_count; s++) {
    const double z = problem->species[s].charge != 0 || only < 0 ? problem->species[s].charge : 1.0;
    const double mobility = problem->regions[region].partition[s] * problem->regions[region].diffusivity[s];
    weight[s] = only < 0 || s == only ? z * z * mobility * SB_FARADAY / problem->thermal_voltage : 0.0;
  }
  for (int j = mesh->first[region]; j <= mesh->first[region + 1]; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    const double *here = u + chain->offset[j];
    double sigma = 0.0;
    for (int s = 0; s < problem->species_count; s++)
      if (pattern->slot[s] >= 0)
        sigma += weight[s] * here[pattern->slot[s]];
    if (j > mesh->first[region])
      sum += mesh->h[j - 1] / (mesh->area[j - 1] * fmax(0.5 * (before + sigma), 0.0));
    before = sigma;
  }
  return sum;
}

/* The same from end to end as a conductance, S/m2; 0 where a species cannot pass. */
static double conductance(const SbChain *chain, const double *u, int only) {
  double sum = 0.0;
  for (int r = 0; r < chain->problem->region_count; r++)
    sum += resistance(chain, u, r, only);
  return 1.0 / sum;
}

double sb_measure_tolerance(const SbChain *chain, const double *u, const SbMeasure *measure, double value) {
  const SbAccuracy *accuracy = &chain->problem->deck->accuracy;
  const double relative = accuracy->current * fabs(value);
  /* what a value near zero is measured by: a potential as small as the wanted accuracy, whichever is asked for more */
  const double small = fmin(accuracy->potential, accuracy->current * chain->problem->thermal_voltage);
  if (measure->quantity == SB_QUANTITY_EQUILIBRIUM_POTENTIAL || measure->quantity == SB_QUANTITY_OVERPOTENTIAL ||
      measure->quantity == SB_QUANTITY_NERNST_POTENTIAL)
    return INFINITY; /* without bounds where a species runs out */
  if (measure->quantity == SB_QUANTITY_MEMBRANE_CURRENT)
    return fmax(relative, fmax(least_current, sb_measure_membrane_conductance(chain, u, measure) * small));
  if (sb_quantities[measure->quantity].dimension == SB_DIMENSION_POTENTIAL)
    return accuracy->potential;
  if (measure->quantity == SB_QUANTITY_COUPLE_CURRENT ||
      (measure->quantity == SB_QUANTITY_CURRENT && is_faradaic(chain->problem)))
    return fmax(relative, fmax(least_current, sb_measure_faradaic_scale(chain, u, measure) * small));
  if (measure->quantity == SB_QUANTITY_CURRENT)
    return fmax(relative, fmax(least_current, conductance(chain, u, -1) * small));
  if (measure->quantity == SB_QUANTITY_FLUX) {
    const double z = fmax(1.0, abs(chain->problem->species[measure->species].charge));
    return fmax(relative, fmax(least_current, conductance(chain, u, measure->species) * small) / (z * SB_FARADAY));
  }
  if (measure->quantity == SB_QUANTITY_CONCENTRATION)
    return fmax(relative, 1e-6 * accuracy->current * chain->problem->species_scale[measure->species]);
  if (measure->quantity == SB_QUANTITY_CHARGE) {
    /* through the capacitance of the Debye layer */
    const SbRegion *region =
        &chain->problem->regions[measure->terminal == SB_LEFT ? 0 : chain->problem->region_count - 1];
    double c[SB_MAX_SPECIES];
    const int node = measure->terminal == SB_LEFT ? 0 : chain->nodes - 1;
    for (int s = 0; s < chain->problem->species_count; s++)
      c[s] = sb_chain_concentration(chain, u, node, s);
    return fmax(relative, region->permittivity / sb_debye_length(chain->problem, c, 0.0, region->permittivity) * small);
  }
  if (measure->quantity == SB_QUANTITY_CAPACITANCE) {
    /* against the capacitance that the bare solution would have */
    const SbRegion *region =
        &chain->problem->regions[measure->terminal == SB_LEFT ? 0 : chain->problem->region_count - 1];
    return fmax(relative, accuracy->current * region->permittivity / chain->problem->length);
  }
  return INFINITY; /* reported with its bar, but no aim of the mesh */
}

SbMeasure sb_measure_of(const SbExpect *expect) {
  /* of an extreme: what it is an extreme of */
  return (SbMeasure){.quantity = (SbQuantity)(expect->of >= 0 ? expect->of : expect->quantity),
                     .species = expect->species,
                     .terminal = expect->terminal,
                     .x = expect->at.x,
                     .extreme = expect->at.extreme,
                     .couple = expect->couple,
                     .membrane = expect->membrane,
                     .mechanism = expect->mechanism,
                     .gate = expect->gate};
}

void sb_measure_complete(const SbProblem *problem, SbMeasure *measure) {
  SbSide side;
  if (measure->couple && measure->terminal < 0 && sb_problem_couple(problem, -1, measure->couple, &side))
    measure->terminal = (int)side;
}

static bool same_place(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

static bool same_name(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

bool sb_measure_equal(const SbMeasure *a, const SbMeasure *b) {
  return a->quantity == b->quantity && a->species == b->species && a->terminal == b->terminal &&
         same_place(a->x, b->x) && a->extreme == b->extreme && same_name(a->couple, b->couple) &&
         same_name(a->membrane, b->membrane) && same_name(a->mechanism, b->mechanism) && same_name(a->gate, b->gate);
}

static const SbQuantity of_impedance[] = {SB_QUANTITY_IMPEDANCE_REAL, SB_QUANTITY_IMPEDANCE_IMAGINARY,
                                          SB_QUANTITY_IMPEDANCE_MAGNITUDE, SB_QUANTITY_IMPEDANCE_PHASE};

static bool measures_impedance(const SbDeck *deck) {
  const SbVariant *steps = deck->protocol.items;
  for (int i = 0; i < deck->protocol.count; i++)
    if (strcmp(steps[i].schema->name, "impedance") == 0)
      return true;
  return false;
}

static const SbQuantity of_couples[] = {SB_QUANTITY_COUPLE_CURRENT, SB_QUANTITY_EQUILIBRIUM_POTENTIAL,
                                        SB_QUANTITY_OVERPOTENTIAL, SB_QUANTITY_LIMITING_SHARE};

SbMeasure *sb_measures_create(const SbProblem *problem, int *count) {
  const SbList *expect = &problem->deck->expect;
  const int couples =
      problem->terminals[SB_LEFT].boundary.couple_count + problem->terminals[SB_RIGHT].boundary.couple_count;
  const int of_membranes = sb_measures_of_membranes(problem, NULL, 0);
  SbMeasure *measures =
      malloc((size_t)(12 + 4 * couples + of_membranes + problem->species_count + expect->count) * sizeof *measures);
  *count = 0;
  if (!measures)
    return NULL;
  const SbMeasure plain = {.species = -1, .terminal = -1, .x = NAN};
  if (problem->has_potential) {
    measures[*count] = plain;
    measures[(*count)++].quantity = SB_QUANTITY_POTENTIAL;
    measures[*count] = plain;
    measures[(*count)++].quantity = SB_QUANTITY_CURRENT;
  }
  for (int s = 0; s < problem->species_count; s++) {
    measures[*count] = plain;
    measures[*count].quantity = SB_QUANTITY_FLUX;
    measures[(*count)++].species = s;
  }
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    for (int k = 0; k < terminal->boundary.couple_count; k++) {
      for (size_t i = 0; i < sizeof of_couples / sizeof of_couples[0]; i++) {
        measures[*count] = plain;
        measures[*count].quantity = of_couples[i];
        measures[*count].terminal = side;
        measures[(*count)++].couple = terminal->boundary.couples[k].deck->name;
      }
    }
    if (terminal->boundary.couple_count > 0) {
      measures[*count] = plain;
      measures[*count].quantity = SB_QUANTITY_POLARISATION_RESISTANCE;
      measures[(*count)++].terminal = side;
    }
    if (!terminal->kind->holds_charge || !problem->field->displacement)
      continue;
    measures[*count] = plain;
    measures[*count].quantity = SB_QUANTITY_CHARGE;
    measures[(*count)++].terminal = side;
    if (terminal->control ? !terminal->control->sets_potential : side != SB_LEFT)
      continue;
    measures[*count] = plain;
    measures[*count].quantity = SB_QUANTITY_CAPACITANCE;
    measures[(*count)++].terminal = side;
  }
  *count += sb_measures_of_membranes(problem, measures + *count, of_membranes);
  for (size_t i = 0; measures_impedance(problem->deck) && i < sizeof of_impedance / sizeof of_impedance[0]; i++) {
    measures[*count] = plain;
    measures[(*count)++].quantity = of_impedance[i];
  }
  for (int e = 0; e < expect->count; e++) {
    SbMeasure wanted = sb_measure_of((const SbExpect *)expect->items + e);
    sb_measure_complete(problem, &wanted);
    const bool of_terminals = wanted.quantity == SB_QUANTITY_NERNST_POTENTIAL && !wanted.membrane;
    bool known = !sb_measure_is_local(wanted.quantity) || of_terminals;
    for (int i = 0; i < *count && !known; i++)
      known = sb_measure_equal(&measures[i], &wanted);
    if (!known)
      measures[(*count)++] = wanted;
  }
  return measures;
}

void sb_measure_name(const SbProblem *problem, const SbMeasure *measure, char *buffer, size_t size) {
  int n = snprintf(buffer, size, "%s", sb_quantities[measure->quantity].name);
  if (measure->species >= 0 && (size_t)n < size)
    n += snprintf(buffer + n, size - (size_t)n, " of %s", problem->species[measure->species].name);
  if (measure->couple && (size_t)n < size)
    n += snprintf(buffer + n, size - (size_t)n, " of %s", measure->couple);
  if (measure->gate && (size_t)n < size)
    n += snprintf(buffer + n, size - (size_t)n, " %s", measure->gate);
  if (measure->mechanism && (size_t)n < size)
    n += snprintf(buffer + n, size - (size_t)n, " of %s", measure->mechanism);
  if (measure->membrane && (size_t)n < size)
    n += snprintf(buffer + n, size - (size_t)n, ", membrane %s", measure->membrane);
  if (measure->terminal >= 0 && (size_t)n < size)
    n += snprintf(buffer + n, size - (size_t)n, " of the %s terminal", measure->terminal == SB_LEFT ? "left" : "right");
  char place[64];
  sb_units_print(place, sizeof place, problem->inner_radius + measure->x, SB_DIMENSION_LENGTH, 6);
  if (measure->extreme != 0 && (size_t)n < size)
    snprintf(buffer + n, size - (size_t)n, ", %s in x", measure->extreme > 0 ? "maximum" : "minimum");
  else if (!isnan(measure->x) && (size_t)n < size)
    snprintf(buffer + n, size - (size_t)n, " at x = %s", place);
}
