#include "problem/membranes.h"

#include <math.h>
#include <string.h>

#include "base/constants.h"
#include "base/names.h"
#include "physics/mechanism.h"

bool sb_membrane_carries(const SbMembrane *membrane, int species) {
  for (int m = 0; m < membrane->mechanism_count; m++)
    if (membrane->mechanisms[m].kind->carries(membrane->mechanisms[m].params, species))
      return true;
  return false;
}

static SbMembrane *resolve(SbProblem *problem, double capacitance, const SbList *list) {
  const SbMechanismDeck *mechanisms = list->items;
  SbMembrane *membrane = sb_arena_alloc(problem->arena, 1, sizeof *membrane);
  membrane->capacitance = capacitance;
  membrane->mechanism_count = list->count;
  membrane->mechanisms = sb_arena_alloc(problem->arena, (size_t)list->count + 1, sizeof *membrane->mechanisms);
  for (int m = 0; m < membrane->mechanism_count; m++) {
    const SbMembraneKind *kind = sb_membrane_kinds[mechanisms[m].kind.index];
    const void *params =
        sb_schema_copy(problem->arena, &kind->schema, problem->species_count, mechanisms[m].kind.params);
    const int gates = kind->gate_count ? kind->gate_count(params) : 0;
    membrane->mechanisms[m] = (SbMechanism){.name = mechanisms[m].name,
                                            .kind = kind,
                                            .params = params,
                                            .first_gate = membrane->gate_count,
                                            .gate_count = gates};
    membrane->gate_count += gates;
  }
  for (int side = 0; side < 2; side++)
    membrane->share[side] = sb_arena_alloc(problem->arena, (size_t)problem->species_count, sizeof(double));
  return membrane;
}

void sb_membrane_resolve(SbProblem *problem, const SbMembraneDeck *deck, SbRegion *region) {
  const size_t species = (size_t)problem->species_count;
  const double capacitance =
      isnan(deck->capacitance) ? SB_VACUUM_PERMITTIVITY * deck->permittivity / deck->thickness : deck->capacitance;
  region->name = deck->name;
  region->membrane = resolve(problem, capacitance, &deck->mechanisms);
  region->cells = 1;
  region->permittivity = SB_VACUUM_PERMITTIVITY * problem->deck->medium.permittivity;
  region->diffusivity = sb_arena_alloc(problem->arena, species, sizeof(double));
  region->partition = sb_arena_alloc(problem->arena, species, sizeof(double));
  for (int s = 0; s < problem->species_count; s++) {
    region->diffusivity[s] = problem->species[s].diffusivity;
    region->partition[s] = sb_membrane_carries(region->membrane, s) ? 1.0 : 0.0;
  }
}

SbMembrane *sb_sheath_resolve(SbProblem *problem, const SbSheathDeck *deck) {
  SbMembrane *sheath = resolve(problem, deck->capacitance, &deck->mechanisms);
  sheath->outside = sb_arena_alloc(problem->arena, (size_t)problem->species_count, sizeof(double));
  for (int s = 0; s < problem->species_count; s++)
    sheath->outside[s] = isnan(deck->outside[s]) ? 0.0 : deck->outside[s];
  return sheath;
}

/* What the deck says that a region has of a species, x (m) from its left edge. */
static double composition(const SbProblem *problem, const SbRegion *region, double x, int s) {
  if (region->partition[s] <= 0.0)
    return 0.0;
  if (region->fill && region->fill[s].count > 0)
    return sb_profile_at(&region->fill[s], x);
  return region->fill ? 0.0
                      : fmax(sb_problem_composition(problem, SB_LEFT, s), sb_problem_composition(problem, SB_RIGHT, s));
}

/* A thin charge layer holds of each ion z c psi: of its charge, each carries z^2 c in their sum (Debye & Hueckel). */
static void share(const SbProblem *problem, const SbRegion *region, double x, double *shares) {
  double sum = 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    const double z = problem->species[s].charge;
    shares[s] = z * z * composition(problem, region, x, s);
    sum += shares[s];
  }
  for (int s = 0; s < problem->species_count && sum > 0.0; s++)
    shares[s] /= sum;
}

static void complete(SbProblem *problem, int r) {
  const SbRegion *left = &problem->regions[r - 1], *right = &problem->regions[r + 1];
  SbMembrane *membrane = problem->regions[r].membrane;
  membrane->inside_right = strcmp(sb_deck_membrane(problem->deck, r)->inside, right->name) == 0;
  share(problem, left, left->right - left->left, membrane->share[SB_LEFT]);
  share(problem, right, 0.0, membrane->share[SB_RIGHT]);
}

