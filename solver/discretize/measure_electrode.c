#include "discretize/measure_electrode.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/constants.h"
#include "base/memory.h"
#include "discretize/measure_flux.h"

static const double layer_depth = 20.0; /* Debye lengths after which a charge layer has decayed, to e^-20 */

static double end_area(const SbChain *chain, SbSide side) {
  return side == SB_RIGHT ? 1.0 : sb_mesh_left_area(chain->mesh);
}

/* A species that this couple of the electrode makes or takes, and no other; -1: none. */
static int own_species(const SbBoundaryParams *boundary, const SbCouple *couple) {
  for (int s = 0; s < couple->species_count; s++) {
    bool own = sb_couple_yield(couple, s) != 0.0;
    for (int k = 0; own && k < boundary->couple_count; k++)
      own = &boundary->couples[k] == couple || sb_couple_yield(&boundary->couples[k], s) == 0.0;
    if (own)
      return s;
  }
  return -1;
}

/* Derivatives and shares of links of a reading that is to be scaled; NULL where they are not wanted. */
typedef struct {
  double *gradient, *share;
} Slopes;

static Slopes slopes_begin(const SbChain *chain, const double *gradient, const double *share) {
  return (Slopes){.gradient = gradient ? sb_calloc((size_t)chain->unknowns, sizeof(double)) : NULL,
                  .share = share ? sb_calloc((size_t)(chain->nodes - 1), sizeof(double)) : NULL};
}

/* Adds factor times them to gradient and share. */
static void slopes_end(const SbChain *chain, Slopes *slopes, double factor, double *gradient, double *share) {
  for (int i = 0; slopes->gradient && i < chain->unknowns; i++)
    gradient[i] += factor * slopes->gradient[i];
  for (int j = 0; slopes->share && j < chain->nodes - 1; j++)
    share[j] += factor * slopes->share[j];
  free(slopes->gradient);
  free(slopes->share);
}

/* Current of a couple from the flux of its own species. */
static SbReading from_flux(const SbChain *chain, const double *u, const SbMoment *moment, SbSide side,
                           const SbCouple *couple, int s, double *gradient, double *share) {
  /* what an oxidation puts into the solution flows away from the electrode */
  const double away = side == SB_LEFT ? 1.0 : -1.0;
  const double factor = away * couple->electrons * SB_FARADAY / (sb_couple_yield(couple, s) * end_area(chain, side));
  const SbMeasure flux = {
      .quantity = SB_QUANTITY_FLUX, .species = s, .terminal = -1, .x = side == SB_LEFT ? 0.0 : chain->problem->length};
  Slopes slopes = slopes_begin(chain, gradient, share);
  SbReading reading = moment->steady ? sb_measure_flux(chain, u, moment, &flux, slopes.gradient, slopes.share)
                                     : sb_measure_end_flux(chain, u, s, side, slopes.gradient, slopes.share);
  reading.value *= factor;
  reading.noise *= fabs(factor);
  slopes_end(chain, &slopes, factor, gradient, share);
  return reading;
}

/* Concentrations at an electrode; returns its potential against the solution there. */
static double surface(const SbChain *chain, const double *u, SbSide side, double *concentration) {
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1;
  for (int s = 0; s < chain->problem->species_count; s++)
    concentration[s] = sb_chain_concentration(chain, u, node, s);
  return sb_chain_terminal(chain, u, side) - sb_chain_potential(chain, u, node);
}

/* Factor times the current of a couple from its kinetics. */
static SbReading from_kinetics(const SbChain *chain, const double *u, SbSide side, const SbCouple *couple,
                               double factor, double *gradient, double *share) {
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1;
  const SbPattern *pattern = sb_chain_pattern(chain, node);
  double c[SB_MAX_SPECIES], by_c[SB_MAX_SPECIES], by_potential;
  const double drop = surface(chain, u, side, c), vt = chain->problem->thermal_voltage;
  SbReading reading = {.value = factor * sb_couple_current(couple, c, drop, vt, by_c, &by_potential)};
  reading.noise = DBL_EPSILON * (fabs(reading.value) + fabs(factor * by_potential) * vt);
  if (share)
    share[side == SB_LEFT ? 0 : chain->nodes - 2] += reading.value;
  if (!gradient)
    return reading;
  double *here = gradient + chain->offset[node];
  for (int s = 0; s < chain->problem->species_count; s++)
    if (pattern->slot[s] >= 0)
      here[pattern->slot[s]] += factor * by_c[s];
  here[pattern->terminal] += factor * by_potential;
  if (pattern->potential >= 0)
    here[pattern->potential] -= factor * by_potential;
  return reading;
}

