#include "solve/chain/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "solve/chain/dense.h"
#include "solve/chain/section.h"
#include "solve/chain/values.h"

/* What is eliminated in one go: a section of a stretch, or one node. */
typedef struct {
  int node; /* the first in order of elimination */
  bool structured;
  SbSection section; /* of one node without structure only its size and inverse count */
  size_t rows;       /* without structure: where in `rows` its rows [m][width] are */
} Piece;

struct SbSweep {
  SbValues values;
  int outer, inner, side;
  SbNumber *inverse; /* of all nodes' S, in order of elimination */
  int piece_count, piece_capacity;
  Piece *pieces;
  size_t rows_count, rows_capacity;
  SbNumber *rows;
  SbNumber *coefficients;                  /* [stretches][2 SB_MAX_SPECIES] storage and charge of the stretches */
  SbNumber w[SB_MAX_LOCAL * SB_MAX_LOCAL]; /* of the last node: S^-1 times its coupling to the inner node */
};

SbSweep *sb_sweep_create(const SbMatrix *matrix, int outer, int inner) {
  SbSweep *sweep = calloc(1, sizeof *sweep);
  if (!sweep)
    return NULL;
  sweep->values.matrix = matrix;
  sweep->outer = outer;
  sweep->inner = inner;
  sweep->side = outer < inner ? 1 : -1;
  size_t count = 0;
  for (int j = outer; j != inner; j += sweep->side)
    count += (size_t)(sb_values_size(matrix->chain, j) * sb_values_size(matrix->chain, j));
  sweep->inverse = malloc((count + 1) * sizeof *sweep->inverse);
  sweep->coefficients = malloc((size_t)(2 * SB_MAX_SPECIES * matrix->stretch_count + 1) * sizeof *sweep->coefficients);
  if (!sweep->inverse || !sweep->coefficients)
    sb_sweep_destroy(&sweep);
  return sweep;
}

void sb_sweep_destroy(SbSweep **sweep) {
  if (!*sweep)
    return;
  free((*sweep)->inverse);
  free((*sweep)->coefficients);
  free((*sweep)->pieces);
  free((*sweep)->rows);
  free(*sweep);
  *sweep = NULL;
}

#ifdef SB_COMPLEX
void sb_sweep_set_mass(SbSweep *sweep, const SbMatrix *mass, double frequency) {
  sweep->values.mass = mass;
  sweep->values.frequency = frequency;
}
#endif

/* ---- plan
 * ------------------------------------------------------------------------------------------------------------ */
static Piece *piece_add(SbSweep *sweep, int node) {
  if (sweep->piece_count == sweep->piece_capacity) {
    const int capacity = 2 * sweep->piece_capacity + 16;
    Piece *pieces = realloc(sweep->pieces, (size_t)capacity * sizeof *pieces);
    if (!pieces)
      return NULL;
    sweep->pieces = pieces;
    sweep->piece_capacity = capacity;
  }
  Piece *piece = &sweep->pieces[sweep->piece_count++];
  *piece = (Piece){.node = node};
  piece->section.count = 1;
  piece->section.size = sb_values_size(sweep->values.matrix->chain, node);
  return piece;
}

