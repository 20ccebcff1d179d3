#include "solve/chain/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "solve/chain/dense.h"
#include "solve/chain/node.h"
#include "solve/chain/pieces.h"

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

/* ---- walks through the pieces
 * -------------------------------------------------------------------------------------- */
typedef enum { FACTOR, SOLVE, SOLVE_TRANSPOSED } Work;

/* A walk through one sweep, inwards or outwards. */
typedef struct {
  SbSweep *sweep;
  Work work;
  bool inwards;
  SbNumber *x; /* [all unknowns] */
  SbNumber *v; /* what each node takes from the one before and leaves to the next; of factors: W over scale */
  SbNumber scale;
  int pieces, nodes; /* done; of these nodes in the present piece */
  bool good;
} Walk;

static const SbPiece *present(const Walk *walk) {
  const SbSweep *sweep = walk->sweep;
  if (walk->pieces == sweep->piece_count)
    return NULL;
  return &sweep->pieces[walk->inwards ? walk->pieces : sweep->piece_count - 1 - walk->pieces];
}

/* The next `count` nodes of the present section, and where their entries of x are. */
static SbSection next_part(const Walk *walk, int count, SbNumber **x) {
  const SbPiece *piece = present(walk);
  SbSection part = piece->section;
  const int first = walk->inwards ? walk->nodes : part.count - walk->nodes - count;
  const int node = piece->node + part.side * first;
  part.count = count;
  part.face += (ptrdiff_t)first * (part.side * sb_face_size(part.species));
  part.left += part.side * first;
  part.right += part.side * first;
  part.inverse += (ptrdiff_t)first * (part.size * part.size);
  *x = walk->x ? walk->x + walk->sweep->values.matrix->chain->offset[node] : NULL;
  return part;
}

static int rest_of(const Walk *walk) {
  return present(walk)->section.count - walk->nodes;
}

static void advance(Walk *walk, int count) {
  const SbSection *section = &present(walk)->section;
  walk->nodes += count;
  if (walk->nodes < section->count)
    return;
  if (walk->work == FACTOR && present(walk)->structured)
    for (int i = 0; i < section->size * section->size; i++)
      walk->v[i] *= walk->scale;
  walk->scale = 1.0;
  walk->pieces++;
  walk->nodes = 0;
}

/* The next `count` nodes of the sections of one walk, or of two. */
static void take_sections(Walk *walks, int at_once, int count) {
  SbSection parts[2];
  const SbSection *sections[2];
  SbNumber *x[2], *v[2], *scale[2];
  for (int w = 0; w < at_once; w++) {
    parts[w] = next_part(&walks[w], count, &x[w]);
    sections[w] = &parts[w];
    v[w] = walks[w].v;
    scale[w] = &walks[w].scale;
  }
  const bool inwards = walks[0].inwards;
  if (walks[0].work == FACTOR)
    walks[0].good &= sb_section_factor(sections, at_once, v, scale);
  else if (walks[0].work == SOLVE)
    sb_section_solve(sections, at_once, inwards, x, v);
  else
    sb_section_solve_transposed(sections, at_once, inwards, x, v);
  for (int w = 0; w < at_once; w++)
    advance(&walks[w], count);
}

static void take_node(Walk *walk) {
  const SbPiece *piece = present(walk);
  SbNumber *x = walk->x ? walk->x + walk->sweep->values.matrix->chain->offset[piece->node] : NULL;
  if (walk->work == FACTOR)
    walk->good &= sb_node_factor(walk->sweep, piece, walk->v);
  else if (walk->work == SOLVE)
    sb_node_solve(walk->sweep, piece, walk->inwards, x, walk->v);
  else
    sb_node_solve_transposed(walk->sweep, piece, walk->inwards, x, walk->v);
  advance(walk, 1);
}

/* What is left of the present piece. */
static void take_piece(Walk *walk) {
  if (present(walk)->structured)
    take_sections(walk, 1, rest_of(walk));
  else
    take_node(walk);
}

/* Nodes that the sections of two walks can take together; 0: none. */
static int together(const Walk *walks) {
  const SbPiece *a = present(&walks[0]), *b = present(&walks[1]);
  if (!a || !b || !a->structured || !b->structured || !sb_section_alike(&a->section, &b->section))
    return 0;
  const int rest[2] = {rest_of(&walks[0]), rest_of(&walks[1])};
  return rest[0] < rest[1] ? rest[0] : rest[1];
}

/* Goes to the end with one walk, or with two at once. False where a block has no inverse. */
static bool walk_on(Walk *walks, int at_once) {
  for (;;) {
    const int both = at_once == 2 ? together(walks) : 0;
    const SbPiece *first = present(&walks[0]), *second = at_once == 2 ? present(&walks[1]) : NULL;
    if (both > 0)
      take_sections(walks, 2, both);
    else if (second && (!first || !second->structured)) /* single nodes first: sections wait for each other */
      take_piece(&walks[1]);
    else if (first)
      take_piece(&walks[0]);
    else
      return walks[0].good && (at_once == 1 || walks[1].good);
    if (!walks[0].good || (at_once == 2 && !walks[1].good))
      return false;
  }
}

/* ---- factors
 * ------------------------------------------------------------------------------------------------------- */
static bool factor(SbSweep *const *sweeps, int at_once, bool pivoted) {
  Walk walks[2];
  for (int w = 0; w < at_once; w++) {
    memset(sweeps[w]->w, 0, sizeof sweeps[w]->w);
    if (!sb_sweep_plan(sweeps[w], pivoted))
      return false;
    walks[w] =
        (Walk){.sweep = sweeps[w], .work = FACTOR, .inwards = true, .v = sweeps[w]->w, .scale = 1.0, .good = true};
  }
  return walk_on(walks, at_once);
}

