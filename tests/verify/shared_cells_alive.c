/* Thin membranes of living cells: permeation against the constant-field equations, pump and leak and rundown, the nerve
   impulse. The formulas hold at the faces: the baths are thin enough not to matter, and electroneutral. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared_cases.h"

/* ---- Goldman, Hodgkin and Katz ---- */

/* Adds to a composition as many ions that do not pass (charge -1 or 1) as make it neutral. */
static void write_neutral(Trial *trial, const double *c, const char *anion, const char *cation) {
  double charge = 0.0;
  trial_write(trial, "{");
  for (int s = 0; s < trial->species_count; s++) {
    charge += trial->charge[s] * c[s];
    trial_write(trial, "%s: %.17g mol/m3, ", trial->species[s], c[s]);
  }
  trial_write(trial, "%s: %.17g mol/m3}", charge > 0.0 ? anion : cation, fabs(charge));
}

/* The cell up to what drives its right terminal; the inside is at the left. */
static void begin_ghk(Trial *trial, Verification *verification, Reference *reference) {
  double inside[REFERENCE_MOST], outside[REFERENCE_MOST], permeability[REFERENCE_MOST];
  reference_numbers(reference, "c_in_mol_per_m3", inside);
  reference_numbers(reference, "c_out_mol_per_m3", outside);
  reference_numbers(reference, "permeability_m_per_s", permeability);
  trial_begin(trial, verification, reference, accuracy_default);
  trial_species(trial, NULL, NULL);
  trial_write(trial, "  - {name: X, charge: -1, diffusivity: 1e-9 m2/s, source: any}\n"
                     "  - {name: Y, charge: 1, diffusivity: 1e-9 m2/s, source: any}\n"
                     "field: electroneutral\ndomain:\n  - {region: inside, width: 5 nm, fill: ");
  write_neutral(trial, inside, "X", "Y");
  trial_write(trial, "}\n  - membrane: plasma\n    inside: inside\n    capacitance: 1 uF/cm2\n    mechanisms: [{name: "
                     "leak, ghk: {");
  for (int s = 0; s < trial->species_count; s++)
    trial_write(trial, "%s%s: %.17g m/s", s > 0 ? ", " : "", trial->species[s], permeability[s]);
  trial_write(trial, "}}]\n  - {region: outside, width: 5 nm, fill: ");
  write_neutral(trial, outside, "X", "Y");
  trial_write(trial, "}\nprotocol: [steady]\nterminals:\n  left: {reservoir: inside}\n  right: {reservoir: outside, ");
}

static void ghk_clamped(Verification *verification, Reference *reference, double potential, int row) {
  Trial trial;
  begin_ghk(&trial, verification, reference);
  trial_write(&trial, "potential: %.17g V}\n", -potential);
  for (int s = 0; s < trial.species_count; s++)
    trial_want(&trial, reference_target(reference, reference_entry(reference, "I_i per voltage"), row, s), 1.0,
               SB_QUANTITY_MEMBRANE_CURRENT, "membrane: plasma, species: %s", trial.species[s]);
  trial_want(&trial, reference_target(reference, reference_entry(reference, "total current"), row, -1), 1.0,
             SB_QUANTITY_MEMBRANE_CURRENT, "membrane: plasma");
  trial_run(&trial);
  trial_end(&trial);
}

/* Current of species s at a membrane potential, A/m2. */
static double ghk_current(Verification *verification, Reference *reference, double potential, int s) {
  Trial trial;
  begin_ghk(&trial, verification, reference);
  trial_write(&trial, "potential: %.17g V}\n", -potential);
  const int ask = trial_ask(&trial, SB_QUANTITY_MEMBRANE_CURRENT, "membrane: plasma, mechanism: leak, species: %s",
                            trial.species[s]);
  trial_run(&trial);
  const double current = trial_value(&trial, ask);
  trial_end(&trial);
  return current;
}

