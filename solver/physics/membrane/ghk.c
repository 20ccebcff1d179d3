/* Permeation after Goldman, Hodgkin and Katz: a constant field in the membrane, ions independent of each other. It is
   the exponentially fitted flux over a membrane without thickness: J = P [B(-u) c_in - B(u) c_out] with u = z V/V_T. */
#include <math.h>

#include "base/bernoulli.h"
#include "physics/physics.h"

typedef struct {
  double *permeability; /* [species] m/s; NAN where not named */
} GhkParams;

static const SbField ghk_fields[] = {{.key = "",
                                      .type = SB_TYPE_SPECIES_MAP,
                                      .offset = offsetof(GhkParams, permeability),
                                      .dimension = SB_DIMENSION_VELOCITY,
                                      .range = {.rule = SB_NOT_NEGATIVE},
                                      .flags = SB_FIELD_REQUIRED,
                                      .doc = "Permeability of each species that passes."},
                                     {0}};

static double permeability(const void *params, int species) {
  const double value = ((const GhkParams *)params)->permeability[species];
  return isnan(value) ? 0.0 : value;
}

static bool carries(const void *params, int species) {
  return permeability(params, species) > 0.0;
}

static void eval(const void *params, const SbMembraneSite *site, SbMembraneFlux *out) {
  for (int s = 0; s < site->species_count; s++) {
    const double p = permeability(params, s), z_over_vt = site->species[s].charge / site->thermal_voltage;
    if (p <= 0.0)
      continue;
    /* the drift from the inside to the outside is -u */
    const SbBernoulli b = sb_bernoulli(-z_over_vt * site->potential);
    out->flux[s] += p * (b.forward * site->inside[s] - b.backward * site->outside[s]);
    out->by_inside[s][s] += p * b.forward;
    out->by_outside[s][s] -= p * b.backward;
    out->by_potential[s] -= p * z_over_vt * (b.slope * site->inside[s] - b.backward_slope * site->outside[s]);
  }
}

const SbMembraneKind sb_membrane_ghk = {
    .schema = {.name = "ghk",
               .doc = "Passive permeation of ions and neutral species, each by its permeability, through a membrane in "
                      "which the field is constant.",
               .reference = "Hodgkin & Katz 1949, J. Physiol. 108, 37, appendix A, eq 5",
               .example = "- {name: leak, ghk: {K+: 4e-9 m/s, Na+: 1.6e-10 m/s, Cl-: 1.8e-9 m/s}}",
               .size = sizeof(GhkParams),
               .fields = ghk_fields},
    .laws = SB_LAW_CONSERVES_MASS | SB_LAW_DISSIPATES | SB_LAW_VANISHES_AT_EQUILIBRIUM,
    .carries = carries,
    .permeability = permeability,
    .eval = eval,
};
