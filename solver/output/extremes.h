/* Extremes of a quantity over a transient or a sweep. */
#ifndef SB_OUTPUT_EXTREMES_H
#define SB_OUTPUT_EXTREMES_H

#include "output/run.h"

typedef struct {
  double value;     /* SI */
  double place;     /* time, or the value of what a sweep varies */
  double potential; /* V */
  double width;     /* of a peak in time, s; NAN where it does not fall to half on both sides */
} SbExtreme;

/* The extreme of a measure (sign 1: maximum, -1: minimum) over the last transient or sweep of a run, by a parabola
   through the three points around it; false where there is no such step or nothing was read. */
bool sb_extreme(const SbRun *run, const SbMeasure *measure, double sign, SbExtreme *extreme);

/* Velocity of an impulse along a cable in a step (m/s, positive to the right), by when the potential at two places has
   first risen half-way to its peak. NAN where none passes both: where the potential does not rise by more than RT/F, or
   at the later place by less than half as much as at the earlier one. */
double sb_conduction_velocity(const SbRun *run, const SbStepResult *step);

#endif
