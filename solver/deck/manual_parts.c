#include "deck/manual_parts.h"

#include <ctype.h>
#include <string.h>

static bool is_taken(const SbManualParts *parts, const char *anchor) {
  for (int i = 0; i < parts->count; i++)
    if (strcmp(parts->parts[i].anchor, anchor) == 0)
      return true;
  return false;
}

/* The name in small letters with hyphens; numbered where two parts share it. */
static const char *make_anchor(const SbManualParts *parts, const char *name) {
  char *anchor = sb_arena_text(parts->arena, name);
  for (char *c = anchor; *c != '\0'; c++)
    *c = isalnum((unsigned char)*c) || *c == '_' ? (char)tolower((unsigned char)*c) : '-';
  const char *unique = anchor;
  for (int number = 2; is_taken(parts, unique); number++)
    unique = sb_arena_printf(parts->arena, "%s-%d", anchor, number);
  return unique;
}

static bool is_known(const SbManualParts *parts, const SbSchema *schema) {
  for (int i = 0; i < parts->count; i++)
    if (parts->parts[i].schema == schema)
      return true;
  return false;
}

static void append(SbManualParts *parts, SbManualPart part) {
  if (parts->count == parts->room) {
    const SbManualPart *former = parts->parts;
    parts->room = parts->room == 0 ? 32 : 2 * parts->room;
    parts->parts = sb_arena_alloc(parts->arena, (size_t)parts->room, sizeof *parts->parts);
    for (int i = 0; i < parts->count; i++)
      parts->parts[i] = former[i];
  }
  parts->parts[parts->count++] = part;
}

static void collect(SbManualParts *parts, const SbSchema *schema, int depth, bool variant) {
  if (is_known(parts, schema))
    return;
  append(parts, (SbManualPart){schema, make_anchor(parts, schema->name), depth, variant});
  for (const SbField *field = schema->fields; field->key != NULL; field++) {
    if (field->schema != NULL)
      collect(parts, field->schema, depth + 1, false);
    for (int i = 0; field->variants != NULL && field->variants[i] != NULL; i++)
      collect(parts, field->variants[i], depth + 1, true);
  }
}

SbManualParts sb_manual_parts(SbArena *arena, const SbSchema *root) {
  SbManualParts parts = {.arena = arena};
  collect(&parts, root, 0, false);
  return parts;
}

const char *sb_manual_anchor(const SbManualParts *parts, const SbSchema *schema) {
  for (int i = 0; i < parts->count; i++)
    if (parts->parts[i].schema == schema)
      return parts->parts[i].anchor;
  return "";
}

bool sb_manual_stands_beside(const SbField *field) {
  return (field->flags & SB_FIELD_BESIDE) != 0;
}

bool sb_manual_may_be_bare(const SbSchema *variant) {
  for (const SbField *field = variant->fields; field->key != NULL; field++)
    if (field->flags & SB_FIELD_REQUIRED)
      return false;
  return true;
}