void sb_membranes_complete(SbProblem *problem) {
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegion *region = &problem->regions[r];
    if (region->membrane && r > 0 && r < problem->region_count - 1)
      complete(problem, r);
    if (region->sheath)
      share(problem, region, 0.5 * (region->right - region->left), region->sheath->share[SB_LEFT]);
  }
}

/* ---- checks
 * ---------------------------------------------------------------------------------------------------------- */
/* "; did you mean 'plasma'?", or nothing. */
static const char *suggestion(SbArena *arena, const char *word, const char *const *names, int count) {
  const char *near = sb_names_nearest(word, names, (size_t)count);
  return near ? sb_arena_printf(arena, "; did you mean '%s'?", near) : "";
}

static void check_neighbours(const SbProblem *problem, int r, const SbMembraneDeck *deck, SbDiagnostics *diagnostics) {
  const SbRegion *left = &problem->regions[r - 1], *right = &problem->regions[r + 1];
  if (left->membrane)
    return; /* reported there */
  if (right->membrane) {
    sb_error(diagnostics, deck->mark, "membrane '%s' touches membrane '%s': there must be a region between them",
             deck->name, right->name);
    return;
  }
  if (strcmp(deck->inside, left->name) != 0 && strcmp(deck->inside, right->name) != 0)
    sb_error(diagnostics, deck->mark,
             "the inside of membrane '%s' must be one of its neighbours, '%s' or '%s'; found '%s'%s", deck->name,
             left->name, right->name, deck->inside,
             suggestion(problem->arena, deck->inside, (const char *[]){left->name, right->name}, 2));
  for (int s = 0; s < problem->species_count; s++)
    for (int side = -1; side <= 1; side += 2)
      if (problem->regions[r].partition[s] > 0.0 && problem->regions[r + side].partition[s] <= 0.0)
        sb_error(diagnostics, deck->mark,
                 "membrane '%s' carries %s, which region '%s' beside it excludes (partition 0)", deck->name,
                 problem->species[s].name, problem->regions[r + side].name);
}

static void check_shares(const SbProblem *problem, int r, const SbMembraneDeck *deck, SbDiagnostics *diagnostics) {
  const SbMembrane *membrane = problem->regions[r].membrane;
  for (int face = 0; face < 2 && problem->electroneutral && membrane->capacitance > 0.0; face++) {
    double sum = 0.0;
    for (int s = 0; s < problem->species_count; s++)
      sum += membrane->share[face][s];
    if (!(sum > 0.0))
      sb_error(diagnostics, deck->mark, "no ion is in region '%s' that could charge membrane '%s'",
               problem->regions[face == SB_LEFT ? r - 1 : r + 1].name, deck->name);
  }
}

/* Where the field goes on to neither side, no charge stands at a membrane: its potential follows from the currents
   alone, and a Poisson field has no equation for them while it changes. */
static void check_capacitance(const SbProblem *problem, int r, const SbMembraneDeck *deck, SbDiagnostics *diagnostics) {
  const SbVariant *steps = problem->deck->protocol.items;
  if (problem->regions[r].membrane->capacitance > 0.0 || !problem->field->displacement)
    return;
  for (int i = 0; i < problem->deck->protocol.count; i++)
    if (strcmp(steps[i].schema->name, "transient") == 0) {
      sb_error(diagnostics, deck->mark,
               "membrane '%s' has no capacitance, so that nothing says how its potential changes in a transient of a "
               "Poisson field: give it one (1 uF/cm2 is a cell's), or use `field: electroneutral`",
               deck->name);
      return;
    }
}

void sb_membrane_check_mechanisms(const SbProblem *problem, const SbMembrane *membrane, const SbList *mechanisms,
                                  const char *name, SbMark mark, SbDiagnostics *diagnostics) {
  int most = SB_MAX_SPECIES - problem->species_count; /* unknowns of a node are so many at most */
  most = most < SB_MAX_GATES ? most : SB_MAX_GATES;
  if (membrane->gate_count > most)
    sb_error(diagnostics, mark, "membrane '%s' has %d gates; with %d species it may have %d at most", name,
             membrane->gate_count, problem->species_count, most);
  for (int m = 0; m < membrane->mechanism_count; m++) {
    const SbMechanism *mechanism = &membrane->mechanisms[m];
    for (int s = 0; s < problem->species_count && mechanism->kind->needs_charge; s++)
      if (problem->species[s].charge == 0 && mechanism->kind->carries(mechanism->params, s))
        sb_error(diagnostics, mechanisms->marks[m], "%s has no charge: a '%s' carries a current, which needs an ion",
                 problem->species[s].name, mechanism->kind->schema.name);
  }
}

