/* Couples whose species no reservoir supplies: what a steady state keeps of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/constants.h"
#include "shared_run.h"

#define IRON                                                                                                           \
  "couples: [{name: iron, oxidised: Fe3+, reduced: Fe2+, electrons: 1, standard_potential: 0.771 V, "                  \
  "rate_constant: 1e-3 m/s}]"
#define CELL(field, width, left, right)                                                                                \
  "saltbridge: 1\nfield: " field "\n"                                                                                  \
  "species:\n  - {name: Fe3+, charge: 3, diffusivity: 6e-10 m2/s}\n  - {name: Fe2+, charge: 2, diffusivity: 6e-10 "    \
  "m2/s}\n  - K+\n  - Cl-\n"                                                                                           \
  "domain: [{region: layer, width: " width ", fill: {Fe3+: 1 mM, Fe2+: 2 mM, K+: 1 M, Cl-: 1.007 M}}]\n"               \
  "terminals:\n  left: {" left "}\n  right: {" right "}\n"

enum { FE3, FE2 };

static void near(const char *what, double found, double expected, double most) {
  if (!(fabs(found - expected) <= most))
    fail_msg("%s: %.12g, expected %.12g, off by %.3g of at most %.3g", what, found, expected, found - expected, most);
}

static double potential(const Solved *solved, int step) {
  const SbStepResult *result = &solved->session.run->steps[step - 1];
  const SbMeasure measure = {.quantity = SB_QUANTITY_POTENTIAL, .species = -1, .terminal = -1, .x = NAN};
  return sb_run_reading(solved->session.run, result, result->frame_count - 1, &measure)->value;
}

static double amount(const Solved *solved, int step, int species) {
  return solved->session.run->steps[step - 1].ledger.amount[species];
}

static double rest(double oxidised, double reduced) {
  return 0.771 + SB_GAS_CONSTANT * 298.15 / SB_FARADAY * log(oxidised / reduced);
}

/* Between two electrodes 0.4 V apart Fe3+ goes to nothing at one. Both gradients are straight, and the amounts are
   those of the fill: so the current is 2 F D c/L of the scarcer half (plus what migration does in a thousandfold salt).
 */
static void test_between_electrodes(void **state) {
  (void)state;
  Solved *solved = solve_deck(CELL("electroneutral", "50 um", "electrode: {" IRON "}, potential: 0 V",
                                   "electrode: {" IRON "}, potential: 0.4 V") "protocol: [steady]\n");
  const double limit = 2.0 * SB_FARADAY * 6e-10 * 1.0 / 50e-6;
  near("current", solved_value(solved, SB_QUANTITY_CURRENT, -1).value, -limit, 2e-3 * limit);
  near("Fe3+", amount(solved, 1, FE3), 50e-6, 1e-9 * 50e-6);
  near("Fe2+", amount(solved, 1, FE2), 100e-6, 1e-9 * 100e-6);
  solved_end(&solved);
}

/* With their double layers the electrodes take some of the charge; the sum of both halves stays. */
static void test_with_double_layers(void **state) {
  (void)state;
  static const char layer[] = ", stern: {capacitance: 20 uF/cm2}, zero_charge_potential: 0.7 V}";
  char text[2000];
  snprintf(text, sizeof text,
           CELL("poisson", "100 nm", "electrode: {" IRON "%s, potential: 0 V",
                "electrode: {" IRON "%s, current: 0 A/m2") "protocol: [steady]\n",
           layer, layer);
  Solved *solved = solve_deck(text);
  near("Fe3+ and Fe2+", amount(solved, 1, FE3) + amount(solved, 1, FE2), 300e-9, 1e-9 * 300e-9);
  assert_true(amount(solved, 1, FE3) < 99e-9); /* the electrodes' charge was Fe3+ */
  near("potential", potential(solved, 1), 0.0, 1e-8);
  solved_end(&solved);
}

/* One electrode before a reservoir that iron does not cross: at open circuit both halves are what they were, also when
   a step before has changed them; held at a potential, their sum is. */