void check_ghk(Verification *verification, Reference *reference) {
  double potentials[REFERENCE_MOST];
  const double around = 1e-3; /* V; the slope's own error is 1e-4 of it */
  const int points = reference_numbers(reference, "V_m", potentials);
  const int nernst = reference_entry(reference, "Nernst"), slope = reference_entry(reference, "slope conductance");
  for (int k = 0; k < points; k++)
    ghk_clamped(verification, reference, potentials[k], k);
  Trial trial;
  begin_ghk(&trial, verification, reference);
  trial_write(&trial, "current: 0 A/m2}\n");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "GHK reversal"), 0, -1), 1.0,
             SB_QUANTITY_MEMBRANE_POTENTIAL, "membrane: plasma");
  for (int s = 0; s < trial.species_count; s++)
    trial_want(&trial, reference_target(reference, nernst, s, -1), 1.0, SB_QUANTITY_NERNST_POTENTIAL,
               "membrane: plasma, species: %s", trial.species[s]);
  trial_run(&trial);
  for (int s = 0; s < trial.species_count; s++) {
    const double at = reference_target(reference, nernst, s, -1).value;
    const double rise =
        ghk_current(verification, reference, at + around, s) - ghk_current(verification, reference, at - around, s);
    trial_compare(&trial, reference_target(reference, slope, s, -1), rise / (2.0 * around));
  }
  trial_end(&trial);
}

/* ---- pump and leak ---- */

/* A cell with an infinite bath at its membrane; no capacitance, as in the equations. */
static void begin_pump(Trial *trial, Verification *verification, Reference *reference, const double *inside,
                       const char *rate) {
  static const Accuracy enough = {.potential = 1e-5, .current = 1e-3, .time = 1e-5};
  double outside[REFERENCE_MOST], permeability[REFERENCE_MOST];
  reference_numbers(reference, "c_out_mol_per_m3", outside);
  reference_numbers(reference, "permeability_m_per_s", permeability);
  trial_begin(trial, verification, reference, enough);
  trial_species(trial, NULL, NULL);
  trial_write(
      trial, "field: electroneutral\ndomain:\n  - {region: cell, width: %.17g m, fixed_charge: %.17g mol/m3, fill: ",
      reference_number(reference, "volume_over_area_m"),
      reference_number(reference, "impermeant_inside_mol_per_m3") * reference_number(reference, "impermeant_valence"));
  trial_composition(trial, inside);
  trial_write(trial,
              "}\n  - membrane: plasma\n    inside: cell\n    capacitance: 0 F/m2\n    mechanisms:\n"
              "      - {name: NaK, pump: {stoichiometry: {Na: 3, K: -2}, rate: %s}}\n"
              "      - {name: leak, ghk: {",
              rate);
  for (int s = 0; s < trial->species_count; s++)
    trial_write(trial, "%s%s: %.17g m/s", s > 0 ? ", " : "", trial->species[s], permeability[s]);
  trial_write(trial, "}}\n  - {region: bath, width: 10 nm, fill: ");
  trial_composition(trial, outside);
  trial_write(trial, "}\nterminals: {left: {wall: {}}, right: {reservoir: bath, potential: 0 V}}\n");
}

/* Concentrations and potential of the end of a run. */
static void want_end(Trial *trial, Reference *reference, const char *concentrations, const char *potential) {
  for (int s = 0; s < trial->species_count; s++)
    trial_want(trial, reference_target(reference, reference_entry(reference, concentrations), s, -1), 1.0,
               SB_QUANTITY_CONCENTRATION, "species: %s, at: {x: %.17g m}", trial->species[s],
               0.5 * reference_number(reference, "volume_over_area_m"));
  trial_want(trial, reference_target(reference, reference_entry(reference, potential), 0, -1), 1.0,
             SB_QUANTITY_MEMBRANE_POTENTIAL, "membrane: plasma");
}

