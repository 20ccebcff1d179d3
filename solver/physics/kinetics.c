/* The list of laws, expanded from kinetics.def. */
#include "physics/kinetics.h"

#define SB_KINETICS(id) &sb_kinetics_##id,
const SbKinetics *const sb_kinetics[] = {
#include "physics/kinetics.def"
    NULL};
#undef SB_KINETICS

#define SB_KINETICS(id) &sb_kinetics_##id.schema,
const SbSchema *const sb_kinetics_schemas[] = {
#include "physics/kinetics.def"
    NULL};
