/* Every boundary kind, from its own example and some variants of it: derivatives against differences at random states
   and at thresholds, and the laws it promises. */
#include "../cell.h"

#include <float.h>

#include "base/constants.h"
#include "physics/physics.h"

#define BATH                                                                                                           \
  "species: [K+, Mg2+, Cl-]\ndomain:\n"                                                                                \
  "  - {region: bath, width: 10 nm, fill: {K+: 60 mM, Mg2+: 20 mM, Cl-: 100 mM}}\nterminals:\n"

/* Couples of those ions, chemically absurd, that conserve charge. */
#define EXCHANGE                                                                                                       \
  "{name: exchange, oxidised: Mg2+, reduced: K+, electrons: 1, standard_potential: 0.1 V, rate_constant: 1e-5 m/s}"
#define METAL                                                                                                          \
  "{name: metal, oxidised: Mg2+, reduced: {}, electrons: 2, standard_potential: -0.1 V, exchange_current: 3 A/m2}"
#define GAS                                                                                                            \
  "{name: gas, oxidised: {}, reduced: {Cl-: 2}, electrons: 2, equilibrium_potential: 0.2 V, exchange_current: 1 A/m2," \
  " orders: {Cl-: 1}, transfer: {anodic: 0.7, cathodic: 1.3}}"

/* Further ends, besides each kind's example. */
static const char *const variants[] = {
    "right: {reservoir: bath, potential: 0 V}",
    "left: {reservoir: {K+: 0.1 M, Cl-: 0.1 M}, impermeable: [K+, Mg2+]}",
    "left: {wall: {}}",
    "right: {electrode: {}, potential: 0 V}",
    "right: {electrode: {zero_charge_potential: -0.3 V}, current: 0 A/m2}",
    "left: {electrode: {stern: {capacitance: 5 uF/cm2}, zero_charge_potential: 0.2 V}}",
    "right: {electrode: {stern: {capacitance: 5 uF/cm2}, couples: [" EXCHANGE ", " METAL ", " GAS "]}, potential: 0 V}",
    "left: {electrode: {couples: [" EXCHANGE "]}, current: 0 A/m2}"};
enum { VARIANTS = sizeof variants / sizeof *variants, RANDOM = 300 };

/* An end under test. */
typedef struct {
  Cell cell;
  const SbTerminal *terminal;
  int n;      /* species */
  int locals; /* n + 2 */
} End;

static End end_create(const char *fragment) {
  char body[2048];
  const bool right = strncmp(fragment, "right:", 6) == 0;
  if (!right)
    assert_int_equal(strncmp(fragment, "left:", 5), 0);
  snprintf(body, sizeof body, BATH "  %s\n  %s\n", fragment,
           right ? "left: {reservoir: bath}" : "right: {reservoir: bath, potential: 0 V}");
  End end = {.cell = cell_problem(body)};
  end.terminal = &end.cell.problem->terminals[right ? SB_RIGHT : SB_LEFT];
  end.n = end.cell.problem->species_count;
  end.locals = end.n + SB_LOCAL_EXTRA;
  return end;
}

/* Local unknowns: concentrations, then the potentials of solution and terminal. */
static SbSiteRows evaluate(const End *end, const double *local, bool electroneutral) {
  SbSiteRows rows;
  memset(&rows, 0, sizeof rows);
  const SbSite site = {.species_count = end->n,
                       .species = end->cell.problem->species,
                       .concentration = local,
                       .potential = local[end->n + SB_LOCAL_POTENTIAL],
                       .terminal = local[end->n + SB_LOCAL_TERMINAL],
                       .thermal_voltage = end->cell.problem->thermal_voltage,
                       .electroneutral = electroneutral};
  end->terminal->kind->eval(&end->terminal->boundary, &site, &rows);
  return rows;
}

/* Usual states, and now and then an empty node or potentials at the edge of what an exponential can take. */
static void random_local(const End *end, int i, uint64_t *seed, double *local) {
  const double vt = end->cell.problem->thermal_voltage;
  for (int s = 0; s < end->n; s++)
    local[s] = i % 5 == 3 ? 0.0 : pow(10, random_between(seed, -6, 4));
  local[end->n + SB_LOCAL_POTENTIAL] = vt * random_between(seed, -30, 30);
  local[end->n + SB_LOCAL_TERMINAL] = vt * random_between(seed, -30, 30);
  if (i % 11 == 5)
    local[end->n + SB_LOCAL_TERMINAL] = local[end->n + SB_LOCAL_POTENTIAL];
  if (i % 11 == 7)
    local[end->n + SB_LOCAL_TERMINAL] = local[end->n + SB_LOCAL_POTENTIAL] + (i % 2 ? 340 : -340) * vt;
}

