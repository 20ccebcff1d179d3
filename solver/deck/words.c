/* The wording of messages: what was found, what is expected, what may have been meant, and keys that nobody knows. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "deck/reader.h"

enum { MOST_NAMES = 256, MOST_SLOTS = 16 };

const char *sb_found(SbReader *reader, const SbNode *node) {
  if (node->type != SB_NODE_SCALAR) {
    return node->type == SB_NODE_LIST ? "a list" : "a map";
  }
  if (node->text[0] == '\0' && !node->quoted) {
    return "nothing";
  }
  bool is_long = strlen(node->text) > 60;
  return sb_arena_printf(reader->arena, is_long ? "'%.57s...'" : "'%s'", node->text);
}

const char *sb_join_words(SbArena *arena, const char *const *words) {
  char text[1024] = "";
  size_t length = 0;
  for (size_t i = 0; words[i] != NULL && length < sizeof text; i++) {
    length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", i == 0 ? "" : ", ", words[i]);
  }
  return sb_arena_text(arena, text);
}

const char *sb_join_variants(SbArena *arena, const SbSchema *const *variants) {
  const char *names[MOST_NAMES + 1] = {NULL};
  for (size_t i = 0; variants[i] != NULL && i < MOST_NAMES; i++) {
    names[i] = variants[i]->name;
  }
  return sb_join_words(arena, names);
}

const char *sb_suggestion(SbReader *reader, const char *word, const char *const *names, size_t count) {
  const char *nearest = sb_names_nearest(word, names, count);
  return nearest == NULL ? "" : sb_arena_printf(reader->arena, "; did you mean '%s'?", nearest);
}

const char *sb_owner(SbReader *reader, const SbSchema *schema, const void *params) {
  const char *name = sb_schema_entry_name(schema, params);
  return name == NULL ? schema->name : sb_arena_printf(reader->arena, "%s '%.60s'", schema->name, name);
}

/* ---- what a field takes ---- */

static const char *quantity_words(SbArena *arena, const SbField *field) {
  if (field->flags & (SB_FIELD_PARENT_DIMENSION | SB_FIELD_PARENT_RATE)) {
    return field->flags & SB_FIELD_PARENT_RATE ? "a value per time" : "a value";
  }
  bool own = field->dimension == SB_DIMENSION_NONE && field->default_text != NULL;
  return sb_arena_printf(arena, "%s, e.g. %s", sb_dimension_phrase(field->dimension),
                         own ? field->default_text : sb_dimension_example(field->dimension));
}

static const char *map_words(SbArena *arena, const SbField *field) {
  return sb_arena_printf(arena, "a map, e.g. {K+: %s}", sb_dimension_example(field->dimension));
}

static const char *per_species_words(SbArena *arena, const SbField *field) {
  return sb_arena_printf(arena, "%s, or a map, e.g. {K+: %s}", quantity_words(arena, field),
                         sb_dimension_example(field->dimension));
}

static const char *choice_words(SbArena *arena, const SbField *field) {
  return sb_arena_printf(arena, "one of %s", sb_join_words(arena, field->choices));
}

static const char *variant_words(SbArena *arena, const SbField *field) {
  return sb_arena_printf(arena, "one of %s", sb_join_variants(arena, field->variants));
}

static const char *list_words(SbArena *arena, const SbField *field) {
  return sb_arena_printf(arena, "a list, each entry a %s", field->schema->name);
}

static const char *variant_list_words(SbArena *arena, const SbField *field) {
  return sb_arena_printf(arena, "a list, each entry one of %s", sb_join_variants(arena, field->variants));
}

static const char *waveform_words(SbArena *arena, const SbField *field) {
  return sb_arena_printf(arena, "%s, or a waveform", quantity_words(arena, field));
}

static const char *custom_words(SbArena *arena, const SbField *field) {
  (void)arena;
  return field->grammar;
}

const char *sb_field_expectation(SbArena *arena, const SbField *field) {
  static const struct {
    const char *fixed;
    const char *(*made)(SbArena *arena, const SbField *field);
  } words[] = {
      [SB_TYPE_QUANTITY] = {.made = quantity_words},
      [SB_TYPE_INTEGER] = {.fixed = "a whole number"},
      [SB_TYPE_TEXT] = {.fixed = "text"},
      [SB_TYPE_CHOICE] = {.made = choice_words},
      [SB_TYPE_SPECIES] = {.fixed = "a species of the deck"},
      [SB_TYPE_SPECIES_LIST] = {.fixed = "a list of species, e.g. [K+, Cl-]"},
      [SB_TYPE_SPECIES_MAP] = {.made = map_words},
      [SB_TYPE_PER_SPECIES] = {.made = per_species_words},
      [SB_TYPE_STRUCT] = {.fixed = "a map"},
      [SB_TYPE_LIST] = {.made = list_words},
      [SB_TYPE_VARIANT] = {.made = variant_words},
      [SB_TYPE_VARIANT_LIST] = {.made = variant_list_words},
      [SB_TYPE_WAVEFORM] = {.made = waveform_words},
      [SB_TYPE_CUSTOM] = {.made = custom_words},
  };
  const char *text = words[field->type].made != NULL ? words[field->type].made(arena, field) : words[field->type].fixed;
  return text == NULL ? "a value" : text;
}

