/* The grid: links of the wanted lengths that keep all their digits, halving, volumes, places. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mesh/geometry.h"
#include "mesh/mesh.h"
#include "mesh/place.h"

/* A length h at both edges that grows by `growth` per distance up to the middle. */
typedef struct {
  double s[3], t[3], h[3];
  SbSizeFunction function;
} Tent;

static const SbSizeFunction *tent(Tent *tent, double length, double at_left, double at_right, double growth) {
  const double middle = 0.5 * (length + (at_right - at_left) / growth);
  *tent = (Tent){
      .s = {0, middle, length}, .t = {length, length - middle, 0}, .h = {at_left, at_left + growth * middle, at_right}};
  tent->function = (SbSizeFunction){.count = 3, .s = tent->s, .t = tent->t, .h = tent->h};
  return &tent->function;
}

/* One millimetre with picometres at both edges. */
static const double millimetre = 1e-3, picometre = 1e-12, growth = 0.35;

static void links_add_up_to_the_interval(void **state) {
  (void)state;
  static const double edges[] = {1e-12, 3.7e-12, 1e-9, 1e-6, 1e-5};
  for (int i = 0; i < 5; i++)
    for (int k = 0; k < 5; k++) {
      Tent shape;
      SbMesh *mesh = sb_mesh_create(0, 0.0, 1, (const double[]){0, millimetre},
                                    tent(&shape, millimetre, edges[i], edges[k], growth), 4, 60000);
      long double sum = 0;
      for (int j = 0; j < mesh->nodes - 1; j++) {
        assert_true(mesh->h[j] > 0.0);
        sum += mesh->h[j];
      }
      assert_true(fabsl(sum - millimetre) <= 4 * DBL_EPSILON * millimetre);
      assert_true(mesh->x[0] == 0.0 && mesh->x[mesh->nodes - 1] == millimetre);
      sb_mesh_destroy(&mesh);
    }
}

/* xi from an edge to s along a straight size a + growth s. */
static double steps_to(double a, double s) {
  return log1p(growth * s / a) / growth;
}

/* In each half, links are equal steps of the integral of dx/h; the right half in distances from the right edge, so that
   its links of a picometre have the digits of the left ones. */
static void links_are_equal_steps(void **state) {
  (void)state;
  Tent shape;
  SbMesh *mesh = sb_mesh_create(0, 0.0, 1, (const double[]){0, millimetre},
                                tent(&shape, millimetre, picometre, picometre, growth), 4, 60000);
  const int links = mesh->nodes - 1, half = links / 2;
  const double total = steps_to(picometre, 0.5 * millimetre), step = total / half;
  assert_int_equal(links % 2, 0);
  assert_int_equal(half, (int)ceil(total));
  double from_left = 0.0, from_right = 0.0;
  for (int j = 0; j < half; j++) {
    const double before = from_left;
    from_left += mesh->h[j];
    assert_true(fabs(steps_to(picometre, from_left) - steps_to(picometre, before) - step) <= 1e-10);
    from_right += mesh->h[links - 1 - j];
    assert_true(fabs(steps_to(picometre, from_right) - (j + 1) * step) <= 1e-10);
    assert_true(fabs(mesh->h[j] - mesh->h[links - 1 - j]) <=
                1e-12 * mesh->h[j]); /* a mirror image, to its last digits */
  }
  const double first = picometre * expm1(growth * step) / growth;
  assert_true(fabs(mesh->h[0] - first) <= 1e-13 * first);
  assert_true(fabs(mesh->h[links - 1] - first) <= 1e-13 * first);
  sb_mesh_destroy(&mesh);
}

/* Points of a size function close to an edge count from that edge: a place 3 pm from the right end of a millimetre is
   known to seven digits only when told from the left. */
