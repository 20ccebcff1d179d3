/* Parameters of a wall, known also to the closed forms of the double layer. */
#ifndef SB_PHYSICS_BOUNDARY_WALL_H
#define SB_PHYSICS_BOUNDARY_WALL_H

#include "physics/physics.h"

typedef struct {
  double surface_charge; /* C/m2 */
} SbWallParams;

#endif
