/* The language as JSON Schema, draft 2020-12: a definition for each schema. A variant's definition is that of the value
   under its choosing key; the maps that hold choosing keys are put together where they are used. */
#include "deck/manual.h"
#include "deck/manual_parts.h"

typedef struct {
  FILE *stream;
  const SbManualParts *parts;
  bool follows; /* a comma is due before the next entry */
} Json;

/* ---- writing JSON ---- */

static void put_text(Json *json, const char *text) {
  fputc('"', json->stream);
  for (const char *c = text; *c != '\0'; c++) {
    const unsigned char byte = (unsigned char)*c;
    if (byte == '"' || byte == '\\')
      fprintf(json->stream, "\\%c", byte);
    else if (byte < 0x20)
      fprintf(json->stream, "\\u%04x", byte);
    else
      fputc(byte, json->stream);
  }
  fputc('"', json->stream);
}

static void separate(Json *json) {
  if (json->follows)
    fputc(',', json->stream);
  json->follows = true;
}

static void open_bracket(Json *json, char bracket) {
  separate(json);
  fputc(bracket, json->stream);
  json->follows = false;
}

static void close_bracket(Json *json, char bracket) {
  fputc(bracket, json->stream);
  json->follows = true;
}

static void key(Json *json, const char *name) {
  separate(json);
  put_text(json, name);
  fputc(':', json->stream);
  json->follows = false;
}

static void text(Json *json, const char *value) {
  separate(json);
  put_text(json, value);
}

static void raw(Json *json, const char *value) {
  separate(json);
  fputs(value, json->stream);
}

static void key_text(Json *json, const char *name, const char *value) {
  key(json, name);
  text(json, value);
}

static void key_raw(Json *json, const char *name, const char *value) {
  key(json, name);
  raw(json, value);
}

/* {"required": [name]} */
static void put_has(Json *json, const char *name) {
  open_bracket(json, '{');
  key(json, "required");
  open_bracket(json, '[');
  text(json, name);
  close_bracket(json, ']');
  close_bracket(json, '}');
}

static void put_reference(Json *json, const SbSchema *schema) {
  open_bracket(json, '{');
  key_text(json, "$ref", sb_arena_printf(json->parts->arena, "#/$defs/%s", sb_manual_anchor(json->parts, schema)));
  close_bracket(json, '}');
}

/* ---- values by type: members of the open map that describes a field ---- */

static const char quantity[] =
    "{\"type\":\"string\",\"pattern\":\"^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[ "
    "\\\\t]*[^ \\\\t0-9].*$\"}";
static const char ratio[] =
    "{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"string\",\"pattern\":\"^[-+]?([0-9]+[.]?[0-9]*|[.]"
    "[0-9]+)([eE][-+]?[0-9]+)?[ \\\\t]*%?$\"}]}";

static const char *number_form(const SbField *field) {
  const bool bare =
      field->dimension == SB_DIMENSION_NONE && !(field->flags & (SB_FIELD_PARENT_DIMENSION | SB_FIELD_PARENT_RATE));
  return bare ? ratio : quantity;
}

static void put_number(Json *json, const SbField *field) {
  key(json, "allOf");
  open_bracket(json, '[');
  raw(json, number_form(field));
  close_bracket(json, ']');
}

static void put_integer(Json *json, const SbField *field) {
  key_text(json, "type", "integer");
  if (field->range.rule != SB_BETWEEN)
    return;
  key_raw(json, "minimum", sb_arena_printf(json->parts->arena, "%.0f", field->range.low));
  key_raw(json, "maximum", sb_arena_printf(json->parts->arena, "%.0f", field->range.high));
}

static void put_any_text(Json *json, const SbField *field) {
  (void)field;
  key_raw(json, "type", "[\"string\",\"number\",\"boolean\"]");
}

static void put_choice(Json *json, const SbField *field) {
  key(json, "enum");
  open_bracket(json, '[');
  for (int i = 0; field->choices[i] != NULL; i++)
    text(json, field->choices[i]);
  close_bracket(json, ']');
}

static void put_species_list(Json *json, const SbField *field) {
  (void)field;
  key_text(json, "type", "array");
  key_raw(json, "items", "{\"type\":\"string\"}");
}

static void put_species_map(Json *json, const SbField *field) {
  key_text(json, "type", "object");
  key_raw(json, "additionalProperties", number_form(field));
}

static void put_per_species(Json *json, const SbField *field) {
  key(json, "anyOf");
  open_bracket(json, '[');
  raw(json, number_form(field));
  open_bracket(json, '{');
  put_species_map(json, field);
  close_bracket(json, '}');
  close_bracket(json, ']');
}

