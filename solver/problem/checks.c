/* What cannot be a well-posed cell is said here, with its place, before any solving. */
#include "problem/checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/constants.h"
#include "base/names.h"
#include "mesh/geometry.h"
#include "physics/boundary/reservoir.h"
#include "problem/cables.h"
#include "problem/couples.h"
#include "problem/membranes.h"
#include "problem/pools.h"
#include "problem/quantities.h"

static const double neutrality_tolerance = 1e-9; /* of the sum of charges: the rounding of a deck's decimals */
static const char *const side_names[] = {"left", "right"};

static const SbTerminalDeck *terminal_deck(const SbProblem *problem, int side) {
  return side == SB_LEFT ? &problem->ends.left : &problem->ends.right;
}

static SbMark region_mark(const SbProblem *problem, int r) {
  return problem->deck->domain.marks[r];
}

static void check_reservoir_region(const SbProblem *problem, int side, SbDiagnostics *diagnostics) {
  const SbReservoirParams *reservoir = problem->terminals[side].boundary.params;
  const SbComposition *composition = &reservoir->composition;
  if (!composition->region)
    return;
  const char *names[256];
  size_t count = 0;
  for (int r = 0; r < problem->region_count; r++) {
    if (problem->regions[r].membrane)
      continue;
    if (strcmp(problem->regions[r].name, composition->region) == 0) {
      if (!problem->regions[r].fill)
        sb_error(diagnostics, composition->mark, "region '%s' has no fill that could be the composition of a reservoir",
                 composition->region);
      return;
    }
    if (count < 256)
      names[count++] = problem->regions[r].name;
  }
  const char *near = sb_names_nearest(composition->region, names, count);
  sb_error(diagnostics, composition->mark, "no region is called '%s'%s%s%s", composition->region,
           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static void check_reservoir(const SbProblem *problem, int side, SbDiagnostics *diagnostics) {
  const SbTerminal *terminal = &problem->terminals[side];
  if (!terminal->kind->exchanges)
    return;
  const SbReservoirParams *reservoir = terminal->boundary.params;
  check_reservoir_region(problem, side, diagnostics);
  const int end = side == SB_LEFT ? 0 : problem->region_count - 1;
  double charge = 0.0, total = 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    const double c = terminal->boundary.composition[s], z = problem->species[s].charge;
    charge += z * c;
    total += fabs(z) * c;
    if (c > 0.0 && terminal->boundary.permeable[s] && problem->regions[end].partition[s] <= 0.0)
      sb_error(
          diagnostics, reservoir->composition.mark,
          "%s is in the %s reservoir but excluded (partition 0) from region '%s' beside it; say `impermeable: [%s]`",
          problem->species[s].name, side_names[side], problem->regions[end].name, problem->species[s].name);
  }
  if (problem->field->potential && fabs(charge) > neutrality_tolerance * total)
    sb_error(diagnostics, reservoir->composition.mark,
             "the %s reservoir is not electroneutral: its charges add up to %+.6g mol/m3 of elementary charges",
             side_names[side], charge);
}

static void check_species(const SbProblem *problem, SbDiagnostics *diagnostics) {
  for (int s = 0; s < problem->species_count; s++) {
    bool somewhere = false, enters = false;
    for (int side = 0; side < 2; side++)
      somewhere = somewhere || sb_problem_composition(problem, (SbSide)side, s) > 0.0;
    for (int r = 0; r < problem->region_count; r++) {
      const SbRegion *region = &problem->regions[r];
      if (region->membrane)
        continue;
      const bool filled = region->fill && region->fill[s].count > 0;
      somewhere = somewhere || filled;
      enters = enters || region->partition[s] > 0.0;
      for (int i = 0; filled && i < region->fill[s].count; i++) {
        if (region->partition[s] <= 0.0 && region->fill[s].concentration[i] > 0.0) {
          sb_error(diagnostics, region_mark(problem, r), "region '%s' is filled with %s and excludes it (partition 0)",
                   region->name, problem->species[s].name);
          break;
        }
      }
    }
    if (!somewhere || !enters)
      sb_error(diagnostics, problem->species[s].mark, "species %s is in no region: %s", problem->species[s].name,
               enters ? "no fill and no reservoir holds it" : "every region excludes it");
  }
}

static void check_amounts(const SbProblem *problem, SbDiagnostics *diagnostics) {
  for (int p = 0; p < problem->pool_count; p++) {
    const SbPool *pool = &problem->pools[p];
    if (!pool->closed || pool->filled)
      continue;
    sb_error(diagnostics, region_mark(problem, pool->first),
             "%s has no reservoir and no amount: no terminal fixes its concentration between regions '%s' and '%s', "
             "and no fill "
             "there names it (0 M is an amount)",
             problem->species[pool->species].name, problem->regions[pool->first].name,
             problem->regions[pool->last].name);
  }
}

static void check_geometry(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const SbMark top = {1, 1};
  if (!sb_geometry_is_radial(problem->geometry)) {
    if (problem->inner_radius > 0.0)
      sb_error(diagnostics, top, "inner_radius belongs to a cylindrical or spherical geometry; this one is %s",
               sb_geometry_names[problem->geometry]);
    return;
  }
  if (problem->inner_radius <= 0.0 && problem->terminals[SB_LEFT].kind->carries_current)
    sb_error(diagnostics, terminal_deck(problem, SB_LEFT)->boundary.mark,
             "x = 0 is the %s of the geometry and has no area: give an inner_radius, or make this end `wall: {}`",
             strcmp(sb_geometry_names[problem->geometry], "spherical") == 0 ? "centre" : "axis");
}

/* The blocks of the matrix are counted in 32 bits, as PETSc counts them. */
static void check_size(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const double width = problem->species_count + 1;
  double cells = 0.0;
  for (int r = 0; r < problem->region_count; r++)
    cells += problem->regions[r].cells;
  const int wanted = problem->deck->mesh.cells;
  const int fewest = SB_FEWEST_CELLS * sb_problem_widths(problem, 0);
  if (wanted > 0 && wanted < fewest)
    sb_error(diagnostics, region_mark(problem, 0),
             "%d cells are too few: a region needs at least %d, which makes %d here", wanted, SB_FEWEST_CELLS, fewest);
  if (3.0 * width * width * cells > 2.0e9)
    sb_error(diagnostics, region_mark(problem, 0),
             "%.0f cells with %d species are more than one run can hold: at most %.0f cells", cells,
             problem->species_count, floor(2.0e9 / (3.0 * width * width)));
}

/* Fills in the controls that the deck may leave out, then looks for a reference of the potential. */
static void check_controls(SbProblem *problem, SbDiagnostics *diagnostics) {
  for (int side = 0; side < 2; side++) {
    SbTerminal *terminal = &problem->terminals[side];
    const SbTerminalDeck *in = terminal_deck(problem, side);
    if (!terminal->kind->carries_current) {
      const bool silent = !terminal->control;
      const bool zero = !silent && terminal->control == &sb_control_current &&
                        terminal->control->setpoint(terminal->control_params, -1.0) == 0.0 &&
                        !isfinite(terminal->control->next_break(terminal->control_params, -1.0));
      if (!silent && !zero)
        sb_error(diagnostics, in->control.mark, "no current passes a %s: its only control is `current: 0 A/m2`",
                 terminal->kind->schema.name);
      terminal->control = NULL;
    } else if (!terminal->control && side == SB_RIGHT) {
      sb_error(diagnostics, in->boundary.mark,
               "the right terminal needs a control: `potential`, `current` (0 A/m2 is open circuit) or `load`");
    }
  }
}

static bool sets_potential(const SbTerminal *terminal, bool is_left) {
  return terminal->control ? terminal->control->sets_potential : is_left && terminal->kind->carries_current;
}

static void check_reference(SbProblem *problem, SbDiagnostics *diagnostics) {
  SbTerminal *left = &problem->terminals[SB_LEFT], *right = &problem->terminals[SB_RIGHT];
  if (problem->cable)
    return; /* its outside is */
  if (!left->kind->carries_current && !right->kind->carries_current) {
    problem->isolated = true;
    return;
  }
  const bool referenced = sets_potential(left, true) || sets_potential(right, false);
  for (int side = 0; side < 2; side++) {
    SbTerminal *terminal = &problem->terminals[side];
    const SbTerminal *other = &problem->terminals[1 - side];
    const SbTerminalDeck *in = terminal_deck(problem, side);
    if (!terminal->control || terminal->control->sets_potential)
      continue;
    if (!problem->field->potential && terminal->boundary.couple_count > 0 && !other->kind->carries_current)
      continue; /* the support carries the current past a wall */
    if (!other->kind->carries_current) {
      /* the wall opposite lets no current pass, so that the current decides nothing: this end becomes the reference */
      if (terminal->control->setpoint(terminal->control_params, -1.0) != 0.0 ||
          isfinite(terminal->control->next_break(terminal->control_params, -1.0)))
        sb_error(diagnostics, in->control.mark, "no current can flow: the %s end is a wall", side_names[1 - side]);
      terminal->floating = true;
    } else if (!referenced && side == SB_RIGHT) {
      sb_error(diagnostics, in->control.mark,
               "neither terminal has a potential: one of the two needs `potential` as the reference of the other (the "
               "left one's "
               "default is 0 V)");
    } else if (terminal->control->needs_far && !sets_potential(other, side == SB_RIGHT)) {
      sb_error(diagnostics, in->control.mark, "a %s needs the other terminal at a known potential",
               terminal->control->schema.name);
    }
  }
}

/* An impedance is measured of a steady state, by a current that can pass. */
static void check_impedance(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const SbVariant *steps = problem->deck->protocol.items;
  const SbTerminal *terminals = problem->terminals;
  const bool open = problem->field->potential
                        ? terminals[SB_LEFT].kind->carries_current && terminals[SB_RIGHT].kind->carries_current
                        : problem->has_potential;
  for (int i = 0; i < problem->deck->protocol.count; i++) {
    if (strcmp(steps[i].schema->name, "impedance") != 0)
      continue;
    if (!open)
      sb_error(diagnostics, steps[i].mark, "this cell has no impedance: %s",
               problem->field->potential ? "a wall lets no current pass"
                                         : "no couple reacts, and the supporting electrolyte leaves no potential drop");
    if (i == 0 || strcmp(steps[i - 1].schema->name, "transient") == 0)
      sb_error(diagnostics, steps[i].mark, "an impedance is that of a steady state: put `steady` before this step");
  }
}

static bool starts_steady(const SbProblem *problem) {
  const SbVariant *steps = problem->deck->protocol.items;
  return problem->deck->protocol.count > 0 && strcmp(steps[0].schema->name, "transient") != 0;
}

/* What electroneutrality cannot hold: charge on a blocking electrode, and fills that are not neutral to begin with. */
static void check_electroneutral(const SbProblem *problem, SbDiagnostics *diagnostics) {
  if (!problem->electroneutral)
    return;
  for (int side = 0; side < 2; side++)
    if (problem->terminals[side].kind->holds_charge && !sb_problem_reacts(problem, (SbSide)side))
      sb_error(diagnostics, terminal_deck(problem, side)->boundary.mark,
               "a blocking electrode only charges, and an electroneutral field has no charge to give it: use `field: "
               "poisson`");
  if (starts_steady(problem))
    return;
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegion *region = &problem->regions[r];
    for (int k = 0; k <= 8; k++) {
      double charge = region->fixed_charge, total = fabs(region->fixed_charge);
      for (int s = 0; region->fill && s < problem->species_count; s++) {
        const double c =
            region->fill[s].count > 0 ? sb_profile_at(&region->fill[s], k / 8.0 * (region->right - region->left)) : 0.0;
        charge += problem->species[s].charge * c;
        total += abs(problem->species[s].charge) * c;
      }
      if (fabs(charge) <= neutrality_tolerance * total)
        continue;
      sb_error(diagnostics, region_mark(problem, r),
               "an electroneutral transient starts from electroneutral fills; in region '%s' the charges add up to "
               "%+.6g mol/m3 of elementary charges",
               region->name, charge);
      break;
    }
  }
}

