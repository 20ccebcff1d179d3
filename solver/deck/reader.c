/* Reads structs by their schema. Every field is visited in the order of the table, present or not, so that one run
   reports all that is wrong; then the keys that no field took are reported. */
#include "deck/reader.h"

#include <math.h>
#include <string.h>

struct SbReader *sb_reader_create(SbArena *arena, SbDiagnostics *diagnostics) {
  SbReader *reader = sb_arena_alloc(arena, 1, sizeof *reader);
  reader->arena = arena;
  reader->diagnostics = diagnostics;
  return reader;
}

void sb_reader_destroy(SbReader **reader) {
  *reader = NULL; /* the arena holds it */
}

void sb_reader_set_species(SbReader *reader, int count, const char *const *names) {
  reader->species_count = count;
  reader->species_names = names;
}

SbArena *sb_reader_arena(SbReader *reader) {
  return reader->arena;
}

SbDiagnostics *sb_reader_diagnostics(SbReader *reader) {
  return reader->diagnostics;
}

int sb_reader_species_count(const SbReader *reader) {
  return reader->species_count;
}

const char *sb_reader_label(SbReader *reader, const char *label) {
  const char *former = reader->label;
  reader->label = label;
  return former;
}

SbDimension sb_field_dimension(const SbField *field, SbDimension parent) {
  if (field->flags & SB_FIELD_PARENT_DIMENSION) {
    return parent;
  }
  return field->flags & SB_FIELD_PARENT_RATE ? sb_dimension_rate(parent) : field->dimension;
}

SbDimension sb_reader_dimension(const SbReader *reader, const SbField *field) {
  return sb_field_dimension(field, reader->parent);
}

SbKeys sb_keys(SbReader *reader, const SbNode *map) {
  return (SbKeys){map, map == NULL ? NULL : sb_arena_alloc(reader->arena, map->count, sizeof(bool))};
}

const SbNode *sb_keys_take(SbKeys *keys, const char *key) {
  for (size_t i = 0; keys->map != NULL && i < keys->map->count; i++) {
    if (strcmp(keys->map->keys[i]->text, key) == 0) {
      keys->used[i] = true;
      return keys->map->values[i];
    }
  }
  return NULL;
}

const SbField *sb_schema_value_field(const SbSchema *schema) {
  for (const SbField *field = schema->fields; field->key != NULL; field++) {
    if (field->key[0] == '\0' && field->type != SB_TYPE_VARIANT) {
      return field;
    }
  }
  return NULL;
}

const SbField *sb_schema_names_field(const SbSchema *schema) {
  for (const SbField *field = schema->fields; field->key != NULL; field++) {
    if (field->flags & SB_FIELD_NAMES) {
      return field;
    }
  }
  return NULL;
}

const char *sb_schema_entry_name(const SbSchema *schema, const void *params) {
  const SbField *field = params == NULL ? NULL : sb_schema_names_field(schema);
  return field == NULL ? NULL : *(const char *const *)((const char *)params + field->offset);
}

void sb_field_unset(const SbField *field, void *destination) {
  static const int none = -1;
  static const double not_given = NAN;
  static const SbVariant no_variant = {.index = -1};
  static const struct {
    const void *value;
    size_t size;
  } unset[] = {
      [SB_TYPE_QUANTITY] = {&not_given, sizeof not_given},
      [SB_TYPE_INTEGER] = {&none, sizeof none},
      [SB_TYPE_CHOICE] = {&none, sizeof none},
      [SB_TYPE_SPECIES] = {&none, sizeof none},
      [SB_TYPE_VARIANT] = {&no_variant, sizeof no_variant},
      [SB_TYPE_WAVEFORM] = {&no_variant, sizeof no_variant},
      [SB_TYPE_CUSTOM] = {NULL, 0}, /* all others: the zeroes that are there */
  };
  if (unset[field->type].value != NULL) {
    memcpy(destination, unset[field->type].value, unset[field->type].size);
  }
}

bool sb_field_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  static SbReadFunction *const readers[] = {
      [SB_TYPE_QUANTITY] = sb_read_quantity_field,
      [SB_TYPE_INTEGER] = sb_read_integer,
      [SB_TYPE_TEXT] = sb_read_text,
      [SB_TYPE_CHOICE] = sb_read_choice,
      [SB_TYPE_SPECIES] = sb_read_species,
      [SB_TYPE_SPECIES_LIST] = sb_read_species_list,
      [SB_TYPE_SPECIES_MAP] = sb_read_species_map,
      [SB_TYPE_PER_SPECIES] = sb_read_per_species,
      [SB_TYPE_STRUCT] = sb_read_struct,
      [SB_TYPE_LIST] = sb_read_list,
      [SB_TYPE_VARIANT] = sb_read_variant,
      [SB_TYPE_VARIANT_LIST] = sb_read_variant_list,
      [SB_TYPE_WAVEFORM] = sb_read_waveform,
  };
  sb_field_unset(field, destination);
  return field->type == SB_TYPE_CUSTOM ? field->read(reader, field, node, destination)
                                       : readers[field->type](reader, field, node, destination);
}

