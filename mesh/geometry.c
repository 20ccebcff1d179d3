#include "mesh/geometry.h"

#include <math.h>
#include <stddef.h>

typedef struct {
  const char *name;
  int power; /* the cross-section grows with this power of the radius */
  bool cable;
} Geometry;

static const Geometry geometries[] = {
    {"planar", 0, false}, {"cylindrical", 1, false}, {"spherical", 2, false}, {"cable", 0, true}};

const char *const sb_geometry_names[] = {"planar", "cylindrical", "spherical", "cable", NULL};

bool sb_geometry_is_radial(int geometry) {
  return geometries[geometry].power > 0;
}

bool sb_geometry_is_cable(int geometry) {
  return geometries[geometry].cable;
}

double sb_geometry_area(int geometry, double x, double reference) {
  double area = 1.0;
  for (int i = 0; i < geometries[geometry].power; i++)
    area *= x / reference;
  return area;
}

double sb_geometry_volume(int geometry, double x, double h, double reference) {
  /* integral of (x/reference)^p over [x, x+h]: the mean over Simpson's points is exact up to p = 3 */
  return h / 6.0 *
         (sb_geometry_area(geometry, x, reference) + 4.0 * sb_geometry_area(geometry, x + 0.5 * h, reference) +
          sb_geometry_area(geometry, x + h, reference));
}
