#include "problem/couples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/constants.h"
#include "base/names.h"
#include "mesh/geometry.h"

static const double metal_share = 1e-3; /* of the largest concentration, that a metal's ion is measured by */
static const char *const side_names[] = {"left", "right"};

static const SbList *couple_list(const SbProblem *problem, int side) {
  const SbTerminal *terminal = &problem->terminals[side];
  return terminal->kind->couples ? terminal->kind->couples(terminal->boundary.params) : NULL;
}

static int end_region(const SbProblem *problem, int side) {
  return side == SB_LEFT ? 0 : problem->region_count - 1;
}

/* Fill of a region at the end that is nearer to the electrode; 0 where the species is not named. */
static double fill_at(const SbProblem *problem, int r, int side, int s) {
  const SbRegion *region = &problem->regions[r];
  const SbProfile *fill = region->fill ? &region->fill[s] : NULL;
  return fill && fill->count > 0 ? sb_profile_at(fill, side == SB_LEFT ? 0.0 : region->right - region->left) : 0.0;
}

static bool takes_part(const SbCouple *couple, int s) {
  return couple->oxidised[s] > 0.0 || couple->reduced[s] > 0.0;
}

/* Region whose fill a law's constants refer to; -1 after an error. */
static int reference_region(const SbProblem *problem, int side, const SbCouple *couple, SbMark mark,
                            SbDiagnostics *diagnostics) {
  const char *names[256], *wanted = couple->kinetics->reference(couple->deck->kinetics.params).region;
  size_t count = 0;
  int found = wanted ? -1 : end_region(problem, side);
  for (int r = 0; r < problem->region_count && wanted; r++) {
    if (strcmp(problem->regions[r].name, wanted) == 0)
      found = r;
    if (count < 256)
      names[count++] = problem->regions[r].name;
  }
  if (found < 0) {
    const char *near = sb_names_nearest(wanted, names, count);
    sb_error(diagnostics, mark, "couple '%s' refers to a region '%s', which is not there%s%s%s", couple->deck->name,
             wanted, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  return found;
}

/* The composition that the law's constants hold at, and the equilibrium potential there. */
static void resolve_reference(const SbProblem *problem, int side, SbCouple *couple, SbMark mark,
                              SbDiagnostics *diagnostics) {
  const SbKineticsReference law = couple->kinetics->reference(couple->deck->kinetics.params);
  const int region = law.refers ? reference_region(problem, side, couple, mark, diagnostics) : -1;
  couple->zero = couple->deck->standard_potential;
  for (int s = 0; s < problem->species_count; s++) {
    couple->reference[s] = sb_standard_concentration;
    if (region < 0 || !takes_part(couple, s))
      continue;
    const double c = fill_at(problem, region, side, s);
    if (c > 0.0)
      couple->reference[s] = c;
    else
      sb_error(diagnostics, mark,
               "the %s of couple '%s' holds at the fill of region '%s', which has no %s: name another region "
               "(`reference: REGION`), or give a rate_constant",
               couple->kinetics->schema.name, couple->deck->name, problem->regions[region].name,
               problem->species[s].name);
    couple->zero += problem->thermal_voltage / couple->electrons * sb_couple_yield(couple, s) *
                    log(couple->reference[s] / sb_standard_concentration);
  }
  if (!isnan(law.equilibrium_potential))
    couple->zero = law.equilibrium_potential;
}

static double number(const double *values, int s) {
  return values && !isnan(values[s]) ? values[s] : 0.0;
}

static void resolve_couple(const SbProblem *problem, const SbCoupleDeck *deck, SbCouple *couple) {
  const size_t count = (size_t)problem->species_count;
  couple->deck = deck;
  couple->kinetics = sb_kinetics[deck->kinetics.index];
  couple->species_count = problem->species_count;
  couple->electrons = deck->electrons;
  couple->oxidised = sb_arena_alloc(problem->arena, count, sizeof(double));
  couple->reduced = sb_arena_alloc(problem->arena, count, sizeof(double));
  couple->cathodic_order = sb_arena_alloc(problem->arena, count, sizeof(double));
  couple->anodic_order = sb_arena_alloc(problem->arena, count, sizeof(double));
  couple->reference = sb_arena_alloc(problem->arena, count, sizeof(double));
  for (int s = 0; s < problem->species_count; s++) {
    const bool ordered = deck->orders && !isnan(deck->orders[s]);
    couple->oxidised[s] = number(deck->oxidised, s);
    couple->reduced[s] = number(deck->reduced, s);
    couple->cathodic_order[s] = ordered && couple->oxidised[s] > 0.0 ? deck->orders[s] : couple->oxidised[s];
    couple->anodic_order[s] = ordered && couple->reduced[s] > 0.0 ? deck->orders[s] : couple->reduced[s];
  }
}

void sb_couples_resolve(SbProblem *problem, SbDiagnostics *diagnostics) {
  for (int side = 0; side < 2; side++) {
    const SbList *list = couple_list(problem, side);
    if (!list)
      continue;
    SbCouple *couples = sb_arena_alloc(problem->arena, (size_t)list->count, sizeof *couples);
    for (int k = 0; k < list->count; k++) {
      resolve_couple(problem, (const SbCoupleDeck *)list->items + k, &couples[k]);
      resolve_reference(problem, side, &couples[k], list->marks[k], diagnostics);
    }
    problem->terminals[side].boundary.couple_count = list->count;
    problem->terminals[side].boundary.couples = couples;
  }
}

bool sb_problem_converts(const SbProblem *problem, SbSide side, int species) {
  const SbBoundaryParams *boundary = &problem->terminals[side].boundary;
  for (int k = 0; k < boundary->couple_count; k++)
    if (sb_couple_yield(&boundary->couples[k], species) != 0.0)
      return true;
  return false;
}

const SbCouple *sb_problem_couple(const SbProblem *problem, int side, const char *name, SbSide *at) {
  for (int end = 0; end < 2; end++) {
    const SbBoundaryParams *boundary = &problem->terminals[end].boundary;
    for (int k = 0; k < boundary->couple_count && (side < 0 || side == end); k++) {
      if (strcmp(boundary->couples[k].deck->name, name) != 0)
        continue;
      *at = (SbSide)end;
      return &boundary->couples[k];
    }
  }
  return NULL;
}

void sb_couples_scale(SbProblem *problem, double largest) {
  double *scale = problem->species_scale;
  for (int side = 0; side < 2; side++) {
    const SbBoundaryParams *boundary = &problem->terminals[side].boundary;
    for (int k = 0; k < boundary->couple_count; k++) {
      const SbCouple *couple = &boundary->couples[k];
      double moles = metal_share * largest;
      for (int s = 0; s < problem->species_count; s++)
        if (takes_part(couple, s))
          moles = fmax(moles, scale[s] / fmax(couple->oxidised[s], couple->reduced[s]));
      for (int s = 0; s < problem->species_count; s++)
        if (takes_part(couple, s))
          scale[s] = fmax(scale[s], moles);
    }
  }
}

/* Integral of dx/(A k D) over the domain, with A relative to the electrode's; INFINITY where a region excludes it. */
static double diffusion_resistance(const SbProblem *problem, SbSide side, int s) {
  const double outer = problem->inner_radius + problem->length;
  const double radius = problem->inner_radius + (side == SB_LEFT ? 0.0 : problem->length);
  const double own = sb_geometry_area(problem->geometry, radius, outer);
  const int pieces = problem->geometry == 0 ? 1 : 2000;
  double sum = 0.0;
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegion *region = &problem->regions[r];
    const double width = (region->right - region->left) / pieces;
    for (int i = 0; i < pieces; i++)
      sum += width * own /
             sb_geometry_area(problem->geometry, problem->inner_radius + region->left + (i + 0.5) * width, outer) /
             (region->partition[s] * region->diffusivity[s]);
  }
  return sum;
}

double sb_couples_limit(const SbProblem *problem, SbSide side, bool oxidation, int *species) {
  const SbBoundaryParams *boundary = &problem->terminals[side].boundary;
  double total = 0.0;
  *species = -1;
  if (!problem->terminals[1 - side].kind->exchanges)
    return NAN;
  for (int k = 0; k < boundary->couple_count; k++) {
    const SbCouple *couple = &boundary->couples[k];
    double limit = INFINITY;
    for (int s = 0; s < problem->species_count; s++) {
      const double taken = sb_couple_yield(couple, s) * (oxidation ? -1.0 : 1.0);
      if (taken <= 0.0)
        continue;
      const double own = couple->electrons * SB_FARADAY * sb_problem_composition(problem, (SbSide)(1 - side), s) /
                         (taken * diffusion_resistance(problem, side, s));
      if (own >= limit)
        continue;
      limit = own;
      *species = s;
    }
    total += limit;
  }
  return total;
}

/* ---- checks --------------------------------------------------------------------------------------------------------
 */

static void check_couple(const SbProblem *problem, int side, const SbCouple *couple, SbMark mark,
                         SbDiagnostics *diagnostics) {
  double charge = 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    charge += sb_couple_yield(couple, s) * problem->species[s].charge;
    if (takes_part(couple, s) && problem->regions[end_region(problem, side)].partition[s] <= 0.0)
      sb_error(diagnostics, mark,
               "%s takes part in couple '%s' but is excluded (partition 0) from region '%s' beside it",
               problem->species[s].name, couple->deck->name, problem->regions[end_region(problem, side)].name);
  }
  /* in a supported field the support evens out what the couple leaves */
  if (problem->field->potential && fabs(charge - couple->electrons) > 1e-9 * couple->electrons)
    sb_error(diagnostics, mark,
             "couple '%s' does not conserve charge: its oxidised side has %+g elementary charges more than its reduced "
             "one, and %g electrons make up the difference",
             couple->deck->name, charge, couple->electrons);
}

