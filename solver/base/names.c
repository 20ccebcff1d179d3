/* Optimal string alignment (Damerau 1964, Commun. ACM 7, 171) with weights for the slips of a typist. */
#include "base/names.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { CASE = 1, SWAP = 1, GAP = 2, REPLACE = 3, LONGEST = 64 };

static int smaller(int a, int b) {
  return a < b ? a : b;
}

static bool same_letter(char a, char b) {
  return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static int replacement(char a, char b) {
  return a == b ? 0 : same_letter(a, b) ? CASE : REPLACE;
}

/* Largest distance at which a suggestion still helps. */
static int reach(size_t length) {
  return length <= 2 ? 2 : length <= 5 ? 3 : length <= 8 ? 4 : 6;
}

static int distance(const char *a, size_t rows, const char *b, size_t columns) {
  int row[3][LONGEST + 1];
  for (size_t j = 0; j <= columns; j++) {
    row[0][j] = GAP * (int)j;
  }
  for (size_t i = 1; i <= rows; i++) {
    const int *two_up = row[(i + 1) % 3], *up = row[(i + 2) % 3];
    int *here = row[i % 3];
    here[0] = GAP * (int)i;
    for (size_t j = 1; j <= columns; j++) {
      here[j] = smaller(smaller(up[j], here[j - 1]) + GAP, up[j - 1] + replacement(a[i - 1], b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        here[j] = smaller(here[j], two_up[j - 2] + SWAP);
      }
    }
  }
  return row[rows % 3][columns];
}

const char *sb_names_nearest(const char *word, const char *const *names, size_t count) {
  const char *best = NULL;
  int best_distance = 0;
  size_t length = strlen(word);
  if (length == 0 || length > LONGEST) {
    return NULL;
  }
  for (size_t i = 0; i < count; i++) {
    size_t other = strlen(names[i]);
    size_t longer = length > other ? length : other;
    if (other > LONGEST || GAP * (int)(2 * longer - length - other) > reach(longer)) {
      continue;
    }
    int d = distance(word, length, names[i], other);
    if (d <= reach(longer) && (best == NULL || d < best_distance)) {
      best = names[i];
      best_distance = d;
    }
  }
  return best;
}
