#include "discretize/sheath.h"

#include <math.h>

#include "base/constants.h"
#include "discretize/membrane.h"

/* The membranes at a node with the surface that each has there, per m2 of the cross-section. */
typedef struct {
  int count, region[2];
  double surface[2]; /* 1 */
} Sheaths;

static void add(const SbChain *chain, Sheaths *sheaths, int region, double volume) {
  const double surface = chain->problem->lateral * volume;
  if (!chain->problem->regions[region].sheath)
    return;
  if (sheaths->count > 0 && sheaths->region[0] == region) {
    sheaths->surface[0] += surface;
    return;
  }
  sheaths->region[sheaths->count] = region;
  sheaths->surface[sheaths->count++] = surface;
}

static Sheaths sheaths_at(const SbChain *chain, int node) {
  const SbMesh *mesh = chain->mesh;
  Sheaths sheaths = {.count = 0};
  if (node > 0)
    add(chain, &sheaths, mesh->interval[node - 1], mesh->volume_left[node]);
  if (node < chain->nodes - 1)
    add(chain, &sheaths, mesh->interval[node], mesh->volume_right[node]);
  return sheaths;
}

/* ---- fluxes
 * ---------------------------------------------------------------------------------------------------------- */
void sb_sheath_eval(const SbChain *chain, const double *u, double time, int node, int region, int mechanism,
                    SbMembraneFlux *out) {
  const SbProblem *problem = chain->problem;
  const SbMembrane *sheath = problem->regions[region].sheath;
  double inside[SB_MAX_SPECIES];
  for (int s = 0; s < problem->species_count; s++)
    inside[s] = sb_chain_concentration(chain, u, node, s);
  SbMembraneSite site = {.species_count = problem->species_count,
                         .species = problem->species,
                         .inside = inside,
                         .outside = sheath->outside,
                         .potential = sb_chain_potential(chain, u, node),
                         .gates = u + chain->offset[node] + sb_chain_gates(chain, node, region),
                         .thermal_voltage = problem->thermal_voltage,
                         .temperature = problem->temperature,
                         .time = time};
  sb_mechanisms_eval(sheath, mechanism, &site, out);
}

/* Excess of a species per volt, mol/m2/V of the membrane. */
static double excess_slope(const SbProblem *problem, int region, int species) {
  const SbMembrane *sheath = problem->regions[region].sheath;
  const double z = problem->species[species].charge;
  return z == 0.0 ? 0.0 : sheath->share[SB_LEFT][species] * sheath->capacitance / (z * SB_FARADAY);
}

double sb_sheath_excess(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end, double factor,
                        double *weights) {
  double excess = 0.0;
  for (int j = begin; j < end && chain->problem->cable; j++) {
    const Sheaths sheaths = sheaths_at(chain, j);
    for (int k = 0; k < sheaths.count; k++) {
      if (sheaths.region[k] < pool->first || sheaths.region[k] > pool->last)
        continue;
      const double slope = sheaths.surface[k] * excess_slope(chain->problem, sheaths.region[k], pool->species);
      excess += slope * sb_chain_potential(chain, u, j);
      if (weights)
        weights[chain->offset[j] + sb_chain_pattern(chain, j)->potential] += factor * slope;
    }
  }
  return excess;
}

/* ---- rows
 * ------------------------------------------------------------------------------------------------------------ */
static double *row_values(const SbNodeRows *rows, int row) {
  return rows->value ? rows->value + (size_t)row * (size_t)rows->width + rows->diagonal : NULL;
}

/* Row of one species: what passes a membrane of that surface, and what charges it. gates: its first one's place. */
static void species_row(const SbNodeRows *rows, const SbMembraneFlux *flux, int region, double surface, int gates,
                        int s) {
  const SbProblem *problem = rows->chain->problem;
  const SbPattern *pattern = rows->pattern;
  const double *rate = rows->evaluation->rate;
  const double stored = rate ? surface * excess_slope(problem, region, s) : 0.0;
  const int row = pattern->slot[s];
  rows->f[row] += surface * flux->flux[s];
  if (rate)
    rows->f[row] += stored * rate[rows->chain->offset[rows->node] + pattern->potential];
  double *value = row_values(rows, row);
  if (!value)
    return;
  for (int k = 0; k < problem->species_count; k++)
    if (pattern->slot[k] >= 0)
      value[pattern->slot[k]] += surface * flux->by_inside[s][k];
  value[pattern->potential] += surface * flux->by_potential[s] + stored * rows->evaluation->shift;
  for (int g = 0; g < problem->regions[region].sheath->gate_count; g++)
    value[gates + g] += surface * flux->by_gate[s][g];
}

/* dx/dt - rate = 0 */
static void gate_row(const SbNodeRows *rows, const SbMembraneFlux *flux, int row, int g) {
  const double *rate = rows->evaluation->rate ? rows->evaluation->rate + rows->chain->offset[rows->node] : NULL;
  rows->f[row] += (rate ? rate[row] : 0.0) - flux->gate_rate[g];
  double *value = row_values(rows, row);
  if (!value)
    return;
  value[row] += (rate ? rows->evaluation->shift : 0.0) - flux->gate_by_gate[g];
  value[rows->pattern->potential] -= flux->gate_by_potential[g];
}

