/* Every mechanism of a membrane, from its own example and some variants of it: derivatives against differences at
   random states, and what each promises: no current at its reversal, a pump's proportions, gates that stay between 0
   and 1. */
#include "../cell.h"

#include <float.h>

#include "base/constants.h"
#include "discretize/measure.h"
#include "discretize/membrane.h"

#define CELL(species, inside)                                                                                          \
  species "domain:\n"                                                                                                  \
          "  - {region: cytosol, width: 5 nm, cells: 4, fill: {K+: 140 mM, Na+: 12 mM, Cl-: 152 mM}}\n"                \
          "  - membrane: plasma\n    inside: " inside "\n    capacitance: 1 uF/cm2\n    mechanisms:\n      %s\n"       \
          "  - {region: bath, width: 5 nm, cells: 4, fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}}\n"                    \
          "terminals: {left: {reservoir: cytosol}, right: {reservoir: bath, current: 0 A/m2}}\n"
#define IONS "temperature: 20 degC\nspecies: [K+, Na+, Cl-]\n"

/* Further mechanisms, besides each kind's example. */
static const char *const variants[] = {
    "- {name: other, conductance: {Cl-: 0.3 mS/cm2}, reversal: -54.387 mV}",
    "- {name: two, conductance: {K+: 0.2 mS/cm2, Na+: 0.1 mS/cm2}}",
    "- {name: INa, gated: hodgkin-huxley sodium, carrier: Na+, conductance: 120 mS/cm2, reversal: 50 mV, q10: 2.5, "
    "reference_temperature: 6.3 degC}",
    "- {name: NaK2, pump: {stoichiometry: {Na+: 3, K+: -2}, rate: 1e-7 mol/m2/s, half_inside: {Na+: 10 mM, Cl-: 4 mM}, "
    "half_outside: {K+: 1.5 mM}}}"};
enum { VARIANTS = sizeof variants / sizeof *variants, RANDOM = 100, STATE = 2 * SB_MAX_SPECIES + 1 + SB_MAX_GATES };

typedef struct {
  Cell cell;
  const SbMechanism *mechanism;
  int n, unknowns; /* species; 2 n concentrations, the potential, the gates */
} Channel;

static Channel channel_create(const char *fragment) {
  char body[2048];
  snprintf(body, sizeof body, CELL(IONS, "cytosol"), fragment);
  Channel channel = {.cell = cell_problem(body)};
  int region;
  const SbMembrane *membrane = sb_problem_membrane(channel.cell.problem, "plasma", &region);
  channel.mechanism = &membrane->mechanisms[0];
  channel.n = channel.cell.problem->species_count;
  channel.unknowns = 2 * channel.n + 1 + channel.mechanism->gate_count;
  return channel;
}

/* u: concentrations inside, then outside, potential, gates. */
static SbMembraneFlux evaluate(const Channel *channel, const double *u) {
  const SbProblem *problem = channel->cell.problem;
  SbMembraneFlux out;
  memset(&out, 0, sizeof out);
  const SbMembraneSite site = {.species_count = channel->n,
                               .species = problem->species,
                               .inside = u,
                               .outside = u + channel->n,
                               .potential = u[2 * channel->n],
                               .gates = u + 2 * channel->n + 1,
                               .thermal_voltage = problem->thermal_voltage,
                               .temperature = problem->temperature,
                               .time = 5.5e-3};
  channel->mechanism->kind->eval(channel->mechanism->params, &site, &out);
  return out;
}

static void random_state(const Channel *channel, uint64_t *seed, double *u) {
  for (int i = 0; i < channel->unknowns; i++)
    u[i] = i < 2 * channel->n    ? random_between(seed, 2.0, 150.0)
           : i == 2 * channel->n ? random_between(seed, -0.15, 0.1)
                                 : random_between(seed, 0.05, 0.95);
}

