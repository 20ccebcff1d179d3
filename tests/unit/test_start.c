/* What a run starts from: link lengths beside boundaries, given cells, fills with exact amounts, the guess. */
#include <float.h>

#include "../cell.h"

#include "base/constants.h"

#define SALT "species: [K+, Cl-]\n"
#define BATHS                                                                                                          \
  "  - {region: strong, width: 200 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"                                             \
  "  - {region: weak, width: 300 nm, fill: {K+: 1 mM, Cl-: 1 mM}}\n"
#define RESERVOIRS "terminals: {left: {reservoir: strong}, right: {reservoir: weak, current: 0 A/m2}}\n"

/* Debye length of a 1:1 salt of so many mol/m3 at 25 degC in water, m. */
static double debye(double c) {
  return sqrt(78.4 * SB_VACUUM_PERMITTIVITY * SB_GAS_CONSTANT * 298.15 / (SB_FARADAY * SB_FARADAY * 2 * c));
}

static bool near(double value, double wanted) {
  return fabs(value - wanted) <= 1e-14 * fabs(wanted);
}

static void boundaries_see_the_thinner_side(void **state) {
  (void)state;
  Cell cell = cell_problem(SALT "domain:\n" BATHS RESERVOIRS);
  assert_true(near(sb_boundary_debye_length(cell.problem, 0), debye(100)));
  assert_true(near(sb_boundary_debye_length(cell.problem, 1), debye(100)));
  assert_true(near(sb_boundary_debye_length(cell.problem, 2), debye(1)));
  cell_destroy(&cell);
  cell = cell_problem("field: electroneutral\n" SALT "domain:\n" BATHS RESERVOIRS);
  assert_true(isinf(sb_boundary_debye_length(cell.problem, 1)));
  cell_destroy(&cell);
  /* a film without a fill: the larger of the two reservoirs, partition and fixed charge counted */
  cell = cell_problem(SALT "domain:\n  - {region: strong, width: 200 nm, fill: {K+: 1 mM, Cl-: 1 mM}}\n"
                           "  - {region: film, width: 9 nm, fixed_charge: -500 mM, partition: {K+: 0.5, Cl-: 0.5}}\n"
                           "  - {region: weak, width: 300 nm, fill: {K+: 10 mM, Cl-: 10 mM}}\n" RESERVOIRS);
  assert_true(near(sb_boundary_debye_length(cell.problem, 1), debye(0.5 * (500 + 5 + 5))));
  cell_destroy(&cell);
}

/* Layers at polarised electrodes are thinner by what the drop draws in; a charged wall has its Gouy-Chapman length. */
static void polarised_ends_are_finer(void **state) {
  (void)state;
  const double vt = SB_GAS_CONSTANT * 298.15 / SB_FARADAY;
  Cell cell = cell_problem(SALT "domain:\n" BATHS
                                "terminals: {left: {reservoir: strong}, right: {electrode: {}, potential: -0.1 V}}\n");
  assert_true(near(sb_boundary_debye_length(cell.problem, 2), debye(1) * exp(-0.5 * 0.1 / vt)));
  cell_destroy(&cell);
  cell = cell_problem(SALT "domain:\n" BATHS
                           "terminals: {left: {electrode: {}}, right: {electrode: {}, potential: 0.1 V}}\n");
  assert_true(near(sb_boundary_debye_length(cell.problem, 0), debye(100) * exp(-0.25 * 0.1 / vt)));
  cell_destroy(&cell);
  cell = cell_problem(SALT "domain:\n" BATHS
                           "terminals: {left: {reservoir: strong}, right: {electrode: {}, potential: 2 V}}\n");
  assert_true(near(sb_boundary_debye_length(cell.problem, 2), debye(1) * exp(-4.0))); /* bounded */
  cell_destroy(&cell);
  cell = cell_problem(
      SALT "domain:\n" BATHS
           "terminals: {left: {wall: {surface_charge: -0.3 C/m2}}, right: {reservoir: weak, current: 0 A/m2}}\n");
  assert_true(near(sb_boundary_debye_length(cell.problem, 0), 2 * 78.4 * SB_VACUUM_PERMITTIVITY * vt / 0.3));
  cell_destroy(&cell);
}

/* Links beside each boundary are the wanted share of its Debye length (a little less: counts are whole); they grow at
   most by the wanted rate, and every region has the fewest. */
