#include "output/reversal.h"

#include <math.h>

/* Zero of a cubic through four points (x, y), by Newton from the linear guess between the middle two. */
static double cubic_zero(const double *x, const double *y) {
  double z = x[1] - y[1] * (x[2] - x[1]) / (y[2] - y[1]);
  for (int iteration = 0; iteration < 20; iteration++) {
    double value = 0.0, slope = 0.0;
    for (int i = 0; i < 4; i++) {
      double product = y[i], sum = 0.0;
      for (int k = 0; k < 4; k++)
        if (k != i)
          product *= (z - x[k]) / (x[i] - x[k]);
      for (int skip = 0; skip < 4; skip++) {
        if (skip == i)
          continue;
        double part = y[i] / (x[i] - x[skip]);
        for (int k = 0; k < 4; k++)
          if (k != i && k != skip)
            part *= (z - x[k]) / (x[i] - x[k]);
        sum += part;
      }
      value += product;
      slope += sum;
    }
    if (slope == 0.0 || fabs(value) <= 1e-15 * fabs(slope) * fabs(x[2] - x[1]))
      break;
    z -= value / slope;
  }
  return z;
}

static double reading_of(const SbRun *run, const SbStepResult *step, int frame, const SbMeasure *measure) {
  const SbReading *reading = sb_run_reading(run, step, frame, measure);
  return reading && step->solved[frame] ? reading->value : NAN;
}

double sb_reversal_potential(const SbRun *run, const SbStepResult *step, const char *membrane) {
  const SbMeasure current = {.quantity = SB_QUANTITY_CURRENT, .species = -1, .terminal = -1, .x = NAN};
  const SbMeasure potential = {.quantity = membrane ? SB_QUANTITY_MEMBRANE_POTENTIAL : SB_QUANTITY_POTENTIAL,
                               .species = -1,
                               .terminal = -1,
                               .x = NAN,
                               .membrane = membrane};
  for (int f = 0; f + 1 < step->frame_count; f++) {
    const double before = reading_of(run, step, f, &current), after = reading_of(run, step, f + 1, &current);
    const double v = reading_of(run, step, f, &potential), w = reading_of(run, step, f + 1, &potential);
    if (before == 0.0)
      return v;
    if (!(before * after <= 0.0))
      continue;
    /* the pair in the middle, its neighbours outside; at an end of the sweep the next two on the same side */
    const int other[2] = {f > 0 ? f - 1 : f + 3, f + 2 < step->frame_count ? f + 2 : f - 2};
    double x[4] = {NAN, v, w, NAN}, y[4] = {NAN, before, after, NAN};
    for (int k = 0; k < 2; k++) {
      if (other[k] < 0 || other[k] >= step->frame_count)
        continue;
      x[3 * k] = reading_of(run, step, other[k], &potential);
      y[3 * k] = reading_of(run, step, other[k], &current);
    }
    return isnan(y[0]) || isnan(y[3]) ? v - before * (w - v) / (after - before) : cubic_zero(x, y);
  }
  return NAN;
}