static void compare(const End *end, const double *at, bool electroneutral) {
  double local[SB_MAX_LOCAL];
  const SbSiteRows rows = evaluate(end, at, electroneutral);
  for (int k = 0; k < end->locals; k++) {
    const double h = k < end->n ? fmax(0.02 * at[k], 1e-3) : 0.02 * end->cell.problem->thermal_voltage;
    double difference[SB_MAX_LOCAL] = {0};
    memcpy(local, at, sizeof local);
    for (int p = 0; p < DIFFERENCE_POINTS; p++) {
      local[k] = at[k] + difference_offset[p] * h;
      const SbSiteRows moved = evaluate(end, local, electroneutral);
      for (int i = 0; i < end->locals; i++) {
        assert_true(moved.replaces[i] == rows.replaces[i]);
        difference[i] += difference_weight[p] * moved.value[i] / h;
      }
    }
    for (int i = 0; i < end->locals; i++) {
      double size = fabs(rows.value[i]);
      for (int l = 0; l < end->locals; l++)
        size += fabs(rows.derivative[i][l] * at[l]);
      if (!(fabs(rows.derivative[i][k] - difference[i]) <= 1e-7 * fabs(rows.derivative[i][k]) + 1e-14 * size / h))
        fail_msg("%s: derivative of row %d by %d is %.12g, by differences %.12g", end->terminal->kind->schema.name, i,
                 k, rows.derivative[i][k], difference[i]);
    }
  }
}

/* Runs a check on every kind's example and on the variants. */
static void for_each_end(void (*check)(const End *end)) {
  for (int k = 0; sb_boundary_kinds[k]; k++) {
    End end = end_create(sb_boundary_kinds[k]->schema.example);
    assert_ptr_equal(end.terminal->kind, sb_boundary_kinds[k]); /* an example shows its own kind */
    check(&end);
    cell_destroy(&end.cell);
  }
  for (int i = 0; i < VARIANTS; i++) {
    End end = end_create(variants[i]);
    check(&end);
    cell_destroy(&end.cell);
  }
}

static void check_derivatives(const End *end) {
  uint64_t seed = 1;
  double local[SB_MAX_LOCAL] = {0};
  for (int i = 0; i < RANDOM; i++) {
    random_local(end, i, &seed, local);
    compare(end, local, i % 2 == 0);
  }
}

static void derivatives_are_right(void **state) {
  (void)state;
  for_each_end(check_derivatives);
}

/* A kind that conserves mass neither holds a concentration nor lets anything pass; one that exchanges has an
   impermeable species pass nothing. */
static void check_mass(const End *end) {
  const SbBoundaryKind *kind = end->terminal->kind;
  uint64_t seed = 2;
  double local[SB_MAX_LOCAL] = {0};
  for (int i = 0; i < RANDOM; i++) {
    random_local(end, i, &seed, local);
    const SbSiteRows rows = evaluate(end, local, i % 2 == 0);
    for (int s = 0; s < end->n; s++) {
      const bool closed =
          (kind->laws & SB_LAW_CONSERVES_MASS) ||
          (kind->exchanges && end->terminal->boundary.permeable && !end->terminal->boundary.permeable[s]);
      if (closed)
        assert_true(!rows.replaces[s] && rows.value[s] == 0.0);
      else
        assert_true(rows.replaces[s] == kind->exchanges);
    }
    /* the terminal's row is the control's exactly where a current can be driven */
    assert_true(rows.replaces[end->n + SB_LOCAL_TERMINAL] == !kind->carries_current);
  }
}

static void mass_passes_only_where_promised(void **state) {
  (void)state;
  for_each_end(check_mass);
}

/* At equilibrium with what lies behind the end no row asks for anything: concentrations in Boltzmann equilibrium with
   the reservoir, an electrode at the potential at which it has no charge. */
