/* Scheme against scheme: Poisson's equation against electroneutrality, a steady state against a long transient, a cell
   against its mirror image, curved geometries against flat ones and closed forms; and what must be conserved. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "shared_run.h"

static Solved *solve(const char *format, ...) __attribute__((format(printf, 1, 2)));

static Solved *solve(const char *format, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return solve_deck(text);
}

static void close_to(const char *what, double value, double wanted, double bound) {
  if (!(fabs(value - wanted) <= bound))
    fail_msg("%s is %.15g, wanted %.15g +- %.2g", what, value, wanted, bound);
}

/* ---- the Debye length shrinks ---- */

#define JUNCTION                                                                                                       \
  "species: [H+, Cl-]\n"                                                                                               \
  "domain: [{region: a, width: %g um}]\n"                                                                              \
  "terminals:\n  left: {reservoir: {H+: 0.1 M, Cl-: 0.1 M}}\n"                                                         \
  "  right: {reservoir: {H+: 0.01 M, Cl-: 0.01 M}, current: 0 A/m2}\n"

static double junction(const char *field, double length) {
  Solved *solved =
      solve("saltbridge: 1\nfield: %s\naccuracy: {potential: 0.3 nV}\n" JUNCTION "protocol: [steady]\n", field, length);
  assert_true(solved_step(solved)->effort.accuracy_met);
  const double value = solved_value(solved, SB_QUANTITY_POTENTIAL, -1).value;
  solved_end(&solved);
  return value;
}

/* What charge layers change falls with the square of Debye length over width. */
static void poisson_approaches_electroneutrality(void **state) {
  (void)state;
  const double limit = junction("electroneutral", 1.0);
  double before = junction("poisson", 1.0) - limit;
  for (int doublings = 1; doublings <= 2; doublings++) {
    const double length = ldexp(1.0, doublings);
    const double difference = junction("poisson", length) - limit, order = log2(before / difference);
    print_message("  %g um: %.4g uV from the electroneutral value, order %.3f\n", length, 1e6 * difference, order);
    assert_true(order > 1.9 && order < 2.1);
    before = difference;
  }
}

/* ---- steady against transient ---- */

#define MEMBRANE                                                                                                       \
  "species: [K+, Cl-]\n"                                                                                               \
  "domain:\n  - {region: a, width: 10 nm, cells: %d, fill: {K+: 0.1 M, Cl-: 0.1 M}}\n"                                 \
  "  - {region: m, width: 10 nm, cells: %d, fixed_charge: -50 mM, diffusion_factor: 0.5, "                             \
  "fill: {K+: 0.1 M, Cl-: 0.05 M}}\n"                                                                                  \
  "  - {region: b, width: 10 nm, cells: %d, fill: {K+: 0.02 M, Cl-: 0.02 M}}\n"                                        \
  "terminals: {left: {reservoir: a}, right: {reservoir: b, %s}}\n"                                                     \
  "protocol: [%s]\n"

static Solved *membrane(const char *head, int cells, const char *control, const char *step) {
  return solve("saltbridge: 1\n%s" MEMBRANE, head, cells, cells, cells, control, step);
}

/* On the same mesh the same state, whatever the control; under electroneutrality to the wanted accuracy, 10 uV in RT/F,
   since there the charge of a node (none) is what the balances keep, and the first steps let go of a little. */
static void steady_is_the_end_of_a_transient(void **state) {
  (void)state;
  static const char *const controls[] = {"potential: 50 mV", "current: 0 A/m2", "current: -1e4 A/m2",
                                         "load: 1e-7 ohm m2"};
  static const char *const heads[] = {"", "field: electroneutral\n"};
  for (int i = 0; i < 8; i++) {
    const char *head = heads[i / 4], *control = controls[i % 4];
    const double bound = i < 4 ? 1e-10 : 4e-4;
    Solved *transient = membrane(head, 32, control, "transient: {until: 100 us}");
    Solved *steady = membrane(head, (solved_step(transient)->mesh->nodes - 1) / 3, control, "steady");
    const SbStepResult *a = solved_step(steady), *b = solved_step(transient);
    assert_int_equal(a->chain->unknowns, b->chain->unknowns);
    double *scale = calloc((size_t)a->chain->unknowns, sizeof *scale);
    sb_chain_scales(a->chain, scale);
    for (int k = 0; k < a->chain->unknowns; k++)
      close_to(control, b->u[k] / scale[k], a->u[k] / scale[k], bound);
    free(scale);
    const SbReading current = solved_value(steady, SB_QUANTITY_CURRENT, -1);
    close_to(control, solved_value(transient, SB_QUANTITY_CURRENT, -1).value, current.value,
             bound * (fabs(current.value) + 1e5));
    assert_true(b->steady);
    solved_end(&steady);
    solved_end(&transient);
  }
}

