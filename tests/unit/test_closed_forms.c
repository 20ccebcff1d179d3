/* Which closed forms speak of which cell, and what they say: whole decks, the complete list of forms with their values.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "closed_forms/closed_forms.h"

typedef struct {
  const char *name;
  double value; /* SI */
} Form;

enum { MOST_FORMS = 4, MOST_TEXT = 4096 };

/* Joins the parts of a deck; a line protocol is added. */
#define DECK(...)                                                                                                      \
  (const char *const[]) {                                                                                              \
    "saltbridge: 1\n", __VA_ARGS__, "protocol: [steady]\n", NULL                                                       \
  }
#define FORMS(...)                                                                                                     \
  (const Form[MOST_FORMS + 1]) {                                                                                       \
    __VA_ARGS__                                                                                                        \
  }
#define NO_FORM FORMS({0})

/* Of the deck exactly these forms speak, each with its value within 1e-9 of its size. */
static void expect(const char *const *parts, const Form *forms) {
  char text[MOST_TEXT] = "";
  for (int i = 0; parts[i]; i++)
    strncat(text, parts[i], sizeof text - strlen(text) - 1);
  SbDeck *deck = NULL;
  SbDiagnostics *diagnostics = NULL;
  const SbStatus status = sb_deck_read_text("deck", text, strlen(text), &deck, &diagnostics);
  SbProblem *problem = status == SB_OK ? sb_problem_create(deck, diagnostics) : NULL;
  if (!problem) {
    sb_diagnostics_print(diagnostics, stderr);
    fail_msg("not a good deck:\n%s", text);
  }
  for (int i = 0; sb_closed_forms[i]; i++) {
    const SbClosedForm *form = sb_closed_forms[i];
    const Form *wanted = NULL;
    for (int k = 0; k < MOST_FORMS && forms[k].name; k++) {
      if (strcmp(forms[k].name, form->name) == 0)
        wanted = &forms[k];
    }
    if (form->applies(problem) != (wanted != NULL))
      fail_msg("%s %s:\n%s", form->name, wanted ? "does not apply" : "applies", text);
    if (wanted && !(fabs(form->value(problem) - wanted->value) <= 1e-9 * fabs(wanted->value) + 1e-15))
      fail_msg("%s is %.12g, expected %.12g:\n%s", form->name, form->value(problem), wanted->value, text);
  }
  sb_problem_destroy(&problem);
  sb_diagnostics_destroy(&diagnostics);
  sb_deck_destroy(&deck);
}

static const char *const kcl_hcl = "species: [{name: H+, charge: 1, diffusivity: 9.311e-9 m2/s, source: x},"
                                   " {name: K+, charge: 1, diffusivity: 1.957e-9 m2/s, source: x},"
                                   " {name: Cl-, charge: -1, diffusivity: 2.032e-9 m2/s, source: x}]\n";
#define LEFT_HCL "left: {reservoir: {H+: 0.1 M, Cl-: 0.1 M}}\n"
static const char *const open_ends =
    "terminals:\n  " LEFT_HCL "  right: {reservoir: {K+: 0.01 M, Cl-: 0.01 M}, current: 0 A/m2}\n";

static const Form henderson = {"henderson", 0.057264577338}, planck = {"planck", 0.0525785365466};

