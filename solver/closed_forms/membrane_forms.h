/* Closed forms that stand beside a computed membrane potential: what a textbook would say about one thin membrane from
   the compositions at its faces. Where leaks and pumps change a compartment, its fill says nothing: what has to be
   compared is the potential at the composition that came of it. Each is one const table plus one line in
   membrane_forms.def. It sees the mechanisms of the deck, the compositions and the gates, never the potential. Values
   are inside minus outside. */
#ifndef SB_CLOSED_FORMS_MEMBRANE_FORMS_H
#define SB_CLOSED_FORMS_MEMBRANE_FORMS_H

#include "problem/problem.h"

/* A membrane and what stands at its faces. */
typedef struct {
  const SbProblem *problem;
  int region; /* the membrane's place */
  const SbMembrane *membrane;
  SbMembraneSite site; /* its potential is none of a closed form's business: NAN */
} SbMembraneFaces;

/* Of what state a form speaks; it is compared with no other. */
typedef enum {
  SB_SAID_OF_NO_CURRENT, /* the ions' currents add up to none */
  SB_SAID_OF_BALANCE,    /* nor does any single ion flow, all mechanisms together */
  SB_SAID_OF_EQUILIBRIUM /* nor does any single mechanism move an ion */
} SbSaidOf;

typedef struct {
  const char *name;      /* as `expect` names it, e.g. "mullins-noda" */
  const char *title;     /* as the answer prints it */
  const char *doc;       /* what it assumes; the first sentence is printed beside a difference */
  const char *reference; /* with equation number */
  SbSaidOf said_of;
  /* Whether it says something about a membrane with these mechanisms. */
  bool (*applies)(const SbMembraneFaces *faces);
  /* Its value, V; NAN where its equation has no solution. Called only if it applies. */
  double (*value)(const SbMembraneFaces *faces);
} SbMembraneForm;

#define SB_MEMBRANE_FORM(id) extern const SbMembraneForm sb_membrane_form_##id;
#include "closed_forms/membrane_forms.def"
#undef SB_MEMBRANE_FORM

/* NULL-ended. */
extern const SbMembraneForm *const sb_membrane_forms[];

/* The one of that name, or NULL. */
const SbMembraneForm *sb_membrane_form_find(const char *name);

/* ---- what the forms ask about a membrane ---- */

/* Whether a mechanism moves ions at a rate of its own at the time of the site (a pump that runs, a stimulus). */
bool sb_faces_drives(const SbMembraneFaces *faces, int mechanism);

/* Permeability of a species through all mechanisms in which the field is constant, m/s. */
double sb_faces_permeability(const SbMembraneFaces *faces, int species);

/* Whether a species passes by constant-field mechanisms alone; a mechanism that is at rest for now does not count. */
bool sb_faces_only_permeates(const SbMembraneFaces *faces, int species);

#endif
