/* The deck language: what a deck says arrives in SI, and what is wrong with it is said at its place. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mesh/geometry.h"
#include "physics/physics.h"
#include "problem/deck.h"
#include "problem/quantities.h"

typedef struct {
  SbStatus status;
  SbDeck *deck;
  SbDiagnostics *diagnostics;
} Reading;

static Reading read_deck(const char *text) {
  Reading reading = {0};
  reading.status = sb_deck_read_text("deck", text, strlen(text), &reading.deck, &reading.diagnostics);
  return reading;
}

static void end(Reading *reading) {
  sb_diagnostics_destroy(&reading->diagnostics);
  sb_deck_destroy(&reading->deck);
}

static void expect_message(const Reading *reading, const char *message) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  sb_diagnostics_print(reading->diagnostics, stream);
  fclose(stream);
  if (strstr(text, message) == NULL)
    fail_msg("expected \"%s\" in:\n%s", message, text);
  free(text);
}

static void refuse(const char *text, const char *message) {
  Reading reading = read_deck(text);
  assert_int_equal(reading.status, SB_BAD_DECK);
  expect_message(&reading, message);
  end(&reading);
}

static void near(double value, double expected) {
  if (!(fabs(value - expected) <= 1e-12 * fabs(expected)))
    fail_msg("%.17g, expected %.17g", value, expected);
}

#define HEAD "saltbridge: 1\nspecies: [K+, Na+, Cl-]\n"
#define DOMAIN                                                                                                         \
  "domain:\n"                                                                                                          \
  "  - {region: bath, width: 100 nm, fill: {K+: 0.1 M, Cl-: 0.1 M}}\n"                                                 \
  "  - {region: gel, width: 1 um, fill: {K+: 0.1 M, Cl-: 0.1 M}}\n"
#define TERMINALS "terminals: {left: {reservoir: bath}, right: {reservoir: bath, potential: 0 V}}\n"
#define STEADY    "protocol: [steady]\n"

/* ---- what is read ---- */

static void test_defaults(void **state) {
  (void)state;
  Reading reading = read_deck(HEAD DOMAIN TERMINALS STEADY);
  const SbDeck *deck = reading.deck;
  assert_int_equal(reading.status, SB_OK);
  near(deck->temperature, 298.15);
  near(deck->medium.permittivity, 78.4);
  near(deck->accuracy.potential, 1e-5);
  near(deck->accuracy.current, 1e-3);
  near(deck->accuracy.time, 1e-5);
  assert_string_equal(sb_field_names[deck->field], "poisson");
  assert_string_equal(sb_geometry_names[deck->geometry], "planar");
  assert_int_equal(deck->mesh.cells, 0);
  assert_true(deck->inner_radius == 0.0);
  assert_null(deck->terminals.left.control.schema);
  assert_int_equal(deck->record_profiles.count, 0);
  const SbRegionDeck *bath = ((const SbVariant *)deck->domain.items)->params;
  assert_true(isnan(bath->permittivity) && bath->fixed_charge == 0.0 && bath->cells == 0);
  assert_null(bath->partition);
  assert_int_equal(bath->fill[1].count, 0);
  near(bath->fill[2].concentration[0], 100.0);
  end(&reading);
}

static void test_species(void **state) {
  (void)state;
  Reading reading =
      read_deck("saltbridge: 1\n"
                "species: [K+, {name: Cl-, diffusivity: 2e-9 m2/s}, {name: Na+, charge: 2}, "
                "{name: A-, charge: -1, diffusivity: 1e-5 cm2/s, source: guess}]\n" DOMAIN TERMINALS STEADY);
  assert_int_equal(reading.status, SB_OK);
  const SbSpecies *species = reading.deck->species;
  assert_int_equal(reading.deck->species_count, 4);
  assert_string_equal(reading.deck->species_names[3], "A-");
  near(species[0].diffusivity, 1.957e-9);
  assert_int_equal(species[1].charge, -1);
  near(species[1].diffusivity, 2e-9);
  assert_string_equal(species[1].source, "the deck");
  assert_int_equal(species[2].charge, 2); /* the deck's, not the table's */
  near(species[2].diffusivity, 1.334e-9);
  near(species[3].diffusivity, 1e-9);
  assert_string_equal(species[3].source, "guess");
  end(&reading);
}