static void test_one_electrode(void **state) {
  (void)state;
  Solved *solved = solve_deck(CELL(
      "electroneutral", "50 um", "reservoir: layer, impermeable: [Fe3+, Fe2+]",
      "electrode: {" IRON "}, current: 0 A/m2") "protocol:\n"
                                                "  - steady\n"
                                                "  - steady: {controls: {right: {potential: 0.8 V}}}\n"
                                                "  - steady: {controls: {right: {current: 0 A/m2}}}\n"
                                                "  - transient: {until: 10 s, controls: {right: {current: 0.5 A/m2}}}\n"
                                                "  - steady: {controls: {right: {current: 0 A/m2}}}\n");
  near("at rest", potential(solved, 1), rest(1.0, 2.0), 1e-5);
  near("Fe3+ at rest", amount(solved, 1, FE3), 50e-6, 1e-9 * 50e-6);
  near("sum under 0.8 V", amount(solved, 2, FE3) + amount(solved, 2, FE2), 150e-6, 1e-9 * 150e-6);
  assert_true(amount(solved, 2, FE3) > 100e-6);
  near("opened", potential(solved, 3), 0.8, 1e-5);
  near("Fe3+ opened", amount(solved, 3, FE3), amount(solved, 2, FE3), 1e-9 * 50e-6);
  /* a reduction of 5 C/m2 */
  const double made = -5.0 / SB_FARADAY;
  near("Fe3+ of 5 C/m2", amount(solved, 4, FE3) - amount(solved, 3, FE3), made, 1e-4 * fabs(made));
  near("Fe3+ opened again", amount(solved, 5, FE3), amount(solved, 4, FE3), 1e-9 * 50e-6);
  near("its potential", potential(solved, 5), rest(amount(solved, 4, FE3), amount(solved, 4, FE2)), 2e-5);
  solved_end(&solved);
}

/* A metal in a solution without its ions has no equilibrium potential there, but a mixed one all the same: the ions
   that its corrosion makes diffuse away, and at the surface there are as many as that takes. */
static void test_product_absent(void **state) {
  (void)state;
  Solved *solved =
      solve_deck("saltbridge: 1\nfield: supported\n"
                 "species: [H+, {name: Zn2+, charge: 2, diffusivity: 7e-10 m2/s}]\n"
                 "domain: [{region: layer, width: 10 um, fill: {H+: 1 M, Zn2+: 0 M}}]\n"
                 "terminals:\n  left: {reservoir: layer}\n  right:\n    electrode:\n      couples:\n"
                 "        - {name: zinc, oxidised: Zn2+, reduced: {}, electrons: 2, standard_potential: -0.763 V, "
                 "rate_constant: 1e-8 m/s}\n"
                 "        - {name: hydrogen, oxidised: H+, reduced: {}, electrons: 1, standard_potential: 0 V, "
                 "rate_constant: 1e-14 m/s}\n"
                 "    current: 0 A/m2\nprotocol: [steady]\n");
  const SbMeasure equilibrium = {
      .quantity = SB_QUANTITY_EQUILIBRIUM_POTENTIAL, .species = -1, .terminal = SB_RIGHT, .x = NAN, .couple = "zinc"};
  const SbMeasure current = {
      .quantity = SB_QUANTITY_COUPLE_CURRENT, .species = -1, .terminal = SB_RIGHT, .x = NAN, .couple = "zinc"};
  const double thermal = SB_GAS_CONSTANT * 298.15 / SB_FARADAY, found = solved_reading(solved, -1, &current).value;
  const double surface = found / (2.0 * SB_FARADAY) * 10e-6 / 7e-10; /* mol/m3 */
  near("equilibrium at the surface", solved_reading(solved, -1, &equilibrium).value,
       -0.763 + 0.5 * thermal * log(surface / 1000.0), 1e-6);
  const double potential_found = potential(solved, 1);
  near("hydrogen's current", found, SB_FARADAY * 1e-14 * 1000.0 * exp(-0.5 * potential_found / thermal), 1e-3 * found);
  solved_end(&solved);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_between_electrodes),
      cmocka_unit_test(test_with_double_layers),
      cmocka_unit_test(test_one_electrode),
      cmocka_unit_test(test_product_absent),
  };
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
