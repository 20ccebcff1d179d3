/* Changes of control between steps: what is kept and what jumps, against closed forms; and that a step under changed
   controls finds what a deck finds that has them from the beginning. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/constants.h"
#include "shared_run.h"

static const double temperature = 298.15; /* K, the language's default */

static const SbStepResult *step_of(const Solved *solved, int step) {
  return &solved->session.run->steps[step - 1];
}

/* Value of a quantity at a frame (-1: the last) of a step, counted from 1. */
static double value_at(const Solved *solved, int step, int frame, SbQuantity quantity, int terminal) {
  const SbMeasure measure = {.quantity = quantity, .species = -1, .terminal = terminal, .x = NAN};
  const SbStepResult *result = step_of(solved, step);
  const SbReading *reading =
      sb_run_reading(solved->session.run, result, frame < 0 ? result->frame_count - 1 : frame, &measure);
  assert_non_null(reading);
  return reading->value;
}

static double potential_at(const Solved *solved, int step, int frame) {
  return value_at(solved, step, frame, SB_QUANTITY_POTENTIAL, -1);
}

static void near(const char *what, double found, double expected, double most) {
  if (!(fabs(found - expected) <= most))
    fail_msg("%s: %.12g, expected %.12g, off by %.3g of at most %.3g", what, found, expected, found - expected, most);
}

/* ---- a blocking cell: a pulse of current, then open circuit ---- */

#define PULSE_CELL                                                                                                     \
  "saltbridge: 1\n"                                                                                                    \
  "accuracy: {potential: 1 nV, current: 0.01 %, time: 1e-6}\n"                                                         \
  "species:\n"                                                                                                         \
  "  - {name: A+, charge: 1, diffusivity: 1e-9 m2/s, source: a round number}\n"                                        \
  "  - {name: B-, charge: -1, diffusivity: 1e-9 m2/s, source: a round number}\n"                                       \
  "domain: [{region: solution, width: 200 nm, fill: {A+: 10 mM, B-: 10 mM}}]\n"                                        \
  "terminals: {left: {electrode: {}}, right: {electrode: {}, potential: 0 V}}\n"                                       \
  "protocol:\n"                                                                                                        \
  "  - steady\n"                                                                                                       \
  "  - transient: {until: 50 ns, record: [5 ns, 20 ns, 50 ns], controls: {right: {current: 40 A/m2}}}\n"               \
  "  - transient: {until: 200 ns, record: [2 ns, 10 ns, 50 ns, 200 ns], controls: {right: {current: 0 A/m2}}}\n"

/* Potential of the cell a time `open` after a current was cut that flowed for a time `on`. Linearised Nernst-Planck-
   Poisson equations of a 1:1 salt with equal diffusivities: the field obeys dE/dt = D E'' - k^2 D E + I/eps, with
   E = q/eps at both electrodes, q being the charge that passed; solved in sines. */
static double pulse_potential(double current, double on, double open) {
  const double diffusivity = 1e-9, length = 200e-9, permittivity = 78.4 * SB_VACUUM_PERMITTIVITY;
  const double rate =
      diffusivity * 2.0 * 10.0 * SB_FARADAY * SB_FARADAY / (permittivity * SB_GAS_CONSTANT * temperature);
  const double slope = current / permittivity; /* of q/eps */
  double sum = 0.0;
  for (int n = 1; n < 4000; n += 2) {
    const double wave = n * M_PI / length, decay = rate + diffusivity * wave * wave, drive = rate * 4.0 / (n * M_PI);
    double mode = drive * slope * (on / decay + expm1(-decay * on) / (decay * decay));
    mode = mode * exp(-decay * open) - drive * slope * on / decay * expm1(-decay * open);
    sum += mode * 2.0 / wave;
  }
  return -(slope * on * length - sum);
}

static void test_pulse(void **state) {
  (void)state;
  static const double on[] = {0.0, 5e-9, 20e-9, 50e-9}, open[] = {0.0, 2e-9, 10e-9, 50e-9, 200e-9};
  Solved *solved = solve_deck(PULSE_CELL);
  const double scale = fabs(pulse_potential(40.0, 50e-9, 0.0));
  near("at rest", potential_at(solved, 1, -1), 0.0, 1e-12);
  for (int f = 0; f < 4; f++)
    near("during the pulse", potential_at(solved, 2, f), pulse_potential(40.0, on[f], 0.0), 1e-4 * scale);
  for (int f = 0; f < 5; f++)
    near("after the pulse", potential_at(solved, 3, f), pulse_potential(40.0, 50e-9, open[f]), 1e-4 * scale);
  near("charge", value_at(solved, 3, -1, SB_QUANTITY_CHARGE, SB_LEFT), 40.0 * 50e-9, 1e-6 * 40.0 * 50e-9);
  solved_end(&solved);
}

/* ---- a membrane: clamped, then released ---- */