static void test_region(void **state) {
  (void)state;
  Reading reading = read_deck(HEAD "domain:\n"
                                   "  - region: membrane\n"
                                   "    width: 50 nm\n"
                                   "    permittivity: 20\n"
                                   "    fixed_charge: -0.1 M\n"
                                   "    diffusion_factor: 0.1\n"
                                   "    partition: {K+: 0.01, Cl-: 0}\n"
                                   "    cells: 40\n"
                                   "    fill: {K+: {table: [[0 nm, 10 mM], [50 nm, 20 mM]]}}\n" TERMINALS STEADY);
  assert_int_equal(reading.status, SB_OK);
  const SbRegionDeck *membrane = ((const SbVariant *)reading.deck->domain.items)->params;
  assert_string_equal(membrane->name, "membrane");
  near(membrane->width, 50e-9);
  near(membrane->permittivity, 20);
  near(membrane->fixed_charge, -100);
  near(sb_per_species(membrane->diffusion_factor, 3, 1), 0.1);
  near(membrane->partition[0], 0.01);
  assert_true(isnan(membrane->partition[1]) && membrane->partition[2] == 0.0);
  assert_int_equal(membrane->cells, 40);
  near(sb_profile_at(&membrane->fill[0], 25e-9), 15);
  end(&reading);
}

static void test_steps(void **state) {
  (void)state;
  Reading reading = read_deck(HEAD DOMAIN TERMINALS
                              "protocol:\n"
                              "  - steady\n"
                              "  - transient: {until: 1 s, first_step: 1 ps, record: {per_decade: 5, from: 1 ps}}\n"
                              "  - transient: {until: 1 s, record: [1 ms, 1 s]}\n"
                              "  - transient: {until: 2 s, record: {every: 1 ms}}\n"
                              "  - transient: {until: 2 s}\n");
  assert_int_equal(reading.status, SB_OK);
  const SbVariant *steps = reading.deck->protocol.items;
  assert_int_equal(reading.deck->protocol.count, 5);
  assert_ptr_equal(steps[0].schema, sb_step_schemas[0]);
  const SbTransientStep *first = steps[1].params, *second = steps[2].params, *third = steps[3].params,
                        *last = steps[4].params;
  near(first->until, 1);
  near(first->first_step, 1e-12);
  near(first->record.per_decade, 5);
  near(first->record.from, 1e-12);
  assert_true(isnan(first->record.every) && first->record.count == 0);
  assert_true(second->record.count == 2 && isnan(second->record.from));
  near(second->record.times[0], 1e-3);
  near(third->record.every, 1e-3);
  assert_true(isnan(last->record.every) && isnan(last->record.per_decade) && isnan(last->first_step));
  end(&reading);
}

static void test_sweep_targets(void **state) {
  (void)state;
  static const char *const paths[] = {"temperature",
                                      "regions.gel.width",
                                      "regions.gel.fill.K+",
                                      "species.Na+.diffusivity",
                                      "terminals.right.potential",
                                      "medium.permittivity"};
  static const char *const ends[][2] = {{"20 degC", "30 degC"},     {"1 um", "2 um"}, {"1 mM", "2 mM"},
                                        {"1e-9 m2/s", "2e-9 m2/s"}, {"-1 V", "1 V"},  {"20", "80"}};
  static const double values[] = {298.15, 1e-6, 100, 1.334e-9, 0, 78.4};
  static const double from[] = {293.15, 1e-6, 1, 1e-9, -1, 20};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    char text[1024];
    snprintf(text, sizeof text, "%sprotocol: [{sweep: {vary: %s, from: %s, to: %s, points: 5}}]\n",
             HEAD DOMAIN TERMINALS, paths[i], ends[i][0], ends[i][1]);
    Reading reading = read_deck(text);
    assert_int_equal(reading.status, SB_OK);
    const SbSweepStep *sweep = ((const SbVariant *)reading.deck->protocol.items)->params;
    near(*sweep->target, values[i]);
    near(sweep->from, from[i]);
    assert_string_equal(sweep->vary, paths[i]);
    assert_int_equal(sweep->points, 5);
    end(&reading);
  }
}

