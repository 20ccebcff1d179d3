#include "problem/quantities.h"

#include <stddef.h>

const SbQuantityInfo sb_quantities[SB_QUANTITY_COUNT] = {
#define SB_QUANTITY(id, name, dimension, selectors, doc) {name, dimension, selectors, doc},
#include "problem/quantities.def"
#undef SB_QUANTITY
};

const char *const sb_quantity_names[] = {
#define SB_QUANTITY(id, name, dimension, selectors, doc) name,
#include "problem/quantities.def"
#undef SB_QUANTITY
    NULL};

const char *const sb_profile_names[] = {"electric potential", "concentration", "charge density",
                                        "electric field",     "flux",          NULL};
