/* Expectations against made-up records: where each is read, and when it is missed. */
#include "run_record.h"

#define CELL                                                                                                           \
  "saltbridge: 1\n"                                                                                                    \
  "species: [K+, Cl-]\n"                                                                                               \
  "domain:\n"                                                                                                          \
  "  - {region: a, width: 10 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"                                                   \
  "  - {region: b, width: 10 nm, fill: {K+: 10 mM, Cl-: 10 mM}}\n"                                                     \
  "terminals: {left: {reservoir: a}, right: {reservoir: b, potential: 0 V}}\n"

static SbFinding *findings_of(const Record *record) {
  return sb_findings_create(record->run);
}

static void expect_read(const SbFinding *finding, double value, bool met) {
  assert_null(finding->problem);
  assert_true(fabs(finding->value - value) <= 1e-12 * fabs(value));
  assert_true(fabs(finding->difference - (value - finding->expect->value)) < 1e-12);
  assert_int_equal(finding->met, met);
}

static void expect_problem(const SbFinding *finding, const char *words) {
  assert_non_null(finding->problem);
  assert_non_null(strstr(finding->problem, words));
  assert_true(isnan(finding->value));
  assert_false(finding->met);
}

static void test_end_of_the_last_step(void **state) {
  (void)state;
  Record record = record_begin(CELL "protocol: [steady, steady]\n"
                                    "expect:\n"
                                    "  - {quantity: potential, value: 20.5 mV, tolerance: 1 mV}\n"
                                    "  - {quantity: potential, value: -21.5 mV, tolerance: 10 %}\n"
                                    "  - {quantity: potential, value: 19.2 mV, tolerance: 10 %}\n"
                                    "  - {quantity: flux, species: K+, value: 0 mol/m2/s, tolerance: 1e-9 mol/m2/s}\n");
  SbFinding *findings = findings_of(&record);
  expect_problem(&findings[0], "did not come to its last step");
  free(findings);
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_POTENTIAL, 0.5);
  findings = findings_of(&record);
  expect_problem(&findings[0], "did not come to its last step");
  free(findings);
  step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_POTENTIAL, 0.021);
  findings = findings_of(&record);
  expect_read(&findings[0], 0.021, true);
  expect_read(&findings[1], 0.021, false);
  assert_true(fabs(findings[1].tolerance - 2.15e-3) < 1e-15);
  expect_read(&findings[2], 0.021, true);
  expect_read(&findings[3], 0.0, true);
  assert_false(sb_findings_met(record.run, findings));
  free(findings);
  step->failure.message = strdup("it did not converge");
  findings = findings_of(&record);
  expect_problem(&findings[0], "did not come to its end");
  free(findings);
  record_end(&record);
}

static void test_a_bound_is_a_bound(void **state) {
  (void)state;
  Record record = record_begin(CELL "protocol: [steady]\n"
                                    "expect:\n"
                                    "  - {quantity: current, value: 1 A/m2, tolerance: 0.25 A/m2}\n");
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  const double values[] = {1.25, 0.75, 1.2500001, 0.7499999, NAN, INFINITY};
  const bool met[] = {true, true, false, false, false, false};
  for (int i = 0; i < 6; i++) {
    record_frame(&record, step, NAN, SB_QUANTITY_CURRENT, values[i]);
    SbFinding *findings = findings_of(&record);
    assert_int_equal(findings[0].met, met[i]);
    assert_int_equal(sb_findings_met(record.run, findings), met[i]);
    free(findings);
  }
  record_end(&record);
}

static void test_times(void **state) {
  (void)state;
  Record record = record_begin(CELL "protocol: [transient: {until: 1 us}, transient: {until: 1 ms}]\n"
                                    "expect:\n"
                                    "  - {quantity: current, at: {time: 1 ns}, value: 3 A/m2, tolerance: 1 mA/m2}\n"
                                    "  - {quantity: current, at: {time: 2 ns}, value: 3 A/m2, tolerance: 1 mA/m2}\n"
                                    "  - {quantity: current, at: {time: 1 ms}, value: 5 A/m2, tolerance: 1 mA/m2}\n"
                                    "  - {quantity: charge passed, value: 2 C/m2, tolerance: 1 mC/m2}\n");
  SbStepResult *step = record_step(&record, "transient", "time", SB_DIMENSION_TIME);
  record_frame(&record, step, 0.0, SB_QUANTITY_CURRENT, 1.0);
  record_frame(&record, step, 1e-9 * (1.0 + 1e-12), SB_QUANTITY_CURRENT, 3.0);
  record_frame(&record, step, 1e-6, SB_QUANTITY_CURRENT, 4.0);
  step->charge_passed.value = 1.0;
  step = record_step(&record, "transient", "time", SB_DIMENSION_TIME);
  record_frame(&record, step, 2.00001e-9, SB_QUANTITY_CURRENT, 3.0);
  record_frame(&record, step, 1e-3, SB_QUANTITY_CURRENT, 5.0);
  step->charge_passed.value = 2.0;
  SbFinding *findings = findings_of(&record);
  expect_read(&findings[0], 3.0, true);
  expect_problem(&findings[1], "no transient step reached this time");
  expect_read(&findings[2], 5.0, true);
  expect_read(&findings[3], 2.0, true);
  char name[80];
  sb_expect_name(record.run, findings[0].expect, name, sizeof name);
  assert_string_equal(name, "current at 1 ns");
  free(findings);
  record_end(&record);
}

