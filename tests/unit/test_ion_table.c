/* The built-in table of ions: readable, plausible, and what a chemist looks for is in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/constants.h"
#include "model/ion_table.h"

static void test_size_and_sources(void **state) {
  (void)state;
  SbArena *arena = sb_arena_create();
  const SbIonTable *table = sb_ion_table(arena);
  assert_true(table->count >= 60);
  assert_true(strlen(table->notes) > 0 && strlen(table->temperature_law) > 0);
  for (int i = 0; i < table->count; i++) {
    const SbSpecies *ion = &table->ions[i];
    /* nothing dissolved in water moves faster than the proton or slower than a large protein */
    assert_true(ion->diffusivity > 5e-11 && ion->diffusivity < 1e-8);
    assert_true(abs(ion->charge) <= 5);
    assert_true(strlen(table->long_names[i]) > 0 && strlen(table->citations[i]) > 10);
    assert_ptr_equal(sb_ion_find(table, ion->name), ion);
  }
  sb_arena_destroy(&arena);
}

static void test_common_ions(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int charge;
  } ions[] = {{"H+", 1},  {"OH-", -1},  {"Na+", 1},  {"K+", 1},      {"Cl-", -1}, {"Ca2+", 2}, {"Mg2+", 2},
              {"Li+", 1}, {"NO3-", -1}, {"NH4+", 1}, {"SO4 2-", -2}, {"Fe3+", 3}, {"La3+", 3}, {"HCO3-", -1}};
  SbArena *arena = sb_arena_create();
  const SbIonTable *table = sb_ion_table(arena);
  for (size_t i = 0; i < sizeof ions / sizeof ions[0]; i++) {
    const SbSpecies *ion = sb_ion_find(table, ions[i].name);
    assert_non_null(ion);
    assert_int_equal(ion->charge, ions[i].charge);
  }
  assert_null(sb_ion_find(table, "k+"));
  sb_arena_destroy(&arena);
}

/* The limiting molar conductivity of KCl at 25 degC is 149.8 S cm2/mol (Kohlrausch's law and the Nernst-Einstein
 * relation). */
static void test_conductivity_of_kcl(void **state) {
  (void)state;
  SbArena *arena = sb_arena_create();
  const SbIonTable *table = sb_ion_table(arena);
  const double sum = sb_ion_find(table, "K+")->diffusivity + sb_ion_find(table, "Cl-")->diffusivity;
  const double conductivity = SB_FARADAY * SB_FARADAY / (SB_GAS_CONSTANT * (SB_ZERO_CELSIUS + 25.0)) * sum * 1e4;
  assert_true(conductivity > 149.5 && conductivity < 150.2);
  sb_arena_destroy(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_size_and_sources), cmocka_unit_test(test_common_ions),
                                     cmocka_unit_test(test_conductivity_of_kcl)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
