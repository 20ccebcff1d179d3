/* Sensitivities: each is the slope of full solutions with the number a little larger and smaller; and the laws of
   scaling that an answer keeps, whatever its numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shared_run.h"

enum { TEXT = 4000 };

static const double relative = 1e-6; /* of the sensitivity itself */
static const double rounding = 1e-6; /* of the largest sensitivity */
static const double reach = 0.2;     /* of a parameter's step, to either side, where solutions are found */

typedef struct {
  const char *name;
  const char *body;
  const char *of; /* the quantity with its selectors */
  int parameters; /* how many numbers the deck has, counted by hand */
} Case;

#define JUNCTION(field, geometry)                                                                                      \
  field geometry "species: [H+, {name: K+, diffusivity: 2e-9 m2/s}, Cl-]\n"                                            \
                 "domain:\n"                                                                                           \
                 "  - {region: a, width: 50 nm, cells: 60, fill: {H+: 20 mM, K+: 80 mM, Cl-: 100 mM}}\n"               \
                 "  - {region: b, width: 70 nm, cells: 60, fill: {H+: 10 mM, Cl-: 10 mM}}\n"                           \
                 "terminals: {left: {reservoir: a}, right: {reservoir: b, current: 2 kA/m2}}\n"

#define MEMBRANE(field, control)                                                                                       \
  field "species: [K+, Ca2+, Cl-]\nmedium: {permittivity: 80}\ntemperature: 37 degC\n"                                 \
        "domain:\n"                                                                                                    \
        "  - {region: a, width: 20 nm, cells: 40, fill: {K+: 100 mM, Ca2+: 2 mM, Cl-: 104 mM}}\n"                      \
        "  - {region: film, width: 30 nm, cells: 60, fixed_charge: -60 mM, permittivity: 60, partition: {Cl-: 0.5},\n" \
        "     diffusion_factor: 0.1}\n"                                                                                \
        "  - {region: b, width: 20 nm, cells: 40, diffusion_factor: {K+: 0.5}, diffusivity: {Cl-: 1e-9 m2/s}}\n"       \
        "terminals: {left: {reservoir: a}, right: {reservoir: {K+: 10 mM, Ca2+: 1 mM, Cl-: 12 mM}, " control "}}\n"

#define COUPLE                                                                                                         \
  "species: [Fe3+, Fe2+, Cl-]\n"                                                                                       \
  "domain: [{region: solution, width: 20 nm, cells: 120, fill: {Fe3+: 10 mM, Fe2+: 1 mM, Cl-: 32 mM}}]\n"              \
  "terminals:\n  left: {reservoir: solution}\n  right:\n    electrode:\n"                                              \
  "      couples: [{name: iron, oxidised: Fe3+, reduced: Fe2+, electrons: 1, standard_potential: 0.771 V,\n"           \
  "        exchange_current: 1 kA/m2}]\n"                                                                              \
  "      stern: {capacitance: 20 uF/cm2}\n      zero_charge_potential: 0.7 V\n    current: 2 kA/m2\n"

#define MIXED                                                                                                          \
  "field: supported\nspecies:\n  - {name: A3, charge: 3, diffusivity: 6e-10 m2/s}\n"                                   \
  "  - {name: A2, charge: 2, diffusivity: 6e-10 m2/s}\n  - {name: B, charge: -1, diffusivity: 5e-10 m2/s}\n"           \
  "domain: [{region: layer, width: 50 um, cells: 50, fill: {A3: 10 mM, A2: 1 mM, B: 5 mM}}]\n"                         \
  "terminals:\n  left: {reservoir: layer}\n  right:\n    electrode:\n      couples:\n"                                 \
  "        - {name: a, oxidised: A3, reduced: A2, electrons: 1, standard_potential: 0.7 V, rate_constant: 1e-6 m/s}\n" \
  "        - {name: b, oxidised: {}, reduced: B, electrons: 1, standard_potential: 0.3 V, rate_constant: 1e-8 m/s}\n"  \
  "    current: 0 A/m2\n"

#define CLOSED                                                                                                         \
  "species: [K+, Cl-]\ndomain:\n"                                                                                      \
  "  - {region: a, width: 12 nm, cells: 100, fill: {K+: 0.1 M, Cl-: 0.1 M}}\n"                                         \
  "  - {region: b, width: 8 nm, cells: 100, fill: {K+: 0.2 M, Cl-: 0.2 M}}\n"                                          \
  "terminals: {left: {electrode: {}, potential: 0 V}, right: {electrode: {}, potential: 0.2 V}}\n"

