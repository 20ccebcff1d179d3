/* Thin membranes: what charges them is part of the amounts that are kept; current-voltage curves with gates that are
   frozen or relaxed, and where they cross zero. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "output/reversal.h"
#include "shared_run.h"

#define CLOSED                                                                                                         \
  "saltbridge: 1\ntemperature: 37 degC\nfield: %s\nspecies: [K+, Na+, Cl-]\naccuracy: {time: 1e-6}\ndomain:\n"         \
  "  - {region: cytosol, width: 100 nm, fixed_charge: -132 mM, fill: {K+: 130 mM, Na+: 20 mM, Cl-: 18 mM}}\n"          \
  "  - membrane: plasma\n    inside: cytosol\n    capacitance: %s\n    mechanisms:\n"                                  \
  "      - {name: leak, ghk: {K+: 1e-8 m/s, Na+: 4e-10 m/s, Cl-: 2e-9 m/s}}\n"                                         \
  "  - {region: bath, width: 100 nm, fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}}\n"                                    \
  "terminals: {left: {wall: {}}, right: {wall: {}}}\nprotocol: [%s]\n"

static const char *const at_last = "transient: {until: 1 h, first_step: 1 us}";

static double potential_of(const char *field, const char *capacitance, const char *step) {
  char deck[2048];
  snprintf(deck, sizeof deck, CLOSED, field, capacitance, step);
  Solved *solved = solve_deck(deck);
  const SbMeasure measure = {
      .quantity = SB_QUANTITY_MEMBRANE_POTENTIAL, .species = -1, .terminal = -1, .x = NAN, .membrane = "plasma"};
  const double potential = solved_reading(solved, -1, &measure).value;
  solved_end(&solved);
  return potential;
}

/* The steady state with the amounts of the fills is where a transient from the fills ends. The capacitance is large, so
   that the ions that charge the membrane matter: by tens of microvolts, and the comparison is to one. */
static void what_charges_is_kept(void **state) {
  (void)state;
  const char *const fields[] = {"electroneutral", "poisson"};
  for (int f = 0; f < 2; f++) {
    const double steady = potential_of(fields[f], "1 F/m2", "steady"),
                 late = potential_of(fields[f], "1 F/m2", at_last);
    const double without = potential_of(fields[f], "0 F/m2", "steady");
    if (!(fabs(steady - late) <= 1e-6))
      fail_msg("%s: %.9g V steady, %.9g V at last", fields[f], steady, late);
    if (!(fabs(steady - without) >= 2e-5))
      fail_msg("%s: %.9g V with and %.9g V without a capacitance: nothing is tested", fields[f], steady, without);
  }
}

/* Elimination would lose up to 1e-8 of the amounts in steps that are long against diffusion. */
static void long_steps_keep_amounts(void **state) {
  (void)state;
  const char *const fields[] = {"electroneutral", "poisson"};
  for (int f = 0; f < 2; f++) {
    char deck[2048];
    snprintf(deck, sizeof deck, CLOSED, fields[f], "1 uF/cm2", at_last);
    Solved *solved = solve_deck(deck);
    for (int s = 0; s < 3; s++)
      if (!(fabs(solved_step(solved)->amount_error[s]) <= 1e-13))
        fail_msg("%s: the amount of species %d is off by %.3g", fields[f], s, solved_step(solved)->amount_error[s]);
    solved_end(&solved);
  }
}

/* ---- current-voltage curves ---- */

/* The axon of Hodgkin and Huxley, its inside at the left, the potential of the right terminal held. */
#define AXON                                                                                                           \
  "saltbridge: 1\ntemperature: 6.3 degC\nfield: electroneutral\nspecies: [K+, Na+, Cl-]\ndomain:\n"                    \
  "  - {region: axon, width: 5 nm, fill: {K+: 140 mM, Na+: 10 mM, Cl-: 150 mM}}\n"                                     \
  "  - membrane: plasma\n    inside: axon\n    capacitance: 1 uF/cm2\n    mechanisms:\n"                               \
  "      - {name: INa, gated: hodgkin-huxley sodium, carrier: Na+, conductance: 120 mS/cm2, reversal: 50 mV}\n"        \
  "      - {name: IK, gated: hodgkin-huxley potassium, carrier: K+, conductance: 36 mS/cm2, reversal: -77 mV}\n"       \
  "      - {name: leak, conductance: {Cl-: 0.3 mS/cm2}, reversal: -54.387 mV}\n"                                       \
  "  - {region: bath, width: 5 nm, fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}}\n"                                      \
  "terminals:\n  left: {reservoir: axon}\n"                                                                            \
  "  right: {reservoir: bath, potential: {step: {from: 65 mV, to: 0 V, at: 0 s}}}\n"                                   \
  "protocol: [steady, transient: {until: 0.6 ms}, "                                                                    \
  "sweep: {vary: terminals.right.potential.step.from, from: 0.1 V, to: -0.1 V, points: %d, gates: %s}]\n"
