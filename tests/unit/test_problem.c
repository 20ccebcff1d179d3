/* From a deck to a problem: defaults, derived constants, which species are closed in, what is a cell without current.
 */
#include <float.h>

#include "../cell.h"

#include "base/constants.h"
#include "problem/language.h"

enum { SODIUM, CALCIUM, CHLORIDE };
#define SALT       "species: [Na+, Ca2+, Cl-]\n"
#define BATH(name) "  - {region: " name ", width: 10 nm, fill: {Na+: 60 mM, Ca2+: 20 mM, Cl-: 100 mM}}\n"

static bool near(double value, double wanted) {
  return fabs(value - wanted) <= 4 * DBL_EPSILON * fabs(wanted);
}

static void defaults_are_filled_in(void **state) {
  (void)state;
  Cell cell = cell_problem(SALT "domain:\n" BATH(
      "bath") "terminals: {left: {reservoir: bath}, right: {reservoir: bath, current: 0 A/m2}}\n");
  const SbProblem *problem = cell.problem;
  assert_true(near(problem->temperature, 298.15));
  assert_true(near(problem->thermal_voltage, 8.314462618 * 298.15 / 96485.33212));
  assert_string_equal(problem->field->name, "poisson");
  assert_true(problem->geometry == 0 && problem->inner_radius == 0.0 && !problem->electroneutral);
  assert_int_equal(problem->region_count, 1);
  const SbRegion *bath = &problem->regions[0];
  assert_true(bath->left == 0.0 && near(bath->right, 10e-9) && near(problem->length, 10e-9));
  assert_true(near(bath->permittivity, 78.4 * SB_VACUUM_PERMITTIVITY) && bath->fixed_charge == 0.0 && bath->cells == 0);
  for (int s = 0; s < 3; s++) {
    assert_true(bath->partition[s] == 1.0);
    assert_true(bath->diffusivity[s] == problem->species[s].diffusivity);
  }
  assert_null(problem->terminals[SB_LEFT].control);
  assert_string_equal(problem->terminals[SB_RIGHT].control->schema.name, "current");
  assert_true(near(problem->concentration_scale, 100.0));
  assert_true(near(problem->species_scale[SODIUM], 60.0) && near(problem->species_scale[CALCIUM], 20.0));
  assert_false(problem->blocked || problem->isolated);
  cell_destroy(&cell);
}

static void regions_hold_what_they_are_told(void **state) {
  (void)state;
  Cell cell =
      cell_problem("temperature: 37 degC\nmedium: {permittivity: 60}\nmesh: {cells: 100}\n" SALT "domain:\n" BATH(
          "bath") "  - {region: film, width: 30 nm, permittivity: 10, fixed_charge: -0.2 M, diffusion_factor: {Na+: "
                  "0.5},"
                  " diffusivity: {Ca2+: 2e-12 m2/s}, partition: {Ca2+: 0.25, Cl-: 0}}\n"
                  "  - {region: skin, width: 1 nm, diffusion_factor: {Na+: 0.1}, fill: {Cl-: {table: [[0 nm, "
                  "10 "
                  "mM], [1 nm, 30 mM]]}, Na+: {table: [[0 nm, 10 mM], [1 nm, 30 mM]]}}}\n"
                  "terminals: {left: {reservoir: bath}, right: {reservoir: skin, potential: 0 V}}\n");
  const SbProblem *problem = cell.problem;
  const SbRegion *bath = problem->regions, *film = bath + 1, *skin = bath + 2;
  assert_true(near(problem->thermal_voltage, 8.314462618 * 310.15 / 96485.33212));
  assert_true(near(bath->permittivity, 60 * SB_VACUUM_PERMITTIVITY) &&
              near(film->permittivity, 10 * SB_VACUUM_PERMITTIVITY));
  assert_true(near(film->left, 10e-9) && near(film->right, 40e-9) && near(problem->length, 41e-9));
  assert_true(near(film->fixed_charge, -200.0));
  assert_true(film->partition[SODIUM] == 1.0 && film->partition[CALCIUM] == 0.25 && film->partition[CHLORIDE] == 0.0);
  assert_true(near(film->diffusivity[SODIUM], 0.5 * problem->species[SODIUM].diffusivity));
  assert_true(near(film->diffusivity[CALCIUM], 2e-12));
  assert_true(near(skin->diffusivity[SODIUM], 0.1 * problem->species[SODIUM].diffusivity));
  assert_true(skin->diffusivity[CHLORIDE] == problem->species[CHLORIDE].diffusivity);
  /* 100 cells shared out by width, four at the least, 100 in all */
  assert_true(bath->cells == 24 && film->cells == 72 && skin->cells == 4);
  /* a reservoir takes a profile's value at its own end */
  assert_true(near(sb_problem_composition(problem, SB_RIGHT, CHLORIDE), 30.0));
  assert_true(sb_problem_composition(problem, SB_RIGHT, CALCIUM) == 0.0);
  assert_true(near(sb_problem_composition(problem, SB_LEFT, CALCIUM), 20.0));
  assert_true(near(problem->concentration_scale, 200.0));
  cell_destroy(&cell);
}