static void check_first_mesh(const Cell *cell, const SbFirstMesh *how, const double *caps) {
  SbMesh *mesh = sb_first_mesh(cell->problem, how, caps, 60000);
  for (int b = 0; b <= cell->problem->region_count; b++) {
    double wanted = how->debye_fraction * sb_boundary_debye_length(cell->problem, b);
    if (caps)
      wanted = fmin(wanted, caps[b]);
    for (int side = -1; side <= 0; side++) {
      const int link = mesh->first[b] + side;
      if (link < 0 || link >= mesh->nodes - 1)
        continue;
      /* the first of equal steps q <= 1 is h (e^(g q) - 1)/g */
      assert_true(mesh->h[link] <= wanted * expm1(how->growth) / how->growth * (1 + 1e-12));
      if (!caps || caps[b] >= wanted)
        assert_true(mesh->h[link] >= 0.6 * wanted || mesh->h[link] >= 0.5 * (mesh->x[mesh->first[1]]) / how->fewest);
    }
  }
  for (int r = 0; r < cell->problem->region_count; r++)
    assert_true(mesh->first[r + 1] - mesh->first[r] >= how->fewest);
  for (int j = 0; j + 1 < mesh->nodes - 1; j++)
    assert_true(fmax(mesh->h[j] / mesh->h[j + 1], mesh->h[j + 1] / mesh->h[j]) <= exp(how->growth) * 1.05);
  sb_mesh_destroy(&mesh);
}

static void first_links_are_shares_of_the_debye_length(void **state) {
  (void)state;
  Cell cell = cell_problem(SALT "domain:\n" BATHS RESERVOIRS);
  check_first_mesh(&cell, &sb_first_mesh_steady, NULL);
  check_first_mesh(&cell, &sb_first_mesh_transient, NULL);
  check_first_mesh(&cell, &sb_first_mesh_steady, (const double[]){1e-10, 1e-11, 1e-12});
  cell_destroy(&cell);
}

/* A fine boundary reaches into a neighbouring region narrower than its own sizes would need. */
static void fine_boundaries_reach_far(void **state) {
  (void)state;
  Cell cell = cell_problem(SALT "domain:\n  - {region: strong, width: 1 um, fill: {K+: 1 uM, Cl-: 1 uM}}\n"
                                "  - {region: film, width: 1 nm, fill: {K+: 1 uM, Cl-: 1 uM}}\n"
                                "  - {region: weak, width: 1 um, fill: {K+: 1 uM, Cl-: 1 uM}}\n" RESERVOIRS);
  SbMesh *mesh = sb_first_mesh(cell.problem, &sb_first_mesh_steady, (const double[]){1, 1, 1e-12, 1}, 60000);
  /* from 1 pm at 1.001 um, grown by 0.35 over the nanometre of the film */
  assert_true(mesh->h[mesh->first[1] - 1] <= (1e-12 + 0.35e-9) * 1.21);
  sb_mesh_destroy(&mesh);
  cell_destroy(&cell);
}

static void given_cells_are_exact(void **state) {
  (void)state;
  Cell cell =
      cell_problem(SALT "domain:\n  - {region: strong, width: 200 nm, cells: 7, fill: {K+: 100 mM, Cl-: 100 mM}}\n"
                        "  - {region: weak, width: 300 nm, cells: 31, fill: {K+: 1 mM, Cl-: 1 mM}}\n" RESERVOIRS);
  assert_true(sb_mesh_is_given(cell.problem));
  SbMesh *mesh = sb_first_mesh(cell.problem, &sb_first_mesh_steady, NULL, 60000);
  assert_true(mesh->nodes == 39 && mesh->first[1] == 7);
  for (int j = 0; j < 38; j++)
    assert_true(near(mesh->h[j], j < 7 ? 200e-9 / 7 : 300e-9 / 31));
  sb_mesh_destroy(&mesh);
  cell_destroy(&cell);
  cell = cell_problem(SALT "domain:\n" BATHS RESERVOIRS);
  assert_false(sb_mesh_is_given(cell.problem));
  cell_destroy(&cell);
}

