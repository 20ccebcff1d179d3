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
} Finding;

struct SbDiagnostics {
  SbArena *arena;
  const char *file, *text;
  size_t length;
  size_t errors, warnings;
  size_t count, room;
  Finding *findings; /* [count], in the order of their place; equal places in the order of arrival */
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

static int compare(SbMark a, SbMark b) {
  if (a.line != b.line) {
    return a.line < b.line ? -1 : 1;
  }
  return a.column == b.column ? 0 : a.column < b.column ? -1 : 1;
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
}

/* Keeps the list in order; returns false where the finding is there already. Findings mostly come in order, so the
   search goes from the end. */
static bool insert(SbDiagnostics *diagnostics, Finding finding) {
  size_t place = diagnostics->count;
  while (place > 0 && compare(diagnostics->findings[place - 1].mark, finding.mark) > 0) {
    place--;
  }
  for (size_t i = place; i > 0 && compare(diagnostics->findings[i - 1].mark, finding.mark) == 0; i--) {
    if (strcmp(diagnostics->findings[i - 1].text, finding.text) == 0) {
      return false;
    }
  }
  make_room(diagnostics);
  Finding *at = diagnostics->findings + place;
  memmove(at + 1, at, (diagnostics->count - place) * sizeof *at);
  *at = finding;
  diagnostics->count++;
  return true;
}

static bool add(SbDiagnostics *diagnostics, SbMark mark, const char *kind, const char *format, va_list arguments) {
  char text[1024];
  vsnprintf(text, sizeof text, format, arguments);
  return insert(diagnostics, (Finding){mark, kind, sb_arena_text(diagnostics->arena, text)});
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

void sb_diagnostics_print(const SbDiagnostics *diagnostics, FILE *stream) {
  const char *text = diagnostics->text;
  size_t length = diagnostics->length;
  size_t line = 1, start = 0; /* findings are in order, so one walk over the text finds all their lines */
  for (size_t i = 0; i < diagnostics->count && i < SB_DIAGNOSTICS_SHOWN; i++) {
    const Finding *finding = &diagnostics->findings[i];
    if (finding->mark.line == 0) {
      fprintf(stream, "%s: %s: %s\n", diagnostics->file, finding->kind, finding->text);
      continue;
    }
    fprintf(stream, "%s:%zu:%zu: %s: %s\n", diagnostics->file, finding->mark.line, finding->mark.column, finding->kind,
            finding->text);
    while (line < finding->mark.line && start < length) {
      size_t line_break = sb_source_break(text, length, start);
      start += line_break > 0 ? line_break : 1;
      line += line_break > 0 ? 1 : 0;
    }
    size_t end = start;
    while (end < length && sb_source_break(text, length, end) == 0) {
      end++;
    }
    sb_source_print(text + start, end - start, finding->mark.column, stream);
  }
  if (diagnostics->count > SB_DIAGNOSTICS_SHOWN) {
    fprintf(stream, "%s: %zu more findings are not shown\n", diagnostics->file,
            diagnostics->count - SB_DIAGNOSTICS_SHOWN);
  }
}
