/* Name lookup with did-you-mean. */
#ifndef SB_BASE_NAMES_H
#define SB_BASE_NAMES_H

#include <stddef.h>

/* Nearest of `count` names to `word` by edit distance (case differences and swapped neighbours count half a missing
   letter, a wrong letter one and a half), or NULL where none is near enough to be worth suggesting. The first of equals
   wins. */
const char *sb_names_nearest(const char *word, const char *const *names, size_t count);

#endif
