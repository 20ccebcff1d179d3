/* Derivatives of everything that is read off a state: measures, the charge of an end, amounts. Against central
   differences of sixth order, entry by entry, on random states of decks that between them have every kind of node. */
#include "../cell.h"

#include "discretize/measure.h"
#include "discretize/terminal.h"

#define SALT  "species: [Na+, Ca2+, Cl-]\n"
#define LEFT  "  - {region: left, width: 3 nm, cells: 5, fill: {Na+: 60 mM, Ca2+: 20 mM, Cl-: 100 mM}}\n"
#define RIGHT "  - {region: right, width: 2 nm, cells: 4, fill: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}}\n"
#define FILM                                                                                                           \
  "  - {region: film, width: 2 nm, cells: 4, fixed_charge: -0.1 M, partition: {Na+: 0.5, Ca2+: 0.7, Cl-: 0},"          \
  " diffusion_factor: 0.3, permittivity: 40}\n"

/* Both ways to read a couple's current: from the flux of a species of its own, and from the kinetics. */
#define COUPLES                                                                                                        \
  "{name: exchange, oxidised: Ca2+, reduced: Na+, electrons: 1, standard_potential: 10 mV, rate_constant: 0.3 m/s},"   \
  " {name: gas, oxidised: {}, reduced: {Cl-: 2}, electrons: 2, standard_potential: 0.1 V, exchange_current: 1e6 "      \
  "A/m2},"                                                                                                             \
  " {name: metal, oxidised: Ca2+, reduced: {}, electrons: 2, standard_potential: 0 V, exchange_current: 1e6 A/m2}"

static const char *const decks[] = {
    SALT "domain:\n" LEFT FILM RIGHT
         "terminals: {left: {reservoir: left}, right: {reservoir: right, potential: 10 mV}}\n",
    "geometry: spherical\ninner_radius: 2 nm\n" SALT "domain:\n" LEFT FILM RIGHT
    "terminals:\n  left: {electrode: {stern: {capacitance: 20 uF/cm2}}}\n  right: {electrode: {}, potential: 10 mV}\n",
    "geometry: cylindrical\n" SALT "domain:\n" LEFT RIGHT
    "terminals: {left: {wall: {}}, right: {electrode: {stern: {capacitance: 20 uF/cm2}}, potential: 10 mV}}\n",
    "field: electroneutral\n" SALT "domain:\n" LEFT FILM RIGHT
    "terminals: {left: {reservoir: left}, right: {reservoir: right, current: 0 A/m2}}\n",
    "field: electroneutral\n" SALT "domain:\n" LEFT FILM
    "  - {region: right, width: 2 nm, cells: 1, fill: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}}\n"
    "terminals: {left: {reservoir: left}, right: {reservoir: right, load: 1e-7 ohm m2}}\n",
    "field: supported\n" SALT "domain:\n" LEFT FILM RIGHT
    "terminals: {left: {reservoir: left}, right: {reservoir: right, current: 0 A/m2}}\n",
    "field: supported\n" SALT "domain:\n" LEFT RIGHT
    "terminals: {left: {reservoir: left}, right: {electrode: {couples: [" COUPLES "]}, current: 0 A/m2}}\n",
    SALT "domain:\n" LEFT RIGHT "terminals:\n  left: {electrode: {couples: [" COUPLES
         "], stern: {capacitance: 20 uF/cm2}}}\n  right: {reservoir: right, current: 0 A/m2}\n"};
enum { DECKS = sizeof decks / sizeof *decks };

/* Something with a value and a derivative. */
typedef struct {
  const SbChain *chain;
  SbMoment moment;
  const SbMeasure *measure; /* NULL: the charge of `side`, or with a pool its amount */
  SbSide side;
  const SbPool *pool;
} Reading;

static double reading_value(const Reading *reading, const double *u, double *gradient) {
  if (reading->pool) {
    if (gradient)
      sb_chain_amount_weights(reading->chain, u, reading->pool, 0, reading->chain->nodes, 1.0, gradient);
    return sb_chain_amount(reading->chain, u, reading->pool);
  }
  if (reading->measure)
    return sb_measure(reading->chain, u, &reading->moment, reading->measure, gradient).value;
  return sb_terminal_charge_reading(reading->chain, u, reading->side, gradient).value;
}

