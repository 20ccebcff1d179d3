/* From a file to an SbDeck: text, tree, tables, and what can only be read at the end. */
#include "problem/deck.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "problem/language.h"

/* One byte more than the parser accepts, so that it can say so. */
enum { READ_LIMIT = 1024 * 1024 + 1 };

static SbDeck *deck_create(const char *file) {
  SbArena *arena = sb_arena_create();
  SbDeck *deck = sb_arena_alloc(arena, 1, sizeof(SbDeck));
  deck->arena = arena;
  deck->file = sb_arena_text(arena, file);
  return deck;
}

void sb_deck_destroy(SbDeck **deck) {
  if (!*deck)
    return;
  SbArena *arena = (*deck)->arena;
  sb_arena_destroy(&arena);
  *deck = NULL;
}

/* Reads deck->text into the rest of the deck. */
static SbStatus deck_read(SbDeck *deck, SbDiagnostics *diagnostics) {
  const SbNode *root = sb_tree_parse(deck->arena, deck->text, deck->length, diagnostics);
  if (!root)
    return SB_BAD_DECK;
  SbReader *reader = sb_reader_create(deck->arena, diagnostics);
  sb_schema_read(reader, &sb_deck_schema, root, deck);
  sb_steps_resolve(reader, deck);
  sb_expect_resolve(reader, deck, root);
  sb_reader_destroy(&reader);
  return sb_diagnostics_errors(diagnostics) > 0 ? SB_BAD_DECK : SB_OK;
}

SbStatus sb_deck_read_text(const char *name, const char *text, size_t length, SbDeck **deck,
                           SbDiagnostics **diagnostics) {
  *deck = deck_create(name);
  (*deck)->text = sb_arena_alloc((*deck)->arena, length + 1, 1);
  (*deck)->length = length;
  if (length > 0)
    memcpy((*deck)->text, text, length);
  *diagnostics = sb_diagnostics_create((*deck)->file, (*deck)->text, length);
  return deck_read(*deck, *diagnostics);
}

/* The outcome of a file that could not be read. The diagnostics outlive the deck: they name the path as the caller has
 * it. */
static SbStatus refuse(const char *path, const char *verb, int cause, SbDeck **deck, SbDiagnostics **diagnostics) {
  sb_deck_destroy(deck);
  *diagnostics = sb_diagnostics_create(path, "", 0);
  sb_error(*diagnostics, (SbMark){0}, "cannot be %s: %s", verb, strerror(cause));
  return cause == ENOENT || cause == ENOTDIR ? SB_NO_FILE : SB_IO;
}

SbStatus sb_deck_read(const char *path, SbDeck **deck, SbDiagnostics **diagnostics) {
  *deck = NULL;
  FILE *file = fopen(path, "rb");
  if (!file)
    return refuse(path, "opened", errno, deck, diagnostics);
  *deck = deck_create(path);
  (*deck)->text = sb_arena_alloc((*deck)->arena, READ_LIMIT + 1, 1);
  (*deck)->length = fread((*deck)->text, 1, READ_LIMIT, file);
  const int cause = ferror(file) ? errno : 0;
  fclose(file);
  if (cause != 0)
    return refuse(path, "read", cause, deck, diagnostics);
  *diagnostics = sb_diagnostics_create((*deck)->file, (*deck)->text, (*deck)->length);
  return deck_read(*deck, *diagnostics);
}
