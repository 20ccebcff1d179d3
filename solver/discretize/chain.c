#include "discretize/chain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "discretize/membrane.h"
#include "discretize/sheath.h"

static bool sides_differ(const SbProblem *problem, int left, int right) {
  if (problem->regions[left].membrane || problem->regions[right].membrane)
    return false;
  if (problem->regions[left].fixed_charge != problem->regions[right].fixed_charge)
    return true;
  for (int s = 0; s < problem->species_count; s++)
    if (problem->regions[left].partition[s] != problem->regions[right].partition[s])
      return true;
  return false;
}

/* Gates at a node: of the membranes around the regions left and right, and of one that begins there. */
static int count_gates(const SbProblem *problem, int left, int right) {
  const SbMembrane *before = left >= 0 ? problem->regions[left].sheath : NULL, *after = NULL;
  if (right >= 0 && right != left)
    after = problem->regions[right].sheath;
  if (left >= 0 && right >= 0 && problem->regions[right].membrane)
    after = problem->regions[right].membrane;
  return (before ? before->gate_count : 0) + (after ? after->gate_count : 0);
}

/* Pattern of a node between regions left and right (equal inside a region, -1 beyond an end). */
static SbPattern pattern_make(const SbProblem *problem, int left, int right) {
  SbPattern pattern = {.potential = -1, .jump = -1, .terminal = -1};
  for (int s = 0; s < problem->species_count; s++) {
    const bool here = (left >= 0 && problem->regions[left].partition[s] > 0.0) ||
                      (right >= 0 && problem->regions[right].partition[s] > 0.0);
    pattern.slot[s] = here ? pattern.size++ : -1;
  }
  if (!problem->field->potential) {
    /* the one potential there is: of a metal that reacts, against the solution */
    if ((left < 0 && sb_problem_reacts(problem, SB_LEFT)) || (right < 0 && sb_problem_reacts(problem, SB_RIGHT)))
      pattern.terminal = pattern.size++;
    return pattern;
  }
  pattern.potential = pattern.size++;
  const bool end = left < 0 || right < 0;
  if (problem->electroneutral && !end && sides_differ(problem, left, right))
    pattern.jump = pattern.size++;
  if (end)
    pattern.terminal = pattern.size++;
  pattern.gate_count = count_gates(problem, left, right);
  if (pattern.gate_count > 0)
    pattern.gates = pattern.size;
  pattern.size += pattern.gate_count;
  return pattern;
}

/* Pattern number i of a chain: of a region, then of a region boundary. */
static SbPattern pattern_at(const SbProblem *problem, int i) {
  const int regions = problem->region_count, b = i - regions;
  return i < regions ? pattern_make(problem, i, i) : pattern_make(problem, b - 1, b < regions ? b : -1);
}

SbChain *sb_chain_create(const SbProblem *problem, const SbMesh *mesh) {
  SbChain *chain = calloc(1, sizeof *chain);
  if (!chain)
    return NULL;
  const int regions = problem->region_count;
  chain->problem = problem;
  chain->mesh = mesh;
  chain->nodes = mesh->nodes;
  chain->patterns = calloc(2 * (size_t)regions + 1, sizeof *chain->patterns);
  chain->pattern = calloc((size_t)mesh->nodes, sizeof(int));
  chain->offset = calloc((size_t)mesh->nodes + 1, sizeof(int));
  if (!chain->patterns || !chain->pattern || !chain->offset) {
    sb_chain_destroy(&chain);
    return NULL;
  }
  for (int i = 0; i < 2 * regions + 1; i++)
    chain->patterns[i] = pattern_at(problem, i);
  for (int j = 0; j < mesh->nodes - 1; j++)
    chain->pattern[j] = mesh->interval[j];
  for (int b = 0; b <= regions; b++)
    chain->pattern[mesh->first[b]] = regions + b;
  for (int j = 0; j < mesh->nodes; j++)
    chain->offset[j + 1] = chain->offset[j] + sb_chain_pattern(chain, j)->size;
  chain->unknowns = chain->offset[mesh->nodes];
  return chain;
}

void sb_chain_destroy(SbChain **chain) {
  if (!*chain)
    return;
  free((*chain)->patterns);
  free((*chain)->pattern);
  free((*chain)->offset);
  free(*chain);
  *chain = NULL;
}