/* ---- the mirror image ---- */

#define ASYMMETRIC(left, right)                                                                                        \
  "saltbridge: 1\nspecies: [K+, Cl-, H+]\ndomain: [" left ", {region: m, width: 12 nm, fixed_charge: -0.2 M, "         \
  "permittivity: 30, partition: {K+: 0.5}, diffusion_factor: {H+: 0.2}}, " right "]\n"
#define SALT "{region: salt, width: 15 nm, fill: {K+: 0.1 M, Cl-: 0.1 M}}"
#define ACID "{region: acid, width: 25 nm, permittivity: 60, fill: {H+: 20 mM, Cl-: 20 mM}}"

/* Ends exchanged: potentials, currents and fluxes change sign and nothing else. */
static void mirror_image(void **state) {
  (void)state;
  static const char *const controls[][2] = {{"current: 0 A/m2", "current: 0 A/m2"},
                                            {"potential: 40 mV", "potential: -40 mV"},
                                            {"current: 3e4 A/m2", "current: -3e4 A/m2"}};
  static const SbQuantity quantities[] = {SB_QUANTITY_POTENTIAL, SB_QUANTITY_CURRENT, SB_QUANTITY_FLUX,
                                          SB_QUANTITY_FLUX, SB_QUANTITY_FLUX};
  static const int species[] = {-1, -1, 0, 1, 2};
  static const double scale[] = {0.025, 1e5, 1.0, 1.0, 1.0};
  for (int i = 0; i < 3; i++) {
    Solved *a = solve(ASYMMETRIC(SALT, ACID) "terminals: {left: {reservoir: salt}, right: {reservoir: acid, %s}}\n"
                                             "protocol: [steady]\n",
                      controls[i][0]);
    Solved *b = solve(ASYMMETRIC(ACID, SALT) "terminals: {left: {reservoir: acid}, right: {reservoir: salt, %s}}\n"
                                             "protocol: [steady]\n",
                      controls[i][1]);
    assert_int_equal(solved_step(a)->mesh->nodes, solved_step(b)->mesh->nodes);
    for (int k = 0; k < 5; k++) {
      const SbReading one = solved_value(a, quantities[k], species[k]),
                      other = solved_value(b, quantities[k], species[k]);
      close_to(controls[i][0], other.value, -one.value, 1e-11 * (fabs(one.value) + scale[k]));
      close_to("bar", other.mesh_bar, one.mesh_bar, 1e-3 * one.mesh_bar + 1e-11 * scale[k]);
    }
    solved_end(&a);
    solved_end(&b);
  }
}

/* ---- curved geometries ---- */

#define CURVED                                                                                                         \
  "saltbridge: 1\naccuracy: {potential: 1 nV, current: 1e-4 %%}\n%s"                                                   \
  "species: [H+, Cl-]\ndomain: [{region: a, width: 20 nm}, {region: b, width: 20 nm, fixed_charge: -20 mM}]\n"         \
  "terminals:\n  left: {reservoir: {H+: 0.1 M, Cl-: 0.1 M}}\n"                                                         \
  "  right: {reservoir: {H+: 0.02 M, Cl-: 0.02 M}, current: 0 A/m2}\nprotocol: [steady]\n"

/* A shell of a metre's radius is flat: its curvature changes 40 nm by 4e-8. */
static void a_large_radius_is_flat(void **state) {
  (void)state;
  static const char *const curved[] = {"geometry: cylindrical\ninner_radius: 1 m\n",
                                       "geometry: spherical\ninner_radius: 1 m\n"};
  Solved *flat = solve(CURVED, "");
  const double potential = solved_value(flat, SB_QUANTITY_POTENTIAL, -1).value;
  const double flux = solved_value(flat, SB_QUANTITY_FLUX, 0).value;
  assert_true(fabs(potential) > 0.01);
  for (int i = 0; i < 2; i++) {
    Solved *solved = solve(CURVED, curved[i]);
    close_to(curved[i], solved_value(solved, SB_QUANTITY_POTENTIAL, -1).value, potential, 2e-7 * fabs(potential));
    close_to(curved[i], solved_value(solved, SB_QUANTITY_FLUX, 0).value, flux, 2e-7 * fabs(flux));
    solved_end(&solved);
  }
  solved_end(&flat);
}

/* Diffusion alone between radii 1 and 3 um: c linear in ln r, and in 1/r (Crank, The Mathematics of Diffusion, 2nd ed.,
   eqs 5.2 and 6.2). */
