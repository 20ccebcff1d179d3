/* A voltage-gated channel: an ohmic conductance times powers of its gates, each of which opens and closes at rates that
   depend on the membrane potential: dx/dt = alpha(V) (1 - x) - beta(V) x. */
#include <math.h>

#include "physics/membrane/gating.h"
#include "physics/membrane/ohmic.h"

typedef struct {
  int scheme; /* of sb_gating_schemes */
  int carrier;
  double conductance;           /* S/m2, all gates open */
  double reversal;              /* V; NAN: the carrier's Nernst potential */
  double q10;                   /* factor of the rates per 10 K */
  double reference_temperature; /* K */
} GatedParams;

static const SbField gated_fields[] = {
    {.key = "",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(GatedParams, scheme),
     .flags = SB_FIELD_REQUIRED,
     .choices = sb_gating_names,
     .doc = "Which gates, with which rates. The Hodgkin-Huxley schemes have the rest of 1952 at -65 mV."},
    {.key = "carrier",
     .type = SB_TYPE_SPECIES,
     .offset = offsetof(GatedParams, carrier),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_BESIDE,
     .doc = "The ion that passes."},
    {.key = "conductance",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(GatedParams, conductance),
     .dimension = SB_DIMENSION_CONDUCTANCE,
     .range = {.rule = SB_NOT_NEGATIVE},
     .flags = SB_FIELD_REQUIRED | SB_FIELD_BESIDE,
     .doc = "Conductance with all gates open."},
    {.key = "reversal",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(GatedParams, reversal),
     .dimension = SB_DIMENSION_POTENTIAL,
     .flags = SB_FIELD_BESIDE,
     .doc = "Membrane potential at which nothing flows; without it the carrier's Nernst potential at the faces."},
    {.key = "q10",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(GatedParams, q10),
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_BESIDE,
     .default_text = "3",
     .doc = "By what factor all rates grow in 10 K."},
    {.key = "reference_temperature",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(GatedParams, reference_temperature),
     .dimension = SB_DIMENSION_TEMPERATURE,
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_BESIDE,
     .default_text = "6.3 degC",
     .doc = "Temperature at which the rates are those of the scheme."},
    {0}};

static const SbGatingScheme *scheme_of(const void *params) {
  return &sb_gating_schemes[((const GatedParams *)params)->scheme];
}

static bool carries(const void *params, int species) {
  return ((const GatedParams *)params)->carrier == species;
}

static double reversal(const void *params) {
  return ((const GatedParams *)params)->reversal;
}

static int gate_count(const void *params) {
  return scheme_of(params)->gate_count;
}

static const char *gate_name(const void *params, int gate) {
  return scheme_of(params)->gates[gate].name;
}

static void eval_gate(const SbGate *gate, double factor, double potential, double x, int at, SbMembraneFlux *out) {
  const SbGateRate opening = gate->opening(potential), closing = gate->closing(potential);
  out->gate_rate[at] = factor * (opening.value * (1.0 - x) - closing.value * x);
  out->gate_by_gate[at] = -factor * (opening.value + closing.value);
  out->gate_by_potential[at] = factor * (opening.slope * (1.0 - x) - closing.slope * x);
}

static void eval(const void *params, const SbMembraneSite *site, SbMembraneFlux *out) {
  const GatedParams *channel = params;
  const SbGatingScheme *scheme = scheme_of(params);
  const double *x = site->gates + site->first_gate;
  const double factor = pow(channel->q10, (site->temperature - channel->reference_temperature) / 10.0);
  double open = 1.0;
  for (int g = 0; g < scheme->gate_count; g++) {
    open *= pow(x[g], scheme->gates[g].exponent);
    eval_gate(&scheme->gates[g], factor, site->potential, x[g], site->first_gate + g, out);
  }
  const double per_conductance =
      sb_ohmic_add(site, channel->carrier, channel->conductance * open, channel->reversal, out);
  for (int g = 0; g < scheme->gate_count; g++) {
    double slope = scheme->gates[g].exponent * pow(x[g], scheme->gates[g].exponent - 1);
    for (int k = 0; k < scheme->gate_count; k++)
      slope *= k == g ? 1.0 : pow(x[k], scheme->gates[k].exponent);
    out->by_gate[channel->carrier][site->first_gate + g] += per_conductance * channel->conductance * slope;
  }
}

const SbMembraneKind sb_membrane_gated = {
    .schema = {.name = "gated",
               .doc =
                   "A voltage-gated channel. Its gates are unknowns of the membrane; a steady step has them relaxed.",
               .reference = "Hodgkin & Huxley 1952, J. Physiol. 117, 500, eqs 7-26",
               .example = "- {name: IK, gated: hodgkin-huxley potassium, carrier: K+, conductance: 36 mS/cm2}",
               .size = sizeof(GatedParams),
               .fields = gated_fields},
    .laws = SB_LAW_CONSERVES_MASS,
    .needs_charge = true,
    .carries = carries,
    .gate_count = gate_count,
    .gate_name = gate_name,
    .reversal = reversal,
    .eval = eval,
};
