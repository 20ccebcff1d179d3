/* Ohm's law of one ion through a membrane, shared by the kinds that follow it. */
#ifndef SB_PHYSICS_MEMBRANE_OHMIC_H
#define SB_PHYSICS_MEMBRANE_OHMIC_H

#include "physics/physics.h"

/* Adds the flux of `species` for the current g (V - E), positive outward, with g = conductance (S/m2) and E = reversal
   (V), or where that is NAN the ion's own Nernst potential at the faces. Returns the flux per conductance,
   mol/m2/s/(S/m2). */
double sb_ohmic_add(const SbMembraneSite *site, int species, double conductance, double reversal, SbMembraneFlux *out);

#endif
