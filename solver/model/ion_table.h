/* The table of ions that comes with the program (inputs/ions.yaml, built into the binary). */
#ifndef SB_MODEL_ION_TABLE_H
#define SB_MODEL_ION_TABLE_H

#include "base/arena.h"
#include "model/species.h"

typedef struct {
  int count;
  SbSpecies *ions;         /* [count], in the order of the file; .source is the key of the citation */
  const char **long_names; /* [count], e.g. "hydrogen ion" */
  const char **citations;  /* [count], the full citation */
  const char *notes;       /* what the numbers are */
  const char *temperature_law;
} SbIonTable;

/* Reads the built-in table into arena. It is tested to be free of errors; a broken one ends the program as an internal
 * error. */
const SbIonTable *sb_ion_table(SbArena *arena);

/* The entry of that name, or NULL. */
const SbSpecies *sb_ion_find(const SbIonTable *table, const char *name);

#endif
