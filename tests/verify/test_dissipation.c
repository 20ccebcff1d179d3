/* Where the entropy comes from: what the ledger finds in solutions, membranes and electrodes is what goes into the
   cell, as work of a source, of a pump or of the reservoirs' compositions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/constants.h"
#include "output/membrane_facts.h"
#include "shared_run.h"

static void close_to(const char *what, double found, double expected, double relative) {
  if (!(fabs(found - expected) <= relative * fabs(expected)))
    fail_msg("%s: %.12g, expected %.12g", what, found, expected);
}

/* What the reservoirs give up: every ion's flux down its driving force, W/m2. */
static double given_up(const Solved *solved) {
  const SbStepResult *step = solved_step(solved);
  const SbFacts facts = sb_facts(solved->session.run, step);
  double power = 0.0;
  for (int s = 0; s < facts.problem->species_count; s++)
    if (facts.ions[s].charged && isfinite(facts.ions[s].driving_force))
      power -= facts.ions[s].partial_current * facts.ions[s].driving_force;
  return power;
}

/* An electrode before a reservoir: what is held beyond the couple's equilibrium in the reservoir's solution is spent on
   diffusion and at the electrode. */
static void a_source_feeds_electrode_and_solution(void **state) {
  (void)state;
  static const char *const fields[] = {"electroneutral", "poisson", "supported"};
  for (int f = 0; f < 3; f++) {
    char deck[2048];
    snprintf(deck, sizeof deck,
             "saltbridge: 1\nfield: %s\nspecies: [Cu2+, SO4 2-]\ndomain:\n"
             "  - {region: a, width: 100 nm, fill: {Cu2+: 10 mM, SO4 2-: 10 mM}}\nterminals:\n"
             "  left: {reservoir: a}\n"
             "  right: {electrode: {couples: [{name: copper, oxidised: Cu2+, reduced: {}, electrons: 2, "
             "standard_potential: 0.34 V, rate_constant: 0.02 m/s}]%s}, potential: 0.25 V}\nprotocol: [steady]\n",
             fields[f], f == 1 ? ", stern: {capacitance: 20 uF/cm2}, zero_charge_potential: 0.24 V" : "");
    Solved *solved = solve_deck(deck);
    const SbLedger *ledger = &solved_step(solved)->ledger;
    const double equilibrium = 0.34 + SB_GAS_CONSTANT * 298.15 / (2 * SB_FARADAY) * log(0.01);
    const double power = -solved_value(solved, SB_QUANTITY_CURRENT, -1).value * (0.25 - equilibrium);
    close_to(fields[f], 298.15 * ledger->entropy_production, power, 1e-9);
    assert_true(ledger->entropy_electrodes > 0.01 * ledger->entropy_production);
    assert_true(ledger->entropy_solutions > 0.01 * ledger->entropy_production);
    assert_true(ledger->entropy_membranes == 0.0);
    solved_end(&solved);
  }
}

#define PUMPED                                                                                                         \
  "saltbridge: 1\ntemperature: 37 degC\nfield: electroneutral\nspecies: [K+, Na+, Cl-]\ndomain:\n"                     \
  "  - {region: cytosol, width: 1 um, fixed_charge: -132 mM, fill: {K+: 130 mM, Na+: 20 mM, Cl-: 18 mM}}\n"            \
  "  - membrane: plasma\n    inside: cytosol\n    capacitance: 1 uF/cm2\n    mechanisms:\n"                            \
  "      - {name: leak, ghk: {K+: 1e-8 m/s, Na+: 4e-10 m/s, Cl-: 2e-9 m/s}}\n"                                         \
  "      - {name: NaK, pump: {stoichiometry: {Na+: 3, K+: -2}, rate: 5e-8 mol/m2/s, energy: 40 kJ/mol}}\n"             \
  "  - {region: bath, width: 100 nm, fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}}\n"                                    \
  "terminals: {left: {wall: {}}, right: {reservoir: bath, potential: 0 V}}\nprotocol: [steady]\n"

/* At rest the leak lets down what the pump has lifted: per cycle three times sodium's driving force and two times
   potassium's, tests/reference/pumpleak_mammal. */
static void a_pump_feeds_the_leak(void **state) {
  (void)state;
  Solved *solved = solve_deck(PUMPED);
  const SbStepResult *step = solved_step(solved);
  const double rt = SB_GAS_CONSTANT * 310.15, v = -0.0648361858383;
  const double work = 5e-8 * (3.0 * (rt * log(145.0 / 46.1882009274) - SB_FARADAY * v) +
                              2.0 * (rt * log(99.0715859443 / 5.0) + SB_FARADAY * v));
  SbPumpFacts pump;
  assert_true(sb_pump_facts(step, 1, 1, &pump));
  close_to("cycles", pump.rate, 5e-8, 1e-12);
  close_to("work", pump.work, work, 1e-7);
  close_to("cost", pump.cost, 5e-8 * 40e3, 1e-12);
  close_to("leak", 310.15 * step->ledger.entropy_membranes, work, 1e-7);
  assert_false(sb_pump_facts(step, 1, 0, &pump)); /* the leak */
  assert_int_equal(sb_verdict(solved->session.run, step), SB_VERDICT_HELD);
  solved_end(&solved);
}

