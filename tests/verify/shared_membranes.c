/* Membranes: with fixed charge, for one kind of ion, thin ones between given faces or resolved baths. */
#include <math.h>
#include <string.h>

#include "base/constants.h"
#include "shared_cases.h"

static const Accuracy tight = {.potential = 2e-6, .current = 5e-4, .time = 1e-5};

/* ---- a charged membrane between two unstirred baths of one salt ---- */

static void charged_between(Verification *verification, Reference *reference, int i, double right) {
  const double bath = reference_number(reference, "L_bath_m"), width = reference_number(reference, "L_membrane_m");
  const double left = reference_number(reference, "c_left_mol_per_m3"), middle = bath + 0.5 * width;
  const int flux = reference_entry(reference, "salt flux J"), triple = reference_entry(reference, "mid-plane");
  double inside[REFERENCE_MOST];
  Trial trial;
  trial_begin(&trial, verification, reference, tight);
  trial_species(&trial, NULL, "D_bath_m2_per_s");
  reference_numbers(reference, "D_membrane_m2_per_s", inside);
  trial_write(&trial, "domain:\n  - {region: left, width: %.17g m, permittivity: %.17g, fill: ", bath,
              reference_number(reference, "eps_r_bath"));
  trial_composition(&trial, (double[]){left, left});
  trial_write(&trial, "}\n  - {region: membrane, width: %.17g m, permittivity: %.17g, fixed_charge: %.17g mol/m3, ",
              width, reference_number(reference, "eps_r_membrane"),
              reference_number(reference, "fixed_charge_mol_per_m3"));
  trial_write(&trial, "diffusivity: {%s: %.17g m2/s, %s: %.17g m2/s}}\n", trial.species[0], inside[0], trial.species[1],
              inside[1]);
  trial_write(&trial, "  - {region: right, width: %.17g m, permittivity: %.17g, fill: ", bath,
              reference_number(reference, "eps_r_bath"));
  trial_composition(&trial, (double[]){right, right});
  trial_write(&trial, "}\nterminals: {left: {reservoir: left}, right: {reservoir: right, current: 0 A/m2}}\n");
  trial_write(&trial, "protocol: [steady]\n");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "phi_R - phi_L full PNP"), i, -1), 1.0,
             SB_QUANTITY_POTENTIAL, "%s", "");
  trial_want(&trial, reference_target(reference, triple, i, 0), 1.0, SB_QUANTITY_ELECTRIC_POTENTIAL, "at: {x: %.17g m}",
             middle);
  for (int s = 0; s < 2; s++) {
    trial_want(&trial, reference_target(reference, flux, i, -1), 1.0, SB_QUANTITY_FLUX, "species: %s",
               trial.species[s]);
    trial_want(&trial, reference_target(reference, triple, i, s + 1), 1.0, SB_QUANTITY_CONCENTRATION,
               "species: %s, at: {x: %.17g m}", trial.species[s], middle);
  }
  trial_want(&trial, reference_target(reference, reference_entry(reference, "TMS"), i, -1), 1.0,
             SB_QUANTITY_CLOSED_FORM, "name: teorell-meyer-sievers");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "phi_bath left"), 0, -1), 1.0,
             SB_QUANTITY_CLOSED_FORM, "name: donnan-left");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "phi_bath right"), i, -1), 1.0,
             SB_QUANTITY_CLOSED_FORM, "name: donnan-right");
  trial_run(&trial);
  trial_end(&trial);
}

void check_charged_membrane(Verification *verification, Reference *reference) {
  double right[REFERENCE_MOST];
  const int count = reference_numbers(reference, "c_right_mol_per_m3", right);
  for (int i = 0; i < count; i++)
    charged_between(verification, reference, i, right[i]);
}

/* ---- Donnan equilibrium, deep in a gel and under electroneutrality ---- */