/* ---- unknown keys ---- */

/* A variant that is chosen in the map at hand. */
typedef struct {
  const SbField *field;
  const SbVariant *chosen;
  bool required; /* so that its absence is an error of its own */
} Slot;

/* The keys that a map may hold. */
typedef struct {
  size_t name_count, slot_count;
  const char *names[MOST_NAMES];
  Slot slots[MOST_SLOTS];
} Known;

static void add_name(Known *known, const char *name) {
  if (known->name_count < MOST_NAMES) {
    known->names[known->name_count++] = name;
  }
}

static void add_fields(Known *known, const SbSchema *schema, const void *params, bool beside);

static void add_slot(Known *known, const SbField *field, const SbVariant *chosen, bool required) {
  for (size_t i = 0; field->variants[i] != NULL; i++) {
    add_name(known, field->variants[i]->name);
  }
  if (known->slot_count < MOST_SLOTS) {
    known->slots[known->slot_count++] = (Slot){field, chosen, required};
  }
  if (chosen->schema != NULL) {
    add_fields(known, chosen->schema, chosen->params, true);
  }
}

static void add_fields(Known *known, const SbSchema *schema, const void *params, bool beside) {
  for (const SbField *field = schema->fields; field->key != NULL; field++) {
    bool stands_beside = (field->flags & SB_FIELD_BESIDE) != 0;
    if (stands_beside != beside) {
      continue;
    }
    if (field->key[0] != '\0') {
      add_name(known, field->key);
    } else if (field->type == SB_TYPE_VARIANT) {
      add_slot(known, field, (const SbVariant *)((const char *)params + field->offset),
               (field->flags & SB_FIELD_REQUIRED) != 0);
    }
  }
}

/* The variant of a slot that has key beside it, or NULL. */
static const SbSchema *variant_with(const Slot *slot, const char *key) {
  for (size_t i = 0; slot->field->variants[i] != NULL; i++) {
    const SbField *field = slot->field->variants[i]->fields;
    for (; field->key != NULL; field++) {
      if ((field->flags & SB_FIELD_BESIDE) && strcmp(field->key, key) == 0) {
        return slot->field->variants[i];
      }
    }
  }
  return NULL;
}

static void report_key(SbReader *reader, const SbNode *key, const Known *known, const char *owner) {
  for (size_t i = 0; i < known->slot_count; i++) {
    const Slot *slot = &known->slots[i];
    const SbSchema *other = variant_with(slot, key->text);
    if (other != NULL && slot->chosen->schema != NULL) {
      sb_error(reader->diagnostics, key->mark, "'%s' goes with '%s', not with '%s'", key->text, other->name,
               slot->chosen->schema->name);
      return;
    }
    if (other != NULL && slot->required) {
      return; /* that nothing is chosen is said elsewhere */
    }
  }
  const char *suggestion = sb_suggestion(reader, key->text, known->names, known->name_count);
  sb_error(reader->diagnostics, key->mark, "unknown key '%.80s' in %s%s", key->text, owner, suggestion);
}

static bool report_unused(SbReader *reader, const SbKeys *keys, const Known *known, const char *owner) {
  bool ok = true;
  for (size_t i = 0; i < keys->map->count; i++) {
    if (!keys->used[i]) {
      report_key(reader, keys->map->keys[i], known, owner);
      ok = false;
    }
  }
  return ok;
}

bool sb_keys_report_unknown(SbReader *reader, const SbKeys *keys, const SbSchema *schema, const void *params) {
  Known known = {0};
  add_fields(&known, schema, params, false);
  return report_unused(reader, keys, &known, sb_owner(reader, schema, params));
}

bool sb_keys_report_unknown_beside(SbReader *reader, const SbKeys *keys, const SbField *field,
                                   const SbVariant *variant) {
  Known known = {0};
  add_slot(&known, field, variant, true);
  const char *owner = variant->schema != NULL ? sb_owner(reader, variant->schema, variant->params) : reader->label;
  return report_unused(reader, keys, &known, owner);
}
