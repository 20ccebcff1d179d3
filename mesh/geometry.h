/* Geometries: how the cross-section grows with x. Areas are relative to the one at the right end, so that all densities
   per area refer to it; a planar one has area 1 everywhere. A new geometry is one entry in the table of geometry.c. */
#ifndef SB_MESH_GEOMETRY_H
#define SB_MESH_GEOMETRY_H

/* NULL-ended: planar, cylindrical, spherical. The index is the geometry. */
extern const char *const sb_geometry_names[];

/* Cross-section at x relative to that at x = reference (both m, measured from the axis or centre). */
double sb_geometry_area(int geometry, double x, double reference);

/* Volume between x and x + h per cross-section at reference, m; exact. */
double sb_geometry_volume(int geometry, double x, double h, double reference);

#endif
