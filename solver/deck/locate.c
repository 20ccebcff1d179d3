/* Follows the path of a number through structs that were read by their schemas. */
#include <math.h>
#include <string.h>

#include "deck/reader.h"

typedef struct {
  SbLocation location;
  SbDimension parent; /* inside a waveform: dimension and range of its values */
  SbRange parent_range;
} Search;

typedef double *Locate(Search *search, const SbField *field, void *destination, const char *path);

static double *fail(Search *search, const char *reason) {
  search->location.reason = reason;
  return NULL;
}

/* What follows `word` and its dot in path; NULL where path does not start with that key. */
static const char *after(const char *path, const char *word) {
  size_t length = strlen(word);
  if (length == 0 || strncmp(path, word, length) != 0) {
    return NULL;
  }
  if (path[length] == '\0') {
    return path + length;
  }
  return path[length] == '.' && path[length + 1] != '\0' ? path + length + 1 : NULL;
}

/* As above for the plural of word: `regions` for `region`. */
static const char *after_plural(const char *path, const char *word) {
  size_t length = strlen(word);
  return strncmp(path, word, length) == 0 && path[length] == 's' ? after(path + length, "s") : NULL;
}

int sb_locate_species(const char **path, SbLocation *location) {
  int found = -1;
  const char *rest = NULL;
  for (int i = 0; i < location->species_count; i++) {
    const char *candidate = after(*path, location->species_names[i]);
    if (candidate != NULL && (rest == NULL || candidate > rest)) {
      found = i;
      rest = candidate;
    }
  }
  if (found < 0) {
    location->reason = (*path)[0] == '\0' ? "a species must follow in the path" : "no species has this name";
    return -1;
  }
  *path = rest;
  location->species = found;
  return found;
}

static double *given_number(Search *search, const SbField *field, double *number, const char *path) {
  if (path[0] != '\0') {
    return fail(search, "the path goes on behind a number");
  }
  if (isnan(*number)) {
    return fail(search, "the deck gives no value there");
  }
  search->location.dimension = sb_field_dimension(field, search->parent);
  search->location.flags = field->flags;
  bool inherits = (field->flags & SB_FIELD_PARENT_DIMENSION) && field->range.rule == SB_ANY;
  search->location.range = inherits ? search->parent_range : field->range;
  return number;
}

static double *in_quantity(Search *search, const SbField *field, void *destination, const char *path) {
  return given_number(search, field, destination, path);
}

static double *in_per_species(Search *search, const SbField *field, void *destination, const char *path) {
  double *values = *(double **)destination;
  if (values == NULL) {
    return fail(search, "the deck gives no value there");
  }
  double *all = &values[search->location.species_count];
  if (path[0] == '\0' && !isnan(*all)) {
    return given_number(search, field, all, path);
  }
  int species = sb_locate_species(&path, &search->location);
  if (species < 0) {
    return NULL;
  }
  return isnan(*all) ? given_number(search, field, &values[species], path)
                     : fail(search, "one value is given for all species there: leave the species out");
}

static Locate in_value;

static double *in_variant(Search *search, const SbVariant *variant, const char *path);

/* A variant that was chosen among the keys of the map: by its own key, or through one that stands beside it. */
static double *beside_variant(Search *search, const SbVariant *variant, const char *path, bool *known) {
  if (variant->schema == NULL) {
    return NULL;
  }
  const char *rest = after(path, variant->schema->name);
  *known = rest != NULL;
  if (rest != NULL) {
    return in_variant(search, variant, rest);
  }
  for (const SbField *field = variant->schema->fields; field->key != NULL; field++) {
    rest = field->flags & SB_FIELD_BESIDE ? after(path, field->key) : NULL;
    if (rest != NULL) {
      *known = true;
      return in_value(search, field, (char *)variant->params + field->offset, rest);
    }
  }
  return NULL;
}

static double *in_struct(Search *search, const SbSchema *schema, void *params, const char *path);

/* An entry of a list by its name; only entries of schema `only` where that is not NULL. */
static double *in_list(Search *search, const SbField *field, const SbList *list, const SbSchema *only,
                       const char *path) {
  for (int i = 0; i < list->count; i++) {
    const SbSchema *schema = field->schema;
    void *params = NULL;
    if (schema != NULL) {
      params = (char *)list->items + (size_t)i * schema->size;
    } else {
      const SbVariant *variant = (const SbVariant *)list->items + i;
      schema = variant->schema;
      params = variant->params;
    }
    if (schema == NULL || (only != NULL && only != schema)) {
      continue;
    }
    const char *name = sb_schema_entry_name(schema, params);
    const char *rest = name == NULL ? NULL : after(path, name);
    if (rest != NULL) {
      return in_struct(search, schema, params, rest);
    }
  }
  return fail(search, path[0] == '\0' ? "the name of an entry must follow in the path" : "no entry has this name");
}