/* The default as a tree. Plain words need no parser. */
static const SbNode *default_node(SbReader *reader, const SbField *field, SbMark mark) {
  const char *text = field->default_text;
  if (strpbrk(text, "[{\"'") != NULL) {
    SbDiagnostics *own = sb_diagnostics_create("default", text, strlen(text));
    SbNode *node = sb_tree_parse(reader->arena, text, strlen(text), own);
    sb_diagnostics_destroy(&own);
    if (node == NULL) {
      sb_error(reader->diagnostics, mark, "the default '%s' of '%s' is not YAML", text, field->key);
    }
    return node;
  }
  SbNode *node = sb_arena_alloc(reader->arena, 1, sizeof *node);
  *node = (SbNode){.type = SB_NODE_SCALAR, .mark = mark, .text = text};
  return node;
}

static bool read_absent_struct(SbReader *reader, const SbField *field, SbMark mark, void *destination) {
  SbKeys nothing = {0};
  SbSource source = {.inside = &nothing, .beside = &nothing, .mark = mark, .present = false};
  return sb_fields_read(reader, field->schema, &source, destination);
}

static bool read_absent(SbReader *reader, const SbSchema *schema, const SbField *field, const SbSource *source,
                        void *params) {
  void *destination = (char *)params + field->offset;
  const char *name = field->key[0] == '\0' ? schema->name : field->key;
  sb_field_unset(field, destination);
  if ((field->flags & SB_FIELD_REQUIRED) && source->present) {
    sb_error(reader->diagnostics, source->mark, "%s: '%s' is missing (%s)", sb_owner(reader, schema, params), name,
             sb_field_expectation(reader->arena, field));
    return false;
  }
  if (field->default_text != NULL) {
    const SbNode *node = default_node(reader, field, source->mark);
    return node != NULL && sb_field_read(reader, field, node, destination);
  }
  return field->type == SB_TYPE_STRUCT ? read_absent_struct(reader, field, source->mark, destination) : true;
}

/* A variant with an empty key, chosen among the keys around it. */
static bool read_chosen(SbReader *reader, const SbField *field, const SbSource *source, SbKeys *keys,
                        SbVariant *variant) {
  sb_field_unset(field, variant);
  bool required = (field->flags & SB_FIELD_REQUIRED) && source->present;
  bool ok = sb_variant_read(reader, field, keys, source->mark, required, variant);
  if (ok && variant->schema == NULL && field->default_text != NULL) {
    const SbNode *node = default_node(reader, field, source->mark);
    ok = node != NULL && sb_read_variant(reader, field, node, variant);
  }
  return ok;
}

static bool read_field(SbReader *reader, const SbSchema *schema, const SbField *field, const SbSource *source,
                       void *params) {
  void *destination = (char *)params + field->offset;
  SbKeys *keys = field->flags & SB_FIELD_BESIDE ? source->beside : source->inside;
  bool keyless = field->key[0] == '\0';
  if (keyless && field->type == SB_TYPE_VARIANT) {
    return read_chosen(reader, field, source, keys, destination);
  }
  const SbNode *node = keyless ? source->value : sb_keys_take(keys, field->key);
  const char *former = keyless ? reader->label : sb_reader_label(reader, field->key);
  bool ok = node == NULL ? read_absent(reader, schema, field, source, params)
                         : sb_field_read(reader, field, node, destination);
  sb_reader_label(reader, former);
  return ok;
}

bool sb_fields_read(SbReader *reader, const SbSchema *schema, const SbSource *source, void *params) {
  bool ok = true;
  for (const SbField *field = schema->fields; field->key != NULL; field++) {
    ok = read_field(reader, schema, field, source, params) && ok;
  }
  return ok;
}

bool sb_schema_read(SbReader *reader, const SbSchema *schema, const SbNode *map, void *params) {
  if (map->type != SB_NODE_MAP) {
    sb_error(reader->diagnostics, map->mark, "%s must be a map, {key: value, ...}; found %s", schema->name,
             sb_found(reader, map));
    SbKeys nothing = {0};
    SbSource absent = {.inside = &nothing, .beside = &nothing, .mark = map->mark, .present = false};
    sb_fields_read(reader, schema, &absent, params);
    return false;
  }
  SbKeys keys = sb_keys(reader, map);
  SbSource source = {.inside = &keys, .beside = &keys, .mark = map->mark, .present = true};
  size_t errors = sb_diagnostics_errors(reader->diagnostics);
  bool ok = sb_fields_read(reader, schema, &source, params);
  ok = sb_keys_report_unknown(reader, &keys, schema, params) && ok;
  if (ok && schema->check != NULL) {
    schema->check(reader, params, map);
  }
  return ok && sb_diagnostics_errors(reader->diagnostics) == errors;
}