static void right_edge_keeps_its_digits(void **state) {
  (void)state;
  const double near = 3.3e-12, far = millimetre - near, a = picometre, b = 4e-6;
  const double s[] = {0, near, 0.5 * millimetre, far, millimetre}, t[] = {millimetre, far, 0.5 * millimetre, near, 0};
  const double h[] = {a, a, b, a, a};
  const SbSizeFunction function = {.count = 5, .s = s, .t = t, .h = h};
  SbMesh *mesh = sb_mesh_create(0, 0.0, 1, (const double[]){0, millimetre}, &function, 4, 60000);
  const int links = mesh->nodes - 1;
  for (int j = 0; j < links / 2; j++)
    assert_true(fabs(mesh->h[j] - mesh->h[links - 1 - j]) <= 1e-13 * mesh->h[j]);
  assert_true(fabs(mesh->h[links - 1] - mesh->h[links - 2]) <= 1e-13 * picometre); /* equal in the flat stretch */
  sb_mesh_destroy(&mesh);
}

/* Neighbours differ by no more than the growth of one step, also across the middle, where the two halves meet. */
static void links_grow_slowly(void **state) {
  (void)state;
  static const double edges[] = {1e-12, 2e-11, 1e-9, 3e-7};
  for (int i = 0; i < 4; i++)
    for (int k = 0; k < 4; k++) {
      Tent shape;
      SbMesh *mesh = sb_mesh_create(0, 0.0, 1, (const double[]){0, millimetre},
                                    tent(&shape, millimetre, edges[i], edges[k], growth), 16, 60000);
      for (int j = 0; j + 1 < mesh->nodes - 1; j++) {
        const double ratio = fmax(mesh->h[j], mesh->h[j + 1]) / fmin(mesh->h[j], mesh->h[j + 1]);
        assert_true(ratio <= exp(growth) * (1 + 1e-9));
        assert_true(mesh->h[j] <= (mesh->x[j] < 0.5 * millimetre ? 1 : 1.0001) * growth * millimetre);
      }
      sb_mesh_destroy(&mesh);
    }
}

static void counts_keep_within_bounds(void **state) {
  (void)state;
  Tent shapes[3];
  SbSizeFunction functions[3];
  const double edges[] = {0, 1e-6, 1.001e-6, 3e-6};
  for (int k = 0; k < 3; k++)
    functions[k] = *tent(&shapes[k], edges[k + 1] - edges[k], 1e-10, 1e-10, 0.05);
  double wanted = 0.0;
  for (int k = 0; k < 3; k++)
    wanted += sb_place_count(&functions[k]);
  for (int most = 20; most < 500; most += 60) {
    SbMesh *mesh = sb_mesh_create(0, 0.0, 3, edges, functions, 6, most);
    const int links = mesh->nodes - 1;
    assert_true(links <= most + 3 * 6); /* halves are rounded up to whole links, and six an interval there must be */
    assert_true(most < wanted || links >= wanted);
    for (int k = 0; k < 3; k++) {
      assert_true(mesh->first[k + 1] - mesh->first[k] >= 6);
      assert_true(mesh->x[mesh->first[k]] == edges[k]);
      for (int j = mesh->first[k]; j < mesh->first[k + 1]; j++)
        assert_int_equal(mesh->interval[j], k);
    }
    sb_mesh_destroy(&mesh);
  }
}

/* A mesh of three intervals for the tests below. */
static SbMesh *three_intervals(int geometry, double inner_radius) {
  Tent shapes[3];
  SbSizeFunction functions[3];
  const double edges[] = {0, 2e-8, 2.3e-8, 1e-7};
  for (int k = 0; k < 3; k++)
    functions[k] = *tent(&shapes[k], edges[k + 1] - edges[k], 2e-10, 3e-10, growth);
  return sb_mesh_create(geometry, inner_radius, 3, edges, functions, 4, 60000);
}

