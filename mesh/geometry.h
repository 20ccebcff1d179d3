/* Geometries: how the cross-section grows with x. Areas are relative to the one at the right end, so that all densities
   per area refer to it; a planar one and
   a cable have area 1 everywhere. A new geometry is one entry in the table of geometry.c. */
#ifndef SB_MESH_GEOMETRY_H
#define SB_MESH_GEOMETRY_H

#include <stdbool.h>

/* NULL-ended: planar, cylindrical, spherical, cable. The index is the geometry. */
extern const char *const sb_geometry_names[];

/* Whether x is a radius, from an axis or a centre. */
bool sb_geometry_is_radial(int geometry);

/* Whether the domain is a thread along x that has a surface beside it. */
bool sb_geometry_is_cable(int geometry);

/* Cross-section at x relative to that at x = reference (both m, measured from the axis or centre). */
double sb_geometry_area(int geometry, double x, double reference);

/* Volume between x and x + h per cross-section at reference, m; exact. */
double sb_geometry_volume(int geometry, double x, double h, double reference);

#endif
