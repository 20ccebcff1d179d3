/* Mullins and Noda: leaks that make up for what an electrogenic pump moves. */
#ifndef SB_CLOSED_FORMS_FORMULAS_MULLINS_NODA_H
#define SB_CLOSED_FORMS_FORMULAS_MULLINS_NODA_H

/* The two ions of a pump: that which it takes in and that which it puts out, of one charge number. */
typedef struct {
  double permeability;    /* m/s, or any common unit */
  double inside, outside; /* mol/m3 */
} SbPumpedIon;

/* Membrane potential, inside minus outside (V), at which the leak of each ion through a constant field is what the pump
   carries the other way, `ratio` of the ion put out (p) for one of that taken in (t):
     V = (V_T/z) ln((ratio P_t c_t,out + P_p c_p,out)/(ratio P_t c_t,in + P_p c_p,in)).
   Mullins & Noda 1963, J. Gen. Physiol. 47, 117. ratio 1, an electroneutral pump, gives GHK. */
double sb_mullins_noda_potential(double ratio, const SbPumpedIon *taken_in, const SbPumpedIon *put_out, int charge,
                                 double thermal_voltage);

#endif