static void diffusion_in_shells(void **state) {
  (void)state;
  const double inner = 1e-6, outer = 3e-6, middle = 2e-6, diffusivity = 1e-9, left = 5.0, right = 2.0;
  static const char *const names[] = {"cylindrical", "spherical"};
  const double flux[] = {diffusivity * (left - right) / (outer * log(outer / inner)),
                         diffusivity * (left - right) * inner / (outer * (outer - inner))};
  const double share[] = {log(middle / inner) / log(outer / inner),
                          (1.0 / inner - 1.0 / middle) / (1.0 / inner - 1.0 / outer)};
  for (int i = 0; i < 2; i++) {
    Solved *solved =
        solve("saltbridge: 1\nfield: supported\ngeometry: %s\ninner_radius: 1 um\naccuracy: {current: 1e-4 %%}\n"
              "species: [{name: A, charge: 1, diffusivity: 1e-9 m2/s, source: round}]\n"
              "domain: [{region: shell, width: 2 um}]\nprotocol: [steady]\n"
              "terminals:\n  left: {reservoir: {A: 5 mM}}\n  right: {reservoir: {A: 2 mM}, potential: 0 V}\n"
              "expect: [{quantity: concentration, species: A, at: {x: 2 um}, value: 3 mM, tolerance: 1 mM, "
              "source: here}]\n",
              names[i]);
    assert_true(solved_step(solved)->effort.accuracy_met);
    close_to(names[i], solved_value(solved, SB_QUANTITY_FLUX, 0).value, flux[i], 1e-6 * flux[i]);
    close_to(names[i], solved->findings[0].value, left + share[i] * (right - left), 1e-6 * left);
    solved_end(&solved);
  }
}

/* ---- what is conserved ---- */

/* Nothing leaves a closed cell, and its electrodes hold the opposite of its charge. */
static void closed_cells_keep_their_ions(void **state) {
  (void)state;
  static const char *const terminals[] = {
      "terminals: {left: {electrode: {}, potential: 0 V}, right: {electrode: {}, potential: 0.3 V}}\n",
      "terminals: {left: {wall: {surface_charge: 10 mC/m2}}, right: {wall: {surface_charge: -10 mC/m2}, current: 0 "
      "A/m2}}\n"};
  static const char *const steps[] = {"transient: {until: 1 us}", "steady"};
  for (int i = 0; i < 4; i++) {
    Solved *solved = solve("saltbridge: 1\nspecies: [K+, Cl-, Ca2+]\n"
                           "domain:\n  - {region: a, width: 8 nm, fill: {K+: 0.1 M, Ca2+: 10 mM, Cl-: 0.12 M}}\n"
                           "  - {region: b, width: 12 nm, permittivity: 40, fill: {K+: 0.02 M, Cl-: 0.02 M}}\n"
                           "%sprotocol: [%s]\n",
                           terminals[i / 2], steps[i % 2]);
    const SbStepResult *step = solved_step(solved);
    const double wanted[] = {8e-9 * 100.0 + 12e-9 * 20.0, 8e-9 * 120.0 + 12e-9 * 20.0, 8e-9 * 10.0};
    for (int s = 0; s < 3; s++)
      close_to("amount", step->ledger.amount[s], wanted[s], 1e-12 * wanted[s]);
    close_to("charge", step->ledger.charge, 0.0, 1e-12 * step->ledger.charge_scale);
    solved_end(&solved);
  }
}

/* A steady flux is the same through every section, to rounding; so is the current, of which no more entropy can come
   than is put in. */
static void steady_fluxes_are_constant(void **state) {
  (void)state;
  static const char *const controls[] = {"potential: 100 mV", "potential: -100 mV", "current: 0 A/m2"};
  static const char *const heads[] = {"", "field: electroneutral\n", "geometry: spherical\ninner_radius: 5 nm\n"};
  for (int i = 0; i < 9; i++) {
    Solved *solved = membrane(heads[i / 3], 64, controls[i % 3], "steady");
    const SbLedger *ledger = &solved_step(solved)->ledger;
    for (int s = 0; s < 2; s++) {
      assert_true(ledger->flux_largest[s] > 0.0);
      close_to("flux spread", ledger->flux_spread[s], 0.0, 1e-10 * ledger->flux_largest[s]);
    }
    close_to("current spread", ledger->current_spread, 0.0, 1e-10 * ledger->current_scale);
    assert_true(ledger->entropy_production > 0.0);
    solved_end(&solved);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(poisson_approaches_electroneutrality),
                                     cmocka_unit_test(steady_is_the_end_of_a_transient),
                                     cmocka_unit_test(mirror_image),
                                     cmocka_unit_test(a_large_radius_is_flat),
                                     cmocka_unit_test(diffusion_in_shells),
                                     cmocka_unit_test(closed_cells_keep_their_ions),
                                     cmocka_unit_test(steady_fluxes_are_constant)};
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