/* All pools as "species first-last closed filled", in order. */
static void expect_pools(const char *body, const char *wanted, bool blocked, bool isolated) {
  char text[256] = "";
  Cell cell = cell_problem(body);
  for (int p = 0; p < cell.problem->pool_count; p++) {
    const SbPool *pool = &cell.problem->pools[p];
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s %d-%d%s%s; ",
             cell.problem->species[pool->species].name, pool->first, pool->last, pool->closed ? " closed" : "",
             pool->filled ? " filled" : "");
  }
  assert_string_equal(text, wanted);
  assert_int_equal(cell.problem->blocked, blocked);
  assert_int_equal(cell.problem->isolated, isolated);
  cell_destroy(&cell);
}

#define FILM "  - {region: film, width: 10 nm, partition: {Cl-: 0}}\n"

static void pools_end_at_barriers(void **state) {
  (void)state;
  expect_pools(SALT "domain:\n" BATH("a")
                   BATH("b") "terminals: {left: {reservoir: a}, right: {reservoir: b, potential: 0 V}}\n",
               "Na+ 0-1 filled; Ca2+ 0-1 filled; Cl- 0-1 filled; ", false, false);
  expect_pools(SALT "domain:\n" BATH("a")
                   FILM BATH("b") "terminals: {left: {reservoir: a}, right: {reservoir: b, potential: 0 V}}\n",
               "Na+ 0-2 filled; Ca2+ 0-2 filled; Cl- 0-0 filled; Cl- 2-2 filled; ", false, false);
  expect_pools(SALT "domain:\n" BATH("a")
                   FILM BATH("b") "terminals: {left: {electrode: {}}, right: {reservoir: b, potential: 0 V}}\n",
               "Na+ 0-2 filled; Ca2+ 0-2 filled; Cl- 0-0 closed filled; Cl- 2-2 filled; ", true, false);
  expect_pools(SALT
               "domain:\n" BATH("a") "terminals: {left: {electrode: {}}, right: {electrode: {}, potential: 0 V}}\n",
               "Na+ 0-0 closed filled; Ca2+ 0-0 closed filled; Cl- 0-0 closed filled; ", true, false);
  expect_pools(SALT "domain:\n" BATH("a") "terminals: {left: {wall: {}}, right: {wall: {}}}\n",
               "Na+ 0-0 closed filled; Ca2+ 0-0 closed filled; Cl- 0-0 closed filled; ", true, true);
  expect_pools(
      SALT "domain:\n" BATH(
          "a") "terminals: {left: {reservoir: a, impermeable: [Na+]}, right: {reservoir: a, impermeable: [Na+, "
               "Ca2+], potential: 0 V}}\n",
      "Na+ 0-0 closed filled; Ca2+ 0-0 filled; Cl- 0-0 filled; ", false, false);
}