double sb_couple_dissipation(const SbChain *chain, const double *u, SbSide side, int couple) {
  const SbCouple *one = &chain->problem->terminals[side].boundary.couples[couple];
  double c[SB_MAX_SPECIES];
  const double drop = surface(chain, u, side, c), vt = chain->problem->thermal_voltage;
  const double overpotential = drop - sb_couple_nernst(one, c, vt);
  /* never negative: the current has the overpotential's sign, but for rounding */
  return isfinite(overpotential)
             ? end_area(chain, side) * fmax(0.0, overpotential * sb_couple_current(one, c, drop, vt, NULL, NULL))
             : 0.0;
}

double sb_electrode_dissipation(const SbChain *chain, const double *u, SbSide side) {
  double sum = 0.0;
  for (int k = 0; k < chain->problem->terminals[side].boundary.couple_count; k++)
    sum += sb_couple_dissipation(chain, u, side, k);
  return sum;
}

SbReading sb_measure_through_stern(const SbChain *chain, const double *u, SbSide side, double weight, double *gradient,
                                   double *share) {
  const SbBoundaryParams *boundary = &chain->problem->terminals[side].boundary;
  /* an oxidation's current flows from the metal into the solution */
  const double factor = weight * (side == SB_LEFT ? 1.0 : -1.0) * end_area(chain, side);
  SbReading sum = {.value = 0.0};
  for (int k = 0; k < boundary->couple_count && factor != 0.0; k++) {
    const SbReading part = from_kinetics(chain, u, side, &boundary->couples[k], factor, gradient, share);
    sum.value += part.value;
    sum.noise += part.noise;
  }
  return sum;
}

/* What errors of this share make of a couple's current, A/m2: of RT/F, of every concentration and of a tenth of its
   scale, as time steps allow them. */
static double kinetic_doubt(const SbChain *chain, const double *u, SbSide side, const SbCouple *couple, double share) {
  double c[SB_MAX_SPECIES], by_c[SB_MAX_SPECIES], by_potential;
  const double drop = surface(chain, u, side, c), vt = chain->problem->thermal_voltage;
  sb_couple_current(couple, c, drop, vt, by_c, &by_potential);
  double sum = fabs(by_potential) * vt;
  for (int s = 0; s < couple->species_count; s++)
    sum += fabs(by_c[s]) * (fabs(c[s]) + 0.1 * chain->problem->species_scale[s]);
  return share * sum;
}

SbReading sb_measure_kinetic_flux(const SbChain *chain, const double *u, int species, SbSide side, double *doubt,
                                  double *gradient, double *share) {
  const SbBoundaryParams *boundary = &chain->problem->terminals[side].boundary;
  const double away = side == SB_LEFT ? 1.0 : -1.0, wanted = chain->problem->deck->accuracy.time;
  SbReading sum = {.value = 0.0};
  *doubt = 0.0;
  for (int k = 0; k < boundary->couple_count; k++) {
    const SbCouple *couple = &boundary->couples[k];
    const double factor =
        away * end_area(chain, side) * sb_couple_yield(couple, species) / (couple->electrons * SB_FARADAY);
    if (factor == 0.0)
      continue;
    const SbReading part = from_kinetics(chain, u, side, couple, factor, gradient, share);
    sum.value += part.value;
    sum.noise += part.noise;
    *doubt += fabs(factor) * kinetic_doubt(chain, u, side, couple, wanted);
  }
  return sum;
}

static SbReading couple_current(const SbChain *chain, const double *u, const SbMoment *moment, SbSide side,
                                const SbCouple *couple, double *gradient, double *share) {
  const int own = own_species(&chain->problem->terminals[side].boundary, couple);
  return own >= 0 ? from_flux(chain, u, moment, side, couple, own, gradient, share)
                  : from_kinetics(chain, u, side, couple, 1.0, gradient, share);
}

SbReading sb_measure_couple(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                            double *gradient, double *share) {
  SbSide side;
  const SbCouple *couple = sb_problem_couple(chain->problem, measure->terminal, measure->couple, &side);
  return couple ? couple_current(chain, u, moment, side, couple, gradient, share) : (SbReading){.value = NAN};
}

