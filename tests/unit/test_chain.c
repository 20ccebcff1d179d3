/* Which unknowns stand where, and how a state goes from one mesh to another. */
#include <float.h>

#include "../cell.h"

#define THREE(field, film)                                                                                             \
  field "species: [Na+, Ca2+, Cl-]\ndomain:\n"                                                                         \
        "  - {region: left, width: 30 nm, cells: 6, fill: {Na+: 60 mM, Ca2+: 20 mM, Cl-: 100 mM}}\n"                   \
        "  - {region: film, width: 20 nm, cells: 4" film "}\n"                                                         \
        "  - {region: right, width: 20 nm, cells: 5, fill: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}}\n"                   \
        "terminals: {left: {reservoir: left}, right: {reservoir: right, current: 0 A/m2}}\n"
#define CHARGED ", fixed_charge: -0.1 M, partition: {Cl-: 0, Ca2+: 0.5}"

enum { SODIUM, CALCIUM, CHLORIDE };

/* Size and places of a node, as one line to compare: species slots, potential, jump, terminal. */
static void expect_pattern(const Cell *cell, int node, int size, const int *slots, int potential, int jump,
                           int terminal) {
  const SbPattern *pattern = sb_chain_pattern(cell->chain, node);
  assert_int_equal(pattern->size, size);
  for (int s = 0; s < 3; s++)
    assert_int_equal(pattern->slot[s], slots[s]);
  assert_int_equal(pattern->potential, potential);
  assert_int_equal(pattern->jump, jump);
  assert_int_equal(pattern->terminal, terminal);
}

static void absent_physics_costs_no_unknown(void **state) {
  (void)state;
  static const int all[] = {0, 1, 2}, cations[] = {0, 1, -1};
  Cell cell = cell_create(THREE("", CHARGED));
  assert_int_equal(cell.chain->nodes, 16);
  expect_pattern(&cell, 0, 5, all, 3, -1, 4);
  expect_pattern(&cell, 3, 4, all, 3, -1, -1);
  expect_pattern(&cell, 6, 4, all, 3, -1, -1); /* chloride is still on one side */
  expect_pattern(&cell, 8, 3, cations, 2, -1, -1);
  expect_pattern(&cell, 10, 4, all, 3, -1, -1);
  expect_pattern(&cell, 15, 5, all, 3, -1, 4);
  assert_int_equal(cell.chain->unknowns, 16 * 4 - 3 + 2);
  for (int j = 0; j < 16; j++)
    assert_int_equal(cell.chain->offset[j + 1] - cell.chain->offset[j], sb_chain_pattern(cell.chain, j)->size);
  cell_destroy(&cell);

  cell = cell_create(THREE("field: electroneutral\n", CHARGED));
  expect_pattern(&cell, 6, 5, all, 3, 4, -1); /* the Donnan jump */
  expect_pattern(&cell, 10, 5, all, 3, 4, -1);
  expect_pattern(&cell, 8, 3, cations, 2, -1, -1);
  cell_destroy(&cell);

  cell = cell_create(THREE("field: electroneutral\n", ", permittivity: 40")); /* nothing that makes a jump */
  expect_pattern(&cell, 6, 4, all, 3, -1, -1);
  cell_destroy(&cell);

  cell = cell_create(THREE("field: supported\n", CHARGED));
  expect_pattern(&cell, 0, 3, all, -1, -1, -1);
  expect_pattern(&cell, 8, 2, cations, -1, -1, -1);
  cell_destroy(&cell);
}

static void values_are_read_where_they_stand(void **state) {
  (void)state;
  Cell cell = cell_create(THREE("field: electroneutral\n", CHARGED));
  double *u = calloc((size_t)cell.chain->unknowns, sizeof *u);
  for (int i = 0; i < cell.chain->unknowns; i++)
    u[i] = i + 1;
  const int film = cell.chain->offset[8], step = cell.chain->offset[6];
  assert_true(sb_chain_concentration(cell.chain, u, 8, CALCIUM) == film + 2);
  assert_true(sb_chain_concentration(cell.chain, u, 8, CHLORIDE) == 0.0);
  assert_true(sb_chain_potential(cell.chain, u, 8) == film + 3 && sb_chain_jump(cell.chain, u, 8) == 0.0);
  assert_true(sb_chain_jump(cell.chain, u, 6) == step + 5);
  assert_true(sb_chain_terminal(cell.chain, u, SB_LEFT) == 5);
  assert_true(sb_chain_terminal(cell.chain, u, SB_RIGHT) == cell.chain->unknowns);
  double *scale = calloc((size_t)cell.chain->unknowns, sizeof *scale);
  sb_chain_scales(cell.chain, scale);
  assert_true(scale[step] == 60.0 && scale[step + 1] == 20.0 && scale[step + 2] == 100.0);
  assert_true(scale[step + 3] == cell.problem->thermal_voltage && scale[step + 4] == cell.problem->thermal_voltage);
  free(scale);
  free(u);
  cell_destroy(&cell);
}

/* The same problem on another mesh. */
static Cell on_mesh(const Cell *cell, SbMesh *mesh) {
  Cell other = {.problem = cell->problem, .mesh = mesh, .chain = sb_chain_create(cell->problem, mesh)};
  return other;
}

static void other_destroy(Cell *other) {
  sb_chain_destroy(&other->chain);
  sb_mesh_destroy(&other->mesh);
}

static SbMesh *mesh_of(const Cell *cell, const int *cells) {
  double *edges = sb_region_edges(cell->problem);
  SbMesh *mesh = sb_mesh_create_uniform(0, 0.0, 3, edges, cells);
  free(edges);
  return mesh;
}

static double profile(bool linear, int s, double x) {
  return (s + 1) * (linear ? 1 + (s - 1.3) * 1e7 * x : exp((s - 1.3) * 4e7 * x));
}

