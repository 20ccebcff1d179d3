/* When a transient lands exactly: recorded and expected times, and the end. */
#ifndef SB_PROTOCOL_LANDINGS_H
#define SB_PROTOCOL_LANDINGS_H

#include "problem/deck.h"

typedef struct {
  int count, capacity;
  double *times; /* [count] s, ascending, without repetitions; the last is the end. To be freed. */
} SbLandings;

SbLandings sb_landings_create(const SbDeck *deck, const SbTransientStep *settings);

#endif