/* The same at the case's times. */
static void want_course(Trial *trial, Reference *reference, const char *concentrations, const char *potential) {
  double times[REFERENCE_MOST];
  const int count = reference_numbers(reference, "time_s", times);
  trial_write(trial, "{transient: {until: %.17g s}}]\n", times[count - 1]);
  for (int k = 0; k < count; k++) {
    for (int s = 0; s < trial->species_count; s++)
      trial_want(trial, reference_target(reference, reference_entry(reference, concentrations), k, s), 1.0,
                 SB_QUANTITY_CONCENTRATION, "species: %s, at: {x: %.17g m, time: %.17g s}", trial->species[s],
                 0.5 * reference_number(reference, "volume_over_area_m"), times[k]);
    trial_want(trial, reference_target(reference, reference_entry(reference, potential), k, -1), 1.0,
               SB_QUANTITY_MEMBRANE_POTENTIAL, "membrane: plasma, at: {time: %.17g s}", times[k]);
  }
}

static const char *pump_rate(Reference *reference, const char *format, char *buffer, size_t size) {
  snprintf(buffer, size, format, reference_number(reference, "pump_cycle_rate_mol_per_m2_s"));
  return buffer;
}

void check_pump_leak(Verification *verification, Reference *reference) {
  double inside[REFERENCE_MOST];
  char rate[128];
  Trial trial;
  reference_numbers(reference, "c_in_initial_mol_per_m3", inside);
  begin_pump(&trial, verification, reference, inside, pump_rate(reference, "%.17g mol/m2/s", rate, sizeof rate));
  trial_write(&trial, "protocol: [steady]\n");
  want_end(&trial, reference, "pump-on steady state c_in", "pump-on steady Vm");
  trial_run(&trial);
  trial_end(&trial);
  begin_pump(&trial, verification, reference, inside, "0 mol/m2/s");
  trial_write(&trial, "protocol: [steady]\n");
  want_end(&trial, reference, "Donnan c_in", "Donnan equilibrium Vm");
  trial_run(&trial);
  trial_end(&trial);
}

void check_pump_leak_course(Verification *verification, Reference *reference) {
  double inside[REFERENCE_MOST];
  char rate[128];
  Trial trial;
  reference_numbers(reference, "c_in_initial_mol_per_m3", inside);
  begin_pump(&trial, verification, reference, inside, pump_rate(reference, "%.17g mol/m2/s", rate, sizeof rate));
  trial_write(&trial, "protocol: [");
  want_course(&trial, reference, "pump on from c_in_initial: c_in", "pump on from c_in_initial: Vm");
  trial_run(&trial);
  trial_end(&trial);
  begin_pump(&trial, verification, reference, inside,
             pump_rate(reference, "{step: {from: %.17g mol/m2/s, to: 0 mol/m2/s, at: 0 s}}", rate, sizeof rate));
  trial_write(&trial, "protocol: [steady, ");
  want_course(&trial, reference, "pump off at t=0 from the steady state: c_in", "pump off: Vm");
  trial_run(&trial);
  trial_end(&trial);
}

/* ---- Hodgkin and Huxley ---- */

static const double nominal_rest = -65e-3; /* V; the case counts from here */

/* The axon at rest, then stimulated by `share` of the case's current. */
static void begin_impulse(Trial *trial, Verification *verification, Reference *reference, double share) {
  static const char *const names[] = {"K", "Na", "Cl"};
  static const double charges[] = {1, 1, -1};
  static const Accuracy enough = {.potential = 1e-5, .current = 1e-3, .time = 1e-6};
  trial_begin(trial, verification, reference, enough);
  trial_ions(trial, 3, names, charges, NULL);
  trial_write(trial,
              "field: electroneutral\ndomain:\n"
              "  - {region: axon, width: 10 nm, fill: {K: 140 mM, Na: 10 mM, Cl: 150 mM}}\n"
              "  - membrane: plasma\n    inside: axon\n    capacitance: %.17g uF/cm2\n    mechanisms:\n",
              reference_number(reference, "capacitance_uF_per_cm2"));
  trial_write(
      trial,
      "      - {name: INa, gated: hodgkin-huxley sodium, carrier: Na, conductance: 120 mS/cm2, reversal: 50 mV}\n"
      "      - {name: IK, gated: hodgkin-huxley potassium, carrier: K, conductance: 36 mS/cm2, reversal: -77 mV}\n"
      "      - {name: leak, conductance: {Cl: 0.3 mS/cm2}, reversal: -54.387 mV}\n"
      "      - {name: electrode, stimulus: {carrier: K, current: {pulse: {base: 0 A/m2, height: %.17g uA/cm2, "
      "start: 0 ms, width: %.17g ms}}}}\n",
      share * reference_number(reference, "stimulus_uA_per_cm2"), reference_number(reference, "stimulus_duration_ms"));
  trial_write(trial, "  - {region: bath, width: 10 nm, fill: {K: 5 mM, Na: 145 mM, Cl: 150 mM}}\n"
                     "terminals: {left: {reservoir: axon}, right: {reservoir: bath, current: 0 A/m2}}\n");
}

