/* Electrodes on which couples react, in a solution with excess support. */
#include <math.h>
#include <string.h>

#include "base/constants.h"
#include "shared_cases.h"

static const char *const names[] = {"O", "R"};
static const Accuracy fine = {.potential = 1e-5, .current = 5e-4, .time = 1e-5};

/* O + n e- = R from a layer of thickness `width` before the electrode at the right; k0 in m/s. control: its text. */
static void begin_couple(Trial *trial, Verification *verification, Reference *reference, double width, const double *c,
                         double alpha, double k0, const char *control) {
  const double d = reference_number(reference, "D_m2_per_s"), n = reference_number(reference, "n");
  trial_begin(trial, verification, reference, fine);
  trial_ions(trial, 2, names, (const double[]){0.0, 0.0}, (const double[]){d, d});
  trial_write(
      trial,
      "field: supported\ndomain:\n  - {region: layer, width: %.17g m, fill: {O: %.17g mol/m3, R: %.17g mol/m3}}\n",
      width, c[0], c[1]);
  trial_write(trial, "terminals:\n  left: {reservoir: layer}\n  right:\n    %s\n", control);
  trial_write(
      trial,
      "    electrode: {couples: [{name: redox, oxidised: O, reduced: R, electrons: %g, standard_potential: 0 V, "
      "rate_constant: %.17g m/s, transfer: {anodic: %.17g, cathodic: %.17g}}]}\n",
      n, k0, n * (1.0 - alpha), n * alpha);
}

void check_nernst_layer(Verification *verification, Reference *reference) {
  const int current = reference_entry(reference, "current density");
  double potential[REFERENCE_MOST];
  const int count = reference_numbers(reference, "E_minus_E0_V", potential);
  const double c[] = {reference_number(reference, "c_O_mol_per_m3"), reference_number(reference, "c_R_mol_per_m3")};
  for (int i = 0; i < count; i++) {
    Trial trial;
    char control[64];
    snprintf(control, sizeof control, "potential: %.17g V", potential[i]);
    begin_couple(&trial, verification, reference, reference_number(reference, "delta_m"), c,
                 reference_number(reference, "alpha"), reference_number(reference, "k0_m_per_s"), control);
    trial_write(&trial, "protocol: [steady]\n");
    trial_want(&trial, reference_target(reference, current, i, -1), 1.0, SB_QUANTITY_COUPLE_CURRENT,
               "terminal: right, couple: redox");
    trial_want(&trial, reference_target(reference, current, i, -1), -1.0, SB_QUANTITY_CURRENT, "%s", "");
    trial_run(&trial);
    trial_end(&trial);
  }
}

/* ---- several couples at open circuit ---- */

/* A species of concentration 1 mol/m3 on one side of a couple, if that side has a limiting current; it diffuses so fast
   through the layer (m) that the limit comes out for one electron. */
static void limited_species(const Trial *trial, const char *key, const char *letter, int k, double layer) {
  const double limit = reference_row_number(trial->reference, "couples", k, key);
  if (!isnan(limit))
    fprintf(trial->deck, "  - {name: %s%d, charge: 0, diffusivity: %.17g m2/s}\n", letter, k,
            limit * layer / SB_FARADAY);
}

static const char *limited_side(const Trial *trial, const char *key, const char *letter, int k, char *text) {
  sprintf(text, isnan(reference_row_number(trial->reference, "couples", k, key)) ? "{}" : "%s%d", letter, k);
  return text;
}

/* thickness: of the layer, as a share of the one that limits. */
static void begin_mixed(Trial *trial, Verification *verification, Reference *reference, double thickness) {
  const int count = reference_rows(reference, "couples");
  const double layer = 1e-5;
  const char *separator = "", *const keys[] = {"i_lim_cathodic_A_per_m2", "i_lim_anodic_A_per_m2"};
  char oxidised[16], reduced[16];
  trial_begin(trial, verification, reference, fine);
  trial_write(trial, "field: supported\nspecies:\n");
  for (int k = 0; k < count; k++) {
    limited_species(trial, keys[0], "O", k, layer);
    limited_species(trial, keys[1], "R", k, layer);
  }
  trial_write(trial, "domain:\n  - {region: layer, width: %.17g m, fill: {", thickness * layer);
  for (int k = 0; k < 2 * count; k++) {
    if (isnan(reference_row_number(reference, "couples", k / 2, keys[k % 2])))
      continue;
    trial_write(trial, "%s%s%d: 1 mol/m3", separator, k % 2 == 0 ? "O" : "R", k / 2);
    separator = ", ";
  }
  trial_write(trial, "}}\nprotocol: [steady]\nterminals:\n  left: {reservoir: layer}\n  right:\n    current: 0 A/m2\n"
                     "    electrode:\n      couples:\n");
  for (int k = 0; k < count; k++) {
    const double n = reference_row_number(reference, "couples", k, "n_for_alpha");
    trial_write(trial,
                "        - {name: c%d, oxidised: %s, reduced: %s, electrons: 1, equilibrium_potential: %.17g V, "
                "exchange_current: %.17g A/m2, transfer: {anodic: %.17g, cathodic: %.17g}}\n",
                k, limited_side(trial, keys[0], "O", k, oxidised), limited_side(trial, keys[1], "R", k, reduced),
                reference_row_number(reference, "couples", k, "E_eq_V"),
                reference_row_number(reference, "couples", k, "i0_A_per_m2"),
                n * reference_row_number(reference, "couples", k, "alpha_a"),
                n * reference_row_number(reference, "couples", k, "alpha_c"));
  }
}

