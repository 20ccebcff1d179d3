/* Fluxes read off a state, the ground of several quantities. gradient: [unknowns], derivatives are added; share:
   [links], as sb_measure_shares; NULL: not wanted. */
#ifndef SB_DISCRETIZE_MEASURE_FLUX_H
#define SB_DISCRETIZE_MEASURE_FLUX_H

#include "discretize/links.h"
#include "discretize/measure.h"

/* Area times flux of a species, mol/m2/s at the right end: at x or, where x is NAN, at the right end. A steady flux is
   the mean along the stretch where it is constant, which has little noise. */
SbReading sb_measure_flux(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                          double *gradient, double *share);

/* The same at an electrode of a changing state, by its kinetics or by the links beside it, whichever tells it better:
   in a charging double layer fluxes change from link to link, while fast kinetics are the small difference of two large
   terms. */
SbReading sb_measure_end_flux(const SbChain *chain, const double *u, int species, SbSide side, double *gradient,
                              double *share);

/* Sum of z F times it over the ions, A/m2 at the right end. */
SbReading sb_measure_end_current(const SbChain *chain, const double *u, SbSide side, double *gradient);

/* Adds factor times the derivatives of the flux on one link of an evaluated range. */
void sb_measure_add_flux(const SbChain *chain, const double *u, const SbLinks *links, int link, int species,
                         double factor, double *gradient);

#endif