static void junctions(void **state) {
  (void)state;
  const double unit = 8.314462618 * 298.15 / 96485.33212;
  const double ghk = unit * log((9.311 * 100 + 2.032 * 10) / (1.957 * 10 + 2.032 * 100));
  expect(DECK(kcl_hcl, "domain: [{region: a, width: 100 nm}, {region: b, width: 100 nm}]\n", open_ends),
         FORMS(henderson, planck));
  expect(DECK(kcl_hcl, "domain: [{region: a, width: 100 nm}, {region: b, width: 100 nm, diffusion_factor: 0.2}]\n",
              open_ends),
         FORMS(henderson, planck));
  expect(DECK(kcl_hcl, "field: electroneutral\ngeometry: spherical\ninner_radius: 1 um\n",
              "domain: [{region: a, width: 100 nm}, {region: b, width: 100 nm}]\n", open_ends),
         FORMS(henderson, planck));
  /* the constant field is said of a single region as well */
  expect(DECK(kcl_hcl, "domain: [{region: a, width: 100 nm}]\n", open_ends), FORMS(henderson, planck, {"ghk", ghk}));
  /* diffusivities in different ratios, no potential at all, an ion that does not cross an end */
  expect(DECK(kcl_hcl,
              "domain: [{region: a, width: 100 nm}, {region: b, width: 100 nm, diffusion_factor: {H+: 0.2}}]\n",
              open_ends),
         NO_FORM);
  expect(DECK(kcl_hcl, "field: supported\ndomain: [{region: a, width: 100 nm}]\n", open_ends), NO_FORM);
  expect(DECK(kcl_hcl, "domain: [{region: a, width: 100 nm}, {region: b, width: 100 nm}]\nterminals:\n  ", LEFT_HCL,
              "  right: {reservoir: {K+: 0.01 M, Cl-: 0.01 M}, impermeable: [K+], current: 0 A/m2}\n"),
         NO_FORM);
}

#define SQUID                                                                                                          \
  "temperature: 6.3 degC\nspecies: [K+, Na+, Cl-, {name: A-, charge: -1, diffusivity: 1e-9 m2/s, source: x},"          \
  " {name: B+, charge: 1, diffusivity: 1e-9 m2/s, source: x}]\ndomain:\n"
#define BATHS(properties)                                                                                              \
  "  - {region: in, width: 5 nm, diffusivity: {K+: 1e-9 m2/s, Na+: 1e-9 m2/s, Cl-: 1e-9 m2/s}}\n"                      \
  "  - {region: membrane, width: 5 nm, " properties "}\n"                                                              \
  "  - {region: out, width: 5 nm, diffusivity: {K+: 1e-9 m2/s, Na+: 1e-9 m2/s, Cl-: 1e-9 m2/s}}\nterminals:\n"         \
  "  left: {reservoir: {K+: 400 mM, Na+: 50 mM, Cl-: 52 mM, A-: 398 mM}}\n"                                            \
  "  right: {reservoir: {K+: 20 mM, Na+: 440 mM, Cl-: 560 mM, B+: 100 mM}, potential: 20 mV}\n"

static void membranes_without_charge(void **state) {
  (void)state;
  const double unit = 8.314462618 * 279.45 / 96485.33212;
  expect(DECK(SQUID,
              BATHS("partition: {A-: 0, B+: 0}, diffusivity: {K+: 1e-11 m2/s, Na+: 4e-13 m2/s, Cl-: 4.5e-12 m2/s}")),
         FORMS({"ghk", 0.0571260815045}));
  /* ten times slower than the baths, and not quite: by the diffusivity and by the partition coefficient */
  const double potential = unit * log((9.9e-11 * 400 + 5e-13 * 50) / (9.9e-11 * 20 + 5e-13 * 440));
  expect(DECK(SQUID, BATHS("partition: {A-: 0, B+: 0, Cl-: 0}, diffusivity: {K+: 9.9e-11 m2/s, Na+: 5e-13 m2/s}")),
         FORMS({"ghk", potential}));
  expect(DECK(SQUID, BATHS("partition: {A-: 0, B+: 0, Cl-: 0, K+: 0.099, Na+: 0.5}, "
                           "diffusivity: {K+: 1e-9 m2/s, Na+: 1e-12 m2/s}")),
         FORMS({"ghk", potential}));
  expect(DECK(SQUID, BATHS("partition: {A-: 0, B+: 0, Cl-: 0}, diffusivity: {K+: 1.01e-10 m2/s, Na+: 5e-13 m2/s}")),
         NO_FORM);
  /* one ion left, or none */
  expect(DECK(SQUID, BATHS("partition: {A-: 0, B+: 0, Cl-: 0, Na+: 0}")), FORMS({"nernst", unit * log(20.0)}));
  expect(DECK(SQUID, BATHS("partition: {A-: 0, B+: 0, Cl-: 0, Na+: 0, K+: 1e-6}")),
         FORMS({"nernst", unit * log(20.0)}));
  expect(DECK(SQUID, BATHS("partition: {A-: 0, B+: 0, K+: 0, Na+: 0}")), FORMS({"nernst", unit * log(560.0 / 52.0)}));
  expect(DECK(SQUID, BATHS("partition: {A-: 0, B+: 0, K+: 0, Na+: 0, Cl-: 0}")), NO_FORM);
}

