/* YAML text as a tree with marks: scalars, lists and maps, each knowing its place. Built from libyaml's events.
   Anchors, aliases, tags, second documents, duplicate keys, depth beyond 32 and sizes beyond 1 MiB are refused. */
#ifndef SB_DECK_TREE_H
#define SB_DECK_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "deck/diagnostics.h"

typedef enum { SB_NODE_SCALAR, SB_NODE_LIST, SB_NODE_MAP } SbNodeType;

typedef struct SbNode SbNode;
struct SbNode {
  SbNodeType type;
  SbMark mark;      /* where it starts */
  const char *text; /* SCALAR: its text */
  bool quoted;      /* SCALAR: written in quotes */
  size_t count;     /* LIST, MAP: number of entries */
  SbNode **keys;    /* MAP: [count] scalars */
  SbNode **values;  /* LIST, MAP: [count] */
};

/* Parses text[length]. Returns the root, or NULL with at least one diagnostic. The tree lives in arena. A duplicate
   key, an anchor or a tag is an error too, but leaves a tree (without it) so that the rest of the deck is read: ask
   sb_diagnostics_errors. */
SbNode *sb_tree_parse(SbArena *arena, const char *text, size_t length, SbDiagnostics *diagnostics);

/* The value under key in a map; NULL where map is no map or the key is absent. */
SbNode *sb_tree_get(const SbNode *map, const char *key);

#endif
