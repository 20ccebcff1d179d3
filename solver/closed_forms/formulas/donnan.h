/* Donnan equilibrium and the potential of a charged membrane between two solutions. */
#ifndef SB_CLOSED_FORMS_FORMULAS_DONNAN_H
#define SB_CLOSED_FORMS_FORMULAS_DONNAN_H

/* Potential of a charged phase minus that of the solution it is in equilibrium with (V): the root of
     sum z k c exp(-z phi/V_T) + X = 0
   for n ions at concentrations c in the solution (mol/m3) with partition coefficients k, and charge X (mol/m3 of
   elementary charges, signed) that stays in the phase. Donnan 1911, Z. Elektrochem. 17, 572; Helfferich, Ion Exchange,
   1962, section 5-3. NAN where no ion can balance X. */
double sb_donnan_potential(int n, const int *charge, const double *partition, const double *concentration,
                           double fixed_charge, double thermal_voltage);

/* Membrane potential after Teorell, Meyer and Sievers, right minus left (V): Donnan potential on the left + diffusion
   potential within the membrane (steady, electroneutral with X, no current; sb_planck_potential) - Donnan potential on
   the right, each face in equilibrium with its solution. Arguments as above; diffusivity in the membrane, any common
   unit; at most SB_MAX_SPECIES ions. Teorell 1953, Prog. Biophys. 3, 305; Meyer & Sievers 1936, Helv. Chim. Acta 19,
   649. */
double sb_teorell_meyer_sievers_potential(int n, const int *charge, const double *diffusivity, const double *partition,
                                          const double *left, const double *right, double fixed_charge,
                                          double thermal_voltage);

#endif
