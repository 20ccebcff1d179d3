/* The manual as Markdown: a section for each schema, a table row for each key. */
#include "deck/manual.h"

#include <string.h>

#include "base/units.h"
#include "deck/manual_parts.h"

/* ---- text ---- */

/* Prints text for a table's cell: a pipe would end it. */
static void print_cell(FILE *stream, const char *text) {
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '|')
      fputc('\\', stream);
    fputc(*c == '\n' ? ' ' : *c, stream);
  }
}

static const char *bound(SbArena *arena, double value, const SbField *field) {
  char text[64];
  if (field->dimension == SB_DIMENSION_NONE)
    return sb_arena_printf(arena, "%.10g", value);
  sb_units_print(text, sizeof text, value, field->dimension, 6);
  return sb_arena_text(arena, text);
}

/* ", positive" and the like; "" for any number. */
static const char *range_words(SbArena *arena, const SbField *field) {
  if (field->range.rule == SB_BETWEEN && field->range.low == field->range.high)
    return sb_arena_printf(arena, ", %s", bound(arena, field->range.low, field));
  if (field->range.rule == SB_BETWEEN)
    return sb_arena_printf(arena, ", from %s to %s", bound(arena, field->range.low, field),
                           bound(arena, field->range.high, field));
  return field->range.rule == SB_POSITIVE ? ", positive" : field->range.rule == SB_NOT_NEGATIVE ? ", not negative" : "";
}

static const char *link_to(const SbManualParts *parts, const SbSchema *schema) {
  return sb_arena_printf(parts->arena, "[`%s`](#%s)", schema->name, sb_manual_anchor(parts, schema));
}

static const char *links_to(const SbManualParts *parts, const SbSchema *const *variants) {
  const char *text = "";
  for (int i = 0; variants[i] != NULL; i++)
    text = sb_arena_printf(parts->arena, "%s%s%s", text, i == 0 ? "" : ", ", link_to(parts, variants[i]));
  return text;
}

static const char *quoted_words(SbArena *arena, const char *const *words) {
  const char *text = "";
  for (int i = 0; words[i] != NULL; i++)
    text = sb_arena_printf(arena, "%s%s`%s`", text, i == 0 ? "" : ", ", words[i]);
  return text;
}

/* What may stand as the field's value, with links. */
static const char *type_words(const SbManualParts *parts, const SbField *field) {
  SbArena *arena = parts->arena;
  const char *words = sb_field_expectation(arena, field);
  switch (field->type) {
  case SB_TYPE_CHOICE:
    return sb_arena_printf(arena, "one of %s", quoted_words(arena, field->choices));
  case SB_TYPE_STRUCT:
    return sb_arena_printf(arena, "a map: %s", link_to(parts, field->schema));
  case SB_TYPE_LIST:
    return sb_arena_printf(arena, "a list of maps: %s", link_to(parts, field->schema));
  case SB_TYPE_VARIANT:
    return sb_arena_printf(arena, "one of %s", links_to(parts, field->variants));
  case SB_TYPE_VARIANT_LIST:
    return sb_arena_printf(arena, "a list, each entry one of %s", links_to(parts, field->variants));
  case SB_TYPE_WAVEFORM:
    return sb_arena_printf(arena, "%s: %s", words, links_to(parts, field->variants));
  case SB_TYPE_CUSTOM:
    return field->schema ? sb_arena_printf(arena, "%s: %s", words, link_to(parts, field->schema)) : words;
  default:
    return sb_arena_printf(arena, "%s%s", words, range_words(arena, field));
  }
}

/* ---- a section ---- */

static void print_key(const SbManualPart *part, const SbField *field, FILE *stream) {
  const bool keyless = field->key[0] == '\0';
  if (keyless && field->type == SB_TYPE_VARIANT)
    fputs("(a key of choice)", stream);
  else if (keyless)
    fprintf(stream, "`%s`", part->schema->name);
  else if (part->variant && sb_manual_stands_beside(field))
    fprintf(stream, "`%s`, beside `%s`", field->key, part->schema->name);
  else if (part->variant)
    fprintf(stream, "`%s`, within `%s`", field->key, part->schema->name);
  else
    fprintf(stream, "`%s`", field->key);
}

