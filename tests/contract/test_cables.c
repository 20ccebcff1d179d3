/* Laws of a cable: what a node loses sideways is what its membrane passes, what charges it is part of the amounts, and
   it starts at rest. */
#include "../cell.h"

#include "base/constants.h"
#include "discretize/sheath.h"

#define MECHANISMS                                                                                                     \
  "[{name: INa, gated: hodgkin-huxley sodium, carrier: Na+, conductance: 120 mS/cm2, reversal: 50 mV},"                \
  " {name: IK, gated: hodgkin-huxley potassium, carrier: K+, conductance: 36 mS/cm2},"                                 \
  " {name: leak, ghk: {Cl-: 1e-9 m/s}}"
#define REGION(name, width, more)                                                                                      \
  "  - {region: " name ", width: " width ", cells: 7, fill: {K+: 400 mM, Na+: 50 mM, Cl-: 300 mM, A-: 150 mM},"        \
  " membrane: {outside: {K+: 10 mM, Na+: 460 mM, Cl-: 470 mM}, capacitance: 1 uF/cm2, mechanisms: " MECHANISMS more    \
  "]}}\n"

static const char deck[] =
    "field: electroneutral\ngeometry: cable\nradius: 238 um\ntemperature: 6.3 degC\n"
    "species: [K+, Na+, Cl-, {name: A-, charge: -1, diffusivity: 1e-9 m2/s, source: made up}]\n"
    "domain:\n" REGION("trigger", "2 mm",
                       ", {name: electrode, stimulus: {carrier: K+, current: {pulse: {base: 0 A/m2, height: 5 A/m2,"
                       " start: 0 s, width: 0.2 ms}}}}")
        REGION("axon", "30 mm",
               "") "terminals: {left: {wall: {}}, right: {wall: {}}}\nprotocol: [transient: {until: 1 ms}]\n";

static double *zeros(const Cell *cell) {
  return calloc((size_t)cell->chain->unknowns, sizeof(double));
}

/* Sum of a species' rows over all nodes; size: of the terms. */
static double sum_of_rows(const Cell *cell, const double *f, int species, double *size) {
  double sum = 0.0;
  *size = 0.0;
  for (int j = 0; j < cell->chain->nodes; j++) {
    const double row = f[cell->chain->offset[j] + sb_chain_pattern(cell->chain, j)->slot[species]];
    sum += row;
    *size += fabs(row);
  }
  return sum;
}

/* What crosses the membrane, from its own evaluation on every half of a node and its surface 2 pi a h/2 over pi a^2. */
static double loss(const Cell *cell, const double *u, double time, int species) {
  const double radius = 238e-6;
  double sum = 0.0;
  for (int link = 0; link < cell->chain->nodes - 1; link++)
    for (int node = link; node <= link + 1; node++) {
      SbMembraneFlux flux;
      sb_sheath_eval(cell->chain, u, time, node, cell->mesh->interval[link], -1, &flux);
      sum += cell->mesh->h[link] / radius * flux.flux[species];
    }
  return sum;
}

static void what_a_cable_loses_crosses_its_membrane(void **state) {
  (void)state;
  uint64_t seed = 1;
  Cell cell = cell_create(deck);
  double *u = cell_random_state(&cell, &seed), *f = zeros(&cell);
  const SbEvaluation evaluation = {.time = 0.1e-3, .share = 1.0};
  sb_assemble(cell.chain, &evaluation, u, 0, cell.chain->nodes, f, NULL);
  for (int s = 0; s < 4; s++) {
    double size;
    const double sum = sum_of_rows(&cell, f, s, &size), wanted = loss(&cell, u, evaluation.time, s);
    assert_true(s == 3 ? wanted == 0.0 : fabs(wanted) > 1e-5 * size);
    assert_true(fabs(sum - wanted) <= 1e-13 * size);
  }
  free(u);
  free(f);
  cell_destroy(&cell);
}

/* Rows with a rate minus rows without are the rate of the amounts, of which the excess that charges the membrane is a
   part; as a charge it is C dphi/dt on the surface, and the potential's rows hold it once more. */
