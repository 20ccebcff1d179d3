/* Sweeps: each point is what a steady step alone finds, however the values of the problem, its unknowns or its mesh
   change from point to point; and where only values change, a point costs few iterations. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "shared_run.h"

enum { TEXT = 4000, POINTS = 9 };

static const double rounding = 1e-12; /* of the largest value of a measure on the curve */

typedef struct {
  const char *name;
  const char *body;        /* with %s where the swept value stands */
  const char *vary, *unit; /* what is swept, and its unit */
  double from, to;
  double iterations; /* Newton iterations per mesh solved, at most; INFINITY: not held to */
} Sweep;

#define MEMBRANE(charge, width, potential)                                                                             \
  "species: [K+, Cl-]\n"                                                                                               \
  "domain:\n  - {region: a, width: 50 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"                                          \
  "  - {region: film, width: " width ", fixed_charge: " charge "}\n"                                                   \
  "  - {region: b, width: 50 nm, fill: {K+: 10 mM, Cl-: 10 mM}}\n"                                                     \
  "terminals: {left: {reservoir: a}, right: {reservoir: b, potential: " potential "}}\n"

static const Sweep sweeps[] = {
    {"potential", MEMBRANE("-100 mM", "50 nm", "%s"), "terminals.right.potential", "V", -0.2, 0.2, 3.5},
    {"potential, given cells", "mesh: {cells: 300}\n" MEMBRANE("-100 mM", "50 nm", "%s"), "terminals.right.potential",
     "V", -0.2, 0.2, 3.5},
    {"fixed charge", MEMBRANE("%s", "50 nm", "10 mV"), "domain.film.fixed_charge", "mol/m3", 0.0, -200.0, INFINITY},
    {"fixed charge that brings a Donnan jump", "field: electroneutral\n" MEMBRANE("%s", "50 nm", "10 mV"),
     "domain.film.fixed_charge", "mol/m3", 0.0, -200.0, INFINITY},
    {"width", MEMBRANE("-100 mM", "%s", "10 mV"), "domain.film.width", "nm", 5.0, 85.0, INFINITY},
    {"potential of a closed cell",
     "species: [K+, Cl-]\ndomain: [{region: a, width: 20 nm, fill: {K+: 100 mM, Cl-: 100 mM}}]\n"
     "terminals: {left: {electrode: {}, potential: 0 V}, right: {electrode: {}, potential: %s}}\n",
     "terminals.right.potential", "V", -0.2, 0.2, 4.0},
};
enum { SWEEPS = sizeof sweeps / sizeof *sweeps };

/* Largest value of a measure on a curve. */
static double largest(const Solved *curve, const SbMeasure *measure) {
  double most = 0.0;
  for (int f = 0; f < POINTS; f++)
    most = fmax(most, fabs(solved_reading(curve, f, measure).value));
  return most;
}

static Solved *solve_with(const Sweep *sweep, double value, const char *protocol) {
  char text[TEXT], number[64], body[TEXT];
  snprintf(number, sizeof number, "%.17g %s", value, sweep->unit);
  snprintf(body, sizeof body, sweep->body, number);
  assert_in_range(snprintf(text, sizeof text, "saltbridge: 1\n%sprotocol: [%s]\n", body, protocol), 1, sizeof text - 1);
  return solve_deck(text);
}

static void points_are_steady_states(void **state) {
  const Sweep *sweep = *state;
  char protocol[256];
  snprintf(protocol, sizeof protocol, "sweep: {vary: %s, from: %.17g %s, to: %.17g %s, points: %d}", sweep->vary,
           sweep->from, sweep->unit, sweep->to, sweep->unit, POINTS);
  Solved *curve = solve_with(sweep, sweep->from, protocol);
  const SbRun *run = curve->session.run;
  const SbEffort *effort = &solved_step(curve)->effort;
  for (int f = 0; f < POINTS; f++) {
    const double value = sweep->from + f * (sweep->to - sweep->from) / (POINTS - 1);
    Solved *alone = solve_with(sweep, value, "steady");
    assert_true(solved_step(curve)->solved[f]);
    for (int i = 0; i < run->measure_count; i++) {
      const SbReading a = solved_reading(curve, f, &run->measures[i]), b = solved_reading(alone, 0, &run->measures[i]);
      const double error = fabs(a.value - b.value);
      const double allowed = a.mesh_bar + b.mesh_bar + rounding * largest(curve, &run->measures[i]);
      if (!isnan(b.value) && !(error <= allowed))
        fail_msg("measure %d at %g %s: %.12g in the sweep, %.12g alone, allowed %.3g", i, value, sweep->unit, a.value,
                 b.value, allowed);
    }
    solved_end(&alone);
  }
  print_message("  %d iterations on %d meshes\n", effort->newton_iterations, effort->mesh_rounds);
  assert_true(effort->newton_iterations <= sweep->iterations * effort->mesh_rounds);
  assert_true(effort->accuracy_met || effort->mesh_given);
  solved_end(&curve);
}

int main(void) {
  struct CMUnitTest tests[SWEEPS];
  for (int i = 0; i < SWEEPS; i++)
    tests[i] = (struct CMUnitTest){
        .name = sweeps[i].name, .test_func = points_are_steady_states, .initial_state = (void *)(uintptr_t)&sweeps[i]};
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