void check_donnan(Verification *verification, Reference *reference) {
  const double width = 3e-8;
  double bath[REFERENCE_MOST];
  reference_numbers(reference, "c_bath_mol_per_m3", bath);
  const Target potential = reference_target(reference, reference_entry(reference, "phi_gel - phi_bath"), 0, -1);
  const int gel = reference_entry(reference, "gel concentrations");
  static const char *const fields[] = {"poisson", "electroneutral"};
  for (int f = 0; f < 2; f++) {
    Trial trial;
    trial_begin(&trial, verification, reference, tight);
    trial_write(&trial, "field: %s\n", fields[f]);
    trial_species(&trial, NULL, NULL);
    trial_write(&trial, "domain:\n  - {region: bath, width: %.17g m, fill: ", width);
    trial_composition(&trial, bath);
    trial_write(&trial, "}\n  - {region: gel, width: %.17g m, fixed_charge: %.17g mol/m3}\n", width,
                reference_number(reference, "fixed_charge_mol_per_m3"));
    trial_write(&trial,
                "terminals: {left: {reservoir: bath}, right: {wall: {}, current: 0 A/m2}}\nprotocol: [steady]\n");
    trial_want(&trial, potential, 1.0, SB_QUANTITY_POTENTIAL, "%s", "");
    trial_want(&trial, potential, 1.0, SB_QUANTITY_CLOSED_FORM, "name: donnan");
    for (int s = 0; s < trial.species_count; s++)
      trial_want(&trial, reference_target(reference, gel, s, -1), 1.0, SB_QUANTITY_CONCENTRATION,
                 "species: %s, at: {x: %.17g m}", trial.species[s], 2.0 * width);
    trial_run(&trial);
    trial_end(&trial);
  }
}

/* ---- a membrane for one ion alone ---- */

void check_permeable(Verification *verification, Reference *reference) {
  double left[REFERENCE_MOST], right[REFERENCE_MOST], x[REFERENCE_MOST];
  const double bath = reference_number(reference, "L_bath_m"), width = reference_number(reference, "L_membrane_m");
  const double permittivity = reference_number(reference, "eps_r_membrane");
  const char *permeant = reference_text(reference, "permeant", 0);
  const int potential = reference_entry(reference, "V = phi_L - phi_R");
  const int profile = reference_entry(reference, "phi(x)-phi_L at x");
  const int count = reference_entry_numbers(reference, profile, "x_m", x);
  reference_numbers(reference, "c_left_in_mol_per_m3", left);
  reference_numbers(reference, "c_right_out_mol_per_m3", right);
  Trial trial;
  trial_begin(&trial, verification, reference, tight);
  trial_write(&trial, "medium: {permittivity: %.17g}\n", reference_number(reference, "eps_r_bath"));
  trial_species(&trial, NULL, NULL);
  trial_write(&trial, "domain:\n  - {region: in, width: %.17g m, fill: ", bath);
  trial_composition(&trial, left);
  trial_write(&trial, "}\n  - {region: membrane, width: %.17g m, permittivity: %.17g, partition: {", width,
              permittivity);
  for (int s = 0; s < trial.species_count; s++)
    trial_write(&trial, "%s%s: %.17g", s > 0 ? ", " : "", trial.species[s],
                strcmp(trial.species[s], permeant) == 0 ? reference_number(reference, "partition_coefficient_permeant")
                                                        : 0.0);
  trial_write(&trial, "}}\n  - {region: out, width: %.17g m, fill: ", bath);
  trial_composition(&trial, right);
  trial_write(&trial, "}\nterminals: {left: {reservoir: in}, right: {reservoir: out, current: 0 A/m2}}\n");
  trial_write(&trial, "protocol: [steady]\n");
  trial_want(&trial, reference_target(reference, potential, 0, -1), -1.0, SB_QUANTITY_POTENTIAL, "%s", "");
  const Target nernst = reference_target(reference, reference_entry(reference, "Nernst"), 0, -1);
  trial_want(&trial, nernst, -1.0, SB_QUANTITY_NERNST_POTENTIAL, "species: %s", permeant);
  trial_want(&trial, nernst, -1.0, SB_QUANTITY_CLOSED_FORM, "name: nernst");
  for (int i = 0; i < count; i++)
    trial_want(&trial, reference_target(reference, profile, i, -1), 1.0, SB_QUANTITY_ELECTRIC_POTENTIAL,
               "at: {x: %.17g m}", x[i]);
  const double factor = permittivity * SB_VACUUM_PERMITTIVITY;
  trial_want(&trial, reference_target(reference, reference_entry(reference, "displacement D"), 0, -1), factor,
             SB_QUANTITY_ELECTRIC_FIELD, "at: {x: %.17g m}", bath + 0.5 * width);
  const int field = trial_ask(&trial, SB_QUANTITY_ELECTRIC_FIELD, "at: {x: %.17g m}", bath + 0.5 * width);
  const int drop = trial_ask(&trial, SB_QUANTITY_POTENTIAL, "%s", "");
  trial_run(&trial);
  trial_compare(&trial, reference_target(reference, reference_entry(reference, "effective capacitance"), 0, -1),
                -factor * trial_value(&trial, field) / trial_value(&trial, drop));
  trial_end(&trial);
}

