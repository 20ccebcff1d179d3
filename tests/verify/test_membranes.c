/* Thin membranes against themselves: what charges them is part of the amounts that are kept. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_charges_is_kept)};
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
