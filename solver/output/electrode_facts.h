/* What the last state of a step says of an electrode with couples, worked out once for the text and for the JSON. */
#ifndef SB_OUTPUT_ELECTRODE_FACTS_H
#define SB_OUTPUT_ELECTRODE_FACTS_H

#include "output/run.h"

typedef struct {
  const SbCouple *couple;
  SbReading current;                    /* A/m2, positive for oxidation */
  SbReading equilibrium, overpotential; /* V, at the surface's composition */
  SbReading share;                      /* of the limiting current; NAN: nothing dissolved is taken */
  double rate;                          /* mol/m2/s, of the oxidation; negative: of a reduction */
  double recession;                     /* m/s, of the metal that dissolves; NAN: its molar mass is not given */
} SbCoupleFacts;

SbCoupleFacts sb_couple_facts(const SbRun *run, const SbStepResult *step, SbSide side, int k);

/* Whether a terminal's couples are at a mixed potential: no net current, and some oxidise while others reduce by more
   than the wanted accuracy tells from nothing. */
bool sb_electrode_is_mixed(const SbRun *run, const SbStepResult *step, SbSide side);

/* Whether some couple's current is told from nothing. */
bool sb_electrode_reacts(const SbRun *run, const SbStepResult *step, SbSide side);

/* Polarisation resistance by Stern and Geary, ohm m2: 1/(i (b_a + b_c)), where i is what is oxidised at the mixed
   potential and b the logarithmic slopes of the two largest currents' kinetics. NAN away from a mixed potential. Stern
   & Geary 1957, J. Electrochem. Soc. 104, 56. */
double sb_electrode_stern_geary(const SbRun *run, const SbStepResult *step, SbSide side);

#endif
