#include "deck/diagnostics.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "deck/source.h"

typedef struct {
  SbMark mark;
  const char *kind; /* "error" or "warning" */
  const char *text;
  size_t number; /* in the order of arrival */
} Finding;

struct SbDiagnostics {
  SbArena *arena;
  const char *file, *text;
  size_t length;
  size_t errors, warnings;
  size_t count, room;
  Finding *findings; /* [count], in the order of arrival */
  size_t *slots;     /* [2 room] hash table of finding number + 1; 0: free */
};

SbDiagnostics *sb_diagnostics_create(const char *file, const char *text, size_t length) {
  SbArena *arena = sb_arena_create();
  SbDiagnostics *diagnostics = sb_arena_alloc(arena, 1, sizeof *diagnostics);
  diagnostics->arena = arena;
  diagnostics->file = sb_arena_text(arena, file);
  diagnostics->text = text;
  diagnostics->length = length;
  return diagnostics;
}

void sb_diagnostics_destroy(SbDiagnostics **diagnostics) {
  if (*diagnostics != NULL) {
    SbArena *arena = (*diagnostics)->arena;
    sb_arena_destroy(&arena);
    *diagnostics = NULL;
  }
}

static bool same_finding(const Finding *a, const Finding *b) {
  return a->mark.line == b->mark.line && a->mark.column == b->mark.column && strcmp(a->text, b->text) == 0;
}

/* The slot that holds the finding, or the free one where it belongs. */
static size_t *slot_of(const SbDiagnostics *diagnostics, const Finding *finding) {
  size_t hash = finding->mark.line * 31 + finding->mark.column;
  for (const char *c = finding->text; *c != '\0'; c++) {
    hash = hash * 31 + (unsigned char)*c;
  }
  size_t slots = 2 * diagnostics->room, place = hash % slots;
  while (diagnostics->slots[place] != 0 &&
         !same_finding(&diagnostics->findings[diagnostics->slots[place] - 1], finding)) {
    place = (place + 1) % slots;
  }
  return &diagnostics->slots[place];
}

static void make_room(SbDiagnostics *diagnostics) {
  if (diagnostics->count < diagnostics->room) {
    return;
  }
  diagnostics->room = diagnostics->room == 0 ? 16 : 2 * diagnostics->room;
  Finding *findings = sb_arena_alloc(diagnostics->arena, diagnostics->room, sizeof *findings);
  if (diagnostics->count > 0) {
    memcpy(findings, diagnostics->findings, diagnostics->count * sizeof *findings);
  }
  diagnostics->findings = findings;
  diagnostics->slots = sb_arena_alloc(diagnostics->arena, 2 * diagnostics->room, sizeof(size_t));
  for (size_t i = 0; i < diagnostics->count; i++) {
    *slot_of(diagnostics, &findings[i]) = i + 1;
  }
}

/* False where the finding is there already. */
static bool insert(SbDiagnostics *diagnostics, Finding finding) {
  make_room(diagnostics);
  size_t *slot = slot_of(diagnostics, &finding);
  if (*slot != 0) {
    return false;
  }
  finding.number = diagnostics->count;
  diagnostics->findings[diagnostics->count] = finding;
  diagnostics->count++;
  *slot = diagnostics->count;
  return true;
}

static bool add(SbDiagnostics *diagnostics, SbMark mark, const char *kind, const char *format, va_list arguments) {
  char text[1024];
  vsnprintf(text, sizeof text, format, arguments);
  return insert(diagnostics, (Finding){.mark = mark, .kind = kind, .text = sb_arena_text(diagnostics->arena, text)});
}

void sb_error(SbDiagnostics *diagnostics, SbMark mark, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  diagnostics->errors += add(diagnostics, mark, "error", format, arguments) ? 1 : 0;
  va_end(arguments);
}

