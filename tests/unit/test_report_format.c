/* Numbers for people: digits that end where the error bar begins. */
#include "run_record.h"

#include "output/report_facts.h"
#include "output/report_format.h"

static void expect_text(double value, double bar, SbDimension dimension, const char *expected) {
  char text[80];
  sb_format_value(text, sizeof text, value, bar, dimension);
  assert_string_equal(text, expected);
}

static void expect_bar(double bar, SbDimension dimension, const char *expected) {
  char text[80];
  sb_format_bar(text, sizeof text, bar, dimension);
  assert_string_equal(text, expected);
}

static void expect_bare(double value, double bar, const char *expected) {
  char text[80];
  sb_format_number(text, sizeof text, value, bar);
  assert_string_equal(text, expected);
}

static void test_digits_end_with_those_of_the_bar(void **state) {
  (void)state;
  expect_text(0.03796134567, 0.8e-6, SB_DIMENSION_POTENTIAL, "37.9613 mV");
  expect_text(0.03796134567, 1.2e-6, SB_DIMENSION_POTENTIAL, "37.9613 mV");
  expect_text(0.03796134567, 2.2e-4, SB_DIMENSION_POTENTIAL, "38.0 mV");
  expect_text(-0.0379613, 0.03, SB_DIMENSION_POTENTIAL, "-40 mV");
  expect_text(-2.7e-7, 3e-6, SB_DIMENSION_POTENTIAL, "0 V");
  expect_text(0.302421234, 9.7e-5, SB_DIMENSION_FLUX, "0.302421 mol/m2/s");
  expect_text(3.50722e-8, 4.4e-12, SB_DIMENSION_FLUX, "3.5072e-08 mol/m2/s");
  expect_text(3e-15, 4e-12, SB_DIMENSION_FLUX, "0 mol/m2/s");
  expect_text(99.9999999e-3, 1e-6, SB_DIMENSION_POTENTIAL, "100.0000 mV");
  expect_bare(0.82076, 3e-4, "0.8208");
  expect_bare(8e-5, 3e-4, "0.0001");
  expect_bare(4e-5, 3e-4, "0");
}

static void test_values_that_are_known_exactly(void **state) {
  (void)state;
  expect_text(0.2, 0.0, SB_DIMENSION_POTENTIAL, "200 mV");
  expect_text(-0.051385158, 1e-13, SB_DIMENSION_POTENTIAL, "-51.385158 mV");
  expect_text(5.5e-17, 1e-17, SB_DIMENSION_POTENTIAL, "0 V");
  expect_text(-1472366.1682, 1e-12, SB_DIMENSION_CURRENT_DENSITY, "-1.47236617 MA/m2");
  expect_text(0.0, 0.0, SB_DIMENSION_FLUX, "0 mol/m2/s");
}

static void test_what_is_no_number(void **state) {
  (void)state;
  expect_text(NAN, 1.0, SB_DIMENSION_POTENTIAL, "-");
  expect_text(INFINITY, NAN, SB_DIMENSION_POTENTIAL, "infinite");
  expect_bare(-INFINITY, NAN, "-infinite");
  expect_bar(NAN, SB_DIMENSION_POTENTIAL, "?");
}

static void test_bars_have_one_digit_or_two(void **state) {
  (void)state;
  expect_bar(0.83e-6, SB_DIMENSION_POTENTIAL, "800 nV");
  expect_bar(1.23e-6, SB_DIMENSION_POTENTIAL, "1.2 uV");
  expect_bar(9.7e-6, SB_DIMENSION_POTENTIAL, "9.7 uV");
  expect_bar(3.4e-5, SB_DIMENSION_POTENTIAL, "30 uV");
  expect_bar(567e-6, SB_DIMENSION_CURRENT_DENSITY, "600 uA/m2");
  expect_bar(4.2e-9, SB_DIMENSION_FLUX, "4e-09 mol/m2/s");
  expect_bar(3e-13, SB_DIMENSION_POTENTIAL, "< 1 nV");
  expect_bar(0.0, SB_DIMENSION_CURRENT_DENSITY, "0 A/m2");
}

static void test_bars_of_mesh_and_time_add_up(void **state) {
  (void)state;
  SbReading reading = {.noise = 1e-9, .mesh_bar = 2.0, .time_bar = NAN};
  assert_true(sb_facts_bar(&reading) == 2.0);
  reading.time_bar = 0.5;
  assert_true(sb_facts_bar(&reading) == 2.5);
  reading.mesh_bar = NAN;
  assert_true(sb_facts_bar(&reading) == 0.5);
  reading.time_bar = NAN;
  assert_true(isnan(sb_facts_bar(&reading)));
  assert_true(sb_format_doubt(&reading) == 1e-9);
}

static void test_tables_are_aligned(void **state) {
  (void)state;
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  SbTable *table = sb_table_create("lrl");
  const char *const cells[] = {"ion", "flux", "", "K+", "-1.5", "note", "SO4 2-", "12", ""};
  for (int i = 0; i < 9; i++)
    sb_table_cell(table, "%s", cells[i]);
  sb_table_print(&table, stream);
  fclose(stream);
  assert_null(table);
  assert_string_equal(text, "  ion     flux\n"
                            "  K+      -1.5  note\n"
                            "  SO4 2-    12\n");
  free(text);
}

static void test_long_sentences_wrap(void **state) {
  (void)state;
  char words[400] = "", *text = NULL;
  size_t size = 0;
  for (size_t i = 0, at = 0; i < 60; i++)
    at += (size_t)snprintf(words + at, sizeof words - at, "%s", i % 7 == 0 ? "a\n" : "word ");
  FILE *stream = open_memstream(&text, &size);
  sb_print_wrapped(stream, words, 2, 4);
  fclose(stream);
  for (char *save = NULL, *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
    assert_true(strlen(line) <= 110);
    assert_true(line[strlen(line) - 1] != ' ');
    assert_int_equal(strspn(line, " "), line == text ? 2 : 4);
  }
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_digits_end_with_those_of_the_bar),
      cmocka_unit_test(test_values_that_are_known_exactly),
      cmocka_unit_test(test_what_is_no_number),
      cmocka_unit_test(test_bars_have_one_digit_or_two),
      cmocka_unit_test(test_bars_of_mesh_and_time_add_up),
      cmocka_unit_test(test_tables_are_aligned),
      cmocka_unit_test(test_long_sentences_wrap),
  };
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  sb_units_finalize();
  return failed;
}