#define KCL                                                                                                            \
  "species: [{name: K+, charge: 1, diffusivity: 1.957e-9 m2/s, source: x},"                                            \
  " {name: Cl-, charge: -1, diffusivity: 2.032e-9 m2/s, source: x}]\n"
#define KCL_BATHS                                                                                                      \
  "terminals:\n  left: {reservoir: {K+: 100 mM, Cl-: 100 mM}}\n"                                                       \
  "  right: {reservoir: {K+: 10 mM, Cl-: 10 mM}, current: 0 A/m2}\n"

static void charged_membranes(void **state) {
  (void)state;
  const Form left = {"donnan-left", -0.0123635728895}, right = {"donnan-right", -0.0594125050467},
             whole = {"teorell-meyer-sievers", 0.0466647640133};
  expect(DECK(KCL, "domain: [{region: l, width: 9 nm}, {region: m, width: 9 nm, fixed_charge: -0.1 M}, ",
              "{region: r, width: 9 nm}]\n", KCL_BATHS),
         FORMS(left, right, whole));
  expect(DECK(KCL, "domain: [{region: m, width: 9 nm, fixed_charge: -0.1 M, diffusion_factor: 0.01}]\n", KCL_BATHS),
         FORMS(left, right, whole));
  /* a membrane for cations only: the Nernst potential again */
  const double unit = 8.314462618 * 298.15 / 96485.33212;
  expect(DECK(KCL, "domain: [{region: l, width: 9 nm}, {region: m, width: 9 nm, fixed_charge: -0.1 M, ",
              "partition: {Cl-: 0}}, {region: r, width: 9 nm}]\n", KCL_BATHS),
         FORMS({"nernst", unit * log(10)}, {"teorell-meyer-sievers", unit * log(10)}, {"donnan-left", 1e-300},
               {"donnan-right", -unit * log(10)}));
  /* two charged regions */
  expect(DECK(KCL, "domain: [{region: l, width: 9 nm, fixed_charge: 1 mM}, {region: m, width: 9 nm, fixed_charge: ",
              "-0.1 M}]\n", KCL_BATHS),
         NO_FORM);
}

#define MIXED      "temperature: 37 degC\nspecies: [K+, Ca2+, Cl-]\n"
#define MIXED_BATH "{reservoir: {K+: 100 mM, Ca2+: 2 mM, Cl-: 104 mM}}"

static void donnan_at_a_dead_end(void **state) {
  (void)state;
  const Form gel_right = {"donnan", -0.0292744629139}, gel_left = {"donnan", 0.0292744629139};
  expect(DECK(MIXED, "domain: [{region: b, width: 9 nm}, {region: gel, width: 9 nm, fixed_charge: -0.3 M}]\n",
              "terminals: {left: ", MIXED_BATH, ", right: {wall: {}}}\n"),
         FORMS(gel_right));
  expect(DECK(MIXED, "domain: [{region: gel, width: 9 nm, fixed_charge: -0.3 M}, {region: b, width: 9 nm}]\n",
              "terminals: {left: {wall: {}}, right: {reservoir: {K+: 100 mM, Ca2+: 2 mM, Cl-: 104 mM}, ",
              "current: 0 A/m2}}\n"),
         FORMS(gel_left));
  /* a charged wall behind the gel, and a gel that does not reach the wall */
  expect(DECK(MIXED, "domain: [{region: b, width: 9 nm}, {region: gel, width: 9 nm, fixed_charge: -0.3 M}]\n",
              "terminals: {left: ", MIXED_BATH, ", right: {wall: {surface_charge: 1 mC/m2}}}\n"),
         NO_FORM);
  expect(DECK(MIXED, "domain: [{region: gel, width: 9 nm, fixed_charge: -0.3 M}, {region: b, width: 9 nm}]\n",
              "terminals: {left: ", MIXED_BATH, ", right: {wall: {}}}\n"),
         NO_FORM);
}