/* ---- one region between given compositions, as thin as a Debye length or less ---- */

static void begin_thin(Trial *trial, Verification *verification, Reference *reference, const char *field,
                       double length) {
  double left[REFERENCE_MOST], right[REFERENCE_MOST];
  reference_numbers(reference, "c_left_in_mol_per_m3", left);
  reference_numbers(reference, "c_right_out_mol_per_m3", right);
  trial_begin(trial, verification, reference, tight);
  trial_write(trial, "field: %s\nmedium: {permittivity: %.17g}\n", field, reference_number(reference, "eps_r"));
  trial_species(trial, NULL, "D_m2_per_s");
  trial_write(
      trial,
      "domain: [{region: membrane, width: %.17g m}]\nprotocol: [steady]\nterminals:\n  left: {reservoir: ", length);
  trial_composition(trial, left);
  trial_write(trial, "}\n  right: {reservoir: ");
  trial_composition(trial, right);
}

/* Reversal potential by formula and at zero current. */
static void thin_open(Verification *verification, Reference *reference, const char *field, double length,
                      Target target) {
  Trial trial;
  begin_thin(&trial, verification, reference, field, length);
  trial_write(&trial, ", current: 0 A/m2}\n");
  trial_want(&trial, target, -1.0, SB_QUANTITY_POTENTIAL, "%s", "");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "GHK (constant field) reversal V"), 0, -1),
             -1.0, SB_QUANTITY_CLOSED_FORM, "name: ghk");
  trial_run(&trial);
  trial_end(&trial);
}

void check_thin(Verification *verification, Reference *reference) {
  double lengths[REFERENCE_MOST], potentials[REFERENCE_MOST];
  const int count = reference_numbers(reference, "L_m", lengths),
            points = reference_numbers(reference, "V_m", potentials);
  const int reversal = reference_entry(reference, "PNP reversal V"),
            current = reference_entry(reference, "PNP current");
  const Target planck = reference_target(reference, reference_entry(reference, "electroneutral (Planck)"), 0, -1);
  thin_open(verification, reference, "electroneutral", lengths[count - 1], planck);
  for (int i = 0; i < count; i++) {
    thin_open(verification, reference, "poisson", lengths[i], reference_target(reference, reversal, i, -1));
    for (int k = 0; k < points; k++) {
      Trial trial;
      begin_thin(&trial, verification, reference, "poisson", lengths[i]);
      trial_write(&trial, ", potential: %.17g V}\n", -potentials[k]);
      trial_want(&trial, reference_target(reference, current, i, k), 1.0, SB_QUANTITY_CURRENT, "%s", "");
      trial_run(&trial);
      trial_end(&trial);
    }
  }
}

/* ---- a membrane of low permittivity and solubility between two baths with ions that do not pass ---- */