/* Entry of the analytic derivative: row < n a flux, else a gate's rate. */
static double derivative(const Channel *channel, const SbMembraneFlux *out, int row, int column) {
  const int n = channel->n, gate = column - 2 * n - 1;
  if (row >= n)
    return column == 2 * n ? out->gate_by_potential[row - n] : gate == row - n ? out->gate_by_gate[row - n] : 0.0;
  return column < n        ? out->by_inside[row][column]
         : column < 2 * n  ? out->by_outside[row][column - n]
         : column == 2 * n ? out->by_potential[row]
                           : out->by_gate[row][gate];
}

static void check_derivatives(const Channel *channel, uint64_t *seed) {
  double u[STATE];
  random_state(channel, seed, u);
  const SbMembraneFlux here = evaluate(channel, u);
  for (int column = 0; column < channel->unknowns; column++) {
    const double former = u[column], h = column == 2 * channel->n ? 1e-4 : 5e-3 * former;
    double difference[SB_MAX_SPECIES + SB_MAX_GATES] = {0}, size[SB_MAX_SPECIES + SB_MAX_GATES] = {0};
    for (int p = 0; p < DIFFERENCE_POINTS; p++) {
      u[column] = former + difference_offset[p] * h;
      const SbMembraneFlux there = evaluate(channel, u);
      for (int row = 0; row < channel->n + channel->mechanism->gate_count; row++) {
        const double f = row < channel->n ? there.flux[row] : there.gate_rate[row - channel->n];
        difference[row] += difference_weight[p] * f / h;
        size[row] = fmax(size[row], fabs(f) / h);
      }
    }
    u[column] = former;
    for (int row = 0; row < channel->n + channel->mechanism->gate_count; row++) {
      const double exact = derivative(channel, &here, row, column);
      if (!(fabs(exact - difference[row]) <= 1e-7 * fabs(exact) + 100 * DBL_EPSILON * size[row]))
        fail_msg("%s: row %d by unknown %d is %.12g, by differences %.12g", channel->mechanism->name, row, column,
                 exact, difference[row]);
    }
  }
}

static void with_all(void (*check)(const Channel *, uint64_t *)) {
  uint64_t seed = 5;
  for (int k = 0;; k++) {
    const SbMembraneKind *kind = sb_membrane_kinds[k < VARIANTS ? 0 : k - VARIANTS];
    if (!kind)
      return;
    Channel channel = channel_create(k < VARIANTS ? variants[k] : kind->schema.example);
    for (int i = 0; i < RANDOM; i++)
      check(&channel, &seed);
    cell_destroy(&channel.cell);
  }
}

static void derivatives_are_those_of_the_fluxes(void **state) {
  (void)state;
  with_all(check_derivatives);
}

/* What is not said to be carried does not flow. */
static void check_carried(const Channel *channel, uint64_t *seed) {
  double u[STATE];
  random_state(channel, seed, u);
  const SbMembraneFlux out = evaluate(channel, u);
  for (int s = 0; s < channel->n; s++)
    assert_true(channel->mechanism->kind->carries(channel->mechanism->params, s) || out.flux[s] == 0.0);
}

static void only_what_is_carried_flows(void **state) {
  (void)state;
  with_all(check_carried);
}

/* A kind that promises it: at an ion's Nernst potential it does not flow, and away from it it flows downhill. */
static void check_equilibrium(const Channel *channel, uint64_t *seed) {
  if (!(channel->mechanism->kind->laws & SB_LAW_VANISHES_AT_EQUILIBRIUM))
    return;
  double u[STATE];
  random_state(channel, seed, u);
  const SbMembraneFlux away = evaluate(channel, u);
  for (int s = 0; s < channel->n; s++) {
    const SbProblem *problem = channel->cell.problem;
    const double nernst = problem->thermal_voltage / problem->species[s].charge * log(u[channel->n + s] / u[s]);
    const double force = problem->species[s].charge * (u[2 * channel->n] - nernst);
    assert_true(away.flux[s] * force >= 0.0);
    const double former = u[2 * channel->n];
    u[2 * channel->n] = nernst;
    const SbMembraneFlux there = evaluate(channel, u);
    assert_true(fabs(there.flux[s]) <= 8 * DBL_EPSILON * fabs(there.by_inside[s][s] * u[s]));
    u[2 * channel->n] = former;
  }
}