/* Two compositions kept up by reservoirs, a membrane between them. */
static void reservoirs_feed_membrane_and_baths(void **state) {
  (void)state;
  static const char *const fields[] = {"electroneutral", "poisson"};
  for (int f = 0; f < 2; f++) {
    char deck[2048];
    snprintf(deck, sizeof deck,
             "saltbridge: 1\ntemperature: 37 degC\nfield: %s\nspecies: [K+, Na+, Cl-]\ndomain:\n"
             "  - {region: in, width: 50 nm, fill: {K+: 140 mM, Na+: 10 mM, Cl-: 150 mM}}\n"
             "  - membrane: plasma\n    inside: in\n    capacitance: 1 uF/cm2\n    mechanisms:\n"
             "      - {name: leak, ghk: {K+: 1e-3 m/s, Na+: 4e-4 m/s, Cl-: 1e-3 m/s}}\n"
             "  - {region: out, width: 50 nm, fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}}\n"
             "terminals: {left: {reservoir: in}, right: {reservoir: out, potential: 20 mV}}\nprotocol: [steady]\n",
             fields[f]);
    Solved *solved = solve_deck(deck);
    const SbLedger *ledger = &solved_step(solved)->ledger;
    close_to(fields[f], 310.15 * ledger->entropy_production, given_up(solved), 1e-9);
    assert_true(ledger->entropy_solutions > 1e-3 * ledger->entropy_production);
    assert_true(ledger->entropy_membranes > 0.1 * ledger->entropy_production && ledger->entropy_electrodes == 0.0);
    solved_end(&solved);
  }
}

/* Without its pump the cell runs down; the reference values at 60 s tell how fast: K+ from 91.37 mM, through
   J = P [B(-u) c_in - B(u) c_out] with u = -58.989 mV/V_T. */
static void a_stopped_pump_lets_gradients_run_down(void **state) {
  (void)state;
  char deck[2048], reason[512];
  snprintf(deck, sizeof deck, "%s", PUMPED);
  char *rate = strstr(deck, "rate: 5e-8 mol/m2/s,"), *protocol = strstr(deck, "[steady]");
  char tail[1024];
  assert_true(rate && protocol);
  snprintf(tail, sizeof tail, "%s", rate + strlen("rate: 5e-8 mol/m2/s,"));
  snprintf(rate, sizeof deck - (size_t)(rate - deck), "rate: {step: {from: 5e-8 mol/m2/s, to: 0 mol/m2/s, at: 0 s}},%s",
           tail);
  protocol = strstr(deck, "[steady]");
  snprintf(protocol, sizeof deck - (size_t)(protocol - deck), "[steady, transient: {until: 60 s, first_step: 1 ns}]\n");
  Solved *solved = solve_deck(deck);
  const SbStepResult *step = solved_step(solved);
  const double u = -0.0589892567987 / (SB_GAS_CONSTANT * 310.15 / SB_FARADAY);
  const double flux = 1e-8 * (u * 91.3716432709 - u * 5.0 * exp(-u)) / (1.0 - exp(-u));
  SbTurnover potassium, sodium;
  assert_true(sb_membrane_turnover(solved->session.run, step, 1, 0, &potassium));
  assert_true(sb_membrane_turnover(solved->session.run, step, 1, 1, &sodium));
  close_to("flux of K+", potassium.flux, flux, 1e-4);
  close_to("amount of K+", potassium.amount, 91.3716432709e-6, 1e-4);
  close_to("time of K+", potassium.time, 91.3716432709e-6 / flux, 2e-4);
  assert_true(sodium.flux < 0.0);
  SbRundown rundown;
  assert_true(sb_membranes_rundown(solved->session.run, step, &rundown));
  assert_true(rundown.region == 1 && rundown.species == 0); /* lost, though Na+ changes faster */
  assert_true(sodium.time < potassium.time);
  assert_int_equal(sb_verdict(solved->session.run, step), SB_VERDICT_RUNNING_DOWN);
  sb_verdict_reason(solved->session.run, step, reason, sizeof reason);
  assert_non_null(strstr(reason, "time constant 12.2 min, in which the K+ inside would be gone"));
  solved_end(&solved);
}

int main(void) {
  verify_initialize();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_source_feeds_electrode_and_solution), cmocka_unit_test(a_pump_feeds_the_leak),
      cmocka_unit_test(reservoirs_feed_membrane_and_baths), cmocka_unit_test(a_stopped_pump_lets_gradients_run_down)};
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