/* A control stays as a step has thrown it; a sweep varies the one that holds in its step. */
static void test_changed_controls(void **state) {
  (void)state;
  Reading reading = read_deck(HEAD DOMAIN TERMINALS
                              "protocol:\n"
                              "  - steady\n"
                              "  - transient: {until: 1 s, controls: {right: {current: 0 A/m2}}}\n"
                              "  - transient: {until: 1 s}\n"
                              "  - steady: {controls: {left: {potential: {ramp: {from: 0 V, to: 1 V, rate: 1 V/s}}}}}\n"
                              "  - sweep: {vary: terminals.right.potential, from: 0 V, to: 1 V, points: 3,\n"
                              "            controls: {right: {potential: 20 mV}}}\n");
  assert_int_equal(reading.status, SB_OK);
  static const bool changes[] = {false, true, false, true, true};
  static const char *const right[] = {"potential", "current", "current", "current", "potential"};
  for (int i = 0; i < 5; i++) {
    const SbTerminalsDeck terminals = sb_deck_terminals(reading.deck, i);
    assert_int_equal(sb_deck_changes_controls(reading.deck, i), changes[i]);
    assert_string_equal(terminals.right.control.schema->name, right[i]);
    assert_string_equal(terminals.right.boundary.schema->name, "reservoir");
    assert_int_equal(terminals.left.control.schema != NULL, i >= 3);
  }
  const SbVariant *steps = reading.deck->protocol.items;
  near(*((const SbSweepStep *)steps[4].params)->target, 0.02);
  assert_null(reading.deck->terminals.left.control.schema);
  end(&reading);
}

static void test_expectations(void **state) {
  (void)state;
  Reading reading = read_deck(
      HEAD DOMAIN TERMINALS
      "protocol: [{transient: {until: 1 s}}, {sweep: {vary: temperature, from: 20 degC, to: 30 degC, points: 11}}]\n"
      "expect:\n"
      "  - {quantity: potential, at: {time: 1 ms}, value: 30 mV, tolerance: 1 %}\n"
      "  - {quantity: concentration, species: Cl-, at: {x: 150 nm}, value: 120 mM, tolerance: 1 mM, source: me}\n"
      "  - {quantity: electric potential, at: {x: minimum, value: 25 degC}, value: 1 V, tolerance: 1 mV}\n"
      "  - {quantity: charge, terminal: right, value: 1 uC/cm2, tolerance: 1 %}\n"
      "  - {quantity: closed form, name: henderson, value: 1 mV, tolerance: 1 uV}\n");
  assert_int_equal(reading.status, SB_OK);
  const SbExpect *expect = reading.deck->expect.items;
  assert_int_equal(reading.deck->expect.count, 5);
  assert_int_equal(expect[0].quantity, SB_QUANTITY_POTENTIAL);
  near(expect[0].value, 0.03);
  near(expect[0].tolerance, 0.01);
  near(expect[0].at.time, 1e-3);
  assert_true(expect[0].relative && isnan(expect[0].at.x) && expect[0].species == -1 && expect[0].terminal == -1);
  assert_int_equal(expect[1].species, 2);
  near(expect[1].at.x, 150e-9);
  near(expect[1].tolerance, 1);
  assert_true(!expect[1].relative && isnan(expect[1].at.time) && expect[1].mark.line == 10);
  assert_true(expect[2].at.extreme == -1 && isnan(expect[2].at.x));
  near(expect[2].at.value, 298.15);
  assert_int_equal(expect[3].terminal, SB_RIGHT);
  near(expect[3].value, 0.01);
  assert_true(isnan(expect[3].at.time) && isnan(expect[3].at.frequency));
  assert_string_equal(expect[4].name, "henderson");
  end(&reading);
}

