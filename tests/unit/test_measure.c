/* Readings of states whose values are known: polynomials between nodes, fluxes and currents of simple fields, charges.
 */
#include <float.h>

#include "../cell.h"

#include "base/constants.h"
#include "discretize/interpolate.h"
#include "discretize/terminal.h"

#define TWO(prefix, ends)                                                                                              \
  prefix "species: [K+, Cl-]\ndomain:\n"                                                                               \
         "  - {region: left, width: 40 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"                                         \
         "  - {region: right, width: 60 nm, partition: {K+: 0.5}, fill: {K+: 10 mM, Cl-: 10 mM}}\n" ends
#define RESERVOIRS "terminals: {left: {reservoir: left}, right: {reservoir: right, current: 0 A/m2}}\n"

enum { POTASSIUM, CHLORIDE };
static const SbMoment steady = {.steady = true, .time = -1.0};

typedef double (*Profile)(int region, int what, double x); /* what: species, or -1 for the potential */

static double *state_of(const Cell *cell, Profile profile) {
  const SbChain *chain = cell->chain;
  double *u = calloc((size_t)chain->unknowns, sizeof *u);
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    double *here = u + chain->offset[j];
    const int region = j <= cell->mesh->first[1] ? 0 : 1;
    for (int s = 0; s < cell->problem->species_count; s++)
      if (pattern->slot[s] >= 0)
        here[pattern->slot[s]] = profile(region, s, cell->mesh->x[j]);
    if (pattern->potential >= 0)
      here[pattern->potential] = profile(region, -1, cell->mesh->x[j]);
    if (pattern->terminal >= 0)
      here[pattern->terminal] = profile(region, -1, cell->mesh->x[j]);
  }
  return u;
}

static SbReading read(const Cell *cell, const double *u, SbQuantity quantity, int species, double x, int extreme) {
  const SbMeasure measure = {.quantity = quantity, .species = species, .terminal = -1, .x = x, .extreme = extreme};
  return sb_measure(cell->chain, u, &steady, &measure, NULL);
}

/* A polynomial of third degree in x/(100 nm), another in each region, equal at the boundary (0.4). */
static double cubic(int region, int what, double x) {
  const double t = x / 100e-9, bend = region == 0 ? 1.0 : -2.5, scale = what < 0 ? 0.1 : 100.0;
  return scale *
         (2.0 + what + bend * (t - 0.4) + 1.3 * bend * (t - 0.4) * (t - 0.4) - 2.1 * (t - 0.4) * (t - 0.4) * (t - 0.4));
}

static double cubic_slope(int region, double x) {
  const double t = x / 100e-9, bend = region == 0 ? 1.0 : -2.5;
  return 0.1 * (bend + 2.6 * bend * (t - 0.4) - 6.3 * (t - 0.4) * (t - 0.4)) / 100e-9;
}

static void cubics_are_read_exactly(void **state) {
  (void)state;
  Cell cell = cell_create(TWO("", RESERVOIRS));
  double *u = state_of(&cell, cubic);
  for (int i = 0; i <= 500; i++) {
    const double x = fmin(i * 0.2e-9, 100e-9);
    const int region = x < 40e-9 ? 0 : 1; /* a boundary is read on its right side */
    assert_true(fabs(read(&cell, u, SB_QUANTITY_ELECTRIC_POTENTIAL, -1, x, 0).value - cubic(region, -1, x)) <= 1e-13);
    assert_true(fabs(read(&cell, u, SB_QUANTITY_CONCENTRATION, CHLORIDE, x, 0).value - cubic(region, CHLORIDE, x)) <=
                1e-10);
    const double factor = region == 0 ? 1.0 : 0.5; /* what is read is the concentration there, not in solution */
    assert_true(fabs(read(&cell, u, SB_QUANTITY_CONCENTRATION, POTASSIUM, x, 0).value -
                     factor * cubic(region, POTASSIUM, x)) <= 1e-10);
    const SbReading field = read(&cell, u, SB_QUANTITY_ELECTRIC_FIELD, -1, x, 0);
    assert_true(fabs(field.value + cubic_slope(region, x)) <= 4e-10 * 2e6 && field.noise > 0.0);
  }
  free(u);
  cell_destroy(&cell);
}

/* Few nodes: as high a degree as there are nodes for. */
static void few_nodes_are_enough(void **state) {
  (void)state;
  Cell cell = cell_create("species: [K+, Cl-]\ndomain:\n"
                          "  - {region: left, width: 40 nm, cells: 2, fill: {K+: 100 mM, Cl-: 100 mM}}\n"
                          "  - {region: right, width: 60 nm, cells: 1, fill: {K+: 10 mM, Cl-: 10 mM}}\n" RESERVOIRS);
  double *u = calloc((size_t)cell.chain->unknowns, sizeof *u);
  for (int j = 0; j < cell.chain->nodes; j++) {
    const double t = cell.mesh->x[j] / 40e-9;
    u[cell.chain->offset[j] + sb_chain_pattern(cell.chain, j)->potential] = t * t;
  }
  assert_true(fabs(read(&cell, u, SB_QUANTITY_ELECTRIC_POTENTIAL, -1, 10e-9, 0).value - 0.0625) <= 1e-15);
  assert_true(fabs(read(&cell, u, SB_QUANTITY_ELECTRIC_POTENTIAL, -1, 70e-9, 0).value - 0.5 * (1 + 6.25)) <= 1e-14);
  free(u);
  cell_destroy(&cell);
}

