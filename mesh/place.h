/* Placement of links in one interval for a wanted size. */
#ifndef SB_MESH_PLACE_H
#define SB_MESH_PLACE_H

#include "mesh/mesh.h"

/* Integral of dx/h over the interval: how many links the size function asks for. */
double sb_place_count(const SbSizeFunction *size);

/* Lengths of the links (malloc'd, [*links]) for wanted lengths h scale, at least fewest; their sum is `length` to
   rounding. NULL if memory fails. */
double *sb_place(const SbSizeFunction *size, double length, double scale, int fewest, int *links);

#endif