static void put_struct(Json *json, const SbField *field) {
  key(json, "allOf");
  open_bracket(json, '[');
  put_reference(json, field->schema);
  close_bracket(json, ']');
}

static void put_list(Json *json, const SbField *field) {
  key_text(json, "type", "array");
  key(json, "items");
  put_reference(json, field->schema);
}

/* A map, or a list of texts and such maps: all that the language has where a schema's map is one of several forms. */
static void put_custom(Json *json, const SbField *field) {
  if (field->schema == NULL)
    return;
  key(json, "anyOf");
  open_bracket(json, '[');
  put_reference(json, field->schema);
  raw(json, "{\"type\":\"array\",\"items\":{\"anyOf\":[{\"type\":\"string\"}");
  put_reference(json, field->schema);
  fputs("]}}", json->stream);
  close_bracket(json, ']');
}

static void put_property(Json *json, const char *name, const SbField *field);

/* The map that holds one variant: its choosing key and what stands beside it. */
static void put_holder(Json *json, const SbSchema *variant) {
  open_bracket(json, '{');
  key_text(json, "type", "object");
  key(json, "properties");
  open_bracket(json, '{');
  key(json, variant->name);
  put_reference(json, variant);
  for (const SbField *field = variant->fields; field->key != NULL; field++)
    if (sb_manual_stands_beside(field))
      put_property(json, field->key, field);
  close_bracket(json, '}');
  key(json, "required");
  open_bracket(json, '[');
  text(json, variant->name);
  for (const SbField *field = variant->fields; field->key != NULL; field++)
    if (sb_manual_stands_beside(field) && (field->flags & SB_FIELD_REQUIRED))
      text(json, field->key);
  close_bracket(json, ']');
  key_raw(json, "additionalProperties", "false");
  close_bracket(json, '}');
}

static void put_holders(Json *json, const SbField *field) {
  for (int i = 0; field->variants[i] != NULL; i++) {
    put_holder(json, field->variants[i]);
    if (!sb_manual_may_be_bare(field->variants[i]))
      continue;
    open_bracket(json, '{');
    key_text(json, "const", field->variants[i]->name);
    close_bracket(json, '}');
  }
}

static void put_variant(Json *json, const SbField *field) {
  key(json, "anyOf");
  open_bracket(json, '[');
  put_holders(json, field);
  close_bracket(json, ']');
}

static void put_variant_list(Json *json, const SbField *field) {
  key_text(json, "type", "array");
  key(json, "items");
  open_bracket(json, '{');
  put_variant(json, field);
  close_bracket(json, '}');
}

static void put_waveform(Json *json, const SbField *field) {
  key(json, "anyOf");
  open_bracket(json, '[');
  raw(json, number_form(field));
  put_holders(json, field);
  close_bracket(json, ']');
}

static void put_field(Json *json, const SbField *field) {
  static void (*const writers[])(Json * json, const SbField *field) = {
      [SB_TYPE_QUANTITY] = put_number,         [SB_TYPE_INTEGER] = put_integer,
      [SB_TYPE_TEXT] = put_any_text,           [SB_TYPE_CHOICE] = put_choice,
      [SB_TYPE_SPECIES] = put_any_text,        [SB_TYPE_SPECIES_LIST] = put_species_list,
      [SB_TYPE_SPECIES_MAP] = put_species_map, [SB_TYPE_PER_SPECIES] = put_per_species,
      [SB_TYPE_STRUCT] = put_struct,           [SB_TYPE_LIST] = put_list,
      [SB_TYPE_VARIANT] = put_variant,         [SB_TYPE_VARIANT_LIST] = put_variant_list,
      [SB_TYPE_WAVEFORM] = put_waveform,       [SB_TYPE_CUSTOM] = put_custom,
  };
  open_bracket(json, '{');
  if (field->doc != NULL)
    key_text(json, "description", field->doc);
  writers[field->type](json, field);
  close_bracket(json, '}');
}

static void put_property(Json *json, const char *name, const SbField *field) {
  key(json, name);
  put_field(json, field);
}

/* ---- maps ---- */

static bool is_choice_of_keys(const SbField *field) {
  return field->key[0] == '\0' && field->type == SB_TYPE_VARIANT;
}

/* Whether a field is a key of the schema's own map. */
static bool is_inside(const SbManualPart *part, const SbField *field) {
  return field->key[0] != '\0' && !(part->variant && sb_manual_stands_beside(field));
}