static void halving_nests(void **state) {
  (void)state;
  for (int geometry = 0; geometry < 3; geometry++) {
    SbMesh *coarse = three_intervals(geometry, 5e-9), *fine = sb_mesh_halve(coarse);
    assert_int_equal(fine->nodes, 2 * coarse->nodes - 1);
    for (int j = 0, at = 0; j < coarse->nodes - 1; j++, at += 2) {
      assert_true(fine->x[at] == coarse->x[j] && fine->x[at + 2] == coarse->x[j + 1]);
      assert_true(fine->h[at] == 0.5 * coarse->h[j] && fine->h[at + 1] == fine->h[at]);
      assert_true(fine->interval[at] == coarse->interval[j] && fine->interval[at + 1] == coarse->interval[j]);
      /* the halves of a link have its volume */
      const double volume = coarse->volume_right[j] + coarse->volume_left[j + 1];
      const double halves =
          fine->volume_right[at] + fine->volume_left[at + 1] + fine->volume_right[at + 1] + fine->volume_left[at + 2];
      assert_true(fabs(halves - volume) <= 1e-14 * volume);
    }
    for (int k = 0; k <= 3; k++)
      assert_int_equal(fine->first[k], 2 * coarse->first[k]);
    assert_true(sb_mesh_smallest(fine) == 0.5 * sb_mesh_smallest(coarse));
    sb_mesh_destroy(&coarse);
    sb_mesh_destroy(&fine);
  }
}

static void volumes_add_up(void **state) {
  (void)state;
  static const double radii[] = {0, 1e-12, 5e-9, 1e-3};
  for (int geometry = 0; geometry < 3; geometry++)
    for (int i = 0; i < 4; i++) {
      SbMesh *mesh = three_intervals(geometry, radii[i]);
      const long double a = radii[i], b = radii[i] + 1e-7L;
      const long double exact = geometry == 0   ? b - a
                                : geometry == 1 ? (b - a) * (b + a) / (2 * b)
                                                : (b - a) * (b * b + a * b + a * a) / (3 * b * b);
      long double sum = 0;
      for (int j = 0; j < mesh->nodes; j++)
        sum += (long double)mesh->volume_left[j] + mesh->volume_right[j];
      assert_true(fabsl(sum - exact) <= 1e-14L * exact);
      assert_true(mesh->volume_left[0] == 0.0 && mesh->volume_right[mesh->nodes - 1] == 0.0);
      const double ratio = (double)(a / b);
      assert_true(fabs(sb_mesh_left_area(mesh) - pow(ratio, geometry)) <= 1e-14);
      for (int j = 0; j < mesh->nodes - 1; j++)
        assert_true(fabs(mesh->area[j] - pow((radii[i] + mesh->x[j] + 0.5 * mesh->h[j]) / (double)b, geometry)) <=
                    1e-14);
      sb_mesh_destroy(&mesh);
    }
}

static void places_are_found(void **state) {
  (void)state;
  SbMesh *mesh = three_intervals(0, 0.0);
  const int links = mesh->nodes - 1;
  for (int j = 0; j < links; j++) {
    assert_int_equal(sb_mesh_locate(mesh, mesh->x[j]), j); /* a node belongs to the link on its right */
    assert_int_equal(sb_mesh_locate(mesh, mesh->x[j] + 0.5 * mesh->h[j]), j);
    assert_int_equal(sb_mesh_locate(mesh, nextafter(mesh->x[j + 1], 0)), j);
  }
  assert_int_equal(sb_mesh_locate(mesh, mesh->x[links]), links - 1);
  assert_int_equal(sb_mesh_locate(mesh, -1.0), 0);
  assert_int_equal(sb_mesh_locate(mesh, 1.0), links - 1);
  sb_mesh_destroy(&mesh);
}

static void uniform_cells_are_counted(void **state) {
  (void)state;
  const double edges[] = {0, 1e-8, 1.5e-8};
  const int cells[] = {7, 1};
  SbMesh *mesh = sb_mesh_create_uniform(2, 1e-9, 2, edges, cells);
  assert_int_equal(mesh->nodes, 9);
  assert_true(mesh->first[0] == 0 && mesh->first[1] == 7 && mesh->first[2] == 8);
  for (int j = 0; j < 7; j++)
    assert_true(mesh->h[j] == 1e-8 / 7);
  assert_true(fabs(mesh->h[7] - 0.5e-8) <= 1e-23 && mesh->x[7] == 1e-8 && mesh->x[8] == 1.5e-8);
  sb_mesh_destroy(&mesh);
  assert_null(mesh);
}

