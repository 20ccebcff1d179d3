/* The quantities that an `expect` may name. */
#ifndef SB_PROBLEM_QUANTITIES_H
#define SB_PROBLEM_QUANTITIES_H

#include "base/dimension.h"

/* Selectors a quantity takes (needs: bits repeated shifted by 16). */
enum {
  SB_SELECT_X = 1,
  SB_SELECT_SPECIES = 2,
  SB_SELECT_TERMINAL = 4,
  SB_SELECT_NAME = 8,
  SB_SELECT_COUPLE = 16,
  SB_SELECT_OF = 32,
  SB_SELECT_FREQUENCY = 64,
  SB_SELECT_MEMBRANE = 128,
  SB_SELECT_MECHANISM = 256,
  SB_SELECT_GATE = 512
};
#define SB_NEEDS(selectors) ((unsigned)(selectors) << 16)

typedef enum {
#define SB_QUANTITY(id, name, dimension, selectors, doc) SB_QUANTITY_##id,
#include "problem/quantities.def"
#undef SB_QUANTITY
  SB_QUANTITY_COUNT
} SbQuantity;

typedef struct {
  const char *name;
  SbDimension dimension; /* NONE with SB_SELECT_OF: that of the quantity it is about */
  unsigned selectors;    /* allowed, and needed ones shifted by 16 */
  const char *doc;
} SbQuantityInfo;

extern const SbQuantityInfo sb_quantities[SB_QUANTITY_COUNT];
extern const char *const sb_quantity_names[]; /* NULL-ended, same order */

/* Names of the fields that a run can store along x (`record: {profiles: [...]}`); NULL-ended. */
extern const char *const sb_profile_names[];

#endif
