/* Laws of the assembled chain at states of no particular kind: what leaves one node enters its neighbour, storage is
   what the amount says, charge and field keep to Gauss, and a chain in equilibrium rests. */
#include "../cell.h"

#include <float.h>

#include "base/constants.h"
#include "discretize/balance.h"
#include "discretize/ledger.h"
#include "discretize/links.h"
#include "discretize/terminal.h"

#define SALT  "species: [Na+, Ca2+, Cl-]\n"
#define LEFT  "  - {region: left, width: 3 nm, fill: {Na+: 60 mM, Ca2+: 20 mM, Cl-: 100 mM}}\n"
#define RIGHT "  - {region: right, width: 2 nm, fill: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}}\n"
#define FILM                                                                                                           \
  "  - {region: film, width: 2 nm, fixed_charge: -0.1 M, partition: {Na+: 0.5, Ca2+: 0.7, Cl-: 0},"                    \
  " diffusion_factor: 0.3, permittivity: 40}\n"
#define OPEN "terminals: {left: {reservoir: left}, right: {reservoir: right, current: 10 A/m2}}\n"
#define CLOSED                                                                                                         \
  "terminals:\n  left: {electrode: {stern: {capacitance: 20 uF/cm2}}}\n  right: {electrode: {}, potential: 0.1 V}\n"
#define HALF_OPEN "terminals: {left: {wall: {}}, right: {reservoir: right, impermeable: [Na+], current: 0 A/m2}}\n"

static const char *const decks[] = {
    SALT "domain:\n" LEFT FILM RIGHT OPEN,
    SALT "domain:\n" LEFT FILM RIGHT CLOSED,
    SALT "domain:\n" LEFT RIGHT HALF_OPEN,
    "geometry: cylindrical\ninner_radius: 1 nm\n" SALT "domain:\n" LEFT FILM RIGHT CLOSED,
    "geometry: spherical\n" SALT "domain:\n" LEFT FILM RIGHT HALF_OPEN,
    "field: electroneutral\n" SALT "domain:\n" LEFT FILM RIGHT OPEN,
    "field: electroneutral\ngeometry: spherical\ninner_radius: 1 nm\n" SALT "domain:\n" LEFT FILM RIGHT HALF_OPEN,
    "field: supported\n" SALT "domain:\n" LEFT FILM RIGHT OPEN};
enum { DECKS = sizeof decks / sizeof *decks };

typedef struct {
  Cell cell;
  double *u, *f, *rate;
} Setting;

static Setting setting_create(const char *deck, uint64_t *seed) {
  Setting setting = {.cell = cell_create(deck)};
  const size_t n = (size_t)setting.cell.chain->unknowns;
  setting.u = cell_random_state(&setting.cell, seed);
  setting.f = calloc(n, sizeof(double));
  setting.rate = calloc(n, sizeof(double));
  return setting;
}

static void setting_destroy(Setting *setting) {
  free(setting->u);
  free(setting->f);
  free(setting->rate);
  cell_destroy(&setting->cell);
}

static void assemble(Setting *setting, const double *rate) {
  const SbEvaluation evaluation = {.time = -1.0, .share = 1.0, .rate = rate};
  sb_assemble(setting->cell.chain, &evaluation, setting->u, 0, setting->cell.chain->nodes, setting->f, NULL);
}

/* Outward flux of a species through an end, where its row there is fixed instead of balanced: what its link carries. */
static double through_end(const Setting *setting, SbSide side, int species) {
  const SbChain *chain = setting->cell.chain;
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1, link = side == SB_LEFT ? 0 : chain->nodes - 2;
  bool replaced[SB_MAX_LOCAL] = {false};
  sb_terminal_replaced(chain, setting->u, side, replaced);
  const int slot = sb_chain_pattern(chain, node)->slot[species];
  if (slot < 0 || !replaced[slot])
    return 0.0;
  SbLinks links;
  sb_links_eval(chain, setting->u, -1.0, link, 1, false, &links);
  return chain->mesh->area[link] * links.flux[species][0];
}

