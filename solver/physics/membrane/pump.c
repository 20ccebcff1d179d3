/* A pump: ions in fixed proportions, against their gradients, at a rate of its own. */
#include <math.h>

#include "model/waveform.h"
#include "physics/physics.h"

typedef struct {
  double *stoichiometry;              /* [species] per cycle, positive outward; NAN where not named */
  SbVariant rate;                     /* waveform, cycles in mol/m2/s */
  double *half_inside, *half_outside; /* [species] mol/m3, NAN where not named; NULL: none */
  double energy;                      /* J/mol, of the fuel of one cycle */
} PumpParams;

#define HALF_DOC                                                                                                       \
  " at which it slows the pump to one half; what is not named does not matter. The pump then stops where it runs out."

static const SbField pump_fields[] = {
    {.key = "stoichiometry",
     .type = SB_TYPE_SPECIES_MAP,
     .offset = offsetof(PumpParams, stoichiometry),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_EXACT,
     .doc = "Ions moved in one cycle, positive outward."},
    {.key = "rate",
     .type = SB_TYPE_WAVEFORM,
     .offset = offsetof(PumpParams, rate),
     .dimension = SB_DIMENSION_FLUX,
     .variants = sb_waveform_schemas,
     .flags = SB_FIELD_REQUIRED,
     .doc = "Cycles per area and time; where the pump saturates, those of the saturated pump."},
    {.key = "half_inside",
     .type = SB_TYPE_SPECIES_MAP,
     .offset = offsetof(PumpParams, half_inside),
     .dimension = SB_DIMENSION_CONCENTRATION,
     .range = {.rule = SB_POSITIVE},
     .doc = "Concentration of an ion at the inner face" HALF_DOC},
    {.key = "half_outside",
     .type = SB_TYPE_SPECIES_MAP,
     .offset = offsetof(PumpParams, half_outside),
     .dimension = SB_DIMENSION_CONCENTRATION,
     .range = {.rule = SB_POSITIVE},
     .doc = "The same at the outer face."},
    {.key = "energy",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(PumpParams, energy),
     .dimension = SB_DIMENSION_MOLAR_ENERGY,
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_EXACT, /* no part of the state */
     .default_text = "50 kJ/mol",
     .doc =
         "Free energy that one cycle takes from its fuel. It does not change what the pump does, only what the answer "
         "says of its cost. 50 kJ/mol is about one ATP in a living cell."},
    {0}};

static double stoichiometry(const void *params, int species) {
  const double value = ((const PumpParams *)params)->stoichiometry[species];
  return isnan(value) ? 0.0 : value;
}

static double fuel(const void *params) {
  return ((const PumpParams *)params)->energy;
}

static bool carries(const void *params, int species) {
  return stoichiometry(params, species) != 0.0;
}

static double setpoint(const void *params, double t) {
  return sb_waveform_value(&((const PumpParams *)params)->rate, t);
}

static double next_break(const void *params, double t) {
  return sb_waveform_next_break(&((const PumpParams *)params)->rate, t);
}

/* Share of the saturated rate that the ions of one face leave, and its derivatives, [species]. */
static double saturation(const SbMembraneSite *site, const double *half, const double *c, double *slope) {
  double share = 1.0;
  for (int s = 0; s < site->species_count; s++)
    share *= half && !isnan(half[s]) ? c[s] / (c[s] + half[s]) : 1.0;
  for (int s = 0; s < site->species_count; s++) {
    slope[s] = 0.0;
    if (!half || isnan(half[s]))
      continue;
    slope[s] = half[s] / ((c[s] + half[s]) * (c[s] + half[s]));
    for (int k = 0; k < site->species_count; k++)
      slope[s] *= k != s && !isnan(half[k]) ? c[k] / (c[k] + half[k]) : 1.0;
  }
  return share;
}

static void eval(const void *params, const SbMembraneSite *site, SbMembraneFlux *out) {
  const PumpParams *pump = params;
  double by_inside[SB_MAX_SPECIES], by_outside[SB_MAX_SPECIES];
  const double rate = setpoint(params, site->time);
  const double inside = saturation(site, pump->half_inside, site->inside, by_inside);
  const double outside = saturation(site, pump->half_outside, site->outside, by_outside);
  for (int s = 0; s < site->species_count; s++) {
    const double moved = stoichiometry(pump, s) * rate;
    if (moved == 0.0)
      continue;
    out->flux[s] += moved * inside * outside;
    for (int k = 0; k < site->species_count; k++) {
      out->by_inside[s][k] += moved * by_inside[k] * outside;
      out->by_outside[s][k] += moved * inside * by_outside[k];
    }
  }
}

const SbMembraneKind sb_membrane_pump = {
    .schema = {.name = "pump",
               .doc = "Active transport: ions are moved in fixed proportions whatever their gradients. A pump that "
                      "moves more charge one way than the other carries a current of its own (it is electrogenic). Its "
                      "rate is constant or saturates in concentrations at its faces.",
               .reference =
                   "Mullins & Noda 1963, J. Gen. Physiol. 47, 117; Garay & Garrahan 1973, J. Physiol. 231, 297",
               .example = "- {name: NaK, pump: {stoichiometry: {Na+: 3, K+: -2}, rate: 4.5e-8 mol/m2/s}}",
               .size = sizeof(PumpParams),
               .fields = pump_fields},
    .laws = SB_LAW_CONSERVES_MASS,
    .carries = carries,
    .setpoint = setpoint,
    .next_break = next_break,
    .stoichiometry = stoichiometry,
    .fuel = fuel,
    .eval = eval,
};
