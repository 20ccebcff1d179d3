#include "discretize/measure_flux.h"

#include <math.h>
#include <stdlib.h>

#include "base/constants.h"
#include "discretize/measure_electrode.h"
#include "discretize/membrane.h"

void sb_measure_add_flux(const SbChain *chain, const double *u, const SbLinks *links, int link, int s, double factor,
                         double *gradient) {
  const SbPattern *a = sb_chain_pattern(chain, link), *b = sb_chain_pattern(chain, link + 1);
  const int i = link - links->first, at = chain->offset[link], to = chain->offset[link + 1];
  const double z = chain->problem->species[s].charge, vt = chain->problem->thermal_voltage;
  if (sb_chain_membrane(chain, link)) {
    SbCrossing crossing;
    sb_crossing_eval(chain, u, links->time, link, -1, &crossing);
    sb_crossing_add(chain, &crossing, link, s, factor, gradient);
    return;
  }
  if (a->slot[s] < 0 || b->slot[s] < 0)
    return;
  const double boltzmann = exp(-z * sb_chain_jump(chain, u, link) / vt), slope = factor * links->d_drift[s][i] * z / vt;
  gradient[at + a->slot[s]] += factor * links->d_left[s][i] * boltzmann;
  gradient[to + b->slot[s]] += factor * links->d_right[s][i];
  if (a->potential < 0)
    return;
  gradient[to + b->potential] += slope;
  gradient[at + a->potential] -= slope;
  if (a->jump >= 0)
    gradient[at + a->jump] -= slope + factor * links->d_left[s][i] * links->left[s][i] * z / vt;
}

/* Mean of area times flux over links first .. last-1, weighted by their lengths: the steady flux with little noise. */
static SbReading mean_flux(const SbChain *chain, const double *u, double time, int s, int first, int last,
                           double *gradient, double *share) {
  SbReading reading = {.value = 0.0};
  const SbMesh *mesh = chain->mesh;
  double length = 0.0, square = 0.0;
  const double z = chain->problem->species[s].charge != 0 ? abs(chain->problem->species[s].charge) : 1.0;
  for (int j = first; j < last; j++)
    length += mesh->h[j];
  SbLinks links;
  for (int begin = first; begin < last; begin += SB_TILE) {
    const int end = begin + SB_TILE < last ? begin + SB_TILE : last;
    sb_links_eval(chain, u, time, begin, end - begin, true, &links);
    for (int j = begin; j < end; j++) {
      const double weight = mesh->h[j] / length * mesh->area[j];
      reading.value += weight * links.flux[s][j - begin];
      if (share)
        share[j] = weight * links.flux[s][j - begin];
      const double noise = weight * sb_links_noise(chain, &links, j) / (SB_FARADAY * z);
      square += noise * noise;
      if (gradient)
        sb_measure_add_flux(chain, u, &links, j, s, weight, gradient);
    }
  }
  reading.noise = sqrt(square);
  return reading;
}

/* The run of links around `link` along which a steady flux of s is the same: the pool. */
static void pool_links(const SbChain *chain, int s, int link, int *first, int *last) {
  const SbProblem *problem = chain->problem;
  const int r = chain->mesh->interval[link];
  *first = link;
  *last = link;
  for (int p = 0; p < problem->pool_count; p++) {
    const SbPool *pool = &problem->pools[p];
    if (pool->species != s || r < pool->first || r > pool->last)
      continue;
    *first = chain->mesh->first[pool->first];
    *last = chain->mesh->first[pool->last + 1];
  }
}

/* Whether a species crosses the right end. */
static bool crosses_right(const SbProblem *problem, int s) {
  const SbTerminal *terminal = &problem->terminals[SB_RIGHT];
  return terminal->kind->exchanges && terminal->boundary.permeable[s];
}

static const double any_time = -1.0; /* of links that are no membranes */

static void add_link(const SbChain *chain, const double *u, int link, int s, double factor, SbReading *reading,
                     double *gradient, double *share) {
  const double z = fmax(1.0, abs(chain->problem->species[s].charge));
  SbLinks links;
  sb_links_eval(chain, u, any_time, link, 1, true, &links);
  reading->value += factor * links.flux[s][0];
  reading->noise += fabs(factor) * sb_links_noise(chain, &links, link) / (SB_FARADAY * z);
  if (share)
    share[link] += factor * links.flux[s][0];
  if (gradient)
    sb_measure_add_flux(chain, u, &links, link, s, factor, gradient);
}

