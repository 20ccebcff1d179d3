/* Which closed forms speak of which membrane, and what they say: whole decks, the complete list of forms with their
   values from the reference cases or by hand. What stands at the faces are the fills. */
#include "run_record.h"

#include "output/membrane_facts.h"

typedef struct {
  const char *name;
  double value; /* V */
} Form;

enum { MOST_FORMS = 4 };
#define FORMS(...)                                                                                                     \
  (const Form[MOST_FORMS + 1]) {                                                                                       \
    __VA_ARGS__                                                                                                        \
  }
#define NO_FORM FORMS({0})

#define DECK(head, inside, mechanisms, outside, left)                                                                  \
  "saltbridge: 1\n" head "domain:\n"                                                                                   \
  "  - {region: in, width: 1 um, " inside "}\n"                                                                        \
  "  - membrane: m\n    inside: in\n    capacitance: 1 uF/cm2\n    mechanisms: [" mechanisms "]\n"                     \
  "  - {region: out, width: 100 nm, fill: {" outside "}}\n"                                                            \
  "terminals: {left: {" left "}, right: {reservoir: out, potential: 0 V}}\n"                                           \
  "protocol: [steady, transient: {until: 1 s, first_step: 1 ns}]\n"

/* The forms that apply at a time are exactly these, each within 1e-11 V. */
static void expect_at(double time, const char *text, const Form *forms) {
  Record record = record_begin(text);
  SbStepResult *step = record_step(&record, "steady", NULL, SB_DIMENSION_NONE);
  record_state(&record, step, NULL);
  step->moment.time = time;
  for (int i = 0; sb_membrane_forms[i]; i++) {
    const SbMembraneForm *form = sb_membrane_forms[i];
    const Form *wanted = NULL;
    for (int k = 0; k < MOST_FORMS && forms[k].name; k++)
      if (strcmp(forms[k].name, form->name) == 0)
        wanted = &forms[k];
    double value = NAN;
    const bool applies = sb_membrane_form_value(step, 1, form, &value);
    if (applies != (wanted != NULL))
      fail_msg("%s %s:\n%s", form->name, wanted ? "does not apply" : "applies", text);
    if (wanted && !(fabs(value - wanted->value) <= 1e-11))
      fail_msg("%s is %.12g V, expected %.12g V:\n%s", form->name, value, wanted->value, text);
  }
  record_end(&record);
}

static void expect(const char *text, const Form *forms) {
  expect_at(-1.0, text, forms);
}

#define A              "{name: A-, charge: -1, diffusivity: 1e-9 m2/s, source: x}"
#define B              "{name: B+, charge: 1, diffusivity: 1e-9 m2/s, source: x}"
#define NEUTRAL        "field: electroneutral\n"
#define WARM           "temperature: 37 degC\nspecies: [K+, Na+, Cl-]\n"
#define WARM_AND(more) "temperature: 37 degC\nspecies: [K+, Na+, Cl-, " more "]\n"
#define COLD           "temperature: 6.3 degC\nspecies: [K+, Na+, Cl-, " A ", " B "]\n"
#define OPEN           "reservoir: in"
#define SALT           "reservoir: {K+: 100 mM, Na+: 50 mM, Cl-: 150 mM}"
#define CLOSED         "wall: {}"
/* tests/reference/pumpleak_mammal, in its steady state */
#define FULL       "fixed_charge: -132 mM, fill: {K+: 99.0715859443 mM, Na+: 46.1882009274 mM, Cl-: 13.2597868717 mM}"
#define BATH       "K+: 5 mM, Na+: 145 mM, Cl-: 150 mM"
#define LEAK       "{name: leak, ghk: {K+: 1e-8 m/s, Na+: 4e-10 m/s, Cl-: 2e-9 m/s}}"
#define PUMP(rate) "{name: NaK, pump: {stoichiometry: {Na+: 3, K+: -2}, rate: " rate "}}"

static const double warm = 8.314462618 * 310.15 / 96485.33212; /* V_T at 37 degC, V */
static const double mullins_noda = -0.0648361858383, donnan = -0.0114099703592;
static const double potassium = -0.0899832077907, sodium = 0.0649569658027; /* nernst_mammal_37C */

/* Of three monovalent ions, the logarithm of Hodgkin and Katz. */
static double ghk_of(const double *permeability, const double *in, const double *out) {
  const double *p = permeability;
  return warm * log((p[0] * out[0] + p[1] * out[1] + p[2] * in[2]) / (p[0] * in[0] + p[1] * in[1] + p[2] * out[2]));
}

