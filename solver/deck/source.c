#include "deck/source.h"

#include <stdbool.h>
#include <string.h>

enum { WIDTH = 100, LEAD = 60 };
#define INDENT "    "

static bool starts(const char *text, size_t length, size_t offset, const char *bytes) {
  size_t n = strlen(bytes);
  return length - offset >= n && memcmp(text + offset, bytes, n) == 0;
}

size_t sb_source_break(const char *text, size_t length, size_t offset) {
  static const char *const breaks[] = {"\r\n", "\n", "\r", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
  for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
    if (starts(text, length, offset, breaks[i])) {
      return strlen(breaks[i]);
    }
  }
  return 0;
}

/* Bytes of a well-formed character, 0 for a broken one. */
static size_t well_formed(const char *text, size_t length, size_t offset) {
  unsigned char first = (unsigned char)text[offset];
  size_t size = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (size > length - offset) {
    return 0;
  }
  for (size_t i = 1; i < size; i++) {
    if (((unsigned char)text[offset + i] & 0xC0) != 0x80) {
      return 0;
    }
  }
  return size;
}

size_t sb_source_character(const char *text, size_t length, size_t offset) {
  size_t size = well_formed(text, length, offset);
  return size == 0 ? 1 : size;
}

static void print_character(const char *text, size_t length, size_t offset, FILE *stream) {
  size_t size = well_formed(text, length, offset);
  unsigned char first = (unsigned char)text[offset];
  if (size == 0 || (first < 0x20 && first != '\t') || first == 0x7F ||
      (first == 0xC2 && size == 2 && (unsigned char)text[offset + 1] < 0xA0)) {
    fputc('?', stream);
  } else {
    fwrite(text + offset, 1, size, stream);
  }
}

void sb_source_print(const char *text, size_t length, size_t column, FILE *stream) {
  size_t first = column > WIDTH ? column - LEAD : 1; /* first column shown */
  size_t offset = 0;
  for (size_t i = 1; i < first && offset < length; i++) {
    offset += sb_source_character(text, length, offset);
  }
  const char *clip = first > 1 ? "..." : "";
  size_t start = offset;
  fprintf(stream, INDENT "%s", clip);
  for (size_t i = 0; i < WIDTH && offset < length; i++) {
    print_character(text, length, offset, stream);
    offset += sb_source_character(text, length, offset);
  }
  fprintf(stream, "%s\n" INDENT "%s", offset < length ? "..." : "", first > 1 ? "   " : "");
  /* The caret's line repeats the tabs above it, so that both lines are indented alike. */
  offset = start;
  for (size_t i = first; i < column; i++) {
    fputc(offset < length && text[offset] == '\t' ? '\t' : ' ', stream);
    offset += offset < length ? sb_source_character(text, length, offset) : 0;
  }
  fputs("^\n", stream);
}