static double hill(int region, int what, double x) {
  (void)region;
  const double t = (x - 70e-9) / 100e-9;
  return (what < 0 ? 0.1 : 100.0) * (2 - t * t);
}

static void extremes_are_found(void **state) {
  (void)state;
  Cell cell = cell_create(TWO("", RESERVOIRS));
  double *u = state_of(&cell, hill);
  int top = 0;
  for (int j = 0; j < cell.chain->nodes; j++)
    if (fabs(cell.mesh->x[j] - 70e-9) < fabs(cell.mesh->x[top] - 70e-9))
      top = j;
  assert_true(read(&cell, u, SB_QUANTITY_ELECTRIC_POTENTIAL, -1, NAN, 1).value == hill(1, -1, cell.mesh->x[top]));
  assert_true(read(&cell, u, SB_QUANTITY_ELECTRIC_POTENTIAL, -1, NAN, -1).value == hill(0, -1, 0.0));
  /* potassium is halved on the right: its largest value is on the left of the boundary, its smallest at the right end
   */
  assert_true(fabs(read(&cell, u, SB_QUANTITY_CONCENTRATION, POTASSIUM, NAN, 1).value - hill(0, 0, 40e-9)) <= 1e-13);
  assert_true(fabs(read(&cell, u, SB_QUANTITY_CONCENTRATION, POTASSIUM, NAN, -1).value - 0.5 * hill(1, 0, 100e-9)) <=
              1e-13);
  /* the field -dphi/dx = 2 t/100 nm grows with x: extremes in the last and the first link, at their middles */
  const double last = cell.mesh->x[cell.chain->nodes - 1] - 0.5 * cell.mesh->h[cell.chain->nodes - 2];
  const double wanted = 0.1 * 2 * (last - 70e-9) / 1e-14, lowest = 0.1 * 2 * (0.5 * cell.mesh->h[0] - 70e-9) / 1e-14;
  assert_true(fabs(read(&cell, u, SB_QUANTITY_ELECTRIC_FIELD, -1, NAN, 1).value - wanted) <= 1e-9 * wanted);
  assert_true(fabs(read(&cell, u, SB_QUANTITY_ELECTRIC_FIELD, -1, NAN, -1).value - lowest) <= 1e-9 * fabs(lowest));
  free(u);
  cell_destroy(&cell);
}

/* 100 mol/m3 everywhere in a uniform field. */
static double uniform_field(int region, int what, double x) {
  (void)region;
  return what < 0 ? 0.05 - 3e5 * x : 100.0;
}

/* Ohm's law for each species and for all, to rounding: with equal concentrations the exponential fit is exact. */
static void uniform_fields_obey_ohm(void **state) {
  (void)state;
  Cell cell =
      cell_create("species: [K+, Cl-]\ndomain:\n  - {region: left, width: 100 nm, fill: {K+: 0.1 M, Cl-: 0.1 M}}\n"
                  "terminals: {left: {reservoir: left}, right: {reservoir: left, potential: 0 V}}\n");
  double *u = state_of(&cell, uniform_field);
  double current = 0.0;
  for (int s = 0; s < 2; s++) {
    const double z = cell.problem->species[s].charge, d = cell.problem->species[s].diffusivity;
    const double wanted = z * d * 100.0 * 3e5 / cell.problem->thermal_voltage;
    const SbReading flux = read(&cell, u, SB_QUANTITY_FLUX, s, NAN, 0);
    assert_true(fabs(flux.value - wanted) <= 1e-12 * fabs(wanted));
    assert_true(flux.noise > 0.0 && flux.noise < 1e-11 * fabs(wanted));
    assert_true(fabs(read(&cell, u, SB_QUANTITY_FLUX, s, 33e-9, 0).value - wanted) <= 1e-12 * fabs(wanted));
    current += SB_FARADAY * z * wanted;
  }
  assert_true(fabs(read(&cell, u, SB_QUANTITY_CURRENT, -1, NAN, 0).value - current) <= 1e-12 * current);
  assert_true(fabs(read(&cell, u, SB_QUANTITY_POTENTIAL, -1, NAN, 0).value + 0.03) <= 1e-15);
  /* a ramp charges the cell like a plate capacitor: current to the right for a falling right potential */
  const SbMoment ramp = {.steady = false, .time = 1.0, .potential_slope = 5.0};
  const SbMeasure measure = {.quantity = SB_QUANTITY_CURRENT, .species = -1, .terminal = -1, .x = NAN};
  const double capacitance = 78.4 * SB_VACUUM_PERMITTIVITY / 100e-9;
  const double ramped = sb_measure(cell.chain, u, &ramp, &measure, NULL).value;
  assert_true(fabs(ramped - (current - 5.0 * capacitance)) <= 1e-12 * current + 1e-9 * capacitance);
  free(u);
  cell_destroy(&cell);
}

