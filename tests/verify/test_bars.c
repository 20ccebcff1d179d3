/* The honesty of the error bars: over all steady reference cases, at the default accuracy, a tenth and a hundredth of
   it, how often the true error is within the bar, and whether an answer that claims its accuracy has it. Only numbers
   whose reference is known far better than the bar can say anything. Prints the shares. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "shared_cases.h"

static const double finenesses[] = {1.0, 0.1, 0.01};
static const double least_share = 0.95;
static const double sharp = 0.1; /* largest uncertainty of a reference, in bars */

enum { MOST = 1000 };

typedef struct {
  double fineness;
  int counted, within; /* numbers with a bar, and those within it */
  int claimed, kept;   /* numbers of answers that claim their accuracy, and those that have it */
  int vague;           /* left out: the reference is not known well enough */
  double worst;        /* largest error over bar */
  double ratios[MOST]; /* [counted] errors over bars */
} Shares;

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *ratios, int many) {
  qsort(ratios, (size_t)many, sizeof *ratios, ascending);
  return ratios[many / 2];
}

static void count(Verification *verification, const Comparison *comparison) {
  Shares *shares = verification->context;
  const Target *target = &comparison->target;
  const double error = fabs(comparison->value - target->value), bar = comparison->mesh_bar;
  if (!isfinite(bar))
    return; /* a formula, or a number made of several */
  if (target->uncertainty > sharp * bar) {
    shares->vague++;
    return;
  }
  const bool within = error <= bar + target->uncertainty;
  assert_true(shares->counted < MOST);
  shares->ratios[shares->counted++] = error / bar;
  shares->within += within;
  shares->worst = fmax(shares->worst, error / bar);
  if (!within)
    printf("  beyond its bar at %g: %s, %s: %.10g, true %.10g, error %.3g, bar %.3g (%.2f bars), wanted %.3g\n",
           shares->fineness, comparison->reference, target->name, comparison->value, target->value, error, bar,
           error / bar, comparison->demanded);
  if (!comparison->accurate || !isfinite(comparison->demanded))
    return;
  const bool kept = error <= comparison->demanded + target->uncertainty;
  shares->claimed++;
  shares->kept += kept;
  if (!kept)
    printf("  less exact than claimed at %g: %s, %s: error %.3g, wanted %.3g\n", shares->fineness,
           comparison->reference, target->name, error, comparison->demanded);
}

static void bars_are_honest(void **state) {
  (void)state;
  int counted = 0, within = 0, claimed = 0, kept = 0;
  for (size_t f = 0; f < sizeof finenesses / sizeof *finenesses; f++) {
    Shares shares = {.fineness = finenesses[f]};
    const Accuracy accuracy = {.potential = finenesses[f] * accuracy_default.potential,
                               .current = finenesses[f] * accuracy_default.current,
                               .time = accuracy_default.time};
    Verification verification = {.accuracy = &accuracy, .compare = count, .context = &shares};
    for (int i = 0; i < case_count; i++) {
      Reference *reference = reference_open(cases[i].name);
      if (cases[i].check)
        cases[i].check(&verification, reference);
      reference_close(&reference);
    }
    printf(
        "accuracy %-4g of the default: %d of %d numbers within their bar (%.1f %%; error in bars: median %.2f, worst "
        "%.2f), %d of %d within the claimed accuracy; %d left out\n",
        shares.fineness, shares.within, shares.counted, 100.0 * shares.within / shares.counted,
        median(shares.ratios, shares.counted), shares.worst, shares.kept, shares.claimed, shares.vague);
    assert_true(shares.within >= least_share * shares.counted);
    counted += shares.counted;
    within += shares.within;
    claimed += shares.claimed;
    kept += shares.kept;
  }
  printf("in all: %d of %d within their bar (%.1f %%), %d of %d within the claimed accuracy\n", within, counted,
         100.0 * within / counted, kept, claimed);
  assert_true(counted > 500);
  assert_true(claimed > 500);
  assert_int_equal(kept, claimed);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(bars_are_honest)};
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
