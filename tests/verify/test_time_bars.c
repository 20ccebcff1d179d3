/* The honesty of the bars of the time steps: every number that a transient records, at three tolerances, against the
   same transient on the same cells with the finest steps there are. Decks that relax, that are driven, that jump, with
   charge layers and without. Prints how large the errors are in bars. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "shared_run.h"

static const double tolerances[] = {1e-3, 1e-4, 1e-5};
static const double finest = 1e-7;
static const double vague = 0.1; /* of a bar that the finest steps' own bar may be */

enum { MOST = 4000, TEXT = 4000 };

/* Each takes accuracy.time in the place of %g. */
static const char *const decks[] = {
    "saltbridge: 1\nspecies: [H+, Cl-]\naccuracy: {time: %g}\n"
    "domain:\n  - {region: a, width: 1 um, cells: 100, fill: {H+: 100 mM, Cl-: 100 mM}}\n"
    "  - {region: b, width: 1 um, cells: 100, fill: {H+: 10 mM, Cl-: 10 mM}}\n"
    "terminals: {left: {wall: {}}, right: {wall: {}, current: 0 A/m2}}\n"
    "protocol: [transient: {until: 10 us, record: {per_decade: 2, from: 10 ps}}]\n",
    "saltbridge: 1\nfield: electroneutral\nspecies: [H+, K+, Cl-]\naccuracy: {time: %g}\n"
    "domain:\n  - {region: a, width: 1 um, cells: 60, fill: {H+: 100 mM, Cl-: 100 mM}}\n"
    "  - {region: b, width: 1 um, cells: 60, fill: {K+: 10 mM, Cl-: 10 mM}}\n"
    "terminals: {left: {wall: {}}, right: {wall: {}, current: 0 A/m2}}\n"
    "protocol: [transient: {until: 100 us, record: {per_decade: 2, from: 1 ns}}]\n",
    "saltbridge: 1\nspecies: [K+, Cl-]\naccuracy: {time: %g}\n"
    "domain: [{region: a, width: 50 nm, cells: 80, fill: {K+: 1 mM, Cl-: 1 mM}}]\n"
    "terminals:\n  left: {electrode: {}, potential: 0 V}\n"
    "  right: {electrode: {}, potential: {sine: {mean: 0 V, amplitude: 20 mV, frequency: 4 MHz}}}\n"
    "protocol: [transient: {until: 1 us, record: {every: 50 ns}}]\n",
    "saltbridge: 1\nspecies: [K+, Cl-]\naccuracy: {time: %g}\n"
    "domain: [{region: a, width: 20 nm, cells: 80, fill: {K+: 100 mM, Cl-: 100 mM}}]\n"
    "terminals:\n  left: {electrode: {}, potential: 0 V}\n  right: {electrode: {}, potential: 0.2 V}\n"
    "protocol: [transient: {until: 1 us, record: {per_decade: 3, from: 1 ps}}]\n",
    "saltbridge: 1\nspecies: [K+, Na+, Cl-]\naccuracy: {time: %g}\n"
    "domain:\n  - {region: a, width: 30 nm, cells: 40, fill: {K+: 100 mM, Cl-: 100 mM}}\n"
    "  - {region: film, width: 10 nm, cells: 40, fixed_charge: -0.2 M, partition: {K+: 0.5}}\n"
    "  - {region: b, width: 30 nm, cells: 40, fill: {Na+: 20 mM, Cl-: 20 mM}}\n"
    "terminals:\n  left: {reservoir: a}\n"
    "  right: {reservoir: b, potential: {pulse: {base: 0 V, height: 50 mV, start: 10 ns, width: 20 ns}}}\n"
    "protocol: [steady, transient: {until: 100 ns, record: {every: 5 ns}}]\n",
};
enum { DECKS = sizeof decks / sizeof *decks };

static Solved *solve_at(const char *deck, double tolerance) {
  char text[TEXT];
  assert_in_range(snprintf(text, sizeof text, deck, tolerance), 1, sizeof text - 1);
  return solve_deck(text);
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Errors in bars of all numbers with a bar that the finest steps can judge. */
static int compare(const Solved *solved, const Solved *best, double *ratios) {
  const SbRun *run = solved->session.run;
  const SbStepResult *step = solved_step(solved), *truth = solved_step(best);
  int count = 0;
  assert_int_equal(step->frame_count, truth->frame_count);
  for (int f = 1; f < step->frame_count; f++) {
    for (int i = 0; i < run->measure_count; i++) {
      const SbReading mine = solved_reading(solved, f, &run->measures[i]);
      const SbReading exact = solved_reading(best, f, &run->measures[i]);
      const double blur = exact.time_bar + mine.noise + exact.noise;
      if (!(mine.time_bar > 0.0) || blur > vague * mine.time_bar)
        continue;
      assert_true(count < MOST);
      ratios[count++] = fmax(0.0, fabs(mine.value - exact.value) - blur) / mine.time_bar;
    }
  }
  return count;
}

static void bars_hold(void **state) {
  const char *deck = *state;
  static double ratios[MOST];
  Solved *best = solve_at(deck, finest);
  for (size_t k = 0; k < sizeof tolerances / sizeof *tolerances; k++) {
    Solved *solved = solve_at(deck, tolerances[k]);
    const int count = compare(solved, best, ratios), steps = solved_step(solved)->effort.time_steps;
    assert_true(count > 5);
    qsort(ratios, (size_t)count, sizeof *ratios, ascending);
    print_message("  tolerance %g: %d steps, %d numbers, error in bars: median %.2g, worst %.2g\n", tolerances[k],
                  steps, count, ratios[count / 2], ratios[count - 1]);
    assert_true(ratios[count - 1] <= 1.0);
    solved_end(&solved);
  }
  solved_end(&best);
}

int main(void) {
  static const char *const names[DECKS] = {"junction with charge layers", "electroneutral junction",
                                           "driven electrodes", "charging", "pulse across a charged film"};
  struct CMUnitTest tests[DECKS];
  for (int i = 0; i < DECKS; i++)
    tests[i] =
        (struct CMUnitTest){.name = names[i], .test_func = bars_hold, .initial_state = (void *)(uintptr_t)decks[i]};
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
