/* Waveforms: values before, at and after their breaks, and the breaks themselves. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deck_text.h"
#include "model/fill.h"
#include "model/waveform.h"

typedef struct {
  SbVariant drive;
} Holder;

static const SbField holder_fields[] = {{.key = "drive",
                                         .type = SB_TYPE_WAVEFORM,
                                         .offset = offsetof(Holder, drive),
                                         .dimension = SB_DIMENSION_POTENTIAL,
                                         .flags = SB_FIELD_REQUIRED,
                                         .variants = sb_waveform_schemas},
                                        {0}};
static const SbSchema holder_schema = {.name = "holder", .size = sizeof(Holder), .fields = holder_fields};

typedef struct {
  double time, value, next_break;
} Point;

static void check(const char *yaml, const Point *points, size_t count) {
  DeckText text = deck_text_parse(yaml);
  Holder holder = {0};
  assert_true(sb_schema_read(text.reader, &holder_schema, text.root, &holder));
  for (size_t i = 0; i < count; i++) {
    const double value = sb_waveform_value(&holder.drive, points[i].time);
    const double next = sb_waveform_next_break(&holder.drive, points[i].time);
    if (fabs(value - points[i].value) > 1e-14)
      fail_msg("%s at %g s: %.17g V, expected %.17g V", yaml, points[i].time, value, points[i].value);
    if (isinf(points[i].next_break) ? !isinf(next) : fabs(next - points[i].next_break) > 1e-14)
      fail_msg("%s after %g s: break at %.17g s, expected %.17g s", yaml, points[i].time, next, points[i].next_break);
  }
  deck_text_free(&text);
}

static void refuse(const char *yaml, const char *message) {
  DeckText text = deck_text_parse(yaml);
  Holder holder = {0};
  assert_false(sb_schema_read(text.reader, &holder_schema, text.root, &holder));
  char *messages = deck_text_messages(&text);
  if (strstr(messages, message) == NULL)
    fail_msg("expected \"%s\" in:\n%s", message, messages);
  free(messages);
  deck_text_free(&text);
}

#define CHECK(yaml, ...)                                                                                               \
  do {                                                                                                                 \
    const Point points[] = {__VA_ARGS__};                                                                              \
    check(yaml, points, sizeof points / sizeof points[0]);                                                             \
  } while (0)

static void test_constant(void **state) {
  (void)state;
  CHECK("drive: -20 mV", {-1, -0.02, INFINITY}, {0, -0.02, INFINITY}, {1e9, -0.02, INFINITY});
}

static void test_step(void **state) {
  (void)state;
  CHECK("drive: {step: {from: 0.1 V, to: 0.3 V}}", {-1, 0.1, 0}, {0, 0.3, INFINITY}, {1, 0.3, INFINITY});
  CHECK("drive: {step: {from: 0.1 V, to: 0.3 V, at: 2 s}}", {-1, 0.1, 2}, {0, 0.1, 2}, {1.9, 0.1, 2},
        {2, 0.3, INFINITY});
}

static void test_ramp(void **state) {
  (void)state;
  CHECK("drive: {ramp: {from: 0 V, to: 1 V, rate: 0.5 V/s}}", {-1, 0, 0}, {0, 0, 2}, {1, 0.5, 2}, {2, 1, INFINITY},
        {3, 1, INFINITY});
  /* the rate is a magnitude */
  CHECK("drive: {ramp: {from: 1 V, to: 0 V, rate: 500 mV/s}}", {-1, 1, 0}, {1, 0.5, 2}, {5, 0, INFINITY});
}

static void test_triangle(void **state) {
  (void)state;
  CHECK("drive: {triangle: {from: 0 V, to: -0.5 V, rate: 0.25 V/s, cycles: 2}}", {-1, 0, 0}, {0, 0, 2}, {1, -0.25, 2},
        {2, -0.5, 4}, {3, -0.25, 4}, {4, 0, 6}, {5, -0.25, 6}, {6, -0.5, 8}, {7.9, -0.025, 8}, {8, 0, INFINITY},
        {9, 0, INFINITY});
  CHECK("drive: {triangle: {from: 0 V, to: 1 V, rate: 1 V/s}}", {1.5, 0.5, 2}, {2.5, 0, INFINITY});
  CHECK("drive: {triangle: {from: 1 V, to: 1 V, rate: 1 V/s}}", {0, 1, INFINITY}, {3, 1, INFINITY});
}