static void print_row(const SbManualParts *parts, const SbManualPart *part, const SbField *field, FILE *stream) {
  fputs("| ", stream);
  print_key(part, field, stream);
  fputs(" | ", stream);
  print_cell(stream, type_words(parts, field));
  if (field->default_text != NULL)
    fprintf(stream, " | `%s` | ", field->default_text);
  else
    fputs(field->flags & SB_FIELD_REQUIRED ? " | required | " : " | | ", stream);
  print_cell(stream, field->doc ? field->doc : "");
  fputs(" |\n", stream);
}

static void print_part(const SbManualParts *parts, const SbManualPart *part, FILE *stream) {
  const SbSchema *schema = part->schema;
  fprintf(stream, "%s`%s`\n\n%s\n", part->depth == 0 ? "## " : "### ", schema->name, schema->doc ? schema->doc : "");
  if (schema->reference != NULL)
    fprintf(stream, "\nSource: %s.\n", schema->reference);
  if (schema->example != NULL)
    fprintf(stream, "\n```yaml\n%s\n```\n", schema->example);
  fputc('\n', stream);
  if (schema->fields->key == NULL) {
    fputs("It has no settings.\n\n", stream);
    return;
  }
  fputs("| key | value | default | meaning |\n|---|---|---|---|\n", stream);
  for (const SbField *field = schema->fields; field->key != NULL; field++)
    print_row(parts, part, field, stream);
  fputc('\n', stream);
}

/* ---- the whole ---- */

static const char introduction[] =
    "A deck is a YAML file. A value with a dimension is text, `NUMBER UNIT`; a bare number stands only where there is "
    "no "
    "dimension, and a ratio may also be written in `%`. Every unit that UDUNITS-2 knows is understood, and `M`, `mM`, "
    "`uM`, `nM` for moles per litre. Unknown, duplicate and missing keys are errors; nothing is repaired silently. "
    "Anchors, tags, second documents, more than 32 levels and files beyond 1 MiB are refused.\n\n"
    "This page is made from the same tables that read the deck.\n";

static void print_units(FILE *stream) {
  fputs("## Units\n\n| what | SI unit | for example |\n|---|---|---|\n", stream);
  for (int i = 0; i < SB_DIMENSION_COUNT; i++) {
    const SbDimension dimension = (SbDimension)i;
    fprintf(stream, "| %s | `%s` | `%s` |\n", sb_dimension_phrase(dimension), sb_dimension_unit(dimension),
            sb_dimension_example(dimension));
  }
}

void sb_manual_markdown(const SbSchema *root, FILE *stream) {
  SbArena *arena = sb_arena_create();
  const SbManualParts parts = sb_manual_parts(arena, root);
  fprintf(stream, "# The deck language\n\n%s\n", introduction);
  for (int i = 0; i < parts.count; i++)
    fprintf(stream, "%*s- [`%s`](#%s)\n", 2 * parts.parts[i].depth, "", parts.parts[i].schema->name,
            parts.parts[i].anchor);
  fputs("- [Units](#units)\n\n", stream);
  for (int i = 0; i < parts.count; i++) {
    fprintf(stream, "<a id=\"%s\"></a>\n\n", parts.parts[i].anchor);
    print_part(&parts, &parts.parts[i], stream);
  }
  print_units(stream);
  sb_arena_destroy(&arena);
}

bool sb_manual_kind(const SbSchema *root, const char *name, FILE *stream) {
  SbArena *arena = sb_arena_create();
  const SbManualParts parts = sb_manual_parts(arena, root);
  bool found = false;
  for (int i = 0; i < parts.count; i++) {
    if (strcmp(parts.parts[i].schema->name, name) != 0)
      continue;
    print_part(&parts, &parts.parts[i], stream);
    found = true;
  }
  sb_arena_destroy(&arena);
  return found;
}
