/* A dissolved species. */
#ifndef SB_MODEL_SPECIES_H
#define SB_MODEL_SPECIES_H

#include <stdbool.h>

#include "deck/diagnostics.h"

typedef struct {
  const char *name;   /* label as the deck writes it, e.g. "Ca2+" */
  int charge;         /* z, in elementary charges */
  double diffusivity; /* D, m2/s */
  const char *source; /* where the diffusivity comes from */
  bool tabled;        /* it comes from the table of ions */
  SbMark mark;
} SbSpecies;

#endif
