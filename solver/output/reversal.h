/* The potential at which the current of a sweep changes its sign. */
#ifndef SB_OUTPUT_REVERSAL_H
#define SB_OUTPUT_REVERSAL_H

#include "output/run.h"

/* First zero of the current along a sweep: the right terminal's potential minus the left one's there, V; or with the
   name of a membrane, its potential, inside minus outside. By a cubic through the four points around it, linear where
   there are no four. NAN: the current does not change its sign. */
double sb_reversal_potential(const SbRun *run, const SbStepResult *step, const char *membrane);

#endif