/* Holds each derivative to 3e-6 of itself; an entry too small to tell (below 1e-9 of the largest) to the noise. Returns
   the number of entries that are not zero. */
static int compare(const Reading *reading, double *u, const double *scale, const char *name) {
  const int n = reading->chain->unknowns;
  double *gradient = calloc((size_t)n, sizeof *gradient), size = 0.0;
  int found = 0;
  /* an extreme must stay where it is */
  const double step = reading->measure && reading->measure->extreme != 0 ? 2e-4 : 0.02;
  const double value = reading_value(reading, u, gradient);
  assert_true(value == reading_value(reading, u, NULL)); /* asking for derivatives changes nothing */
  for (int i = 0; i < n; i++)
    size += fabs(gradient[i]) * scale[i] * 2.0;
  size += fabs(value);
  for (int i = 0; i < n; i++) {
    const double at = u[i], h = step * scale[i], noise = 1e-15 * size / h;
    double difference = 0.0;
    for (int p = 0; p < DIFFERENCE_POINTS; p++) {
      u[i] = at + difference_offset[p] * h;
      difference += difference_weight[p] * reading_value(reading, u, NULL) / h;
    }
    u[i] = at;
    if (!(fabs(gradient[i] - difference) <= 3e-6 * fabs(gradient[i]) + noise))
      fail_msg("%s: derivative by unknown %d is %.12g, by differences %.12g (noise %.2g)", name, i, gradient[i],
               difference, noise);
    if (fabs(gradient[i]) * scale[i] > 1e-9 * size && !(noise <= 5e-6 * fabs(gradient[i])))
      fail_msg("%s: an error of 1e-5 in entry %d (%.3g) would not show above noise %.3g", name, i, gradient[i], noise);
    found += gradient[i] != 0.0;
  }
  free(gradient);
  return found;
}

typedef struct {
  Cell cell;
  double *u, *scale;
} Setting;

static Setting setting_create(const char *deck, uint64_t *seed) {
  Setting setting = {.cell = cell_create(deck)};
  setting.u = cell_random_state(&setting.cell, seed);
  setting.scale = calloc((size_t)setting.cell.chain->unknowns, sizeof(double));
  sb_chain_scales(setting.cell.chain, setting.scale);
  return setting;
}

static void setting_destroy(Setting *setting) {
  free(setting->u);
  free(setting->scale);
  cell_destroy(&setting->cell);
}

static void check_measure(const Setting *setting, SbMeasure measure, bool steady, bool expected) {
  char name[128];
  const Reading reading = {
      .chain = setting->cell.chain, .moment = {.steady = steady, .time = steady ? -1.0 : 1e-9}, .measure = &measure};
  sb_measure_name(setting->cell.problem, &measure, name, sizeof name);
  const int found = compare(&reading, setting->u, setting->scale, name);
  if (expected)
    assert_true(found > 0);
}

/* A place on a region boundary, at both ends, and places between nodes. */
static void check_at_places(const Setting *setting, SbMeasure measure, bool steady) {
  const double length = setting->cell.problem->length, edge = setting->cell.problem->regions[0].right;
  const double places[] = {0.0, 0.11e-9, 1.3e-9, edge, edge + 0.3e-9, edge + 1.77e-9, length - 0.2e-9, length};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    measure.x = places[i];
    check_measure(setting, measure, steady, false);
  }
  if (measure.quantity == SB_QUANTITY_FLUX)
    return;
  measure.x = NAN;
  for (measure.extreme = -1; measure.extreme <= 1; measure.extreme += 2)
    check_measure(setting, measure, steady, true);
}

static void check_couples(const Setting *setting) {
  static const SbQuantity quantities[] = {SB_QUANTITY_COUPLE_CURRENT, SB_QUANTITY_EQUILIBRIUM_POTENTIAL,
                                          SB_QUANTITY_OVERPOTENTIAL, SB_QUANTITY_LIMITING_SHARE};
  const SbMoment steady = {.steady = true, .time = -1.0};
  SbMeasure measure = {.species = -1, .x = NAN};
  for (measure.terminal = 0; measure.terminal < 2; measure.terminal++) {
    const SbBoundaryParams *boundary = &setting->cell.problem->terminals[measure.terminal].boundary;
    for (int k = 0; k < 4 * boundary->couple_count; k++) {
      measure.couple = boundary->couples[k / 4].deck->name;
      measure.quantity = quantities[k % 4];
      if (isnan(sb_measure(setting->cell.chain, setting->u, &steady, &measure, NULL).value))
        continue;
      check_measure(setting, measure, true, true);
      check_measure(setting, measure, false, true);
    }
  }
}

