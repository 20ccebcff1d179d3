/* The verdict and the answer of made-up records. */
#include "run_record.h"

#include "deck_text.h"
#include "output/report_facts.h"

/* One solution between two reservoirs, and the same with a difference between them. */
#define SAME(right)                                                                                                    \
  "saltbridge: 1\n"                                                                                                    \
  "title: A \"cell\"\n"                                                                                                \
  "species: [K+, Cl-]\n"                                                                                               \
  "domain: [{region: a, width: 10 nm, fill: {K+: 100 mM, Cl-: 100 mM}}]\n"                                             \
  "terminals: {left: {reservoir: a}, right: {reservoir: a, " right "}}\n"                                              \
  "protocol: [steady]\n"                                                                                               \
  "expect:\n"                                                                                                          \
  "  - {quantity: potential, value: 0 mV, tolerance: 1 mV}\n"                                                          \
  "  - {quantity: flux, species: K+, value: 7 mol/m2/s, tolerance: 1 %, source: a book}\n"

#define HCL                                                                                                            \
  "saltbridge: 1\n"                                                                                                    \
  "species: [H+, Cl-]\n"                                                                                               \
  "domain:\n"                                                                                                          \
  "  - {region: a, width: 10 nm, fill: {H+: 100 mM, Cl-: 100 mM}}\n"                                                   \
  "  - {region: b, width: 10 nm, fill: {H+: 10 mM, Cl-: 10 mM}}\n"                                                     \
  "terminals: {left: {reservoir: a}, right: {reservoir: b, current: 0 A/m2}}\n"                                        \
  "protocol: [steady]\n"

static void tilt_one_tolerance(const SbChain *chain, double *u, double factor) {
  const double wanted = chain->problem->deck->accuracy.potential;
  for (int j = 0; j < chain->nodes; j++) {
    const int place = chain->offset[j] + sb_chain_pattern(chain, j)->potential;
    u[place] = factor * wanted * chain->mesh->x[j] / chain->problem->length;
  }
}

/* A uniform field that drives ions by half, and by twice, the wanted accuracy of potentials. */
static void tilt_little(const SbChain *chain, double *u) {
  tilt_one_tolerance(chain, u, 0.5);
}

static void tilt_much(const SbChain *chain, double *u) {
  tilt_one_tolerance(chain, u, 2.0);
}

static SbVerdict verdict_of(void (*change)(const SbChain *chain, double *u)) {
  Record record = record_begin(SAME("current: 0 A/m2"));
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  assert_int_equal(sb_verdict(record.run, step), SB_VERDICT_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_POTENTIAL, 0.0);
  record_state(&record, step, change);
  const SbVerdict verdict = sb_verdict(record.run, step);
  /* a transient's end at which nothing flows has arrived */
  step->steady = false;
  assert_int_equal(sb_verdict(record.run, step),
                   verdict == SB_VERDICT_EQUILIBRIUM ? SB_VERDICT_EQUILIBRIUM : SB_VERDICT_NOT_STEADY);
  record_end(&record);
  return verdict;
}

static void test_verdicts(void **state) {
  (void)state;
  assert_int_equal(verdict_of(NULL), SB_VERDICT_EQUILIBRIUM);
  assert_int_equal(verdict_of(tilt_little), SB_VERDICT_EQUILIBRIUM);
  assert_int_equal(verdict_of(tilt_much), SB_VERDICT_STEADY);
}

static void test_reasons(void **state) {
  (void)state;
  char reason[512];
  Record record = record_begin(SAME("current: 0 A/m2"));
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_POTENTIAL, 0.0);
  record_state(&record, step, tilt_much);
  sb_verdict_reason(record.run, step, reason, sizeof reason);
  /* K+ and Cl- have diffusivities of 1.957 and 2.032e-9 m2/s: J = D c (F/RT) E */
  assert_string_equal(reason, "no net current, but K+ and Cl- flow (up to 0.01582 mol/m2/s)");
  record_end(&record);
  record = record_begin(SAME("current: 5 A/m2"));
  step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_POTENTIAL, 0.0);
  record_state(&record, step, tilt_much);
  sb_verdict_reason(record.run, step, reason, sizeof reason);
  assert_string_equal(reason, "a current of 5 A/m2 flows; K+ and Cl- flow (up to 0.01582 mol/m2/s)");
  record_end(&record);
}