static void a_constant_field_is_goldmans(void **state) {
  (void)state;
  /* ghk_squid_6p3C; the other ions make up for the charge and do not pass */
  expect(DECK(NEUTRAL COLD, "fill: {K+: 400 mM, Na+: 50 mM, Cl-: 52 mM, A-: 398 mM}",
              "{name: leak, ghk: {K+: 1e-8 m/s, Na+: 4e-10 m/s, Cl-: 4.5e-9 m/s}}",
              "K+: 20 mM, Na+: 440 mM, Cl-: 560 mM, B+: 100 mM", OPEN),
         FORMS({"ghk", -0.0571260815045}));
  /* permeabilities of several mechanisms add up */
  expect(DECK(NEUTRAL COLD, "fill: {K+: 400 mM, Na+: 50 mM, Cl-: 52 mM, A-: 398 mM}",
              "{name: a, ghk: {K+: 0.4e-8 m/s, Cl-: 4.5e-9 m/s}}, {name: b, ghk: {Na+: 4e-10 m/s, K+: 0.6e-8 m/s}}",
              "K+: 20 mM, Na+: 440 mM, Cl-: 560 mM, B+: 100 mM", OPEN),
         FORMS({"ghk", -0.0571260815045}));
  /* one ion alone is Nernst's */
  expect(DECK(NEUTRAL WARM, FULL, "{name: leak, ghk: {K+: 1e-8 m/s}}", BATH, SALT), NO_FORM);
}

static void a_pump_is_mullins_and_nodas(void **state) {
  (void)state;
  const double p[] = {1e-8, 4e-10, 2e-9}, in[] = {99.0715859443, 46.1882009274, 13.2597868717}, out[] = {5, 145, 150};
  const Form ghk = {"ghk", ghk_of(p, in, out)}, both = {"mullins-noda", mullins_noda};
  const Form equal = {"donnan", donnan};
  expect(DECK(NEUTRAL WARM, FULL, LEAK ", " PUMP("5e-8 mol/m2/s"), BATH, CLOSED), FORMS(ghk, both));
  /* also where a reservoir holds the inside, in a field with charge layers, and with a pump that saturates */
  expect(DECK(NEUTRAL WARM, FULL, LEAK ", " PUMP("5e-8 mol/m2/s"), BATH, SALT), FORMS(ghk, both));
  expect(DECK(WARM, FULL, LEAK ", " PUMP("5e-8 mol/m2/s"), BATH, CLOSED), FORMS(ghk, both));
  expect(DECK(NEUTRAL WARM, FULL, LEAK ", " PUMP("5e-8 mol/m2/s, half_inside: {Na+: 10 mM}"), BATH, CLOSED),
         FORMS(ghk, both));
  /* an electroneutral pump: r = 1 */
  expect(DECK(NEUTRAL WARM, FULL, LEAK ", {name: x, pump: {stoichiometry: {Na+: 2, K+: -2}, rate: 1e-8 mol/m2/s}}",
              BATH, CLOSED),
         FORMS(ghk, {"mullins-noda", warm * log((p[0] * 5 + p[1] * 145) / (p[0] * in[0] + p[1] * in[1]))}));
  /* stopped, before and after it is: then the cell runs down to Donnan's equilibrium */
#define STOPPED PUMP("{step: {from: 5e-8 mol/m2/s, to: 0 mol/m2/s, at: 0 s}}")
  expect_at(-1.0, DECK(NEUTRAL WARM, FULL, LEAK ", " STOPPED, BATH, CLOSED), FORMS(ghk, both));
  expect_at(60.0, DECK(NEUTRAL WARM, FULL, LEAK ", " STOPPED, BATH, CLOSED), FORMS(ghk, equal));
}

static void a_pump_of_another_kind_is_not(void **state) {
  (void)state;
  const double p[] = {1e-8, 4e-10, 2e-9}, in[] = {99.0715859443, 46.1882009274, 13.2597868717}, out[] = {5, 145, 150};
  const Form ghk = {"ghk", ghk_of(p, in, out)};
#define OTHER(mechanisms) DECK(NEUTRAL WARM, FULL, LEAK ", " mechanisms, BATH, CLOSED)
  expect(OTHER("{name: x, pump: {stoichiometry: {Na+: 3, K+: -2, Cl-: -1}, rate: 1e-8 mol/m2/s}}"), FORMS(ghk));
  expect(OTHER("{name: x, pump: {stoichiometry: {Na+: 3, Cl-: -2}, rate: 1e-8 mol/m2/s}}"), FORMS(ghk));
  expect(OTHER("{name: x, pump: {stoichiometry: {Na+: 3}, rate: 1e-8 mol/m2/s}}"), FORMS(ghk));
  expect(OTHER(PUMP("1e-8 mol/m2/s") ", {name: x, pump: {stoichiometry: {Na+: 1, K+: -1}, rate: 1e-8 mol/m2/s}}"),
         FORMS(ghk));
  expect(OTHER(PUMP("1e-8 mol/m2/s") ", {name: x, stimulus: {carrier: K+, current: 1 mA/m2}}"), FORMS(ghk));
  /* some of the K+ goes another way */
  expect(OTHER(PUMP("1e-8 mol/m2/s") ", {name: x, conductance: {K+: 0.1 mS/cm2}}"), NO_FORM);
}

