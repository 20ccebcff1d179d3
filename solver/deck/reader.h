/* Inner part of the deck reader: what its files share. A map is read through SbKeys, which remembers the keys that
   found a field; those left over are unknown. */
#ifndef SB_DECK_READER_H
#define SB_DECK_READER_H

#include "deck/schema.h"

struct SbReader {
  SbArena *arena;
  SbDiagnostics *diagnostics;
  int species_count;
  const char *const *species_names; /* [species_count] */
  const char *label;                /* what messages call the value being read */
  SbDimension parent;               /* inside a waveform: dimension and range of its values */
  SbRange parent_range;
};

typedef struct {
  const SbNode *map; /* NULL: nothing is given */
  bool *used;        /* [map->count] */
} SbKeys;

/* Where the fields of one struct find their values. */
typedef struct {
  const SbNode *value; /* for the field with an empty key; NULL: none */
  SbKeys *inside;      /* the struct's own map */
  SbKeys *beside;      /* siblings of a variant's choosing key; for other structs the same as inside */
  SbMark mark;         /* of the struct, for what is missing */
  bool present;        /* false: defaults only, nothing is required */
} SbSource;

SbKeys sb_keys(SbReader *reader, const SbNode *map);
/* Value under key, which counts as used from now on; NULL where there is none. */
const SbNode *sb_keys_take(SbKeys *keys, const char *key);

/* Dimension of a field's numbers inside a waveform of dimension parent (NONE outside). */
SbDimension sb_field_dimension(const SbField *field, SbDimension parent);

/* The field with an empty key that takes the value under a variant's choosing key, or the one flagged SB_FIELD_NAMES;
 * NULL. */
const SbField *sb_schema_value_field(const SbSchema *schema);
const SbField *sb_schema_names_field(const SbSchema *schema);
/* Name of an entry of that schema, or NULL. */
const char *sb_schema_entry_name(const SbSchema *schema, const void *params);

/* All fields of params. */
bool sb_fields_read(SbReader *reader, const SbSchema *schema, const SbSource *source, void *params);
/* The value that an unset field holds. */
void sb_field_unset(const SbField *field, void *destination);

/* A variant chosen by a key of keys. Absence is an error where `required`; then the variant stays unset. */
bool sb_variant_read(SbReader *reader, const SbField *field, SbKeys *keys, SbMark mark, bool required,
                     SbVariant *variant);

/* Reports the keys that were not used. The second form is for a map that holds one variant and nothing else. */
bool sb_keys_report_unknown(SbReader *reader, const SbKeys *keys, const SbSchema *schema, const void *params);
bool sb_keys_report_unknown_beside(SbReader *reader, const SbKeys *keys, const SbField *field,
                                   const SbVariant *variant);

/* Readers by type; destination as schema.h says. */
typedef bool SbReadFunction(SbReader *reader, const SbField *field, const SbNode *node, void *destination);
SbReadFunction sb_read_quantity_field, sb_read_integer, sb_read_text, sb_read_choice, sb_read_species,
    sb_read_species_list, sb_read_species_map, sb_read_per_species, sb_read_struct, sb_read_list, sb_read_variant,
    sb_read_variant_list, sb_read_waveform;

/* "'abc'", "nothing", "a list" or "a map", for messages. */
const char *sb_found(SbReader *reader, const SbNode *node);
/* The names of variants or of words, joined by commas. */
const char *sb_join_variants(SbArena *arena, const SbSchema *const *variants);
const char *sb_join_words(SbArena *arena, const char *const *words);
/* "; did you mean 'x'?" or "". */
const char *sb_suggestion(SbReader *reader, const char *word, const char *const *names, size_t count);
/* "region 'bath'", or the schema's name alone. */
const char *sb_owner(SbReader *reader, const SbSchema *schema, const void *params);

#endif