/* A steady state through an end that no ion passes has no current; one that would need it is refused. */
static void check_steady_current(const SbProblem *problem, SbDiagnostics *diagnostics) {
  if (!problem->blocked || !sb_problem_becomes_steady(problem) || !problem->field->potential)
    return;
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    if (!terminal->control || terminal->floating || terminal->control != &sb_control_current)
      continue;
    const double current = terminal->control->setpoint(terminal->control_params, -1.0);
    if (current != 0.0)
      sb_error(diagnostics, terminal_deck(problem, side)->control.mark,
               "no ion can pass from end to end, so there is no steady state with a current of %g A/m2: use a "
               "transient step",
               current);
  }
}

static void check_isolated_charge(const SbProblem *problem, SbDiagnostics *diagnostics) {
  if (!problem->isolated || !problem->field->displacement || problem->geometry != 0)
    return;
  double charge = 0.0, total = 0.0;
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegion *region = &problem->regions[r];
    const double width = region->right - region->left;
    charge += region->fixed_charge * width;
    total += fabs(region->fixed_charge) * width;
    for (int s = 0; region->fill && s < problem->species_count; s++) {
      const SbProfile *fill = &region->fill[s];
      const int pieces = 2000;
      for (int i = 0; fill->count > 0 && i < pieces; i++) {
        const double c = sb_profile_at(fill, (i + 0.5) * width / pieces) * width / pieces;
        charge += problem->species[s].charge * c;
        total += abs(problem->species[s].charge) * c;
      }
    }
  }
  double walls = 0.0;
  for (int side = 0; side < 2; side++) {
    SbSiteRows rows = {0};
    const SbSite site = {.species_count = 0, .thermal_voltage = problem->thermal_voltage};
    problem->terminals[side].kind->eval(&problem->terminals[side].boundary, &site, &rows);
    walls += rows.value[SB_LOCAL_POTENTIAL];
  }
  const double farad = SB_FARADAY;
  if (fabs(charge * farad + walls) > 1e-6 * (total * farad + fabs(walls)))
    sb_error(diagnostics, terminal_deck(problem, SB_LEFT)->boundary.mark,
             "between two walls the cell as a whole must be electroneutral: its charges add up to %.4g C/m2",
             charge * farad + walls);
}