enum { POINTS = 21 };
static const double conductances[] = {1200.0, 360.0, 3.0}, reversals[] = {50e-3, -77e-3, -54.387e-3}; /* S/m2, V */
static const double baths = 5e-6; /* their own share of the currents */

/* Rates of Hodgkin and Huxley, 1/s at a potential in V with the rest at -65 mV: eqs 12, 13, 20, 21, 23, 24 of 1952. */
static void rates(double potential, double opening[3], double closing[3]) {
  const double v = 1e3 * potential; /* mV; never exactly -40 or -55 here */
  opening[0] = 1e3 * 0.1 * (v + 40.0) / (1.0 - exp(-(v + 40.0) / 10.0));
  closing[0] = 1e3 * 4.0 * exp(-(v + 65.0) / 18.0);
  opening[1] = 1e3 * 0.07 * exp(-(v + 65.0) / 20.0);
  closing[1] = 1e3 / (1.0 + exp(-(v + 35.0) / 10.0));
  opening[2] = 1e3 * 0.01 * (v + 55.0) / (1.0 - exp(-(v + 55.0) / 10.0));
  closing[2] = 1e3 * 0.125 * exp(-(v + 65.0) / 80.0);
}

/* m, h, n after `time` at potential `to`, relaxed at `from` before: exponentials. */
static void gates_after(double from, double to, double time, double gate[3]) {
  double opening[3], closing[3];
  rates(from, opening, closing);
  for (int g = 0; g < 3; g++)
    gate[g] = opening[g] / (opening[g] + closing[g]);
  rates(to, opening, closing);
  for (int g = 0; g < 3; g++) {
    const double sum = opening[g] + closing[g], end = opening[g] / sum;
    gate[g] = end + (gate[g] - end) * exp(-sum * time);
  }
}

static void open_conductances(const double gate[3], double open[3]) {
  open[0] = conductances[0] * gate[0] * gate[0] * gate[0] * gate[1];
  open[1] = conductances[1] * pow(gate[2], 4);
  open[2] = conductances[2];
}

static Solved *solve_curve(const char *gates) {
  char deck[2048];
  snprintf(deck, sizeof deck, AXON, POINTS, gates);
  return solve_deck(deck);
}

static const SbMeasure membrane_current = {
    .quantity = SB_QUANTITY_MEMBRANE_CURRENT, .species = -1, .terminal = -1, .x = NAN, .membrane = "plasma"};

static double potential_at(int point) {
  return -0.1 + 0.2 * point / (POINTS - 1);
}

static void assert_current(const Solved *solved, int point, const double gate[3]) {
  double open[3], current = 0.0, size = 0.0;
  open_conductances(gate, open);
  for (int k = 0; k < 3; k++) {
    current += open[k] * (potential_at(point) - reversals[k]);
    size += fabs(open[k] * (potential_at(point) - reversals[k]));
  }
  const double computed = solved_reading(solved, point, &membrane_current).value;
  if (!(fabs(computed - current) <= baths * size))
    fail_msg("at %g V: %.9g A/m2, by the gates %.9g", potential_at(point), computed, current);
}

/* Every point has the gates that the clamp to 0 V left after 0.6 ms; the curve is the straight line of their
   conductances, and crosses zero at their chord potential. */
