#include "discretize/membrane_shortage.h"

#include <math.h>

#include "discretize/membrane.h"

static const double rounding = 1e-9; /* of what a law would move of a species at its usual concentration */

/* The mechanism that takes most of a species away from one face of a membrane; false: none takes any. */
static bool taken(const SbChain *chain, const double *u, double time, int r, SbSide face, int species,
                  SbShortage *shortage) {
  const SbMembrane *membrane = chain->problem->regions[r].membrane;
  *shortage = (SbShortage){.membrane = r, .species = species, .region = face == SB_LEFT ? r - 1 : r + 1};
  for (int m = 0; m < membrane->mechanism_count; m++) {
    SbCrossing crossing;
    sb_crossing_eval(chain, u, time, chain->mesh->first[r], m, &crossing);
    const double away = face == SB_LEFT ? crossing.flux[species] : -crossing.flux[species];
    const double usual = (fabs(crossing.by_left[species][species]) + fabs(crossing.by_right[species][species])) *
                         chain->problem->species_scale[species];
    if (away <= fmax(shortage->flux, rounding * usual))
      continue;
    shortage->mechanism = m;
    shortage->flux = away;
  }
  return shortage->flux > 0.0;
}

bool sb_membrane_shortage(const SbChain *chain, const double *u, double time, SbShortage *shortage) {
  for (int r = 1; r < chain->problem->region_count - 1; r++) {
    if (!chain->problem->regions[r].membrane)
      continue;
    for (int face = 0; face < 2; face++) {
      const int node = chain->mesh->first[r] + face;
      for (int s = 0; s < chain->problem->species_count; s++) {
        const int unknown = chain->offset[node] + sb_chain_pattern(chain, node)->slot[s];
        if (unknown < chain->offset[node] || u[unknown] > 0.0 || !taken(chain, u, time, r, (SbSide)face, s, shortage))
          continue;
        shortage->unknown = unknown;
        return true;
      }
    }
  }
  return false;
}
