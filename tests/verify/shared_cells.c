/* Cells that keep some of their ions: between blocking electrodes, between selective membranes, between walls. */
#include <math.h>
#include <string.h>

#include "base/constants.h"
#include "shared_cases.h"

static const char *const names[] = {"cation", "anion"};
static const Accuracy tight = {.potential = 5e-6, .current = 5e-4, .time = 1e-5};

/* Blocking electrodes, the right one at `right` volts over the left one; protocol: one step. */
static void begin_blocking(Trial *trial, Verification *verification, Reference *reference, Accuracy needed,
                           const char *c_key, double left, double right, const char *protocol) {
  const double c = reference_number(reference, c_key);
  const bool stern = reference_has(reference, "stern_capacitance_F_per_m2");
  trial_begin(trial, verification, reference, needed);
  trial_write(trial, "medium: {permittivity: %.17g}\n", reference_number(reference, "eps_r"));
  trial_species(trial, names, reference_has(reference, "D_m2_per_s") ? "D_m2_per_s" : NULL);
  trial_write(trial, "domain:\n  - {region: solution, width: %.17g m, fill: ", reference_number(reference, "L_m"));
  trial_composition(trial, (double[]){c, c});
  trial_write(trial, "}\nprotocol: [%s]\nterminals:\n", protocol);
  for (int side = 0; side < 2; side++) {
    trial_write(trial, "  %s: {electrode: {", side == 0 ? "left" : "right");
    if (stern)
      trial_write(trial, "stern: {capacitance: %.17g F/m2}", reference_number(reference, "stern_capacitance_F_per_m2"));
    trial_write(trial, "}, potential: %.17g V}\n", side == 0 ? left : right);
  }
}

void check_closed_cell(Verification *verification, Reference *reference) {
  Trial trial;
  begin_blocking(&trial, verification, reference, tight, "c_initial_mol_per_m3", 0.0,
                 reference_number(reference, "V_right_minus_left_V"), "steady");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "charge on the left"), 0, -1), 1.0,
             SB_QUANTITY_CHARGE, "terminal: left");
  const Target middle = reference_target(reference, reference_entry(reference, "mid-plane"), 0, -1);
  for (int s = 0; s < 2; s++)
    trial_want(&trial, middle, 1.0, SB_QUANTITY_CONCENTRATION, "species: %s, at: {x: %.17g m}", names[s],
               0.5 * reference_number(reference, "L_m"));
  trial_want(&trial, reference_target(reference, reference_entry(reference, "at left wall"), 0, -1), 1.0,
             SB_QUANTITY_CONCENTRATION, "species: cation, at: {x: 0 m}");
  trial_run(&trial);
  trial_end(&trial);
}

/* A transient that begins well inside the first time asked for. */
static void transient_text(char *text, size_t size, double first, double until) {
  snprintf(text, size, "transient: {until: %.17g s, first_step: %.17g s, record: [%.17g s]}", until, 1e-4 * first,
           until);
}

void check_closed_cell_transient(Verification *verification, Reference *reference) {
  double times[REFERENCE_MOST];
  char protocol[256];
  const int count = reference_numbers(reference, "time_s", times);
  const int charge = reference_entry(reference, "charge per area"), middle = reference_entry(reference, "mid-plane");
  Trial trial;
  transient_text(protocol, sizeof protocol, times[0], times[count - 1]);
  begin_blocking(&trial, verification, reference, tight, "c_initial_mol_per_m3", 0.0,
                 reference_number(reference, "V_right_minus_left_V"), protocol);
  for (int i = 0; i < count; i++) {
    trial_want(&trial, reference_target(reference, charge, i, -1), 1.0, SB_QUANTITY_CHARGE,
               "terminal: left, at: {time: %.17g s}", times[i]);
    for (int s = 0; s < 2; s++)
      trial_want(&trial, reference_target(reference, middle, i, s), 1.0, SB_QUANTITY_CONCENTRATION,
                 "species: %s, at: {x: %.17g m, time: %.17g s}", names[s], 0.5 * reference_number(reference, "L_m"),
                 times[i]);
  }
  trial_want(&trial, reference_target(reference, reference_entry(reference, "inf charge"), 0, -1), 1.0,
             SB_QUANTITY_CHARGE, "terminal: left, at: {time: %.17g s}", times[count - 1]);
  trial_run(&trial);
  trial_end(&trial);
}

/* The reference is linear in the voltage; the equations are not: sinh(V/4VT) against V/4VT, and what the cell's ends
   take from its middle. */
static void allow_nonlinearity(const Reference *reference, Target *target) {
  const double thermal = SB_GAS_CONSTANT * reference_number(reference, "temperature_K") / SB_FARADAY;
  const double ratio = reference_number(reference, "voltage_step_V") / thermal;
  target->uncertainty += 0.1 * ratio * ratio * fabs(target->value);
}

