/* Regions of the domain and their fills. What a membrane may hold is in language_membrane.c. */
#include <math.h>

#include "model/pairs.h"
#include "problem/language.h"

/* ---- fill ---- */

static const SbPairsForm profile_form = {.x_dimension = SB_DIMENSION_LENGTH,
                                         .y_dimension = SB_DIMENSION_CONCENTRATION,
                                         .y_range = {.rule = SB_NOT_NEGATIVE}};

static bool profile_read(SbReader *reader, const SbNode *node, SbProfile *profile) {
  const SbNode *table = sb_tree_get(node, "table");
  if (table && node->count == 1) {
    return sb_pairs_read(reader, table, &profile_form, &profile->count, &profile->x, &profile->concentration);
  }
  if (node->type != SB_NODE_SCALAR) {
    sb_error(sb_reader_diagnostics(reader), node->mark,
             "a fill is a concentration, such as 100 mmol/L, or {table: [[0 nm, 10 mM], [50 nm, 20 mM]]}; found %s",
             sb_node_words(sb_reader_arena(reader), node));
    return false;
  }
  profile->count = 1;
  profile->concentration = sb_arena_alloc(sb_reader_arena(reader), 1, sizeof(double));
  return sb_read_quantity(reader, node, SB_DIMENSION_CONCENTRATION, profile_form.y_range, profile->concentration);
}

/* Destination: SbProfile *[species]. */
static bool fill_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  (void)field;
  SbProfile **fill = destination;
  if (node->type != SB_NODE_MAP) {
    sb_error(sb_reader_diagnostics(reader), node->mark,
             "'fill' maps species to concentrations, such as {K+: 0.1 M, Cl-: 0.1 M}; found %s",
             sb_node_words(sb_reader_arena(reader), node));
    return false;
  }
  *fill = sb_arena_alloc(sb_reader_arena(reader), (size_t)sb_reader_species_count(reader), sizeof(SbProfile));
  bool good = true;
  for (size_t i = 0; i < node->count; i++) {
    SbProfile profile = {0};
    const int s = sb_reader_species(reader, node->keys[i]);
    const char *label = sb_arena_printf(sb_reader_arena(reader), "fill.%.60s", node->keys[i]->text);
    const char *former = sb_reader_label(reader, label);
    good = profile_read(reader, node->values[i], &profile) && s >= 0 && good;
    sb_reader_label(reader, former);
    if (s >= 0)
      (*fill)[s] = profile;
  }
  return good;
}

/* `K+` of a fill that is constant. */
static double *fill_locate(const SbField *field, void *destination, const char *path, SbLocation *location) {
  (void)field;
  SbProfile *const *fill = destination;
  const int s = sb_locate_species(&path, location);
  if (s < 0)
    return NULL;
  SbProfile *profile = *fill ? &(*fill)[s] : NULL;
  if (!profile || profile->count != 1 || path[0] != '\0') {
    location->reason = "the fill of this region has no single value for this species";
    return NULL;
  }
  location->dimension = SB_DIMENSION_CONCENTRATION;
  location->range = profile_form.y_range;
  return profile->concentration;
}

/* ---- region ---- */