static void copies_are_equal(void **state) {
  (void)state;
  SbMesh *mesh = three_intervals(2, 3e-9), *copy = sb_mesh_copy(mesh);
  const size_t nodes = (size_t)mesh->nodes * sizeof(double), links = nodes - sizeof(double);
  assert_int_equal(copy->nodes, mesh->nodes);
  assert_memory_equal(copy->x, mesh->x, nodes);
  assert_memory_equal(copy->h, mesh->h, links);
  assert_memory_equal(copy->area, mesh->area, links);
  assert_memory_equal(copy->volume_left, mesh->volume_left, nodes);
  assert_memory_equal(copy->volume_right, mesh->volume_right, nodes);
  assert_memory_equal(copy->first, mesh->first, 4 * sizeof(int));
  assert_memory_equal(copy->interval, mesh->interval, (size_t)(mesh->nodes - 1) * sizeof(int));
  sb_mesh_destroy(&mesh);
  sb_mesh_destroy(&copy);
}

/* An interval without length is one link, which no halving cuts; nodes keep their places across it. */
static void jumps_are_one_link(void **state) {
  (void)state;
  static const double edges[] = {0, 1e-8, 1e-8, 3e-8, 3e-8, 4e-8};
  SbMesh *uniform = sb_mesh_create_uniform(0, 0.0, 5, edges, (const int[]){3, 1, 4, 1, 2});
  Tent left, middle, right;
  const SbSizeFunction sizes[] = {*tent(&left, 1e-8, 1e-10, 1e-10, growth),
                                  {0},
                                  *tent(&middle, 2e-8, 1e-10, 1e-10, growth),
                                  {0},
                                  *tent(&right, 1e-8, 1e-10, 1e-10, growth)};
  SbMesh *graded = sb_mesh_create(0, 0.0, 5, edges, sizes, 4, 60000);
  SbMesh *const meshes[] = {uniform, graded};
  for (int m = 0; m < 2; m++) {
    SbMesh *coarse = meshes[m], *fine = sb_mesh_halve(coarse);
    assert_int_equal(fine->nodes - 1, 2 * (coarse->nodes - 1) - 2);
    for (int k = 0; k <= 5; k++) {
      assert_true(coarse->x[coarse->first[k]] == edges[k] && fine->x[fine->first[k]] == edges[k]);
      if (k == 1 || k == 3) {
        assert_int_equal(fine->first[k + 1] - fine->first[k], 1);
        assert_true(fine->h[fine->first[k]] == 0.0 && fine->interval[fine->first[k]] == k);
        assert_true(fine->volume_right[fine->first[k]] == 0.0 && fine->volume_left[fine->first[k] + 1] == 0.0);
      }
    }
    for (int j = 0; j < coarse->nodes; j++)
      assert_true(fine->x[sb_mesh_halved_node(coarse, fine, j)] == coarse->x[j]);
    for (int j = 0; j + 1 < coarse->nodes; j++)
      assert_int_equal(sb_mesh_halved_node(coarse, fine, j + 1) - sb_mesh_halved_node(coarse, fine, j),
                       coarse->h[j] > 0.0 ? 2 : 1);
    assert_true(coarse->h[sb_mesh_locate(coarse, 1e-8)] > 0.0);
    assert_true(sb_mesh_smallest(fine) > 0.0);
    SbMesh *stretched = sb_mesh_stretch(coarse, 0.0, (const double[]){0, 2e-8, 2e-8, 6e-8, 6e-8, 8e-8});
    for (int j = 0; j + 1 < coarse->nodes; j++)
      assert_true(stretched->h[j] == 2.0 * coarse->h[j] && fabs(stretched->x[j] - 2.0 * coarse->x[j]) <= 1e-22);
    sb_mesh_destroy(&stretched);
    sb_mesh_destroy(&fine);
    sb_mesh_destroy(&coarse);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(jumps_are_one_link),    cmocka_unit_test(links_add_up_to_the_interval),
      cmocka_unit_test(links_are_equal_steps), cmocka_unit_test(right_edge_keeps_its_digits),
      cmocka_unit_test(links_grow_slowly),     cmocka_unit_test(counts_keep_within_bounds),
      cmocka_unit_test(halving_nests),         cmocka_unit_test(volumes_add_up),
      cmocka_unit_test(places_are_found),      cmocka_unit_test(uniform_cells_are_counted),
      cmocka_unit_test(copies_are_equal)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
