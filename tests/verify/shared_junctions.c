/* Liquid junctions: between two reservoirs (steady), and from a sharp step (in time). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared_cases.h"

static const Accuracy tight = {.potential = 2e-6, .current = 2e-4, .time = 1e-5};

/* One region between the two compositions at open circuit. */
static void begin_between(Trial *trial, Verification *verification, Reference *reference, const char *field,
                          double length) {
  double left[REFERENCE_MOST], right[REFERENCE_MOST];
  reference_numbers(reference, "c_left_mol_per_m3", left);
  reference_numbers(reference, "c_right_mol_per_m3", right);
  trial_begin(trial, verification, reference, tight);
  trial_write(trial, "field: %s\nmedium: {permittivity: %.17g}\n", field, reference_number(reference, "eps_r"));
  trial_species(trial, NULL, "D_m2_per_s");
  trial_write(trial, "domain: [{region: junction, width: %.17g m}]\nterminals:\n  left: {reservoir: ", length);
  trial_composition(trial, left);
  trial_write(trial, "}\n  right: {reservoir: ");
  trial_composition(trial, right);
  trial_write(trial, ", current: 0 A/m2}\nprotocol: [steady]\n");
}

/* Two regions of the two compositions that meet in a sharp step, closed by walls. */
static void begin_step(Trial *trial, Verification *verification, Reference *reference, Accuracy needed,
                       const char *field, double half, double until, double first_step) {
  double left[REFERENCE_MOST], right[REFERENCE_MOST];
  reference_numbers(reference, "c_left_mol_per_m3", left);
  reference_numbers(reference, "c_right_mol_per_m3", right);
  trial_begin(trial, verification, reference, needed);
  trial_write(trial, "field: %s\nmedium: {permittivity: %.17g}\n", field, reference_number(reference, "eps_r"));
  trial_species(trial, NULL, "D_m2_per_s");
  trial_write(trial, "domain:\n  - {region: a, width: %.17g m, fill: ", half);
  trial_composition(trial, left);
  trial_write(trial, "}\n  - {region: b, width: %.17g m, fill: ", half);
  trial_composition(trial, right);
  trial_write(trial, "}\nterminals: {left: {wall: {}}, right: {wall: {}, current: 0 A/m2}}\nprotocol:\n");
  trial_write(trial, "  - transient: {until: %.17g s, first_step: %.17g s, record: [%.17g s]}\n", until, first_step,
              until);
}

static double fastest(const Reference *reference) {
  double diffusivity[REFERENCE_MOST], most = 0.0;
  const int count = reference_numbers(reference, "D_m2_per_s", diffusivity);
  for (int s = 0; s < count; s++)
    most = fmax(most, diffusivity[s]);
  return most;
}

static void want_closed_form(Trial *trial, Target target, const char *name) {
  trial_want(trial, target, 1.0, SB_QUANTITY_CLOSED_FORM, "name: %s", name);
}

/* Henderson's and Planck's potentials, by formula and by the electroneutral equations; the fluxes with them. */
static void electroneutral(Verification *verification, Reference *reference, const char *planck) {
  const double length = 1e-7;
  Trial trial;
  begin_between(&trial, verification, reference, "electroneutral", length);
  want_closed_form(&trial, reference_target(reference, reference_entry(reference, "Henderson"), 0, -1), "henderson");
  const Target potential = reference_target(reference, reference_entry(reference, planck), 0, -1);
  want_closed_form(&trial, potential, "planck");
  trial_want(&trial, potential, 1.0, SB_QUANTITY_POTENTIAL, "%s", "");
  const int textbook = reference_find(reference, "Henderson, Harris", 0);
  if (textbook >= 0)
    want_closed_form(&trial, reference_target(reference, textbook, 0, -1), "henderson");
  const int fluxes = reference_find(reference, "J_i*L", 0);
  for (int s = 0; fluxes >= 0 && s < trial.species_count; s++)
    trial_want(&trial, reference_target(reference, fluxes, s, -1), length, SB_QUANTITY_FLUX, "species: %s",
               trial.species[s]);
  trial_run(&trial);
  trial_end(&trial);
}