static void permeation_vanishes_at_equilibrium(void **state) {
  (void)state;
  with_all(check_equilibrium);
}

static void conductances_vanish_at_their_reversal(void **state) {
  (void)state;
  static const struct {
    const char *mechanism;
    int species;
    double reversal; /* V; NAN: the Nernst potential */
  } cases[] = {
      {"- {name: a, conductance: {K+: 0.3 mS/cm2}}", 0, NAN},
      {"- {name: b, conductance: {Cl-: 0.3 mS/cm2}}", 2, NAN},
      {"- {name: c, conductance: {Cl-: 0.3 mS/cm2}, reversal: -54.387 mV}", 2, -54.387e-3},
      {"- {name: d, gated: hodgkin-huxley potassium, carrier: K+, conductance: 36 mS/cm2}", 0, NAN},
      {"- {name: e, gated: hodgkin-huxley sodium, carrier: Na+, conductance: 12 mS/cm2, reversal: 50 mV}", 1, 50e-3}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Channel channel = channel_create(cases[i].mechanism);
    const SbProblem *problem = channel.cell.problem;
    const int s = cases[i].species;
    double u[STATE] = {140, 12, 152, 5, 145, 150, 0, 0.5, 0.5};
    const double z = problem->species[s].charge;
    const double nernst = problem->thermal_voltage / z * log(u[3 + s] / u[s]);
    u[6] = isnan(cases[i].reversal) ? nernst : cases[i].reversal;
    SbMembraneFlux out = evaluate(&channel, u);
    assert_true(fabs(out.flux[s]) <= 1e-15 * fabs(out.by_potential[s]));
    /* outward above it */
    u[6] += 0.01;
    out = evaluate(&channel, u);
    assert_true(z * out.flux[s] > 0.0);
    assert_true(fabs(out.flux[s] - 0.01 * out.by_potential[s]) <= 1e-12 * fabs(out.flux[s]));
    cell_destroy(&channel.cell);
  }
}

static void pumps_move_exact_proportions(void **state) {
  (void)state;
  Channel channel = channel_create(variants[3]);
  double u[STATE] = {140, 10, 4, 1.5, 145, 150, -0.07};
  const SbMembraneFlux half = evaluate(&channel, u);
  /* three factors of one half */
  assert_true(fabs(half.flux[1] - 3 * 1e-7 / 8) <= 4 * DBL_EPSILON * half.flux[1]);
  assert_true(half.flux[0] * 3 == half.flux[1] * -2);
  assert_true(half.flux[2] == 0.0);
  u[1] = 0.0; /* nothing to pump */
  assert_true(evaluate(&channel, u).flux[1] == 0.0);
  cell_destroy(&channel.cell);
}

/* A gate at 0 does not close and one at 1 does not open, whatever the potential: none leaves 0..1. */
static void gates_stay_between_0_and_1(void **state) {
  (void)state;
  uint64_t seed = 9;
  Channel channel = channel_create(variants[2]);
  for (int i = 0; i < RANDOM; i++) {
    double u[STATE];
    random_state(&channel, &seed, u);
    u[6] = random_between(&seed, -1.0, 1.0);
    for (int end = 0; end < 2; end++) {
      u[7] = u[8] = end;
      const SbMembraneFlux out = evaluate(&channel, u);
      for (int g = 0; g < 2; g++)
        assert_true((end == 0 ? out.gate_rate[g] : -out.gate_rate[g]) >= 0.0 && isfinite(out.gate_rate[g]));
    }
  }
  cell_destroy(&channel.cell);
}