SbReading sb_measure_equilibrium(const SbChain *chain, const double *u, const SbMeasure *measure, double *gradient) {
  SbSide side;
  double c[SB_MAX_SPECIES];
  const SbCouple *couple = sb_problem_couple(chain->problem, measure->terminal, measure->couple, &side);
  if (!couple)
    return (SbReading){.value = NAN};
  surface(chain, u, side, c);
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1;
  const double vt = chain->problem->thermal_voltage;
  SbReading reading = {.value = sb_couple_nernst(couple, c, vt)};
  reading.noise = DBL_EPSILON * (fabs(reading.value) + vt);
  for (int s = 0; gradient && s < couple->species_count; s++)
    if (sb_couple_yield(couple, s) != 0.0)
      gradient[chain->offset[node] + sb_chain_pattern(chain, node)->slot[s]] +=
          vt / couple->electrons * sb_couple_yield(couple, s) / c[s];
  return reading;
}

SbReading sb_measure_overpotential(const SbChain *chain, const double *u, const SbMeasure *measure, double *gradient) {
  SbSide side;
  double c[SB_MAX_SPECIES];
  if (!sb_problem_couple(chain->problem, measure->terminal, measure->couple, &side))
    return (SbReading){.value = NAN};
  const double drop = surface(chain, u, side, c);
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1;
  const SbPattern *pattern = sb_chain_pattern(chain, node);
  double *here = gradient ? gradient + chain->offset[node] : NULL;
  Slopes slopes = slopes_begin(chain, gradient, NULL);
  SbReading reading = sb_measure_equilibrium(chain, u, measure, slopes.gradient);
  slopes_end(chain, &slopes, -1.0, gradient, NULL);
  if (here)
    here[pattern->terminal] += 1.0;
  if (here && pattern->potential >= 0)
    here[pattern->potential] -= 1.0;
  reading.value = drop - reading.value;
  reading.noise += DBL_EPSILON * fabs(drop);
  return reading;
}

/* Concentration that a species would have at the electrode if nothing reacted: of the reservoir opposite, else of the
   fill. */
static double bulk(const SbProblem *problem, SbSide side, int s) {
  const SbTerminal *far = &problem->terminals[1 - side];
  const SbRegion *region = &problem->regions[side == SB_LEFT ? 0 : problem->region_count - 1];
  if (far->kind->exchanges && far->boundary.permeable[s])
    return far->boundary.composition[s];
  const bool filled = region->fill && region->fill[s].count > 0;
  return filled ? sb_profile_at(&region->fill[s], side == SB_LEFT ? 0.0 : region->right - region->left) : 0.0;
}

/* Where the solution beside an electrode ends its charge layer: a link, and the share of it to go from its left node.
 */
typedef struct {
  int link;
  double way;
} Edge;

/* Without a field there is no layer. False where the cell is too thin to have an outside. */
static bool layer_edge(const SbChain *chain, SbSide side, Edge *edge) {
  const SbProblem *problem = chain->problem;
  const SbRegion *region = &problem->regions[side == SB_LEFT ? 0 : problem->region_count - 1];
  double c[SB_MAX_SPECIES], depth = 0.0;
  if (problem->field->displacement) {
    for (int s = 0; s < problem->species_count; s++)
      c[s] = bulk(problem, side, s);
    depth = layer_depth * sb_debye_length(problem, c, region->fixed_charge, region->permittivity);
  }
  if (!(depth < 0.5 * (region->right - region->left)))
    return false;
  const double x = side == SB_LEFT ? depth : problem->length - depth;
  edge->link = sb_mesh_locate(chain->mesh, x);
  edge->way = (x - chain->mesh->x[edge->link]) / chain->mesh->h[edge->link];
  return true;
}

static double at_edge(const SbChain *chain, const double *u, const Edge *edge, int s) {
  return (1.0 - edge->way) * sb_chain_concentration(chain, u, edge->link, s) +
         edge->way * sb_chain_concentration(chain, u, edge->link + 1, s);
}