static void check_equilibrium(const End *end) {
  const SbBoundaryKind *kind = end->terminal->kind;
  const int phi = end->n + SB_LOCAL_POTENTIAL, terminal = end->n + SB_LOCAL_TERMINAL;
  if (!(kind->laws & SB_LAW_VANISHES_AT_EQUILIBRIUM) || end->terminal->boundary.couple_count > 0)
    return; /* couples have equilibria of their own: test_kinetics.c */
  uint64_t seed = 3;
  double local[SB_MAX_LOCAL] = {0};
  for (int i = 0; i < RANDOM; i++) {
    const bool electroneutral = i % 2 == 0;
    random_local(end, 0, &seed, local);
    local[phi] = local[terminal];
    SbSiteRows rows = evaluate(end, local, electroneutral);
    const bool donnan = kind->exchanges && !rows.replaces[phi];
    if (donnan) /* the end has a potential of its own */
      local[phi] = local[terminal] + end->cell.problem->thermal_voltage * random_between(&seed, -9, 9);
    else if (rows.derivative[phi][terminal] != 0.0)
      local[terminal] -= rows.value[phi] / rows.derivative[phi][terminal];
    for (int s = 0; kind->exchanges && s < end->n; s++) {
      const double z = end->cell.problem->species[s].charge;
      local[s] = end->terminal->boundary.composition[s] *
                 exp(-z * (local[phi] - local[terminal]) / end->cell.problem->thermal_voltage);
    }
    rows = evaluate(end, local, electroneutral);
    for (int row = 0; row < end->locals; row++) {
      const bool fixed_charge = row == phi && !rows.replaces[phi] && !kind->holds_charge;
      const double size = row < end->n ? local[row] : fabs(local[phi]) + 1.0;
      if (!fixed_charge && !(fabs(rows.value[row]) <= 16 * DBL_EPSILON * size))
        fail_msg("%s: row %d is %g at equilibrium", kind->schema.name, row, rows.value[row]);
    }
  }
}

static void equilibrium_asks_for_nothing(void **state) {
  (void)state;
  for_each_end(check_equilibrium);
}

/* The electrons that leave are the charge of the ions that do: value and derivatives. */
static void check_charge(const End *end) {
  uint64_t seed = 4;
  double local[SB_MAX_LOCAL] = {0};
  if (!(end->terminal->kind->laws & SB_LAW_CONSERVES_CHARGE))
    return;
  for (int i = 0; i < RANDOM; i++) {
    random_local(end, i, &seed, local);
    const SbSiteRows rows = evaluate(end, local, i % 2 == 0);
    for (int l = -1; l < end->locals; l++) {
      double charge = 0.0, size = 0.0;
      for (int s = 0; s < end->n; s++) {
        const double part =
            SB_FARADAY * end->cell.problem->species[s].charge * (l < 0 ? rows.value[s] : rows.derivative[s][l]);
        charge += part;
        size += fabs(part);
      }
      const double current = l < 0 ? rows.current : rows.d_current[l];
      if (!(fabs(charge - current) <= 16 * DBL_EPSILON * size))
        fail_msg("%s: ions carry %.15g, electrons %.15g", end->terminal->kind->schema.name, charge, current);
    }
  }
}

static void charge_is_conserved(void **state) {
  (void)state;
  for_each_end(check_charge);
}

static void promises_are_known(void **state) {
  (void)state;
  assert_non_null(sb_boundary_kinds[0]);
  for (int k = 0; sb_boundary_kinds[k]; k++) {
    const unsigned known = SB_LAW_CONSERVES_MASS | SB_LAW_CONSERVES_CHARGE | SB_LAW_VANISHES_AT_EQUILIBRIUM;
    assert_true((sb_boundary_kinds[k]->laws & ~known) == 0);
    assert_ptr_equal(sb_boundary_schemas[k], &sb_boundary_kinds[k]->schema);
    assert_false(sb_boundary_kinds[k]->exchanges && (sb_boundary_kinds[k]->laws & SB_LAW_CONSERVES_MASS));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(derivatives_are_right),
                                     cmocka_unit_test(mass_passes_only_where_promised),
                                     cmocka_unit_test(equilibrium_asks_for_nothing),
                                     cmocka_unit_test(charge_is_conserved), cmocka_unit_test(promises_are_known)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