void check_charging_limit(Verification *verification, Reference *reference) {
  Trial trial;
  begin_blocking(&trial, verification, reference, tight, "c0_mol_per_m3", reference_number(reference, "voltage_step_V"),
                 0.0, "steady");
  Target target = reference_target(reference, reference_entry(reference, "q(inf)"), 0, -1);
  allow_nonlinearity(reference, &target);
  trial_want(&trial, target, 1.0, SB_QUANTITY_CHARGE, "terminal: left");
  trial_want(&trial, target, -1.0, SB_QUANTITY_CHARGE, "terminal: right");
  trial_run(&trial);
  trial_end(&trial);
}

void check_charging(Verification *verification, Reference *reference) {
  const Accuracy needed = {.potential = 2e-7, .current = 2e-4, .time = 1e-5}; /* of 1 mV in all */
  double times[REFERENCE_MOST];
  char protocol[256];
  const int count = reference_numbers(reference, "time_s", times);
  const int charge = reference_entry(reference, "charge per area"),
            current = reference_entry(reference, "external current");
  Trial trial;
  transient_text(protocol, sizeof protocol, times[0], times[count - 1]);
  begin_blocking(&trial, verification, reference, needed, "c0_mol_per_m3",
                 reference_number(reference, "voltage_step_V"), 0.0, protocol);
  for (int i = 0; i < count; i++) {
    trial_want(&trial, reference_target(reference, charge, i, -1), 1.0, SB_QUANTITY_CHARGE,
               "terminal: left, at: {time: %.17g s}", times[i]);
    trial_want(&trial, reference_target(reference, current, i, -1), 1.0, SB_QUANTITY_CURRENT, "at: {time: %.17g s}",
               times[i]);
  }
  trial_run(&trial);
  trial_end(&trial);
}

/* ---- between two membranes that pass cations only ---- */

/* Current and smallest cation concentration at one voltage. limit: A/m2, of electroneutral theory. */
static void limiting_at(Verification *verification, Reference *reference, const char *field, int i, double limit) {
  double voltages[REFERENCE_MOST];
  reference_numbers(reference, "voltage_V", voltages);
  const double c = reference_number(reference, "c0_mol_per_m3");
  const double end = c * reference_number(reference, "boundary_cation_concentration_over_c0");
  const bool poisson = strcmp(field, "poisson") == 0;
  const char *const ratio = poisson ? "I/I_lim full PNP" : "electroneutral I/I_lim";
  Trial trial;
  trial_begin(&trial, verification, reference, tight);
  trial_write(&trial, "field: %s\nmedium: {permittivity: %.17g}\n", field, reference_number(reference, "eps_r"));
  trial_species(&trial, names, "D_m2_per_s");
  trial_write(&trial, "domain:\n  - {region: solution, width: %.17g m, fill: ", reference_number(reference, "L_m"));
  trial_composition(&trial, (double[]){c, c});
  trial_write(&trial, "}\nprotocol: [steady]\nterminals:\n");
  for (int side = 0; side < 2; side++) {
    trial_write(&trial, "  %s: {reservoir: ", side == 0 ? "left" : "right");
    trial_composition(&trial, (double[]){end, end});
    trial_write(&trial, ", impermeable: [anion], potential: %.17g V}\n", side == 0 ? voltages[i] : 0.0);
  }
  trial_want(&trial, reference_target(reference, reference_entry(reference, ratio), i, -1), 1.0 / limit,
             SB_QUANTITY_CURRENT, "%s", "");
  if (poisson) {
    trial_want(&trial, reference_target(reference, reference_entry(reference, "steady current density"), i, -1), 1.0,
               SB_QUANTITY_CURRENT, "%s", "");
    trial_want(&trial, reference_target(reference, reference_entry(reference, "minimum cation"), i, -1), 1.0,
               SB_QUANTITY_CONCENTRATION, "species: cation, at: {x: minimum}");
  }
  trial_run(&trial);
  trial_end(&trial);
}

void check_limiting_current(Verification *verification, Reference *reference) {
  double voltages[REFERENCE_MOST], diffusivity[REFERENCE_MOST];
  const int count = reference_numbers(reference, "voltage_V", voltages);
  reference_numbers(reference, "D_m2_per_s", diffusivity);
  const double limit = 4.0 * SB_FARADAY * diffusivity[0] * reference_number(reference, "c0_mol_per_m3") /
                       reference_number(reference, "L_m");
  for (int i = 0; i < count; i++) {
    limiting_at(verification, reference, "poisson", i, limit);
    limiting_at(verification, reference, "electroneutral", i, limit);
  }
}

/* ---- a small cosine of concentration between uncharged walls ---- */

enum { PROFILE_POINTS = 257, FAST_SAMPLES = 3 };

