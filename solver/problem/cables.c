/* A cable is followed in time only. Its membrane passes ions at rest as well: their currents cancel, but each changes a
   concentration inside, so that a steady state would be that of a cell run down. */
#include "problem/cables.h"

#include <math.h>
#include <string.h>

#include "problem/membranes.h"

static const double neutrality_tolerance = 1e-9; /* of the sum of charges: the rounding of a deck's decimals */

static void check_outside(const SbProblem *problem, const SbRegion *region, SbMark mark, SbDiagnostics *diagnostics) {
  double charge = 0.0, total = 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    const double c = region->sheath->outside[s], z = problem->species[s].charge;
    charge += z * c;
    total += fabs(z) * c;
  }
  if (fabs(charge) > neutrality_tolerance * total)
    sb_error(diagnostics, mark,
             "the outside of region '%s' is not electroneutral: its charges add up to %+.6g mol/m3 of elementary "
             "charges",
             region->name, charge);
}

static void check_sheath(const SbProblem *problem, const SbRegion *region, const SbSheathDeck *deck,
                         SbDiagnostics *diagnostics) {
  double shares = 0.0;
  check_outside(problem, region, deck->mark, diagnostics);
  sb_membrane_check_mechanisms(problem, region->sheath, &deck->mechanisms, region->name, deck->mark, diagnostics);
  for (int s = 0; s < problem->species_count; s++) {
    shares += region->sheath->share[SB_LEFT][s];
    if (region->partition[s] <= 0.0 && sb_membrane_carries(region->sheath, s))
      sb_error(diagnostics, deck->mark, "the membrane around region '%s' carries %s, which the region excludes",
               region->name, problem->species[s].name);
  }
  if (region->sheath->capacitance == 0.0 && region->sheath->mechanism_count == 0)
    sb_error(diagnostics, deck->mark,
             "the membrane around region '%s' neither charges nor passes anything: leave it out, or give it a "
             "capacitance",
             region->name);
  if (region->sheath->capacitance > 0.0 && !(shares > 0.0))
    sb_error(diagnostics, deck->mark, "no ion is in region '%s' that could charge its membrane", region->name);
}

/* Gates of both membranes are unknowns where two regions meet; and the potential has no jump there. */
static void check_boundary(const SbProblem *problem, int r, SbDiagnostics *diagnostics) {
  const SbRegion *left = &problem->regions[r], *right = &problem->regions[r + 1];
  const SbMark mark = problem->deck->domain.marks[r + 1];
  const SbMembrane *before = left->sheath, *after = right->membrane ? right->membrane : right->sheath;
  const int gates = (before ? before->gate_count : 0) + (after ? after->gate_count : 0);
  if (gates > SB_MAX_SPECIES - problem->species_count)
    sb_error(diagnostics, mark, "'%s' and '%s' meet with %d gates; with %d species they may have %d at most",
             left->name, right->name, gates, problem->species_count, SB_MAX_SPECIES - problem->species_count);
  bool jumps = left->fixed_charge != right->fixed_charge;
  for (int s = 0; s < problem->species_count; s++)
    jumps = jumps || left->partition[s] != right->partition[s];
  if (jumps && !left->membrane && !right->membrane)
    sb_error(diagnostics, mark,
             "fixed charge and partition coefficients must be the same along a cable: '%s' differs from '%s'",
             right->name, left->name);
}

static void check_ends(const SbProblem *problem, SbDiagnostics *diagnostics) {
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    const SbTerminalDeck *deck = side == SB_LEFT ? &problem->ends.left : &problem->ends.right;
    if (terminal->kind->holds_charge)
      sb_error(diagnostics, deck->boundary.mark, "an end of a cable is a `wall` or a `reservoir`; found '%s'",
               terminal->kind->schema.name);
    else if (side == SB_LEFT && terminal->kind->carries_current && !terminal->control)
      sb_error(
          diagnostics, deck->boundary.mark,
          "the left end of a cable has no default: expected a control, `potential` (against the outside) or `current`");
    else if (terminal->control && terminal->control->needs_far)
      sb_error(diagnostics, deck->control.mark,
               "a %s would join the two ends of the cable, between which the current is not the same: expected "
               "`potential` or `current`",
               terminal->control->schema.name);
  }
}

static void check_steps(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const SbVariant *steps = problem->deck->protocol.items;
  for (int i = 0; i < problem->deck->protocol.count; i++)
    if (strcmp(steps[i].schema->name, "transient") != 0)
      sb_error(diagnostics, steps[i].mark,
               "a cable knows `transient` steps only; found '%s': its membrane at rest balances the currents, but not "
               "those of each ion, so that nothing is steady (a transient starts at rest)",
               steps[i].schema->name);
}

void sb_cables_check(const SbProblem *problem, SbDiagnostics *diagnostics) {
  bool covered = false;
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegionDeck *deck = sb_deck_region(problem->deck, r);
    if (!problem->regions[r].sheath)
      continue;
    covered = true;
    if (!problem->cable)
      sb_error(
          diagnostics, deck->membrane.mark,
          "the membrane around region '%s' needs `geometry: cable` (a thin membrane between regions is an entry of "
          "the domain, `- membrane: NAME`)",
          deck->name);
    else
      check_sheath(problem, &problem->regions[r], &deck->membrane, diagnostics);
  }
  if (!problem->cable)
    return;
  if (!covered)
    sb_error(diagnostics, problem->deck->domain.marks[0], "no region of this cable has a `membrane`");
  if (!problem->electroneutral)
    sb_error(diagnostics, problem->deck->domain.marks[0], "a cable needs `field: electroneutral`; found '%s'",
             problem->field->name);
  for (int r = 0; r + 1 < problem->region_count; r++)
    check_boundary(problem, r, diagnostics);
  check_ends(problem, diagnostics);
  check_steps(problem, diagnostics);
}