bool sb_chain_suits(const SbChain *chain, const SbProblem *problem) {
  const SbProblem *own = chain->problem;
  if (problem->region_count != own->region_count || problem->species_count != own->species_count ||
      problem->geometry != own->geometry || problem->inner_radius != own->inner_radius)
    return false;
  for (int r = 0; r < own->region_count; r++)
    if (problem->regions[r].right != own->regions[r].right || problem->regions[r].cells != own->regions[r].cells)
      return false;
  for (int i = 0; i < 2 * own->region_count + 1; i++) {
    const SbPattern pattern = pattern_at(problem, i);
    if (memcmp(&pattern, &chain->patterns[i], sizeof pattern) != 0)
      return false;
  }
  return true;
}

bool sb_chain_stretch(const SbChain *chain, int node, int *begin, int *end) {
  const int region = chain->pattern[node];
  if (region >= chain->problem->region_count || chain->patterns[region].size == 0 ||
      chain->problem->regions[region].sheath)
    return false;
  *begin = chain->mesh->first[region] + 2;
  *end = chain->mesh->first[region + 1] - 1;
  return node >= *begin && node < *end;
}

static double unknown(const SbChain *chain, const double *u, int node, int slot) {
  return slot < 0 ? 0.0 : u[chain->offset[node] + slot];
}

double sb_chain_concentration(const SbChain *chain, const double *u, int node, int species) {
  return unknown(chain, u, node, sb_chain_pattern(chain, node)->slot[species]);
}

double sb_chain_potential(const SbChain *chain, const double *u, int node) {
  return unknown(chain, u, node, sb_chain_pattern(chain, node)->potential);
}

double sb_chain_jump(const SbChain *chain, const double *u, int node) {
  return unknown(chain, u, node, sb_chain_pattern(chain, node)->jump);
}

double sb_chain_terminal(const SbChain *chain, const double *u, SbSide side) {
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1;
  return unknown(chain, u, node, sb_chain_pattern(chain, node)->terminal);
}

void sb_chain_scales(const SbChain *chain, double *scale) {
  const SbProblem *problem = chain->problem;
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    double *here = scale + chain->offset[j];
    for (int i = 0; i < pattern->size; i++)
      here[i] = problem->thermal_voltage;
    for (int s = 0; s < problem->species_count; s++)
      if (pattern->slot[s] >= 0)
        here[pattern->slot[s]] = problem->species_scale[s];
    for (int g = 0; g < pattern->gate_count; g++)
      here[pattern->gates + g] = 1.0;
  }
}

/* Meshes are mostly halved: the new nodes stand on old ones or midway, where no power is needed. */
static double mix(double a, double b, double share, bool logarithmic) {
  static const double rounding = 1e-9;
  if (share < rounding || share > 1.0 - rounding)
    return share < 0.5 ? a : b;
  if (logarithmic && a > 0.0 && b > 0.0)
    return fabs(share - 0.5) < rounding ? sqrt(a) * sqrt(b) : a * pow(b / a, share);
  return a + share * (b - a);
}

/* Value of one species (or of the potential, species < 0) inside a link of the old chain; a node without the species
   lends the other node's value. */
static double interpolate_at(const SbChain *from, const double *u, int link, double share, int species) {
  const int j = link, k = link + 1;
  const double jump = sb_chain_jump(from, u, j);
  if (species < 0)
    return mix(sb_chain_potential(from, u, j) + jump, sb_chain_potential(from, u, k), share, false);
  const double z = from->problem->species[species].charge;
  const int a = sb_chain_pattern(from, j)->slot[species], b = sb_chain_pattern(from, k)->slot[species];
  const double left = sb_chain_concentration(from, u, j, species) * exp(-z * jump / from->problem->thermal_voltage);
  const double right = sb_chain_concentration(from, u, k, species);
  if (a < 0 || b < 0)
    return a < 0 ? right : left;
  return mix(left, right, share, !from->problem->electroneutral); /* linear: what is neutral stays so */
}

/* A gate of the membrane around a link. */
static double interpolate_gate(const SbChain *from, const double *u, int link, double share, int gate) {
  const int region = from->mesh->interval[link];
  return mix(u[from->offset[link] + sb_chain_gates(from, link, region) + gate],
             u[from->offset[link + 1] + sb_chain_gates(from, link + 1, region) + gate], share, false);
}