#define ALIVE(field)                                                                                                   \
  field                                                                                                                \
      "species: [K+, Na+, Cl-]\ndomain:\n"                                                                             \
      "  - {region: in, width: 20 nm, cells: 60, fill: {K+: 140 mM, Na+: 12 mM, Cl-: 152 mM}}\n"                       \
      "  - membrane: plasma\n    inside: in\n    capacitance: 1 uF/cm2\n    mechanisms:\n"                             \
      "      - {name: leak, ghk: {K+: 1e-4 m/s, Na+: 4e-6 m/s, Cl-: 2e-5 m/s}}\n"                                      \
      "      - {name: kir, conductance: {K+: 2 S/cm2}}\n"                                                              \
      "      - {name: INa, gated: hodgkin-huxley sodium, carrier: Na+, conductance: 1 kS/cm2, reversal: 50 mV}\n"      \
      "      - {name: NaK, pump: {stoichiometry: {Na+: 3, K+: -2}, rate: 1e-3 mol/m2/s, half_inside: {Na+: 5 mM}}}\n"  \
      "  - {region: out, width: 20 nm, cells: 60, fill: {K+: 5 mM, Na+: 145 mM, Cl-: 150 mM}}\n"                       \
      "terminals: {left: {reservoir: in}, right: {reservoir: out, current: 2 kA/m2}}\n"

#define IRON                                                                                                           \
  "couples: [{name: iron, oxidised: Fe3+, reduced: Fe2+, electrons: 1, standard_potential: 0.771 V, rate_constant: "   \
  "1e-5 m/s}]"
#define CLOSED_COUPLE                                                                                                  \
  "field: electroneutral\nspecies: [Fe3+, Fe2+, Cl-]\n"                                                                \
  "domain: [{region: layer, width: 50 um, cells: 100, fill: {Fe3+: 1 mM, Fe2+: 2 mM, Cl-: 7 mM}}]\n"                   \
  "terminals:\n  left: {electrode: {" IRON "}, potential: 0 V}\n  right: {electrode: {" IRON "}, potential: 20 mV}\n"

