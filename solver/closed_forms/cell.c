#include "closed_forms/cell.h"

#include <math.h>

bool sb_cell_between_reservoirs(const SbProblem *problem) {
  return problem->field->potential && !sb_problem_has_membranes(problem) &&
         problem->terminals[SB_LEFT].kind->exchanges && problem->terminals[SB_RIGHT].kind->exchanges;
}

/* The run of neighbouring regions that the species cannot leave and that holds the region; NULL where it is excluded.
 */
static const SbPool *pool_at(const SbProblem *problem, int species, int region) {
  for (int p = 0; p < problem->pool_count; p++) {
    const SbPool *pool = &problem->pools[p];
    if (pool->species == species && pool->first <= region && region <= pool->last)
      return pool;
  }
  return NULL;
}

bool sb_cell_reaches(const SbProblem *problem, SbSide side, int species, int region) {
  const SbTerminal *terminal = &problem->terminals[side];
  const SbPool *pool = pool_at(problem, species, region);
  return pool && terminal->kind->exchanges && terminal->boundary.permeable[species] &&
         (side == SB_LEFT ? pool->first == 0 : pool->last == problem->region_count - 1);
}

bool sb_cell_passes(const SbProblem *problem, int species) {
  /* a pool that reaches both ends is one */
  return problem->species[species].charge != 0 && sb_cell_reaches(problem, SB_LEFT, species, 0) &&
         sb_cell_reaches(problem, SB_RIGHT, species, 0);
}

void sb_cell_passing_ions(const SbProblem *problem, int region, SbIons *ions) {
  ions->count = 0;
  for (int s = 0; s < problem->species_count && ions->count < SB_MAX_SPECIES; s++) {
    if (!sb_cell_passes(problem, s))
      continue;
    const int i = ions->count++;
    ions->charge[i] = problem->species[s].charge;
    ions->diffusivity[i] = problem->regions[region].diffusivity[s];
    ions->partition[i] = problem->regions[region].partition[s];
    ions->left[i] = sb_problem_composition(problem, SB_LEFT, s);
    ions->right[i] = sb_problem_composition(problem, SB_RIGHT, s);
  }
}

/* Whether D of the species is the first ion's, in the ratio that holds in the first region. */
static bool same_ratio(const SbProblem *problem, int region, int species, int first) {
  const double *here = problem->regions[region].diffusivity, *there = problem->regions[0].diffusivity;
  const double one = here[species] * there[first], other = there[species] * here[first];
  return fabs(one - other) <= 1e-12 * fabs(one);
}

bool sb_cell_is_junction(const SbProblem *problem) {
  if (!sb_cell_between_reservoirs(problem))
    return false;
  int first = -1;
  for (int s = 0; s < problem->species_count; s++) {
    if (problem->species[s].charge == 0)
      continue;
    if (!sb_cell_passes(problem, s))
      return false;
    if (first < 0)
      first = s;
    for (int r = 0; r < problem->region_count; r++) {
      const SbRegion *region = &problem->regions[r];
      if (region->fixed_charge != 0.0 || region->partition[s] != 1.0 || !same_ratio(problem, r, s, first))
        return false;
    }
  }
  return first >= 0;
}

/* Charge that cannot leave the region; false where it is not one number. */
static bool confined_charge(const SbProblem *problem, int r, double *charge) {
  const SbRegion *region = &problem->regions[r];
  *charge = region->fixed_charge;
  for (int s = 0; s < problem->species_count; s++) {
    const SbPool *pool = pool_at(problem, s, r);
    const SbProfile *fill = region->fill ? &region->fill[s] : NULL;
    if (!pool || !pool->closed || problem->species[s].charge == 0 || !fill || fill->count == 0)
      continue;
    if (fill->count == 1 && fill->concentration[0] == 0.0)
      continue;
    if (fill->count > 1 || pool->first != r || pool->last != r || region->partition[s] != 1.0)
      return false;
    *charge += problem->species[s].charge * fill->concentration[0];
  }
  return true;
}

int sb_cell_charged_region(const SbProblem *problem, double *charge) {
  int found = -1;
  for (int r = 0; r < problem->region_count; r++) {
    double here;
    if (!confined_charge(problem, r, &here))
      return -1;
    if (here == 0.0)
      continue;
    if (found >= 0)
      return -1;
    found = r;
    *charge = here;
  }
  return found;
}

bool sb_cell_membranes_rest(const SbProblem *problem) {
  if (problem->cable)
    return false;
  for (int r = 0; r < problem->region_count; r++) {
    const SbMembrane *membrane = problem->regions[r].membrane;
    for (int m = 0; membrane && m < membrane->mechanism_count; m++) {
      const SbMembraneKind *kind = membrane->mechanisms[m].kind;
      if (kind->setpoint || (kind->reversal && !isnan(kind->reversal(membrane->mechanisms[m].params))))
        return false;
    }
  }
  return true;
}

bool sb_cell_encloses(const SbProblem *problem, int membrane, SbSide side, int species) {
  const int step = side == SB_LEFT ? -1 : 1;
  for (int r = membrane + step; r >= 0 && r < problem->region_count; r += step) {
    if (problem->regions[r].partition[species] == 0.0)
      return true;
    if (problem->regions[r].membrane)
      return false;
  }
  const SbTerminal *terminal = &problem->terminals[side];
  const bool exchanged =
      terminal->kind->exchanges && (!terminal->boundary.permeable || terminal->boundary.permeable[species]);
  return !exchanged && !sb_problem_converts(problem, side, species);
}

int sb_cell_electrode(const SbProblem *problem) {
  const bool left = sb_problem_reacts(problem, SB_LEFT), right = sb_problem_reacts(problem, SB_RIGHT);
  const int side = left ? SB_LEFT : SB_RIGHT;
  return left == right || !problem->terminals[1 - side].kind->exchanges ? -1 : side;
}

bool sb_cell_held_potential(const SbProblem *problem, SbSide side, double *potential) {
  const SbTerminal *terminal = &problem->terminals[side];
  const double before = -1.0; /* s: any time before a transient begins */
  *potential = 0.0;
  if (!terminal->kind->carries_current)
    return false;
  if (terminal->floating || !terminal->control)
    return true; /* 0 V */
  if (!terminal->control->sets_potential || isfinite(terminal->control->next_break(terminal->control_params, before)))
    return false;
  *potential = terminal->control->setpoint(terminal->control_params, before);
  return true;
}
