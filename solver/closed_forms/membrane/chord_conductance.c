/* Ohm's law for every ion: the mean of the reversal potentials, weighted by the conductances. */
#include <math.h>
#include <string.h>

#include "base/constants.h"
#include "closed_forms/membrane_forms.h"

static bool lacks(const SbMembraneFaces *faces, int species) {
  return !(faces->site.inside[species] > 0.0 && faces->site.outside[species] > 0.0);
}

/* Stores sum g and sum g E of the open ohmic mechanisms; false where some ion's Nernst potential is infinite, or where
   an ion passes by another law. */
static bool sums(const SbMembraneFaces *faces, double *conductance, double *weighted) {
  SbMembraneFlux out;
  SbMembraneSite site = faces->site;
  memset(&out, 0, sizeof out);
  site.potential = 0.0; /* the current there is -sum g E */
  for (int m = 0; m < faces->membrane->mechanism_count; m++) {
    const SbMechanism *one = &faces->membrane->mechanisms[m];
    for (int s = 0; s < site.species_count; s++) {
      if (site.species[s].charge == 0 || !one->kind->carries(one->params, s) || one->kind->setpoint)
        continue;
      if (!one->kind->reversal || (isnan(one->kind->reversal(one->params)) && lacks(faces, s)))
        return false;
    }
    site.first_gate = one->first_gate;
    if (one->kind->reversal)
      one->kind->eval(one->params, &site, &out);
  }
  *conductance = *weighted = 0.0;
  for (int s = 0; s < site.species_count; s++) {
    *conductance += SB_FARADAY * site.species[s].charge * out.by_potential[s];
    *weighted -= SB_FARADAY * site.species[s].charge * out.flux[s];
  }
  return *conductance > 0.0;
}

static bool applies(const SbMembraneFaces *faces) {
  double conductance, weighted;
  return sums(faces, &conductance, &weighted);
}

static double value(const SbMembraneFaces *faces) {
  double conductance, weighted;
  return sums(faces, &conductance, &weighted) ? weighted / conductance : NAN;
}

const SbMembraneForm sb_membrane_form_chord_conductance = {
    .name = "chord-conductance",
    .title = "chord conductances",
    .doc = "The currents through the conductances cancel, V = sum g E/sum g with gates as open as they are; what a "
           "pump or a stimulus carries is left out and makes the difference.",
    .reference = "Hodgkin & Horowicz 1959, J. Physiol. 148, 127; Hille, Ion Channels of Excitable Membranes, 3rd ed., "
                 "chapter 1",
    .said_of = SB_SAID_OF_NO_CURRENT,
    .applies = applies,
    .value = value,
};