static void test_release(void **state) {
  (void)state;
  Solved *solved =
      solve_deck("saltbridge: 1\nfield: electroneutral\nspecies: [K+, Cl-]\n"
                 "accuracy: {potential: 0.1 uV, time: 1e-6}\n"
                 "domain:\n"
                 "  - {region: bath, width: 100 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"
                 "  - membrane: skin\n"
                 "    inside: cell\n"
                 "    capacitance: 1 uF/cm2\n"
                 "    mechanisms: [{name: leak, conductance: {K+: 1 mS/cm2}, reversal: -60 mV}]\n"
                 "  - {region: cell, width: 100 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"
                 "terminals: {left: {reservoir: bath}, right: {reservoir: cell, current: 0 A/m2}}\n"
                 "protocol:\n"
                 "  - steady\n"
                 "  - transient: {until: 2 ms, record: [2 ms], controls: {right: {potential: 0 mV}}}\n"
                 "  - transient: {until: 3 ms, record: [1 ms, 3 ms], controls: {right: {current: 0 A/m2}}}\n");
  static const double times[] = {0.0, 1e-3, 3e-3};
  const double most = 2e-6; /* V: the baths have 2e-6 of the membrane's resistance */
  near("at rest", potential_at(solved, 1, -1), -60e-3, most);
  near("clamped", value_at(solved, 2, -1, SB_QUANTITY_CURRENT, -1), -10.0 * 60e-3, 1e-3 * 0.6);
  for (int f = 0; f < 3; f++)
    near("released", potential_at(solved, 3, f), 60e-3 * expm1(-times[f] / 1e-3), most);
  solved_end(&solved);
}

/* ---- the charge of a cell whose circuit is opened ---- */

static void test_charge_kept(void **state) {
  (void)state;
  Solved *solved = solve_deck("saltbridge: 1\naccuracy: {potential: 1 uV, current: 0.001 %}\nspecies: [K+, Cl-]\n"
                              "domain: [{region: solution, width: 20 nm, fill: {K+: 100 mM, Cl-: 100 mM}}]\n"
                              "terminals: {left: {electrode: {}}, right: {electrode: {}, potential: 0.2 V}}\n"
                              "protocol:\n"
                              "  - steady\n"
                              "  - steady: {controls: {right: {current: 0 A/m2}}}\n"
                              "  - transient: {until: 3 ns, record: [3 ns], controls: {right: {potential: 50 mV}}}\n"
                              "  - steady: {controls: {right: {current: 0 A/m2}}}\n"
                              "  - steady: {controls: {left: {current: 0 A/m2}, right: {potential: 0 V}}}\n");
  const double charged = value_at(solved, 1, -1, SB_QUANTITY_CHARGE, SB_RIGHT);
  const double left_over = value_at(solved, 3, -1, SB_QUANTITY_CHARGE, SB_RIGHT);
  near("opened at rest", potential_at(solved, 2, -1), 0.2, 3e-6);
  near("its charge", value_at(solved, 2, -1, SB_QUANTITY_CHARGE, SB_RIGHT), charged, 1e-9 * charged);
  assert_true(left_over > 0.5 * charged && left_over < 0.95 * charged);
  near("opened on the way", value_at(solved, 4, -1, SB_QUANTITY_CHARGE, SB_RIGHT), left_over, 1e-9 * charged);
  assert_true(potential_at(solved, 4, -1) > 60e-3);
  near("opened at the other end", potential_at(solved, 5, -1), potential_at(solved, 4, -1), 3e-6);
  solved_end(&solved);
}

/* ---- the same as under controls from the beginning ---- */

#define JUNCTION(right)                                                                                                \
  "saltbridge: 1\nspecies: [K+, Cl-]\n"                                                                                \
  "domain:\n  - {region: a, width: 50 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"                                          \
  "  - {region: film, width: 50 nm, fixed_charge: -100 mM}\n"                                                          \
  "  - {region: b, width: 50 nm, fill: {K+: 10 mM, Cl-: 10 mM}}\n"                                                     \
  "terminals: {left: {reservoir: a}, right: {reservoir: b, " right "}}\n"

/* Both last steps have the same frames: every reading within `share` of its bars and rounding. */
static void same_last_step(const char *changed, const char *plain) {
  Solved *a = solve_deck(changed), *b = solve_deck(plain);
  const SbStepResult *x = solved_step(a), *y = solved_step(b);
  assert_int_equal(x->frame_count, y->frame_count);
  assert_int_equal(x->sensitivity_count, y->sensitivity_count);
  for (int i = 0; i < x->frame_count * a->session.run->measure_count; i++)
    if (!isnan(y->readings[i].value))
      near("reading", x->readings[i].value, y->readings[i].value,
           2.0 * y->readings[i].mesh_bar + 1e-7 * fabs(y->readings[i].value) + y->readings[i].noise);
  for (int i = 0; i < x->sensitivity_count; i++) {
    assert_string_equal(x->sensitivities[i].parameter->path, y->sensitivities[i].parameter->path);
    near(x->sensitivities[i].parameter->path, x->sensitivities[i].change, y->sensitivities[i].change,
         1e-5 * fabs(y->sensitivities[0].change));
  }
  solved_end(&a);
  solved_end(&b);
}