static void frozen_gates_stay(void **state) {
  (void)state;
  double gate[3], open[3], above = 0.0, sum = 0.0;
  Solved *solved = solve_curve("frozen");
  gates_after(-65e-3, 0.0, 0.6e-3, gate);
  const struct { const char *mechanism, *gate; } names[3] = {{"INa", "m"}, {"INa", "h"}, {"IK", "n"}};
  for (int g = 0; g < 3; g++) {
    const SbMeasure measure = {.quantity = SB_QUANTITY_GATE,
                               .species = -1,
                               .terminal = -1,
                               .x = NAN,
                               .membrane = "plasma",
                               .mechanism = names[g].mechanism,
                               .gate = names[g].gate};
    for (int f = 0; f < POINTS; f++)
      assert_true(solved_reading(solved, f, &measure).value == solved_reading(solved, 0, &measure).value);
    assert_true(fabs(solved_reading(solved, 0, &measure).value - gate[g]) <= 1e-5);
  }
  for (int f = 0; f < POINTS; f++)
    assert_current(solved, f, gate);
  open_conductances(gate, open);
  for (int k = 0; k < 3; k++) {
    above += open[k] * reversals[k];
    sum += open[k];
  }
  const double reversal = sb_reversal_potential(solved->session.run, solved_step(solved), "plasma");
  assert_true(fabs(reversal - above / sum) <= 1e-6);
  assert_true(fabs(solved_step(solved)->reversal_potential + reversal) <= 1e-6); /* right minus left */
  solved_end(&solved);
}

static void relaxed_gates_follow(void **state) {
  (void)state;
  double gate[3];
  Solved *solved = solve_curve("relaxed");
  for (int f = 0; f < POINTS; f++) {
    gates_after(potential_at(f) + 1e-9, potential_at(f) + 1e-9, 0.0, gate);
    assert_current(solved, f, gate);
  }
  /* where the axon rests: root of the three currents, tests/reference/hh_6p3C; between points 10 mV apart */
  assert_true(fabs(sb_reversal_potential(solved->session.run, solved_step(solved), "plasma") + 64.996e-3) <= 1e-3);
  solved_end(&solved);
}

/* A stimulus a thousand times the threshold, far beyond what any axon stands: up to 0.5 V. */
#define STRONG                                                                                                         \
  "saltbridge: 1\ntemperature: 6.3 degC\nfield: electroneutral\nspecies: [K+, Na+, Cl-]\naccuracy: {time: 1e-4}\n"     \
  "domain:\n  - {region: axon, width: 5 nm, fill: {K+: 140 mM, Na+: 10 mM, Cl-: 150 mM}}\n"                            \
  "  - membrane: plasma\n    inside: axon\n    capacitance: 1 uF/cm2\n    mechanisms:\n"                               \
  "      - {name: INa, gated: hodgkin-huxley sodium, carrier: Na+, conductance: 120 mS/cm2, reversal: 50 mV}\n"        \
  "      - {name: IK, gated: hodgkin-huxley potassium, carrier: K+, conductance: 36 mS/cm2, reversal: -77 mV}\n"       \
  "      - name: electrode\n        stimulus: {carrier: K+, current: {pulse: {base: 0 A/m2, height: 200 A/m2, "        \
  "start: 0 s, width: 1 ms}}}\n"                                                                                       \
  "  - {region: bath, width: 5 nm, fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}}\n"                                      \
  "terminals: {left: {reservoir: axon}, right: {reservoir: bath, current: 0 A/m2}}\n"                                  \
  "protocol: [steady, transient: {until: 5 ms}]\nexpect:\n"                                                            \
  "  - {quantity: peak, of: gate, membrane: plasma, mechanism: INa, gate: m, value: 1, tolerance: 1e-9}\n"             \
  "  - {quantity: trough, of: gate, membrane: plasma, mechanism: INa, gate: m, value: 0, tolerance: 1}\n"              \
  "  - {quantity: trough, of: gate, membrane: plasma, mechanism: INa, gate: h, value: 0, tolerance: 1}\n"              \
  "  - {quantity: peak, of: gate, membrane: plasma, mechanism: IK, gate: n, value: 1, tolerance: 0.05}\n"              \
  "  - {quantity: peak, of: membrane potential, membrane: plasma, value: 0.5 V, tolerance: 0.1 V}\n"

static void gates_stay_between_0_and_1(void **state) {
  (void)state;
  Solved *solved = solve_deck(STRONG);
  for (int i = 0; i < solved->deck->expect.count; i++) {
    const double value = solved->findings[i].value;
    if (!solved->findings[i].met)
      fail_msg("expectation %d: %.12g", i, value);
    if (i < 4 && !(value >= 0.0 && value <= 1.0))
      fail_msg("a gate went to %.12g", value);
  }
  solved_end(&solved);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_charges_is_kept), cmocka_unit_test(long_steps_keep_amounts),
                                     cmocka_unit_test(frozen_gates_stay), cmocka_unit_test(relaxed_gates_follow),
                                     cmocka_unit_test(gates_stay_between_0_and_1)};
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
