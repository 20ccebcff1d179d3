/* The diffuse double layer in front of a plane in a half space of solution, any mixture of ions. */
#ifndef SB_CLOSED_FORMS_FORMULAS_GOUY_CHAPMAN_H
#define SB_CLOSED_FORMS_FORMULAS_GOUY_CHAPMAN_H

/* The solution far from the plane. */
typedef struct {
  int n;
  const int *charge;           /* [n] */
  const double *concentration; /* [n] mol/m3, electroneutral */
  double permittivity;         /* F/m */
  double thermal_voltage;      /* V */
} SbBulkSolution;

/* Charge of the plane (C/m2) at potential phi (V) against the solution:
     sign(phi) sqrt(2 eps R T sum c [exp(-z phi/V_T) - 1]).
   Grahame 1947, Chem. Rev. 41, 441; Bard & Faulkner, Electrochemical Methods, 2nd ed., section 13.3.2, with eq 13.3.20
   for one z:z salt. */
double sb_grahame_charge(const SbBulkSolution *solution, double potential);

/* Its inverse: potential of the plane against the solution (V) at surface charge (C/m2); NAN where nothing screens it.
 */
double sb_grahame_potential(const SbBulkSolution *solution, double surface_charge);

/* Charge (C/m2) of a metal at potential V against the solution, counted from its potential of zero charge, behind a
   compact layer of given capacitance (F/m2) in series: sigma = C (V - phi) with sigma the charge above at phi. Stern
   1924, Z. Elektrochem. 30, 508; Bard & Faulkner, section 13.3.3. */
double sb_stern_charge(const SbBulkSolution *solution, double capacitance, double potential);

#endif