/* ---- what is refused ---- */

static void test_bad_species(void **state) {
  (void)state;
  refuse("saltbridge: 1\nspecies: [Kk+]\n" DOMAIN TERMINALS STEADY, "2:11: error: 'Kk+' is not in the table of ions");
  refuse("saltbridge: 1\nspecies: [Na, Cl-]\n" DOMAIN TERMINALS STEADY, "did you mean 'Na+'?");
  refuse("saltbridge: 1\nspecies: [K+, Cl-, K+]\n" DOMAIN TERMINALS STEADY,
         "2:20: error: species 'K+' is listed twice");
  refuse("saltbridge: 1\nspecies: [{name: Q-, charge: -1}]\n" DOMAIN TERMINALS STEADY, "needs 'diffusivity'");
  refuse("saltbridge: 1\nspecies: [{name: K+, diffusivity: 0 m2/s}]\n" DOMAIN TERMINALS STEADY, "must be positive");
  refuse("saltbridge: 1\nspecies: []\n" DOMAIN TERMINALS STEADY, "a list of 1 to 32 species");
}

static void test_bad_regions(void **state) {
  (void)state;
#define WITH(region) HEAD "domain:\n  - {region: bath, " region "}\n" TERMINALS STEADY
  refuse(WITH("width: 0 nm"), "'width' must be positive");
  refuse(WITH("fill: {K+: 1 M}"), "'width' is missing");
  refuse(WITH("width: 1 nm, fill: {K+: -1 M}"), "must not be negative");
  refuse(WITH("width: 1 nm, fill: {K: 1 M}"), "did you mean 'K+'?");
  refuse(WITH("width: 1 nm, fill: {K+: {table: [[1 nm, 1 M], [0 nm, 1 M]]}}"), "does not ascend");
  refuse(WITH("width: 1 nm, partition: {K+: -1}"), "must not be negative");
  refuse(WITH("width: 1 nm, diffusion_factor: 0"), "must be positive");
  refuse(WITH("width: 1 nm, cells: 0"), "'cells' must lie between 1 and 2000000");
  refuse(WITH("width: 1 nm, diffusivity: {K+: 1e-9 m2/s}, diffusion_factor: 2"), "both given for the same species");
  refuse(HEAD DOMAIN "mesh: {cells: 4}\n" TERMINALS STEADY "x: 1\n", "unknown key 'x'");
  refuse(HEAD "domain: [{region: a, width: 1 nm, cells: 4}]\nmesh: {cells: 4}\n" TERMINALS STEADY, "has its own");
  refuse(HEAD "domain: []\n" TERMINALS STEADY, "'domain' is empty");
#undef WITH
}

static void test_bad_terminals(void **state) {
  (void)state;
#define WITH(terminals) HEAD DOMAIN "terminals: {" terminals "}\n" STEADY
  refuse(WITH("left: {reservoir: bath}, right: {reservoir: bath}"), "'right' has no electrical control");
  refuse(WITH("left: {reservoir: bath}"), "'right' is missing");
  refuse(WITH("left: {reservoir: bath}, right: {reservoir: bath, current: 0 A/m2, potential: 0 V}"),
         "exclude each other");
  refuse(WITH("left: {reservoir: bath}, right: {reservoir: bath, current: 0 V}"), "current");
  refuse(WITH("left: {reservoir: bath}, right: {electrode: {couple: []}, current: 0 A/m2}"), "did you mean 'couples'?");
#undef WITH
  Reading wall = read_deck(HEAD DOMAIN "terminals: {left: {reservoir: bath}, right: {wall: {}}}\n" STEADY);
  assert_int_equal(wall.status, SB_OK);
  end(&wall);
}

