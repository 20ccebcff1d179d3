/* A reservoir: a large, stirred volume of given composition. Species that cross it have its concentration at the end;
   an impermeable species has no flux there. Under electroneutrality the node is in Donnan equilibrium with the
   reservoir, since the impermeable species need not have the reservoir's concentration. */
#include <math.h>

#include "physics/physics.h"
#include "physics/boundary/reservoir.h"

static bool composition_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  (void)field;
  SbComposition *composition = destination;
  composition->mark = node->mark;
  if (node->type == SB_NODE_SCALAR) {
    composition->region = node->text;
    return true;
  }
  if (node->type != SB_NODE_MAP) {
    sb_error(
        sb_reader_diagnostics(reader), node->mark,
        "'reservoir' names a region or maps species to concentrations, e.g. {K+: 0.1 M, Cl-: 0.1 M}; found a list");
    return false;
  }
  const int count = sb_reader_species_count(reader);
  composition->concentration = sb_arena_alloc(sb_reader_arena(reader), (size_t)count, sizeof(double));
  for (int s = 0; s < count; s++)
    composition->concentration[s] = NAN;
  bool good = true;
  const SbRange not_negative = {.rule = SB_NOT_NEGATIVE};
  for (size_t i = 0; i < node->count; i++) {
    const int s = sb_reader_species(reader, node->keys[i]);
    double value = 0;
    if (!sb_read_quantity(reader, node->values[i], SB_DIMENSION_CONCENTRATION, not_negative, &value) || s < 0)
      good = false;
    else
      composition->concentration[s] = value;
  }
  return good;
}

/* `K+` of a composition given outright. */
static double *composition_locate(const SbField *field, void *destination, const char *path, SbLocation *location) {
  (void)field;
  SbComposition *composition = destination;
  const int s = sb_locate_species(&path, location);
  if (s < 0)
    return NULL;
  if (!composition->concentration || isnan(composition->concentration[s]) || *path != '\0') {
    location->reason =
        "the reservoir gives no concentration of that species of its own (a reservoir that takes a region's fill "
        "follows that region)";
    return NULL;
  }
  location->dimension = SB_DIMENSION_CONCENTRATION;
  location->range = (SbRange){.rule = SB_NOT_NEGATIVE};
  return &composition->concentration[s];
}

static const SbField reservoir_fields[] = {
    {.key = "",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbReservoirParams, composition),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_COMPOSITION,
     .doc = "The region whose fill is the composition of the reservoir, or the composition itself.",
     .read = composition_read,
     .locate = composition_locate,
     .grammar = "the name of a region, or a map of species to concentrations"},
    {.key = "impermeable",
     .type = SB_TYPE_SPECIES_LIST,
     .offset = offsetof(SbReservoirParams, impermeable),
     .flags = SB_FIELD_BESIDE,
     .doc = "Species that do not cross this end. Their concentration in the reservoir only completes its "
            "electroneutrality."},
    {0}};

/* Under electroneutrality: c = c_reservoir exp(-z (phi - V)/V_T), and the node's own neutrality gives phi. */
static void donnan_rows(const SbBoundaryParams *boundary, const SbSite *site, SbSiteRows *rows) {
  const int n = site->species_count, phi = n + SB_LOCAL_POTENTIAL, terminal = n + SB_LOCAL_TERMINAL;
  for (int s = 0; s < n; s++) {
    if (!boundary->permeable[s])
      continue;
    const double z = site->species[s].charge;
    const double factor = exp(-z * (site->potential - site->terminal) / site->thermal_voltage);
    const double wanted = boundary->composition[s] * factor;
    rows->replaces[s] = true;
    rows->value[s] = site->concentration[s] - wanted;
    rows->derivative[s][s] = 1.0;
    rows->derivative[s][phi] = z * wanted / site->thermal_voltage;
    rows->derivative[s][terminal] = -z * wanted / site->thermal_voltage;
  }
}

static void reservoir_eval(const SbBoundaryParams *boundary, const SbSite *site, SbSiteRows *rows) {
  const int n = site->species_count, phi = n + SB_LOCAL_POTENTIAL, terminal = n + SB_LOCAL_TERMINAL;
  bool closed = false; /* some species present does not cross */
  for (int s = 0; s < n; s++)
    closed = closed || !boundary->permeable[s];
  if (site->electroneutral && closed) {
    donnan_rows(boundary, site, rows);
    return;
  }
  for (int s = 0; s < n; s++) {
    if (!boundary->permeable[s])
      continue;
    rows->replaces[s] = true;
    rows->value[s] = site->concentration[s] - boundary->composition[s];
    rows->derivative[s][s] = 1.0;
  }
  rows->replaces[phi] = true;
  rows->value[phi] = site->potential - site->terminal;
  rows->derivative[phi][phi] = 1.0;
  rows->derivative[phi][terminal] = -1.0;
}

const SbBoundaryKind sb_boundary_reservoir = {
    .schema =
        {.name = "reservoir",
         .doc = "A large, stirred volume of fixed composition: its ions cross the end freely, at its concentrations.",
         .reference = "Rubinstein, Electro-Diffusion of Ions, SIAM 1990, eq 1.2.8; Donnan equilibrium for impermeable "
                      "species: Donnan 1911, Z. Elektrochem. 17, 572",
         .example = "right: {reservoir: bath, impermeable: [Cl-], current: 0 A/m2}",
         .size = sizeof(SbReservoirParams),
         .fields = reservoir_fields},
    .laws = SB_LAW_VANISHES_AT_EQUILIBRIUM,
    .exchanges = true,
    .carries_current = true,
    .eval = reservoir_eval,
};