static void test_points_of_a_sweep(void **state) {
  (void)state;
  Record record =
      record_begin(CELL "protocol: [sweep: {vary: terminals.right.potential, from: -0.1 V, to: 0.1 V, points: 3}]\n"
                        "expect:\n"
                        "  - {quantity: current, at: {potential: -0.1 V}, value: 7 A/m2, tolerance: 1 mA/m2}\n"
                        "  - {quantity: current, at: {value: 0 V}, value: 7 A/m2, tolerance: 1 mA/m2}\n"
                        "  - {quantity: current, at: {value: 0.1 V}, value: 7 A/m2, tolerance: 1 mA/m2}\n"
                        "  - {quantity: current, at: {potential: 50 mV}, value: 7 A/m2, tolerance: 1 mA/m2}\n"
                        "  - {quantity: current, at: {value: 50 mV}, value: 7 A/m2, tolerance: 1 mA/m2}\n"
                        "  - {quantity: reversal potential, value: 3 mV, tolerance: 1 uV}\n"
                        "  - {quantity: closed form, name: henderson, at: {value: 0 V}, value: 3 mV, tolerance: 1 uV}\n"
                        "  - {quantity: current, value: 7 A/m2, tolerance: 1 mA/m2}\n");
  SbStepResult *step = record_step(&record, "sweep", "terminals.right.potential", SB_DIMENSION_POTENTIAL);
  const int measures = record.run->measure_count;
  const double potentials[] = {-0.1, 1.4e-17};
  for (int k = 0; k < 2; k++) {
    record_frame(&record, step, potentials[k], SB_QUANTITY_POTENTIAL, potentials[k]);
    for (int i = 0; i < measures; i++) {
      if (record.run->measures[i].quantity == SB_QUANTITY_CURRENT)
        step->readings[k * measures + i].value = 7.0;
    }
  }
  sb_run_add_frame(record.run, step, 0.1, NULL);
  SbFinding *findings = findings_of(&record);
  expect_read(&findings[0], 7.0, true);
  expect_read(&findings[1], 7.0, true);
  expect_problem(&findings[2], "was not solved");
  expect_problem(&findings[3], "no solved point of the sweep");
  expect_problem(&findings[4], "no point of the sweep");
  expect_problem(&findings[5], "does not change sign");
  expect_problem(&findings[6], "takes no time, potential or value");
  expect_problem(&findings[7], "did not come to its end");
  char name[80];
  sb_expect_name(record.run, findings[4].expect, name, sizeof name);
  assert_string_equal(name, "current at 50 mV");
  free(findings);
  record_end(&record);
}

static void test_what_needs_no_state(void **state) {
  (void)state;
  Record record =
      record_begin(CELL "protocol: [steady]\n"
                        "expect:\n"
                        "  - {quantity: nernst potential, species: K+, value: 59.1594 mV, tolerance: 1 uV}\n"
                        "  - {quantity: nernst potential, species: Cl-, value: -59.1594 mV, tolerance: 1 uV}\n"
                        "  - {quantity: closed form, name: henderson, value: -1.1 mV, tolerance: 0.1 mV}\n"
                        "  - {quantity: closed form, name: donnan, value: 1 mV, tolerance: 0.1 mV}\n"
                        "  - {quantity: closed form, name: hendersen, value: 1 mV, tolerance: 0.1 mV}\n"
                        "  - {quantity: capacitance, terminal: left, value: 1 F/m2, tolerance: 0.1 F/m2}\n"
                        "  - {quantity: charge passed, value: 1 C/m2, tolerance: 0.1 C/m2}\n"
                        "  - {quantity: reversal potential, value: 1 mV, tolerance: 0.1 mV}\n");
  SbFinding *findings = findings_of(&record);
  /* RT/F ln 10 at 25 degC */
  const double nernst = 8.314462618 * 298.15 / 96485.33212 * log(10.0);
  assert_true(fabs(findings[0].value - nernst) < 1e-12 && findings[0].met);
  assert_true(fabs(findings[1].value + nernst) < 1e-12 && findings[1].met);
  assert_null(findings[2].problem);
  assert_true(findings[2].met);
  expect_problem(&findings[3], "does not apply here");
  expect_problem(&findings[4], "no closed form of this name");
  expect_problem(&findings[5], "no blocking electrode");
  expect_problem(&findings[6], "no transient step");
  expect_problem(&findings[7], "no sweep");
  free(findings);
  record_end(&record);
}

static void test_capacitance_of_the_last_steady_state(void **state) {
  (void)state;
  Record record =
      record_begin("saltbridge: 1\n"
                   "species: [K+, Cl-]\n"
                   "domain: [{region: a, width: 10 nm, fill: {K+: 100 mM, Cl-: 100 mM}}]\n"
                   "terminals: {left: {electrode: {}, potential: 0 V}, right: {reservoir: a, potential: 0 V}}\n"
                   "protocol: [steady, transient: {until: 1 us}]\n"
                   "expect:\n"
                   "  - {quantity: capacitance, terminal: left, value: 1 F/m2, tolerance: 0.1 F/m2}\n"
                   "  - {quantity: nernst potential, species: K+, value: 1 mV, tolerance: 0.1 mV}\n");
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_CAPACITANCE, 1.05);
  step = record_step(&record, "transient", "time", SB_DIMENSION_TIME);
  record_frame(&record, step, 1e-6, SB_QUANTITY_CAPACITANCE, NAN);
  SbFinding *findings = findings_of(&record);
  expect_read(&findings[0], 1.05, true);
  expect_problem(&findings[1], "a reservoir at both ends");
  free(findings);
  record_end(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_end_of_the_last_step),
      cmocka_unit_test(test_a_bound_is_a_bound),
      cmocka_unit_test(test_times),
      cmocka_unit_test(test_points_of_a_sweep),
      cmocka_unit_test(test_what_needs_no_state),
      cmocka_unit_test(test_capacitance_of_the_last_steady_state),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
