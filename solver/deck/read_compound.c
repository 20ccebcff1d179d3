/* Readers of values made of others: species lists and maps, structs, lists, variants, waveforms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "deck/reader.h"

static bool wants(SbReader *reader, const SbNode *node, SbNodeType type, const SbField *field) {
  if (node->type == type) {
    return true;
  }
  sb_error(reader->diagnostics, node->mark, "'%s' must be %s; found %s", reader->label,
           sb_field_expectation(reader->arena, field), sb_found(reader, node));
  return false;
}

bool sb_read_species_list(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  if (!wants(reader, node, SB_NODE_LIST, field)) {
    return false;
  }
  SbIndexList list = {.index = sb_arena_alloc(reader->arena, node->count, sizeof(int))};
  bool ok = true;
  for (size_t i = 0; i < node->count; i++) {
    int species = sb_reader_species(reader, node->values[i]);
    bool twice = false;
    for (int j = 0; j < list.count && species >= 0; j++) {
      twice = twice || list.index[j] == species;
    }
    if (twice) {
      sb_error(reader->diagnostics, node->values[i]->mark, "%s stands in '%s' twice", sb_found(reader, node->values[i]),
               reader->label);
    }
    ok = ok && species >= 0 && !twice;
    if (species >= 0 && !twice) { /* so the list is never longer than the deck's species */
      list.index[list.count++] = species;
    }
  }
  *(SbIndexList *)destination = list;
  return ok;
}

/* Room for one value for each species and the one for all; all NAN. */
static double *species_values(SbReader *reader) {
  size_t count = (size_t)reader->species_count + 1;
  double *values = sb_arena_alloc(reader->arena, count, sizeof *values);
  for (size_t i = 0; i < count; i++) {
    values[i] = NAN;
  }
  return values;
}

bool sb_read_species_map(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  double *values = species_values(reader);
  *(double **)destination = values;
  if (!wants(reader, node, SB_NODE_MAP, field)) {
    return false;
  }
  bool ok = true;
  const char *label = reader->label;
  for (size_t i = 0; i < node->count; i++) {
    int species = sb_reader_species(reader, node->keys[i]);
    double ignored;
    reader->label = sb_arena_printf(reader->arena, "%s.%.40s", label, node->keys[i]->text);
    bool read = sb_read_quantity_field(reader, field, node->values[i], species < 0 ? &ignored : &values[species]);
    reader->label = label;
    ok = read && species >= 0 && ok;
  }
  return ok;
}

bool sb_read_per_species(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  if (node->type == SB_NODE_MAP) {
    return sb_read_species_map(reader, field, node, destination);
  }
  double *values = species_values(reader);
  *(double **)destination = values;
  if (!wants(reader, node, SB_NODE_SCALAR, field)) {
    return false;
  }
  double one;
  bool ok = sb_read_quantity_field(reader, field, node, &one);
  for (int i = 0; i <= reader->species_count; i++) {
    values[i] = one;
  }
  return ok;
}

double sb_per_species(const double *values, int species_count, int species) {
  if (values == NULL) {
    return NAN;
  }
  return isnan(values[species_count]) ? values[species] : values[species_count];
}

bool sb_read_struct(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  return sb_schema_read(reader, field->schema, node, destination);
}

/* ---- variants ---- */

/* Params of variant->schema from the value under the choosing key (NULL: the bare name) and the keys beside it. */
static bool read_params(SbReader *reader, const SbNode *value, SbKeys *beside, SbVariant *variant) {
  const SbSchema *schema = variant->schema;
  variant->params = sb_arena_alloc(reader->arena, 1, schema->size);
  bool has_value = sb_schema_value_field(schema) != NULL;
  SbKeys inside = {0};
  SbSource source = {.inside = &inside, .beside = beside, .mark = variant->mark, .present = true};
  bool ok = true;
  if (has_value) {
    source.value = value;
  } else if (value != NULL && value->type == SB_NODE_MAP) {
    inside = sb_keys(reader, value);
  } else if (value != NULL) {
    sb_error(reader->diagnostics, value->mark, "'%s' takes a map of its settings, {key: value, ...}; found %s",
             schema->name, sb_found(reader, value));
    source.present = ok = false;
  }
  size_t errors = sb_diagnostics_errors(reader->diagnostics);
  ok = sb_fields_read(reader, schema, &source, variant->params) && ok;
  if (inside.map != NULL) {
    ok = sb_keys_report_unknown(reader, &inside, schema, variant->params) && ok;
  }
  if (ok && schema->check != NULL) {
    schema->check(reader, variant->params, value);
  }
  return ok && sb_diagnostics_errors(reader->diagnostics) == errors;
}

static size_t place_of_key(const SbNode *map, const char *key) {
  for (size_t i = 0; map != NULL && i < map->count; i++) {
    if (strcmp(map->keys[i]->text, key) == 0) {
      return i;
    }
  }
  return map == NULL ? 0 : map->count;
}

