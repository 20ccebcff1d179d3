/* What the last state of a step says of a membrane, worked out once for the text and for the JSON. */
#ifndef SB_OUTPUT_MEMBRANE_FACTS_H
#define SB_OUTPUT_MEMBRANE_FACTS_H

#include "closed_forms/membrane_forms.h"
#include "output/report_facts.h"

/* Reading of a membrane in the last frame: all NAN where there is none. species -1, mechanism and gate NULL where the
   quantity takes none. */
SbReading sb_membrane_reading(const SbRun *run, const SbStepResult *step, SbQuantity quantity, const char *membrane,
                              const char *mechanism, const char *gate, int species);

/* Power that a mechanism dissipates in the last state, W/m2; negative: it works on the ions. */
double sb_membrane_power(const SbStepResult *step, int region, int mechanism);

/* The membrane potential at which the ions' currents would cancel if each kept its slope conductance: the mean of the
   potentials at which each would vanish, V; and the share of each ion in that conductance (share: [species]). NAN where
   nothing conducts. */
double sb_membrane_reversal(const SbRun *run, const SbStepResult *step, int region, double *share);

/* The closed forms that apply to a membrane with the last state's compositions at its faces. list: room for
   SB_MOST_COMPARISONS. Returns their number. */
int sb_membrane_compare(const SbRun *run, const SbStepResult *step, int region, SbComparison *list);

/* Value of one of them, V; false where it does not apply. */
bool sb_membrane_form_value(const SbStepResult *step, int region, const SbMembraneForm *form, double *value);

/* Whether some mechanism of a membrane moves ions although nothing flows in all. */
bool sb_membranes_are_held(const SbRun *run, const SbStepResult *step);

#endif
