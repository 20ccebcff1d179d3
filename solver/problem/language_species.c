/* The list of species: names from the table of ions, or species given in full. */
#include <math.h>
#include <string.h>

#include "base/names.h"
#include "model/ion_table.h"
#include "physics/physics.h"
#include "problem/language.h"

static const SbField species_fields[] = {
    {.key = "name",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbSpecies, name),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_NAMES,
     .doc = "Label of the species, as all other parts of the deck call it. A name of the table of ions takes from "
            "there what is not given here."},
    {.key = "charge",
     .type = SB_TYPE_INTEGER,
     .offset = offsetof(SbSpecies, charge),
     .range = {.rule = SB_BETWEEN, .low = -100, .high = 100},
     .doc = "Charge number, signed; 0 for a neutral species. Needed unless the table of ions has the name."},
    {.key = "diffusivity",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbSpecies, diffusivity),
     .dimension = SB_DIMENSION_DIFFUSIVITY,
     .range = {.rule = SB_POSITIVE},
     .doc = "Diffusion coefficient in free solution at the deck's temperature. Needed unless the table of ions has the "
            "name."},
    {.key = "source",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbSpecies, source),
     .doc = "Where the numbers come from."},
    {0}};

const SbSchema sb_species_schema = {
    .name = "species",
    .doc = "A dissolved species: a name of the table of ions (`saltbridge ions` lists it), or a map. The charge comes "
           "from the table or from the deck, never from the spelling of the name. Diffusivities of the table hold at "
           "25 degC and are used as they stand at any temperature; `saltbridge ions` says how to correct them.",
    .example = "species: [K+, Cl-, {name: X-, charge: -1, diffusivity: 1e-9 m2/s, source: \"estimate\"}]",
    .size = sizeof(SbSpecies),
    .fields = species_fields};

static void unknown_ion(SbReader *reader, const SbIonTable *table, const SbNode *node) {
  const char **names = sb_arena_alloc(sb_reader_arena(reader), (size_t)table->count, sizeof(char *));
  for (int i = 0; i < table->count; i++)
    names[i] = table->ions[i].name;
  const char *near = sb_names_nearest(node->text, names, (size_t)table->count);
  sb_error(sb_reader_diagnostics(reader), node->mark,
           "'%s' is not in the table of ions: expected one of its names, or {name, charge, diffusivity}%s%s%s",
           node->text, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Completes a species given as a map from the table's entry of that name, if there is one. */
static bool complete(SbReader *reader, const SbSpecies *known, const SbNode *node, SbSpecies *species) {
  const bool has_charge = sb_tree_get(node, "charge"), has_diffusivity = sb_tree_get(node, "diffusivity");
  if (!known) {
    if (!species->source)
      species->source = "the deck";
    if (has_charge && has_diffusivity)
      return true;
    sb_error(sb_reader_diagnostics(reader), node->mark, "'%s' is not in the table of ions and needs %s%s%s",
             species->name, has_charge ? "" : "'charge'", !has_charge && !has_diffusivity ? " and " : "",
             has_diffusivity ? "" : "'diffusivity'");
    return false;
  }
  if (!has_charge)
    species->charge = known->charge;
  if (!species->source)
    species->source = has_diffusivity ? "the deck" : known->source;
  species->tabled = !has_diffusivity;
  if (!has_diffusivity)
    species->diffusivity = known->diffusivity;
  return true;
}

/* Reads one entry; *species gets at least a name wherever one is legible, so that what refers to it is no further
 * error. */
static bool entry_read(SbReader *reader, const SbIonTable *table, const SbNode *node, SbSpecies *species) {
  SbDiagnostics *diagnostics = sb_reader_diagnostics(reader);
  *species = (SbSpecies){.diffusivity = NAN};
  if (node->type == SB_NODE_LIST) {
    sb_error(diagnostics, node->mark, "a species is a name or a map {name, charge, diffusivity}; found a list");
    return false;
  }
  if (node->type == SB_NODE_MAP) {
    const bool good = sb_schema_read(reader, &sb_species_schema, node, species);
    species->mark = node->mark;
    if (!species->name)
      return false;
    return complete(reader, sb_ion_find(table, species->name), node, species) && good;
  }
  const SbSpecies *known = sb_ion_find(table, node->text);
  if (known)
    *species = *known;
  species->name = node->text;
  species->tabled = known;
  species->mark = node->mark;
  if (!known)
    unknown_ion(reader, table, node);
  return known;
}

static bool is_new(SbReader *reader, const SbDeck *deck, const SbSpecies *species) {
  for (int s = 0; s < deck->species_count; s++) {
    if (strcmp(deck->species[s].name, species->name) != 0)
      continue;
    sb_error(sb_reader_diagnostics(reader), species->mark, "species '%s' is listed twice (first at line %zu)",
             species->name, deck->species[s].mark.line);
    return false;
  }
  return true;
}

bool sb_species_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbDeck *deck = (SbDeck *)(void *)((char *)destination - field->offset);
  SbArena *arena = sb_reader_arena(reader);
  if (node->type != SB_NODE_LIST || node->count == 0 || node->count > SB_MAX_SPECIES) {
    sb_error(sb_reader_diagnostics(reader), node->mark,
             "'species' takes a list of 1 to %d species, such as [K+, Cl-]; found %s", SB_MAX_SPECIES,
             node->type == SB_NODE_LIST ? sb_arena_printf(arena, "%zu", node->count) : sb_node_words(arena, node));
    return false;
  }
  const SbIonTable *table = sb_ion_table(arena);
  deck->species = sb_arena_alloc(arena, node->count, sizeof(SbSpecies));
  deck->species_names = sb_arena_alloc(arena, node->count, sizeof(char *));
  bool good = true;
  for (size_t i = 0; i < node->count; i++) {
    SbSpecies species;
    good = entry_read(reader, table, node->values[i], &species) && good;
    if (!species.name)
      continue;
    if (!is_new(reader, deck, &species)) {
      good = false;
      continue;
    }
    deck->species_names[deck->species_count] = species.name;
    deck->species[deck->species_count++] = species;
  }
  sb_reader_set_species(reader, deck->species_count, deck->species_names);
  return good;
}

double *sb_species_locate(const SbField *field, void *destination, const char *path, SbLocation *location) {
  SbDeck *deck = (SbDeck *)(void *)((char *)destination - field->offset);
  const int s = sb_locate_species(&path, location);
  if (s < 0)
    return NULL;
  if (strcmp(path, "diffusivity") != 0) {
    location->reason = "of a species only the diffusivity can be varied, as in species.K+.diffusivity";
    return NULL;
  }
  location->dimension = SB_DIMENSION_DIFFUSIVITY;
  location->range = (SbRange){.rule = SB_POSITIVE};
  return &deck->species[s].diffusivity;
}