static void mode_fill(Trial *trial, const Reference *reference) {
  const double length = reference_number(reference, "L_m"), pi = acos(-1.0);
  double mean[REFERENCE_MOST], amplitude[REFERENCE_MOST];
  reference_numbers(reference, "c_mean_mol_per_m3", mean);
  reference_numbers(reference, "amplitude_initial_mol_per_m3", amplitude);
  trial_write(trial, "domain:\n  - region: solution\n    width: %.17g m\n    fill:\n", length);
  for (int s = 0; s < trial->species_count; s++) {
    trial_write(trial, "      %s: {table: [", trial->species[s]);
    for (int i = 0; i < PROFILE_POINTS; i++) {
      const double share = (double)i / (PROFILE_POINTS - 1);
      trial_write(trial, "%s[%.17g m, %.17g mol/m3]", i > 0 ? ", " : "", share * length,
                  mean[s] + amplitude[s] * cos(pi * share));
    }
    trial_write(trial, "]}\n");
  }
}

/* What is read at one time: the concentrations at both ends, and the potential. */
typedef struct {
  int ends[2][2]; /* [species][end] */
  int potential;
} ModeAsks;

static ModeAsks mode_ask(Trial *trial, double time, double length) {
  ModeAsks asks;
  for (int s = 0; s < 2; s++) {
    for (int end = 0; end < 2; end++)
      asks.ends[s][end] = trial_ask(trial, SB_QUANTITY_CONCENTRATION, "species: %s, at: {x: %.17g m, time: %.17g s}",
                                    trial->species[s], end * length, time);
  }
  asks.potential = trial_ask(trial, SB_QUANTITY_POTENTIAL, "at: {time: %.17g s}", time);
  return asks;
}

/* Half the difference of the ends: what is odd about the middle, so that the second harmonic that a finite amplitude
   makes drops out. */
static double mode_amplitude(const Trial *trial, const ModeAsks *asks, int s) {
  return 0.5 * (trial_value(trial, asks->ends[s][0]) - trial_value(trial, asks->ends[s][1]));
}

static double mode_potential(const Trial *trial, const ModeAsks *asks) {
  return -0.5 * trial_value(trial, asks->potential);
}

/* The slow rate from the last two times, when the fast part is gone; the fast one from three equally spaced early
   potentials, A exp(-slow t) + B exp(-fast t). */
static void mode_rates(const Trial *trial, const ModeAsks *late, const double *late_times, const ModeAsks *early,
                       double spacing) {
  const int rates = reference_entry(trial->reference, "two decay rates");
  const double slow =
      log(mode_amplitude(trial, &late[0], 0) / mode_amplitude(trial, &late[1], 0)) / (late_times[1] - late_times[0]);
  double w[FAST_SAMPLES];
  for (int i = 0; i < FAST_SAMPLES; i++)
    w[i] = mode_potential(trial, &early[i]) * exp(slow * (i + 1) * spacing);
  trial_compare(trial, reference_target(trial->reference, rates, 0, -1), slow);
  trial_compare(trial, reference_target(trial->reference, rates, 1, -1),
                slow - log((w[2] - w[1]) / (w[1] - w[0])) / spacing);
}

void check_mode(Verification *verification, Reference *reference) {
  const Accuracy needed = {.potential = 5e-9, .current = 2e-6, .time = 1e-6};
  double times[REFERENCE_MOST];
  const double length = reference_number(reference, "L_m");
  const int count = reference_numbers(reference, "time_s", times), amplitude = reference_entry(reference, "a_i(t)");
  const int potential = reference_entry(reference, "phi amplitude"),
            rates = reference_entry(reference, "two decay rates");
  const double spacing = 0.5 / reference_target(reference, rates, 1, -1).value;
  ModeAsks asks[REFERENCE_MOST], early[FAST_SAMPLES];
  Trial trial;
  trial_begin(&trial, verification, reference, needed);
  trial_write(&trial, "medium: {permittivity: %.17g}\n", reference_number(reference, "eps_r"));
  trial_species(&trial, NULL, "D_m2_per_s");
  mode_fill(&trial, reference);
  trial_write(&trial, "terminals: {left: {wall: {}}, right: {wall: {}, current: 0 A/m2}}\nprotocol:\n");
  trial_write(&trial, "  - transient: {until: %.17g s, first_step: %.17g s, record: [%.17g s]}\n", times[count - 1],
              1e-3 * spacing, times[count - 1]);
  for (int i = 0; i < count; i++)
    asks[i] = mode_ask(&trial, times[i], length);
  for (int i = 0; i < FAST_SAMPLES; i++)
    early[i] = mode_ask(&trial, (i + 1) * spacing, length);
  trial_run(&trial);
  for (int i = 0; i < count; i++) {
    for (int s = 0; s < 2; s++) {
      Target target = reference_target(reference, amplitude, i, s);
      target.tolerance =
          reference_target(reference, amplitude, 0, 0).tolerance; /* of the initial amplitude, says the case */
      trial_compare(&trial, target, mode_amplitude(&trial, &asks[i], s));
    }
    trial_compare(&trial, reference_target(reference, potential, i, -1), mode_potential(&trial, &asks[i]));
  }
  mode_rates(&trial, &asks[count - 2], &times[count - 2], early, spacing);
  trial_end(&trial);
}
