/* Henderson: a junction in which the two solutions are mixed in linearly changing proportion. */
#ifndef SB_CLOSED_FORMS_FORMULAS_HENDERSON_H
#define SB_CLOSED_FORMS_FORMULAS_HENDERSON_H

/* Potential, right minus left (V):
     -(RT/F) sum z D (c_R - c_L) / sum z^2 D (c_R - c_L) * ln(sum z^2 D c_R / sum z^2 D c_L)
   for n ions of diffusivity D (any common unit) and concentrations left and right (mol/m3). Henderson 1907, Z. Phys.
   Chem. 59, 118; Bard & Faulkner, Electrochemical Methods, 2nd ed., eq 2.3.39. NAN where one side has no ions. */
double sb_henderson_potential(int n, const int *charge, const double *diffusivity, const double *left,
                              const double *right, double thermal_voltage);

#endif
