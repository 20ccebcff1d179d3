/* What the answer says of a membrane, from made-up currents: where it would carry none, in what state a closed form is
   compared, which power is told from nothing, ions on one side only. */
#include "run_record.h"

#include "output/membrane_facts.h"

#define DECK                                                                                                           \
  "saltbridge: 1\ntitle: A cell\ntemperature: 37 degC\nfield: electroneutral\nspecies: [K+, Na+, Cl-]\ndomain:\n"      \
  "  - {region: in, width: 1 um, fixed_charge: -132 mM, fill: {K+: 100 mM, Na+: 50 mM, Cl-: 18 mM}}\n"                 \
  "  - membrane: m\n    inside: in\n    capacitance: 1 uF/cm2\n    mechanisms:\n"                                      \
  "      - {name: leak, ghk: {K+: 1e-8 m/s, Na+: 1e-8 m/s}}\n"                                                         \
  "      - {name: NaK, pump: {stoichiometry: {Na+: 3, K+: -2}, rate: 5e-8 mol/m2/s}}\n"                                \
  "  - {region: out, width: 100 nm, fill: {K+: 100 mM, Na+: 50 mM, Cl-: 150 mM}}\n"                                    \
  "terminals: {left: {wall: {}}, right: {reservoir: out, potential: 0 V}}\nprotocol: [steady]\n"

/* A record in which the leak carries these currents of K+ and Na+, the pump its own (2/3 in proportion), A/m2; the
   potential is 0. */
static Record with_currents(double potassium, double sodium, double pumped, SbStepResult **step) {
  Record record = record_begin(DECK);
  *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, *step, NAN, SB_QUANTITY_POTENTIAL, 0.0);
  for (int i = 0; i < record.run->measure_count; i++) {
    const SbMeasure *measure = &record.run->measures[i];
    SbReading *reading = &(*step)->readings[i];
    if (measure->quantity != SB_QUANTITY_MEMBRANE_CURRENT)
      continue;
    reading->value = !measure->mechanism                      ? potassium + sodium + pumped
                     : strcmp(measure->mechanism, "NaK") == 0 ? pumped * (measure->species == 1 ? 3.0 : -2.0)
                     : measure->species == 0                  ? potassium
                                                              : sodium;
  }
  record_state(&record, *step, NULL);
  return record;
}

static const char *only(double potassium, double sodium, double pumped, const char *form) {
  SbStepResult *step;
  Record record = with_currents(potassium, sodium, pumped, &step);
  SbComparison list[SB_MOST_COMPARISONS];
  const int count = sb_membrane_compare(record.run, step, 1, list);
  const char *found = "absent";
  for (int i = 0; i < count; i++) {
    if (strcmp(list[i].name, form) != 0)
      continue;
    found = list[i].only;
    assert_true(isnan(list[i].difference) == (list[i].only != NULL));
    assert_true(list[i].only || list[i].difference == 0.0 - list[i].value);
  }
  record_end(&record);
  return found;
}

/* Each form is compared with the state it speaks of, and with no other. */
static void forms_are_compared_in_their_state(void **state) {
  (void)state;
  assert_null(only(0.0, 0.0, 0.0, "ghk"));
  assert_null(only(0.02, -0.03, 0.01, "ghk"));          /* no current in all */
  assert_null(only(0.02, -0.03, 0.01, "mullins-noda")); /* nor of any ion */
  assert_null(only(0.05, -0.06, 0.01, "ghk"));          /* no current, but K+ and Na+ flow */
  assert_string_equal(only(0.05, -0.06, 0.01, "mullins-noda"), "where no ion gains or loses");
  assert_string_equal(only(0.05, -0.03, 0.01, "ghk"), "at zero current");
  assert_string_equal(only(0.05, -0.03, 0.01, "mullins-noda"), "where no ion gains or loses");
  assert_string_equal(only(0.0, 0.0, 0.0, "donnan"), "absent"); /* the pump runs */
}

