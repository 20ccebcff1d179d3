/* Currents of planar diffusion from a half space to an electrode whose potential jumps, or runs at a constant rate. */
#ifndef SB_CLOSED_FORMS_FORMULAS_VOLTAMMETRY_H
#define SB_CLOSED_FORMS_FORMULAS_VOLTAMMETRY_H

/* Current density (A/m2, positive) at a time (s) after the surface concentration has jumped to nothing:
     i = n F c sqrt(D/(pi t))
   electrons: n, per molecule of what reacts; c: mol/m3 far away; D: m2/s. Cottrell 1903, Z. Phys. Chem. 42, 385. */
double sb_cottrell_current(double electrons, double concentration, double diffusivity, double time);

/* Peak current density (A/m2, positive) of a reversible couple while the potential runs at `rate` (V/s, positive) from
   where nothing reacts:
     i = 0.446295 n F c sqrt(n D rate/V_T)
   Randles 1948, Trans. Faraday Soc. 44, 327; Sevcik 1948, Collect. Czech. Chem. Commun. 13, 349; the number is that of
   the integral equation in Nicholson & Shain 1964, Anal. Chem. 36, 706. */
double sb_randles_sevcik_current(double electrons, double concentration, double diffusivity, double rate,
                                 double thermal_voltage);

/* How far beyond the half-wave potential that peak lies, V: 1.108949 V_T/n (Nicholson & Shain 1964). */
double sb_reversible_peak_distance(double electrons, double thermal_voltage);

#endif
