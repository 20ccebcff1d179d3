/* The list, expanded from closed_forms.def. */
#include "closed_forms/closed_forms.h"

#include <string.h>

#define SB_CLOSED_FORM(id) &sb_closed_form_##id,
const SbClosedForm *const sb_closed_forms[] = {
#include "closed_forms/closed_forms.def"
    NULL};

const SbClosedForm *sb_closed_form_find(const char *name) {
  for (int i = 0; sb_closed_forms[i]; i++) {
    if (strcmp(sb_closed_forms[i]->name, name) == 0)
      return sb_closed_forms[i];
  }
  return NULL;
}
