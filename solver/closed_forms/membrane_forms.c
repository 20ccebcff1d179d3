/* The list, expanded from membrane_forms.def, and what its members have in common. */
#include "closed_forms/membrane_forms.h"

#include <string.h>

#define SB_MEMBRANE_FORM(id) &sb_membrane_form_##id,
const SbMembraneForm *const sb_membrane_forms[] = {
#include "closed_forms/membrane_forms.def"
    NULL};

const SbMembraneForm *sb_membrane_form_find(const char *name) {
  for (int i = 0; sb_membrane_forms[i]; i++) {
    if (strcmp(sb_membrane_forms[i]->name, name) == 0)
      return sb_membrane_forms[i];
  }
  return NULL;
}

static bool is_driven(const SbMechanism *mechanism) {
  return mechanism->kind->setpoint != NULL;
}

bool sb_faces_drives(const SbMembraneFaces *faces, int mechanism) {
  const SbMechanism *one = &faces->membrane->mechanisms[mechanism];
  return is_driven(one) && one->kind->setpoint(one->params, faces->site.time) != 0.0;
}

double sb_faces_permeability(const SbMembraneFaces *faces, int species) {
  double sum = 0.0;
  for (int m = 0; m < faces->membrane->mechanism_count; m++) {
    const SbMechanism *one = &faces->membrane->mechanisms[m];
    sum += one->kind->permeability ? one->kind->permeability(one->params, species) : 0.0;
  }
  return sum;
}

bool sb_faces_only_permeates(const SbMembraneFaces *faces, int species) {
  for (int m = 0; m < faces->membrane->mechanism_count; m++) {
    const SbMechanism *one = &faces->membrane->mechanisms[m];
    if (one->kind->carries(one->params, species) && !one->kind->permeability && !is_driven(one))
      return false;
  }
  return sb_faces_permeability(faces, species) > 0.0;
}
