/* First states. */
#include "discretize/start.h"

#include <math.h>

#include "discretize/membrane.h"
#include "discretize/sheath.h"
#include "mesh/geometry.h"

/* Mean concentration that a region is filled with from x to x + width, m, weighted with the cross-section. Exact: on
   each piece of a table it is a linear function times an area of at most second degree, which Simpson's rule
   integrates. */
static double fill_mean(const SbChain *chain, const SbRegion *region, int s, double x, double width) {
  const SbProfile *fill = region->fill ? &region->fill[s] : NULL;
  if (!fill || fill->count == 0)
    return 0.0;
  if (fill->count == 1)
    return fill->concentration[0];
  const SbMesh *mesh = chain->mesh;
  const double radius = mesh->inner_radius + x, outer = mesh->inner_radius + chain->problem->length;
  const double inside = x - region->left;
  double amount = 0.0, volume = 0.0, from = 0.0;
  for (int k = 0; from < width;) {
    while (k < fill->count && fill->x[k] - inside <= from)
      k++;
    const double to = k < fill->count ? fmin(width, fill->x[k] - inside) : width;
    for (int p = 0; p < 3; p++) {
      const double at = from + 0.5 * p * (to - from);
      const double weight = (p == 1 ? 4.0 : 1.0) * (to - from) * sb_geometry_area(mesh->geometry, radius + at, outer);
      amount += weight * sb_profile_at(fill, inside + at);
      volume += weight;
    }
    from = to;
  }
  return amount / volume;
}

/* Amounts that a node's two halves are filled with, mol/m2, and their capacities k times volume, m. */
typedef struct {
  double left, right, left_capacity, right_capacity;
} NodeFill;

static NodeFill fill_halves(const SbChain *chain, int j, int s) {
  const SbMesh *mesh = chain->mesh;
  const SbProblem *problem = chain->problem;
  NodeFill fill = {0};
  if (j > 0) {
    const SbRegion *region = &problem->regions[mesh->interval[j - 1]];
    fill.left =
        mesh->volume_left[j] * fill_mean(chain, region, s, mesh->x[j] - 0.5 * mesh->h[j - 1], 0.5 * mesh->h[j - 1]);
    fill.left_capacity = mesh->volume_left[j] * region->partition[s];
  }
  if (j < mesh->nodes - 1) {
    const SbRegion *region = &problem->regions[mesh->interval[j]];
    fill.right = mesh->volume_right[j] * fill_mean(chain, region, s, mesh->x[j], 0.5 * mesh->h[j]);
    fill.right_capacity = mesh->volume_right[j] * region->partition[s];
  }
  return fill;
}

/* Concentration, referred to solution, that holds the node's amount beside a Donnan jump (V). */
static double fill_node(const SbChain *chain, int j, int s, double jump) {
  const NodeFill fill = fill_halves(chain, j, s);
  const double z = chain->problem->species[s].charge;
  const double capacity = fill.left_capacity + fill.right_capacity * exp(-z * jump / chain->problem->thermal_voltage);
  return capacity > 0.0 ? (fill.left + fill.right) / capacity : 0.0;
}

/* Charge of the left half, mol/m2 of elementary charges, if the node's amounts were in equilibrium across this jump;
   grows with the jump. */
static double left_charge(const SbChain *chain, int j, double jump) {
  const SbProblem *problem = chain->problem;
  double charge = chain->mesh->volume_left[j] * problem->regions[chain->mesh->interval[j - 1]].fixed_charge;
  for (int s = 0; s < problem->species_count; s++)
    charge += problem->species[s].charge * fill_halves(chain, j, s).left_capacity * fill_node(chain, j, s, jump);
  return charge;
}

/* The Donnan jump at which the amounts of both halves leave the left one neutral (then the right one is, since neutral
   fills are neutral together); 0 where there is none. */
static double fill_jump(const SbChain *chain, int j) {
  const double widest = 60.0 * chain->problem->thermal_voltage;
  double low = -widest, high = widest;
  if (!(left_charge(chain, j, low) < 0.0 && left_charge(chain, j, high) > 0.0))
    return 0.0;
  for (double middle; middle = 0.5 * (low + high), low < middle && middle < high;)
    *(left_charge(chain, j, middle) < 0.0 ? &low : &high) = middle;
  return high;
}

static double terminal_guess(const SbProblem *problem, SbSide side) {
  const SbTerminal *terminal = &problem->terminals[side];
  if (!terminal->control || !terminal->control->sets_potential || terminal->floating)
    return 0.0;
  return terminal->control->setpoint(terminal->control_params, -1.0);
}