static void measures_have_their_derivatives(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    const SbProblem *problem = setting.cell.problem;
    const SbMeasure plain = {.species = -1, .terminal = -1, .x = NAN};
    SbMeasure measure = plain;
    measure.quantity = SB_QUANTITY_POTENTIAL;
    check_measure(&setting, measure, true, problem->has_potential && problem->terminals[0].kind->carries_current);
    measure.quantity = SB_QUANTITY_CURRENT;
    check_measure(&setting, measure, true, problem->terminals[0].kind->carries_current);
    for (measure.species = 0; measure.species < problem->species_count; measure.species++) {
      measure.quantity = SB_QUANTITY_FLUX;
      check_measure(&setting, measure, true, true);
      check_at_places(&setting, measure, true);
      check_at_places(&setting, measure, false);
      measure.quantity = SB_QUANTITY_CONCENTRATION;
      check_at_places(&setting, measure, true);
    }
    measure.species = -1;
    check_couples(&setting);
    measure = plain;
    if (problem->field->potential) {
      measure.quantity = SB_QUANTITY_ELECTRIC_POTENTIAL;
      check_at_places(&setting, measure, true);
      measure.quantity = SB_QUANTITY_ELECTRIC_FIELD;
      check_at_places(&setting, measure, true);
    }
    setting_destroy(&setting);
  }
}

static void charges_have_their_derivatives(void **state) {
  (void)state;
  uint64_t seed = 2;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    for (int side = 0; side < 2; side++) {
      const Reading reading = {.chain = setting.cell.chain, .side = (SbSide)side};
      const bool centre =
          setting.cell.problem->geometry != 0 && setting.cell.problem->inner_radius == 0.0 && side == SB_LEFT;
      if (centre) /* has no area for a charge */
        continue;
      const int found = compare(&reading, setting.u, setting.scale, side == SB_LEFT ? "left charge" : "right charge");
      assert_int_equal(found > 0, setting.cell.problem->field->displacement);
    }
    setting_destroy(&setting);
  }
}

static void amounts_have_their_derivatives(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    for (int p = 0; p < setting.cell.problem->pool_count; p++) {
      const Reading reading = {.chain = setting.cell.chain, .pool = &setting.cell.problem->pools[p]};
      assert_true(compare(&reading, setting.u, setting.scale, "amount") > 0);
    }
    setting_destroy(&setting);
  }
}

/* What is read on links adds up to the value, for the measures whose error is estimated link by link. */
static void shares_add_up(void **state) {
  (void)state;
  uint64_t seed = 4;
  const SbMoment steady = {.steady = true, .time = -1.0};
  for (int d = 0; d < DECKS; d++) {
    Setting setting = setting_create(decks[d], &seed);
    const SbProblem *problem = setting.cell.problem;
    const int links = setting.cell.chain->nodes - 1;
    int count = 0;
    SbMeasure *measures = sb_measures_create(problem, &count);
    for (int m = 0; m < count; m++) {
      if (!sb_measure_is_local(measures[m].quantity) || measures[m].quantity == SB_QUANTITY_POTENTIAL)
        continue;
      if (measures[m].quantity == SB_QUANTITY_CURRENT && !problem->terminals[SB_LEFT].kind->carries_current)
        continue;
      double *share = calloc((size_t)links + 1, sizeof *share), sum = 0.0, size = 0.0;
      sb_measure_shares(setting.cell.chain, setting.u, &steady, &measures[m], share);
      for (int j = 0; j < links; j++) {
        sum += share[j];
        size += fabs(share[j]);
      }
      const double value = sb_measure(setting.cell.chain, setting.u, &steady, &measures[m], NULL).value;
      if (isnan(value)) { /* a couple that takes nothing dissolved has no limiting current */
        free(share);
        continue;
      }
      assert_true(size > 0.0 && fabs(sum - value) <= 1e-13 * size);
      free(share);
    }
    free(measures);
    setting_destroy(&setting);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(measures_have_their_derivatives),
                                     cmocka_unit_test(charges_have_their_derivatives),
                                     cmocka_unit_test(amounts_have_their_derivatives), cmocka_unit_test(shares_add_up)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