static const char *membrane_like(const SbProblem *problem, const char *word) {
  const char **names = sb_arena_alloc(problem->arena, (size_t)problem->region_count, sizeof *names);
  int count = 0;
  for (int r = 0; r < problem->region_count; r++)
    if (problem->regions[r].membrane)
      names[count++] = problem->regions[r].name;
  return suggestion(problem->arena, word, names, count);
}

static const char *mechanism_like(const SbProblem *problem, const SbMembrane *membrane, const char *word) {
  const char **names = sb_arena_alloc(problem->arena, (size_t)membrane->mechanism_count + 1, sizeof *names);
  for (int m = 0; m < membrane->mechanism_count; m++)
    names[m] = membrane->mechanisms[m].name;
  return suggestion(problem->arena, word, names, membrane->mechanism_count);
}

/* "it has none", or the gates that there are. */
static const char *gates_of(const SbProblem *problem, const SbMechanism *mechanism) {
  const char *list = NULL;
  for (int g = 0; g < mechanism->gate_count; g++) {
    const char *name = mechanism->kind->gate_name(mechanism->params, g);
    list = sb_arena_printf(problem->arena, "%s%s'%s'", list ? list : "it has ", list ? ", " : "", name);
  }
  return list ? list : "it has none";
}

/* Names that an expectation or a sensitivity uses; NULL where it names none. */
static void check_names(const SbProblem *problem, const char *name, const char *mechanism, const char *gate,
                        SbMark mark, SbDiagnostics *diagnostics) {
  int region;
  const SbMembrane *membrane = name ? sb_problem_membrane(problem, name, &region) : NULL;
  if (name && !membrane) {
    sb_error(diagnostics, mark, "no membrane is called '%s'%s", name, membrane_like(problem, name));
    return;
  }
  if (!membrane || !mechanism)
    return;
  const int m = sb_membrane_mechanism(membrane, mechanism);
  if (m < 0)
    sb_error(diagnostics, mark, "membrane '%s' has no mechanism called '%s'%s", name, mechanism,
             mechanism_like(problem, membrane, mechanism));
  else if (gate && sb_mechanism_gate(&membrane->mechanisms[m], gate) < 0)
    sb_error(diagnostics, mark, "mechanism '%s' has no gate called '%s': %s", mechanism, gate,
             gates_of(problem, &membrane->mechanisms[m]));
}

static void check_all_names(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const SbDeck *deck = problem->deck;
  for (int i = 0; i < deck->expect.count; i++) {
    const SbExpect *expect = (const SbExpect *)deck->expect.items + i;
    check_names(problem, expect->membrane, expect->mechanism, expect->gate, expect->mark, diagnostics);
  }
  for (int i = 0; i < deck->protocol.count; i++) {
    const SbVariant *variant = (const SbVariant *)deck->protocol.items + i;
    const SbSensitivityStep *step = variant->params;
    if (strcmp(variant->schema->name, "sensitivity") == 0)
      check_names(problem, step->membrane, step->mechanism, step->gate, step->mark, diagnostics);
  }
}

/* Where membranes let no ion pass from end to end, no current tells the potential between two reservoirs: at open
   circuit it is whatever charge stands there. */
static void check_open_circuit(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const SbVariant *steps = problem->deck->protocol.items;
  const SbTerminal *terminals = problem->terminals;
  int open = -1;
  for (int side = 0; side < 2; side++) {
    if (!terminals[side].kind->exchanges)
      return;
    if (terminals[side].control && !terminals[side].control->sets_potential)
      open = side;
  }
  if (!problem->blocked || !sb_problem_has_membranes(problem) || open < 0)
    return;
  for (int i = 0; i < problem->deck->protocol.count; i++)
    if (strcmp(steps[i].schema->name, "transient") != 0) {
      sb_error(diagnostics, steps[i].mark,
               "no ion can pass from end to end, so that nothing fixes the %s terminal's potential in a steady state: "
               "give it a `potential`, or use a transient step",
               open == SB_RIGHT ? "right" : "left");
      return;
    }
}