/* A charge is that of an electrode or a wall; a reservoir has none. */
static void check_charged(const SbProblem *problem, int side, SbMark mark, SbDiagnostics *diagnostics) {
  if (side >= 0 && problem->terminals[side].kind->exchanges)
    sb_error(diagnostics, mark, "the %s terminal is a reservoir and holds no charge", side_names[side]);
}

static void check_expected_charges(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const SbList *expects = &problem->deck->expect;
  for (int i = 0; i < expects->count; i++) {
    const SbExpect *expect = (const SbExpect *)expects->items + i;
    if (expect->quantity == SB_QUANTITY_CHARGE)
      check_charged(problem, expect->terminal, expect->mark, diagnostics);
  }
}

/* A sensitivity is that of a steady state, which other sensitivities and an impedance leave as it is; a sweep's last
   state is one of a deck that is no more. */
static void check_sensitivities(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const SbVariant *steps = problem->deck->protocol.items;
  bool steady = false;
  for (int i = 0; i < problem->deck->protocol.count; i++) {
    const char *name = steps[i].schema->name;
    steady = strcmp(name, "steady") == 0 || (steady && strcmp(name, "transient") != 0 && strcmp(name, "sweep") != 0);
    if (strcmp(name, "sensitivity") != 0)
      continue;
    const SbSensitivityStep *step = steps[i].params;
    if (!steady)
      sb_error(diagnostics, steps[i].mark, "a sensitivity is that of a steady state: put `steady` before this step");
    if (step->quantity == SB_QUANTITY_POTENTIAL && !problem->has_potential)
      sb_error(diagnostics, steps[i].mark,
               "this cell has no potential: in a supported field only an electrode on which couples react has one");
    if (step->quantity == SB_QUANTITY_CHARGE)
      check_charged(problem, step->terminal, step->mark, diagnostics);
  }
}

bool sb_problem_check(SbProblem *problem, SbDiagnostics *diagnostics) {
  const size_t before = sb_diagnostics_errors(diagnostics);
  for (int side = 0; side < 2; side++)
    check_reservoir(problem, side, diagnostics);
  check_species(problem, diagnostics);
  check_amounts(problem, diagnostics);
  check_geometry(problem, diagnostics);
  check_size(problem, diagnostics);
  check_expected_charges(problem, diagnostics);
  sb_couples_check(problem, diagnostics);
  sb_pools_check(problem, diagnostics);
  sb_membranes_check(problem, diagnostics);
  sb_cables_check(problem, diagnostics);
  check_controls(problem, diagnostics);
  if (sb_diagnostics_errors(diagnostics) == before) {
    check_reference(problem, diagnostics);
    check_steady_current(problem, diagnostics);
    check_electroneutral(problem, diagnostics);
    check_isolated_charge(problem, diagnostics);
    check_impedance(problem, diagnostics);
    check_sensitivities(problem, diagnostics);
  }
  return sb_diagnostics_errors(diagnostics) == before;
}
