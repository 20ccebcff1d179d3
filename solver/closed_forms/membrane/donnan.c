/* The equilibrium of a compartment whose impermeant ions a membrane holds back. */
#include "closed_forms/formulas/donnan.h"

#include <math.h>

#include "closed_forms/cell.h"
#include "closed_forms/membrane_forms.h"

/* Whether nothing works on the ions: what flows vanishes with the gradients. */
static bool is_passive(const SbMembraneFaces *faces) {
  for (int m = 0; m < faces->membrane->mechanism_count; m++) {
    const SbMechanism *one = &faces->membrane->mechanisms[m];
    if (sb_faces_drives(faces, m) || (one->kind->reversal && !isnan(one->kind->reversal(one->params))))
      return false;
  }
  return true;
}

static bool carried(const SbMembraneFaces *faces, int species) {
  return faces->problem->regions[faces->region].partition[species] > 0.0;
}

static SbSide inner_side(const SbMembraneFaces *faces) {
  return faces->membrane->inside_right ? SB_RIGHT : SB_LEFT;
}

/* The region inside, at the membrane. */
static const SbRegion *inside(const SbMembraneFaces *faces) {
  return &faces->problem->regions[faces->region + (inner_side(faces) == SB_LEFT ? -1 : 1)];
}

/* Charge inside that does not cross the membrane, mol/m3 of elementary charges. */
static double confined_charge(const SbMembraneFaces *faces) {
  double charge = inside(faces)->fixed_charge;
  for (int s = 0; s < faces->site.species_count; s++)
    if (!carried(faces, s))
      charge += faces->site.species[s].charge * inside(faces)->partition[s] * faces->site.inside[s];
  return charge;
}

/* Of electroneutral solutions, since faces in a field are charged; the inside must be able to come to rest. */
static bool applies(const SbMembraneFaces *faces) {
  bool some = false;
  if (!faces->problem->electroneutral || !is_passive(faces))
    return false;
  for (int s = 0; s < faces->site.species_count; s++) {
    if (faces->site.species[s].charge == 0 || !carried(faces, s))
      continue;
    if (!sb_cell_encloses(faces->problem, faces->region, inner_side(faces), s))
      return false;
    some = true;
  }
  return some && confined_charge(faces) != 0.0;
}

static double value(const SbMembraneFaces *faces) {
  int charge[SB_MAX_SPECIES], count = 0;
  double partition[SB_MAX_SPECIES], outside[SB_MAX_SPECIES];
  for (int s = 0; s < faces->site.species_count; s++) {
    charge[count] = faces->site.species[s].charge;
    partition[count] = inside(faces)->partition[s];
    outside[count] = faces->site.outside[s];
    count += charge[count] != 0 && carried(faces, s);
  }
  return sb_donnan_potential(count, charge, partition, outside, confined_charge(faces), faces->site.thermal_voltage);
}

const SbMembraneForm sb_membrane_form_donnan = {
    .name = "donnan",
    .title = "Donnan",
    .doc = "Every ion that passes is in equilibrium between the outside and an inside that holds charge which cannot "
           "leave it. No pump runs; it is what the gradients run down to.",
    .reference = "Donnan 1911, Z. Elektrochem. 17, 572; Helfferich, Ion Exchange, 1962, chapter 5",
    .said_of = SB_SAID_OF_EQUILIBRIUM,
    .applies = applies,
    .value = value,
};
