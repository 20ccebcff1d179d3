/* A plain quantity: the same value at all times. */
#include <math.h>

#include "model/waveform.h"

typedef struct {
  double value;
} ConstantParams;

static const SbField constant_fields[] = {{.key = "",
                                           .type = SB_TYPE_QUANTITY,
                                           .offset = offsetof(ConstantParams, value),
                                           .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
                                           .doc = "The value, at all times."},
                                          {0}};

static double value(const void *params, double t) {
  (void)t;
  return ((const ConstantParams *)params)->value;
}

static double next_break(const void *params, double t) {
  (void)params, (void)t;
  return INFINITY;
}

const SbWaveformKind sb_waveform_constant = {
    .schema = {.name = "constant",
               .doc = "The same value at all times; written as a plain quantity, without the word.",
               .example = "potential: 0.1 V",
               .size = sizeof(ConstantParams),
               .fields = constant_fields},
    .value = value,
    .next_break = next_break,
};