/* A closed form that leaves something out, within its tolerance. */
static Target approximate(const Reference *reference, int entry) {
  Target target = reference_target(reference, entry, 0, -1);
  target.uncertainty = target.tolerance;
  return target;
}

static void want_mixed(Trial *trial, const char *potential, const char *currents) {
  Reference *reference = trial->reference;
  trial_want(trial, reference_target(reference, reference_entry(reference, potential), 0, -1), 1.0,
             SB_QUANTITY_POTENTIAL, "%s", "");
  for (int k = 0; k < 2; k++)
    trial_want(trial, reference_target(reference, reference_entry(reference, currents), k, -1), 1.0,
               SB_QUANTITY_COUPLE_CURRENT, "terminal: right, couple: c%d", k);
}

void check_mixed(Verification *verification, Reference *reference) {
  Trial trial;
  begin_mixed(&trial, verification, reference, 1e-7); /* too thin to matter */
  want_mixed(&trial, "mixed potential, kinetics only", "partial currents, kinetics only");
  /* Tafel lines leave the reverse currents out */
  const int tafel = reference_find(reference, "Tafel (Evans) corrosion potential", 0);
  if (tafel >= 0) {
    trial_want(&trial, approximate(reference, tafel), 1.0, SB_QUANTITY_POTENTIAL, "%s", "");
    trial_want(&trial, approximate(reference, reference_entry(reference, "Tafel (Evans) corrosion current")), 1.0,
               SB_QUANTITY_COUPLE_CURRENT, "terminal: right, couple: c0");
    trial_want(&trial, approximate(reference, reference_entry(reference, "Stern-Geary")), 1.0,
               SB_QUANTITY_POLARISATION_RESISTANCE, "terminal: right");
  }
  trial_run(&trial);
  trial_end(&trial);
  begin_mixed(&trial, verification, reference, 1.0);
  want_mixed(&trial, "mixed potential with limiting", "partial currents with limiting");
  const int limited = reference_find(reference, "corrosion potential at O2 limiting current", 0);
  if (limited >= 0)
    trial_want(&trial, approximate(reference, limited), 1.0, SB_QUANTITY_POTENTIAL, "%s", "");
  trial_run(&trial);
  trial_end(&trial);
}

/* ---- in time ---- */

static const double instant = 1.0;    /* m/s: kinetics so fast that diffusion decides */
static const double far_enough = 7.0; /* diffusion lengths sqrt(D t) to the reservoir */

void check_cottrell(Verification *verification, Reference *reference) {
  const double c[] = {reference_number(reference, "c_bulk_mol_per_m3"), 0.0};
  const double d = reference_number(reference, "D_m2_per_s");
  double times[REFERENCE_MOST];
  const int count = reference_numbers(reference, "time_s", times);
  for (int i = 0; i < count; i++) {
    Trial trial;
    const double length = sqrt(d * times[i]), width = far_enough * length;
    begin_couple(&trial, verification, reference, width, c, 0.5, instant, "potential: -0.5 V");
    trial_write(&trial, "protocol: [{transient: {until: %.17g s, record: [%.17g s]}}]\n", times[i], times[i]);
    trial_want(&trial, reference_target(reference, reference_entry(reference, "|i|"), i, -1), 1.0, SB_QUANTITY_CURRENT,
               "%s", "");
    trial_want(&trial, reference_target(reference, reference_entry(reference, "charge passed"), i, -1), 1.0,
               SB_QUANTITY_CHARGE_PASSED, "%s", "");
    trial_want(&trial, reference_target(reference, reference_entry(reference, "c(x=sqrt(D t_i)"), i, -1), 1.0 / c[0],
               SB_QUANTITY_CONCENTRATION, "species: O, at: {x: %.17g m}", width - length);
    trial_run(&trial);
    trial_end(&trial);
  }
}

