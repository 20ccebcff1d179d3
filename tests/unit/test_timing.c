/* Parts pay for their own time and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/timing.h"

static const double pause = 5e-3; /* s; a sleep is never shorter, and longer on a busy machine */

static void rest(void) {
  nanosleep(&(struct timespec){.tv_nsec = (long)(1e9 * pause)}, NULL);
}

static double total(const SbTimings *timings) {
  double sum = 0.0;
  for (int part = 0; part < SB_PART_COUNT; part++)
    sum += timings->seconds[part];
  return sum;
}

static double elapsed(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void test_inner_parts_are_not_the_outer_ones(void **state) {
  (void)state;
  const double earlier = elapsed();
  const SbTimings before = sb_timing_now();
  const double start = elapsed();
  sb_timing_begin(SB_PART_NEWTON);
  rest();
  for (int i = 0; i < 3; i++) {
    sb_timing_begin(SB_PART_SOLVE);
    rest();
    sb_timing_end(SB_PART_SOLVE, 100);
  }
  sb_timing_end(SB_PART_NEWTON, 0);
  rest();
  const double end = elapsed();
  const SbTimings now = sb_timing_now();
  const double later = elapsed(), whole = total(&now) - total(&before);
  const double solve = now.seconds[SB_PART_SOLVE] - before.seconds[SB_PART_SOLVE];
  const double other = now.seconds[SB_PART_OTHER] - before.seconds[SB_PART_OTHER];
  const double newton = now.seconds[SB_PART_NEWTON] - before.seconds[SB_PART_NEWTON];
  assert_true(solve >= 3.0 * pause && other >= pause && newton >= pause);
  assert_float_equal((float)(solve + other + newton), (float)whole, 1e-6f);
  assert_true(whole >= (1.0 - 1e-9) * (end - start) && whole <= (1.0 + 1e-9) * (later - earlier));
  assert_int_equal(now.calls[SB_PART_SOLVE] - before.calls[SB_PART_SOLVE], 3);
  assert_true(now.cells[SB_PART_SOLVE] - before.cells[SB_PART_SOLVE] == 300.0);
  assert_int_equal(now.calls[SB_PART_NEWTON] - before.calls[SB_PART_NEWTON], 1);
}

static int open_parts;

static void count(SbPart part, int begins) {
  assert_true(part == SB_PART_STEPPING || part == SB_PART_ASSEMBLY);
  open_parts += begins ? 1 : -1;
}

static void test_parts_that_an_error_left_open_end_with_the_outer_one(void **state) {
  (void)state;
  sb_timing_listen(count);
  sb_timing_begin(SB_PART_STEPPING);
  sb_timing_begin(SB_PART_ASSEMBLY);
  assert_int_equal(open_parts, 2);
  sb_timing_end(SB_PART_STEPPING, 0);
  assert_int_equal(open_parts, 0);
  sb_timing_end(SB_PART_ASSEMBLY, 0); /* not open: nothing happens */
  assert_int_equal(open_parts, 0);
  sb_timing_listen(NULL);
  const SbTimings before = sb_timing_now();
  rest();
  const SbTimings now = sb_timing_now();
  assert_true(now.seconds[SB_PART_OTHER] - before.seconds[SB_PART_OTHER] >= pause);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_inner_parts_are_not_the_outer_ones),
      cmocka_unit_test(test_parts_that_an_error_left_open_end_with_the_outer_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