static bool has_key(const SbNode *map, const char *key) {
  return map != NULL && place_of_key(map, key) < map->count;
}

/* Whether a variant that is present in the map takes key as a sibling of its own, so that key does not choose. */
static bool is_sibling_of_present(const SbField *field, const SbNode *map, const char *key) {
  for (size_t i = 0; field->variants[i] != NULL; i++) {
    const SbField *own = field->variants[i]->fields;
    for (; own->key != NULL && has_key(map, field->variants[i]->name); own++) {
      if ((own->flags & SB_FIELD_BESIDE) && strcmp(own->key, key) == 0) {
        return true;
      }
    }
  }
  return false;
}

/* The first variant whose key is present; all others present are errors. -1: none. */
static int choose(SbReader *reader, const SbField *field, SbKeys *keys, bool *ok) {
  const SbNode *map = keys->map;
  int chosen = -1;
  size_t chosen_place = 0;
  for (int i = 0; field->variants[i] != NULL; i++) {
    const char *name = field->variants[i]->name;
    if (!has_key(map, name) || is_sibling_of_present(field, map, name)) {
      continue;
    }
    size_t place = place_of_key(map, name);
    keys->used[place] = true;
    if (chosen >= 0) {
      size_t later = place > chosen_place ? place : chosen_place;
      sb_error(reader->diagnostics, map->keys[later]->mark, "'%s' and '%s' exclude each other; give one of %s",
               field->variants[chosen]->name, name, sb_join_variants(reader->arena, field->variants));
      *ok = false;
    }
    if (chosen < 0 || place < chosen_place) {
      chosen = i;
      chosen_place = place;
    }
  }
  return chosen;
}

/* Says that no variant was chosen, at the key that looks like a misspelt one if there is such a key. */
static void report_none_chosen(SbReader *reader, const SbField *field, SbKeys *keys, SbMark mark) {
  const char *label = reader->label == NULL ? "this map" : reader->label;
  for (size_t i = 0; keys->map != NULL && i < keys->map->count; i++) {
    const SbNode *key = keys->map->keys[i];
    const char *suggestion = "";
    for (size_t v = 0; field->variants[v] != NULL && !keys->used[i] && suggestion[0] == '\0'; v++) {
      suggestion = sb_suggestion(reader, key->text, &field->variants[v]->name, 1);
    }
    if (suggestion[0] != '\0') {
      sb_error(reader->diagnostics, key->mark, "unknown key '%.80s' in %s%s", key->text, label, suggestion);
      keys->used[i] = true;
      return;
    }
  }
  sb_error(reader->diagnostics, mark, "'%s' needs one of %s", label, sb_join_variants(reader->arena, field->variants));
}

bool sb_variant_read(SbReader *reader, const SbField *field, SbKeys *keys, SbMark mark, bool required,
                     SbVariant *variant) {
  bool ok = true;
  int chosen = choose(reader, field, keys, &ok);
  if (chosen < 0) {
    if (required) {
      report_none_chosen(reader, field, keys, mark);
    }
    return !required;
  }
  const SbSchema *schema = field->variants[chosen];
  size_t place = place_of_key(keys->map, schema->name);
  *variant = (SbVariant){.schema = schema, .index = chosen, .mark = keys->map->keys[place]->mark};
  const char *label = sb_reader_label(reader, schema->name);
  ok = read_params(reader, keys->map->values[place], keys, variant) && ok;
  sb_reader_label(reader, label);
  return ok;
}

static bool read_bare_name(SbReader *reader, const SbField *field, const SbNode *node, SbVariant *variant) {
  SbKeys nothing = {0};
  for (int i = 0; field->variants[i] != NULL; i++) {
    if (strcmp(field->variants[i]->name, node->text) == 0) {
      *variant = (SbVariant){.schema = field->variants[i], .index = i, .mark = node->mark};
      return read_params(reader, NULL, &nothing, variant);
    }
  }
  const char *suggestion = "";
  for (size_t i = 0; field->variants[i] != NULL && suggestion[0] == '\0'; i++) {
    suggestion = sb_suggestion(reader, node->text, &field->variants[i]->name, 1);
  }
  sb_error(reader->diagnostics, node->mark, "'%s' takes one of %s; found %s%s", reader->label,
           sb_join_variants(reader->arena, field->variants), sb_found(reader, node), suggestion);
  return false;
}

bool sb_read_variant(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbVariant *variant = destination;
  *variant = (SbVariant){.index = -1, .mark = node->mark};
  if (node->type == SB_NODE_SCALAR) {
    return read_bare_name(reader, field, node, variant);
  }
  if (node->type == SB_NODE_LIST) {
    sb_error(reader->diagnostics, node->mark, "'%s' takes one of %s; found a list", reader->label,
             sb_join_variants(reader->arena, field->variants));
    return false;
  }
  SbKeys keys = sb_keys(reader, node);
  bool ok = sb_variant_read(reader, field, &keys, node->mark, true, variant);
  return sb_keys_report_unknown_beside(reader, &keys, field, variant) && ok;
}

