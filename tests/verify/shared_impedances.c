/* Impedances: of a salt between blocking electrodes, and of a couple whose ions diffuse through a layer. */
#include <math.h>

#include "shared_cases.h"

static const char *const ions[] = {"cation", "anion"};
static const char *const couple[] = {"oxidised", "reduced"};
static const Accuracy tight = {.potential = 5e-6, .current = 3e-4, .time = 1e-5};

/* Writes the steps, with every frequency of the case. */
static int write_protocol(Trial *trial, double *frequencies) {
  const int count = reference_numbers(trial->reference, "frequency_Hz", frequencies);
  trial_write(trial, "protocol:\n  - steady\n  - impedance: {frequencies: [");
  for (int i = 0; i < count; i++)
    trial_write(trial, "%s%.17g Hz", i > 0 ? ", " : "", frequencies[i]);
  trial_write(trial, "]}\n");
  return count;
}

void check_blocking_impedance(Verification *verification, Reference *reference) {
  double frequencies[REFERENCE_MOST];
  const double c = reference_number(reference, "c0_mol_per_m3");
  const bool stern = reference_has(reference, "stern_capacitance_F_per_m2");
  const int parts[2] = {reference_entry(reference, "Re Z"), reference_entry(reference, "Im Z")};
  Trial trial;
  trial_begin(&trial, verification, reference, tight);
  trial_write(&trial, "medium: {permittivity: %.17g}\n", reference_number(reference, "eps_r"));
  trial_species(&trial, ions, "D_m2_per_s");
  trial_write(&trial, "domain:\n  - {region: solution, width: %.17g m, fill: ", reference_number(reference, "L_m"));
  trial_composition(&trial, (double[]){c, c});
  trial_write(&trial, "}\nterminals:\n");
  for (int side = 0; side < 2; side++) {
    trial_write(&trial, "  %s: {electrode: {", side == 0 ? "left" : "right");
    if (stern)
      trial_write(&trial, "stern: {capacitance: %.17g F/m2}",
                  reference_number(reference, "stern_capacitance_F_per_m2"));
    trial_write(&trial, "}, potential: 0 V}\n");
  }
  const int count = write_protocol(&trial, frequencies);
  for (int i = 0; i < count; i++)
    for (int part = 0; part < 2; part++)
      trial_want(&trial, reference_target(reference, parts[part], i, -1), 1.0,
                 part == 0 ? SB_QUANTITY_IMPEDANCE_REAL : SB_QUANTITY_IMPEDANCE_IMAGINARY, "at: {frequency: %.17g Hz}",
                 frequencies[i]);
  trial_run(&trial);
  trial_end(&trial);
}

/* The couple at its equilibrium at the left end of a layer whose other end is kept as it was. */
static void write_layer(Trial *trial, double width) {
  const Reference *reference = trial->reference;
  const double c[2] = {reference_number(reference, "c_O_mol_per_m3"), reference_number(reference, "c_R_mol_per_m3")};
  const double d[2] = {reference_number(reference, "D_O_m2_per_s"), reference_number(reference, "D_R_m2_per_s")};
  trial_write(trial, "field: supported\n");
  trial_ions(trial, 2, couple, (double[]){3, 2}, d);
  trial_write(trial, "domain:\n  - {region: layer, width: %.17g m, fill: ", width);
  trial_composition(trial, c);
  trial_write(trial,
              "}\nterminals:\n  left: {electrode: {couples: [{name: couple, oxidised: oxidised, reduced: reduced, "
              "electrons: 1, standard_potential: 0.1 V, exchange_current: %.17g A/m2}]}, potential: 0.1 V}\n"
              "  right: {reservoir: layer, potential: 0 V}\n",
              reference_number(reference, "exchange_current_density_A_per_m2"));
}

/* Z less the resistance of charge transfer is that of diffusion; far above all frequencies only the former is left. */
static void check_layer(Verification *verification, Reference *reference, double width, const char *words) {
  const Accuracy needed = {.potential = 5e-6, .current = 1e-4, .time = 1e-5};
  static const SbQuantity quantities[2] = {SB_QUANTITY_IMPEDANCE_REAL, SB_QUANTITY_IMPEDANCE_IMAGINARY};
  static const char *const parts[2] = {"Re", "Im"};
  const Target transfer = reference_target(reference, reference_entry(reference, "R_ct"), 0, -1);
  double frequencies[REFERENCE_MOST];
  int asks[2][REFERENCE_MOST];
  Trial trial;
  trial_begin(&trial, verification, reference, needed);
  write_layer(&trial, width);
  const int count = write_protocol(&trial, frequencies);
  for (int part = 0; part < 2; part++)
    for (int i = 0; i < count; i++)
      asks[part][i] = trial_ask(&trial, quantities[part], "at: {frequency: %.17g Hz}", frequencies[i]);
  trial_want(&trial, transfer, 1.0, SB_QUANTITY_IMPEDANCE_REAL, "at: {frequency: 1 GHz}");
  trial_run(&trial);
  for (int part = 0; part < 2; part++) {
    char name[REFERENCE_NAME];
    snprintf(name, sizeof name, "%s %s", words, parts[part]);
    const int entry = reference_entry(reference, name);
    for (int i = 0; i < count; i++)
      trial_compare(&trial, reference_target(reference, entry, i, -1),
                    trial_value(&trial, asks[part][i]) - (part == 0 ? transfer.value : 0.0));
  }
  trial_end(&trial);
}

void check_warburg(Verification *verification, Reference *reference) {
  double frequencies[REFERENCE_MOST];
  reference_numbers(reference, "frequency_Hz", frequencies);
  const double slowest = reference_number(reference, "D_O_m2_per_s");
  check_layer(verification, reference, reference_number(reference, "diffusion_layer_m"),
              "transmissive (Nernst layer, c fixed at L) tanh");
  /* so wide that e^-20 of a wave arrives at the other end: Warburg's limit */
  check_layer(verification, reference, 20.0 * sqrt(slowest / (M_PI * frequencies[0])), "semi-infinite Warburg");
}
