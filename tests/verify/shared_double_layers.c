/* Double layers at a blocking electrode against a half space. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared_cases.h"

static const char *const names[] = {"cation", "anion"};

/* Bulk composition and charges: of a symmetric salt, or ion by ion. */
static void bulk(const Reference *reference, double *charge, double *c) {
  if (reference_numbers(reference, "z", charge) == 1)
    charge[1] = -charge[0];
  if (reference_numbers(reference, "c_bulk_mol_per_m3", c) == 1)
    c[1] = c[0];
}

/* Debye length that the program takes for the bulk. */
static double debye_length(const Trial *trial) {
  if (trial->verification->dry)
    return NAN;
  const SbProblem *problem = trial->solved->problem;
  double c[SB_MAX_SPECIES];
  for (int s = 0; s < problem->species_count; s++)
    c[s] = sb_problem_composition(problem, SB_RIGHT, s);
  return sb_debye_length(problem, c, 0.0, problem->regions[0].permittivity);
}

/* Electrode at 0, bulk at 25 Debye lengths. stern: F/m2; 0: none. */
static void begin(Trial *trial, Verification *verification, Reference *reference, Accuracy needed, double potential,
                  double stern) {
  double charge[REFERENCE_MOST], c[REFERENCE_MOST], sum = 0.0;
  bulk(reference, charge, c);
  for (int s = 0; s < 2; s++)
    sum += charge[s] * charge[s] * c[s];
  const double width = 25.0 * 9.62e-9 / sqrt(0.5 * sum); /* 9.62 nm: Debye length of 1 mol/m3 of a 1:1 salt in water */
  trial_begin(trial, verification, reference, needed);
  trial_write(trial, "medium: {permittivity: %.17g}\n", reference_number(reference, "eps_r"));
  trial_ions(trial, 2, names, charge, NULL);
  trial_write(trial, "domain: [{region: solution, width: %.17g m}]\nprotocol: [steady]\nterminals:\n", width);
  trial_write(trial, "  left: {electrode: {");
  if (stern > 0.0)
    trial_write(trial, "stern: {capacitance: %.17g F/m2}", stern);
  trial_write(trial, "}, potential: %.17g V}\n  right: {reservoir: ", potential);
  trial_composition(trial, c);
  trial_write(trial, ", potential: 0 V}\n");
}

void check_gouy_chapman(Verification *verification, Reference *reference) {
  double x[REFERENCE_MOST];
  const int count = reference_numbers(reference, "x_m", x), profile = reference_entry(reference, "phi(x)");
  const double potential = reference_number(reference, "surface_potential_V");
  Accuracy needed = accuracy_default;
  for (int i = 0; i < count; i++)
    needed.potential = fmin(needed.potential, 0.5 * reference_target(reference, profile, i, -1).tolerance);
  Trial trial;
  begin(&trial, verification, reference, needed, potential, 0.0);
  for (int i = 0; i < count; i++)
    trial_want(&trial, reference_target(reference, profile, i, -1), 1.0, SB_QUANTITY_ELECTRIC_POTENTIAL,
               "at: {x: %.17g m}", x[i]);
  const Target charge = reference_target(reference, reference_entry(reference, "surface charge"), 0, -1);
  trial_want(&trial, charge, 1.0, SB_QUANTITY_CHARGE, "terminal: left");
  trial_want(&trial, reference_target(reference, reference_entry(reference, "differential capacitance"), 0, -1), 1.0,
             SB_QUANTITY_CAPACITANCE, "terminal: left");
  const int surface = reference_find(reference, "at surface", 0);
  for (int i = 0; surface >= 0 && i < 2; i++)
    trial_want(&trial, reference_target(reference, surface, i, -1), 1.0, SB_QUANTITY_CONCENTRATION,
               "species: %s, at: {x: 0 m}", names[i == 0 ? potential > 0.0 : potential < 0.0]);
  const int length = reference_find(reference, "Debye length", 0);
  trial_run(&trial);
  if (length >= 0)
    trial_compare(&trial, reference_target(reference, length, 0, -1), debye_length(&trial));
  trial_end(&trial);
}

void check_stern(Verification *verification, Reference *reference) {
  const Accuracy needed = {.potential = 2e-6, .current = 5e-4, .time = 1e-5};
  double potential[REFERENCE_MOST];
  const int count = reference_numbers(reference, "electrode_potential_V", potential);
  for (int i = 0; i < count; i++) {
    Trial trial;
    begin(&trial, verification, reference, needed, potential[i],
          reference_number(reference, "stern_capacitance_F_per_m2"));
    trial_want(&trial, reference_target(reference, reference_entry(reference, "phi at Stern plane"), i, -1), 1.0,
               SB_QUANTITY_ELECTRIC_POTENTIAL, "at: {x: 0 m}");
    trial_want(&trial, reference_target(reference, reference_entry(reference, "sigma"), i, -1), 1.0, SB_QUANTITY_CHARGE,
               "terminal: left");
    trial_want(&trial, reference_target(reference, reference_entry(reference, "C differential"), i, -1), 1.0,
               SB_QUANTITY_CAPACITANCE, "terminal: left");
    trial_run(&trial);
    trial_end(&trial);
  }
}