/* What a load lets through flows, however small it is beside what the conductance makes of the wanted accuracy of
   potentials: 10 uV drive 2 A/m2 here. */
static void test_load_current_flows(void **state) {
  (void)state;
  Record record = record_begin(SAME("load: 1 ohm m2"));
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_CURRENT, 0.01);
  record_state(&record, step, NULL);
  assert_true(sb_facts(record.run, step).current_flows);
  record_end(&record);
  record = record_begin(SAME("potential: 0 V"));
  step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_CURRENT, 0.01);
  record_state(&record, step, NULL);
  assert_false(sb_facts(record.run, step).current_flows);
  record_end(&record);
}

static void test_facts_of_a_junction(void **state) {
  (void)state;
  Record record = record_begin(HCL);
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_POTENTIAL, 0.038);
  record_state(&record, step, NULL);
  const SbFacts facts = sb_facts(record.run, step);
  const double nernst = record.problem->thermal_voltage * log(10.0);
  assert_true(fabs(facts.ions[0].nernst - nernst) < 1e-12);
  assert_true(fabs(facts.ions[1].nernst + nernst) < 1e-12);
  assert_true(fabs(facts.ions[0].driving_force - (0.038 - nernst)) < 1e-12);
  assert_true(facts.current_set == 0.0 && !facts.current_flows && !facts.potential_set);
  assert_int_equal(facts.transport, SB_TRANSPORT_CONDUCTANCE);
  /* D(H+)/(D(H+) + D(Cl-)), whatever the concentrations */
  const double *D = record.problem->regions[0].diffusivity;
  assert_true(fabs(facts.ions[0].transport_number - D[0] / (D[0] + D[1])) < 1e-12);
  assert_true(fabs(facts.ions[0].transport_number + facts.ions[1].transport_number - 1.0) < 1e-12);
  SbComparison list[SB_MOST_COMPARISONS];
  const int count = sb_facts_compare(record.run, step, &facts, list);
  int henderson = -1;
  for (int i = 0; i < count; i++) {
    if (strcmp(list[i].name, "henderson") == 0)
      henderson = i;
  }
  assert_true(henderson >= 0);
  assert_true(list[henderson].only == NULL);
  assert_true(fabs(list[henderson].difference - (0.038 - list[henderson].value)) < 1e-15);
  record_end(&record);
}

static void test_shares_of_a_current(void **state) {
  (void)state;
  Record record = record_begin(SAME("potential: 0.1 V"));
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_CURRENT, 4e6);
  for (int i = 0; i < record.run->measure_count; i++) {
    if (record.run->measures[i].quantity == SB_QUANTITY_FLUX && record.run->measures[i].species == 0)
      step->readings[i].value = 1e6 / 96485.33212;
  }
  record_state(&record, step, NULL);
  const SbFacts facts = sb_facts(record.run, step);
  assert_true(facts.potential_set && isnan(facts.current_set) && facts.current_flows);
  assert_int_equal(facts.transport, SB_TRANSPORT_CURRENT);
  assert_true(fabs(facts.ions[0].partial_current - 1e6) < 1e-3);
  assert_true(fabs(facts.ions[0].transport_number - 0.25) < 1e-9);
  record_end(&record);
}

static int count_lines(const char *text) {
  int lines = 0;
  for (; *text; text++)
    lines += *text == '\n';
  return lines;
}

static void test_text(void **state) {
  (void)state;
  Record record = record_begin(SAME("current: 0 A/m2"));
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_POTENTIAL, 1.5e-6);
  record_state(&record, step, NULL);
  char *text = record_printed(&record, sb_report_text);
  assert_true(count_lines(text) < 40);
  assert_non_null(strstr(text, "A \"cell\"\n"));
  assert_non_null(strstr(text, "potential (right - left)  1.5 uV  +- 1 uV (mesh)"));
  assert_non_null(strstr(text, "open circuit"));
  assert_non_null(strstr(text, "\nEquilibrium: nothing flows"));
  assert_non_null(strstr(text, "\n  K+ "));
  assert_non_null(strstr(text, "met     potential"));
  assert_non_null(strstr(text, "MISSED  flux of K+"));
  assert_non_null(strstr(text, "flux of K+: source: a book"));
  assert_null(strstr(text, "nan"));
  free(text);
  record_end(&record);
}

