/* A sine about a mean, beginning at time 0 with its rising zero crossing. */
#include <math.h>

#include "model/waveform.h"

typedef struct {
  double mean, amplitude;
  double frequency; /* Hz */
} SineParams;

static const SbField sine_fields[] = {{.key = "mean",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(SineParams, mean),
                                       .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
                                       .doc = "Value at time 0 and before; the sine swings about it."},
                                      {.key = "amplitude",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(SineParams, amplitude),
                                       .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
                                       .doc = "Largest distance from the mean (half of peak to peak)."},
                                      {.key = "frequency",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(SineParams, frequency),
                                       .dimension = SB_DIMENSION_FREQUENCY,
                                       .range = {.rule = SB_POSITIVE},
                                       .flags = SB_FIELD_REQUIRED,
                                       .doc = "Periods per second."},
                                      {0}};

static double value(const void *params, double t) {
  const SineParams *sine = params;
  if (t <= 0.0)
    return sine->mean;
  /* the fraction of a period first: exact for late times */
  return sine->mean + sine->amplitude * sin(2.0 * M_PI * fmod(sine->frequency * t, 1.0));
}

static double next_break(const void *params, double t) {
  (void)params;
  return t < 0.0 ? 0.0 : INFINITY;
}

const SbWaveformKind sb_waveform_sine = {
    .schema = {.name = "sine",
               .doc = "A sine about a mean, beginning at time 0.",
               .example = "potential: {sine: {mean: 0 V, amplitude: 5 mV, frequency: 1 kHz}}",
               .size = sizeof(SineParams),
               .fields = sine_fields},
    .value = value,
    .next_break = next_break,
};
