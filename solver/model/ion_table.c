/* The built-in table of ions: inputs/ions.yaml, read with the same reader as a deck. */
#include "model/ion_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "deck/schema.h"

extern const unsigned char sb_ions_yaml[];
extern const size_t sb_ions_yaml_size;

/* One entry of `ions`. */
typedef struct {
  int charge;
  double diffusivity;
  const char *source, *name;
} IonEntry;

static const SbField ion_fields[] = {{.key = "charge",
                                      .type = SB_TYPE_INTEGER,
                                      .offset = offsetof(IonEntry, charge),
                                      .flags = SB_FIELD_REQUIRED,
                                      .doc = "Charge number."},
                                     {.key = "diffusivity",
                                      .type = SB_TYPE_QUANTITY,
                                      .offset = offsetof(IonEntry, diffusivity),
                                      .dimension = SB_DIMENSION_DIFFUSIVITY,
                                      .range = {.rule = SB_POSITIVE},
                                      .flags = SB_FIELD_REQUIRED,
                                      .doc = "At infinite dilution and 25 degC."},
                                     {.key = "source",
                                      .type = SB_TYPE_TEXT,
                                      .offset = offsetof(IonEntry, source),
                                      .flags = SB_FIELD_REQUIRED,
                                      .doc = "Key of the citation."},
                                     {.key = "name",
                                      .type = SB_TYPE_TEXT,
                                      .offset = offsetof(IonEntry, name),
                                      .flags = SB_FIELD_REQUIRED,
                                      .doc = "Name in words."},
                                     {0}};

static const SbSchema ion_schema = {
    .name = "ion", .doc = "An ion of the table.", .size = sizeof(IonEntry), .fields = ion_fields};

static const char *text_of(const SbNode *map, const char *key) {
  const SbNode *node = sb_tree_get(map, key);
  return node && node->type == SB_NODE_SCALAR ? node->text : NULL;
}

static void entry_read(SbReader *reader, const SbNode *root, const char *label, const SbNode *node, SbIonTable *table) {
  IonEntry entry = {0};
  const int i = table->count;
  if (!sb_schema_read(reader, &ion_schema, node, &entry))
    return;
  const char *citation = text_of(sb_tree_get(root, "sources"), entry.source);
  if (!citation)
    sb_error(sb_reader_diagnostics(reader), node->mark, "no source '%s'", entry.source);
  table->ions[i] = (SbSpecies){.name = label,
                               .charge = entry.charge,
                               .diffusivity = entry.diffusivity,
                               .source = entry.source,
                               .mark = node->mark};
  table->long_names[i] = entry.name;
  table->citations[i] = citation;
  table->count++;
}

static void table_read(SbReader *reader, const SbNode *root, SbIonTable *table) {
  const SbNode *ions = sb_tree_get(root, "ions");
  SbArena *arena = sb_reader_arena(reader);
  table->notes = text_of(root, "notes");
  table->temperature_law = text_of(root, "temperature_law");
  if (!ions || ions->type != SB_NODE_MAP || !table->notes || !table->temperature_law) {
    sb_error(sb_reader_diagnostics(reader), root->mark, "'ions', 'notes' or 'temperature_law' is missing");
    return;
  }
  table->ions = sb_arena_alloc(arena, ions->count, sizeof(SbSpecies));
  table->long_names = sb_arena_alloc(arena, ions->count, sizeof(char *));
  table->citations = sb_arena_alloc(arena, ions->count, sizeof(char *));
  for (size_t i = 0; i < ions->count; i++)
    entry_read(reader, root, ions->keys[i]->text, ions->values[i], table);
}

const SbIonTable *sb_ion_table(SbArena *arena) {
  SbIonTable *table = sb_arena_alloc(arena, 1, sizeof(SbIonTable));
  SbDiagnostics *diagnostics = sb_diagnostics_create("ions.yaml", (const char *)sb_ions_yaml, sb_ions_yaml_size);
  SbReader *reader = sb_reader_create(arena, diagnostics);
  const SbNode *root = sb_tree_parse(arena, (const char *)sb_ions_yaml, sb_ions_yaml_size, diagnostics);
  if (root)
    table_read(reader, root, table);
  sb_reader_destroy(&reader);
  if (sb_diagnostics_errors(diagnostics) > 0) {
    sb_diagnostics_print(diagnostics, stderr);
    exit(SB_INTERNAL);
  }
  sb_diagnostics_destroy(&diagnostics);
  return table;
}

const SbSpecies *sb_ion_find(const SbIonTable *table, const char *name) {
  for (int i = 0; i < table->count; i++) {
    if (strcmp(table->ions[i].name, name) == 0)
      return &table->ions[i];
  }
  return NULL;
}