/* Sum of a species' balances over the nodes of a pool, leaving out rows that hold a fixed value; size: of the terms. */
static double sum_of_rows(const Setting *setting, const SbPool *pool, double *size) {
  const SbChain *chain = setting->cell.chain;
  double sum = 0.0;
  *size = 0.0;
  for (int j = chain->mesh->first[pool->first]; j <= chain->mesh->first[pool->last + 1]; j++) {
    const int slot = sb_chain_pattern(chain, j)->slot[pool->species];
    bool replaced[SB_MAX_LOCAL] = {false};
    if (j == 0 || j == chain->nodes - 1)
      sb_terminal_replaced(chain, setting->u, j == 0 ? SB_LEFT : SB_RIGHT, replaced);
    if (replaced[slot])
      continue;
    sum += setting->f[chain->offset[j] + slot];
    *size += fabs(setting->f[chain->offset[j] + slot]);
  }
  return sum;
}

/* Steady balances of a pool add up to what passes its ends: nothing where it is closed. */
static void what_leaves_a_node_enters_the_next(void **state) {
  (void)state;
  uint64_t seed = 1;
  int closed = 0;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    assemble(&setting, NULL);
    for (int p = 0; p < setting.cell.problem->pool_count; p++) {
      const SbPool *pool = &setting.cell.problem->pools[p];
      double size, out = 0.0;
      const double sum = sum_of_rows(&setting, pool, &size);
      /* the balances of nodes between fixed ends: flux into the last of them minus flux out of the first */
      if (pool->last == setting.cell.problem->region_count - 1)
        out += through_end(&setting, SB_RIGHT, pool->species);
      if (pool->first == 0)
        out -= through_end(&setting, SB_LEFT, pool->species);
      if (pool->closed)
        assert_true(out == 0.0);
      closed += pool->closed;
      if (!(size > 0.0 && fabs(sum - out) <= 1e-14 * size))
        fail_msg("deck %d, pool %d: balances add up to %g, not %g (terms of %g)", d, p, sum, out, size);
    }
    setting_destroy(&setting);
  }
  assert_true(closed > 8);
}

/* Storage: balances with a rate, minus those without, add up to the rate of the amount (ends whose rows are fixed
 * aside). */
static void storage_is_the_rate_of_the_amount(void **state) {
  (void)state;
  uint64_t seed = 2;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    const SbChain *chain = setting.cell.chain;
    double *weights = calloc((size_t)chain->unknowns, sizeof *weights);
    for (int i = 0; i < chain->unknowns; i++)
      setting.rate[i] = setting.u[i] * random_between(&seed, -1e11, 1e11);
    for (int p = 0; p < setting.cell.problem->pool_count; p++) {
      const SbPool *pool = &setting.cell.problem->pools[p];
      if (!pool->closed)
        continue;
      double size, moving_size, wanted = 0.0;
      assemble(&setting, NULL);
      const double still = sum_of_rows(&setting, pool, &size);
      assemble(&setting, setting.rate);
      const double moving = sum_of_rows(&setting, pool, &moving_size);
      memset(weights, 0, (size_t)chain->unknowns * sizeof *weights);
      sb_chain_amount_weights(chain, setting.u, pool, 0, chain->nodes, 1.0, weights);
      for (int i = 0; i < chain->unknowns; i++)
        wanted += weights[i] * setting.rate[i];
      assert_true(fabs(wanted) > 1e-3 * moving_size);
      assert_true(fabs(moving - still - wanted) <= 1e-14 * (size + moving_size));
    }
    free(weights);
    setting_destroy(&setting);
  }
}

/* Amounts by links (for error indicators) are the amounts by nodes. */
static void amounts_by_links_add_up(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    const SbChain *chain = setting.cell.chain;
    for (int p = 0; p < setting.cell.problem->pool_count; p++) {
      const SbPool *pool = &setting.cell.problem->pools[p];
      double sum = 0.0;
      for (int j = chain->mesh->first[pool->first]; j < chain->mesh->first[pool->last + 1]; j++)
        sum += sb_balance_amount(chain, setting.u, j, pool->species);
      assert_true(fabs(sum - sb_chain_amount(chain, setting.u, pool)) <= 1e-14 * fabs(sum));
    }
    setting_destroy(&setting);
  }
}