void sb_sheath_rows(const SbNodeRows *rows) {
  const SbChain *chain = rows->chain;
  const Sheaths sheaths = sheaths_at(chain, rows->node);
  for (int k = 0; k < sheaths.count; k++) {
    const int region = sheaths.region[k], gates = sb_chain_gates(chain, rows->node, region);
    SbMembraneFlux flux;
    sb_sheath_eval(chain, rows->u, rows->evaluation->time, rows->node, region, -1, &flux);
    for (int s = 0; s < chain->problem->species_count; s++)
      if (rows->pattern->slot[s] >= 0)
        species_row(rows, &flux, region, sheaths.surface[k], gates, s);
    for (int g = 0; g < chain->problem->regions[region].sheath->gate_count; g++)
      gate_row(rows, &flux, gates + g, g);
  }
}

/* ---- rest
 * ------------------------------------------------------------------------------------------------------------ */
static double current_of(const SbProblem *problem, const double *flux) {
  double sum = 0.0;
  for (int s = 0; s < problem->species_count; s++)
    sum += problem->species[s].charge * flux[s];
  return SB_FARADAY * sum;
}

/* Puts a node at a potential with relaxed gates; returns the current outward before time 0, A per m2 of the
   cross-section. */
static double clamped_current(const SbChain *chain, double *u, int node, const Sheaths *sheaths, double potential) {
  double sum = 0.0;
  u[chain->offset[node] + sb_chain_pattern(chain, node)->potential] = potential;
  for (int k = 0; k < sheaths->count; k++) {
    const int region = sheaths->region[k], first = chain->offset[node] + sb_chain_gates(chain, node, region);
    SbMembraneFlux flux;
    sb_sheath_eval(chain, u, -1.0, node, region, -1, &flux);
    for (int g = 0; g < chain->problem->regions[region].sheath->gate_count; g++) /* rates are linear in their gates */
      u[first + g] -= flux.gate_rate[g] / flux.gate_by_gate[g];
    sb_sheath_eval(chain, u, -1.0, node, region, -1, &flux);
    sum += sheaths->surface[k] * current_of(chain->problem, flux.flux);
  }
  return sum;
}

void sb_sheaths_rest(const SbChain *chain, double *u) {
  static const double widest = 0.5; /* V */
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    const Sheaths sheaths = sheaths_at(chain, j);
    if (sheaths.count == 0)
      continue;
    double low = -widest, high = widest, rest = 0.0;
    if (clamped_current(chain, u, j, &sheaths, low) < 0.0 && clamped_current(chain, u, j, &sheaths, high) > 0.0)
      for (double middle; middle = 0.5 * (low + high), low < middle && middle < high; rest = middle)
        *(clamped_current(chain, u, j, &sheaths, middle) < 0.0 ? &low : &high) = middle;
    clamped_current(chain, u, j, &sheaths, rest);
    if (pattern->terminal >= 0)
      u[chain->offset[j] + pattern->terminal] = rest;
  }
}

/* ---- what is said of it
 * ---------------------------------------------------------------------------------------------- */
double sb_sheath_dissipation(const SbChain *chain, const double *u, double time, int node) {
  const SbProblem *problem = chain->problem;
  const Sheaths sheaths = sheaths_at(chain, node);
  const double potential = sb_chain_potential(chain, u, node);
  double sum = 0.0;
  for (int k = 0; k < sheaths.count; k++) {
    const SbMembrane *sheath = problem->regions[sheaths.region[k]].sheath;
    for (int m = 0; m < sheath->mechanism_count; m++) {
      SbMembraneFlux flux;
      double power = 0.0;
      sb_sheath_eval(chain, u, time, node, sheaths.region[k], m, &flux);
      for (int s = 0; s < problem->species_count; s++) {
        const double c = sb_chain_concentration(chain, u, node, s);
        if (c > 0.0 && sheath->outside[s] > 0.0)
          power += flux.flux[s] *
                   (log(c / sheath->outside[s]) + problem->species[s].charge * potential / problem->thermal_voltage);
      }
      sum += sheaths.surface[k] * fmax(0.0, power);
    }
  }
  return SB_GAS_CONSTANT * problem->temperature * sum;
}

double sb_sheath_length(const SbProblem *problem, int region) {
  const SbRegion *r = &problem->regions[region];
  double inside[SB_MAX_SPECIES], open[SB_MAX_GATES], across = 0.0, along = 0.0;
  if (!r->sheath)
    return INFINITY;
  for (int s = 0; s < problem->species_count; s++) {
    const double z = problem->species[s].charge;
    inside[s] = r->fill && r->fill[s].count > 0 ? sb_profile_at(&r->fill[s], 0.5 * (r->right - r->left)) : 0.0;
    along += SB_FARADAY / problem->thermal_voltage * z * z * r->diffusivity[s] * inside[s];
  }
  for (int g = 0; g < SB_MAX_GATES; g++)
    open[g] = 1.0;
  SbMembraneSite site = {.species_count = problem->species_count,
                         .species = problem->species,
                         .inside = inside,
                         .outside = r->sheath->outside,
                         .gates = open,
                         .thermal_voltage = problem->thermal_voltage,
                         .temperature = problem->temperature,
                         .time = -1.0};
  SbMembraneFlux flux;
  sb_mechanisms_eval(r->sheath, -1, &site, &flux);
  across = current_of(problem, flux.by_potential);
  return across > 0.0 && along > 0.0 ? sqrt(along / (problem->lateral * across)) : INFINITY;
}
