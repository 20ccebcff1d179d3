#include "discretize/links.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/constants.h"
#include "discretize/membrane.h"

/* Concentrations on the faces of links of one region, for one species. */
static void gather_species(const SbChain *chain, const double *u, int s, int begin, int end, SbLinks *links) {
  const double z = chain->problem->species[s].charge, vt = chain->problem->thermal_voltage;
  double *left = links->left[s], *right = links->right[s];
  for (int j = begin; j < end; j++) {
    const int i = j - links->first;
    const SbPattern *a = sb_chain_pattern(chain, j), *b = sb_chain_pattern(chain, j + 1);
    left[i] = u[chain->offset[j] + a->slot[s]];
    right[i] = u[chain->offset[j + 1] + b->slot[s]];
    if (a->jump >= 0)
      left[i] *= exp(-z * u[chain->offset[j] + a->jump] / vt);
  }
}

static void gather_potential(const SbChain *chain, const double *u, int begin, int end, SbLinks *links) {
  for (int j = begin; j < end; j++) {
    const SbPattern *a = sb_chain_pattern(chain, j), *b = sb_chain_pattern(chain, j + 1);
    double step = 0.0;
    if (a->potential >= 0) {
      step = u[chain->offset[j + 1] + b->potential] - u[chain->offset[j] + a->potential];
      if (a->jump >= 0)
        step -= u[chain->offset[j] + a->jump];
    }
    links->step[j - links->first] = step;
  }
}

/* Everything that drives an ion besides its own gradient; an excess chemical potential adds its difference here. */
static void drift(const SbProblem *problem, int s, int n, const double *step, double *u) {
  const double factor = problem->species[s].charge / problem->thermal_voltage;
  for (int i = 0; i < n; i++)
    u[i] = factor * step[i];
}

/* Links begin .. end-1, all in region r. */
static void eval_span(const SbChain *chain, const double *u, int r, int begin, int end, bool derivatives,
                      SbLinks *links) {
  const SbProblem *problem = chain->problem;
  const SbRegion *region = &problem->regions[r];
  const int at = begin - links->first, n = end - begin;
  double conductance[SB_TILE + 1];
  gather_potential(chain, u, begin, end, links);
  for (int j = begin; j < end; j++)
    links->capacity[j - links->first] = problem->field->displacement ? region->permittivity / chain->mesh->h[j] : 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    if (region->partition[s] <= 0.0) {
      const size_t bytes = (size_t)n * sizeof(double);
      memset(&links->left[s][at], 0, bytes);
      memset(&links->right[s][at], 0, bytes);
      memset(&links->drift[s][at], 0, bytes);
      memset(&links->flux[s][at], 0, bytes);
      memset(&links->d_left[s][at], 0, bytes);
      memset(&links->d_right[s][at], 0, bytes);
      memset(&links->d_drift[s][at], 0, bytes);
      continue;
    }
    gather_species(chain, u, s, begin, end, links);
    drift(problem, s, n, &links->step[at], &links->drift[s][at]);
    for (int i = 0; i < n; i++)
      conductance[i] = region->partition[s] * region->diffusivity[s] / chain->mesh->h[begin + i];
    const SbLinkSpan span = {n, &links->left[s][at], &links->right[s][at], &links->drift[s][at], conductance};
    SbLinkFlux out = {.flux = &links->flux[s][at]};
    if (derivatives) {
      out.d_left = &links->d_left[s][at];
      out.d_right = &links->d_right[s][at];
      out.d_drift = &links->d_drift[s][at];
    }
    sb_bulk_transport.eval(&span, &out);
  }
}

/* A link that is a membrane; of its slopes only those by the species' own concentrations and drift. */
static void eval_membrane(const SbChain *chain, const double *u, int link, bool derivatives, SbLinks *links) {
  const SbProblem *problem = chain->problem;
  const int i = link - links->first;
  SbCrossing crossing;
  sb_crossing_eval(chain, u, links->time, link, -1, &crossing);
  gather_potential(chain, u, link, link + 1, links);
  links->capacity[i] = problem->field->displacement ? sb_chain_membrane(chain, link)->capacitance : 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    const double z = problem->species[s].charge;
    links->left[s][i] = sb_chain_concentration(chain, u, link, s);
    links->right[s][i] = sb_chain_concentration(chain, u, link + 1, s);
    links->drift[s][i] = z / problem->thermal_voltage * links->step[i];
    links->flux[s][i] = crossing.flux[s];
    if (!derivatives)
      continue;
    links->d_left[s][i] = crossing.by_left[s][s];
    links->d_right[s][i] = crossing.by_right[s][s];
    links->d_drift[s][i] = z != 0.0 ? crossing.by_step[s] * problem->thermal_voltage / z : 0.0;
  }
}

void sb_links_eval(const SbChain *chain, const double *u, double time, int first, int count, bool derivatives,
                   SbLinks *links) {
  links->first = first;
  links->time = time;
  links->count = count;
  const int *interval = chain->mesh->interval;
  for (int begin = first; begin < first + count;) {
    int end = begin + 1;
    while (end < first + count && interval[end] == interval[begin])
      end++;
    if (sb_chain_membrane(chain, begin))
      eval_membrane(chain, u, begin, derivatives, links);
    else
      eval_span(chain, u, interval[begin], begin, end, derivatives, links);
    begin = end;
  }
}

double sb_links_ionic_current(const SbChain *chain, const SbLinks *links, int link) {
  double sum = 0.0;
  for (int s = 0; s < chain->problem->species_count; s++)
    sum += chain->problem->species[s].charge * links->flux[s][link - links->first];
  return SB_FARADAY * sum;
}

double sb_links_noise(const SbChain *chain, const SbLinks *links, int link) {
  const int i = link - links->first;
  double sum = 0.0;
  for (int s = 0; s < chain->problem->species_count; s++)
    sum += fabs((double)chain->problem->species[s].charge) *
           (fabs(links->d_left[s][i] * links->left[s][i]) + fabs(links->d_right[s][i] * links->right[s][i]));
  return DBL_EPSILON * SB_FARADAY * sum;
}

double sb_links_displacement(const SbLinks *links, int link) {
  return -links->capacity[link - links->first] * links->step[link - links->first];
}
