#include "physics/membrane/ohmic.h"

#include <math.h>

#include "base/constants.h"

static const double least = 1e-9; /* mol/m3: a Nernst potential does not follow a concentration below this */

double sb_ohmic_add(const SbMembraneSite *site, int species, double conductance, double reversal, SbMembraneFlux *out) {
  const double z = site->species[species].charge, per_current = 1.0 / (z * SB_FARADAY);
  const double inside = site->inside[species], outside = site->outside[species];
  const bool nernst = isnan(reversal);
  const double nernst_slope = site->thermal_voltage / z;
  if (nernst)
    reversal = nernst_slope * log(fmax(outside, least) / fmax(inside, least));
  const double drop = site->potential - reversal;
  out->flux[species] += per_current * conductance * drop;
  out->by_potential[species] += per_current * conductance;
  if (nernst && inside > least)
    out->by_inside[species][species] += per_current * conductance * nernst_slope / inside;
  if (nernst && outside > least)
    out->by_outside[species][species] -= per_current * conductance * nernst_slope / outside;
  return per_current * drop;
}
