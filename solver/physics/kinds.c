/* The lists of kinds, expanded from kinds.def. */
#include "physics/physics.h"

#define SB_BULK(id) &sb_bulk_##id,
#define SB_BOUNDARY(id)
#define SB_CONTROL(id)
const SbBulkKind *const sb_bulk_kinds[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_BULK
#undef SB_BOUNDARY
#undef SB_CONTROL

#define SB_BULK(id)
#define SB_BOUNDARY(id) &sb_boundary_##id,
#define SB_CONTROL(id)
const SbBoundaryKind *const sb_boundary_kinds[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_BOUNDARY

#define SB_BOUNDARY(id) &sb_boundary_##id.schema,
const SbSchema *const sb_boundary_schemas[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_BOUNDARY
#undef SB_CONTROL

#define SB_BOUNDARY(id)
#define SB_CONTROL(id) &sb_control_##id,
const SbControlKind *const sb_control_kinds[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_CONTROL

#define SB_CONTROL(id) &sb_control_##id.schema,
const SbSchema *const sb_control_schemas[] = {
#include "physics/kinds.def"
    NULL};
