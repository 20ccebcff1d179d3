/* Goldman, Hodgkin and Katz: the constant field. */
#ifndef SB_CLOSED_FORMS_FORMULAS_GHK_H
#define SB_CLOSED_FORMS_FORMULAS_GHK_H

/* Potential, right minus left (V), at which a membrane with a constant field passes no net current: the u with
     sum z P [B(z u) c_left - B(-z u) c_right] = 0,   B(v) = v/(e^v - 1),
   for n ions of any charges, with permeability P (any common unit) and concentrations left and right (mol/m3). For one
   valence it is the logarithm of Hodgkin & Katz 1949, J. Physiol. 108, 37 (appendix), after Goldman 1943, J. Gen.
   Physiol. 27, 37. NAN where no potential stops the current (all ions on one side). */
double sb_ghk_potential(int n, const int *charge, const double *permeability, const double *left, const double *right,
                        double thermal_voltage);

#endif