static void put_chosen_properties(Json *json, const SbField *choice) {
  for (int i = 0; choice->variants[i] != NULL; i++) {
    key(json, choice->variants[i]->name);
    put_reference(json, choice->variants[i]);
    for (const SbField *field = choice->variants[i]->fields; field->key != NULL; field++)
      if (sb_manual_stands_beside(field))
        put_property(json, field->key, field);
  }
}

/* One of the choosing keys; or none of them, where the choice is free. */
static void put_one_of(Json *json, const SbField *choice) {
  open_bracket(json, '{');
  key(json, "oneOf");
  open_bracket(json, '[');
  for (int i = 0; choice->variants[i] != NULL; i++)
    put_has(json, choice->variants[i]->name);
  if (!(choice->flags & SB_FIELD_REQUIRED)) {
    raw(json, "{\"not\":{\"anyOf\":[");
    json->follows = false;
    for (int i = 0; choice->variants[i] != NULL; i++)
      put_has(json, choice->variants[i]->name);
    fputs("]}}", json->stream);
  }
  close_bracket(json, ']');
  close_bracket(json, '}');
}

/* What stands beside a choosing key needs that key. */
static void put_dependencies(Json *json, const SbField *choice) {
  for (int i = 0; choice->variants[i] != NULL; i++) {
    for (const SbField *field = choice->variants[i]->fields; field->key != NULL; field++) {
      if (!sb_manual_stands_beside(field))
        continue;
      key(json, field->key);
      open_bracket(json, '[');
      text(json, choice->variants[i]->name);
      close_bracket(json, ']');
    }
  }
}

static void put_choices(Json *json, const SbSchema *schema) {
  key(json, "allOf");
  open_bracket(json, '[');
  for (const SbField *field = schema->fields; field->key != NULL; field++)
    if (is_choice_of_keys(field))
      put_one_of(json, field);
  close_bracket(json, ']');
  key(json, "dependentRequired");
  open_bracket(json, '{');
  for (const SbField *field = schema->fields; field->key != NULL; field++)
    if (is_choice_of_keys(field))
      put_dependencies(json, field);
  close_bracket(json, '}');
}

static void put_map(Json *json, const SbManualPart *part) {
  bool choices = false;
  key_raw(json, "type", part->variant && sb_manual_may_be_bare(part->schema) ? "[\"object\",\"null\"]" : "\"object\"");
  key(json, "properties");
  open_bracket(json, '{');
  for (const SbField *field = part->schema->fields; field->key != NULL; field++) {
    if (is_inside(part, field))
      put_property(json, field->key, field);
    if (is_choice_of_keys(field)) {
      put_chosen_properties(json, field);
      choices = true;
    }
  }
  close_bracket(json, '}');
  key_raw(json, "additionalProperties", "false");
  key(json, "required");
  open_bracket(json, '[');
  for (const SbField *field = part->schema->fields; field->key != NULL; field++)
    if (is_inside(part, field) && (field->flags & SB_FIELD_REQUIRED))
      text(json, field->key);
  close_bracket(json, ']');
  if (choices)
    put_choices(json, part->schema);
}

/* The field that takes the value under a variant's own key; NULL where that is a map. */
static const SbField *value_field(const SbManualPart *part) {
  for (const SbField *field = part->schema->fields; part->variant && field->key != NULL; field++)
    if (field->key[0] == '\0' && field->type != SB_TYPE_VARIANT)
      return field;
  return NULL;
}

static void put_part(Json *json, const SbManualPart *part) {
  const SbField *value = value_field(part);
  if (value != NULL) {
    put_field(json, value);
    return;
  }
  open_bracket(json, '{');
  if (part->schema->doc != NULL)
    key_text(json, "description", part->schema->doc);
  put_map(json, part);
  close_bracket(json, '}');
}

void sb_manual_json_schema(const SbSchema *root, FILE *stream) {
  SbArena *arena = sb_arena_create();
  const SbManualParts parts = sb_manual_parts(arena, root);
  Json json = {.stream = stream, .parts = &parts};
  open_bracket(&json, '{');
  key_text(&json, "$schema", "https://json-schema.org/draft/2020-12/schema");
  key_text(&json, "title", "saltbridge deck");
  key_text(&json, "$ref", sb_arena_printf(arena, "#/$defs/%s", parts.parts[0].anchor));
  key(&json, "$defs");
  open_bracket(&json, '{');
  for (int i = 0; i < parts.count; i++) {
    fputc('\n', stream);
    key(&json, parts.parts[i].anchor);
    put_part(&json, &parts.parts[i]);
  }
  close_bracket(&json, '}');
  close_bracket(&json, '}');
  fputc('\n', stream);
  sb_arena_destroy(&arena);
}
