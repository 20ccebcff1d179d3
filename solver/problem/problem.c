/* Deck to problem: names to indices, defaults, derived constants. The cross-checks are in checks.c. */
#include "problem/problem.h"

#include <math.h>
#include <string.h>

#include "base/constants.h"
#include "mesh/geometry.h"
#include "physics/boundary/reservoir.h"
#include "problem/checks.h"
#include "problem/couples.h"
#include "problem/membranes.h"
#include "problem/pools.h"

static const double smallest_scale = 1e-12; /* mol/m3; only to keep scales positive in an empty cell */

static double pick(const double *values, int s, double otherwise) {
  return values && !isnan(values[s]) ? values[s] : otherwise;
}

/* Shares a cell count for the whole domain out by width, so that the regions' counts add up to it: each gets what is
   left times its share of the width that is left, at least four, and leaves four for each region to come. Regions that
   give their own keep it. */
static void share_cells(SbProblem *problem, int cells) {
  double width = problem->length;
  for (int r = 0; r < problem->region_count; r++) {
    SbRegion *region = &problem->regions[r];
    if (region->membrane)
      continue;
    const double own = region->right - region->left;
    const int most = cells - SB_FEWEST_CELLS * sb_problem_widths(problem, r + 1);
    const int wanted = (int)lround(cells * fmin(1.0, own / width)), share = wanted < most ? wanted : most;
    const int granted = share > SB_FEWEST_CELLS ? share : SB_FEWEST_CELLS;
    width -= own;
    cells -= granted;
    if (region->cells == 0)
      region->cells = granted;
  }
}

static void resolve_regions(SbProblem *problem, const SbDeck *deck) {
  problem->region_count = deck->domain.count;
  problem->regions = sb_arena_alloc(problem->arena, (size_t)problem->region_count, sizeof *problem->regions);
  double x = 0.0;
  const size_t count = (size_t)problem->species_count;
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegionDeck *in = sb_deck_region(deck, r);
    SbRegion *region = &problem->regions[r];
    region->left = region->right = x;
    if (!in) {
      sb_membrane_resolve(problem, sb_deck_membrane(deck, r), region);
      continue;
    }
    region->name = in->name;
    region->right = x += in->width;
    region->permittivity =
        SB_VACUUM_PERMITTIVITY * (isnan(in->permittivity) ? deck->medium.permittivity : in->permittivity);
    region->fixed_charge = in->fixed_charge;
    region->fill = in->fill;
    region->cells = in->cells;
    if (in->membrane.mark.line > 0)
      region->sheath = sb_sheath_resolve(problem, &in->membrane);
    region->diffusivity = sb_arena_alloc(problem->arena, count, sizeof(double));
    region->partition = sb_arena_alloc(problem->arena, count, sizeof(double));
    for (int s = 0; s < problem->species_count; s++) {
      const double factor = sb_per_species(in->diffusion_factor, problem->species_count, s);
      region->diffusivity[s] = pick(in->diffusivity, s, deck->species[s].diffusivity * (isnan(factor) ? 1.0 : factor));
      region->partition[s] = pick(in->partition, s, 1.0);
    }
  }
  problem->length = x;
  if (deck->mesh.cells > 0)
    share_cells(problem, deck->mesh.cells);
}

static const SbRegion *region_named(const SbProblem *problem, const char *name) {
  for (int r = 0; r < problem->region_count; r++)
    if (!problem->regions[r].membrane && strcmp(problem->regions[r].name, name) == 0)
      return &problem->regions[r];
  return NULL;
}

static void resolve_composition(SbProblem *problem, SbTerminal *terminal, SbSide side) {
  const SbReservoirParams *reservoir = terminal->boundary.params;
  const size_t count = (size_t)problem->species_count;
  double *composition = sb_arena_alloc(problem->arena, count, sizeof(double));
  bool *permeable = sb_arena_alloc(problem->arena, count, sizeof(bool));
  const SbRegion *region = reservoir->composition.region ? region_named(problem, reservoir->composition.region) : NULL;
  for (int s = 0; s < problem->species_count; s++) {
    permeable[s] = true;
    if (reservoir->composition.concentration)
      composition[s] = pick(reservoir->composition.concentration, s, 0.0);
    else if (region && region->fill && region->fill[s].count > 0) {
      /* a profile gives the reservoir what it has at this end */
      composition[s] = sb_profile_at(&region->fill[s], side == SB_LEFT ? 0.0 : region->right - region->left);
    }
  }
  for (int i = 0; i < reservoir->impermeable.count; i++)
    permeable[reservoir->impermeable.index[i]] = false;
  terminal->boundary.composition = composition;
  terminal->boundary.permeable = permeable;
}

static void resolve_terminal(SbProblem *problem, SbSide side) {
  const SbTerminalDeck *in = side == SB_LEFT ? &problem->ends.left : &problem->ends.right;
  SbTerminal *terminal = &problem->terminals[side];
  terminal->kind = sb_boundary_kinds[in->boundary.index];
  terminal->boundary.params =
      sb_schema_copy(problem->arena, &terminal->kind->schema, problem->species_count, in->boundary.params);
  if (in->control.schema) {
    terminal->control = sb_control_kinds[in->control.index];
    terminal->control_params =
        sb_schema_copy(problem->arena, &terminal->control->schema, problem->species_count, in->control.params);
  }
  if (terminal->kind->exchanges)
    resolve_composition(problem, terminal, side);
}

