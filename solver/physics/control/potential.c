/* A terminal held at a potential: V = E(t). */
#include "model/waveform.h"
#include "physics/physics.h"

typedef struct {
  SbVariant potential; /* waveform, V */
} PotentialParams;

static const SbField potential_fields[] = {{.key = "",
                                            .type = SB_TYPE_WAVEFORM,
                                            .offset = offsetof(PotentialParams, potential),
                                            .dimension = SB_DIMENSION_POTENTIAL,
                                            .variants = sb_waveform_schemas,
                                            .flags = SB_FIELD_REQUIRED,
                                            .doc = "The potential at which the terminal is held."},
                                           {0}};

static double setpoint(const void *params, double t) {
  return sb_waveform_value(&((const PotentialParams *)params)->potential, t);
}

static double next_break(const void *params, double t) {
  return sb_waveform_next_break(&((const PotentialParams *)params)->potential, t);
}

static SbControlRow eval(const void *params, const SbControlState *state) {
  return (SbControlRow){.value = state->potential - setpoint(params, state->time), .d_potential = 1.0};
}

const SbControlKind sb_control_potential = {
    .schema = {.name = "potential",
               .doc = "Holds the terminal at a potential; the current is the answer.",
               .example = "right: {reservoir: bath, potential: -20 mV}",
               .size = sizeof(PotentialParams),
               .fields = potential_fields},
    .sets_potential = true,
    .eval = eval,
    .setpoint = setpoint,
    .next_break = next_break,
};