bool sb_sweep_factor(SbSweep *sweep, bool pivoted) {
  return factor(&sweep, 1, pivoted);
}

bool sb_sweep_factor_pair(SbSweep *const *sweeps, bool pivoted) {
  return factor(sweeps, 2, pivoted);
}

/* The inner node's rows; its layout as seen from this sweep. */
static SbNodeLayout inner_rows(const SbSweep *sweep, SbNumber *rows) {
  sb_values_node(&sweep->values, sweep->inner, rows);
  return sb_node_layout(sweep, sweep->inner);
}

void sb_sweep_update(const SbSweep *sweep, SbNumber *block) {
  if (sweep->outer == sweep->inner)
    return;
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  const SbNodeLayout at = inner_rows(sweep, rows);
  sb_dense_subtract_block(at.m, at.outer, at.m, at.width, rows + at.at_outer, sweep->w, block);
}

void sb_sweep_fill(const SbSweep *sweep, int n, SbNumber *own, SbNumber *out, SbNumber *in) {
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL], seen[SB_MAX_LOCAL * SB_MAX_LOCAL] = {0.0};
  for (int i = 0; i < n; i++)
    seen[i * n + i] = 1.0;
  for (int p = 0; p < sweep->piece_count; p++) {
    const SbPiece *piece = &sweep->pieces[p];
    if (piece->structured)
      sb_section_fill(&piece->section, n, own, out, seen);
    else
      sb_node_fill(sweep, piece, n, own, out, seen);
  }
  const SbNodeLayout at = inner_rows(sweep, rows);
  for (int i = 0; i < at.m; i++)
    sb_dense_transposed(at.outer, n, n, seen, rows + i * at.width + at.at_outer, in + i * n);
}

/* ---- solves
 * -------------------------------------------------------------------------------------------------------- */
/* What the last node of a forward walk leaves, as an update of the inner node. */
static void update_inner(const SbSweep *sweep, bool transposed, const SbNumber *v, SbNumber *update) {
  const int m = sb_values_size(sweep->values.matrix->chain, sweep->inner);
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  memset(update, 0, (size_t)m * sizeof *update);
  if (sweep->outer == sweep->inner)
    return;
  if (transposed) {
    memcpy(update, v, (size_t)m * sizeof *update);
    return;
  }
  const SbNodeLayout at = inner_rows(sweep, rows);
  for (int i = 0; i < at.m; i++)
    for (int k = 0; k < at.outer; k++)
      update[i] += rows[i * at.width + at.at_outer + k] * v[k];
}

/* What the inner node gives to the first node of a backward walk. */
static void start_from_inner(const SbSweep *sweep, bool transposed, const SbNumber *x, SbNumber *v) {
  const SbNumber *own = x + sweep->values.matrix->chain->offset[sweep->inner];
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  if (sweep->outer == sweep->inner)
    return;
  const SbNodeLayout at = inner_rows(sweep, rows);
  if (transposed)
    sb_dense_transposed(at.m, at.outer, at.width, rows + at.at_outer, own, v);
  else
    memcpy(v, own, (size_t)at.m * sizeof *v);
}

static void forward(const SbSweep *const *sweeps, int at_once, bool transposed, SbNumber *x, SbNumber *const *updates) {
  SbNumber v[2][SB_MAX_LOCAL] = {{0.0}};
  Walk walks[2];
  for (int w = 0; w < at_once; w++)
    walks[w] = (Walk){.sweep = (SbSweep *)sweeps[w],
                      .work = transposed ? SOLVE_TRANSPOSED : SOLVE,
                      .inwards = true,
                      .x = x,
                      .v = v[w],
                      .good = true};
  walk_on(walks, at_once);
  for (int w = 0; w < at_once; w++)
    update_inner(sweeps[w], transposed, v[w], updates[w]);
}

static void backward(const SbSweep *const *sweeps, int at_once, bool transposed, SbNumber *x) {
  SbNumber v[2][SB_MAX_LOCAL] = {{0.0}};
  Walk walks[2];
  for (int w = 0; w < at_once; w++) {
    start_from_inner(sweeps[w], transposed, x, v[w]);
    walks[w] = (Walk){
        .sweep = (SbSweep *)sweeps[w], .work = transposed ? SOLVE_TRANSPOSED : SOLVE, .x = x, .v = v[w], .good = true};
  }
  walk_on(walks, at_once);
}

void sb_sweep_forward(const SbSweep *sweep, SbNumber *x, SbNumber *update) {
  forward(&sweep, 1, false, x, &update);
}

void sb_sweep_backward(const SbSweep *sweep, SbNumber *x) {
  backward(&sweep, 1, false, x);
}

void sb_sweep_forward_transposed(const SbSweep *sweep, SbNumber *x, SbNumber *update) {
  forward(&sweep, 1, true, x, &update);
}

void sb_sweep_backward_transposed(const SbSweep *sweep, SbNumber *x) {
  backward(&sweep, 1, true, x);
}

void sb_sweep_forward_pair(const SbSweep *const *sweeps, bool transposed, SbNumber *x, SbNumber *const *updates) {
  forward(sweeps, 2, transposed, x, updates);
}

void sb_sweep_backward_pair(const SbSweep *const *sweeps, bool transposed, SbNumber *x) {
  backward(sweeps, 2, transposed, x);
}
