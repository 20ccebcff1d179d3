/* Quantities from text, and back. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/units.h"

typedef struct {
  const char *text;
  SbDimension dimension;
  double value;
} Read;

static void test_values(void **state) {
  (void)state;
  static const Read cases[] = {
      {"10 nm", SB_DIMENSION_LENGTH, 10e-9},
      {"10nm", SB_DIMENSION_LENGTH, 10e-9},
      {"+.5 um", SB_DIMENSION_LENGTH, 0.5e-6},
      {"3 \xC2\xB5m", SB_DIMENSION_LENGTH, 3e-6},
      {"1e3 mm", SB_DIMENSION_LENGTH, 1},
      {"2 min", SB_DIMENSION_TIME, 120},
      {"1 h", SB_DIMENSION_TIME, 3600},
      {"1 ps", SB_DIMENSION_TIME, 1e-12},
      {"25 degC", SB_DIMENSION_TEMPERATURE, 298.15},
      {"6.3 \xC2\xB0"
       "C",
       SB_DIMENSION_TEMPERATURE, 279.45},
      {"298.15 K", SB_DIMENSION_TEMPERATURE, 298.15},
      {"100 mmol/L", SB_DIMENSION_CONCENTRATION, 100},
      {"0.1 M", SB_DIMENSION_CONCENTRATION, 100},
      {"-5 M", SB_DIMENSION_CONCENTRATION, -5000},
      {"100 mM", SB_DIMENSION_CONCENTRATION, 100},
      {"1 uM", SB_DIMENSION_CONCENTRATION, 1e-3},
      {"1 nM", SB_DIMENSION_CONCENTRATION, 1e-6},
      {"1 pM", SB_DIMENSION_CONCENTRATION, 1e-9},
      {"1 mol m-3", SB_DIMENSION_CONCENTRATION, 1},
      {"1 mol/m^3", SB_DIMENSION_CONCENTRATION, 1},
      {"2.032e-9 m2/s", SB_DIMENSION_DIFFUSIVITY, 2.032e-9},
      {"2.032E-5 cm2/s", SB_DIMENSION_DIFFUSIVITY, 2.032e-9},
      {"-20 mV", SB_DIMENSION_POTENTIAL, -0.02},
      {"1 MV/m", SB_DIMENSION_ELECTRIC_FIELD, 1e6},
      {"1 mA/cm2", SB_DIMENSION_CURRENT_DENSITY, 10},
      {"0.01 C/m2", SB_DIMENSION_CHARGE_DENSITY, 0.01},
      {"20 uF/cm2", SB_DIMENSION_CAPACITANCE, 0.2},
      {"1 ohm cm2", SB_DIMENSION_RESISTANCE, 1e-4},
      {"0.3 mS/cm2", SB_DIMENSION_CONDUCTANCE, 3},
      {"4e-9 m/s", SB_DIMENSION_VELOCITY, 4e-9},
      {"1e-8 mol/m2/s", SB_DIMENSION_FLUX, 1e-8},
      {"1e-8 mol/(m2 s)", SB_DIMENSION_FLUX, 1e-8},
      {"1 kHz", SB_DIMENSION_FREQUENCY, 1e3},
      {"3 /s", SB_DIMENSION_FREQUENCY, 3},
      {"10 mV/s", SB_DIMENSION_POTENTIAL_RATE, 0.01},
      {"1 A/m2/s", SB_DIMENSION_CURRENT_DENSITY_RATE, 1},
      {"1 W/m2/K", SB_DIMENSION_ENTROPY_RATE, 1},
      {"78.4", SB_DIMENSION_NONE, 78.4},
      {"0.5 %", SB_DIMENSION_NONE, 0.005},
      {"5%", SB_DIMENSION_NONE, 0.05},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    double value = NAN;
    assert_int_equal(sb_units_read(cases[i].text, cases[i].dimension, &value, NULL), SB_UNITS_OK);
    if (value != cases[i].value) { /* to the last bit: no noise from the products of units */
      fail_msg("'%s' is %.17g, not %.17g", cases[i].text, value, cases[i].value);
    }
  }
}

