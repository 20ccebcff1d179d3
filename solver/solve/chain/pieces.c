#include "solve/chain/pieces.h"

#include <stdlib.h>

static SbPiece *piece_add(SbSweep *sweep, int node) {
  if (sweep->piece_count == sweep->piece_capacity) {
    const int capacity = 2 * sweep->piece_capacity + 16;
    SbPiece *pieces = realloc(sweep->pieces, (size_t)capacity * sizeof *pieces);
    if (!pieces)
      return NULL;
    sweep->pieces = pieces;
    sweep->piece_capacity = capacity;
  }
  SbPiece *piece = &sweep->pieces[sweep->piece_count++];
  *piece = (SbPiece){.node = node};
  piece->section.count = 1;
  piece->section.size = sb_values_size(sweep->values.matrix->chain, node);
  return piece;
}

/* Room for the rows of a piece of one node; false if memory fails. */
static bool rows_add(SbSweep *sweep, SbPiece *piece) {
  const SbChain *chain = sweep->values.matrix->chain;
  const int m = piece->section.size,
            others = sb_values_size(chain, piece->node - 1) + sb_values_size(chain, piece->node + 1);
  piece->rows = sweep->rows_count;
  sweep->rows_count += (size_t)(m * (m + others));
  if (sweep->rows_count <= sweep->rows_capacity)
    return true;
  const size_t capacity = 2 * sweep->rows_count + 1024;
  SbNumber *rows = realloc(sweep->rows, capacity * sizeof *rows);
  if (!rows)
    return false;
  sweep->rows = rows;
  sweep->rows_capacity = capacity;
  return true;
}

/* How many nodes from `node` on inwards belong to its stretch, have no pinned row and are to be eliminated. */
static int unpinned(const SbSweep *sweep, const SbStretch *stretch, int node) {
  const SbMatrix *matrix = sweep->values.matrix;
  int count = sweep->side > 0 ? stretch->end - node : node - stretch->begin + 1;
  if (count > sweep->side * (sweep->inner - node))
    count = sweep->side * (sweep->inner - node);
  for (int k = 0; k < matrix->pin_count; k++) {
    const int pinned = matrix->pins[k] - matrix->chain->offset[stretch->begin];
    if (pinned < 0 || pinned >= matrix->chain->offset[stretch->end] - matrix->chain->offset[stretch->begin])
      continue;
    const int before = sweep->side * (stretch->begin + pinned / stretch->size - node); /* nodes before the pinned one */
    if (before >= 0 && before < count)
      count = before;
  }
  return count;
}

/* The section of `count` nodes of a stretch. */
static void section_set(SbSweep *sweep, const SbStretch *stretch, int node, int count, SbSection *section) {
  const SbMatrix *matrix = sweep->values.matrix;
  const SbStretch *mass = sweep->values.mass ? sb_matrix_stretch(sweep->values.mass, node) : NULL;
  const int n = stretch->species, link = sweep->side > 0 ? node - stretch->begin : node - stretch->begin + 1;
  SbNumber *storage = sweep->coefficients + 2 * SB_MAX_SPECIES * (stretch - matrix->stretches);
  SbNumber *charge = storage + SB_MAX_SPECIES;
  for (int s = 0; s < n; s++) {
    storage[s] = sb_values_combine(&sweep->values, stretch->storage[s], mass ? mass->storage[s] : 0.0);
    charge[s] = sb_values_combine(&sweep->values, stretch->charge[s], mass ? mass->charge[s] : 0.0);
  }
  *section = (SbSection){.count = count,
                         .species = n,
                         .size = stretch->size,
                         .side = sweep->side,
                         .face = stretch->face + (size_t)link * (size_t)sb_face_size(n),
                         .left = matrix->chain->mesh->volume_left + node,
                         .right = matrix->chain->mesh->volume_right + node,
                         .storage = storage,
                         .charge = charge,
                         .current = stretch->current,
                         .by_volume = stretch->by_volume,
                         .keeps_current = stretch->keeps_current};
}

bool sb_sweep_plan(SbSweep *sweep, bool pivoted) {
  SbNumber *inverse = sweep->inverse;
  sweep->piece_count = 0;
  sweep->rows_count = 0;
  for (int j = sweep->outer; j != sweep->inner;) {
    SbPiece *piece = piece_add(sweep, j);
    if (!piece)
      return false;
    const SbStretch *stretch = pivoted ? NULL : sb_matrix_stretch(sweep->values.matrix, j);
    const int count = stretch ? unpinned(sweep, stretch, j) : 0;
    piece->structured = count > 0;
    if (piece->structured)
      section_set(sweep, stretch, j, count, &piece->section);
    else if (!rows_add(sweep, piece))
      return false;
    piece->section.inverse = inverse;
    inverse += (size_t)piece->section.count * (size_t)(piece->section.size * piece->section.size);
    j += sweep->side * piece->section.count;
  }
  return true;
}