static void resolve_scales(SbProblem *problem) {
  problem->species_scale = sb_arena_alloc(problem->arena, (size_t)problem->species_count, sizeof(double));
  double largest = smallest_scale;
  for (int s = 0; s < problem->species_count; s++) {
    double scale = smallest_scale;
    for (int side = 0; side < 2; side++)
      scale = fmax(scale, sb_problem_composition(problem, (SbSide)side, s));
    for (int r = 0; r < problem->region_count; r++) {
      const SbProfile *fill = problem->regions[r].fill ? &problem->regions[r].fill[s] : NULL;
      for (int i = 0; fill && i < fill->count; i++)
        scale = fmax(scale, fill->concentration[i]);
    }
    problem->species_scale[s] = scale;
    largest = fmax(largest, scale);
  }
  sb_couples_scale(problem, largest);
  for (int r = 0; r < problem->region_count; r++)
    largest = fmax(largest, fabs(problem->regions[r].fixed_charge));
  problem->concentration_scale = largest;
}

/* The steps around `step` that have its controls. */
static void resolve_steps(SbProblem *problem, const SbDeck *deck, int step) {
  problem->first_step = step;
  while (problem->first_step > 0 && !sb_deck_changes_controls(deck, problem->first_step))
    problem->first_step--;
  problem->end_step = step + 1;
  while (problem->end_step < deck->protocol.count && !sb_deck_changes_controls(deck, problem->end_step))
    problem->end_step++;
  problem->ends = sb_deck_terminals(deck, step);
}

SbProblem *sb_problem_create(const SbDeck *deck, SbDiagnostics *diagnostics) {
  return sb_problem_create_at(deck, 0, diagnostics);
}

void sb_problem_check_changes(const SbDeck *deck, SbDiagnostics *diagnostics) {
  for (int i = 1; i < deck->protocol.count; i++) {
    SbProblem *problem = sb_deck_changes_controls(deck, i) ? sb_problem_create_at(deck, i, diagnostics) : NULL;
    sb_problem_destroy(&problem);
  }
}

SbProblem *sb_problem_create_at(const SbDeck *deck, int step, SbDiagnostics *diagnostics) {
  SbArena *arena = sb_arena_create();
  SbProblem *problem = sb_arena_alloc(arena, 1, sizeof *problem);
  problem->arena = arena;
  problem->deck = deck;
  problem->temperature = deck->temperature;
  problem->thermal_voltage = SB_GAS_CONSTANT * deck->temperature / SB_FARADAY;
  problem->field = &sb_field_kinds[deck->field];
  problem->electroneutral = problem->field->potential && !problem->field->displacement;
  problem->geometry = deck->geometry;
  problem->inner_radius = deck->inner_radius;
  problem->cable = sb_geometry_is_cable(deck->geometry);
  problem->lateral = problem->cable ? 2.0 / deck->radius : 0.0;
  problem->species_count = deck->species_count;
  problem->species = deck->species;
  resolve_steps(problem, deck, step);
  resolve_regions(problem, deck);
  resolve_terminal(problem, SB_LEFT);
  resolve_terminal(problem, SB_RIGHT);
  sb_couples_resolve(problem, diagnostics);
  problem->has_potential =
      problem->field->potential || sb_problem_reacts(problem, SB_LEFT) || sb_problem_reacts(problem, SB_RIGHT);
  sb_membranes_complete(problem);
  sb_pools_resolve(problem);
  resolve_scales(problem);
  if (!sb_problem_check(problem, diagnostics))
    sb_problem_destroy(&problem);
  return problem;
}

bool sb_problem_becomes_steady(const SbProblem *problem) {
  const SbVariant *steps = problem->deck->protocol.items;
  for (int i = problem->first_step; i < problem->end_step && i < problem->deck->protocol.count; i++)
    if (strcmp(steps[i].schema->name, "transient") != 0)
      return true;
  return false;
}

void sb_problem_destroy(SbProblem **problem) {
  if (!*problem)
    return;
  SbArena *arena = (*problem)->arena;
  *problem = NULL;
  sb_arena_destroy(&arena);
}

double sb_problem_composition(const SbProblem *problem, SbSide side, int species) {
  const double *composition = problem->terminals[side].boundary.composition;
  return composition ? composition[species] : 0.0;
}

double sb_debye_length(const SbProblem *problem, const double *concentration, double fixed_charge,
                       double permittivity) {
  double sum = fabs(fixed_charge);
  for (int s = 0; s < problem->species_count; s++) {
    const double z = problem->species[s].charge;
    sum += z * z * fmax(concentration[s], 0.0);
  }
  return sum > 0.0 ? sqrt(permittivity * problem->thermal_voltage / (SB_FARADAY * sum)) : INFINITY;
}