/* Gates can be frozen where there are any, and where a step before has left them. */
static void check_frozen_gates(const SbProblem *problem, SbDiagnostics *diagnostics) {
  const SbVariant *steps = problem->deck->protocol.items;
  int gates = 0;
  for (int r = 0; r < problem->region_count; r++)
    gates += problem->regions[r].membrane ? problem->regions[r].membrane->gate_count : 0;
  for (int i = 0; i < problem->deck->protocol.count; i++) {
    const SbSweepStep *sweep = strcmp(steps[i].schema->name, "sweep") == 0 ? steps[i].params : NULL;
    if (!sweep || sweep->gates != SB_GATES_FROZEN)
      continue;
    if (gates == 0)
      sb_error(diagnostics, steps[i].mark, "'gates: frozen' needs a membrane with a gated channel; this cell has none");
    else if (i == 0)
      sb_error(
          diagnostics, steps[i].mark,
          "'gates: frozen' keeps the gates where the step before left them: put a `steady` or a `transient` before "
          "this sweep");
  }
}

void sb_membranes_check(const SbProblem *problem, SbDiagnostics *diagnostics) {
  for (int r = 0; r < problem->region_count; r++) {
    const SbMembraneDeck *deck = sb_deck_membrane(problem->deck, r);
    if (!deck)
      continue;
    if (!problem->field->potential)
      sb_error(diagnostics, deck->mark,
               "a membrane needs the potentials of the solutions beside it, which a supported field does not have");
    if (r == 0 || r == problem->region_count - 1) {
      sb_error(diagnostics, deck->mark,
               "membrane '%s' stands at the end of the domain: there must be a region on both sides", deck->name);
      continue;
    }
    check_neighbours(problem, r, deck, diagnostics);
    check_capacitance(problem, r, deck, diagnostics);
    sb_membrane_check_mechanisms(problem, problem->regions[r].membrane, &deck->mechanisms, deck->name, deck->mark,
                                 diagnostics);
    check_shares(problem, r, deck, diagnostics);
  }
  check_all_names(problem, diagnostics);
  check_frozen_gates(problem, diagnostics);
  check_open_circuit(problem, diagnostics);
}

/* ---- questions
 * ------------------------------------------------------------------------------------------------------- */
int sb_membrane_mechanism(const SbMembrane *membrane, const char *name) {
  for (int m = 0; m < membrane->mechanism_count; m++)
    if (strcmp(membrane->mechanisms[m].name, name) == 0)
      return m;
  return -1;
}

int sb_mechanism_gate(const SbMechanism *mechanism, const char *name) {
  for (int g = 0; g < mechanism->gate_count; g++)
    if (strcmp(mechanism->kind->gate_name(mechanism->params, g), name) == 0)
      return mechanism->first_gate + g;
  return -1;
}

/* The membrane of a region, or around it; NULL where there is none. */
static const SbMembrane *membrane_of(const SbRegion *region) {
  return region->membrane ? region->membrane : region->sheath;
}

bool sb_problem_moves(const SbProblem *problem, double a, double b) {
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    if (terminal->control && terminal->control->setpoint(terminal->control_params, a) !=
                                 terminal->control->setpoint(terminal->control_params, b))
      return true;
  }
  for (int r = 0; r < problem->region_count; r++) {
    const SbMembrane *membrane = membrane_of(&problem->regions[r]);
    for (int m = 0; membrane && m < membrane->mechanism_count; m++) {
      const SbMechanism *mechanism = &membrane->mechanisms[m];
      if (mechanism->kind->setpoint &&
          mechanism->kind->setpoint(mechanism->params, a) != mechanism->kind->setpoint(mechanism->params, b))
        return true;
    }
  }
  return false;
}

double sb_problem_next_break(const SbProblem *problem, double t) {
  double next = INFINITY;
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    if (terminal->control)
      next = fmin(next, terminal->control->next_break(terminal->control_params, t));
  }
  for (int r = 0; r < problem->region_count; r++) {
    const SbMembrane *membrane = membrane_of(&problem->regions[r]);
    for (int m = 0; membrane && m < membrane->mechanism_count; m++) {
      const SbMechanism *mechanism = &membrane->mechanisms[m];
      if (mechanism->kind->next_break)
        next = fmin(next, mechanism->kind->next_break(mechanism->params, t));
    }
  }
  return next;
}

const SbMembrane *sb_problem_membrane(const SbProblem *problem, const char *name, int *region) {
  for (int r = 0; r < problem->region_count; r++) {
    if (!problem->regions[r].membrane || strcmp(problem->regions[r].name, name) != 0)
      continue;
    *region = r;
    return problem->regions[r].membrane;
  }
  return NULL;
}

bool sb_problem_has_membranes(const SbProblem *problem) {
  return problem->cable || sb_problem_widths(problem, 0) < problem->region_count;
}

int sb_problem_widths(const SbProblem *problem, int first) {
  int count = 0;
  for (int r = first; r < problem->region_count; r++)
    count += !problem->regions[r].membrane;
  return count;
}