void sb_warning(SbDiagnostics *diagnostics, SbMark mark, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  diagnostics->warnings += add(diagnostics, mark, "warning", format, arguments) ? 1 : 0;
  va_end(arguments);
}

const char *sb_diagnostics_first(const SbDiagnostics *diagnostics) {
  for (size_t i = 0; i < diagnostics->count; i++) {
    if (strcmp(diagnostics->findings[i].kind, "error") == 0) {
      return diagnostics->findings[i].text;
    }
  }
  return NULL;
}

size_t sb_diagnostics_errors(const SbDiagnostics *diagnostics) {
  return diagnostics->errors;
}

size_t sb_diagnostics_warnings(const SbDiagnostics *diagnostics) {
  return diagnostics->warnings;
}

SbMark sb_diagnostics_mark(const SbDiagnostics *diagnostics, size_t offset) {
  SbMark mark = {1, 1};
  for (size_t i = 0; i < offset && i < diagnostics->length;) {
    size_t line_break = sb_source_break(diagnostics->text, diagnostics->length, i);
    mark = line_break > 0 ? (SbMark){mark.line + 1, 1} : (SbMark){mark.line, mark.column + 1};
    i += line_break > 0 ? line_break : sb_source_character(diagnostics->text, diagnostics->length, i);
  }
  return mark;
}

static int by_place(const void *a, const void *b) {
  const Finding *x = a, *y = b;
  if (x->mark.line != y->mark.line) {
    return x->mark.line < y->mark.line ? -1 : 1;
  }
  if (x->mark.column != y->mark.column) {
    return x->mark.column < y->mark.column ? -1 : 1;
  }
  return x->number < y->number ? -1 : 1;
}

static Finding *in_order(const SbDiagnostics *diagnostics) {
  Finding *sorted = sb_arena_alloc(diagnostics->arena, diagnostics->count, sizeof *sorted);
  if (diagnostics->count > 0) {
    memcpy(sorted, diagnostics->findings, diagnostics->count * sizeof *sorted);
    qsort(sorted, diagnostics->count, sizeof *sorted, by_place);
  }
  return sorted;
}

/* A line of the text. */
typedef struct {
  size_t number, start, end; /* end: at its break */
} Line;

static size_t end_of_line(const char *text, size_t length, size_t start) {
  while (start < length && sb_source_break(text, length, start) == 0) {
    start++;
  }
  return start;
}

/* Goes down the text to the line with that number, or to the end. */
static void advance(Line *line, const char *text, size_t length, size_t number) {
  while (line->number < number && line->end < length) {
    line->start = line->end + sb_source_break(text, length, line->end);
    line->end = end_of_line(text, length, line->start);
    line->number++;
  }
  if (line->number < number) { /* behind the end */
    line->start = line->end;
  }
}

void sb_diagnostics_print(const SbDiagnostics *diagnostics, FILE *stream) {
  const char *text = diagnostics->text, *file = diagnostics->file;
  size_t length = diagnostics->length;
  const Finding *findings = in_order(diagnostics);
  Line line = {1, 0, end_of_line(text, length, 0)}; /* findings are in order, so one walk finds all their lines */
  for (size_t i = 0; i < diagnostics->count && i < SB_DIAGNOSTICS_SHOWN; i++) {
    const Finding *finding = &findings[i];
    SbMark mark = finding->mark;
    if (mark.line == 0) {
      fprintf(stream, "%s: %s: %s\n", file, finding->kind, finding->text);
      continue;
    }
    fprintf(stream, "%s:%zu:%zu: %s: %s\n", file, mark.line, mark.column, finding->kind, finding->text);
    advance(&line, text, length, mark.line);
    sb_source_print(text + line.start, line.end - line.start, mark.column, stream);
  }
  if (diagnostics->count > SB_DIAGNOSTICS_SHOWN) {
    fprintf(stream, "%s: %zu more findings are not shown\n", diagnostics->file,
            diagnostics->count - SB_DIAGNOSTICS_SHOWN);
  }
}