static void test_refusals(void **state) {
  (void)state;
  static const struct {
    const char *text;
    SbDimension dimension;
    SbUnitsResult result;
    size_t unit_offset;
  } cases[] = {
      {"nm", SB_DIMENSION_LENGTH, SB_UNITS_NO_NUMBER, 0},
      {"", SB_DIMENSION_LENGTH, SB_UNITS_NO_NUMBER, 0},
      {"inf m", SB_DIMENSION_LENGTH, SB_UNITS_NO_NUMBER, 0},
      {"nan", SB_DIMENSION_NONE, SB_UNITS_NO_NUMBER, 0},
      {"- 3 m", SB_DIMENSION_LENGTH, SB_UNITS_NO_NUMBER, 0},
      {"5", SB_DIMENSION_LENGTH, SB_UNITS_NO_UNIT, 1},
      {"5 %", SB_DIMENSION_LENGTH, SB_UNITS_WRONG_DIMENSION, 2},
      {"5 nmm", SB_DIMENSION_LENGTH, SB_UNITS_UNKNOWN_UNIT, 2},
      {"0x10 m", SB_DIMENSION_LENGTH, SB_UNITS_UNKNOWN_UNIT, 1},
      {"5 3 nm", SB_DIMENSION_LENGTH, SB_UNITS_UNKNOWN_UNIT, 2},
      {"5 -3 nm", SB_DIMENSION_LENGTH, SB_UNITS_UNKNOWN_UNIT, 2},
      {"5 m @ 2", SB_DIMENSION_LENGTH, SB_UNITS_UNKNOWN_UNIT, 2},
      {"5 lg(re mV)", SB_DIMENSION_POTENTIAL, SB_UNITS_WRONG_DIMENSION, 2},
      {"1 kHz", SB_DIMENSION_TIME, SB_UNITS_WRONG_DIMENSION, 2},
      {"1 s", SB_DIMENSION_FREQUENCY, SB_UNITS_WRONG_DIMENSION, 2},
      {"1 S/m2", SB_DIMENSION_RESISTANCE, SB_UNITS_WRONG_DIMENSION, 2},
      {"2 kT/e", SB_DIMENSION_POTENTIAL, SB_UNITS_WRONG_DIMENSION, 2},
      {"25 C", SB_DIMENSION_TEMPERATURE, SB_UNITS_WRONG_DIMENSION, 3},
      {"1 Mm", SB_DIMENSION_CONCENTRATION, SB_UNITS_WRONG_DIMENSION, 2},
      {"78 nm", SB_DIMENSION_NONE, SB_UNITS_UNEXPECTED_UNIT, 3},
      {"1e999 m", SB_DIMENSION_LENGTH, SB_UNITS_NOT_FINITE, 6},
      {"1e308 km", SB_DIMENSION_LENGTH, SB_UNITS_NOT_FINITE, 6},
      {"1e999", SB_DIMENSION_NONE, SB_UNITS_NOT_FINITE, 5},
      {"1 mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm", SB_DIMENSION_LENGTH, SB_UNITS_UNKNOWN_UNIT,
       2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    double value;
    size_t offset = 99;
    SbUnitsResult result = sb_units_read(cases[i].text, cases[i].dimension, &value, &offset);
    if (result != cases[i].result || offset != cases[i].unit_offset) {
      fail_msg("'%s' gives %d at %zu, not %d at %zu", cases[i].text, (int)result, offset, (int)cases[i].result,
               cases[i].unit_offset);
    }
  }
}

static void test_every_dimension_reads_its_own_example(void **state) {
  (void)state;
  for (int i = 0; i < SB_DIMENSION_COUNT; i++) {
    SbDimension dimension = (SbDimension)i;
    double value;
    assert_int_equal(sb_units_read(sb_dimension_example(dimension), dimension, &value, NULL), SB_UNITS_OK);
    for (int j = 0; j < SB_DIMENSION_COUNT; j++) {
      bool same = sb_units_factor((SbDimension)j, sb_dimension_unit(dimension)) != 0;
      assert_int_equal(same, i == j && i != SB_DIMENSION_NONE);
    }
    SbDimension found = SB_DIMENSION_NONE;
    assert_int_equal(sb_units_dimension(sb_dimension_unit(dimension), &found), i != SB_DIMENSION_NONE);
    assert_int_equal(found, dimension);
  }
  assert_int_equal(sb_dimension_rate(SB_DIMENSION_POTENTIAL), SB_DIMENSION_POTENTIAL_RATE);
  assert_int_equal(sb_dimension_rate(SB_DIMENSION_FLUX), SB_DIMENSION_NONE);
}

/* In brackets a unit is not among the common ones, and UDUNITS-2 says what it is. */
static void test_common_units_are_those_of_the_database(void **state) {
  (void)state;
  static const struct {
    const char *name;
    SbDimension dimension;
  } common[] = {
#define SB_UNIT(dimension, name, operation, scale, offset) {name, SB_DIMENSION_##dimension},
#include "base/units_common.def"
#undef SB_UNIT
  };
  for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
    char bare[64], bracketed[64];
    double value = NAN, known = NAN;
    snprintf(bare, sizeof bare, "7.3 %s", common[i].name);
    snprintf(bracketed, sizeof bracketed, "7.3 (%s)", common[i].name);
    assert_int_equal(sb_units_read(bare, common[i].dimension, &value, NULL), SB_UNITS_OK);
    assert_int_equal(sb_units_read(bracketed, common[i].dimension, &known, NULL), SB_UNITS_OK);
    if (value != known)
      fail_msg("'%s' is %.17g, not %.17g", bare, value, known);
    snprintf(bracketed, sizeof bracketed, "(%s)", common[i].name);
    assert_true(sb_units_factor(common[i].dimension, common[i].name) ==
                sb_units_factor(common[i].dimension, bracketed));
  }
}