static void donnan_of_confined_ions(void **state) {
  (void)state;
  /* 10 mM of a protein with 5 charges, kept in by the end; with 20 mM more of fixed charge it is 70 mM */
  const double unit = 8.314462618 * 298.15 / 96485.33212;
  const char *const species = "species: [K+, Cl-, {name: P5-, charge: -5, diffusivity: 1e-10 m2/s, source: x}]\n";
  const char *const terminals = "terminals: {left: {reservoir: {K+: 100 mM, Cl-: 100 mM}, impermeable: [P5-]}, "
                                "right: {wall: {}}}\n";
  expect(DECK(species, "domain: [{region: cell, width: 9 nm, fill: {K+: 0.1 M, P5-: 10 mM}, fixed_charge: -20 mM}]\n",
              terminals),
         FORMS({"donnan", -unit * asinh(70.0 / 200.0)}));
  expect(DECK(species, "domain: [{region: cell, width: 9 nm, fill: {K+: 0.1 M, P5-: {table: [[0 nm, 10 mM], ",
              "[9 nm, 20 mM]]}}}]\n", terminals),
         NO_FORM);
}

static void confined_ions_between_reservoirs_shift(void **state) {
  (void)state;
  expect(DECK("species: [K+, Cl-, {name: P5-, charge: -5, diffusivity: 1e-10 m2/s, source: x}]\n",
              "domain: [{region: m, width: 9 nm, fill: {K+: 0.1 M, P5-: 10 mM}, fixed_charge: -20 mM}]\n",
              "terminals: {left: {reservoir: {K+: 100 mM, Cl-: 100 mM}, impermeable: [P5-]}, ",
              "right: {reservoir: {K+: 10 mM, Cl-: 10 mM}, impermeable: [P5-], current: 0 A/m2}}\n"),
         NO_FORM);
}

#define NACL_AT(c) "{reservoir: {Na+: " c ", Cl-: " c "}}"
#define HALF_SPACE "species: [Na+, Cl-]\nmedium: {permittivity: 78.5}\ndomain: [{region: a, width: 10 nm}]\n"

static void double_layers(void **state) {
  (void)state;
  const Form charge = {"gouy-chapman", 0.127315709498}, stern = {"gouy-chapman-stern", -0.0488229013381};
  expect(DECK(HALF_SPACE, "terminals: {left: ", NACL_AT("0.1 M"), ", right: {electrode: {}, potential: 0.1 V}}\n"),
         FORMS(charge));
  expect(DECK(HALF_SPACE, "terminals: {left: {electrode: {zero_charge_potential: 50 mV}, potential: 0.35 V}, right: ",
              "{reservoir: {Na+: 0.1 M, Cl-: 0.1 M}, potential: 0.2 V}}\n"),
         FORMS(charge));
  expect(DECK(HALF_SPACE, "terminals: {left: ", NACL_AT("0.1 M"),
              ", right: {electrode: {stern: {capacitance: 20 uF/cm2}}, potential: -0.3 V}}\n"),
         FORMS(stern));
  /* its own inverse, on either side */
  expect(DECK(HALF_SPACE, "terminals: {left: ", NACL_AT("0.1 M"),
              ", right: {wall: {surface_charge: 0.127315709498 C/m2}}}\n"),
         FORMS({"gouy-chapman-potential", 0.1}));
  expect(DECK(HALF_SPACE, "terminals: {left: {wall: {surface_charge: 0.127315709498 C/m2}}, right: ",
              "{reservoir: {Na+: 0.1 M, Cl-: 0.1 M}, current: 0 A/m2}}\n"),
         FORMS({"gouy-chapman-potential", -0.1}));
}

