/* Cross-sections and volumes of the geometries against their closed forms, also where a shell is a billionth of its
 * radius. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mesh/geometry.h"

/* Volume between x and x + h per cross-section at R: integral of (x/R)^p, in extended precision. */
static long double exact_volume(int power, long double x, long double h, long double reference) {
  if (power == 0)
    return h;
  if (power == 1)
    return h * (2 * x + h) / (2 * reference);
  return h * (3 * x * x + 3 * x * h + h * h) / (3 * reference * reference);
}

static void names_are_in_order(void **state) {
  (void)state;
  assert_string_equal(sb_geometry_names[0], "planar");
  assert_string_equal(sb_geometry_names[1], "cylindrical");
  assert_string_equal(sb_geometry_names[2], "spherical");
  assert_string_equal(sb_geometry_names[3], "cable");
  assert_null(sb_geometry_names[4]);
  for (int i = 0; i < 4; i++) {
    assert_int_equal(sb_geometry_is_radial(i), i == 1 || i == 2);
    assert_int_equal(sb_geometry_is_cable(i), i == 3);
  }
}

static void areas_grow_as_they_should(void **state) {
  (void)state;
  for (int i = 0; i < 9; i++) {
    const double x = 0.37e-3 * i, ratio = x / 2e-3;
    assert_true(sb_geometry_area(0, x, 2e-3) == 1.0 && sb_geometry_area(3, x, 2e-3) == 1.0);
    assert_true(fabs(sb_geometry_area(1, x, 2e-3) - ratio) <= 2 * DBL_EPSILON * ratio);
    assert_true(fabs(sb_geometry_area(2, x, 2e-3) - ratio * ratio) <= 2 * DBL_EPSILON * ratio * ratio);
  }
}

static void volumes_are_exact(void **state) {
  (void)state;
  static const double places[] = {0, 1e-12, 3.3e-9, 1e-6, 1e-3}, lengths[] = {1e-12, 1e-9, 0.7e-6, 1e-3};
  for (int geometry = 0; geometry < 3; geometry++)
    for (int i = 0; i < 5; i++)
      for (int k = 0; k < 4; k++) {
        const double exact = (double)exact_volume(geometry, places[i], lengths[k], 2.5e-3);
        assert_true(fabs(sb_geometry_volume(geometry, places[i], lengths[k], 2.5e-3) - exact) <=
                    6 * DBL_EPSILON * exact);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_in_order), cmocka_unit_test(areas_grow_as_they_should),
                                     cmocka_unit_test(volumes_are_exact)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