static void storage_is_the_rate_of_the_amounts(void **state) {
  (void)state;
  uint64_t seed = 2;
  Cell cell = cell_create(deck);
  const SbChain *chain = cell.chain;
  double *u = cell_random_state(&cell, &seed), *still = zeros(&cell), *moving = zeros(&cell), *rate = zeros(&cell);
  double charge = 0.0, wanted_charge = 0.0;
  for (int j = 0; j < chain->nodes; j++) {
    const int at = chain->offset[j] + sb_chain_pattern(chain, j)->potential;
    rate[at] = random_between(&seed, -100.0, 100.0);
    wanted_charge += 0.01 * (2.0 / 238e-6) * sb_node_volume(chain, j) * rate[at];
  }
  const SbEvaluation rest = {.time = -1.0, .share = 1.0}, change = {.time = -1.0, .share = 1.0, .rate = rate};
  sb_assemble(chain, &rest, u, 0, chain->nodes, still, NULL);
  sb_assemble(chain, &change, u, 0, chain->nodes, moving, NULL);
  int pools = 0;
  for (int p = 0; p < cell.problem->pool_count; p++) {
    const SbPool *pool = &cell.problem->pools[p];
    double *weights = zeros(&cell), wanted = 0.0, size, moving_size;
    sb_chain_amount_weights(chain, u, pool, 0, chain->nodes, 1.0, weights);
    for (int i = 0; i < chain->unknowns; i++)
      wanted += weights[i] * rate[i];
    const double stored =
        sum_of_rows(&cell, moving, pool->species, &moving_size) - sum_of_rows(&cell, still, pool->species, &size);
    assert_true(fabs(stored - wanted) <= 1e-14 * (size + moving_size) && fabs(wanted) > 1e-12 * size);
    charge += SB_FARADAY * cell.problem->species[pool->species].charge * wanted;
    assert_int_equal(pool->closed, pool->species == 3); /* only what the membrane does not pass is kept */
    pools++;
    free(weights);
  }
  assert_int_equal(pools, 4);
  assert_true(fabs(charge - wanted_charge) <= 1e-12 * fabs(wanted_charge));
  free(u);
  free(still);
  free(moving);
  free(rate);
  cell_destroy(&cell);
}

/* Parts of the amount by nodes add up: each rank of a parallel run counts its own. */
static void amounts_add_up_over_nodes(void **state) {
  (void)state;
  uint64_t seed = 3;
  Cell cell = cell_create(deck);
  double *u = cell_random_state(&cell, &seed);
  const SbPool *pool = &cell.problem->pools[3];
  const double whole = sb_chain_amount(cell.chain, u, pool);
  double parts = 0.0;
  for (int begin = 0; begin < cell.chain->nodes; begin += 4) {
    const int end = begin + 4 < cell.chain->nodes ? begin + 4 : cell.chain->nodes;
    parts += sb_chain_amount_between(cell.chain, u, pool, begin, end);
  }
  assert_true(fabs(parts - whole) <= 1e-14 * whole);
  free(u);
  cell_destroy(&cell);
}

/* The start: fills, no net current through any node's membrane, gates that do not move. */
static void a_cable_starts_at_rest(void **state) {
  (void)state;
  Cell cell = cell_create(deck);
  const SbChain *chain = cell.chain;
  double *u = zeros(&cell);
  sb_state_fill(chain, u);
  for (int link = 0; link < chain->nodes - 1; link++)
    for (int node = link; node <= link + 1; node++) {
      SbMembraneFlux flux;
      sb_sheath_eval(chain, u, -1.0, node, cell.mesh->interval[link], -1, &flux);
      const double net = flux.flux[0] + flux.flux[1] - flux.flux[2];
      assert_true(fabs(net) <= 1e-12 * (fabs(flux.flux[0]) + fabs(flux.flux[1])) && fabs(flux.flux[0]) > 1e-9);
      for (int g = 0; g < 3; g++)
        assert_true(fabs(flux.gate_rate[g]) <= 1e-12 * fabs(flux.gate_by_gate[g]));
      assert_true(u[chain->offset[node]] == 400.0);
      assert_true(fabs(sb_chain_potential(chain, u, node) + 0.08) < 0.03);
    }
  free(u);
  cell_destroy(&cell);
}

/* A gate of one region at the boundary node is not that of the other; meshes hand gates on. */
static void gates_go_from_mesh_to_mesh(void **state) {
  (void)state;
  Cell cell = cell_create(deck);
  SbMesh *mesh = sb_mesh_halve(cell.mesh);
  SbChain *fine = sb_chain_create(cell.problem, mesh);
  double *u = zeros(&cell), *v = calloc((size_t)fine->unknowns, sizeof *v);
  for (int j = 0; j < cell.chain->nodes; j++)
    for (int r = 0; r < 2; r++)
      for (int g = 0; g < 3; g++)
        if (j >= cell.mesh->first[r] && j <= cell.mesh->first[r + 1])
          u[cell.chain->offset[j] + sb_chain_gates(cell.chain, j, r) + g] = 0.1 * r + 0.2 * g + 3.0 * cell.mesh->x[j];
  sb_chain_interpolate(cell.chain, u, fine, v);
  for (int j = 0; j < fine->nodes; j++)
    for (int r = 0; r < 2; r++)
      for (int g = 0; g < 3; g++)
        if (j >= mesh->first[r] && j <= mesh->first[r + 1])
          assert_true(fabs(v[fine->offset[j] + sb_chain_gates(fine, j, r) + g] - 0.1 * r - 0.2 * g - 3.0 * mesh->x[j]) <
                      1e-12);
  free(u);
  free(v);
  sb_chain_destroy(&fine);
  sb_mesh_destroy(&mesh);
  cell_destroy(&cell);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_cable_loses_crosses_its_membrane), cmocka_unit_test(storage_is_the_rate_of_the_amounts),
      cmocka_unit_test(amounts_add_up_over_nodes), cmocka_unit_test(a_cable_starts_at_rest),
      cmocka_unit_test(gates_go_from_mesh_to_mesh)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
