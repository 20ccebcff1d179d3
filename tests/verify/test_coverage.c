/* Nothing expected is left out: every file of the families that the program computes is in the table of cases, and of
   every case each expected number is compared, or named here with the reason why not. */
#include <dirent.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shared_cases.h"

static const char *const families[] = {"ljp_*",    "ljpcalc_*", "mem_*",     "donnan_*",      "perm_*",     "pnp_*",
                                       "nernst_*", "gc_*",      "gcs_*",     "closed_cell_*", "charging_*", "limcur_*",
                                       "mode_*",   "bv_*",      "mixed_*",   "corrosion_*",   "cottrell_*", "lsv_*",
                                       "cv_*",     "imp_*",     "warburg_*", "ghk_*",         "pumpleak_*", "hh_*"};

static const struct {
  const char *words, *why;
} not_compared[] = {
    {"measured", "quoted from memory, of no certain source"},
    {"GHK current with", "a formula that the program does not print; its potential is compared"},
    {"GHK current rows", "the same"},
    {"Mullins-Noda", "a formula that the program does not print; the potential it gives is compared"},
    {"I_lim = 4 F D+ c0/L", "made of the inputs alone; the ratio to it is compared"},
    {"bulk resistance L/sigma", "made of the inputs alone; the impedance is compared"},
    {"double-layer capacitance of one electrode", "made of the inputs alone; the impedance is compared"},
    {"finite-space reflective coth", "its couple uses up a closed layer: the program refuses its steady state"},
    {"ambipolar (electroneutral) rate", "made of the inputs alone; the rate with a field is compared"},
};

static bool known(const char *name) {
  for (int i = 0; i < case_count; i++) {
    if (strcmp(cases[i].name, name) == 0)
      return true;
  }
  return false;
}

static void every_file_is_a_case(void **state) {
  (void)state;
  DIR *folder = opendir(SB_SOURCE_DIR "/tests/reference");
  assert_non_null(folder);
  int found = 0;
  for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
    char name[REFERENCE_NAME];
    snprintf(name, sizeof name, "%.120s", entry->d_name);
    char *end = strstr(name, ".json");
    if (!end)
      continue;
    *end = '\0';
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
      if (fnmatch(families[f], name, 0) != 0)
        continue;
      if (!known(name))
        fail_msg("%s.json is not in the table of cases", name);
      found++;
    }
  }
  closedir(folder);
  assert_int_equal(found, case_count);
}

static bool excused(const char *quantity) {
  for (size_t i = 0; i < sizeof not_compared / sizeof *not_compared; i++) {
    if (strstr(quantity, not_compared[i].words))
      return true;
  }
  return false;
}

static void every_number_is_compared(void **state) {
  (void)state;
  Verification verification = {.dry = true};
  for (int i = 0; i < case_count; i++) {
    Reference *reference = reference_open(cases[i].name);
    if (cases[i].check)
      cases[i].check(&verification, reference);
    if (cases[i].transients)
      cases[i].transients(&verification, reference);
    for (int k = 0; k < reference_entries(reference); k++) {
      const char *quantity = reference_quantity(reference, k);
      const int wanted = excused(quantity) ? 0 : reference_size(reference, k);
      if (reference_marked(reference, k) != wanted)
        fail_msg("%s: '%s': %d of %d numbers are compared, not %d", cases[i].name, quantity,
                 reference_marked(reference, k), reference_size(reference, k), wanted);
    }
    reference_close(&reference);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_file_is_a_case),
                                     cmocka_unit_test(every_number_is_compared)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
