/* The lists of kinds, expanded from kinds.def. */
#include "physics/physics.h"

#define SB_BULK(id) &sb_bulk_##id,
#define SB_BOUNDARY(id)
#define SB_CONTROL(id)
#define SB_MEMBRANE(id)
const SbBulkKind *const sb_bulk_kinds[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_BULK

#define SB_BULK(id)
#undef SB_BOUNDARY
#define SB_BOUNDARY(id) &sb_boundary_##id,
const SbBoundaryKind *const sb_boundary_kinds[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_BOUNDARY

#define SB_BOUNDARY(id) &sb_boundary_##id.schema,
const SbSchema *const sb_boundary_schemas[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_BOUNDARY

#define SB_BOUNDARY(id)
#undef SB_CONTROL
#define SB_CONTROL(id) &sb_control_##id,
const SbControlKind *const sb_control_kinds[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_CONTROL

#define SB_CONTROL(id) &sb_control_##id.schema,
const SbSchema *const sb_control_schemas[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_CONTROL

#define SB_CONTROL(id)
#undef SB_MEMBRANE
#define SB_MEMBRANE(id) &sb_membrane_##id,
const SbMembraneKind *const sb_membrane_kinds[] = {
#include "physics/kinds.def"
    NULL};
#undef SB_MEMBRANE

#define SB_MEMBRANE(id) &sb_membrane_##id.schema,
const SbSchema *const sb_membrane_schemas[] = {
#include "physics/kinds.def"
    NULL};