void sb_chain_interpolate(const SbChain *from, const double *u_from, const SbChain *to, double *u_to) {
  const SbProblem *problem = to->problem;
  int link = 0;
  for (int j = 0; j < to->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(to, j);
    double *here = u_to + to->offset[j];
    const bool fixed = to->pattern[j] >= problem->region_count; /* a region boundary is a node of both meshes */
    if (fixed) {
      const double *there = u_from + from->offset[from->mesh->first[to->pattern[j] - problem->region_count]];
      for (int i = 0; i < pattern->size; i++)
        here[i] = there[i];
      continue;
    }
    /* distances are taken in the link lengths' own sum, good enough for a start value */
    const double x = to->mesh->x[j];
    while (link < from->nodes - 2 && from->mesh->x[link + 1] <= x)
      link++;
    double share = (x - from->mesh->x[link]) / from->mesh->h[link];
    share = fmin(fmax(share, 0.0), 1.0);
    for (int s = 0; s < problem->species_count; s++)
      if (pattern->slot[s] >= 0)
        here[pattern->slot[s]] = interpolate_at(from, u_from, link, share, s);
    if (pattern->potential >= 0)
      here[pattern->potential] = interpolate_at(from, u_from, link, share, -1);
    for (int g = 0; g < pattern->gate_count; g++)
      here[pattern->gates + g] = interpolate_gate(from, u_from, link, share, g);
  }
}

/* Nodes of a pool among begin .. end-1: from which one on, and up to but not including which. */
static int pool_begin(const SbChain *chain, const SbPool *pool, int begin) {
  const int first = chain->mesh->first[pool->first];
  return first > begin ? first : begin;
}

static int pool_end(const SbChain *chain, const SbPool *pool, int end) {
  const int last = chain->mesh->first[pool->last + 1];
  return last < end ? last + 1 : end;
}

void sb_chain_amount_weights(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end,
                             double factor, double *w) {
  const SbMesh *mesh = chain->mesh;
  const SbProblem *problem = chain->problem;
  const int s = pool->species;
  const double z = problem->species[s].charge;
  for (int j = pool_begin(chain, pool, begin); j < pool_end(chain, pool, end); j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    double *here = w + chain->offset[j];
    if (j > mesh->first[pool->first])
      here[pattern->slot[s]] += factor * mesh->volume_left[j] * problem->regions[mesh->interval[j - 1]].partition[s];
    if (j < mesh->first[pool->last + 1]) {
      const double boltzmann = exp(-z * sb_chain_jump(chain, u, j) / problem->thermal_voltage);
      const double volume = mesh->volume_right[j] * problem->regions[mesh->interval[j]].partition[s] * boltzmann;
      here[pattern->slot[s]] += factor * volume;
      if (pattern->jump >= 0)
        here[pattern->jump] -= factor * volume * z / problem->thermal_voltage * sb_chain_concentration(chain, u, j, s);
    }
  }
  sb_membrane_excess(chain, u, pool, begin - 1, end, factor, w); /* a face may be the first node here */
  sb_sheath_excess(chain, u, pool, begin, end, factor, w);
}

double sb_chain_amount_between(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end) {
  const SbMesh *mesh = chain->mesh;
  const SbProblem *problem = chain->problem;
  const int s = pool->species;
  const double z = problem->species[s].charge;
  double amount = 0.0;
  for (int j = pool_begin(chain, pool, begin); j < pool_end(chain, pool, end); j++) {
    const double c = sb_chain_concentration(chain, u, j, s);
    if (j > mesh->first[pool->first])
      amount += mesh->volume_left[j] * problem->regions[mesh->interval[j - 1]].partition[s] * c;
    if (j < mesh->first[pool->last + 1])
      amount += mesh->volume_right[j] * problem->regions[mesh->interval[j]].partition[s] * c *
                exp(-z * sb_chain_jump(chain, u, j) / problem->thermal_voltage);
  }
  return amount + sb_membrane_excess(chain, u, pool, begin, end, 0.0, NULL) +
         sb_sheath_excess(chain, u, pool, begin, end, 0.0, NULL);
}

double sb_chain_amount(const SbChain *chain, const double *u, const SbPool *pool) {
  return sb_chain_amount_between(chain, u, pool, 0, chain->nodes);
}

double sb_chain_kept(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end) {
  const SbPool *partner = pool->partner < 0 ? NULL : &chain->problem->pools[pool->partner];
  return sb_chain_amount_between(chain, u, pool, begin, end) +
         (partner ? pool->share * sb_chain_amount_between(chain, u, partner, begin, end) : 0.0);
}

void sb_chain_kept_weights(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end, double factor,
                           double *w) {
  sb_chain_amount_weights(chain, u, pool, begin, end, factor, w);
  if (pool->partner >= 0)
    sb_chain_amount_weights(chain, u, &chain->problem->pools[pool->partner], begin, end, pool->share * factor, w);
}
