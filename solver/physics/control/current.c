/* A terminal driven by a current: I = I(t), positive to the right. Zero is open circuit, an equation for the potential.
 */
#include "model/waveform.h"
#include "physics/physics.h"

typedef struct {
  SbVariant current; /* waveform, A/m2 */
} CurrentParams;

static const SbField current_fields[] = {{.key = "",
                                          .type = SB_TYPE_WAVEFORM,
                                          .offset = offsetof(CurrentParams, current),
                                          .dimension = SB_DIMENSION_CURRENT_DENSITY,
                                          .variants = sb_waveform_schemas,
                                          .flags = SB_FIELD_REQUIRED,
                                          .doc = "The total current, positive to the right; 0 A/m2 is open circuit."},
                                         {0}};

static double setpoint(const void *params, double t) {
  return sb_waveform_value(&((const CurrentParams *)params)->current, t);
}

static double next_break(const void *params, double t) {
  return sb_waveform_next_break(&((const CurrentParams *)params)->current, t);
}

static SbControlRow eval(const void *params, const SbControlState *state) {
  return (SbControlRow){.value = state->current - setpoint(params, state->time), .d_current = 1.0};
}

const SbControlKind sb_control_current = {
    .schema =
        {.name = "current",
         .doc = "Drives a total current through the cell; the potential is the answer. Zero current is open circuit.",
         .example = "right: {reservoir: bath, current: 0 A/m2}",
         .size = sizeof(CurrentParams),
         .fields = current_fields},
    .eval = eval,
    .setpoint = setpoint,
    .next_break = next_break,
};
