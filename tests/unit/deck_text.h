/* For tests of the deck reader: a text read by a schema, and all messages as one string. */
#ifndef SB_TESTS_UNIT_DECK_TEXT_H
#define SB_TESTS_UNIT_DECK_TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "deck/diagnostics.h"
#include "deck/schema.h"
#include "deck/tree.h"

typedef struct {
  SbArena *arena;
  SbDiagnostics *diagnostics;
  SbNode *root;
  SbReader *reader;
} DeckText;

static inline DeckText deck_text_parse(const char *text) {
  DeckText deck = {.arena = sb_arena_create(), .diagnostics = sb_diagnostics_create("deck", text, strlen(text))};
  deck.root = sb_tree_parse(deck.arena, text, strlen(text), deck.diagnostics);
  deck.reader = sb_reader_create(deck.arena, deck.diagnostics);
  return deck;
}

static inline void deck_text_free(DeckText *deck) {
  sb_reader_destroy(&deck->reader);
  sb_diagnostics_destroy(&deck->diagnostics);
  sb_arena_destroy(&deck->arena);
}

/* What sb_diagnostics_print writes; to be freed. */
static inline char *deck_text_printed(const DeckText *deck) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  sb_diagnostics_print(deck->diagnostics, stream);
  fclose(stream);
  return text;
}

/* The messages alone, `LINE:COL: text` each on a line, without the source lines; to be freed. */
static inline char *deck_text_messages(const DeckText *deck) {
  char *printed = deck_text_printed(deck), *messages = NULL, *save = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&messages, &size);
  for (char *line = strtok_r(printed, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
    if (strncmp(line, "deck:", 5) == 0) {
      fprintf(stream, "%s\n", line + 5);
    }
  }
  fclose(stream);
  free(printed);
  return messages;
}

#endif