bool sb_read_waveform(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbDimension parent = reader->parent;
  SbRange parent_range = reader->parent_range;
  reader->parent = sb_field_dimension(field, parent);
  reader->parent_range = field->range;
  bool ok = false;
  SbVariant *variant = destination;
  if (node->type == SB_NODE_SCALAR) {
    int constant = 0;
    while (strcmp(field->variants[constant]->name, "constant") != 0) {
      constant++;
    }
    SbKeys nothing = {0};
    *variant = (SbVariant){.schema = field->variants[constant], .index = constant, .mark = node->mark};
    ok = read_params(reader, node, &nothing, variant);
  } else {
    ok = sb_read_variant(reader, field, node, variant);
  }
  reader->parent = parent;
  reader->parent_range = parent_range;
  return ok;
}

/* ---- lists ---- */

/* Place of the name in an entry's node, for the caret. */
static SbMark name_mark(const SbSchema *schema, const SbNode *entry) {
  const SbField *field = sb_schema_names_field(schema);
  const SbNode *name = sb_tree_get(entry, field->key[0] == '\0' ? schema->name : field->key);
  return name == NULL ? entry->mark : name->mark;
}

/* An entry's schema and struct, whether the list is of structs or of variants. */
static const SbSchema *entry_schema(const SbField *field, const SbList *list, int i, void **params) {
  if (field->schema != NULL) {
    *params = (char *)list->items + (size_t)i * field->schema->size;
    return field->schema;
  }
  const SbVariant *variant = (const SbVariant *)list->items + i;
  *params = variant->params;
  return variant->schema;
}

typedef struct {
  const char *name, *what; /* what: name of its schema */
  SbMark mark;             /* of the name */
  size_t line;             /* of the entry */
  int place;
} EntryName;

static int by_name_then_place(const void *a, const void *b) {
  const EntryName *x = a, *y = b;
  int order = strcmp(x->name, y->name);
  return order != 0 ? order : x->place - y->place;
}

static bool names_are_unique(SbReader *reader, const SbField *field, const SbNode *node, const SbList *list) {
  EntryName *names = sb_arena_alloc(reader->arena, (size_t)list->count, sizeof *names);
  size_t count = 0;
  for (int i = 0; i < list->count; i++) {
    void *params;
    const SbSchema *schema = entry_schema(field, list, i, &params);
    const char *name = schema == NULL ? NULL : sb_schema_entry_name(schema, params);
    if (schema != NULL && name != NULL) {
      SbMark mark = name_mark(schema, node->values[i]);
      names[count++] = (EntryName){name, schema->name, mark, list->marks[i].line, i};
    }
  }
  if (count > 1) {
    qsort(names, count, sizeof *names, by_name_then_place);
  }
  bool ok = true;
  for (size_t i = 1, first = 0; i < count; i++) {
    const EntryName *entry = &names[i], *taken = &names[first];
    if (strcmp(entry->name, taken->name) != 0) {
      first = i;
      continue;
    }
    sb_error(reader->diagnostics, entry->mark, "the name '%.60s' is taken by the %s at line %zu", entry->name,
             taken->what, taken->line);
    ok = false;
  }
  return ok;
}

static bool start_list(SbReader *reader, const SbField *field, const SbNode *node, size_t size, SbList *list) {
  *list = (SbList){0};
  if (!wants(reader, node, SB_NODE_LIST, field)) {
    return false;
  }
  list->count = (int)node->count;
  list->items = sb_arena_alloc(reader->arena, node->count, size);
  list->marks = sb_arena_alloc(reader->arena, node->count, sizeof(SbMark));
  for (size_t i = 0; i < node->count; i++) {
    list->marks[i] = node->values[i]->mark;
  }
  return true;
}

bool sb_read_list(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbList *list = destination;
  if (!start_list(reader, field, node, field->schema->size, list)) {
    return false;
  }
  bool ok = true;
  for (size_t i = 0; i < node->count; i++) {
    ok = sb_schema_read(reader, field->schema, node->values[i], (char *)list->items + i * field->schema->size) && ok;
  }
  return names_are_unique(reader, field, node, list) && ok;
}

bool sb_read_variant_list(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbList *list = destination;
  if (!start_list(reader, field, node, sizeof(SbVariant), list)) {
    return false;
  }
  bool ok = true;
  for (size_t i = 0; i < node->count; i++) {
    ok = sb_read_variant(reader, field, node->values[i], (SbVariant *)list->items + i) && ok;
  }
  return names_are_unique(reader, field, node, list) && ok;
}