/* From the two links next to the end, since links hold fluxes at their middles. Returns what the second one makes of
   it. */
static double add_end(const SbChain *chain, const double *u, int s, SbSide side, double factor, SbReading *reading,
                      double *gradient, double *share) {
  const SbMesh *mesh = chain->mesh;
  const int link = side == SB_LEFT ? 0 : chain->nodes - 2, next = side == SB_LEFT ? 1 : link - 1;
  const bool alone = next < 0 || next > chain->nodes - 2 || mesh->interval[next] != mesh->interval[link];
  const double beyond = alone ? 0.0 : mesh->h[link] / (mesh->h[link] + mesh->h[next]);
  SbReading end = {.value = 0.0}, before = *reading;
  add_link(chain, u, link, s, factor * mesh->area[link], &end, NULL, NULL);
  add_link(chain, u, link, s, factor * (1.0 + beyond) * mesh->area[link], reading, gradient, share);
  if (!alone)
    add_link(chain, u, next, s, -factor * beyond * mesh->area[next], reading, gradient, share);
  return fabs(reading->value - before.value - end.value);
}

SbReading sb_measure_end_current(const SbChain *chain, const double *u, SbSide side, double *gradient) {
  SbReading reading = {.value = 0.0};
  for (int s = 0; s < chain->problem->species_count; s++)
    if (chain->problem->species[s].charge != 0)
      add_end(chain, u, s, side, SB_FARADAY * chain->problem->species[s].charge, &reading, gradient, NULL);
  return reading;
}

SbReading sb_measure_end_flux(const SbChain *chain, const double *u, int s, SbSide side, double *gradient,
                              double *share) {
  SbReading reading = {.value = 0.0};
  double kinetic_doubt;
  const double doubt = add_end(chain, u, s, side, 1.0, &reading, NULL, NULL);
  sb_measure_kinetic_flux(chain, u, s, side, &kinetic_doubt, NULL, NULL);
  if (kinetic_doubt < doubt)
    return sb_measure_kinetic_flux(chain, u, s, side, &kinetic_doubt, gradient, share);
  reading = (SbReading){.value = 0.0};
  add_end(chain, u, s, side, 1.0, &reading, gradient, share);
  return reading;
}

/* Flux of a changing state at x: linear between the middles of two links of one region, since links hold fluxes at
   their middles. */
static SbReading local_flux(const SbChain *chain, const double *u, int s, double x, double *gradient, double *share) {
  const SbMesh *mesh = chain->mesh;
  const int link = sb_mesh_locate(mesh, x), region = mesh->interval[link];
  const double from_middle = x - mesh->x[link] - 0.5 * mesh->h[link];
  int other = from_middle > 0.0 ? link + 1 : link - 1;
  if (other < mesh->first[region] || other >= mesh->first[region + 1])
    other = link;
  const double weight = other == link ? 0.0 : fabs(from_middle) / (0.5 * (mesh->h[link] + mesh->h[other]));
  SbReading reading = {.value = 0.0};
  add_link(chain, u, link, s, (1.0 - weight) * mesh->area[link], &reading, gradient, share);
  if (other != link)
    add_link(chain, u, other, s, weight * mesh->area[other], &reading, gradient, share);
  return reading;
}

SbReading sb_measure_flux(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                          double *gradient, double *share) {
  const double x = isnan(measure->x) ? chain->problem->length : measure->x;
  const int s = measure->species;
  int first, last;
  if (moment->steady) {
    pool_links(chain, s, sb_mesh_locate(chain->mesh, x), &first, &last);
    return last > first ? mean_flux(chain, u, moment->time, s, first, last, gradient, share)
                        : (SbReading){.value = 0.0};
  }
  if (isnan(measure->x) && sb_problem_converts(chain->problem, SB_RIGHT, s))
    return sb_measure_end_flux(chain, u, s, SB_RIGHT, gradient, share);
  if (isnan(measure->x) && !crosses_right(chain->problem, s))
    return (SbReading){.value = 0.0};
  if (isnan(measure->x) && chain->problem->cable) /* along it a flux is lost through the membrane */
    return sb_measure_end_flux(chain, u, s, SB_RIGHT, gradient, share);
  return local_flux(chain, u, s, x, gradient, share);
}
