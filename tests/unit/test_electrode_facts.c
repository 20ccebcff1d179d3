/* What the answer says of an electrode, from made-up currents of its couples: rates, a mixed potential, the resistance
   after Stern and Geary. */
#include "run_record.h"

#include "output/electrode_facts.h"

/* Two couples with transfer coefficients 0.4 and 0.6, 1.2 and 0.8, at an exchange current each. */
#define DECK                                                                                                           \
  "saltbridge: 1\nfield: supported\nspecies: [Zn2+, H+]\n"                                                             \
  "domain: [{region: a, width: 10 um, fill: {Zn2+: 1 mM, H+: 100 mM}}]\nterminals:\n"                                  \
  "  left: {reservoir: a}\n  right:\n    electrode:\n      couples:\n"                                                 \
  "        - {name: zinc, oxidised: Zn2+, reduced: {}, electrons: 2, equilibrium_potential: -0.8 V, "                  \
  "exchange_current: 1 A/m2, transfer: {anodic: 1.2, cathodic: 0.8}, molar_mass: 65.38 g/mol, density: 7.14 g/cm3}\n"  \
  "        - {name: hydrogen, oxidised: H+, reduced: {}, electrons: 1, equilibrium_potential: -0.06 V, "               \
  "exchange_current: 1e-3 A/m2, transfer: {anodic: 0.4, cathodic: 0.6}}\n    current: 0 A/m2\nprotocol: [steady]\n"

static const double f = 96485.33212 / (8.314462618 * 298.15); /* 1/V */

/* A record whose couples have these currents, A/m2, at -0.5 V against equilibrium potentials of -0.8 V and -0.06 V. */
static Record with_currents(double zinc, double hydrogen, SbStepResult **step) {
  Record record = record_begin(DECK);
  *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, *step, NAN, SB_QUANTITY_POTENTIAL, -0.5);
  for (int i = 0; i < record.run->measure_count; i++) {
    const SbMeasure *measure = &record.run->measures[i];
    const bool first = measure->couple && strcmp(measure->couple, "zinc") == 0;
    const double equilibrium = first ? -0.8 : -0.06;
    SbReading *reading = &(*step)->readings[i];
    if (measure->quantity == SB_QUANTITY_COUPLE_CURRENT)
      reading->value = first ? zinc : hydrogen;
    if (measure->quantity == SB_QUANTITY_EQUILIBRIUM_POTENTIAL)
      reading->value = equilibrium;
    if (measure->quantity == SB_QUANTITY_OVERPOTENTIAL)
      reading->value = -0.5 - equilibrium;
  }
  record_state(&record, *step, NULL);
  return record;
}

static bool near(double value, double wanted) {
  return fabs(value - wanted) <= 1e-12 * fabs(wanted);
}

static void rates_follow_faraday(void **state) {
  (void)state;
  SbStepResult *step;
  Record record = with_currents(3.0, -2.0, &step);
  const SbCoupleFacts zinc = sb_couple_facts(record.run, step, SB_RIGHT, 0);
  const SbCoupleFacts hydrogen = sb_couple_facts(record.run, step, SB_RIGHT, 1);
  assert_true(near(zinc.rate, 3.0 / (2.0 * 96485.33212)) && near(hydrogen.rate, -2.0 / 96485.33212));
  assert_true(near(zinc.recession, zinc.rate * 65.38e-3 / 7140.0));
  assert_true(isnan(hydrogen.recession));
  assert_true(near(zinc.equilibrium.value, -0.8) && near(zinc.overpotential.value, 0.3));
  record_end(&record);
}

static void a_mixed_potential_has_no_net_current(void **state) {
  (void)state;
  static const struct {
    double zinc, hydrogen;
    bool reacts, mixed;
  } cases[] = {{2.0, -2.0, true, true},      {2.0, -2.0000001, true, true}, /* within the balance */
               {2.0, -2.001, true, false},                                  /* a net current */
               {2.0, 0.0, true, false},                                     /* one reacts alone */
               {2.0, 2.0, true, false},                                     /* both are oxidised */
               {0.0, 0.0, false, false},                                    /* equilibrium */
               {1e-14, -1e-14, false, false}};                              /* not told from nothing */
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    SbStepResult *step;
    Record record = with_currents(cases[i].zinc, cases[i].hydrogen, &step);
    if (sb_electrode_reacts(record.run, step, SB_RIGHT) != cases[i].reacts ||
        sb_electrode_is_mixed(record.run, step, SB_RIGHT) != cases[i].mixed)
      fail_msg("currents %g and %g A/m2", cases[i].zinc, cases[i].hydrogen);
    assert_false(sb_electrode_reacts(record.run, step, SB_LEFT)); /* a reservoir */
    record_end(&record);
  }
}

/* On their Tafel lines: b_a = 1.2 f for the zinc that dissolves, b_c = 0.6 f for hydrogen. */
static void stern_and_geary_take_two_slopes(void **state) {
  (void)state;
  SbStepResult *step;
  Record record = with_currents(2.0, -2.0, &step);
  const double resistance = sb_electrode_stern_geary(record.run, step, SB_RIGHT);
  assert_true(fabs(resistance - 1.0 / (2.0 * (1.2 * f + 0.6 * f))) <= 1e-9 * resistance);
  record_end(&record);
  record = with_currents(2.0, -1.0, &step);
  assert_true(isnan(sb_electrode_stern_geary(record.run, step, SB_RIGHT)));
  record_end(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rates_follow_faraday),
                                     cmocka_unit_test(a_mixed_potential_has_no_net_current),
                                     cmocka_unit_test(stern_and_geary_take_two_slopes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