/* Poisson's rows of inner nodes and the charges that Gauss's law puts on the ends make the whole neutral. */
static void charge_of_the_whole_vanishes(void **state) {
  (void)state;
  uint64_t seed = 4;
  const SbMoment moment = {.steady = true, .time = -1.0};
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    const SbChain *chain = setting.cell.chain;
    if (!setting.cell.problem->field->displacement || sb_mesh_left_area(chain->mesh) <= 0.0) {
      setting_destroy(&setting);
      continue;
    }
    assemble(&setting, NULL);
    double inner = 0.0;
    for (int j = 1; j < chain->nodes - 1; j++)
      inner += setting.f[chain->offset[j] + sb_chain_pattern(chain, j)->potential];
    const SbLedger ledger = sb_ledger(chain, setting.u, &moment);
    assert_true(ledger.charge_scale > 1e-4);
    assert_true(fabs(ledger.charge + inner) <= 1e-13 * (ledger.charge_scale + fabs(inner)));
    assert_true(fabs(ledger.charge) >
                1e-3 * ledger.charge_scale); /* a random state is not neutral: the rows say by how much */
    assert_true(ledger.entropy_production > 0.0);
    setting_destroy(&setting);
  }
}

/* Equilibrium: c = c0 exp(-z phi/V_T) along any potential. No link carries more than rounding, in any geometry. */
static void equilibrium_rests(void **state) {
  (void)state;
  uint64_t seed = 5;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    const SbChain *chain = setting.cell.chain;
    const SbProblem *problem = setting.cell.problem;
    for (int j = 0; j < chain->nodes; j++) {
      const SbPattern *pattern = sb_chain_pattern(chain, j);
      const double phi = sb_chain_potential(chain, setting.u, j);
      for (int s = 0; s < problem->species_count; s++)
        if (pattern->slot[s] >= 0)
          setting.u[chain->offset[j] + pattern->slot[s]] =
              100.0 * exp(-problem->species[s].charge * phi / problem->thermal_voltage);
    }
    SbLinks links;
    for (int j = 0; j < chain->nodes - 1; j++) {
      sb_links_eval(chain, setting.u, -1.0, j, 1, true, &links);
      for (int s = 0; s < problem->species_count; s++)
        assert_true(fabs(links.flux[s][0]) <= 16 * DBL_EPSILON * fabs(links.d_left[s][0]) * links.left[s][0]);
    }
    setting_destroy(&setting);
  }
}

/* Free energy never grows on any link at any state. */
static void every_link_dissipates(void **state) {
  (void)state;
  uint64_t seed = 6;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    SbLinks links;
    for (int j = 0; j < setting.cell.chain->nodes - 1; j++) {
      sb_links_eval(setting.cell.chain, setting.u, -1.0, j, 1, false, &links);
      for (int s = 0; s < setting.cell.problem->species_count; s++)
        if (links.left[s][0] > 0.0)
          assert_true(links.flux[s][0] * (log(links.left[s][0] / links.right[s][0]) - links.drift[s][0]) >= 0.0);
    }
    setting_destroy(&setting);
  }
}

/* The parts of a balance by links are the whole balance. */
static void sides_make_up_the_balance(void **state) {
  (void)state;
  uint64_t seed = 7;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    const SbChain *chain = setting.cell.chain;
    const SbEvaluation evaluation = {.time = -1.0, .share = 1.0};
    assemble(&setting, NULL);
    for (int j = 1; j < chain->nodes - 1; j++) {
      double left[SB_MAX_LOCAL] = {0}, right[SB_MAX_LOCAL] = {0};
      sb_balance_side(chain, &evaluation, setting.u, j, -1, left);
      sb_balance_side(chain, &evaluation, setting.u, j, 1, right);
      for (int i = 0; i < sb_chain_pattern(chain, j)->size; i++)
        assert_true(fabs(left[i] + right[i] - setting.f[chain->offset[j] + i]) <=
                    1e-12 * (fabs(left[i]) + fabs(right[i])));
    }
    setting_destroy(&setting);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_leaves_a_node_enters_the_next),
                                     cmocka_unit_test(storage_is_the_rate_of_the_amount),
                                     cmocka_unit_test(amounts_by_links_add_up),
                                     cmocka_unit_test(charge_of_the_whole_vanishes),
                                     cmocka_unit_test(equilibrium_rests),
                                     cmocka_unit_test(every_link_dissipates),
                                     cmocka_unit_test(sides_make_up_the_balance)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