/* A state that interpolation must reproduce, each region with its own jump in front of it: potentials linear;
   concentrations exponential in x, or linear under electroneutrality, where a linear mean of neutral states is neutral.
 */
static double *smooth_state(const Cell *cell) {
  double *u = calloc((size_t)cell->chain->unknowns, sizeof *u);
  const double vt = cell->problem->thermal_voltage;
  for (int j = 0; j < cell->chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(cell->chain, j);
    double *here = u + cell->chain->offset[j];
    const double x = cell->mesh->x[j];
    double jumps = 0.0; /* passed on the way here */
    for (int r = 0; r < 3; r++)
      if (cell->problem->electroneutral && r > 0 && x > cell->problem->regions[r].left)
        jumps += 0.01 * r;
    for (int s = 0; s < 3; s++)
      if (pattern->slot[s] >= 0)
        here[pattern->slot[s]] =
            profile(cell->problem->electroneutral, s, x) * exp(-cell->problem->species[s].charge * jumps / vt);
    here[pattern->potential] = 2e6 * x + jumps;
    if (pattern->jump >= 0)
      here[pattern->jump] = 0.01 * (x < 40e-9 ? 1 : 2);
    if (pattern->terminal >= 0)
      here[pattern->terminal] = 0.123 + x;
  }
  return u;
}

static void check_interpolation(const char *body) {
  Cell cell = cell_create(body);
  double *u = smooth_state(&cell);
  Cell others[] = {on_mesh(&cell, sb_mesh_halve(cell.mesh)), on_mesh(&cell, mesh_of(&cell, (const int[]){5, 9, 3})),
                   on_mesh(&cell, mesh_of(&cell, (const int[]){1, 2, 1}))};
  for (int k = 0; k < 3; k++) {
    double *taken = calloc((size_t)others[k].chain->unknowns, sizeof *taken), *wanted = smooth_state(&others[k]);
    sb_chain_interpolate(cell.chain, u, others[k].chain, taken);
    for (int i = 0; i < others[k].chain->unknowns; i++)
      assert_true(fabs(taken[i] - wanted[i]) <= 1e-13 * fabs(wanted[i]) + 1e-16);
    for (int j = 0, at = 0; k == 0 && j < cell.chain->nodes; j++, at += 2) /* nodes of both meshes keep their bits */
      assert_memory_equal(taken + others[k].chain->offset[at], u + cell.chain->offset[j],
                          (size_t)sb_chain_pattern(cell.chain, j)->size * sizeof *u);
    free(taken);
    free(wanted);
    other_destroy(&others[k]);
  }
  free(u);
  cell_destroy(&cell);
}

static void interpolation_is_exact_for_smooth_states(void **state) {
  (void)state;
  check_interpolation(THREE("", CHARGED));
  check_interpolation(THREE("field: electroneutral\n", CHARGED));
}

/* Where a concentration is zero there is no logarithm: linear then, and never negative. */
static void interpolation_keeps_zeros(void **state) {
  (void)state;
  Cell cell = cell_create(THREE("", CHARGED)), fine = on_mesh(&cell, sb_mesh_halve(cell.mesh));
  double *u = calloc((size_t)cell.chain->unknowns, sizeof *u);
  double *taken = calloc((size_t)fine.chain->unknowns, sizeof *taken);
  const int slot = sb_chain_pattern(cell.chain, 2)->slot[SODIUM];
  u[cell.chain->offset[3] + slot] = 8.0;
  sb_chain_interpolate(cell.chain, u, fine.chain, taken);
  for (int j = 0; j < fine.chain->nodes; j++) {
    const double wanted = j == 6 ? 8.0 : j == 5 || j == 7 ? 4.0 : 0.0;
    assert_true(fabs(sb_chain_concentration(fine.chain, taken, j, SODIUM) - wanted) <= 1e-14);
  }
  free(u);
  free(taken);
  other_destroy(&fine);
  cell_destroy(&cell);
}

/* Amount of a uniform concentration: partition times concentration times volume, in every geometry. */
static void amounts_are_volumes(void **state) {
  (void)state;
  static const char *const geometries[] = {"", "geometry: cylindrical\n", "geometry: spherical\n"};
  for (int g = 0; g < 3; g++) {
    char body[2048];
    snprintf(body, sizeof body,
             "%sspecies: [Na+, Cl-]\ndomain:\n"
             "  - {region: core, width: 10 nm, cells: 7, partition: {Na+: 0.25}, fill: {Na+: 1 mM, Cl-: 1 mM}}\n"
             "  - {region: shell, width: 30 nm, cells: 9, fill: {Na+: 1 mM, Cl-: 1 mM}}\n"
             "terminals: {left: {wall: {}}, right: {reservoir: shell, potential: 0 V}}\n",
             geometries[g]);
    Cell cell = cell_create(body);
    double *u = calloc((size_t)cell.chain->unknowns, sizeof *u);
    for (int j = 0; j < cell.chain->nodes; j++)
      u[cell.chain->offset[j]] = 40.0;
    const double inner = pow(0.25, g + 1) * 40e-9 / (g + 1), whole = 40e-9 / (g + 1);
    const double wanted = 40.0 * (0.25 * inner + whole - inner);
    assert_true(fabs(sb_chain_amount(cell.chain, u, &cell.problem->pools[0]) - wanted) <= 1e-14 * wanted);
    free(u);
    cell_destroy(&cell);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(absent_physics_costs_no_unknown), cmocka_unit_test(values_are_read_where_they_stand),
      cmocka_unit_test(interpolation_is_exact_for_smooth_states), cmocka_unit_test(interpolation_keeps_zeros),
      cmocka_unit_test(amounts_are_volumes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
