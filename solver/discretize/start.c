/* First states. */
#include "discretize/start.h"

#include <math.h>

static double fill_at(const SbRegion *region, int s, double x) {
  return region->fill && region->fill[s].count > 0 ? sb_profile_at(&region->fill[s], x - region->left) : 0.0;
}

/* Mean of a species over a node's volume, referred to solution; the halves of a profile are taken at their middles, so
   that a linear one keeps its amount. */
static double fill_node(const SbChain *chain, int j, int s) {
  const SbMesh *mesh = chain->mesh;
  const SbProblem *problem = chain->problem;
  double amount = 0.0, capacity = 0.0;
  /* with a Donnan jump the unknown is that of the left face */
  const bool left_face = sb_chain_pattern(chain, j)->jump >= 0;
  if (j > 0) {
    const SbRegion *region = &problem->regions[mesh->interval[j - 1]];
    amount += mesh->volume_left[j] * fill_at(region, s, mesh->x[j] - 0.25 * mesh->h[j - 1]);
    capacity += mesh->volume_left[j] * region->partition[s];
  }
  if (j < mesh->nodes - 1 && !left_face) {
    const SbRegion *region = &problem->regions[mesh->interval[j]];
    amount += mesh->volume_right[j] * fill_at(region, s, mesh->x[j] + 0.25 * mesh->h[j]);
    capacity += mesh->volume_right[j] * region->partition[s];
  }
  return capacity > 0.0 ? amount / capacity : 0.0;
}

void sb_state_fill(const SbChain *chain, double *u) {
  for (int i = 0; i < chain->unknowns; i++)
    u[i] = 0.0;
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    for (int s = 0; s < chain->problem->species_count; s++)
      if (pattern->slot[s] >= 0)
        u[chain->offset[j] + pattern->slot[s]] = fill_node(chain, j, s);
  }
}

static bool fixed_at(const SbProblem *problem, const SbPool *pool, SbSide side) {
  const SbTerminal *terminal = &problem->terminals[side];
  const bool reaches = side == SB_LEFT ? pool->first == 0 : pool->last == problem->region_count - 1;
  return reaches && terminal->kind->exchanges && terminal->boundary.permeable[pool->species];
}

static void guess_pool(const SbChain *chain, const SbPool *pool, double *u) {
  const SbProblem *problem = chain->problem;
  const SbMesh *mesh = chain->mesh;
  const int s = pool->species;
  const bool left = fixed_at(problem, pool, SB_LEFT), right = fixed_at(problem, pool, SB_RIGHT);
  const double at_left = sb_problem_composition(problem, left ? SB_LEFT : SB_RIGHT, s);
  const double at_right = sb_problem_composition(problem, right ? SB_RIGHT : SB_LEFT, s);
  for (int j = mesh->first[pool->first]; j <= mesh->first[pool->last + 1]; j++) {
    const double share = mesh->x[j] / problem->length;
    u[chain->offset[j] + sb_chain_pattern(chain, j)->slot[s]] =
        pool->closed ? fill_node(chain, j, s) : at_left + share * (at_right - at_left);
  }
}

static double terminal_guess(const SbProblem *problem, SbSide side) {
  const SbTerminal *terminal = &problem->terminals[side];
  if (!terminal->control || !terminal->control->sets_potential || terminal->floating)
    return 0.0;
  return terminal->control->setpoint(terminal->control_params, -1.0);
}

void sb_state_guess(const SbChain *chain, double *u) {
  const SbProblem *problem = chain->problem;
  const double left = terminal_guess(problem, SB_LEFT), right = terminal_guess(problem, SB_RIGHT);
  for (int i = 0; i < chain->unknowns; i++)
    u[i] = 0.0;
  for (int p = 0; p < problem->pool_count; p++)
    guess_pool(chain, &problem->pools[p], u);
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    const double phi = left + chain->mesh->x[j] / problem->length * (right - left);
    if (pattern->potential >= 0)
      u[chain->offset[j] + pattern->potential] = phi;
    if (pattern->terminal >= 0)
      u[chain->offset[j] + pattern->terminal] = phi;
  }
}
