#include "discretize/measure_membrane.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/constants.h"
#include "discretize/membrane.h"

static const SbReading nothing = {.value = NAN};

/* The membrane of a measure and its faces on the chain. */
typedef struct {
  const SbMembrane *membrane; /* NULL: there is none of that name */
  int link, inside, outside;  /* link, and nodes */
} Place;

static Place place_of(const SbChain *chain, const SbMeasure *measure) {
  int region = 0;
  Place place = {.membrane =
                     measure->membrane ? sb_problem_membrane(chain->problem, measure->membrane, &region) : NULL};
  if (!place.membrane)
    return place;
  place.link = chain->mesh->first[region];
  place.inside = place.membrane->inside_right ? place.link + 1 : place.link;
  place.outside = place.membrane->inside_right ? place.link : place.link + 1;
  return place;
}

static int potential_place(const SbChain *chain, int node) {
  return chain->offset[node] + sb_chain_pattern(chain, node)->potential;
}

SbReading sb_measure_membrane_potential(const SbChain *chain, const double *u, const SbMeasure *measure,
                                        double *gradient) {
  const Place place = place_of(chain, measure);
  if (!place.membrane)
    return nothing;
  const double inside = sb_chain_potential(chain, u, place.inside),
               outside = sb_chain_potential(chain, u, place.outside);
  if (gradient) {
    gradient[potential_place(chain, place.inside)] += 1.0;
    gradient[potential_place(chain, place.outside)] -= 1.0;
  }
  return (SbReading){.value = inside - outside,
                     .noise = DBL_EPSILON * (fabs(inside) + fabs(outside) + chain->problem->thermal_voltage)};
}

SbReading sb_measure_membrane_current(const SbChain *chain, const double *u, const SbMoment *moment,
                                      const SbMeasure *measure, double *gradient) {
  const Place place = place_of(chain, measure);
  const int mechanism =
      place.membrane && measure->mechanism ? sb_membrane_mechanism(place.membrane, measure->mechanism) : -1;
  if (!place.membrane || (measure->mechanism && mechanism < 0))
    return nothing;
  const SbProblem *problem = chain->problem;
  const double outward = place.membrane->inside_right ? -1.0 : 1.0;
  SbReading reading = {.value = 0.0};
  SbCrossing crossing;
  sb_crossing_eval(chain, u, moment->time, place.link, mechanism, &crossing);
  for (int s = 0; s < problem->species_count; s++) {
    if (measure->species >= 0 && s != measure->species)
      continue;
    const double factor = outward * SB_FARADAY * problem->species[s].charge;
    reading.value += factor * crossing.flux[s];
    reading.noise +=
        DBL_EPSILON * fabs(factor) *
        (fabs(crossing.by_left[s][s] * sb_chain_concentration(chain, u, place.link, s)) +
         fabs(crossing.by_right[s][s] * sb_chain_concentration(chain, u, place.link + 1, s)) + fabs(crossing.flux[s]));
    if (gradient)
      sb_crossing_add(chain, &crossing, place.link, s, factor, gradient);
  }
  return reading;
}

SbReading sb_measure_membrane_nernst(const SbChain *chain, const double *u, const SbMeasure *measure,
                                     double *gradient) {
  const Place place = place_of(chain, measure);
  const int s = measure->species;
  if (!place.membrane || s < 0 || chain->problem->species[s].charge == 0)
    return nothing;
  const double slope = chain->problem->thermal_voltage / chain->problem->species[s].charge;
  const double inside = sb_chain_concentration(chain, u, place.inside, s),
               outside = sb_chain_concentration(chain, u, place.outside, s);
  const double sign = slope > 0.0 ? 1.0 : -1.0;
  if (!(inside > 0.0) && !(outside > 0.0))
    return nothing;
  if (!(inside > 0.0) || !(outside > 0.0))
    return (SbReading){.value = inside > 0.0 ? -sign * INFINITY : sign * INFINITY};
  if (gradient) {
    gradient[chain->offset[place.inside] + sb_chain_pattern(chain, place.inside)->slot[s]] -= slope / inside;
    gradient[chain->offset[place.outside] + sb_chain_pattern(chain, place.outside)->slot[s]] += slope / outside;
  }
  return (SbReading){.value = slope * log(outside / inside), .noise = 2.0 * DBL_EPSILON * fabs(slope)};
}

