/* Writes the words of the deck language for libFuzzer: deck_dictionary FILE. */
#include <stdio.h>

#include "base/status.h"
#include "deck/manual.h"
#include "problem/deck.h"

int main(int count, char **arguments) {
  if (count != 2)
    return SB_USAGE;
  FILE *file = fopen(arguments[1], "w");
  if (!file)
    return SB_IO;
  sb_manual_dictionary(&sb_deck_schema, file);
  return fclose(file) == 0 ? SB_OK : SB_IO;
}
