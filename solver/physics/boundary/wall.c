/* A wall: no ion passes; its surface charge is given and stays. */
#include "physics/boundary/wall.h"

static const SbField wall_fields[] = {{.key = "surface_charge",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(SbWallParams, surface_charge),
                                       .dimension = SB_DIMENSION_CHARGE_DENSITY,
                                       .default_text = "0 C/m2",
                                       .doc = "Charge fixed on the wall, per area."},
                                      {0}};

static void wall_eval(const SbBoundaryParams *boundary, const SbSite *site, SbSiteRows *rows) {
  const SbWallParams *wall = boundary->params;
  const int phi = site->species_count + SB_LOCAL_POTENTIAL, terminal = site->species_count + SB_LOCAL_TERMINAL;
  rows->value[phi] = site->electroneutral ? 0.0 : wall->surface_charge;
  rows->replaces[terminal] = true;
  rows->value[terminal] = site->terminal - site->potential;
  rows->derivative[terminal][terminal] = 1.0;
  rows->derivative[terminal][phi] = -1.0;
}

const SbBoundaryKind sb_boundary_wall = {
    .schema =
        {.name = "wall",
         .doc = "A wall that no ion passes, with a fixed surface charge. The potential of its end is what the solution "
                "makes it; its current is zero.",
         .reference = "Hunter, Foundations of Colloid Science, 2nd ed., eq 7.3.9 (Gauss's law at the surface)",
         .example = "left: {wall: {surface_charge: -0.01 C/m2}}",
         .size = sizeof(SbWallParams),
         .fields = wall_fields},
    .laws = SB_LAW_CONSERVES_MASS | SB_LAW_VANISHES_AT_EQUILIBRIUM,
    .eval = wall_eval,
};