/* Turning the cell round changes what flows to the right into what flows to the left, and nothing else. */
static void inside_may_be_on_either_side(void **state) {
  (void)state;
  for (int k = 0; sb_membrane_kinds[k]; k++) {
    SbCrossing crossing[2];
    double outward[2];
    for (int turned = 0; turned < 2; turned++) {
      char body[2048];
      if (turned)
        snprintf(body, sizeof body, CELL(IONS, "bath"), sb_membrane_kinds[k]->schema.example);
      else
        snprintf(body, sizeof body, CELL(IONS, "cytosol"), sb_membrane_kinds[k]->schema.example);
      Cell cell = cell_create(body);
      const int link = cell.mesh->first[1];
      uint64_t seed = 3;
      double *u = cell_random_state(&cell, &seed);
      const SbPattern *pattern = sb_chain_pattern(cell.chain, link);
      double *left = u + cell.chain->offset[link], *right = u + cell.chain->offset[link + 1];
      for (int i = 0; turned && i < 4; i++) { /* three species and the potential */
        const double swap = left[i];
        left[i] = right[i];
        right[i] = swap;
      }
      for (int g = 0; g < pattern->gate_count; g++)
        left[pattern->gates + g] = 0.3;
      sb_crossing_eval(cell.chain, u, 5.5e-3, link, -1, &crossing[turned]);
      const SbMoment moment = {.steady = true, .time = 5.5e-3};
      const SbMeasure measure = {
          .quantity = SB_QUANTITY_MEMBRANE_CURRENT, .species = -1, .terminal = -1, .x = NAN, .membrane = "plasma"};
      outward[turned] = sb_measure(cell.chain, u, &moment, &measure, NULL).value;
      free(u);
      cell_destroy(&cell);
    }
    for (int s = 0; s < 3; s++) {
      assert_true(crossing[0].flux[s] == -crossing[1].flux[s]);
      assert_true(crossing[0].by_step[s] == crossing[1].by_step[s]);
      for (int i = 0; i < 3; i++)
        assert_true(crossing[0].by_left[s][i] == -crossing[1].by_right[s][i]);
    }
    assert_true(outward[0] == outward[1] && outward[0] != 0.0);
  }
}

/* What a kind tells closed forms of itself is what its fluxes do. */
static void check_what_is_told(const Channel *channel, uint64_t *seed) {
  const SbMechanism *mechanism = channel->mechanism;
  const SbMembraneKind *kind = mechanism->kind;
  const double vt = channel->cell.problem->thermal_voltage;
  double u[STATE];
  random_state(channel, seed, u);
  double *potential = &u[2 * channel->n];
  const double former = *potential;
  const SbMembraneFlux here = evaluate(channel, u);
  for (int s = 0; s < channel->n; s++) {
    const double z = channel->cell.problem->species[s].charge, size = fabs(here.by_potential[s]) * fabs(former);
    if (kind->permeability) { /* J = P (c_in - c_out) at 0 V */
      *potential = 0.0;
      const double expected = kind->permeability(mechanism->params, s) * (u[s] - u[channel->n + s]);
      assert_true(fabs(evaluate(channel, u).flux[s] - expected) <= 1e-12 * fabs(expected));
    }
    if (kind->reversal && kind->carries(mechanism->params, s)) { /* J = slope (V - E) */
      const double given = kind->reversal(mechanism->params);
      const double reversal = isnan(given) ? vt / z * log(u[channel->n + s] / u[s]) : given;
      assert_true(fabs(here.flux[s] - here.by_potential[s] * (former - reversal)) <= 1e-12 * size);
    }
    *potential = former;
  }
  for (int s = 0; kind->stoichiometry && s < channel->n; s++) {
    const double cycles = here.flux[1] / kind->stoichiometry(mechanism->params, 1); /* all examples move Na+ */
    assert_true(fabs(here.flux[s] - cycles * kind->stoichiometry(mechanism->params, s)) <= 1e-12 * fabs(here.flux[1]));
    assert_true(kind->fuel(mechanism->params) == 50e3);
  }
}

static void what_is_told_is_what_flows(void **state) {
  (void)state;
  with_all(check_what_is_told);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(derivatives_are_those_of_the_fluxes), cmocka_unit_test(only_what_is_carried_flows),
      cmocka_unit_test(permeation_vanishes_at_equilibrium),  cmocka_unit_test(conductances_vanish_at_their_reversal),
      cmocka_unit_test(pumps_move_exact_proportions),        cmocka_unit_test(gates_stay_between_0_and_1),
      cmocka_unit_test(inside_may_be_on_either_side),        cmocka_unit_test(what_is_told_is_what_flows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