void check_linear_sweep(Verification *verification, Reference *reference) {
  const double c[] = {reference_number(reference, "c_O_bulk_mol_per_m3"), 0.0}, start = 0.4, end = -0.15;
  const double rate = reference_number(reference, "scan_rate_V_per_s"), until = (start - end) / rate;
  const double width = far_enough * sqrt(reference_number(reference, "D_m2_per_s") * until), step = 1e-3;
  const int listed = reference_entry(reference, "current magnitude at listed potentials");
  const Target half = reference_target(reference, reference_entry(reference, "E_p/2"), 0, -1);
  double potential[REFERENCE_MOST];
  char control[128];
  Trial trial;
  snprintf(control, sizeof control, "potential: {ramp: {from: %g V, to: %g V, rate: %.17g V/s}}", start, end, rate);
  begin_couple(&trial, verification, reference, width, c, 0.5, instant, control);
  trial_write(&trial, "protocol: [{transient: {until: %.17g s}}]\n", until);
  const int count = reference_numbers(reference, "E_minus_E0_V", potential);
  for (int i = 0; i < count; i++)
    trial_want(&trial, reference_target(reference, listed, i, -1), 1.0, SB_QUANTITY_CURRENT, "at: {time: %.17g s}",
               (start - potential[i]) / rate);
  trial_want(&trial, reference_target(reference, reference_entry(reference, "E_peak - E0"), 0, -1), 1.0,
             SB_QUANTITY_POTENTIAL_OF_PEAK, "of: current");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "peak current density"), 0, -1), 1.0,
             SB_QUANTITY_PEAK, "of: current");
  const int peak = trial_ask(&trial, SB_QUANTITY_PEAK, "of: current");
  const int before = trial_ask(&trial, SB_QUANTITY_CURRENT, "at: {time: %.17g s}", (start - half.value - step) / rate);
  const int after = trial_ask(&trial, SB_QUANTITY_CURRENT, "at: {time: %.17g s}", (start - half.value + step) / rate);
  trial_run(&trial);
  /* where the current is half its peak, between a potential before and one after */
  const double rise = trial_value(&trial, after) - trial_value(&trial, before);
  trial_compare(&trial, half,
                half.value + step -
                    2.0 * step * (0.5 * trial_value(&trial, peak) - trial_value(&trial, before)) / rise);
  trial_end(&trial);
}

void check_cyclic_sweep(Verification *verification, Reference *reference) {
  const double c[] = {reference_number(reference, "c_O_bulk_mol_per_m3"), 0.0};
  const double d = reference_number(reference, "D_m2_per_s"), rate = reference_number(reference, "scan_rate_V_per_s");
  const double start = reference_number(reference, "E_start_minus_E0_V"),
               turn = reference_number(reference, "E_switch_minus_E0_V"), until = 2.0 * (start - turn) / rate;
  const double thermal = SB_GAS_CONSTANT * reference_number(reference, "temperature_K") / SB_FARADAY;
  double k0[REFERENCE_MOST];
  const int count = reference_numbers(reference, "k0_m_per_s", k0);
  for (int i = 0; i < count; i++) {
    Trial trial;
    char control[256];
    snprintf(control, sizeof control, "potential: {triangle: {from: %.17g V, to: %.17g V, rate: %.17g V/s, cycles: 1}}",
             start, turn, rate);
    begin_couple(&trial, verification, reference, far_enough * sqrt(d * until), c,
                 reference_number(reference, "alpha_cathodic"), k0[i], control);
    trial_write(&trial, "protocol: [{transient: {until: %.17g s}}]\n", until);
    trial_want(&trial, reference_target(reference, reference_entry(reference, "E_pc - E0"), i, -1), 1.0,
               SB_QUANTITY_POTENTIAL_OF_PEAK, "of: current");
    trial_want(&trial, reference_target(reference, reference_entry(reference, "E_pa - E0"), i, -1), 1.0,
               SB_QUANTITY_POTENTIAL_OF_TROUGH, "of: current");
    const int peak = trial_ask(&trial, SB_QUANTITY_PEAK, "of: current");
    const int cathodic = trial_ask(&trial, SB_QUANTITY_POTENTIAL_OF_PEAK, "of: current");
    const int anodic = trial_ask(&trial, SB_QUANTITY_POTENTIAL_OF_TROUGH, "of: current");
    trial_run(&trial);
    const double height = trial_value(&trial, peak),
                 separation = trial_value(&trial, anodic) - trial_value(&trial, cathodic);
    trial_compare(&trial, reference_target(reference, reference_entry(reference, "peak separation"), i, -1),
                  separation);
    trial_compare(&trial, reference_target(reference, reference_entry(reference, "Nicholson 1965 table"), i, -1),
                  separation);
    trial_compare(&trial,
                  reference_target(reference, reference_entry(reference, "cathodic peak current density"), i, -1),
                  height);
    trial_compare(&trial, reference_target(reference, reference_entry(reference, "cathodic peak chi"), i, -1),
                  height / (SB_FARADAY * c[0] * sqrt(d * rate / thermal)));
    trial_end(&trial);
  }
}