static double gradient(int region, int what, double x) {
  (void)region;
  return what < 0 ? 0.2 : 100.0 - 0.5e9 * x;
}

/* Fick's law in a planar cell without a field, and the entropy it produces: R D (dc/dx)^2/c integrated. */
static void gradients_obey_fick(void **state) {
  (void)state;
  Cell cell = cell_create(
      "species: [K+, Cl-]\ndomain:\n  - {region: left, width: 100 nm, cells: 400, fill: {K+: 0.1 M, Cl-: 0.1 M}}\n"
      "terminals: {left: {reservoir: left}, right: {reservoir: left, potential: 0 V}}\n");
  double *u = state_of(&cell, gradient), entropy = 0.0;
  for (int s = 0; s < 2; s++) {
    const double d = cell.problem->species[s].diffusivity;
    assert_true(fabs(read(&cell, u, SB_QUANTITY_FLUX, s, NAN, 0).value - d * 0.5e9) <= 1e-11 * d * 0.5e9);
    entropy += SB_GAS_CONSTANT * d * 0.5e9 * log(100.0 / 50.0);
  }
  assert_true(fabs(read(&cell, u, SB_QUANTITY_ENTROPY_PRODUCTION, -1, NAN, 0).value - entropy) <= 1e-10 * entropy);
  free(u);
  cell_destroy(&cell);
}

static double condenser(int region, int what, double x) {
  (void)region;
  return what < 0 ? 4e6 * x : 0.0;
}

/* Without ions the ends hold the charges of a plate (or spherical) condenser, per their own area. */
static void charges_are_those_of_a_condenser(void **state) {
  (void)state;
  Cell cell = cell_create("species: [K+, Cl-]\ndomain:\n  - {region: gap, width: 50 nm, fill: {K+: 0 M, Cl-: 0 M}}\n"
                          "terminals: {left: {electrode: {}}, right: {electrode: {}, potential: 0.2 V}}\n");
  double *u = state_of(&cell, condenser);
  const double charge = 78.4 * SB_VACUUM_PERMITTIVITY * 4e6;
  assert_true(fabs(sb_terminal_charge(cell.chain, u, SB_RIGHT) - charge) <= 1e-12 * charge);
  assert_true(fabs(sb_terminal_charge(cell.chain, u, SB_LEFT) + charge) <= 1e-12 * charge);
  assert_true(sb_terminal_elastance(cell.chain, SB_LEFT) == 0.0);
  free(u);
  cell_destroy(&cell);
}

static void compact_layers_count_in_series(void **state) {
  (void)state;
  Cell cell = cell_create("geometry: spherical\ninner_radius: 50 nm\nspecies: [K+, Cl-]\ndomain:\n"
                          "  - {region: gap, width: 50 nm, fill: {K+: 0.1 M, Cl-: 0.1 M}}\nterminals:\n"
                          "  left: {electrode: {stern: {capacitance: 20 uF/cm2}}}\n"
                          "  right: {electrode: {stern: {capacitance: 10 uF/cm2}}, potential: 0.2 V}\n");
  assert_true(fabs(sb_terminal_elastance(cell.chain, SB_RIGHT) - 10.0) <= 1e-13);
  assert_true(fabs(sb_terminal_elastance(cell.chain, SB_LEFT) - 20.0) <= 1e-13); /* a quarter of the area */
  cell_destroy(&cell);
}

static void measures_have_names(void **state) {
  (void)state;
  Cell cell =
      cell_create(TWO("", RESERVOIRS "expect:\n"
                                     "  - {quantity: flux, species: K+, value: 0 mol/m2/s, tolerance: 1 mol/m2/s}\n"
                                     "  - {quantity: concentration, species: Cl-, at: {x: 12 nm}, value: 1 M, "
                                     "tolerance: 1 %}\n"));
  int count = 0;
  char name[80], all[512] = "";
  SbMeasure *measures = sb_measures_create(cell.problem, &count);
  for (int i = 0; i < count; i++) {
    sb_measure_name(cell.problem, &measures[i], name, sizeof name);
    snprintf(all + strlen(all), sizeof all - strlen(all), "%s; ", name);
    for (int k = 0; k < count; k++)
      assert_int_equal(sb_measure_equal(&measures[i], &measures[k]),
                       i == k); /* an expectation adds no second reading */
  }
  assert_string_equal(all, "potential; current; flux of K+; flux of Cl-; concentration of Cl- at x = 12 nm; ");
  free(measures);
  cell_destroy(&cell);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(cubics_are_read_exactly),
                                     cmocka_unit_test(few_nodes_are_enough),
                                     cmocka_unit_test(extremes_are_found),
                                     cmocka_unit_test(uniform_fields_obey_ohm),
                                     cmocka_unit_test(gradients_obey_fick),
                                     cmocka_unit_test(charges_are_those_of_a_condenser),
                                     cmocka_unit_test(compact_layers_count_in_series),
                                     cmocka_unit_test(measures_have_names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
