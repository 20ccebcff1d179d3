#include "protocol/load.h"

#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "closed_forms/closed_forms.h"
#include "closed_forms/membrane_forms.h"
#include "discretize/measure.h"

/* Closed forms that the deck's expectations name but nobody knows; the deck language does not know which there are. */
static void check_closed_forms(const SbDeck *deck, SbDiagnostics *diagnostics) {
  const char *names[64];
  size_t count = 0;
  for (int i = 0; sb_closed_forms[i]; i++)
    names[count++] = sb_closed_forms[i]->name;
  for (int i = 0; sb_membrane_forms[i]; i++)
    names[count++] = sb_membrane_forms[i]->name;
  for (int i = 0; i < deck->expect.count; i++) {
    const SbExpect *expect = (const SbExpect *)deck->expect.items + i;
    const bool membranes = expect->name && sb_membrane_form_find(expect->name);
    const SbClosedForm *form = expect->name ? sb_closed_form_find(expect->name) : NULL;
    if (form && form->dimension != expect->form)
      sb_error(diagnostics, expect->mark, "closed form '%s' is %s; found %s", form->name,
               sb_dimension_phrase(form->dimension), sb_dimension_phrase(expect->form));
    if (expect->membrane && !membranes && form)
      sb_error(diagnostics, expect->mark, "closed form '%s' is not about a membrane", expect->name);
    if (!expect->name || membranes || form)
      continue;
    const char *near = sb_names_nearest(expect->name, names, count);
    sb_error(diagnostics, expect->mark, "no closed form is called '%s'%s%s%s", expect->name,
             near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
}

/* Sensitivities of what is not read off one state; the deck language does not know how quantities are read. */
static void check_sensitivities(const SbDeck *deck, SbDiagnostics *diagnostics) {
  const SbVariant *steps = deck->protocol.items;
  for (int i = 0; i < deck->protocol.count; i++) {
    if (strcmp(steps[i].schema->name, "sensitivity") != 0)
      continue;
    const SbSensitivityStep *step = steps[i].params;
    if (!sb_measure_is_local((SbQuantity)step->quantity))
      sb_error(
          diagnostics, step->mark,
          "'%s' is not read off one state: a sensitivity is of a potential, a current, a flux, a concentration ...",
          sb_quantities[step->quantity].name);
  }
}

SbStatus sb_load(const char *path, bool silent, SbLoaded *loaded) {
  *loaded = (SbLoaded){0};
  SbStatus status = sb_deck_read(path, &loaded->deck, &loaded->diagnostics);
  if (status == SB_OK) {
    check_closed_forms(loaded->deck, loaded->diagnostics);
    check_sensitivities(loaded->deck, loaded->diagnostics);
    loaded->problem = sb_problem_create(loaded->deck, loaded->diagnostics);
    if (loaded->problem)
      sb_problem_check_changes(loaded->deck, loaded->diagnostics);
    if (!loaded->problem || sb_diagnostics_errors(loaded->diagnostics) > 0)
      status = SB_BAD_DECK;
  }
  if (silent)
    return status;
  if (status == SB_NO_FILE)
    fprintf(stderr, "saltbridge: no such file: %s\n", path);
  else if (status == SB_IO)
    fprintf(stderr, "saltbridge: cannot read %s\n", path);
  if (loaded->diagnostics)
    sb_diagnostics_print(loaded->diagnostics, stderr);
  return status;
}

void sb_unload(SbLoaded *loaded) {
  sb_problem_destroy(&loaded->problem);
  sb_deck_destroy(&loaded->deck);
  sb_diagnostics_destroy(&loaded->diagnostics);
}
