/* A copy of what was read by a schema, for those who must not see a sweep change the deck. */
#include <string.h>

#include "deck/schema.h"

/* Replaces what a struct that was copied byte by byte points to by copies of that. */
static void copy_fields(SbArena *arena, const SbSchema *schema, int species_count, char *params);

static void *copy_bytes(SbArena *arena, const void *bytes, size_t count, size_t size) {
  if (!bytes)
    return NULL;
  void *copy = sb_arena_alloc(arena, count, size);
  memcpy(copy, bytes, count * size);
  return copy;
}

static void copy_variant(SbArena *arena, int species_count, SbVariant *variant) {
  if (variant->schema)
    variant->params = sb_schema_copy(arena, variant->schema, species_count, variant->params);
}

static void copy_list(SbArena *arena, const SbField *field, int species_count, SbList *list) {
  const bool variants = field->type == SB_TYPE_VARIANT_LIST;
  const size_t size = variants ? sizeof(SbVariant) : field->schema->size;
  list->items = copy_bytes(arena, list->items, (size_t)list->count, size);
  for (int i = 0; i < list->count; i++) {
    char *item = (char *)list->items + (size_t)i * size;
    if (variants)
      copy_variant(arena, species_count, (SbVariant *)(void *)item);
    else
      copy_fields(arena, field->schema, species_count, item);
  }
}

static void copy_array(SbArena *arena, size_t count, double **array) {
  *array = copy_bytes(arena, *array, count, sizeof **array);
}

static void copy_fields(SbArena *arena, const SbSchema *schema, int species_count, char *params) {
  for (const SbField *field = schema->fields; field->key; field++) {
    void *place = params + field->offset;
    if (field->type == SB_TYPE_SPECIES_MAP)
      copy_array(arena, (size_t)species_count, place);
    else if (field->type == SB_TYPE_PER_SPECIES)
      copy_array(arena, (size_t)species_count + 1, place);
    else if (field->type == SB_TYPE_STRUCT)
      copy_fields(arena, field->schema, species_count, place);
    else if (field->type == SB_TYPE_VARIANT || field->type == SB_TYPE_WAVEFORM)
      copy_variant(arena, species_count, place);
    else if (field->type == SB_TYPE_LIST || field->type == SB_TYPE_VARIANT_LIST)
      copy_list(arena, field, species_count, place);
  }
}

void *sb_schema_copy(SbArena *arena, const SbSchema *schema, int species_count, const void *params) {
  char *copy = copy_bytes(arena, params, 1, schema->size);
  if (copy)
    copy_fields(arena, schema, species_count, copy);
  return copy;
}