SbReading sb_measure_limiting_share(const SbChain *chain, const double *u, const SbMeasure *measure, double *gradient) {
  SbSide side;
  Edge edge;
  double c[SB_MAX_SPECIES];
  SbReading reading = {.value = NAN};
  const SbCouple *couple = sb_problem_couple(chain->problem, measure->terminal, measure->couple, &side);
  if (!couple || !layer_edge(chain, side, &edge))
    return reading;
  const double drop = surface(chain, u, side, c), vt = chain->problem->thermal_voltage;
  const double direction = sb_couple_current(couple, c, drop, vt, NULL, NULL) >= 0.0 ? 1.0 : -1.0;
  int scarcest = -1;
  for (int s = 0; s < couple->species_count; s++) {
    const double amount = bulk(chain->problem, side, s);
    if (direction * sb_couple_yield(couple, s) >= 0.0 || amount <= 0.0)
      continue;
    const double share = 1.0 - at_edge(chain, u, &edge, s) / amount;
    if (share <= reading.value)
      continue;
    scarcest = s;
    reading.value = share;
  }
  reading.noise = DBL_EPSILON;
  for (int end = 0; gradient && scarcest >= 0 && end < 2; end++) {
    const int node = edge.link + end;
    gradient[chain->offset[node] + sb_chain_pattern(chain, node)->slot[scarcest]] -=
        (end ? edge.way : 1.0 - edge.way) / bulk(chain->problem, side, scarcest);
  }
  return reading;
}

SbReading sb_measure_faradaic(const SbChain *chain, const double *u, const SbMoment *moment, double *gradient,
                              double *share) {
  SbReading sum = {.value = 0.0};
  for (int side = 0; side < 2; side++) {
    const SbBoundaryParams *boundary = &chain->problem->terminals[side].boundary;
    /* an oxidation's current flows from the metal into the solution */
    const double factor = (side == SB_LEFT ? 1.0 : -1.0) * end_area(chain, (SbSide)side);
    Slopes slopes = slopes_begin(chain, gradient, share);
    for (int k = 0; k < boundary->couple_count; k++) {
      const SbReading part =
          couple_current(chain, u, moment, (SbSide)side, &boundary->couples[k], slopes.gradient, slopes.share);
      sum.value += factor * part.value;
      sum.noise += fabs(factor) * part.noise;
    }
    slopes_end(chain, &slopes, factor, gradient, share);
  }
  return sum;
}

/* z^2 F D c/(RT L) along the cell for what a couple takes and makes, counting every species' charge as the couple's
   electrons. */
static double transport_scale(const SbChain *chain, const double *u, const SbCouple *couple) {
  const SbProblem *problem = chain->problem;
  double sum = 0.0;
  bool dissolved = false;
  for (int s = 0; s < problem->species_count; s++) {
    double resistance = 0.0;
    if (sb_couple_yield(couple, s) == 0.0)
      continue;
    dissolved = true;
    for (int j = 0; j < chain->nodes - 1; j++) {
      const SbRegion *region = &problem->regions[chain->mesh->interval[j]];
      const double c = 0.5 * (sb_chain_concentration(chain, u, j, s) + sb_chain_concentration(chain, u, j + 1, s));
      resistance +=
          chain->mesh->h[j] / (chain->mesh->area[j] * region->partition[s] * region->diffusivity[s] * fmax(c, DBL_MIN));
    }
    sum += couple->electrons * couple->electrons * SB_FARADAY / (problem->thermal_voltage * resistance);
  }
  return dissolved ? sum : INFINITY;
}

double sb_measure_faradaic_scale(const SbChain *chain, const double *u, const SbMeasure *measure) {
  double sum = 0.0, c[SB_MAX_SPECIES], by_c[SB_MAX_SPECIES], by_potential;
  for (int side = 0; side < 2; side++) {
    const SbBoundaryParams *boundary = &chain->problem->terminals[side].boundary;
    SbSide found = (SbSide)side;
    const SbCouple *only =
        measure->couple ? sb_problem_couple(chain->problem, measure->terminal, measure->couple, &found) : NULL;
    for (int k = 0; k < boundary->couple_count; k++) {
      const SbCouple *couple = &boundary->couples[k];
      if (measure->couple && couple != only)
        continue;
      const double drop = surface(chain, u, (SbSide)side, c);
      sb_couple_current(couple, c, drop, chain->problem->thermal_voltage, by_c, &by_potential);
      sum += fmin(fabs(by_potential), transport_scale(chain, u, couple));
    }
  }
  return sum;
}
