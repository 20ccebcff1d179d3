/* Parameters of an electrode, known also to the closed forms of the double layer. */
#ifndef SB_PHYSICS_BOUNDARY_ELECTRODE_H
#define SB_PHYSICS_BOUNDARY_ELECTRODE_H

#include "physics/physics.h"

typedef struct {
  double capacitance; /* F/m2; NAN: no Stern layer */
} SbSternParams;

typedef struct {
  SbList couples; /* of SbCoupleDeck */
  SbSternParams stern;
  double zero_charge_potential; /* V */
} SbElectrodeParams;

#endif