/* The leak conducts F^2/RT P c of each ion, both sides being alike; V - I/G is where it would carry nothing. */
static void the_reversal_follows_the_conductance(void **state) {
  (void)state;
  SbStepResult *step;
  Record record = with_currents(0.02, -0.03, 0.04, &step);
  const double unit = 96485.33212 * 96485.33212 / (8.314462618 * 310.15) * 1e-8;
  double conductance, share[SB_MAX_SPECIES];
  const double reversal = sb_membrane_reversal(record.run, step, 1, &conductance, share);
  assert_true(fabs(conductance - 150.0 * unit) <= 1e-9 * conductance);
  assert_true(fabs(share[0] - 100.0 / 150.0) <= 1e-12 && fabs(share[1] - 50.0 / 150.0) <= 1e-12 && share[2] == 0.0);
  assert_true(fabs(reversal - -0.03 / conductance) <= 1e-12);
  assert_true(fabs(sb_membrane_least_power(step, 1) - conductance * 1e-10) <= 1e-12 * conductance * 1e-10);
  assert_true(sb_membranes_are_held(record.run, step));
  record_end(&record);
  record = with_currents(0.0, 0.0, 0.0, &step);
  assert_false(sb_membranes_are_held(record.run, step));
  record_end(&record);
}

/* What is inside against what leaves it: 1 um of 100 mM K+ and of 50 mM Na+. */
static void the_inside_turns_over(void **state) {
  (void)state;
  SbStepResult *step;
  Record record = with_currents(0.05, -0.06, 0.01, &step); /* 0.03 A/m2 of K+ out, as much Na+ in */
  SbTurnover ion;
  assert_true(sb_membrane_turnover(record.run, step, 1, 0, &ion));
  assert_true(fabs(ion.flux - 0.03 / 96485.33212) <= 1e-12 * ion.flux && fabs(ion.amount - 1e-4) <= 1e-15);
  assert_true(fabs(ion.time - 1e-4 * 96485.33212 / 0.03) <= 1e-9 * ion.time);
  assert_true(sb_membrane_turnover(record.run, step, 1, 1, &ion));
  assert_true(ion.flux < 0.0 && fabs(ion.time - 0.5e-4 * 96485.33212 / 0.03) <= 1e-9 * ion.time);
  assert_false(sb_membrane_turnover(record.run, step, 1, 2, &ion)); /* Cl- does not cross */
  record_end(&record);
  record = with_currents(0.02, -0.03, 0.01, &step);
  assert_true(sb_membrane_turnover(record.run, step, 1, 0, &ion) && ion.flux == 0.0 && isinf(ion.time));
  record_end(&record);
}

/* An ion on one side only has an infinite Nernst potential: in words, and as text where JSON has no number for it. */
static void one_side_only_is_infinite(void **state) {
  (void)state;
  Record record = record_begin(DECK);
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_POTENTIAL, 0.0);
  for (int i = 0; i < record.run->measure_count; i++)
    if (record.run->measures[i].quantity == SB_QUANTITY_NERNST_POTENTIAL && record.run->measures[i].species == 0)
      step->readings[i].value = -INFINITY;
  record_state(&record, step, NULL);
  char *text = record_printed(&record, sb_report_text), *json = record_printed(&record, sb_report_json);
  assert_non_null(strstr(text, "  K+   -infinite"));
  assert_null(strstr(text, "-inf "));
  assert_non_null(strstr(json, "\"nernst_potential\": \"-inf\""));
  assert_null(strstr(json, ": -inf"));
  assert_null(strstr(json, ": inf"));
  free(text);
  free(json);
  record_end(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(forms_are_compared_in_their_state), cmocka_unit_test(the_reversal_follows_the_conductance),
      cmocka_unit_test(the_inside_turns_over), cmocka_unit_test(one_side_only_is_infinite)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