/* Only uncharged species pass: no steady current. */
static void neutral_species_carry_nothing(void **state) {
  (void)state;
  expect_pools("species: [K+, Cl-, {name: urea, charge: 0, diffusivity: 1.38e-9 m2/s, source: test}]\ndomain:\n"
               "  - {region: a, width: 10 nm, fill: {K+: 0.1 M, Cl-: 0.1 M, urea: 1 mM}}\n"
               "terminals:\n  left: {reservoir: a, impermeable: [K+]}\n"
               "  right: {reservoir: a, impermeable: [Cl-], potential: 0 V}\n",
               "K+ 0-0 filled; Cl- 0-0 filled; urea 0-0 filled; ", true, false);
}

#define METAL(control)                                                                                                 \
  "{electrode: {couples: [{name: a, oxidised: {A: 2}, reduced: B, electrons: 1, standard_potential: 0 V, "             \
  "rate_constant: 1e-5 m/s}]}, " control "}"
#define SALT_OF_COUPLE                                                                                                 \
  "field: supported\nspecies: [{name: A, charge: 0, diffusivity: 1e-9 m2/s}, {name: B, charge: 0, diffusivity: 1e-9 "  \
  "m2/s}, K+]\ndomain: [{region: a, width: 1 um, fill: {A: 1 mM, B: 1 mM, K+: 1 mM}}]\n"

/* What a steady state keeps: "A", or "B + 0.5 A" where the couple makes one of the other. */
static void expect_kept(const char *left, const char *right, const char *wanted) {
  char body[2000], text[256] = "";
  snprintf(body, sizeof body, SALT_OF_COUPLE "terminals:\n  left: %s\n  right: %s\n", left, right);
  Cell cell = cell_problem(body);
  for (int p = 0; p < cell.problem->pool_count; p++) {
    const SbPool *pool = &cell.problem->pools[p];
    if (!pool->kept)
      continue;
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s", cell.problem->species[pool->species].name);
    if (pool->partner >= 0)
      snprintf(text + strlen(text), sizeof text - strlen(text), " + %g %s", pool->share,
               cell.problem->species[cell.problem->pools[pool->partner].species].name);
    strcat(text, "; ");
  }
  assert_string_equal(text, wanted);
  cell_destroy(&cell);
}

static void couples_leave_sums(void **state) {
  (void)state;
  expect_kept("{wall: {}}", METAL("potential: 0 V"), "B + 0.5 A; K+; ");
  expect_kept("{wall: {}}", METAL("current: 0 A/m2"), "A; B; K+; ");
  expect_kept("{reservoir: a, impermeable: [A, B]}", METAL("potential: 0 V"), "B + 0.5 A; ");
  expect_kept("{reservoir: a, impermeable: [A, B]}", METAL("current: 0 A/m2"), "A; B; ");
  expect_kept("{reservoir: a, impermeable: [A]}", METAL("potential: 0 V"), "");
  expect_kept("{reservoir: a}", METAL("current: 0 A/m2"), "");
}

static void floating_ends_are_seen(void **state) {
  (void)state;
  Cell cell = cell_problem(
      SALT "domain:\n" BATH("a") "terminals: {left: {wall: {}}, right: {reservoir: a, current: 0 A/m2}}\n");
  assert_true(cell.problem->terminals[SB_RIGHT].floating && !cell.problem->isolated);
  assert_null(cell.problem->terminals[SB_LEFT].control);
  cell_destroy(&cell);
  cell = cell_problem(
      SALT "domain:\n" BATH("a") "terminals: {left: {reservoir: a}, right: {reservoir: a, current: 0 A/m2}}\n");
  assert_false(cell.problem->terminals[SB_RIGHT].floating);
  cell_destroy(&cell);
}