static void no_double_layer_formula(void **state) {
  (void)state;
  const char *const held = "terminals: {left: " NACL_AT("0.1 M") ", right: {electrode: {}, potential: 0.1 V}}\n";
  expect(DECK(HALF_SPACE, "field: supported\n", held), NO_FORM);
  expect(DECK(HALF_SPACE, "geometry: cylindrical\ninner_radius: 1 nm\n", held), NO_FORM);
  expect(DECK(HALF_SPACE, "terminals: {left: ", NACL_AT("20 mM"), ", right: {electrode: {}, potential: 0.1 V}}\n"),
         NO_FORM); /* 10 nm are less than five Debye lengths */
  expect(DECK(HALF_SPACE, "terminals: {left: ", NACL_AT("0.1 M"),
              ", right: {electrode: {}, potential: {step: {from: 0 V, to: 0.1 V, at: 0 s}}}}\n"),
         NO_FORM);
  expect(DECK("species: [Na+, Cl-]\ndomain: [{region: a, width: 9 nm}, {region: b, width: 9 nm, permittivity: 10}]\n",
              held),
         NO_FORM);
  expect(
      DECK("species: [Na+, Cl-]\ndomain: [{region: a, width: 9 nm}, {region: b, width: 9 nm, partition: {Na+: 0.5}}]\n",
           held),
      NO_FORM);
}

#define REDOX                                                                                                          \
  "field: supported\nspecies: [{name: O, charge: 0, diffusivity: 1e-9 m2/s, source: x}, "                              \
  "{name: R, charge: 0, diffusivity: 4e-9 m2/s, source: x}]\n"
#define LAYER(width, fill) "domain: [{region: s, width: " width ", fill: {" fill "}}]\n"
#define ELECTRODE(reaction, rate, control)                                                                             \
  "{electrode: {couples: [{name: c, " reaction ", standard_potential: 0 V, rate_constant: " rate "}]}, " control "}"
#define ONE_ELECTRON    "oxidised: O, reduced: R, electrons: 1"
#define ENDS(electrode) "terminals: {left: {reservoir: s}, right: " electrode "}\n"
#define HELD(potential) ENDS(ELECTRODE(ONE_ELECTRON, "1e-2 m/s", "potential: " potential))

/* Like expect(), of the two forms about transients only; 0: the form does not apply. */
static void expect_transient(const char *protocol, double cottrell, double randles_sevcik, const char *const *parts) {
  char text[MOST_TEXT] = "saltbridge: 1\n";
  for (int i = 0; parts[i]; i++)
    strncat(text, parts[i], sizeof text - strlen(text) - 1);
  strncat(text, protocol, sizeof text - strlen(text) - 1);
  SbDeck *deck = NULL;
  SbDiagnostics *diagnostics = NULL;
  const SbStatus status = sb_deck_read_text("deck", text, strlen(text), &deck, &diagnostics);
  SbProblem *problem = status == SB_OK ? sb_problem_create_at(deck, deck->protocol.count - 1, diagnostics) : NULL;
  if (!problem) {
    sb_diagnostics_print(diagnostics, stderr);
    fail_msg("not a good deck:\n%s", text);
  }
  const Form wanted[] = {{"cottrell", cottrell}, {"randles-sevcik", randles_sevcik}};
  for (int k = 0; k < 2; k++) {
    const SbClosedForm *form = sb_closed_form_find(wanted[k].name);
    if (form->applies(problem) != (wanted[k].value != 0.0))
      fail_msg("%s %s:\n%s", form->name, form->applies(problem) ? "applies" : "does not apply", text);
    if (wanted[k].value != 0.0 && !(fabs(form->value(problem) / wanted[k].value - 1.0) <= 1e-9))
      fail_msg("%s is %.12g, expected %.12g:\n%s", form->name, form->value(problem), wanted[k].value, text);
  }
  sb_problem_destroy(&problem);
  sb_diagnostics_destroy(&diagnostics);
  sb_deck_destroy(&deck);
}
#define PARTS(...)                                                                                                     \
  (const char *const[]) {                                                                                              \
    __VA_ARGS__, NULL                                                                                                  \
  }
