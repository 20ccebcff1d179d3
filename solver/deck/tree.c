/* libyaml's events become nodes by recursive descent, which is safe since the depth is checked before a level is
   entered. Nothing is read beyond the first error that breaks the structure. */
#include "deck/tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { MOST_DEPTH = 32, MOST_BYTES = 1 << 20 };

typedef struct {
  yaml_parser_t yaml;
  SbArena *arena;
  SbDiagnostics *diagnostics;
} Parser;

static SbMark mark_of(yaml_mark_t mark) {
  return (SbMark){mark.line + 1, mark.column + 1};
}

/* libyaml's own complaint. Its reader knows only a byte offset, its scanner and parser a mark. */
static void report_yaml_error(Parser *parser) {
  const yaml_parser_t *yaml = &parser->yaml;
  const char *problem = yaml->problem != NULL ? yaml->problem : "unreadable";
  if (yaml->error == YAML_READER_ERROR) {
    sb_error(parser->diagnostics, sb_diagnostics_mark(parser->diagnostics, yaml->problem_offset),
             "this is not UTF-8 text: %s", problem);
  } else if (yaml->context != NULL) {
    sb_error(parser->diagnostics, mark_of(yaml->problem_mark), "not YAML: %s (%s that starts at line %zu)", problem,
             yaml->context, yaml->context_mark.line + 1);
  } else {
    sb_error(parser->diagnostics, mark_of(yaml->problem_mark), "not YAML: %s", problem);
  }
}

static bool next_event(Parser *parser, yaml_event_t *event) {
  if (!yaml_parser_parse(&parser->yaml, event)) {
    report_yaml_error(parser);
    return false;
  }
  return true;
}

static void refuse_decoration(Parser *parser, SbMark mark, const yaml_char_t *anchor, const yaml_char_t *tag) {
  if (anchor != NULL) {
    sb_error(parser->diagnostics, mark, "anchors are not part of the deck language; found '&%.40s'",
             (const char *)anchor);
  }
  if (tag != NULL) {
    sb_error(parser->diagnostics, mark, "tags are not part of the deck language; found '%.40s'", (const char *)tag);
  }
}

static SbNode *make_node(Parser *parser, SbNodeType type, SbMark mark) {
  SbNode *node = sb_arena_alloc(parser->arena, 1, sizeof *node);
  node->type = type;
  node->mark = mark;
  return node;
}

static SbNode *make_scalar(Parser *parser, const yaml_event_t *event) {
  SbNode *node = make_node(parser, SB_NODE_SCALAR, mark_of(event->start_mark));
  const char *value = (const char *)event->data.scalar.value;
  size_t length = event->data.scalar.length;
  refuse_decoration(parser, node->mark, event->data.scalar.anchor, event->data.scalar.tag);
  if (strlen(value) != length) {
    sb_error(parser->diagnostics, node->mark, "a text must not contain the character NUL");
  }
  node->text = sb_arena_text(parser->arena, value);
  node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
  return node;
}

static SbNode *build(Parser *parser, const yaml_event_t *event, int depth);

/* Entries of a list or map until its end: nodes, count of them; NULL after an error. For a map keys and values
 * alternate. */
static SbNode **build_entries(Parser *parser, yaml_event_type_t end, int depth, size_t *count) {
  size_t room = 8;
  SbNode **nodes = sb_arena_alloc(parser->arena, room, sizeof(SbNode *));
  for (*count = 0;; (*count)++) {
    yaml_event_t event;
    if (!next_event(parser, &event)) {
      return NULL;
    }
    bool at_end = event.type == end;
    bool odd_key = !at_end && end == YAML_MAPPING_END_EVENT && *count % 2 == 0 && event.type != YAML_SCALAR_EVENT &&
                   event.type != YAML_ALIAS_EVENT;
    if (odd_key) {
      sb_error(parser->diagnostics, mark_of(event.start_mark), "a key must be a plain word; found a list or a map");
    }
    SbNode *node = at_end || odd_key ? NULL : build(parser, &event, depth);
    yaml_event_delete(&event);
    if (at_end) {
      return nodes;
    }
    if (node == NULL) {
      return NULL;
    }
    if (*count == room) {
      SbNode **more = sb_arena_alloc(parser->arena, 2 * room, sizeof(SbNode *));
      memcpy(more, nodes, room * sizeof(SbNode *));
      nodes = more;
      room *= 2;
    }
    nodes[*count] = node;
  }
}

typedef struct {
  const SbNode *key;
  size_t place;
} KeyPlace;

static int by_text_then_place(const void *a, const void *b) {
  const KeyPlace *x = a, *y = b;
  int order = strcmp(x->key->text, y->key->text);
  return order != 0 ? order : x->place < y->place ? -1 : 1;
}

