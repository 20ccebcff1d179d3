/* Peaks and troughs of made-up courses: between the points, at the ends, of unsolved points, of a transient's trace. */
#include "run_record.h"

#include "output/extremes.h"

#define DECK(more)                                                                                                     \
  "saltbridge: 1\nspecies: [K+, Cl-]\ndomain: [{region: a, width: 10 nm, fill: {K+: 100 mM, Cl-: 100 mM}}]\n"          \
  "terminals: {left: {reservoir: a}, right: {reservoir: a, potential: 0 V}}\nprotocol:\n"                              \
  "  - sweep: {vary: terminals.right.potential, from: 0 V, to: 1 V, points: 3}\n" more

static const SbMeasure current = {.quantity = SB_QUANTITY_CURRENT, .species = -1, .terminal = -1, .x = NAN};

/* A point of a course: NAN as value: not solved. */
typedef struct {
  double place, potential, value;
} Point;

static void add(Record *record, SbStepResult *step, const Point *point) {
  SbReading readings[64];
  assert_true(record->run->measure_count <= 64);
  for (int i = 0; i < record->run->measure_count; i++) {
    const SbQuantity quantity = record->run->measures[i].quantity;
    readings[i] = (SbReading){.value = quantity == SB_QUANTITY_CURRENT     ? point->value
                                       : quantity == SB_QUANTITY_POTENTIAL ? point->potential
                                                                           : 0.0};
  }
  sb_run_add_frame(record->run, step, point->place, isnan(point->value) ? NULL : readings);
}

static bool extreme_of(int count, const Point *points, double sign, SbExtreme *extreme) {
  Record record = record_begin(DECK(""));
  SbStepResult *step = record_step(&record, "sweep", "terminals.right.potential", SB_DIMENSION_POTENTIAL);
  for (int i = 0; i < count; i++)
    add(&record, step, &points[i]);
  record_step(&record, "steady", NULL, SB_DIMENSION_NONE); /* what follows has no course */
  const bool found = sb_extreme(record.run, &current, sign, extreme);
  record_end(&record);
  return found;
}

static bool near(double value, double wanted) {
  return fabs(value - wanted) <= 1e-12 * fmax(1.0, fabs(wanted));
}

/* y = 7 - (x - 1.3)^2, potentials 10 x: the vertex lies between points that are not evenly spaced. */
static void a_parabola_has_its_vertex(void **state) {
  (void)state;
  Point points[5];
  const double x[5] = {0.0, 0.5, 1.0, 2.0, 5.0};
  for (int sign = -1; sign <= 1; sign += 2) {
    for (int i = 0; i < 5; i++)
      points[i] = (Point){x[i], 10.0 * x[i], sign * (7.0 - (x[i] - 1.3) * (x[i] - 1.3))};
    SbExtreme extreme;
    assert_true(extreme_of(5, points, sign, &extreme));
    assert_true(near(extreme.value, 7.0 * sign) && near(extreme.place, 1.3) && near(extreme.potential, 13.0));
  }
}

/* Half of the height above the first value, on straight lines between the points. */
static void a_width_is_that_at_half_height(void **state) {
  (void)state;
  /* from 2 up to 10 (flat on both sides of the top, so that the parabola adds nothing), half is 6 */
  const Point triangle[] = {{0, 0, 2}, {1, 0, 4}, {2, 0, 10}, {3, 0, 10}, {5, 0, 2}};
  SbExtreme extreme;
  assert_true(extreme_of(5, triangle, 1.0, &extreme));
  const double top = 10.0 + 6.0 / 8.0, half = 0.5 * (2.0 + top); /* of the parabola through 4, 10, 10 */
  assert_true(near(extreme.value, top) && near(extreme.place, 2.5));
  const double rises = 1.0 + (half - 4.0) / 6.0, falls = 3.0 + 2.0 * (10.0 - half) / 8.0;
  assert_true(near(extreme.width, falls - rises));
  /* it does not come down to half */
  const Point step[] = {{0, 0, 2}, {1, 0, 4}, {2, 0, 10}, {3, 0, 9.5}};
  assert_true(extreme_of(4, step, 1.0, &extreme));
  assert_true(isnan(extreme.width));
}

static void ends_and_gaps_stay_what_they_are(void **state) {
  (void)state;
  SbExtreme extreme;
  const Point rising[] = {{0, 5, 1}, {1, 6, 2}, {2, 7, 8}};
  assert_true(extreme_of(3, rising, 1.0, &extreme));
  assert_true(extreme.value == 8.0 && extreme.place == 2.0 && extreme.potential == 7.0 && isnan(extreme.width));
  assert_true(extreme_of(3, rising, -1.0, &extreme));
  assert_true(extreme.value == 1.0 && extreme.place == 0.0 && extreme.potential == 5.0);
  /* an unsolved point is none */
  const Point gap[] = {{0, 0, 1}, {1, 0, NAN}, {2, 0, 3}, {3, 0, 1}};
  assert_true(extreme_of(4, gap, 1.0, &extreme));
  assert_true(extreme.place > 1.0 && extreme.place < 3.0 && extreme.value >= 3.0);
  /* nothing was solved */
  const Point nothing[] = {{0, 0, NAN}, {1, 0, NAN}};
  assert_false(extreme_of(2, nothing, 1.0, &extreme));
}

/* A trace has every time step; the frames between which it peaks do not count then. */
static void a_trace_comes_before_frames(void **state) {
  (void)state;
  Record record = record_begin(DECK("expect: [{quantity: peak, of: current, value: 1 A/m2, tolerance: 1 A/m2}]\n"));
  assert_int_equal(record.run->trace_count, 1);
  SbStepResult *step = record_step(&record, "transient", "time", SB_DIMENSION_TIME);
  const Point frames[] = {{0, 0, 1}, {4, 0, 1}};
  for (int i = 0; i < 2; i++)
    add(&record, step, &frames[i]);
  double rows[] = {0, 0, 1, 1, 0, 4, 2, 0, 5, 3, 0, 4, 4, 0, 1};
  step->trace = (SbTrace){.count = 5, .capacity = 5, .rows = rows};
  SbExtreme extreme;
  assert_true(sb_extreme(record.run, &current, 1.0, &extreme));
  assert_true(near(extreme.value, 5.0) && near(extreme.place, 2.0));
  assert_true(near(extreme.width, (3.0 + 1.0 / 3.0) - (1.0 - 1.0 / 3.0)));
  step->trace = (SbTrace){.count = 0};
  record_end(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_parabola_has_its_vertex), cmocka_unit_test(a_width_is_that_at_half_height),
      cmocka_unit_test(ends_and_gaps_stay_what_they_are), cmocka_unit_test(a_trace_comes_before_frames)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
