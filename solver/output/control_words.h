/* What drives the terminals during a step, in words. */
#ifndef SB_OUTPUT_CONTROL_WORDS_H
#define SB_OUTPUT_CONTROL_WORDS_H

#include "output/run.h"

/* "potential 200 mV", "current sine", "wall"; "potential swept" where the step varies it. */
void sb_control_words(const SbStepResult *step, SbSide side, char *buffer, size_t size);

/* Whether some step of the protocol changes a control, so that each has to say which it has. */
bool sb_controls_change(const SbRun *run);

#endif
