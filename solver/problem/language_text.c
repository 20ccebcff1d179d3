/* Readers for lists and maps of text, and words for messages. */
#include "problem/language.h"

const char *sb_node_words(SbArena *arena, const SbNode *node) {
  if (node->type == SB_NODE_MAP)
    return "a map";
  if (node->type == SB_NODE_LIST)
    return "a list";
  return sb_arena_printf(arena, "'%.60s'", node->text);
}

bool sb_text_list_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbArena *arena = sb_reader_arena(reader);
  SbTextList *list = destination;
  bool good = node->type == SB_NODE_LIST;
  if (!good) {
    sb_error(sb_reader_diagnostics(reader), node->mark, "'%s' takes %s; found %s", field->key, field->grammar,
             sb_node_words(arena, node));
    return false;
  }
  list->names = sb_arena_alloc(arena, node->count, sizeof(char *));
  for (size_t i = 0; i < node->count; i++) {
    const SbNode *entry = node->values[i];
    if (entry->type == SB_NODE_SCALAR) {
      list->names[list->count++] = entry->text;
      continue;
    }
    sb_error(sb_reader_diagnostics(reader), entry->mark, "'%s' takes %s; found %s in it", field->key, field->grammar,
             sb_node_words(arena, entry));
    good = false;
  }
  return good;
}

bool sb_text_map_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbArena *arena = sb_reader_arena(reader);
  SbTextMap *map = destination;
  bool good = node->type == SB_NODE_MAP;
  if (!good) {
    sb_error(sb_reader_diagnostics(reader), node->mark, "'%s' takes %s; found %s", field->key, field->grammar,
             sb_node_words(arena, node));
    return false;
  }
  map->names = sb_arena_alloc(arena, node->count, sizeof(char *));
  map->values = sb_arena_alloc(arena, node->count, sizeof(char *));
  for (size_t i = 0; i < node->count; i++) {
    if (node->values[i]->type == SB_NODE_SCALAR) {
      map->names[map->count] = node->keys[i]->text;
      map->values[map->count++] = node->values[i]->text;
      continue;
    }
    sb_error(sb_reader_diagnostics(reader), node->values[i]->mark, "'%s' takes %s; found %s under '%s'", field->key,
             field->grammar, sb_node_words(arena, node->values[i]), node->keys[i]->text);
    good = false;
  }
  return good;
}