static void test_bad_steps(void **state) {
  (void)state;
#define WITH(step) HEAD DOMAIN TERMINALS "protocol: [" step "]\n"
  refuse(WITH(""), "'protocol' is empty");
  refuse(WITH("relaxation: {until: 1 s}"), "relaxation");
  refuse(WITH("steady, {impedance: {from: 1 Hz}}"), "either 'from' and 'to', or a list");
  refuse(WITH("steady, {impedance: {from: 1 Hz, frequencies: [1 Hz]}}"), "either 'from' and 'to', or a list");
  refuse(WITH("steady, {impedance: {from: 2 Hz, to: 1 Hz}}"), "below the lowest frequency");
  refuse(WITH("steady, {impedance: {from: 0 Hz, to: 1 Hz}}"), "'from' must be positive");
  refuse(WITH("steady, {impedance: {frequencies: [2 Hz, 1 Hz]}}"), "does not ascend");
  refuse(WITH("steady, {impedance: {frequencies: 2 Hz}}"), "an ascending list of frequencies");
  refuse(WITH("steady, {impedance: {from: 1 Hz, to: 2 Hz, per_decade: 5000}}"), "'per_decade' must");
  refuse(WITH("{transient: {}}"), "'until' is missing");
  refuse(WITH("{transient: {until: 1 s, record: {every: 1 s, from: 1 s}}}"), "either 'every'");
  refuse(WITH("{transient: {until: 1 s, record: [1 ms, 2 s]}}"), "lies after the end of the step");
  refuse(WITH("{transient: {until: 1 s, record: [2 ms, 1 ms]}}"), "does not ascend");
  refuse(WITH("{transient: {until: 1 s, first_step: 2 s}}"), "longer than the whole step");
  refuse(WITH("{sweep: {vary: temperatur, from: 1 K, to: 2 K, points: 2}}"), "'temperatur' cannot be varied");
  refuse(WITH("{sweep: {vary: temperature, from: 1 V, to: 2 K, points: 2}}"), "'V' is a potential where 'from' wants");
  refuse(WITH("{sweep: {vary: temperature, from: -1 K, to: 2 K, points: 2}}"), "'from' must be positive");
  refuse(WITH("{sweep: {vary: temperature, from: 1 K, to: 1 K, points: 2}}"), "nothing is varied");
  refuse(WITH("{sweep: {vary: regions.gel.permittivity, from: 1, to: 2, points: 2}}"), "gives no value");
#undef WITH
}