static void test_text_of_a_sweep(void **state) {
  (void)state;
  Record record = record_begin("saltbridge: 1\n"
                               "species: [K+, Cl-]\n"
                               "domain: [{region: a, width: 10 nm, fill: {K+: 100 mM, Cl-: 100 mM}}]\n"
                               "terminals: {left: {reservoir: a}, right: {reservoir: a, potential: 0 V}}\n"
                               "protocol: [steady, sweep: {vary: terminals.right.potential, from: -0.2 V, to: 0.2 V, "
                               "points: 41}]\n");
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_CURRENT, 0.0);
  record_state(&record, step, NULL);
  step = record_step(&record, "sweep", "terminals.right.potential", SB_DIMENSION_POTENTIAL);
  for (int i = 0; i < 40; i++)
    record_frame(&record, step, -0.2 + 0.01 * i, SB_QUANTITY_CURRENT, 1.5e5);
  sb_run_add_frame(record.run, step, 0.2, NULL);
  step->failure.message = strdup("No steady state was found at 200 mV.");
  char *text = record_printed(&record, sb_report_text);
  assert_non_null(strstr(text, "Step 1, steady\n"));
  assert_non_null(strstr(text, "Step 2, sweep: FAILED\n"));
  assert_non_null(strstr(text, "(12 of 41 points; all are in the output file)\n"));
  assert_non_null(strstr(text, "                    -200 mV "));
  assert_non_null(strstr(text, "                     200 mV  not solved\n"));
  assert_non_null(strstr(text, "  No steady state was found at 200 mV.\n"));
  assert_non_null(strstr(text, "Last state (steady)\n"));
  free(text);
  record_end(&record);
}

static void test_text_without_any_state(void **state) {
  (void)state;
  Record record = record_begin(SAME("current: 0 A/m2"));
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  step->failure.message = strdup("Newton's method did not converge.");
  char *text = record_printed(&record, sb_report_text);
  assert_non_null(strstr(text, "Step 1, steady: FAILED\n  Newton's method did not converge.\n"));
  assert_non_null(strstr(text, "potential: the last step did not come to its end\n"));
  free(text);
  text = record_printed(&record, sb_report_json);
  assert_non_null(strstr(text, "\"failure\": \"Newton's method did not converge.\""));
  free(text);
  record_end(&record);
}

/* JSON is YAML: the deck's own reader says whether it is well formed. */
static void test_json(void **state) {
  (void)state;
  Record record = record_begin(SAME("current: 0 A/m2"));
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_frame(&record, step, NAN, SB_QUANTITY_POTENTIAL, 0.1);
  record_state(&record, step, NULL);
  char *text = record_printed(&record, sb_report_json);
  DeckText json = deck_text_parse(text);
  assert_int_equal(sb_diagnostics_errors(json.diagnostics), 0);
  assert_non_null(json.root);
  static const char *const keys[] = {"saltbridge", "deck", "measures",     "steps",        "verdict",  "reason",
                                     "state",      "met",  "closed_forms", "expectations", "wall_time"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    assert_non_null(sb_tree_get(json.root, keys[i]));
  const SbNode *state_node = sb_tree_get(json.root, "state");
  const SbNode *potential = sb_tree_get(sb_tree_get(state_node, "potential"), "value");
  assert_true(strtod(potential->text, NULL) == 0.1);
  assert_string_equal(sb_tree_get(json.root, "verdict")->text, "equilibrium");
  assert_string_equal(sb_tree_get(json.root, "met")->text, "false");
  assert_string_equal(sb_tree_get(sb_tree_get(json.root, "deck"), "title")->text, "A \"cell\"");
  assert_null(strstr(text, "nan"));
  assert_null(strstr(text, "inf\n"));
  deck_text_free(&json);
  free(text);
  record_end(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_verdicts),
      cmocka_unit_test(test_reasons),
      cmocka_unit_test(test_load_current_flows),
      cmocka_unit_test(test_facts_of_a_junction),
      cmocka_unit_test(test_shares_of_a_current),
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_text_of_a_sweep),
      cmocka_unit_test(test_text_without_any_state),
      cmocka_unit_test(test_json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