/* Room for the rows of a piece of one node; false if memory fails. */
static bool rows_add(SbSweep *sweep, Piece *piece) {
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

/* Divides the nodes into pieces. False if memory fails. */
static bool plan(SbSweep *sweep, bool pivoted) {
  SbNumber *inverse = sweep->inverse;
  sweep->piece_count = 0;
  sweep->rows_count = 0;
  for (int j = sweep->outer; j != sweep->inner;) {
    Piece *piece = piece_add(sweep, j);
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

/* ---- one node from its rows
 * ------------------------------------------------------------------------------------------ */
/* Where in a node's rows its blocks are. */
typedef struct {
  int m, width;     /* of the node, of its rows */
  int outer, inner; /* sizes of the neighbours */
  int at_outer, at_own, at_inner;
} Layout;

static Layout layout(const SbSweep *sweep, int node) {
  const SbChain *chain = sweep->values.matrix->chain;
  const int m = sb_values_size(chain, node), left = sb_values_size(chain, node - 1),
            right = sb_values_size(chain, node + 1);
  const bool rightwards = sweep->side > 0;
  return (Layout){.m = m,
                  .width = left + m + right,
                  .outer = rightwards ? left : right,
                  .inner = rightwards ? right : left,
                  .at_outer = rightwards ? 0 : left + m,
                  .at_own = left,
                  .at_inner = rightwards ? left + m : 0};
}

/* w: W of the outer neighbour, replaced by the node's own. */
static bool node_factor(SbSweep *sweep, const Piece *piece, SbNumber *w) {
  const Layout at = layout(sweep, piece->node);
  const int m = at.m;
  SbNumber *rows = sweep->rows + piece->rows, *s = piece->section.inverse;
  double size[SB_MAX_LOCAL];
  sb_values_node(&sweep->values, piece->node, rows);
  sb_dense_take(m, at.width, at.at_own, rows, s, size);
  sb_dense_subtract_block(m, at.outer, m, at.width, rows + at.at_outer, w, s);
  if (!sb_dense_invert(m, s, size))
    return false;
  for (int i = 0; i < m; i++)
    sb_dense_transposed(m, at.inner, at.width, rows + at.at_inner, s + i * m, w + i * at.inner);
  return true;
}

/* As sb_section_fill. */
static void node_fill(const SbSweep *sweep, const Piece *piece, int columns, SbNumber *own, SbNumber *out,
                      SbNumber *in) {
  const Layout at = layout(sweep, piece->node);
  const int m = at.m;
  const SbNumber *rows = sweep->rows + piece->rows, *g = piece->section.inverse;
  SbNumber r[SB_MAX_LOCAL * SB_MAX_LOCAL] = {0.0}, h[SB_MAX_LOCAL * SB_MAX_LOCAL] = {0.0}, row[SB_MAX_LOCAL];
  sb_dense_subtract_block(m, at.outer, columns, at.width, rows + at.at_outer, in, r);
  sb_dense_subtract_block(m, m, columns, m, g, r, h);
  for (int i = 0; i < m * columns; i++)
    in[i] = -h[i];
  sb_dense_subtract_block(columns, m, columns, m, out, h, own);
  memcpy(r, out, (size_t)(columns * m) * sizeof *r);
  for (int i = 0; i < columns; i++) {
    sb_dense_transposed(m, m, m, g, r + i * m, row);
    sb_dense_transposed(m, at.inner, at.width, rows + at.at_inner, row, out + i * at.inner);
  }
  for (int i = 0; i < columns * at.inner; i++)
    out[i] = -out[i];
}

static void node_solve(const SbSweep *sweep, const Piece *piece, bool inwards, SbNumber *x, SbNumber *v) {
  const Layout at = layout(sweep, piece->node);
  const SbNumber *rows = sweep->rows + piece->rows, *g = piece->section.inverse;
  sb_dense_subtract(at.m, inwards ? at.outer : at.inner, at.width, rows + (inwards ? at.at_outer : at.at_inner), v, x);
  sb_dense_multiply(at.m, g, x, v);
  if (!inwards)
    memcpy(x, v, (size_t)at.m * sizeof *x);
}

static void node_solve_transposed(const SbSweep *sweep, const Piece *piece, bool inwards, SbNumber *x, SbNumber *v) {
  const Layout at = layout(sweep, piece->node);
  const SbNumber *rows = sweep->rows + piece->rows;
  SbNumber z[SB_MAX_LOCAL];
  for (int i = 0; i < at.m; i++)
    x[i] -= v[i];
  sb_dense_transposed(at.m, at.m, at.m, piece->section.inverse, x, z);
  sb_dense_transposed(at.m, inwards ? at.inner : at.outer, at.width, rows + (inwards ? at.at_inner : at.at_outer), z,
                      v);
  if (!inwards)
    memcpy(x, z, (size_t)at.m * sizeof *x);
}

/* ---- all nodes
 * ------------------------------------------------------------------------------------------------------- */
bool sb_sweep_factor(SbSweep *sweep, bool pivoted) {
  memset(sweep->w, 0, sizeof sweep->w);
  if (!plan(sweep, pivoted))
    return false;
  for (int p = 0; p < sweep->piece_count; p++) {
    const Piece *piece = &sweep->pieces[p];
    const bool good =
        piece->structured ? sb_section_factor(&piece->section, sweep->w) : node_factor(sweep, piece, sweep->w);
    if (!good)
      return false;
  }
  return true;
}

/* The inner node's rows; its layout as seen from this sweep. */
static Layout inner_rows(const SbSweep *sweep, SbNumber *rows) {
  sb_values_node(&sweep->values, sweep->inner, rows);
  return layout(sweep, sweep->inner);
}

void sb_sweep_update(const SbSweep *sweep, SbNumber *block) {
  if (sweep->outer == sweep->inner)
    return;
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  const Layout at = inner_rows(sweep, rows);
  sb_dense_subtract_block(at.m, at.outer, at.m, at.width, rows + at.at_outer, sweep->w, block);
}

void sb_sweep_fill(const SbSweep *sweep, int n, SbNumber *own, SbNumber *out, SbNumber *in) {
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL], seen[SB_MAX_LOCAL * SB_MAX_LOCAL] = {0.0};
  for (int i = 0; i < n; i++)
    seen[i * n + i] = 1.0;
  for (int p = 0; p < sweep->piece_count; p++) {
    const Piece *piece = &sweep->pieces[p];
    if (piece->structured)
      sb_section_fill(&piece->section, n, own, out, seen);
    else
      node_fill(sweep, piece, n, own, out, seen);
  }
  const Layout at = inner_rows(sweep, rows);
  for (int i = 0; i < at.m; i++)
    sb_dense_transposed(at.outer, n, n, seen, rows + i * at.width + at.at_outer, in + i * n);
}

/* Runs through the pieces; v: what the neighbour before the first one gave, replaced by what the last one gives. */
static void pass(const SbSweep *sweep, bool inwards, bool transposed, SbNumber *x, SbNumber *v) {
  void (*const section_solve)(const SbSection *, bool, SbNumber *, SbNumber *) =
      transposed ? sb_section_solve_transposed : sb_section_solve;
  void (*const solve)(const SbSweep *, const Piece *, bool, SbNumber *, SbNumber *) =
      transposed ? node_solve_transposed : node_solve;
  for (int step = 0; step < sweep->piece_count; step++) {
    const Piece *piece = &sweep->pieces[inwards ? step : sweep->piece_count - 1 - step];
    SbNumber *own = x + sweep->values.matrix->chain->offset[piece->node];
    if (piece->structured)
      section_solve(&piece->section, inwards, own, v);
    else
      solve(sweep, piece, inwards, own, v);
  }
}

void sb_sweep_forward(const SbSweep *sweep, SbNumber *x, SbNumber *update) {
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL], v[SB_MAX_LOCAL] = {0.0};
  memset(update, 0, (size_t)sb_values_size(sweep->values.matrix->chain, sweep->inner) * sizeof *update);
  if (sweep->outer == sweep->inner)
    return;
  pass(sweep, true, false, x, v);
  const Layout at = inner_rows(sweep, rows);
  for (int i = 0; i < at.m; i++)
    for (int k = 0; k < at.outer; k++)
      update[i] += rows[i * at.width + at.at_outer + k] * v[k];
}

void sb_sweep_backward(const SbSweep *sweep, SbNumber *x) {
  const SbChain *chain = sweep->values.matrix->chain;
  SbNumber v[SB_MAX_LOCAL];
  memcpy(v, x + chain->offset[sweep->inner], (size_t)sb_values_size(chain, sweep->inner) * sizeof *v);
  pass(sweep, false, false, x, v);
}

void sb_sweep_forward_transposed(const SbSweep *sweep, SbNumber *x, SbNumber *update) {
  SbNumber v[SB_MAX_LOCAL] = {0.0};
  pass(sweep, true, true, x, v);
  memcpy(update, v, (size_t)sb_values_size(sweep->values.matrix->chain, sweep->inner) * sizeof *update);
}

void sb_sweep_backward_transposed(const SbSweep *sweep, SbNumber *x) {
  if (sweep->outer == sweep->inner)
    return;
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL], v[SB_MAX_LOCAL];
  const Layout at = inner_rows(sweep, rows);
  sb_dense_transposed(at.m, at.outer, at.width, rows + at.at_outer,
                      x + sweep->values.matrix->chain->offset[sweep->inner], v);
  pass(sweep, false, true, x, v);
}
