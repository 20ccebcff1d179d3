/* Quantities read at an electrode: the currents of its couples. */
#ifndef SB_DISCRETIZE_MEASURE_ELECTRODE_H
#define SB_DISCRETIZE_MEASURE_ELECTRODE_H

#include "discretize/measure.h"

/* Current of the couple that the measure names, A/m2 at its electrode, positive for oxidation. Where a species takes
   part in no other couple there, its flux tells the current: fast kinetics are the small difference of two large terms.
   Otherwise the kinetics do. gradient, share: as sb_measure and sb_measure_shares; NULL: not wanted. */
SbReading sb_measure_couple(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                            double *gradient, double *share);

/* Equilibrium potential of the couple that the measure names at the surface's composition, V; its overpotential, V; the
   share of its limiting current that it draws, from the depletion of what it takes (NAN where that is not dissolved).
 */
SbReading sb_measure_equilibrium(const SbChain *chain, const double *u, const SbMeasure *measure, double *gradient);
SbReading sb_measure_overpotential(const SbChain *chain, const double *u, const SbMeasure *measure, double *gradient);
SbReading sb_measure_limiting_share(const SbChain *chain, const double *u, const SbMeasure *measure, double *gradient);

/* Sum of the couples' currents at the electrode of a supported field, A/m2 at the right end, positive to the right. */
SbReading sb_measure_faradaic(const SbChain *chain, const double *u, const SbMoment *moment, double *gradient,
                              double *share);

/* Weight times the sum of the couples' currents at one end, from their kinetics at this very moment, A/m2 at the right
   end, positive to the right. */
SbReading sb_measure_through_stern(const SbChain *chain, const double *u, SbSide side, double weight, double *gradient,
                                   double *share);

/* Power that one couple, or all couples of an electrode, dissipate, current times overpotential, W/m2 at the
   right end. One without an equilibrium potential, since one of its sides is absent, is left out. */
double sb_couple_dissipation(const SbChain *chain, const double *u, SbSide side, int couple);
double sb_electrode_dissipation(const SbChain *chain, const double *u, SbSide side);

/* Area times flux of a species that couples of an end make and take, from their kinetics at this very moment, mol/m2/s
   at the right end, positive to the right. doubt: receives what the wanted error of time steps in concentrations and
   RT/F makes of it. */
SbReading sb_measure_kinetic_flux(const SbChain *chain, const double *u, int species, SbSide side, double *doubt,
                                  double *gradient, double *share);

/* What a small change of the potential would make of the current of the couple that the measure names (of all where it
   names none), S/m2: through the transport of what reacts and through the kinetics, whichever is less. */
double sb_measure_faradaic_scale(const SbChain *chain, const double *u, const SbMeasure *measure);

#endif
