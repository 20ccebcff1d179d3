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
   potentials at which each would vanish, V; that conductance, S/m2; and the share of each ion in it (share: [species]).
   NAN where nothing conducts. */
double sb_membrane_reversal(const SbRun *run, const SbStepResult *step, int region, double *conductance, double *share);

/* What a pump does. */
typedef struct {
  double rate;   /* cycles, mol/m2/s */
  double work;   /* done on the ions, W/m2; negative: they drive it */
  double energy; /* that a cycle takes from its fuel, J/mol */
  double cost;   /* rate times energy, W/m2 */
} SbPumpFacts;

/* False where the mechanism is no pump, or one that stands. */
bool sb_pump_facts(const SbStepResult *step, int region, int mechanism, SbPumpFacts *facts);

/* How fast the inside of a membrane gains or loses an ion by it. */
typedef struct {
  double flux;   /* outward through all mechanisms, mol/m2/s; 0 where it is not told from nothing */
  double amount; /* inside, mol per m2 of the membrane */
  double time;   /* s, amount over the flux's magnitude: until what is lost would be gone, what is gained doubled, at
                    this rate; INFINITY where nothing flows */
} SbTurnover;

/* False where the ion does not cross the membrane, or where something else supplies the inside with it. */
bool sb_membrane_turnover(const SbRun *run, const SbStepResult *step, int region, int species, SbTurnover *turnover);

/* The membrane whose inside loses its gradients fastest, more being dissipated there than is put in, and the ion in
   which that shows: that which would be gone first, or, where none is lost, doubled. False where there is none. */
typedef struct {
  int region, species;
  SbTurnover turnover;
  double power; /* dissipated less the work done on the ions, W/m2 */
} SbRundown;

bool sb_membranes_rundown(const SbRun *run, const SbStepResult *step, SbRundown *rundown);

/* What a dissipation or a work must exceed to be told from nothing, W/m2: the wanted accuracy of potentials drives that
   much through the membrane's conductance. */
double sb_membrane_least_power(const SbStepResult *step, int region);

/* The closed forms that apply to a membrane with the last state's compositions at its faces. list: room for
   SB_MOST_COMPARISONS. Returns their number. */
int sb_membrane_compare(const SbRun *run, const SbStepResult *step, int region, SbComparison *list);

/* Value of one of them, V; false where it does not apply. */
bool sb_membrane_form_value(const SbStepResult *step, int region, const SbMembraneForm *form, double *value);

/* Whether some mechanism of a membrane moves ions although nothing flows in all. */
bool sb_membranes_are_held(const SbRun *run, const SbStepResult *step);

#endif