static const Case cases[] = {
    /* 3 diffusivities, 2 widths, 5 fills, current, permittivity, temperature */
    {"potential of a junction under current", JUNCTION("", ""), "of: potential", 13},
    {"potential of an electroneutral junction", JUNCTION("field: electroneutral\n", ""), "of: potential", 13},
    {"current through a cylinder",
     "species: [K+, Cl-]\ngeometry: cylindrical\ninner_radius: 10 nm\n"
     "domain: [{region: a, width: 30 nm, cells: 80, fixed_charge: 5 mM}]\n"
     "terminals: {left: {reservoir: {K+: 10 mM, Cl-: 10 mM}},\n"
     "            right: {reservoir: {K+: 50 mM, Cl-: 50 mM}, potential: 20 mV}}\n",
     "of: current", 12},
    /* 3 D, 3 + 1 + 3 widths and fills, factors 1 + 1, D 1, charge, permittivities 2, partition, reservoir 3, T, right
     */
    {"potential of a membrane", MEMBRANE("", "current: 0 A/m2"), "of: potential", 20},
    {"flux through an electroneutral membrane", MEMBRANE("field: electroneutral\n", "potential: -30 mV"),
     "of: flux, species: Ca2+", 21},
    {"concentration in a membrane", MEMBRANE("", "potential: -30 mV"),
     "of: concentration, species: Cl-, at: {x: 33 nm}", 21},
    /* 3 diffusivities, width, 3 fills, exchange current, 2 potentials, Stern, current, permittivity, temperature */
    {"overpotential of a couple with its double layer", COUPLE, "of: overpotential, couple: iron", 14},
    {"potential of an electrode with its double layer", COUPLE, "of: potential", 14},
    /* 3 diffusivities, width, 3 fills, 2 rate constants, 3 potentials, permittivity, temperature */
    {"mixed potential", MIXED, "of: potential", 14},
    {"current of one couple of a mixed potential", MIXED, "of: couple current, couple: b", 14},
    /* 2 D, 2 widths, 4 fills, 2 potentials, permittivity, temperature, and both zero-charge potentials */
    {"charge of a closed cell", CLOSED, "of: charge, terminal: right", 14},
    /* 3 D, 2 widths, 6 fills, capacitance, 3 + 1 + 4 + 2 of the mechanisms (a stoichiometry is exact), current,
       permittivity, temperature */
    {"membrane potential", ALIVE(""), "of: membrane potential, membrane: plasma", 25},
    {"current of a pump in an electroneutral cylinder",
     ALIVE("field: electroneutral\ngeometry: cylindrical\ninner_radius: 10 nm\n"),
     "of: membrane current, membrane: plasma, mechanism: NaK", 26},
    /* 3 diffusivities, width, 3 fills, 2 rate constants, 4 potentials and both zero-charge ones, permittivity,
       temperature */
    {"current of a closed cell with a couple", CLOSED_COUPLE, "of: current", 17},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static Solved *solve_case(const Case *c, const char *to) {
  char text[TEXT];
  assert_in_range(snprintf(text, sizeof text, "saltbridge: 1\n%sprotocol:\n  - steady\n  - sensitivity: {%s, to: %s}\n",
                           c->body, c->of, to),
                  1, sizeof text - 1);
  return solve_deck(text);
}

/* The quantity of a full solution with a parameter moved by so many steps. */
static double solution(const Solved *solved, const SbParameter *parameter, double steps) {
  const SbMeasure *measure = &solved_step(solved)->sensitive;
  double kept[SB_PARAMETER_NUMBERS];
  SbAdapt *adapt;
  sb_parameter_move(parameter, steps, kept);
  SbProblem *problem = sb_problem_create(solved->deck, solved->diagnostics);
  assert_non_null(problem);
  VERIFY(SbAdaptCreate(problem, 1, measure, &adapt));
  VERIFY(SbAdaptSolve(adapt, NULL, NULL));
  assert_true(adapt->converged);
  const double value = adapt->readings[0].value;
  VERIFY(SbAdaptDestroy(&adapt));
  sb_problem_destroy(&problem);
  sb_parameter_restore(parameter, kept);
  return value;
}

static void slopes_of_solutions(void **state) {
  Solved *solved = solve_case(*state, "all");
  const SbStepResult *step = solved_step(solved);
  const double largest = fabs(step->sensitivities[0].change);
  double worst = 0.0;
  assert_int_equal(step->sensitivity_count, ((const Case *)*state)->parameters);
  assert_true(largest > 0.0);
  for (int i = 0; i < step->sensitivity_count; i++) {
    const SbSensitivity *entry = &step->sensitivities[i];
    double value[4];
    for (int k = 0; k < 4; k++)
      value[k] = solution(solved, entry->parameter, reach * (k < 2 ? k - 2 : k - 1) / 2.0);
    /* fourth order, at distances of reach/2 and reach */
    const double difference = (8.0 * (value[2] - value[1]) - (value[3] - value[0])) / (6.0 * reach);
    const double allowed = relative * fabs(difference) + rounding * largest;
    if (!(fabs(entry->change - difference) <= allowed))
      fail_msg("%s: %.9g, by differences %.9g", entry->parameter->path, entry->change, difference);
    if (fabs(difference) > 1e-3 * largest)
      worst = fmax(worst, fabs(entry->change / difference - 1.0));
  }
  print_message("  %d numbers, worst relative difference %.2g\n", step->sensitivity_count, worst);
  solved_end(&solved);
}

/* Sum of the changes for +1 % of all numbers whose path has the word in it. */
static double sum_of(const SbStepResult *step, const char *word) {
  double sum = 0.0;
  for (int i = 0; i < step->sensitivity_count; i++)
    if (strstr(step->sensitivities[i].parameter->path, word))
      sum += step->sensitivities[i].change;
  return sum;
}

/* At open circuit a common factor of all diffusivities changes nothing. Nor does one of all concentrations, fixed
   charges and the permittivity (which keeps the Debye length); the fills' changes count twice, since every ion takes
   its counter-ions along. */
static void scaling_laws(void **state) {
  (void)state;
  const Case membrane = {.body = MEMBRANE("", "current: 0 A/m2"), .of = "of: potential"};
  const Case neutral = {.body = MEMBRANE("field: electroneutral\n", "current: 0 A/m2"), .of = "of: potential"};
  const Case *both[] = {&membrane, &neutral};
  for (int i = 0; i < 2; i++) {
    Solved *solved = solve_case(both[i], "all");
    const SbStepResult *step = solved_step(solved);
    const double small = 1e-7 * fabs(step->sensitivities[0].change);
    /* Cl- of b is given outright, all else follows the species */
    const double diffusivities = sum_of(step, "species.") + sum_of(step, "b.diffusivity.");
    const double fills = sum_of(step, "fill.") + sum_of(step, "reservoir.");
    const double charges = sum_of(step, "fixed_charge"), permittivities = sum_of(step, "permittivity");
    const double widths = sum_of(step, "width");
    assert_true(fabs(sum_of(step, "species.K+")) > 1e4 * small && fabs(fills) > 1e4 * small &&
                fabs(charges) > 1e4 * small);
    assert_true(fabs(diffusivities) <= small);
    assert_true(fabs(0.5 * fills + charges + permittivities) <= small);
    /* lengths count in Debye lengths */
    assert_true(fabs(widths - 2.0 * permittivities) > 1e4 * small || i == 1);
    assert_true(fabs(widths + 2.0 * permittivities) <= small);
    solved_end(&solved);
  }
}

/* An impermeable end in Donnan equilibrium: the potential is known in closed form. E = asinh(X/2c) RT/F for a 1-1 salt,
   so that both slopes by logarithms are -+ (RT/F) r/sqrt(1 + r^2), r = X/2c. */
static void donnan_by_hand(void **state) {
  (void)state;
  const Case gel = {.body = "species: [K+, Cl-]\nfield: electroneutral\ndomain:\n"
                            "  - {region: bath, width: 30 nm, cells: 4, fill: {K+: 20 mM, Cl-: 20 mM}}\n"
                            "  - {region: gel, width: 30 nm, cells: 4, fixed_charge: -60 mM}\n"
                            "terminals: {left: {reservoir: bath}, right: {wall: {}}}\n",
                    .of = "of: potential"};
  Solved *solved = solve_case(&gel, "[regions.gel.fixed_charge, regions.bath.fill]");
  const SbStepResult *step = solved_step(solved);
  const double r = -60.0 / 40.0, slope = 0.01 * solved->problem->thermal_voltage * r / sqrt(1.0 + r * r);
  assert_int_equal(step->sensitivity_count, 3);
  assert_true(fabs(sum_of(step, "gel.fixed_charge") - slope) < 1e-6 * fabs(slope));
  assert_true(fabs(sum_of(step, "fill.K+") + slope) < 1e-6 * fabs(slope));
  assert_true(fabs(sum_of(step, "fill.Cl-") + slope) < 1e-6 * fabs(slope));
  solved_end(&solved);
}

/* Between walls a fixed charge cannot change alone, since the cell would no longer be electroneutral; and the deck is
   as it was afterwards. */
static void what_cannot_move(void **state) {
  (void)state;
  const Case cell = {.body = "species: [K+, Cl-]\ndomain:\n"
                             "  - {region: a, width: 10 nm, cells: 40, fill: {K+: 50 mM, Cl-: 50 mM}}\n"
                             "  - {region: b, width: 10 nm, cells: 40, fixed_charge: -30 mM, fill: {K+: 30 mM}}\n"
                             "terminals: {left: {wall: {}}, right: {wall: {}}}\n",
                     .of = "of: potential"};
  Solved *solved = solve_case(&cell, "all");
  const SbStepResult *step = solved_step(solved);
  int stuck = 0;
  for (int i = 0; i < step->sensitivity_count; i++) {
    const SbSensitivity *entry = &step->sensitivities[i];
    const bool charge = strstr(entry->parameter->path, "fixed_charge");
    if (charge) {
      assert_true(isnan(entry->change));
      assert_non_null(strstr(entry->reason, "electroneutral"));
    }
    assert_true(isnan(entry->change) == (entry->reason != NULL));
    assert_true(*entry->parameter->place == entry->value);
    stuck += isnan(entry->change);
  }
  assert_int_equal(stuck, 2); /* the fixed charge, and K+ that has no counter-ion */
  assert_true(isnan(step->sensitivities[step->sensitivity_count - 1].change));
  solved_end(&solved);
}

/* Neither a sensitivity nor an impedance moves the state that a later step is about. */
static void state_stays(void **state) {
  (void)state;
  static const char deck[] = "saltbridge: 1\n" JUNCTION(
      "", "") "protocol:\n"
              "  - steady\n  - sensitivity: {of: potential, to: species}\n"
              "  - impedance: {frequencies: [1 kHz]}\n  - sensitivity: {of: potential, to: species}\n"
              "expect: [{quantity: potential, value: 0 V, tolerance: 1 V}]\n";
  Solved *solved = solve_deck(deck);
  const SbRun *run = solved->session.run;
  const SbStepResult *first = &run->steps[1], *second = &run->steps[3];
  assert_int_equal(first->sensitivity_count, 3);
  for (int i = 0; i < 3; i++)
    assert_true(fabs(first->sensitivities[i].change - second->sensitivities[i].change) <=
                1e-5 * first->sensitive_value);
  assert_true(solved->findings[0].met && run->steps[2].solved[0]);
  solved_end(&solved);
}

int main(void) {
  struct CMUnitTest tests[CASES + 4];
  for (int i = 0; i < CASES; i++)
    tests[i] = (struct CMUnitTest){
        .name = cases[i].name, .test_func = slopes_of_solutions, .initial_state = (void *)(uintptr_t)&cases[i]};
  tests[CASES] = (struct CMUnitTest)cmocka_unit_test(scaling_laws);
  tests[CASES + 1] = (struct CMUnitTest)cmocka_unit_test(donnan_by_hand);
  tests[CASES + 2] = (struct CMUnitTest)cmocka_unit_test(what_cannot_move);
  tests[CASES + 3] = (struct CMUnitTest)cmocka_unit_test(state_stays);
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
