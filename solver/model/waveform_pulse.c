/* A rectangular pulse on a base. */
#include <math.h>

#include "model/waveform.h"

typedef struct {
  double base, height;
  double start, width; /* s */
} PulseParams;

static const SbField pulse_fields[] = {
    {.key = "base",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(PulseParams, base),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
     .doc = "Value before and after the pulse."},
    {.key = "height",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(PulseParams, height),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
     .doc = "Height of the pulse above the base: during it the value is base + height."},
    {.key = "start",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(PulseParams, start),
     .dimension = SB_DIMENSION_TIME,
     .range = {.rule = SB_NOT_NEGATIVE},
     .flags = SB_FIELD_REQUIRED,
     .doc = "When the pulse begins."},
    {.key = "width",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(PulseParams, width),
     .dimension = SB_DIMENSION_TIME,
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_REQUIRED,
     .doc = "How long it lasts."},
    {0}};

static double value(const void *params, double t) {
  const PulseParams *pulse = params;
  const bool on = t >= pulse->start && t < pulse->start + pulse->width;
  return on ? pulse->base + pulse->height : pulse->base;
}

static double next_break(const void *params, double t) {
  const PulseParams *pulse = params;
  const double end = pulse->start + pulse->width;
  if (t < pulse->start)
    return pulse->start;
  return t < end ? end : INFINITY;
}

const SbWaveformKind sb_waveform_pulse = {
    .schema = {.name = "pulse",
               .doc = "A rectangular pulse on a base.",
               .example = "current: {pulse: {base: 0 A/m2, height: 0.2 A/m2, start: 5 ms, width: 1 ms}}",
               .size = sizeof(PulseParams),
               .fields = pulse_fields},
    .value = value,
    .next_break = next_break,
};
