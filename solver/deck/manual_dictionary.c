/* The words of the language as a dictionary for libFuzzer: one quoted text a line. */
#include "deck/manual.h"
#include "deck/manual_parts.h"

static void print_word(const char *word, FILE *stream) {
  if (word[0] == '\0')
    return;
  fputc('"', stream);
  for (const char *c = word; *c != '\0'; c++) {
    const unsigned char byte = (unsigned char)*c;
    if (byte == '"' || byte == '\\')
      fprintf(stream, "\\%c", byte);
    else if (byte < 0x20 || byte > 0x7e)
      fprintf(stream, "\\x%02X", byte);
    else
      fputc(byte, stream);
  }
  fputs("\"\n", stream);
}

void sb_manual_dictionary(const SbSchema *root, FILE *stream) {
  static const char *const punctuation[] = {": ", "- ", "\n", "\n  - ", "[",   "]",  "{",
                                            "}",  ", ", "\"", "%",      "&a ", "*a", NULL};
  SbArena *arena = sb_arena_create();
  const SbManualParts parts = sb_manual_parts(arena, root);
  for (int i = 0; punctuation[i] != NULL; i++)
    print_word(punctuation[i], stream);
  for (int i = 0; i < SB_DIMENSION_COUNT; i++) {
    print_word(sb_dimension_example((SbDimension)i), stream);
    print_word(sb_dimension_unit((SbDimension)i), stream);
  }
  for (int i = 0; i < parts.count; i++) {
    print_word(parts.parts[i].schema->name, stream);
    for (const SbField *field = parts.parts[i].schema->fields; field->key != NULL; field++) {
      print_word(field->key, stream);
      for (int k = 0; field->choices != NULL && field->choices[k] != NULL; k++)
        print_word(field->choices[k], stream);
    }
  }
  sb_arena_destroy(&arena);
}
