/* Closed forms that stand beside a computed potential: what a textbook would say about the same cell, so that the user
   sees by how much and can ask why. Each is one const table (close relatives share a file) plus one line in
   closed_forms.def (those of a thin membrane: membrane_forms.h); it depends on the problem alone (compositions,
   regions, controls, protocol), never on a solution. The tables say when a form applies; the numbers come from the pure
   functions in formulas/. A form about zero current applies whatever the control, since it speaks of the cell: whoever
   prints a difference sees to it that no current flows. */
#ifndef SB_CLOSED_FORMS_CLOSED_FORMS_H
#define SB_CLOSED_FORMS_CLOSED_FORMS_H

#include <stdbool.h>

#include "problem/problem.h"

typedef struct {
  const char *name;        /* as `expect` names it, e.g. "henderson" */
  const char *title;       /* as the answer prints it, e.g. "Henderson" */
  const char *doc;         /* what it assumes, one or two sentences */
  const char *reference;   /* with equation number */
  SbDimension dimension;   /* of its value: POTENTIAL mostly; Gouy-Chapman gives a charge */
  bool compares_potential; /* its value answers the same question as `potential` at zero current, so a difference is
                              printed */
  bool compares_current;   /* its value is the current at the end of the last transient, likewise */
  /* Whether it says something about this problem. */
  bool (*applies)(const SbProblem *problem);
  /* Its value (SI; potentials right minus left); NAN where its equation has no solution. Called only if it applies. */
  double (*value)(const SbProblem *problem);
} SbClosedForm;

#define SB_CLOSED_FORM(id) extern const SbClosedForm sb_closed_form_##id;
#include "closed_forms/closed_forms.def"
#undef SB_CLOSED_FORM

/* NULL-ended. */
extern const SbClosedForm *const sb_closed_forms[];

/* The one of that name, or NULL. */
const SbClosedForm *sb_closed_form_find(const char *name);

/* Nernst potential of a species between compositions left and right, right minus left, V:
   E = (RT/zF) ln(c_left/c_right). Newman & Balsara, 4th ed., eq 2.58 for ions in ideal solution. +-INFINITY where one
   side has none; NAN for a neutral species or where neither side has any. */
double sb_nernst_potential(double thermal_voltage, int charge, double left, double right);

#endif