static void test_factors(void **state) {
  (void)state;
  assert_true(sb_units_factor(SB_DIMENSION_POTENTIAL, "mV") == 1000);
  assert_true(sb_units_factor(SB_DIMENSION_TIME, "min") == 1.0 / 60);
  assert_true(sb_units_factor(SB_DIMENSION_NONE, "%") == 100);
  assert_true(sb_units_factor(SB_DIMENSION_POTENTIAL, "nm") == 0);
  assert_true(sb_units_factor(SB_DIMENSION_POTENTIAL, "") == 0);
}

static void expect_printed(double value, SbDimension dimension, int digits, const char *expected) {
  char text[64];
  sb_units_print(text, sizeof text, value, dimension, digits);
  assert_string_equal(text, expected);
}

static void test_printing(void **state) {
  (void)state;
  expect_printed(0.0379613, SB_DIMENSION_POTENTIAL, 6, "37.9613 mV");
  expect_printed(-0.5e-6, SB_DIMENSION_POTENTIAL, 3, "-500 nV");
  expect_printed(0.99996, SB_DIMENSION_POTENTIAL, 4, "1 V");
  expect_printed(0.9994, SB_DIMENSION_POTENTIAL, 4, "999.4 mV");
  expect_printed(0, SB_DIMENSION_POTENTIAL, 4, "0 V");
  expect_printed(NAN, SB_DIMENSION_POTENTIAL, 4, "nan V");
  expect_printed(100, SB_DIMENSION_CONCENTRATION, 4, "100 mmol/L");
  expect_printed(3e-5, SB_DIMENSION_CONCENTRATION, 4, "30 nmol/L");
  expect_printed(3500, SB_DIMENSION_CONCENTRATION, 4, "3.5 mol/L");
  expect_printed(1e-12, SB_DIMENSION_LENGTH, 4, "0.001 nm");
  expect_printed(5e-7, SB_DIMENSION_LENGTH, 4, "500 nm");
  expect_printed(90, SB_DIMENSION_TIME, 4, "1.5 min");
  expect_printed(-1.436207e5, SB_DIMENSION_CURRENT_DENSITY, 4, "-143.6 kA/m2");
  expect_printed(0.2, SB_DIMENSION_CAPACITANCE, 4, "0.2 F/m2");
  expect_printed(298.15, SB_DIMENSION_TEMPERATURE, 5, "298.15 K");
  expect_printed(0.25, SB_DIMENSION_NONE, 5, "0.25");
}

static void test_what_is_printed_can_be_read(void **state) {
  (void)state;
  for (int i = 0; i < SB_DIMENSION_COUNT; i++) {
    for (int exponent = -18; exponent < 18; exponent++) {
      char text[64];
      double value = 0, size = pow(7, exponent);
      sb_units_print(text, sizeof text, -size, (SbDimension)i, 15);
      assert_int_equal(sb_units_read(text, (SbDimension)i, &value, NULL), SB_UNITS_OK);
      assert_true(fabs(value + size) <= 1e-14 * size);
    }
  }
}

static int finish(void **state) {
  (void)state;
  sb_units_finalize();
  sb_units_finalize();
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_common_units_are_those_of_the_database),
      cmocka_unit_test(test_factors),
      cmocka_unit_test(test_every_dimension_reads_its_own_example),
      cmocka_unit_test(test_printing),
      cmocka_unit_test(test_what_is_printed_can_be_read),
  };
  return cmocka_run_group_tests(tests, NULL, finish);
}