#define TEN_SECONDS "protocol: [transient: {until: 10 s}]\n"
#define ONLY_O      LAYER("700 um", "O: 1 mM, R: 0 mM")
#define BOTH        LAYER("700 um", "O: 1 mM, R: 1 mM")

/* By hand: 96485.33212 sqrt(1e-9/(10 pi)) = 0.544360193472 A/m2. */
static const double jump = 0.544360193472;

static void a_jump_of_potential(void **state) {
  (void)state;
  expect_transient(TEN_SECONDS, jump, 0, PARTS(REDOX, ONLY_O, HELD("-0.5 V")));
  expect_transient(TEN_SECONDS, jump, 0, PARTS(REDOX, ONLY_O, HELD("{step: {from: 0.5 V, to: -0.5 V}}")));
  /* an oxidation, of what diffuses four times as fast, in a layer four times as thick in the root of D t */
  expect_transient(TEN_SECONDS, -2 * jump, 0, PARTS(REDOX, BOTH, HELD("0.5 V")));
  /* the electrode on the left; two electrons for two molecules, and for one */
  expect_transient(TEN_SECONDS, -jump, 0,
                   PARTS(REDOX, ONLY_O, "terminals: {right: {reservoir: s, potential: 0 V}, left: ",
                         ELECTRODE("oxidised: {O: 2}, reduced: R, electrons: 2", "1e-2 m/s", "potential: -0.8 V"),
                         "}\n"));
  expect_transient(
      TEN_SECONDS, 2 * jump, 0,
      PARTS(REDOX, ONLY_O, ENDS(ELECTRODE("oxidised: O, reduced: R, electrons: 2", "1e-2 m/s", "potential: -0.5 V"))));
  /* after a rest: at open circuit, or where nothing reacts */
  expect_transient("protocol: [steady, transient: {until: 10 s, controls: {right: {potential: -0.5 V}}}]\n", jump, 0,
                   PARTS(REDOX, BOTH, ENDS(ELECTRODE(ONE_ELECTRON, "1e-2 m/s", "current: 0 A/m2"))));
  expect_transient("protocol: [steady, transient: {until: 10 s}]\n", jump, 0,
                   PARTS(REDOX, ONLY_O, HELD("{step: {from: 0.5 V, to: -0.5 V}}")));
}

