/* The constant field: at what potential the leaks through a membrane would carry no current. */
#include "closed_forms/formulas/ghk.h"

#include "closed_forms/membrane_forms.h"

/* Several ions pass, and every ion that passes at all does so in a constant field. What pumps carry is left out. */
static bool applies(const SbMembraneFaces *faces) {
  int count = 0;
  for (int s = 0; s < faces->site.species_count; s++) {
    if (faces->site.species[s].charge == 0)
      continue;
    count += sb_faces_permeability(faces, s) > 0.0;
    for (int m = 0; m < faces->membrane->mechanism_count; m++) {
      const SbMechanism *one = &faces->membrane->mechanisms[m];
      if (one->kind->reversal && one->kind->carries(one->params, s))
        return false;
    }
  }
  return count > 1;
}

static double value(const SbMembraneFaces *faces) {
  int charge[SB_MAX_SPECIES], count = 0;
  double permeability[SB_MAX_SPECIES], inside[SB_MAX_SPECIES], outside[SB_MAX_SPECIES];
  for (int s = 0; s < faces->site.species_count; s++) {
    charge[count] = faces->site.species[s].charge;
    permeability[count] = sb_faces_permeability(faces, s);
    inside[count] = faces->site.inside[s];
    outside[count] = faces->site.outside[s];
    count += charge[count] != 0 && permeability[count] > 0.0;
  }
  /* the formula counts right minus left */
  return sb_ghk_potential(count, charge, permeability, outside, inside, faces->site.thermal_voltage);
}

const SbMembraneForm sb_membrane_form_ghk = {
    .name = "ghk",
    .title = "Goldman-Hodgkin-Katz",
    .doc = "The currents that leak through a constant field cancel; what a pump or a stimulus carries is left out and "
           "makes the difference.",
    .reference = "Goldman 1943, J. Gen. Physiol. 27, 37; Hodgkin & Katz 1949, J. Physiol. 108, 37, appendix",
    .said_of = SB_SAID_OF_NO_CURRENT,
    .applies = applies,
    .value = value,
};
