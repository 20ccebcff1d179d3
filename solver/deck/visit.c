/* Visits all numbers of structs that were read by their schemas. The tables say which paths there may be; what stands
   at a path, and whether anything does, is left to sb_schema_locate, so that every path found here can be swept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "deck/reader.h"

typedef struct {
  const SbSchema *root;
  void *params;
  SbLocation names;
  SbVisitNumber *visit;
  void *context;
} Walk;

/* What a field holds, below its path. */
typedef void WalkField(const Walk *walk, const SbField *field, void *value, const char *path);

static WalkField walk_value;

/* "path.key", or the one of both that is not empty; to be freed. */
static char *joined(const char *path, const char *key) {
  const size_t size = strlen(path) + strlen(key) + 2;
  char *text = sb_calloc(size, 1);
  snprintf(text, size, "%s%s%s", path, path[0] != '\0' && key[0] != '\0' ? "." : "", key);
  return text;
}

static void try_number(const Walk *walk, const char *path) {
  SbLocation location = walk->names;
  double *number = sb_schema_locate(walk->root, walk->params, path, &location);
  if (number != NULL) {
    walk->visit(path, number, &location, walk->context);
  }
}

static void try_below(const Walk *walk, const char *path, const char *key) {
  char *whole = joined(path, key);
  try_number(walk, whole);
  free(whole);
}

static void walk_struct(const Walk *walk, const SbSchema *schema, void *params, const char *path) {
  for (const SbField *field = schema->fields; field->key != NULL; field++) {
    if (field->flags & SB_FIELD_EXACT) {
      continue;
    }
    char *whole = joined(path, field->key);
    walk_value(walk, field, (char *)params + field->offset, whole);
    free(whole);
  }
}

static void walk_number(const Walk *walk, const SbField *field, void *value, const char *path) {
  (void)field;
  (void)value;
  try_number(walk, path);
}

static void walk_per_species(const Walk *walk, const SbField *field, void *value, const char *path) {
  (void)field;
  (void)value;
  try_number(walk, path);
  for (int s = 0; s < walk->names.species_count; s++) {
    try_below(walk, path, walk->names.species_names[s]);
  }
}

/* A number, one per species, or one per species and key of the field's schema. */
static void walk_custom(const Walk *walk, const SbField *field, void *value, const char *path) {
  walk_per_species(walk, field, value, path);
  for (int s = 0; s < walk->names.species_count && field->schema != NULL; s++) {
    char *whole = joined(path, walk->names.species_names[s]);
    for (const SbField *inner = field->schema->fields; inner->key != NULL; inner++) {
      try_below(walk, whole, inner->key);
    }
    free(whole);
  }
}

static void walk_in_place(const Walk *walk, const SbField *field, void *value, const char *path) {
  walk_struct(walk, field->schema, value, path);
}

/* What stands beside the choosing key is addressed without it. */
static void walk_variant(const Walk *walk, const SbField *field, void *value, const char *path) {
  const SbVariant *variant = value;
  (void)field;
  if (variant->schema == NULL || variant->params == NULL) {
    return;
  }
  char *inside = joined(path, variant->schema->name);
  for (const SbField *own = variant->schema->fields; own->key != NULL; own++) {
    if (own->flags & SB_FIELD_EXACT) {
      continue;
    }
    char *whole = joined(own->flags & SB_FIELD_BESIDE ? path : inside, own->key);
    walk_value(walk, own, (char *)variant->params + own->offset, whole);
    free(whole);
  }
  free(inside);
}

static void walk_waveform(const Walk *walk, const SbField *field, void *value, const char *path) {
  const SbVariant *variant = value;
  if (variant->schema != NULL && strcmp(variant->schema->name, "constant") == 0) {
    try_number(walk, path);
  } else {
    walk_variant(walk, field, value, path);
  }
}

/* Entries of a list under its key; of one whose key is no plural (`domain`) under that of their schema (`regions`). */
static void walk_list(const Walk *walk, const SbField *field, void *value, const char *path) {
  const SbList *list = value;
  const size_t length = strlen(field->key);
  const int above = (int)(strlen(path) - length);
  const bool plural = length > 0 && field->key[length - 1] == 's';
  for (int i = 0; i < list->count; i++) {
    const SbVariant *variant = field->schema == NULL ? (const SbVariant *)list->items + i : NULL;
    const SbSchema *schema = variant == NULL ? field->schema : variant->schema;
    void *params = variant == NULL ? (char *)list->items + (size_t)i * schema->size : variant->params;
    const char *name = schema == NULL ? NULL : sb_schema_entry_name(schema, params);
    if (name == NULL) {
      continue;
    }
    const size_t size = strlen(path) + strlen(schema->name) + strlen(name) + 3;
    char *whole = sb_calloc(size, 1);
    if (plural) {
      snprintf(whole, size, "%s.%s", path, name);
    } else {
      snprintf(whole, size, "%.*s%ss.%s", above, path, schema->name, name);
    }
    walk_struct(walk, schema, params, whole);
    free(whole);
  }
}

static void walk_value(const Walk *walk, const SbField *field, void *value, const char *path) {
  static WalkField *const walks[] = {
      [SB_TYPE_QUANTITY] = walk_number,
      [SB_TYPE_SPECIES_MAP] = walk_per_species,
      [SB_TYPE_PER_SPECIES] = walk_per_species,
      [SB_TYPE_STRUCT] = walk_in_place,
      [SB_TYPE_LIST] = walk_list,
      [SB_TYPE_VARIANT] = walk_variant,
      [SB_TYPE_VARIANT_LIST] = walk_list,
      [SB_TYPE_WAVEFORM] = walk_waveform,
      [SB_TYPE_CUSTOM] = walk_custom,
  };
  if (walks[field->type] != NULL) {
    walks[field->type](walk, field, value, path);
  }
}

void sb_schema_visit(const SbSchema *schema, void *params, const SbLocation *names, SbVisitNumber *visit,
                     void *context) {
  const Walk walk = {.root = schema, .params = params, .names = *names, .visit = visit, .context = context};
  walk_struct(&walk, schema, params, "");
}