static const SbField region_fields[] = {
    {.key = "",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbRegionDeck, name),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_NAMES,
     .doc = "Name of the region, its own in this deck."},
    {.key = "width",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbRegionDeck, width),
     .dimension = SB_DIMENSION_LENGTH,
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_REQUIRED | SB_FIELD_BESIDE,
     .doc = "Extent along x."},
    {.key = "fill",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbRegionDeck, fill),
     .flags = SB_FIELD_BESIDE | SB_FIELD_COMPOSITION,
     .doc = "Initial concentrations; a species not named is absent. A table gives a profile over x from the region's "
            "left edge. Where every species is exchanged with a reservoir, a steady step needs no fill.",
     .read = fill_read,
     .locate = fill_locate,
     .grammar = "a map of species to concentrations, or to {table: [[x, concentration], ...]}"},
    {.key = "permittivity",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbRegionDeck, permittivity),
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_BESIDE,
     .doc = "Relative permittivity; the medium's where it is not given."},
    {.key = "fixed_charge",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbRegionDeck, fixed_charge),
     .dimension = SB_DIMENSION_CONCENTRATION,
     .flags = SB_FIELD_BESIDE,
     .default_text = "0 M",
     .doc = "Charge bound to the region, as a signed concentration of elementary charges (a cation exchanger's is "
            "negative)."},
    {.key = "diffusion_factor",
     .type = SB_TYPE_PER_SPECIES,
     .offset = offsetof(SbRegionDeck, diffusion_factor),
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_BESIDE,
     .doc = "Multiplies the diffusivity here, of all species or of those named (porosity, tortuosity, obstruction)."},
    {.key = "diffusivity",
     .type = SB_TYPE_SPECIES_MAP,
     .offset = offsetof(SbRegionDeck, diffusivity),
     .dimension = SB_DIMENSION_DIFFUSIVITY,
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_BESIDE,
     .doc = "Diffusivities in this region, given outright in place of the species' own."},
    {.key = "partition",
     .type = SB_TYPE_SPECIES_MAP,
     .offset = offsetof(SbRegionDeck, partition),
     .range = {.rule = SB_NOT_NEGATIVE},
     .flags = SB_FIELD_BESIDE,
     .doc = "Partition coefficients: concentration here over that in free solution at equal electrochemical potential. "
            "0 excludes the species; 1 where it is not given."},
    {.key = "cells",
     .type = SB_TYPE_INTEGER,
     .offset = offsetof(SbRegionDeck, cells),
     .range = {.rule = SB_BETWEEN, .low = 1, .high = 2000000},
     .flags = SB_FIELD_BESIDE,
     .doc = "Number of cells of the mesh in this region; without it the mesh is found to meet `accuracy`."},
    {.key = "membrane",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbRegionDeck, membrane),
     .flags = SB_FIELD_BESIDE,
     .schema = &sb_sheath_schema,
     .doc = "Of a cable: the membrane around this region; without it nothing passes to the outside here."},
    {0}};

static void region_check(SbReader *reader, void *params, const SbNode *node) {
  SbRegionDeck *region = params;
  if (region->cells < 0)
    region->cells = 0;
  if (!region->diffusion_factor || !region->diffusivity)
    return;
  for (int s = 0; s < sb_reader_species_count(reader); s++) {
    if (isnan(region->diffusivity[s]) || isnan(region->diffusion_factor[s]))
      continue;
    const SbNode *given = sb_tree_get(node, "diffusivity");
    sb_error(sb_reader_diagnostics(reader), given ? given->mark : node->mark,
             "'diffusivity' and 'diffusion_factor' are both given for the same species: expected one of them");
    return;
  }
}

static const SbSchema region_schema = {
    .name = "region",
    .doc = "A stretch of uniform material: a bath, a membrane with fixed charges, a gel. Regions stand left to right. "
           "Where two fills meet, the concentrations begin as a sharp step.",
    .example =
        "domain:\n"
        "  - {region: bath, width: 100 nm, fill: {K+: 100 mmol/L, Cl-: 100 mmol/L}}\n"
        "  - {region: membrane, width: 50 nm, fixed_charge: -0.1 M, diffusion_factor: 0.1, partition: {Cl-: 0.5}}",
    .size = sizeof(SbRegionDeck),
    .fields = region_fields,
    .check = region_check};

const SbSchema *const sb_domain_schemas[] = {&region_schema, &sb_membrane_schema, NULL};

static const void *entry_of(const SbDeck *deck, int entry, const SbSchema *schema) {
  const SbVariant *variant = (const SbVariant *)deck->domain.items + entry;
  return variant->schema == schema ? variant->params : NULL;
}

const SbRegionDeck *sb_deck_region(const SbDeck *deck, int entry) {
  return entry_of(deck, entry, &region_schema);
}

const SbMembraneDeck *sb_deck_membrane(const SbDeck *deck, int entry) {
  return entry_of(deck, entry, &sb_membrane_schema);
}