static void begin_resolved(Trial *trial, Verification *verification, Reference *reference, double partition) {
  double left[REFERENCE_MOST], right[REFERENCE_MOST], inside[REFERENCE_MOST];
  const double bath = reference_number(reference, "L_bath_m");
  reference_numbers(reference, "c_left_in_mol_per_m3", left);
  reference_numbers(reference, "c_right_out_mol_per_m3", right);
  reference_numbers(reference, "D_membrane_m2_per_s", inside);
  trial_begin(trial, verification, reference, tight);
  trial_write(trial, "medium: {permittivity: %.17g}\n", reference_number(reference, "eps_r_bath"));
  trial_species(trial, NULL, "D_bath_m2_per_s");
  trial_write(trial, "domain:\n  - {region: in, width: %.17g m, fill: ", bath);
  trial_composition(trial, left);
  trial_write(trial, "}\n  - region: membrane\n    width: %.17g m\n    permittivity: %.17g\n    partition: {",
              reference_number(reference, "L_membrane_m"), reference_number(reference, "eps_r_membrane"));
  for (int s = 0; s < trial->species_count; s++)
    trial_write(trial, "%s%s: %.17g", s > 0 ? ", " : "", trial->species[s], inside[s] > 0.0 ? partition : 0.0);
  trial_write(trial, "}\n    diffusivity: {");
  for (int s = 0; s < trial->species_count && inside[s] > 0.0; s++)
    trial_write(trial, "%s%s: %.17g m2/s", s > 0 ? ", " : "", trial->species[s], inside[s]);
  trial_write(trial, "}\n  - {region: out, width: %.17g m, fill: ", bath);
  trial_composition(trial, right);
  trial_write(trial, "}\nprotocol: [steady]\nterminals:\n  left: {reservoir: in}\n  right: {reservoir: out, ");
}

void check_resolved(Verification *verification, Reference *reference) {
  double partitions[REFERENCE_MOST], potentials[REFERENCE_MOST];
  const int count = reference_numbers(reference, "partition_coefficient_c_m_over_c_bath", partitions);
  const int points = reference_numbers(reference, "V_m", potentials);
  const int reversal = reference_entry(reference, "PNP reversal V"),
            current = reference_entry(reference, "PNP current");
  const Target ghk = reference_target(reference, reference_entry(reference, "GHK reversal V"), 0, -1);
  for (int i = 0; i < count; i++) {
    Trial trial;
    begin_resolved(&trial, verification, reference, partitions[i]);
    trial_write(&trial, "current: 0 A/m2}\n");
    trial_want(&trial, reference_target(reference, reversal, i, -1), -1.0, SB_QUANTITY_POTENTIAL, "%s", "");
    /* where the membrane, not the baths, limits what flows */
    if (partitions[i] < 0.1)
      trial_want(&trial, ghk, -1.0, SB_QUANTITY_CLOSED_FORM, "name: ghk");
    trial_run(&trial);
    trial_end(&trial);
    for (int k = 0; k < points; k++) {
      begin_resolved(&trial, verification, reference, partitions[i]);
      trial_write(&trial, "potential: %.17g V}\n", -potentials[k]);
      trial_want(&trial, reference_target(reference, current, i, k), 1.0, SB_QUANTITY_CURRENT, "%s", "");
      trial_run(&trial);
      trial_end(&trial);
    }
  }
}

/* ---- Nernst potentials of tissues: compositions as published, which are not electroneutral ---- */

void check_nernst(Verification *verification, Reference *reference) {
  double in[REFERENCE_MOST], out[REFERENCE_MOST];
  const int entry = reference_entry(reference, "E_i");
  reference_numbers(reference, "c_in_mol_per_m3", in);
  reference_numbers(reference, "c_out_mol_per_m3", out);
  Trial trial;
  trial_begin(&trial, verification, reference, accuracy_default);
  trial_write(&trial, "field: supported\n");
  trial_species(&trial, NULL, NULL);
  trial_write(&trial,
              "domain: [{region: membrane, width: 5 nm}]\nprotocol: [steady]\nterminals:\n  left: {reservoir: ");
  trial_composition(&trial, out);
  trial_write(&trial, "}\n  right: {reservoir: ");
  trial_composition(&trial, in);
  trial_write(&trial, ", potential: 0 V}\n");
  for (int s = 0; s < trial.species_count; s++)
    trial_want(&trial, reference_target(reference, entry, s, -1), 1.0, SB_QUANTITY_NERNST_POTENTIAL, "species: %s",
               trial.species[s]);
  trial_run(&trial);
  trial_end(&trial);
}