/* Concentration that an electrode may find: of the fill next to it or of the reservoir opposite. */
static double available(const SbProblem *problem, int side, int s) {
  return fmax(fill_at(problem, end_region(problem, side), side, s),
              sb_problem_composition(problem, (SbSide)(1 - side), s));
}

/* Whether one of the couples can go in that direction with what there is. */
static bool can_react(const SbProblem *problem, int side, bool oxidise) {
  const SbBoundaryParams *boundary = &problem->terminals[side].boundary;
  for (int k = 0; k < boundary->couple_count; k++) {
    bool all = true;
    for (int s = 0; s < problem->species_count; s++) {
      const double order = (oxidise ? boundary->couples[k].anodic_order : boundary->couples[k].cathodic_order)[s];
      all = all && (order <= 0.0 || available(problem, side, s) > 0.0);
    }
    if (all)
      return true;
  }
  return false;
}

static bool always_zero_current(const SbTerminal *terminal) {
  return terminal->control == &sb_control_current &&
         terminal->control->setpoint(terminal->control_params, -1.0) == 0.0 &&
         !isfinite(terminal->control->next_break(terminal->control_params, -1.0));
}

static void check_open_circuit(const SbProblem *problem, int side, SbMark mark, SbDiagnostics *diagnostics) {
  if (!always_zero_current(&problem->terminals[side]) || problem->first_step > 0)
    return; /* what an earlier step has made need not be in the fill */
  for (int oxidise = 0; oxidise < 2; oxidise++) {
    if (!can_react(problem, side, oxidise))
      sb_error(diagnostics, mark,
               "nothing can be %s at the %s electrode: its equilibrium potential is undefined, and no potential makes "
               "its current zero. Give the fill some of the %s species",
               oxidise ? "oxidised" : "reduced", side_names[side], oxidise ? "reduced" : "oxidised");
  }
}

