/* An ideally blocking electrode: no reaction, no ion passes; it charges like a capacitor, directly or through a Stern
   layer (x = 0 is then the solution side of that layer). */
#include <math.h>

#include "physics/boundary/electrode.h"

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

static void electrode_eval(const SbBoundaryParams *boundary, const SbSite *site, SbSiteRows *rows) {
  const SbElectrodeParams *electrode = boundary->params;
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

const SbBoundaryKind sb_boundary_electrode = {
    .schema = {.name = "electrode",
               .doc = "An ideally blocking (polarisable) electrode: no ion passes; its charge follows its potential.",
               .reference = "Bazant, Thornton & Ajdari 2004, Phys. Rev. E 70, 021506, eqs 5-8",
               .example = "right: {electrode: {stern: {capacitance: 20 uF/cm2}}, potential: 0.1 V}",
               .size = sizeof(SbElectrodeParams),
               .fields = electrode_fields},
    .laws = SB_LAW_CONSERVES_MASS | SB_LAW_VANISHES_AT_EQUILIBRIUM,
    .carries_current = true,
    .holds_charge = true,
    .eval = electrode_eval,
};
