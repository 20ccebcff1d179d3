/* Planck: the steady junction between two well-mixed solutions. */
#ifndef SB_CLOSED_FORMS_FORMULAS_PLANCK_H
#define SB_CLOSED_FORMS_FORMULAS_PLANCK_H

/* Potential, right minus left (V), of the steady state without current and with local electroneutrality between two
   fixed compositions left and right (mol/m3), for n <= SB_MAX_SPECIES ions of any charges and diffusivity (any common
   unit): J = -D (c' + z c phi'),   sum z c = the same everywhere (0, or minus a fixed charge),   sum z J = 0.
   Independent of thickness and shape of the layer. Planck 1890, Ann. Phys. Chem. 40, 561, for univalent ions; Schlögl
   1954, Z. Phys. Chem. (Frankfurt) 1, 305, for any. Error below 1e-12 V. NAN where one side has no ions. */
double sb_planck_potential(int n, const int *charge, const double *diffusivity, const double *left, const double *right,
                           double thermal_voltage);

#endif