/* Poisson's equation at one length; its fluxes are held to the tolerance of the electroneutral ones. */
static void resolved(Verification *verification, Reference *reference, int entry, double flux_tolerance) {
  double length, fluxes[REFERENCE_MOST];
  Trial trial;
  reference_entry_numbers(reference, entry, "L_nm", &length);
  reference_entry_numbers(reference, entry, "fluxes_mol_per_m2_s", fluxes);
  begin_between(&trial, verification, reference, "poisson", 1e-9 * length);
  trial_want(&trial, reference_target(reference, entry, 0, -1), 1.0, SB_QUANTITY_POTENTIAL, "%s", "");
  for (int s = 0; s < trial.species_count; s++) {
    Target target = {
        .value = fluxes[s], .tolerance = flux_tolerance * fabs(fluxes[s]), .uncertainty = 1e-10 * fabs(fluxes[s])};
    snprintf(target.name, sizeof target.name, "flux of %s, L = %g nm", trial.species[s], length);
    trial_want(&trial, target, 1.0, SB_QUANTITY_FLUX, "species: %s", trial.species[s]);
  }
  trial_run(&trial);
  trial_end(&trial);
}

void check_junction(Verification *verification, Reference *reference) {
  electroneutral(verification, reference, "Planck (steady");
  const int fluxes = reference_entry(reference, "J_i*L");
  const Target first = reference_target(reference, fluxes, 0, -1);
  for (int entry = reference_find(reference, "full PNP", 0); entry >= 0;
       entry = reference_find(reference, "full PNP", entry + 1))
    resolved(verification, reference, entry, first.tolerance / fabs(first.value));
}

/* A step that spreads freely, electroneutral: the same at all times until it feels the walls. */
void check_junction_transients(Verification *verification, Reference *reference) {
  const double half = 1e-5;
  const double until = half * half / (100.0 * fastest(reference));
  Trial trial;
  begin_step(&trial, verification, reference, accuracy_default, "electroneutral", half, until, 1e-6 * until);
  const Target target = reference_target(reference, reference_entry(reference, "free diffusion"), 0, -1);
  trial_want(&trial, target, 1.0, SB_QUANTITY_POTENTIAL, "at: {time: %.17g s}", until);
  trial_run(&trial);
  trial_end(&trial);
}

/* What others' programs, books and electrodes say: by Henderson's equation where they say so, else the stationary
 * state. */
void check_junction_published(Verification *verification, Reference *reference) {
  electroneutral(verification, reference, "(Planck)");
  Trial trial;
  begin_between(&trial, verification, reference, "electroneutral", 1e-7);
  const int entry = reference_entry(reference, "published");
  const Target target = reference_target(reference, entry, 0, -1);
  if (strstr(reference_entry_text(reference, entry, "source"), "Henderson"))
    want_closed_form(&trial, target, "henderson");
  else
    trial_want(&trial, target, 1.0, SB_QUANTITY_POTENTIAL, "%s", "");
  trial_run(&trial);
  trial_end(&trial);
}

/* The step's potential and largest field in time, from before the charge layers relax. */
void check_junction_start(Verification *verification, Reference *reference) {
  double times[REFERENCE_MOST];
  const int count = reference_numbers(reference, "time_s", times);
  const double until = times[count - 1], early = 0.1 * times[0];
  /* fine enough for the field at the first time, when the boundary is an angstrom wide */
  const Accuracy needed = {.potential = 1e-8, .current = 1e-3, .time = 1e-5};
  const int potential = reference_entry(reference, "phi(+inf)"),
            field = reference_entry(reference, "extreme electric field");
  Trial trial;
  begin_step(&trial, verification, reference, needed, "poisson", 10.0 * sqrt(fastest(reference) * until), until,
             0.01 * times[0]);
  trial_want(&trial, reference_target(reference, reference_entry(reference, "early-time slope"), 0, -1), 1.0 / early,
             SB_QUANTITY_POTENTIAL, "at: {time: %.17g s}", early);
  for (int i = 0; i < count; i++) {
    trial_want(&trial, reference_target(reference, potential, i, -1), 1.0, SB_QUANTITY_POTENTIAL, "at: {time: %.17g s}",
               times[i]);
    const Target extreme = reference_target(reference, field, i, -1);
    trial_want(&trial, extreme, 1.0, SB_QUANTITY_ELECTRIC_FIELD, "at: {time: %.17g s, x: %s}", times[i],
               extreme.value > 0.0 ? "maximum" : "minimum");
  }
  trial_want(&trial, reference_target(reference, reference_entry(reference, "late-time limit"), 0, -1), 1.0,
             SB_QUANTITY_POTENTIAL, "at: {time: %.17g s}", until);
  trial_run(&trial);
  trial_end(&trial);
}
