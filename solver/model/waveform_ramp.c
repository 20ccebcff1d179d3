/* A straight line from one value to another, beginning at time 0; then the second value. */
#include <math.h>

#include "model/waveform.h"

typedef struct {
  double from, to;
  double rate; /* magnitude, per s */
} RampParams;

static const SbField ramp_fields[] = {{.key = "from",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(RampParams, from),
                                       .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
                                       .doc = "Value at time 0 and before."},
                                      {.key = "to",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(RampParams, to),
                                       .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
                                       .doc = "Value at the end of the ramp, kept from then on."},
                                      {.key = "rate",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(RampParams, rate),
                                       .range = {.rule = SB_POSITIVE},
                                       .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_RATE,
                                       .doc = "Magnitude of the slope; its direction follows from `from` and `to`."},
                                      {0}};

static double value(const void *params, double t) {
  const RampParams *ramp = params;
  const double distance = ramp->to - ramp->from;
  if (t <= 0.0)
    return ramp->from;
  return ramp->rate * t < fabs(distance) ? ramp->from + copysign(ramp->rate * t, distance) : ramp->to;
}

static double next_break(const void *params, double t) {
  const RampParams *ramp = params;
  const double end = fabs(ramp->to - ramp->from) / ramp->rate;
  if (t < 0.0)
    return 0.0;
  return t < end ? end : INFINITY;
}

const SbWaveformKind sb_waveform_ramp = {
    .schema = {.name = "ramp",
               .doc = "A straight line from one value to another, beginning at time 0; a linear sweep of a potential.",
               .example = "potential: {ramp: {from: 0 V, to: 1 V, rate: 10 mV/s}}",
               .size = sizeof(RampParams),
               .fields = ramp_fields},
    .value = value,
    .next_break = next_break,
};
