/* A jump from one value to another. */
#include <math.h>

#include "model/waveform.h"

typedef struct {
  double from, to;
  double at; /* s */
} StepParams;

static const SbField step_fields[] = {{.key = "from",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(StepParams, from),
                                       .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
                                       .doc = "Value before the jump; a steady step sees this one."},
                                      {.key = "to",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(StepParams, to),
                                       .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
                                       .doc = "Value from the jump on."},
                                      {.key = "at",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(StepParams, at),
                                       .dimension = SB_DIMENSION_TIME,
                                       .range = {.rule = SB_NOT_NEGATIVE},
                                       .default_text = "0 s",
                                       .doc = "Time of the jump, from the start of the transient step."},
                                      {0}};

static double value(const void *params, double t) {
  const StepParams *step = params;
  return t < step->at ? step->from : step->to;
}

static double next_break(const void *params, double t) {
  const StepParams *step = params;
  return t < step->at ? step->at : INFINITY;
}

const SbWaveformKind sb_waveform_step = {
    .schema = {.name = "step",
               .doc = "A jump from one value to another.",
               .example = "potential: {step: {from: 0 V, to: 0.1 V, at: 0 s}}",
               .size = sizeof(StepParams),
               .fields = step_fields},
    .value = value,
    .next_break = next_break,
};