/* Reports keys that were there before and takes them out of the map; the first one stays. */
static void drop_duplicates(Parser *parser, SbNode *map) {
  KeyPlace *sorted = sb_arena_alloc(parser->arena, map->count, sizeof *sorted);
  bool *dropped = sb_arena_alloc(parser->arena, map->count, sizeof *dropped);
  for (size_t i = 0; i < map->count; i++) {
    sorted[i] = (KeyPlace){map->keys[i], i};
  }
  if (map->count > 1) {
    qsort(sorted, map->count, sizeof *sorted, by_text_then_place);
  }
  const SbNode *first = map->count > 0 ? sorted[0].key : NULL;
  for (size_t i = 1; i < map->count; i++) {
    const SbNode *key = sorted[i].key;
    if (strcmp(key->text, first->text) == 0) {
      sb_error(parser->diagnostics, key->mark, "duplicate key '%.80s'; it is given at line %zu already", key->text,
               first->mark.line);
      dropped[sorted[i].place] = true;
    } else {
      first = key;
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < map->count; i++) {
    map->keys[kept] = map->keys[i];
    map->values[kept] = map->values[i];
    kept += dropped[i] ? 0 : 1;
  }
  map->count = kept;
}

static bool fill_list(Parser *parser, SbNode *list, int depth) {
  list->values = build_entries(parser, YAML_SEQUENCE_END_EVENT, depth, &list->count);
  return list->values != NULL;
}

static bool fill_map(Parser *parser, SbNode *map, int depth) {
  size_t count = 0;
  SbNode **nodes = build_entries(parser, YAML_MAPPING_END_EVENT, depth, &count);
  if (nodes == NULL) {
    return false;
  }
  map->count = count / 2;
  map->keys = sb_arena_alloc(parser->arena, map->count, sizeof(SbNode *));
  map->values = sb_arena_alloc(parser->arena, map->count, sizeof(SbNode *));
  for (size_t i = 0; i < map->count; i++) {
    map->keys[i] = nodes[2 * i];
    map->values[i] = nodes[2 * i + 1];
  }
  drop_duplicates(parser, map);
  return true;
}

/* The node that starts with event, and all below it. depth: levels above it. */
static SbNode *build(Parser *parser, const yaml_event_t *event, int depth) {
  SbMark mark = mark_of(event->start_mark);
  if (event->type == YAML_SCALAR_EVENT) {
    return make_scalar(parser, event);
  }
  if (event->type == YAML_ALIAS_EVENT) {
    sb_error(parser->diagnostics, mark, "aliases are not part of the deck language; found '*%.40s'",
             (const char *)event->data.alias.anchor);
    return NULL;
  }
  if (depth >= MOST_DEPTH) {
    sb_error(parser->diagnostics, mark, "lists and maps are nested more than %d deep", MOST_DEPTH);
    return NULL;
  }
  bool is_list = event->type == YAML_SEQUENCE_START_EVENT;
  SbNode *node = make_node(parser, is_list ? SB_NODE_LIST : SB_NODE_MAP, mark);
  if (is_list) {
    refuse_decoration(parser, mark, event->data.sequence_start.anchor, event->data.sequence_start.tag);
  } else {
    refuse_decoration(parser, mark, event->data.mapping_start.anchor, event->data.mapping_start.tag);
  }
  bool filled = is_list ? fill_list(parser, node, depth + 1) : fill_map(parser, node, depth + 1);
  return filled ? node : NULL;
}

/* Skips events up to and including the first that is not `skipped`. */
static bool next_event_but(Parser *parser, yaml_event_type_t skipped, yaml_event_t *event) {
  while (next_event(parser, event)) {
    if (event->type != skipped) {
      return true;
    }
    yaml_event_delete(event);
  }
  return false;
}

static SbNode *build_document(Parser *parser) {
  yaml_event_t event;
  if (!next_event_but(parser, YAML_STREAM_START_EVENT, &event)) {
    return NULL;
  }
  bool empty = event.type == YAML_STREAM_END_EVENT;
  yaml_event_delete(&event);
  SbNode *root = NULL;
  if (!empty) {
    if (!next_event(parser, &event)) {
      return NULL;
    }
    root = build(parser, &event, 0);
    yaml_event_delete(&event);
    if (root == NULL) {
      return NULL;
    }
  }
  if (empty || (root->type == SB_NODE_SCALAR && root->text[0] == '\0' && !root->quoted)) {
    sb_error(parser->diagnostics, (SbMark){1, 1}, "the deck is empty");
    return NULL;
  }
  if (!next_event_but(parser, YAML_DOCUMENT_END_EVENT, &event)) {
    return NULL;
  }
  if (event.type != YAML_STREAM_END_EVENT) {
    sb_error(parser->diagnostics, mark_of(event.start_mark), "a second document starts here; a deck is one document");
    root = NULL;
  }
  yaml_event_delete(&event);
  return root;
}

SbNode *sb_tree_parse(SbArena *arena, const char *text, size_t length, SbDiagnostics *diagnostics) {
  Parser parser = {.arena = arena, .diagnostics = diagnostics};
  if (length > MOST_BYTES) {
    sb_error(diagnostics, sb_diagnostics_mark(diagnostics, MOST_BYTES),
             "the deck has %zu bytes; more than %d are not read", length, MOST_BYTES);
    return NULL;
  }
  if (!yaml_parser_initialize(&parser.yaml)) {
    sb_error(diagnostics, (SbMark){0, 0}, "out of memory");
    return NULL;
  }
  yaml_parser_set_encoding(&parser.yaml, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser.yaml, (const unsigned char *)text, length);
  SbNode *root = build_document(&parser);
  yaml_parser_delete(&parser.yaml);
  return root;
}

SbNode *sb_tree_get(const SbNode *map, const char *key) {
  if (map == NULL || map->type != SB_NODE_MAP) {
    return NULL;
  }
  for (size_t i = 0; i < map->count; i++) {
    if (strcmp(map->keys[i]->text, key) == 0) {
      return map->values[i];
    }
  }
  return NULL;
}