static void no_jump_of_cottrell(void **state) {
  (void)state;
  /* at 25 degC a thousandth is left (RT/F) ln 999 = 177.5 mV beyond (RT/F) ln sqrt(4) = 17.8 mV, and 0.7 mV more
     drive the current; too slow a couple */
  expect_transient(TEN_SECONDS, jump, 0, PARTS(REDOX, ONLY_O, HELD("-0.162 V")));
  expect_transient(TEN_SECONDS, 0, 0, PARTS(REDOX, ONLY_O, HELD("-0.158 V")));
  expect_transient(TEN_SECONDS, 0, 0, PARTS(REDOX, ONLY_O, HELD("0.5 V")));
  expect_transient(TEN_SECONDS, 0, 0,
                   PARTS(REDOX, ONLY_O, ENDS(ELECTRODE(ONE_ELECTRON, "1e-9 m/s", "potential: -0.5 V"))));
  /* L^2 = 7.6 D t is where the reservoir is felt: 276 um */
  expect_transient(TEN_SECONDS, jump, 0, PARTS(REDOX, LAYER("277 um", "O: 1 mM, R: 0 mM"), HELD("-0.5 V")));
  expect_transient(TEN_SECONDS, 0, 0, PARTS(REDOX, LAYER("275 um", "O: 1 mM, R: 0 mM"), HELD("-0.5 V")));
  /* no plane; a jump that comes later; a sine; reaction before; no transient in the end; a solution not uniform */
  expect_transient(TEN_SECONDS, 0, 0,
                   PARTS(REDOX, "geometry: spherical\ninner_radius: 1 mm\n", ONLY_O, HELD("-0.5 V")));
  expect_transient(TEN_SECONDS, 0, 0, PARTS(REDOX, ONLY_O, HELD("{step: {from: -0.4 V, to: -0.5 V, at: 1 s}}")));
  expect_transient(TEN_SECONDS, 0, 0,
                   PARTS(REDOX, ONLY_O, HELD("{sine: {mean: -0.5 V, amplitude: 1 mV, frequency: 1 Hz}}")));
  expect_transient("protocol: [steady, transient: {until: 10 s}]\n", 0, 0, PARTS(REDOX, ONLY_O, HELD("-0.5 V")));
  expect_transient("protocol: [transient: {until: 1 s}, transient: {until: 10 s}]\n", 0, 0,
                   PARTS(REDOX, ONLY_O, HELD("-0.5 V")));
  expect_transient("protocol: [transient: {until: 10 s}, steady]\n", 0, 0, PARTS(REDOX, ONLY_O, HELD("-0.5 V")));
  expect_transient(TEN_SECONDS, 0, 0,
                   PARTS(REDOX,
                         "domain: [{region: s, width: 350 um, fill: {O: 1 mM, R: 0 mM}}, "
                         "{region: t, width: 350 um, fill: {O: 2 mM, R: 0 mM}}]\n",
                         HELD("-0.5 V")));
}

#define SWEPT(rate, control) ENDS(ELECTRODE(ONE_ELECTRON, rate, "potential: " control))
#define SIX_SECONDS          "protocol: [transient: {until: 6 s}]\n"

static void a_sweep_of_potential(void **state) {
  (void)state;
  /* by hand: 0.446295 * 96485.33212 sqrt(96485.33212 * 0.1 * 1e-9/(8.314462618 * 298.15)) = 2.6864543559 A/m2 */
  const double peak = 2.6864543558966;
  expect_transient(SIX_SECONDS, 0, peak,
                   PARTS(REDOX, ONLY_O, SWEPT("1 m/s", "{ramp: {from: 0.4 V, to: -0.2 V, rate: 0.1 V/s}}")));
  expect_transient("protocol: [steady, transient: {until: 6 s}]\n", 0, peak,
                   PARTS(REDOX, ONLY_O, SWEPT("1 m/s", "{triangle: {from: 0.4 V, to: -0.2 V, rate: 0.1 V/s}}")));
  /* an oxidation: 4 D; and at four times the rate */
  expect_transient(SIX_SECONDS, 0, -4 * peak,
                   PARTS(REDOX, LAYER("700 um", "O: 0 mM, R: 1 mM"),
                         SWEPT("1 m/s", "{ramp: {from: -0.4 V, to: 0.2 V, rate: 0.4 V/s}}")));
  /* of two electrons: n to the power of 3/2 */
  expect_transient(SIX_SECONDS, 0, pow(2, 1.5) * peak,
                   PARTS(REDOX, ONLY_O,
                         ENDS(ELECTRODE("oxidised: O, reduced: R, electrons: 2", "1 m/s",
                                        "potential: {ramp: {from: 0.4 V, to: -0.2 V, rate: 0.1 V/s}}"))));
  /* Lambda = 15 at k0 = 15 sqrt(F v D/RT) (D_R/D_O)^(1/4) = 1.3235 mm/s; the half wave lies at 17.81 mV, the peak
     28.49 mV beyond */
  expect_transient(SIX_SECONDS, 0, peak,
                   PARTS(REDOX, ONLY_O, SWEPT("1.33 mm/s", "{ramp: {from: 0.4 V, to: -0.012 V, rate: 0.1 V/s}}")));
}

