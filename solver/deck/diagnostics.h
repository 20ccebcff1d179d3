/* Errors and warnings about a deck, collected over the whole run of the reader, each with its place. Printed as
     FILE:LINE:COL: error: what, expected, found, did you mean
   followed by the source line and a caret. */
#ifndef SB_DECK_DIAGNOSTICS_H
#define SB_DECK_DIAGNOSTICS_H

#include <stddef.h>
#include <stdio.h>

/* A place in the deck, counted from 1; line 0 is "no place". */
typedef struct {
  size_t line, column;
} SbMark;

typedef struct SbDiagnostics SbDiagnostics;

/* file: name to print; text[length]: the source, for the line under a message (kept by reference). */
SbDiagnostics *sb_diagnostics_create(const char *file, const char *text, size_t length);
void sb_diagnostics_destroy(SbDiagnostics **diagnostics);

/* Place of the byte at offset of the text. */
SbMark sb_diagnostics_mark(const SbDiagnostics *diagnostics, size_t offset);

/* One finding, printf-like. A second error at the same mark with the same text is dropped. */
void sb_error(SbDiagnostics *diagnostics, SbMark mark, const char *format, ...) __attribute__((format(printf, 3, 4)));
void sb_warning(SbDiagnostics *diagnostics, SbMark mark, const char *format, ...) __attribute__((format(printf, 3, 4)));

size_t sb_diagnostics_errors(const SbDiagnostics *diagnostics);
size_t sb_diagnostics_warnings(const SbDiagnostics *diagnostics);

/* Text of the first error; NULL: none. */
const char *sb_diagnostics_first(const SbDiagnostics *diagnostics);

/* Prints the findings in the order of their place, then nothing more. After SB_DIAGNOSTICS_SHOWN of them it says how
   many are left. */
enum { SB_DIAGNOSTICS_SHOWN = 1000 };
void sb_diagnostics_print(const SbDiagnostics *diagnostics, FILE *stream);

#endif
