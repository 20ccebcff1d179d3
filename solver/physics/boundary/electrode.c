/* An electrode. It charges like a capacitor, directly or through a Stern layer (x = 0 is then the solution side of that
   layer), and exchanges electrons with redox couples; without any it is ideally blocking. */
#include <math.h>

#include "base/constants.h"
#include "physics/boundary/electrode.h"
#include "physics/couple.h"

static const SbField stern_fields[] = {{.key = "capacitance",
                                        .type = SB_TYPE_QUANTITY,
                                        .offset = offsetof(SbSternParams, capacitance),
                                        .dimension = SB_DIMENSION_CAPACITANCE,
                                        .range = {.rule = SB_POSITIVE},
                                        .doc = "Capacitance of the compact layer between metal and solution."},
                                       {0}};

static const SbSchema stern_schema = {.name = "stern",
                                      .doc = "The compact (Stern) layer: a capacitor in series with the diffuse layer.",
                                      .reference = "Bard & Faulkner, Electrochemical Methods, 2nd ed., section 13.3.3",
                                      .example = "stern: {capacitance: 20 uF/cm2}",
                                      .size = sizeof(SbSternParams),
                                      .fields = stern_fields};

static const SbField electrode_fields[] = {
    {.key = "couples",
     .type = SB_TYPE_LIST,
     .offset = offsetof(SbElectrodeParams, couples),
     .schema = &sb_couple_schema,
     .doc = "Redox couples that react here, any number of them; without any the electrode is ideally blocking."},
    {.key = "stern",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbElectrodeParams, stern),
     .schema = &stern_schema,
     .doc = "A compact layer; without it the potential of the metal is that of the solution at the surface."},
    {.key = "zero_charge_potential",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbElectrodeParams, zero_charge_potential),
     .dimension = SB_DIMENSION_POTENTIAL,
     .default_text = "0 V",
     .doc = "Potential of the metal against the solution at its surface when it carries no charge."},
    {0}};

/* What the couples take from the solution, and the current they draw. */
static void react(const SbBoundaryParams *boundary, const SbSite *site, SbSiteRows *rows) {
  const int n = site->species_count, phi = n + SB_LOCAL_POTENTIAL, terminal = n + SB_LOCAL_TERMINAL;
  for (int k = 0; k < boundary->couple_count; k++) {
    const SbCouple *couple = &boundary->couples[k];
    double slope[SB_MAX_LOCAL];
    const double current = sb_couple_current(couple, site->concentration, site->terminal - site->potential,
                                             site->thermal_voltage, slope, &slope[terminal]);
    slope[phi] = -slope[terminal];
    rows->current -= current;
    for (int l = 0; l < n + SB_LOCAL_EXTRA; l++)
      rows->d_current[l] -= slope[l];
    for (int s = 0; s < n; s++) {
      const double moles = -sb_couple_yield(couple, s) / (couple->electrons * SB_FARADAY);
      rows->value[s] += moles * current;
      for (int l = 0; moles != 0.0 && l < n + SB_LOCAL_EXTRA; l++)
        rows->derivative[s][l] += moles * slope[l];
    }
  }
}

static void electrode_eval(const SbBoundaryParams *boundary, const SbSite *site, SbSiteRows *rows) {
  const SbElectrodeParams *electrode = boundary->params;
  react(boundary, site, rows);
  if (site->electroneutral && boundary->couple_count > 0)
    return;
  const int phi = site->species_count + SB_LOCAL_POTENTIAL, terminal = site->species_count + SB_LOCAL_TERMINAL;
  const double drop = site->terminal - electrode->zero_charge_potential - site->potential;
  if (isfinite(electrode->stern.capacitance) && !site->electroneutral) {
    /* Gauss's law with the charge of the compact layer */
    rows->value[phi] = electrode->stern.capacitance * drop;
    rows->derivative[phi][terminal] = electrode->stern.capacitance;
    rows->derivative[phi][phi] = -electrode->stern.capacitance;
    return;
  }
  rows->replaces[phi] = true;
  rows->value[phi] = -drop;
  rows->derivative[phi][phi] = 1.0;
  rows->derivative[phi][terminal] = -1.0;
}

static const SbList *electrode_couples(const void *params) {
  return &((const SbElectrodeParams *)params)->couples;
}

const SbBoundaryKind sb_boundary_electrode = {
    .schema = {.name = "electrode",
               .doc = "An electrode: its charge follows its potential, and redox couples exchange electrons with it. "
                      "Without couples it is ideally blocking (polarisable). Several couples at open circuit make a "
                      "mixed potential, at which their currents cancel. A charge needs the field `poisson`.",
               .reference = "Bazant, Chu & Bayly 2005, SIAM J. Appl. Math. 65, 1463, section 2",
               .example = "right: {electrode: {stern: {capacitance: 20 uF/cm2}}, potential: 0.1 V}",
               .size = sizeof(SbElectrodeParams),
               .fields = electrode_fields},
    .laws = SB_LAW_CONSERVES_CHARGE | SB_LAW_VANISHES_AT_EQUILIBRIUM,
    .carries_current = true,
    .holds_charge = true,
    .couples = electrode_couples,
    .eval = electrode_eval,
};
