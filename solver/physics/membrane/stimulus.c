/* An electrode that injects a current, carried by one ion. */
#include "base/constants.h"
#include "model/waveform.h"
#include "physics/physics.h"

typedef struct {
  int carrier;
  SbVariant current; /* waveform, A/m2, positive inward */
} StimulusParams;

static const SbField stimulus_fields[] = {{.key = "carrier",
                                           .type = SB_TYPE_SPECIES,
                                           .offset = offsetof(StimulusParams, carrier),
                                           .flags = SB_FIELD_REQUIRED,
                                           .doc = "The ion that carries the current."},
                                          {.key = "current",
                                           .type = SB_TYPE_WAVEFORM,
                                           .offset = offsetof(StimulusParams, current),
                                           .dimension = SB_DIMENSION_CURRENT_DENSITY,
                                           .variants = sb_waveform_schemas,
                                           .flags = SB_FIELD_REQUIRED,
                                           .doc = "The current, positive inward (it depolarises)."},
                                          {0}};

static bool carries(const void *params, int species) {
  return ((const StimulusParams *)params)->carrier == species;
}

static double setpoint(const void *params, double t) {
  return sb_waveform_value(&((const StimulusParams *)params)->current, t);
}

static double next_break(const void *params, double t) {
  return sb_waveform_next_break(&((const StimulusParams *)params)->current, t);
}

static void eval(const void *params, const SbMembraneSite *site, SbMembraneFlux *out) {
  const StimulusParams *stimulus = params;
  const int s = stimulus->carrier;
  out->flux[s] -= setpoint(params, site->time) / (site->species[s].charge * SB_FARADAY);
}

const SbMembraneKind sb_membrane_stimulus = {
    .schema = {.name = "stimulus",
               .doc = "A current driven through the membrane from outside, such as that of an intracellular electrode.",
               .reference = "Hodgkin & Huxley 1952, J. Physiol. 117, 500, eq 7",
               .example = "- {name: electrode, stimulus: {carrier: K+, current: {pulse: {base: 0 A/m2, height: 0.2 "
                          "A/m2, start: 5 ms, width: 1 ms}}}}",
               .size = sizeof(StimulusParams),
               .fields = stimulus_fields},
    .laws = SB_LAW_CONSERVES_MASS,
    .needs_charge = true,
    .carries = carries,
    .setpoint = setpoint,
    .next_break = next_break,
    .eval = eval,
};