static void conductances_weigh_reversal_potentials(void **state) {
  (void)state;
#define NEURON "fill: {K+: 140 mM, Na+: 12.76 mM, Cl-: 10 mM, A-: 142.76 mM}"
#define AROUND "K+: 4.83 mM, Na+: 145 mM, Cl-: 110 mM, A-: 39.83 mM"
  expect(DECK(NEUTRAL WARM_AND(A), NEURON, "{name: a, conductance: {K+: 0.3 mS/cm2}}", AROUND, OPEN),
         FORMS({"chord-conductance", potassium}));
  expect(DECK(NEUTRAL WARM_AND(A), NEURON,
              "{name: a, conductance: {K+: 0.3 mS/cm2, Na+: 0.1 mS/cm2}}, "
              "{name: b, conductance: {Cl-: 0.2 mS/cm2}, reversal: -50 mV}",
              AROUND, OPEN),
         FORMS({"chord-conductance", (3 * potassium + sodium + 2 * -0.05) / 6}));
  /* what a pump carries is no conductance; where an ion also passes by another law, the form says nothing */
  expect(DECK(NEUTRAL WARM_AND(A), NEURON, "{name: a, conductance: {K+: 0.3 mS/cm2}}, " PUMP("1e-8 mol/m2/s"), AROUND,
              OPEN),
         FORMS({"chord-conductance", potassium}));
  expect(DECK(NEUTRAL WARM_AND(A), NEURON, "{name: a, conductance: {K+: 0.3 mS/cm2}}, {name: b, ghk: {Na+: 1e-10 m/s}}",
              AROUND, OPEN),
         NO_FORM);
  /* an ion on one side only has no Nernst potential, but may have a given reversal potential */
  expect(DECK(NEUTRAL WARM_AND(A ", " B), NEURON, "{name: a, conductance: {K+: 0.3 mS/cm2, B+: 0.3 mS/cm2}}",
              "K+: 4.83 mM, Na+: 145 mM, Cl-: 110 mM, A-: 49.83 mM, B+: 10 mM", OPEN),
         NO_FORM);
  expect(DECK(NEUTRAL WARM_AND(A ", " B), NEURON,
              "{name: a, conductance: {K+: 0.3 mS/cm2}}, {name: b, conductance: {B+: 0.1 "
              "mS/cm2}, reversal: 20 mV}",
              "K+: 4.83 mM, Na+: 145 mM, Cl-: 110 mM, A-: 49.83 mM, B+: 10 mM", OPEN),
         FORMS({"chord-conductance", (3 * potassium + 0.02) / 4}));
}

static void donnan_is_where_nothing_works(void **state) {
  (void)state;
  const double p[] = {1e-8, 4e-10, 2e-9}, in[] = {99.0715859443, 46.1882009274, 13.2597868717}, out[] = {5, 145, 150};
  const Form ghk = {"ghk", ghk_of(p, in, out)}, equal = {"donnan", donnan};
  expect(DECK(NEUTRAL WARM, FULL, LEAK, BATH, CLOSED), FORMS(ghk, equal));
  /* impermeant ions in place of the fixed charge */
  expect(DECK(NEUTRAL WARM_AND(A),
              "fill: {K+: 99.0715859443 mM, Na+: 46.1882009274 mM, Cl-: 13.2597868717 mM, A-: 132 mM}", LEAK, BATH,
              CLOSED),
         FORMS(ghk, equal));
  /* an inside that a reservoir holds, charge layers, a reversal potential that is no equilibrium */
  expect(DECK(NEUTRAL WARM, FULL, LEAK, BATH, SALT), FORMS(ghk));
  expect(DECK(NEUTRAL WARM, FULL, LEAK, BATH, SALT ", impermeable: [K+, Na+, Cl-]"), FORMS(ghk, equal));
  expect(DECK(WARM, FULL, LEAK, BATH, CLOSED), FORMS(ghk));
  expect(DECK(NEUTRAL WARM, FULL, "{name: a, conductance: {K+: 0.3 mS/cm2}, reversal: -60 mV}", BATH, CLOSED),
         FORMS({"chord-conductance", -0.06}));
  /* no charge stays inside */
  expect(DECK(NEUTRAL WARM, "fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}", LEAK, BATH, CLOSED), FORMS({"ghk", 0.0}));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_constant_field_is_goldmans), cmocka_unit_test(a_pump_is_mullins_and_nodas),
      cmocka_unit_test(a_pump_of_another_kind_is_not), cmocka_unit_test(conductances_weigh_reversal_potentials),
      cmocka_unit_test(donnan_is_where_nothing_works)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