/* 0.1 M of a 1:1 salt at 25 degC in water: 0.96 nm; the formula with other valences and fixed charge. */
static void debye_length_is_the_closed_form(void **state) {
  (void)state;
  Cell cell = cell_problem(SALT "domain:\n" BATH(
      "bath") "terminals: {left: {reservoir: bath}, right: {reservoir: bath, current: 0 A/m2}}\n");
  const double eps = cell.problem->regions[0].permittivity, rt = SB_GAS_CONSTANT * 298.15;
  const double simple[] = {100, 0, 100}, mixed[] = {60, 20, 100}, none[] = {0, 0, 0};
  assert_true(fabs(sb_debye_length(cell.problem, simple, 0, eps) - 0.961e-9) <= 2e-12);
  assert_true(near(sb_debye_length(cell.problem, simple, 0, eps), sqrt(eps * rt / (SB_FARADAY * SB_FARADAY * 200))));
  assert_true(near(sb_debye_length(cell.problem, mixed, -30, eps), sqrt(eps * rt / (SB_FARADAY * SB_FARADAY * 270))));
  assert_true(isinf(sb_debye_length(cell.problem, none, 0, eps)));
  cell_destroy(&cell);
}

/* A sweep moves numbers of the deck after problems were made of it: none of those may notice. */
static void a_problem_keeps_its_numbers(void **state) {
  (void)state;
  Cell cell =
      cell_problem("species: [K+, Cl-]\ndomain:\n  - {region: a, width: 5 nm, fill: {K+: 140 mM, Cl-: 140 mM}}\n"
                   "  - membrane: m\n    inside: a\n    capacitance: 1 uF/cm2\n    mechanisms:\n"
                   "      - {name: leak, ghk: {K+: 1e-8 m/s}}\n"
                   "      - {name: pump, pump: {stoichiometry: {K+: -1}, rate: 1e-8 mol/m2/s}}\n"
                   "  - {region: b, width: 5 nm, fill: {K+: 10 mM, Cl-: 10 mM}}\n"
                   "terminals: {left: {electrode: {couples: [{name: x, oxidised: K+, reduced: {}, electrons: 1, "
                   "standard_potential: 1 V, "
                   "rate_constant: 1e-5 m/s}]}}, right: {reservoir: b, current: 2 A/m2}}\n");
  static const struct {
    const char *path;
    double former;
  } moved[] = {{"membranes.m.mechanisms.leak.ghk.K+", 1e-8},
               {"membranes.m.mechanisms.pump.pump.rate", 1e-8},
               {"terminals.left.electrode.couples.x.standard_potential", 1.0},
               {"terminals.right.current", 2.0}};
  for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
    const char *names[] = {"K+", "Cl-"};
    SbLocation location = {.species_count = 2, .species_names = names, .species = -1};
    double *number = sb_schema_locate(&sb_deck_schema, cell.deck, moved[i].path, &location);
    assert_non_null(number);
    assert_true(near(*number, moved[i].former));
    *number *= 3.0;
  }
  const SbMembrane *membrane = cell.problem->regions[1].membrane;
  const SbTerminal *terminals = cell.problem->terminals;
  assert_true(membrane->mechanisms[0].kind->permeability(membrane->mechanisms[0].params, 0) == 1e-8);
  assert_true(membrane->mechanisms[1].kind->setpoint(membrane->mechanisms[1].params, 0.0) == 1e-8);
  assert_true(terminals[SB_LEFT].boundary.couples[0].deck->standard_potential == 1.0);
  assert_true(terminals[SB_RIGHT].control->setpoint(terminals[SB_RIGHT].control_params, 0.0) == 2.0);
  cell_destroy(&cell);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(defaults_are_filled_in),
                                     cmocka_unit_test(regions_hold_what_they_are_told),
                                     cmocka_unit_test(pools_end_at_barriers),
                                     cmocka_unit_test(neutral_species_carry_nothing),
                                     cmocka_unit_test(couples_leave_sums),
                                     cmocka_unit_test(floating_ends_are_seen),
                                     cmocka_unit_test(debye_length_is_the_closed_form),
                                     cmocka_unit_test(a_problem_keeps_its_numbers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