SbReading sb_measure_gate(const SbChain *chain, const double *u, const SbMeasure *measure, double *gradient) {
  const Place place = place_of(chain, measure);
  const int mechanism =
      place.membrane && measure->mechanism ? sb_membrane_mechanism(place.membrane, measure->mechanism) : -1;
  const int gate =
      mechanism >= 0 && measure->gate ? sb_mechanism_gate(&place.membrane->mechanisms[mechanism], measure->gate) : -1;
  if (gate < 0)
    return nothing;
  const int at =
      chain->offset[place.link] + sb_chain_gates(chain, place.link, chain->mesh->interval[place.link]) + gate;
  if (gradient)
    gradient[at] += 1.0;
  return (SbReading){.value = u[at], .noise = DBL_EPSILON};
}

double sb_measure_membrane_conductance(const SbChain *chain, const double *u, const SbMeasure *measure) {
  const Place place = place_of(chain, measure);
  double conductance[SB_MAX_SPECIES], sum = 0.0;
  if (!place.membrane)
    return 0.0;
  sb_membrane_conductances(chain, u, place.link, conductance);
  for (int s = 0; s < chain->problem->species_count; s++)
    sum += chain->problem->species[s].charge != 0 ? conductance[s] : 0.0;
  return sum;
}

/* ---- what every answer has
 * ------------------------------------------------------------------------------------------- */
typedef struct {
  SbMeasure *measures;
  int count, most;
} Listing;

static void append(Listing *listing, SbMeasure measure) {
  if (listing->measures && listing->count < listing->most)
    listing->measures[listing->count] = measure;
  listing->count++;
}

static void list_mechanism(const SbProblem *problem, const char *membrane, const SbMechanism *mechanism,
                           Listing *listing) {
  SbMeasure measure = {.species = -1, .terminal = -1, .x = NAN, .membrane = membrane, .mechanism = mechanism->name};
  measure.quantity = SB_QUANTITY_MEMBRANE_CURRENT;
  for (int s = 0; s < problem->species_count; s++) {
    measure.species = s;
    if (problem->species[s].charge != 0 && mechanism->kind->carries(mechanism->params, s))
      append(listing, measure);
  }
  measure.quantity = SB_QUANTITY_GATE;
  measure.species = -1;
  for (int g = 0; g < mechanism->gate_count; g++) {
    measure.gate = mechanism->kind->gate_name(mechanism->params, g);
    append(listing, measure);
  }
}

int sb_measures_of_membranes(const SbProblem *problem, SbMeasure *measures, int most) {
  Listing listing = {.measures = measures, .most = most};
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegion *region = &problem->regions[r];
    SbMeasure measure = {.species = -1, .terminal = -1, .x = NAN, .membrane = region->name};
    if (!region->membrane)
      continue;
    measure.quantity = SB_QUANTITY_MEMBRANE_POTENTIAL;
    append(&listing, measure);
    measure.quantity = SB_QUANTITY_MEMBRANE_CURRENT;
    append(&listing, measure);
    measure.quantity = SB_QUANTITY_NERNST_POTENTIAL;
    for (int s = 0; s < problem->species_count; s++) {
      measure.species = s;
      if (problem->species[s].charge != 0 && region->partition[s] > 0.0)
        append(&listing, measure);
    }
    for (int m = 0; m < region->membrane->mechanism_count; m++)
      list_mechanism(problem, region->name, &region->membrane->mechanisms[m], &listing);
  }
  return listing.count;
}
