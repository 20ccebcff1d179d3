/* Did-you-mean: what is suggested, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/names.h"
#include "base/status.h"

static const char *const names[] = {"diffusivity", "diffusion_factor", "width", "fill", "K+", "H+", "Na+", "NH4+",
                                    "Cl-"};
enum { COUNT = sizeof names / sizeof names[0] };

static void test_suggestions(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"diffusivty", "diffusivity"},
      {"Difusivity", "diffusivity"},
      {"diffusoin_factor", "diffusion_factor"},
      {"widht", "width"},
      {"fil", "fill"},
      {"Fill", "fill"},
      {"k+", "K+"},
      {"K", "K+"},
      {"NA+", "Na+"},
      {"Cl", "Cl-"},
      {"width", "width"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const char *found = sb_names_nearest(cases[i][0], names, COUNT);
    assert_non_null(found);
    assert_string_equal(found, cases[i][1]);
  }
}

static void test_no_suggestion_where_nothing_is_near(void **state) {
  (void)state;
  static const char *const words[] = {"", "permittivity", "Li+", "x", "depth", "F-"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    assert_null(sb_names_nearest(words[i], names, COUNT));
  }
  char endless[5000];
  memset(endless, 'w', sizeof endless - 1);
  endless[sizeof endless - 1] = '\0';
  assert_null(sb_names_nearest(endless, names, COUNT));
  assert_null(sb_names_nearest("width", names, 0));
}

static void test_status_texts(void **state) {
  (void)state;
  assert_string_equal(sb_status_text(SB_BAD_DECK), "bad deck");
  assert_string_equal(sb_status_text((SbStatus)3), "unknown status");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_suggestions),
      cmocka_unit_test(test_no_suggestion_where_nothing_is_near),
      cmocka_unit_test(test_status_texts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