/* Amounts of the deck's fills, in every geometry, across steps of concentration, partition and exclusion. */
static void fills_keep_their_amounts(void **state) {
  (void)state;
  static const char *const geometries[] = {"", "geometry: cylindrical\ninner_radius: 5 nm\n",
                                           "geometry: spherical\ninner_radius: 5 nm\n"};
  for (int g = 0; g < 3; g++) {
    char body[2048];
    snprintf(body, sizeof body,
             "%s" SALT "domain:\n  - {region: a, width: 20 nm, fill: {K+: 300 mM, Cl-: 300 mM}}\n"
             "  - {region: b, width: 5 nm, partition: {K+: 0.2}, fill: {K+: 7 mM, Cl-: 7 mM}}\n"
             "  - {region: c, width: 5 nm, fixed_charge: 10 mM, partition: {K+: 0}, fill: {Cl-: 10 mM}}\n"
             "  - {region: d, width: 30 nm, fill: {K+: 0 mM, Cl-: 1 mM}}\n"
             "terminals: {left: {electrode: {}}, right: {electrode: {}, potential: 0 V}}\n",
             geometries[g]);
    Cell cell = cell_create(body);
    double *u = calloc((size_t)cell.chain->unknowns, sizeof *u);
    sb_state_fill(cell.chain, u);
    double volume[4];
    for (int r = 0; r < 4; r++) {
      volume[r] = 0.0;
      for (int j = cell.mesh->first[r]; j < cell.mesh->first[r + 1]; j++)
        volume[r] += cell.mesh->volume_right[j] + cell.mesh->volume_left[j + 1];
    }
    const double wanted[] = {300 * volume[0] + 7 * volume[1], 0.0,
                             300 * volume[0] + 7 * volume[1] + 10 * volume[2] + 1 * volume[3]};
    assert_int_equal(cell.problem->pool_count, 3);
    for (int p = 0; p < 3; p++)
      assert_true(fabs(sb_chain_amount(cell.chain, u, &cell.problem->pools[p]) - wanted[p]) <= 1e-14 * wanted[2]);
    /* inside a region the fill itself, referred to solution */
    const int inside = cell.mesh->first[1] + 2;
    assert_true(near(sb_chain_concentration(cell.chain, u, inside, 0), 7 / 0.2));
    free(u);
    cell_destroy(&cell);
  }
}

/* Under electroneutrality a node on a Donnan jump has the amounts of both its halves, in equilibrium across the jump,
   and both faces neutral: amounts do not depend on the mesh. */
static void jumps_keep_amounts_and_neutrality(void **state) {
  (void)state;
  Cell cell = cell_create("field: electroneutral\nspecies: [K+, Ca2+, Cl-]\ndomain:\n"
                          "  - {region: strong, width: 30 nm, fill: {K+: 60 mM, Ca2+: 20 mM, Cl-: 100 mM}}\n"
                          "  - {region: film, width: 10 nm, fixed_charge: -90 mM, partition: {Cl-: 0, Ca2+: 0.3},"
                          " fill: {K+: 50 mM, Ca2+: 20 mM}}\n"
                          "  - {region: weak, width: 20 nm, fill: {K+: 8 mM, Ca2+: 1 mM, Cl-: 10 mM}}\n"
                          "terminals:\n  left: {reservoir: strong, impermeable: [Ca2+]}\n"
                          "  right: {reservoir: weak, impermeable: [Ca2+, Cl-], potential: 0 V}\n");
  const SbChain *chain = cell.chain;
  const double vt = cell.problem->thermal_voltage;
  static const double wanted[] = {60 * 30e-9 + 50 * 10e-9 + 8 * 20e-9, 20 * 30e-9 + 20 * 10e-9 + 1 * 20e-9, 100 * 30e-9,
                                  10 * 20e-9};
  double *u = calloc((size_t)chain->unknowns, sizeof *u);
  sb_state_fill(chain, u);
  assert_int_equal(cell.problem->pool_count, 4);
  for (int p = 0; p < 4; p++)
    assert_true(fabs(sb_chain_amount(chain, u, &cell.problem->pools[p]) - wanted[p]) <= 1e-13 * wanted[p]);
  for (int b = 1; b <= 2; b++) {
    const int node = cell.mesh->first[b];
    const double jump = sb_chain_jump(chain, u, node);
    assert_true(fabs(jump) > 0.1 * vt);
    for (int side = -1; side <= 0; side++) {
      const SbRegion *region = &cell.problem->regions[b + side];
      double charge = region->fixed_charge;
      for (int s = 0; s < 3; s++) {
        const double z = cell.problem->species[s].charge;
        charge += z * region->partition[s] * sb_chain_concentration(chain, u, node, s) *
                  (side == 0 ? exp(-z * jump / vt) : 1);
      }
      assert_true(fabs(charge) <= 1e-11 * 100);
    }
  }
  free(u);
  cell_destroy(&cell);
}