/* Whether a terminal's potential is set; the left one's default is 0 V. */
static bool is_held(const SbProblem *problem, SbSide side) {
  const SbTerminal *terminal = &problem->terminals[side];
  return terminal->kind->carries_current &&
         (terminal->floating || !terminal->control || terminal->control->sets_potential);
}

/* Potential of a terminal against the solution before it: where its couples rest at the concentrations there. 0 where
   no couples react. */
static double rest_drop(const SbChain *chain, const double *u, SbSide side) {
  const SbBoundaryParams *boundary = &chain->problem->terminals[side].boundary;
  double c[SB_MAX_SPECIES];
  for (int s = 0; s < chain->problem->species_count; s++)
    c[s] = sb_chain_concentration(chain, u, side == SB_LEFT ? 0 : chain->nodes - 1, s);
  const double rest = sb_couples_rest(boundary->couple_count, boundary->couples, c, chain->problem->thermal_voltage);
  return isnan(rest) ? 0.0 : rest;
}

/* Potentials of a cell in which couples react: the solution's is the same everywhere, a metal that is not held rests
   against it. */
static void reacting_potentials(const SbChain *chain, double *u) {
  const SbProblem *problem = chain->problem;
  double metal[2], drop[2], level = 0.0;
  int rank = -1; /* of the end that sets the level: one that is held, better yet one that does not react */
  for (int side = 0; side < 2; side++) {
    const bool reacts = sb_problem_reacts(problem, (SbSide)side);
    const int own = !is_held(problem, (SbSide)side) ? 0 : reacts ? 1 : 2;
    metal[side] = terminal_guess(problem, (SbSide)side);
    drop[side] = rest_drop(chain, u, (SbSide)side);
    if (own > rank) {
      rank = own;
      level = metal[side] - drop[side];
    }
  }
  for (int side = 0; side < 2; side++)
    if (!is_held(problem, (SbSide)side))
      metal[side] = level + drop[side];
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    if (pattern->potential >= 0)
      u[chain->offset[j] + pattern->potential] = level;
    if (pattern->terminal >= 0) /* in a supported field against the solution */
      u[chain->offset[j] + pattern->terminal] = metal[j > 0] - (pattern->potential >= 0 ? 0.0 : level);
  }
}

static bool some_react(const SbProblem *problem) {
  return sb_problem_reacts(problem, SB_LEFT) || sb_problem_reacts(problem, SB_RIGHT);
}

void sb_state_fill(const SbChain *chain, double *u) {
  for (int i = 0; i < chain->unknowns; i++)
    u[i] = 0.0;
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    double *here = u + chain->offset[j];
    if (pattern->jump >= 0)
      here[pattern->jump] = fill_jump(chain, j);
    for (int s = 0; s < chain->problem->species_count; s++)
      if (pattern->slot[s] >= 0)
        here[pattern->slot[s]] = fill_node(chain, j, s, pattern->jump >= 0 ? here[pattern->jump] : 0.0);
  }
  if (some_react(chain->problem))
    reacting_potentials(chain, u);
  sb_sheaths_rest(chain, u);
  sb_membranes_relax(chain, u);
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
  const bool keeps_fills = sb_problem_has_membranes(problem); /* which hold compositions apart */
  const bool left = fixed_at(problem, pool, SB_LEFT), right = fixed_at(problem, pool, SB_RIGHT);
  const double at_left = sb_problem_composition(problem, left ? SB_LEFT : SB_RIGHT, s);
  const double at_right = sb_problem_composition(problem, right ? SB_RIGHT : SB_LEFT, s);
  for (int j = mesh->first[pool->first]; j <= mesh->first[pool->last + 1]; j++) {
    const double share = mesh->x[j] / problem->length, filled = fill_node(chain, j, s, 0.0);
    u[chain->offset[j] + sb_chain_pattern(chain, j)->slot[s]] =
        pool->closed || (keeps_fills && filled > 0.0) ? filled : at_left + share * (at_right - at_left);
  }
}

void sb_state_guess(const SbChain *chain, double *u) {
  const SbProblem *problem = chain->problem;
  const double left = terminal_guess(problem, SB_LEFT), right = terminal_guess(problem, SB_RIGHT);
  for (int i = 0; i < chain->unknowns; i++)
    u[i] = 0.0;
  for (int p = 0; p < problem->pool_count; p++)
    guess_pool(chain, &problem->pools[p], u);
  if (some_react(problem)) {
    reacting_potentials(chain, u);
    sb_membranes_relax(chain, u);
    return;
  }
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    const double phi = left + chain->mesh->x[j] / problem->length * (right - left);
    if (pattern->potential >= 0)
      u[chain->offset[j] + pattern->potential] = phi;
    if (pattern->terminal >= 0)
      u[chain->offset[j] + pattern->terminal] = phi;
  }
  sb_membranes_relax(chain, u);
}
