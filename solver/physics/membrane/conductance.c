/* A leak that follows Ohm's law about a reversal potential. */
#include <math.h>

#include "physics/membrane/ohmic.h"

typedef struct {
  double *conductance; /* [species] S/m2; NAN where not named */
  double reversal;     /* V; NAN: the ion's Nernst potential */
} ConductanceParams;

static const SbField conductance_fields[] = {
    {.key = "",
     .type = SB_TYPE_SPECIES_MAP,
     .offset = offsetof(ConductanceParams, conductance),
     .dimension = SB_DIMENSION_CONDUCTANCE,
     .range = {.rule = SB_NOT_NEGATIVE},
     .flags = SB_FIELD_REQUIRED,
     .doc = "Conductance for each ion that passes."},
    {.key = "reversal",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(ConductanceParams, reversal),
     .dimension = SB_DIMENSION_POTENTIAL,
     .flags = SB_FIELD_BESIDE,
     .doc = "Membrane potential at which nothing flows; without it each ion's own Nernst potential, from the "
            "concentrations at the faces."},
    {0}};

static bool carries(const void *params, int species) {
  return ((const ConductanceParams *)params)->conductance[species] > 0.0; /* not of NAN */
}

static double reversal(const void *params) {
  return ((const ConductanceParams *)params)->reversal;
}

static void eval(const void *params, const SbMembraneSite *site, SbMembraneFlux *out) {
  const ConductanceParams *leak = params;
  for (int s = 0; s < site->species_count; s++)
    if (carries(params, s))
      sb_ohmic_add(site, s, leak->conductance[s], leak->reversal, out);
}

const SbMembraneKind sb_membrane_conductance = {
    .schema = {.name = "conductance",
               .doc = "An ohmic conductance: the current is proportional to the membrane potential's distance from the "
                      "reversal potential. About a given reversal potential it does not see the concentrations, and "
                      "may drive an ion against its gradient.",
               .reference = "Hodgkin & Huxley 1952, J. Physiol. 117, 500, eqs 3-5",
               .example = "- {name: kir, conductance: {K+: 0.3 mS/cm2}}",
               .size = sizeof(ConductanceParams),
               .fields = conductance_fields},
    .laws = SB_LAW_CONSERVES_MASS,
    .needs_charge = true,
    .carries = carries,
    .reversal = reversal,
    .eval = eval,
};