static void no_peak_of_a_sweep(void **state) {
  (void)state;
  expect_transient(SIX_SECONDS, 0, 0,
                   PARTS(REDOX, ONLY_O, SWEPT("1.32 mm/s", "{ramp: {from: 0.4 V, to: -0.2 V, rate: 0.1 V/s}}")));
  expect_transient(SIX_SECONDS, 0, 0,
                   PARTS(REDOX, ONLY_O, SWEPT("1 m/s", "{ramp: {from: 0.4 V, to: -0.009 V, rate: 0.1 V/s}}")));
  expect_transient("protocol: [transient: {until: 4 s}]\n", 0, 0,
                   PARTS(REDOX, ONLY_O, SWEPT("1 m/s", "{ramp: {from: 0.4 V, to: -0.2 V, rate: 0.1 V/s}}")));
  /* from where it reacts, the wrong way, with the product about, in a thin layer, of second order, bent */
  expect_transient(SIX_SECONDS, 0, 0,
                   PARTS(REDOX, ONLY_O, SWEPT("1 m/s", "{ramp: {from: 0.15 V, to: -0.2 V, rate: 0.1 V/s}}")));
  expect_transient(SIX_SECONDS, 0, 0,
                   PARTS(REDOX, ONLY_O, SWEPT("1 m/s", "{ramp: {from: -0.4 V, to: 0.2 V, rate: 0.1 V/s}}")));
  expect_transient(SIX_SECONDS, 0, 0,
                   PARTS(REDOX, BOTH, SWEPT("1 m/s", "{ramp: {from: 0.4 V, to: -0.2 V, rate: 0.1 V/s}}")));
  expect_transient(SIX_SECONDS, 0, 0,
                   PARTS(REDOX, LAYER("200 um", "O: 1 mM, R: 0 mM"),
                         SWEPT("1 m/s", "{ramp: {from: 0.4 V, to: -0.2 V, rate: 0.1 V/s}}")));
  expect_transient(SIX_SECONDS, 0, 0,
                   PARTS(REDOX, ONLY_O,
                         ENDS(ELECTRODE("oxidised: {O: 2}, reduced: R, electrons: 2", "1 m/s",
                                        "potential: {ramp: {from: 0.4 V, to: -0.2 V, rate: 0.1 V/s}}"))));
  expect_transient(SIX_SECONDS, 0, 0,
                   PARTS(REDOX, ONLY_O, SWEPT("1 m/s", "{sine: {mean: 0 V, amplitude: -0.4 V, frequency: 0.1 Hz}}")));
}

static void forms_are_found_by_name(void **state) {
  (void)state;
  int count = 0;
  for (; sb_closed_forms[count]; count++) {
    const SbClosedForm *form = sb_closed_forms[count];
    assert_ptr_equal(sb_closed_form_find(form->name), form);
    assert_true(form->title && form->doc && form->reference && form->applies && form->value);
    assert_true(form->dimension == SB_DIMENSION_POTENTIAL || !form->compares_potential);
    assert_true(form->dimension == SB_DIMENSION_CURRENT_DENSITY || !form->compares_current);
  }
  assert_int_equal(count, 17);
  assert_null(sb_closed_form_find("hendersen"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(junctions),
      cmocka_unit_test(membranes_without_charge),
      cmocka_unit_test(charged_membranes),
      cmocka_unit_test(donnan_at_a_dead_end),
      cmocka_unit_test(donnan_of_confined_ions),
      cmocka_unit_test(confined_ions_between_reservoirs_shift),
      cmocka_unit_test(double_layers),
      cmocka_unit_test(no_double_layer_formula),
      cmocka_unit_test(a_jump_of_potential),
      cmocka_unit_test(no_jump_of_cottrell),
      cmocka_unit_test(a_sweep_of_potential),
      cmocka_unit_test(no_peak_of_a_sweep),
      cmocka_unit_test(forms_are_found_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