static void test_steady(void **state) {
  (void)state;
  same_last_step(JUNCTION("current: 0 A/m2") "protocol: [steady, steady: {controls: {right: {potential: 50 mV}}}]\n",
                 JUNCTION("potential: 50 mV") "protocol: [steady]\n");
  same_last_step(
      JUNCTION("potential: 50 mV") "protocol:\n  - steady\n"
                                   "  - steady: {controls: {left: {current: 1e4 A/m2}, right: {potential: 0 V}}}\n",
      JUNCTION("current: 1e4 A/m2") "protocol: [steady]\n");
}

static void test_impedance(void **state) {
  (void)state;
  same_last_step(
      JUNCTION("current: 0 A/m2") "protocol:\n  - steady\n  - steady: {controls: {right: {potential: 50 mV}}}\n"
                                  "  - impedance: {frequencies: [1 kHz, 10 MHz]}\n",
      JUNCTION("potential: 50 mV") "protocol: [steady, impedance: {frequencies: [1 kHz, 10 MHz]}]\n");
}

static void test_sensitivity(void **state) {
  (void)state;
  same_last_step(
      JUNCTION("current: 0 A/m2") "protocol:\n  - steady\n  - steady: {controls: {right: {potential: 50 mV}}}\n"
                                  "  - sensitivity: {of: current, to: all}\n",
      JUNCTION("potential: 50 mV") "protocol: [steady, sensitivity: {of: current, to: all}]\n");
}

static void test_sweep(void **state) {
  (void)state;
  static const char sweep[] = "sweep: {vary: terminals.right.potential, from: -50 mV, to: 50 mV, points: 5%s}";
  char changed[2000], plain[2000], last[200];
  snprintf(last, sizeof last, sweep, ", controls: {right: {potential: 0 V}}");
  snprintf(changed, sizeof changed, JUNCTION("current: 0 A/m2") "protocol:\n  - steady\n  - %s\n", last);
  snprintf(last, sizeof last, sweep, "");
  snprintf(plain, sizeof plain, JUNCTION("potential: 0 V") "protocol:\n  - %s\n", last);
  same_last_step(changed, plain);
}

/* A protocol may go on for long: what was resolved once needs no finer mesh in every step. */
static void test_mesh_stays(void **state) {
  (void)state;
  char text[4000] = JUNCTION("current: 0 A/m2") "protocol:\n  - steady\n";
  for (int k = 0; k < 6; k++)
    snprintf(text + strlen(text), sizeof text - strlen(text),
             "  - transient: {until: 1 us, record: [1 us], controls: {right: {%s}}}\n",
             k % 2 == 0 ? "potential: 50 mV" : "current: 0 A/m2");
  Solved *solved = solve_deck(text);
  near("cells", step_of(solved, 7)->effort.cells, step_of(solved, 2)->effort.cells,
       0.5 * step_of(solved, 2)->effort.cells);
  near("the same again", potential_at(solved, 7, -1), potential_at(solved, 5, -1), 1e-5);
  solved_end(&solved);
}

/* What changes fast after a slow step has a mesh of its own: Cottrell's current from the first microsecond on. */
static void test_mesh_of_fast_step(void **state) {
  (void)state;
  Solved *solved = solve_deck(
      "saltbridge: 1\nfield: supported\n"
      "species: [{name: O, charge: 0, diffusivity: 1e-9 m2/s}, {name: R, charge: 0, diffusivity: 1e-9 m2/s}]\n"
      "domain: [{region: solution, width: 700 um, fill: {O: 1 mM, R: 1 mM}}]\n"
      "terminals:\n  left: {reservoir: solution}\n  right:\n    electrode:\n"
      "      couples: [{name: redox, oxidised: O, reduced: R, electrons: 1, standard_potential: 0.2 V, rate_constant: "
      "1 "
      "m/s}]\n    current: 0 A/m2\n"
      "protocol:\n  - transient: {until: 100 s, record: [100 s]}\n"
      "  - transient: {until: 1 s, record: [1 us, 1 ms, 1 s], controls: {right: {potential: -0.3 V}}}\n");
  static const double times[] = {1e-6, 1e-3, 1.0};
  for (int f = 0; f < 3; f++) {
    const double expected = SB_FARADAY * sqrt(1e-9 / (M_PI * times[f]));
    near("current", value_at(solved, 2, f + 1, SB_QUANTITY_CURRENT, -1), expected, 5e-3 * expected);
  }
  solved_end(&solved);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pulse),  cmocka_unit_test(test_release),    cmocka_unit_test(test_charge_kept),
      cmocka_unit_test(test_steady), cmocka_unit_test(test_impedance),  cmocka_unit_test(test_sensitivity),
      cmocka_unit_test(test_sweep),  cmocka_unit_test(test_mesh_stays), cmocka_unit_test(test_mesh_of_fast_step),
  };
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