/* Tables keep the amount that lies under their straight lines, whatever the mesh, in every geometry. */
static void tables_keep_their_amounts(void **state) {
  (void)state;
  static const char *const geometries[] = {"", "geometry: cylindrical\ninner_radius: 4 nm\n",
                                           "geometry: spherical\ninner_radius: 4 nm\n"};
  static const double x[] = {0, 3.21, 3.3, 11, 20}, c[] = {10, 90, 5, 5, 41}; /* nm from the edge, mM */
  for (int g = 0; g < 3; g++) {
    char body[2048];
    static const char table[] =
        "{table: [[0 nm, 10 mM], [3.21 nm, 90 mM], [3.3 nm, 5 mM], [11 nm, 5 mM], [20 nm, 41 mM]]}";
    snprintf(body, sizeof body,
             "%s" SALT "domain:\n  - {region: a, width: 7 nm, cells: 3, fill: {K+: 10 mM, Cl-: 10 mM}}\n"
             "  - {region: b, width: 20 nm, cells: 9, fill: {K+: %s, Cl-: %s}}\n"
             "terminals: {left: {electrode: {}}, right: {electrode: {}, potential: 0 V}}\n",
             geometries[g], table, table);
    Cell cell = cell_create(body);
    double *u = calloc((size_t)cell.chain->unknowns, sizeof *u);
    sb_state_fill(cell.chain, u);
    const double inner = g > 0 ? 4 : 0, outer = inner + 27;
    double wanted = 10 * (pow(inner + 7, g + 1) - pow(inner, g + 1)) / (g + 1);
    for (int k = 0; k + 1 < 5; k++) { /* integral of (p + q r) r^g */
      const double r = inner + 7 + x[k], end = inner + 7 + x[k + 1], q = (c[k + 1] - c[k]) / (end - r),
                   p = c[k] - q * r;
      wanted += p * (pow(end, g + 1) - pow(r, g + 1)) / (g + 1) + q * (pow(end, g + 2) - pow(r, g + 2)) / (g + 2);
    }
    wanted *= 1e-9 / pow(outer, g);
    assert_true(fabs(sb_chain_amount(cell.chain, u, &cell.problem->pools[0]) - wanted) <= 1e-12 * wanted);
    free(u);
    cell_destroy(&cell);
  }
}

/* A guess: closed species as filled, others straight between what fixes them, potentials between the set-points. */
static void guesses_meet_the_ends(void **state) {
  (void)state;
  Cell cell =
      cell_create("species: [K+, Na+, Cl-]\ndomain:\n"
                  "  - {region: a, width: 40 nm, fill: {K+: 100 mM, Na+: 3 mM, Cl-: 100 mM}}\n"
                  "  - {region: b, width: 60 nm, fill: {K+: 20 mM, Na+: 1 mM, Cl-: 20 mM}}\n"
                  "terminals:\n  left: {reservoir: {K+: 0.1 M, Cl-: 0.1 M}, impermeable: [Na+], potential: 10 mV}\n"
                  "  right: {reservoir: {K+: 0.02 M, Cl-: 0.02 M}, impermeable: [Na+, Cl-], potential: 60 mV}\n");
  const SbChain *chain = cell.chain;
  double *u = calloc((size_t)chain->unknowns, sizeof *u), *filled = calloc((size_t)chain->unknowns, sizeof *filled);
  sb_state_fill(chain, filled);
  sb_state_guess(chain, u);
  for (int j = 0; j < chain->nodes; j++) {
    const double share = cell.mesh->x[j] / 100e-9;
    assert_true(near(sb_chain_concentration(chain, u, j, 0), 100 - 80 * share));
    assert_true(sb_chain_concentration(chain, u, j, 1) == sb_chain_concentration(chain, filled, j, 1));
    assert_true(near(sb_chain_concentration(chain, u, j, 2), 100)); /* only the left end fixes it */
    assert_true(near(sb_chain_potential(chain, u, j), 0.01 + 0.05 * share));
    assert_true(sb_chain_potential(chain, filled, j) == 0.0);
  }
  assert_true(near(sb_chain_terminal(chain, u, SB_LEFT), 0.01) && near(sb_chain_terminal(chain, u, SB_RIGHT), 0.06));
  free(u);
  free(filled);
  cell_destroy(&cell);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(boundaries_see_the_thinner_side),
                                     cmocka_unit_test(polarised_ends_are_finer),
                                     cmocka_unit_test(first_links_are_shares_of_the_debye_length),
                                     cmocka_unit_test(fine_boundaries_reach_far),
                                     cmocka_unit_test(given_cells_are_exact),
                                     cmocka_unit_test(fills_keep_their_amounts),
                                     cmocka_unit_test(jumps_keep_amounts_and_neutrality),
                                     cmocka_unit_test(tables_keep_their_amounts),
                                     cmocka_unit_test(guesses_meet_the_ends)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