/* Whether the end has a compact layer: a charge that grows with its potential. */
static bool has_compact_layer(const SbProblem *problem, int side) {
  const SbTerminal *terminal = &problem->terminals[side];
  const int phi = problem->species_count + SB_LOCAL_POTENTIAL, metal = problem->species_count + SB_LOCAL_TERMINAL;
  const double nothing[SB_MAX_SPECIES] = {0};
  const SbSite site = {.species_count = problem->species_count,
                       .species = problem->species,
                       .concentration = nothing,
                       .thermal_voltage = problem->thermal_voltage};
  SbBoundaryParams bare = terminal->boundary;
  SbSiteRows rows;
  memset(&rows, 0, sizeof rows);
  bare.couple_count = 0;
  terminal->kind->eval(&bare, &site, &rows);
  return !rows.replaces[phi] && rows.derivative[phi][metal] > 0.0;
}

/* A couple that an expectation or a sensitivity names. */
static void check_named(const SbProblem *problem, const char *name, int terminal, SbMark mark,
                        SbDiagnostics *diagnostics) {
  const char *names[64];
  size_t count = 0;
  SbSide at;
  if (!name || sb_problem_couple(problem, terminal, name, &at))
    return;
  for (int side = 0; side < 2; side++)
    for (int k = 0; k < problem->terminals[side].boundary.couple_count && count < 64; k++)
      names[count++] = problem->terminals[side].boundary.couples[k].deck->name;
  const char *near = sb_names_nearest(name, names, count);
  sb_error(diagnostics, mark, "no couple of %s is called '%s'%s%s%s",
           terminal < 0          ? "an electrode"
           : terminal == SB_LEFT ? "the left end"
                                 : "the right end",
           name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static void check_all_named(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const SbExpect *expects = problem->deck->expect.items;
  const SbVariant *steps = problem->deck->protocol.items;
  for (int i = 0; i < problem->deck->expect.count; i++)
    check_named(problem, expects[i].couple, expects[i].terminal, expects[i].mark, diagnostics);
  for (int i = 0; i < problem->deck->protocol.count; i++) {
    const SbSensitivityStep *step = steps[i].params;
    if (steps[i].schema && strcmp(steps[i].schema->name, "sensitivity") == 0)
      check_named(problem, step->couple, step->terminal, step->mark, diagnostics);
  }
}

void sb_couples_check(const SbProblem *problem, SbDiagnostics *diagnostics) {
  for (int side = 0; side < 2; side++) {
    const SbList *list = couple_list(problem, side);
    if (!list || list->count == 0)
      continue;
    const SbTerminalDeck *deck = side == SB_LEFT ? &problem->ends.left : &problem->ends.right;
    for (int k = 0; k < list->count; k++)
      check_couple(problem, side, &problem->terminals[side].boundary.couples[k], list->marks[k], diagnostics);
    check_open_circuit(problem, side, deck->boundary.mark, diagnostics);
    if (!problem->field->displacement && has_compact_layer(problem, side))
      sb_warning(diagnostics, deck->boundary.mark,
                 "a Stern layer has no effect in the field '%s', which holds no charge: use `field: poisson`",
                 problem->field->name);
  }
  check_all_named(problem, diagnostics);
  if (!problem->field->potential && sb_problem_reacts(problem, SB_LEFT) && sb_problem_reacts(problem, SB_RIGHT))
    sb_error(
        diagnostics, problem->ends.right.boundary.mark,
        "two electrodes need the potential of the solution between them, which a supported field leaves out: use "
        "`field: electroneutral` (or `poisson`) with the supporting salt among the species; a hundred times as much "
        "of it as of what reacts comes to much the same");
}
