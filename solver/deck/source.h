/* Lines and columns of a UTF-8 text, counted as libyaml counts them. Inner part of the diagnostics. */
#ifndef SB_DECK_SOURCE_H
#define SB_DECK_SOURCE_H

#include <stddef.h>
#include <stdio.h>

/* Bytes of the line break at text[offset]: LF, CR, CR LF, NEL, LS or PS; 0: none. */
size_t sb_source_break(const char *text, size_t length, size_t offset);

/* Bytes of the character at text[offset] (a broken one counts as one byte). */
size_t sb_source_character(const char *text, size_t length, size_t offset);

/* Prints the line text[length] (without its break) and a caret under the column, counted from 1; a long line is clipped
   around the caret. Control characters and broken UTF-8 are shown as '?'. */
void sb_source_print(const char *text, size_t length, size_t column, FILE *stream);

#endif