/* A turn must never be its own next break, whatever the rounding of the flank's duration. */
static void test_triangle_breaks_advance(void **state) {
  (void)state;
  DeckText text = deck_text_parse("drive: {triangle: {from: 0 V, to: 0.7 V, rate: 0.3 V/s, cycles: 5000}}");
  Holder holder = {0};
  assert_true(sb_schema_read(text.reader, &holder_schema, text.root, &holder));
  int breaks = 0;
  for (double t = 0; isfinite(t); breaks++) {
    const double next = sb_waveform_next_break(&holder.drive, t);
    assert_true(next > t);
    t = next;
  }
  assert_int_equal(breaks, 10001);
  deck_text_free(&text);
}

static void test_sine(void **state) {
  (void)state;
  CHECK("drive: {sine: {mean: 1 V, amplitude: 10 mV, frequency: 1 kHz}}", {-1, 1, 0}, {0, 1, INFINITY},
        {0.25e-3, 1.01, INFINITY}, {0.75e-3, 0.99, INFINITY});
}

static void test_pulse(void **state) {
  (void)state;
  CHECK("drive: {pulse: {base: 1 V, height: 0.5 V, start: 2 s, width: 3 s}}", {-1, 1, 2}, {0, 1, 2}, {2, 1.5, 5},
        {4.9, 1.5, 5}, {5, 1, INFINITY});
}

static void test_table(void **state) {
  (void)state;
  CHECK("drive: {table: [[0 s, 1 V], [1 s, 2 V], [1 s, 4 V], [3 s, 0 V]]}", {-1, 1, 0}, {0, 1, 1}, {0.5, 1.5, 1},
        {1, 4, 3}, {2, 2, 3}, {3, 0, INFINITY}, {4, 0, INFINITY});
  refuse("drive: {table: [[0 s, 1 V]]}", "at least two pairs");
  refuse("drive: {table: [[0 s, 1 V], [1 s]]}", "a row of a table is a pair");
  refuse("drive: {table: [[1 s, 1 V], [0 s, 1 V]]}", "does not ascend");
  refuse("drive: {table: [[1 s, 1 V], [1 s, 2 V], [1 s, 3 V]]}", "does not ascend");
  refuse("drive: {table: [[0 s, 1 A], [1 s, 1 V]]}", "potential");
}

static void test_refused(void **state) {
  (void)state;
  refuse("drive: {ramp: {from: 0 V, to: 1 V, rate: -1 V/s}}", "'rate' must be positive");
  refuse("drive: {ramp: {from: 0 V, to: 1 V, rate: 1 V}}", "'rate'");
  refuse("drive: {triangle: {from: 0 V, to: 1 V, rate: 1 V/s, cycles: 0}}", "'cycles'");
  refuse("drive: {traingle: {from: 0 V}}", "did you mean 'triangle'?");
  refuse("drive: {step: {from: 0 V}}", "'to' is missing");
}

static void test_profile(void **state) {
  (void)state;
  double x[] = {1, 2, 4}, c[] = {10, 20, 0}, constant = 7;
  const SbProfile table = {3, x, c}, uniform = {1, NULL, &constant}, absent = {0};
  assert_true(sb_profile_at(&table, 0) == 10 && sb_profile_at(&table, 1.5) == 15 && sb_profile_at(&table, 2) == 20);
  assert_true(sb_profile_at(&table, 3) == 10 && sb_profile_at(&table, 4) == 0 && sb_profile_at(&table, 9) == 0);
  assert_true(sb_profile_at(&uniform, 3) == 7 && sb_profile_at(&absent, 3) == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_constant),
      cmocka_unit_test(test_step),
      cmocka_unit_test(test_ramp),
      cmocka_unit_test(test_triangle),
      cmocka_unit_test(test_triangle_breaks_advance),
      cmocka_unit_test(test_sine),
      cmocka_unit_test(test_pulse),
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_profile),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