static void test_bad_expectations(void **state) {
  (void)state;
#define WITH(entry) HEAD DOMAIN TERMINALS STEADY "expect: [{" entry "}]\n"
  refuse(WITH("quantity: potental, value: 1 V, tolerance: 1 V"), "did you mean 'potential'?");
  refuse(WITH("quantity: potential, value: 1 A/m2, tolerance: 1 V"), "wants a potential");
  refuse(WITH("quantity: potential, value: 1 V, tolerance: 1 A/m2"), "wants a potential");
  refuse(WITH("quantity: potential, value: 1 V, tolerance: 0 V"), "'tolerance' must be positive");
  refuse(WITH("quantity: potential, value: 0 V, tolerance: 1 %"), "says nothing about an expected value of 0");
  refuse(WITH("quantity: potential, species: K+, value: 1 V, tolerance: 1 V"),
         "'species' does not apply to 'potential'");
  refuse(WITH("quantity: flux, terminal: left, species: K+, value: 1 mol/m2/s, tolerance: 1 %"),
         "it takes 'species', 'at: {x}'");
  refuse(WITH("quantity: concentration, value: 1 M, tolerance: 1 M, at: {x: 1 nm}"), "'concentration' needs 'species'");
  refuse(WITH("quantity: impedance real, value: 1 ohm m2, tolerance: 1 %"), "'impedance real' needs 'at: {frequency}'");
  refuse(WITH("quantity: impedance real, value: 1 ohm m2, tolerance: 1 %, at: {frequency: 1 Hz}"),
         "'frequency' goes with an impedance step");
  refuse(WITH("quantity: potential, value: 1 V, tolerance: 1 V, at: {frequency: 1 Hz}"),
         "'at: {frequency}' does not apply to 'potential'");
  refuse(WITH("quantity: potential, value: 1 V, tolerance: 1 V, at: {time: 1 s}"), "no transient step");
  refuse(WITH("quantity: potential, value: 1 V, tolerance: 1 V, at: {value: 1}"), "goes with a sweep");
  refuse(WITH("quantity: potential, value: 1 V, tolerance: 1 V, at: {potential: 1 V}"), "goes with a sweep");
  refuse(WITH("quantity: potential, value: 1 V"), "'tolerance' is missing");
#undef WITH
}

static void test_other_refusals(void **state) {
  (void)state;
  refuse(HEAD DOMAIN TERMINALS STEADY "inner_radius: 1 nm\n", "goes with a cylindrical or spherical");
  refuse(HEAD DOMAIN TERMINALS STEADY "accuracy: {time: 1e-9}\n", "'time' must lie between");
  refuse(HEAD DOMAIN TERMINALS STEADY "petsc: [a]\n", "a map of option names");
  refuse(HEAD DOMAIN TERMINALS STEADY "record: {profiles: flux}\n", "a list of: electric potential");
  refuse("saltbridge: 2\nspecies: [K+]\n" DOMAIN TERMINALS STEADY, "'saltbridge'");
  refuse("", "");
}

/* All errors of a deck come in one run, in the order of their places. */
static void test_many_errors(void **state) {
  (void)state;
  Reading reading = read_deck("saltbridge: 1\nspecies: [K+, Cl-]\ntemprature: 20 degC\n"
                              "domain: [{region: bath, width: -1 nm}]\nterminals: {left: {reservoir: bath}}\n");
  assert_int_equal(sb_diagnostics_errors(reading.diagnostics), 4);
  expect_message(&reading, "3:1: error: unknown key 'temprature' in deck; did you mean 'temperature'?");
  expect_message(&reading, "4:32: error: 'width' must be positive");
  expect_message(&reading, "5:12: error: terminals: 'right' is missing");
  expect_message(&reading, "'protocol' is missing");
  end(&reading);
}

static void test_files(void **state) {
  (void)state;
  Reading reading = {0};
  assert_int_equal(sb_deck_read("no such deck.yaml", &reading.deck, &reading.diagnostics), SB_NO_FILE);
  assert_null(reading.deck);
  expect_message(&reading, "no such deck.yaml: error: cannot be opened: No such file or directory");
  end(&reading);
  assert_int_equal(sb_deck_read(".", &reading.deck, &reading.diagnostics), SB_IO);
  assert_null(reading.deck);
  end(&reading);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_defaults),       cmocka_unit_test(test_species),
      cmocka_unit_test(test_region),         cmocka_unit_test(test_steps),
      cmocka_unit_test(test_sweep_targets),  cmocka_unit_test(test_changed_controls),
      cmocka_unit_test(test_expectations),   cmocka_unit_test(test_bad_species),
      cmocka_unit_test(test_bad_regions),    cmocka_unit_test(test_bad_terminals),
      cmocka_unit_test(test_bad_steps),      cmocka_unit_test(test_bad_expectations),
      cmocka_unit_test(test_other_refusals), cmocka_unit_test(test_many_errors),
      cmocka_unit_test(test_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