/* Whether the potential passes 50 mV above the nominal rest. */
static bool fires(Verification *verification, Reference *reference, double share) {
  Trial trial;
  begin_impulse(&trial, verification, reference, share);
  trial_write(&trial, "protocol: [steady, {transient: {until: 20 ms}}]\n");
  const int ask = trial_ask(&trial, SB_QUANTITY_PEAK, "of: membrane potential, membrane: plasma");
  trial_run(&trial);
  const double peak = trial_value(&trial, ask);
  trial_end(&trial);
  return peak - nominal_rest > 50e-3;
}

static const double milli = 1e3; /* the case is in mV and ms */

static double above_rest(const Trial *trial, int ask) {
  return milli * (trial_value(trial, ask) - nominal_rest);
}

void check_impulse(Verification *verification, Reference *reference) {
  static const double times[] = {1e-3, 2e-3, 3e-3, 5e-3, 10e-3};
  enum { TIMES = sizeof times / sizeof *times };
  const int courses = reference_entry(reference, "v at t=1,2,3,5,10 ms");
  int at[TIMES];
  Trial trial;
  begin_impulse(&trial, verification, reference, 1.0);
  trial_write(&trial, "protocol: [steady, {transient: {until: 20 ms}}]\n");
  const int rest = trial_ask(&trial, SB_QUANTITY_MEMBRANE_POTENTIAL, "membrane: plasma, at: {time: 0 s}");
  for (int k = 0; k < TIMES; k++)
    at[k] = trial_ask(&trial, SB_QUANTITY_MEMBRANE_POTENTIAL, "membrane: plasma, at: {time: %.17g s}", times[k]);
  const int peak = trial_ask(&trial, SB_QUANTITY_PEAK, "of: membrane potential, membrane: plasma");
  const int trough = trial_ask(&trial, SB_QUANTITY_TROUGH, "of: membrane potential, membrane: plasma");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "time of peak"), 0, -1), milli,
             SB_QUANTITY_TIME_OF_PEAK, "of: membrane potential, membrane: plasma");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "half-width"), 0, -1), milli,
             SB_QUANTITY_WIDTH_OF_PEAK, "of: membrane potential, membrane: plasma");
  trial_run(&trial);
  trial_compare(&trial, reference_target(reference, reference_entry(reference, "true resting v"), 0, -1),
                above_rest(&trial, rest));
  trial_compare(&trial, reference_target(reference, reference_entry(reference, "AP peak v"), 0, -1),
                above_rest(&trial, peak));
  trial_compare(&trial, reference_target(reference, reference_entry(reference, "after-hyperpolarisation"), 0, -1),
                above_rest(&trial, trough));
  for (int k = 0; k < TIMES; k++)
    trial_compare(&trial, reference_target(reference, courses, k, -1), above_rest(&trial, at[k]));
  /* a current at either edge of the tolerance around the threshold does not and does fire */
  const Target threshold = reference_target(reference, reference_entry(reference, "threshold stimulus"), 0, -1);
  const double per_share = reference_number(reference, "stimulus_uA_per_cm2");
  const double low = (threshold.value - threshold.tolerance) / per_share,
               high = (threshold.value + threshold.tolerance) / per_share;
  const bool between = !fires(verification, reference, low) && fires(verification, reference, high);
  trial_compare(&trial, threshold, between ? threshold.value : 0.0);
  trial_end(&trial);
}