static double *in_plural(Search *search, const SbField *field, void *destination, const char *path, bool *known) {
  const SbSchema *const single[] = {field->schema, NULL};
  const SbSchema *const *schemas = field->type == SB_TYPE_LIST ? single : field->variants;
  bool is_list = field->type == SB_TYPE_LIST || field->type == SB_TYPE_VARIANT_LIST;
  for (size_t i = 0; is_list && schemas[i] != NULL; i++) {
    const char *rest = after_plural(path, schemas[i]->name);
    if (rest != NULL) {
      *known = true;
      return in_list(search, field, destination, schemas[i], rest);
    }
  }
  return NULL;
}

/* Some field of a struct; *known: whether the path's first key belongs to one. */
static double *in_fields(Search *search, const SbSchema *schema, void *params, const char *path, bool *known) {
  *known = false;
  for (const SbField *field = schema->fields; field->key != NULL && !*known; field++) {
    void *destination = (char *)params + field->offset;
    const char *rest = after(path, field->key);
    double *number = NULL;
    if (rest != NULL) {
      *known = true;
      number = in_value(search, field, destination, rest);
    } else if (field->key[0] == '\0' && field->type == SB_TYPE_VARIANT) {
      number = beside_variant(search, destination, path, known);
    } else {
      number = in_plural(search, field, destination, path, known);
    }
    if (*known) {
      return number;
    }
  }
  return NULL;
}

static double *in_struct(Search *search, const SbSchema *schema, void *params, const char *path) {
  bool known;
  double *number = in_fields(search, schema, params, path, &known);
  if (known) {
    return number;
  }
  return fail(search, path[0] == '\0' ? "this is a part of the deck, not a number" : "no such key in the deck");
}

static double *in_variant(Search *search, const SbVariant *variant, const char *path) {
  bool known;
  double *number = in_fields(search, variant->schema, variant->params, path, &known);
  if (known) {
    return number;
  }
  const SbField *field = sb_schema_value_field(variant->schema);
  if (field == NULL) {
    return fail(search, path[0] == '\0' ? "this is a part of the deck, not a number" : "no such key in the deck");
  }
  return in_value(search, field, (char *)variant->params + field->offset, path);
}

static double *in_struct_field(Search *search, const SbField *field, void *destination, const char *path) {
  return in_struct(search, field->schema, destination, path);
}

static double *in_list_field(Search *search, const SbField *field, void *destination, const char *path) {
  return in_list(search, field, destination, NULL, path);
}

static double *in_variant_field(Search *search, const SbField *field, void *destination, const char *path) {
  (void)field;
  const SbVariant *variant = destination;
  if (variant->schema == NULL) {
    return fail(search, "the deck gives no value there");
  }
  const char *rest = after(path, variant->schema->name);
  return in_variant(search, variant, rest == NULL ? path : rest);
}

static double *in_waveform(Search *search, const SbField *field, void *destination, const char *path) {
  const SbVariant *variant = destination;
  if (variant->schema == NULL) {
    return fail(search, "the deck gives no value there");
  }
  SbDimension parent = search->parent;
  SbRange parent_range = search->parent_range;
  search->parent = sb_field_dimension(field, parent);
  search->parent_range = field->range;
  bool constant = strcmp(variant->schema->name, "constant") == 0;
  const char *rest = constant ? path : after(path, variant->schema->name);
  double *number = rest == NULL
                       ? fail(search, "a waveform stands there: name one of its parameters, e.g. sine.amplitude")
                       : in_variant(search, variant, rest);
  search->parent = parent;
  search->parent_range = parent_range;
  return number;
}

static double *in_custom(Search *search, const SbField *field, void *destination, const char *path) {
  search->location.flags = field->flags;
  return field->locate == NULL ? fail(search, "this is no single number")
                               : field->locate(field, destination, path, &search->location);
}

static double *in_value(Search *search, const SbField *field, void *destination, const char *path) {
  static Locate *const locate[] = {
      [SB_TYPE_QUANTITY] = in_quantity,       [SB_TYPE_SPECIES_MAP] = in_per_species,
      [SB_TYPE_PER_SPECIES] = in_per_species, [SB_TYPE_STRUCT] = in_struct_field,
      [SB_TYPE_LIST] = in_list_field,         [SB_TYPE_VARIANT] = in_variant_field,
      [SB_TYPE_VARIANT_LIST] = in_list_field, [SB_TYPE_WAVEFORM] = in_waveform,
      [SB_TYPE_CUSTOM] = in_custom,
  };
  return locate[field->type] == NULL ? fail(search, "this is no number with a dimension")
                                     : locate[field->type](search, field, destination, path);
}

double *sb_schema_locate(const SbSchema *schema, void *params, const char *path, SbLocation *location) {
  Search search = {.location = *location};
  search.location.species = -1;
  double *number = in_struct(&search, schema, params, path);
  *location = search.location;
  return number;
}
