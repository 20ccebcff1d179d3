#include "discretize/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vector.h"

static int size_of(const SbChain *chain, int node) {
  return node < 0 || node >= chain->nodes ? 0 : sb_chain_pattern(chain, node)->size;
}

static int width_of(const SbChain *chain, int node) {
  return size_of(chain, node - 1) + size_of(chain, node) + size_of(chain, node + 1);
}

/* The stretch of a region within begin .. end-1; false where there is none. */
static bool stretch_create(const SbChain *chain, int region, int begin, int end, SbStretch *stretch) {
  const SbPattern *pattern = &chain->patterns[region];
  const int inside = chain->mesh->first[region] + 2;
  if (inside >= chain->nodes || chain->pattern[inside] != region ||
      !sb_chain_stretch(chain, inside, &stretch->begin, &stretch->end))
    return false;
  stretch->begin = stretch->begin > begin ? stretch->begin : begin;
  stretch->end = stretch->end < end ? stretch->end : end;
  if (stretch->begin >= stretch->end)
    return false;
  stretch->species = pattern->size - (pattern->potential >= 0);
  stretch->size = pattern->size;
  const size_t links = (size_t)(stretch->end - stretch->begin) + 1, n = (size_t)stretch->species;
  stretch->face = calloc(links * (size_t)sb_face_size(stretch->species), sizeof(double));
  stretch->storage = calloc(3 * n + 1, sizeof(double));
  stretch->charge = stretch->storage ? stretch->storage + n : NULL;
  stretch->current = stretch->storage ? stretch->charge + n : NULL;
  stretch->by_volume = chain->problem->field->displacement;
  return true;
}

static bool stretches_create(SbMatrix *matrix) {
  const SbChain *chain = matrix->chain;
  const int regions = chain->problem->region_count;
  matrix->stretches = calloc((size_t)regions, sizeof *matrix->stretches);
  if (!matrix->stretches)
    return false;
  for (int r = 0; r < regions; r++) {
    SbStretch *stretch = &matrix->stretches[matrix->stretch_count];
    if (!stretch_create(chain, r, matrix->begin, matrix->end, stretch))
      continue;
    matrix->stretch_of[r] = matrix->stretch_count++;
    if (!stretch->face || !stretch->storage)
      return false;
  }
  return true;
}

static bool dense_create(SbMatrix *matrix) {
  const SbChain *chain = matrix->chain;
  size_t count = 0;
  for (int j = matrix->begin; j < matrix->end; j++) {
    matrix->dense_start[j - matrix->begin] = count;
    if (!sb_matrix_stretch(matrix, j))
      count += (size_t)(size_of(chain, j) * width_of(chain, j));
  }
  matrix->dense_start[matrix->end - matrix->begin] = count;
  matrix->dense = calloc(count + 1, sizeof(double));
  return matrix->dense != NULL;
}

SbMatrix *sb_matrix_create(const SbChain *chain, int begin, int end, bool structured) {
  SbMatrix *matrix = calloc(1, sizeof *matrix);
  if (!matrix)
    return NULL;
  const int regions = chain->problem->region_count;
  matrix->chain = chain;
  matrix->begin = begin;
  matrix->end = end;
  matrix->stretch_of = malloc((size_t)regions * sizeof *matrix->stretch_of);
  matrix->dense_start = calloc((size_t)(end - begin) + 1, sizeof *matrix->dense_start);
  for (int r = 0; matrix->stretch_of && r < regions; r++)
    matrix->stretch_of[r] = -1;
  if (!matrix->stretch_of || !matrix->dense_start || (structured && !stretches_create(matrix)) || !dense_create(matrix))
    sb_matrix_destroy(&matrix);
  return matrix;
}

void sb_matrix_destroy(SbMatrix **matrix) {
  if (!*matrix)
    return;
  for (int k = 0; k < (*matrix)->stretch_count; k++) {
    free((*matrix)->stretches[k].face);
    free((*matrix)->stretches[k].storage);
  }
  free((*matrix)->stretches);
  free((*matrix)->stretch_of);
  free((*matrix)->dense_start);
  free((*matrix)->dense);
  free((*matrix)->pins);
  free(*matrix);
  *matrix = NULL;
}

const SbStretch *sb_matrix_stretch(const SbMatrix *matrix, int node) {
  const SbChain *chain = matrix->chain;
  const int region = chain->pattern[node];
  if (region >= chain->problem->region_count || matrix->stretch_of[region] < 0)
    return NULL;
  const SbStretch *stretch = &matrix->stretches[matrix->stretch_of[region]];
  return node >= stretch->begin && node < stretch->end ? stretch : NULL;
}

/* ---- pins
 * --------------------------------------------------------------------------------------------------------------- */
void sb_matrix_pin(SbMatrix *matrix, int row) {
  if (matrix->pin_count == matrix->pin_capacity) {
    const int capacity = 2 * matrix->pin_capacity + 4;
    int *pins = realloc(matrix->pins, (size_t)capacity * sizeof *pins);
    if (!pins)
      abort();
    matrix->pins = pins;
    matrix->pin_capacity = capacity;
  }
  int at = matrix->pin_count++;
  for (; at > 0 && matrix->pins[at - 1] > row; at--)
    matrix->pins[at] = matrix->pins[at - 1];
  matrix->pins[at] = row;
}

void sb_matrix_unpin(SbMatrix *matrix) {
  matrix->pin_count = 0;
}

bool sb_matrix_pinned(const SbMatrix *matrix, int node) {
  const int *offset = matrix->chain->offset;
  for (int k = 0; k < matrix->pin_count; k++)
    if (matrix->pins[k] >= offset[node] && matrix->pins[k] < offset[node + 1])
      return true;
  return false;
}

/* ---- one node
 * ----------------------------------------------------------------------------------------------------------- */
/* Adds one link to a stretch node's rows [m][3m]: `face` its numbers, sign +1 where the link is to the right of the
 * node.
 */
static void add_face(const SbStretch *stretch, const double *face, double sign, double *rows) {
  const int n = stretch->species, m = stretch->size, width = 3 * m;
  const int at_left = sign > 0.0 ? m : 0, at_right = at_left + m;
  for (int s = 0; s < n; s++) {
    double *row = rows + s * width;
    row[at_left + s] += sign * face[s];
    row[at_right + s] += sign * face[SB_FACE_BY_RIGHT * n + s];
    if (m == n)
      continue;
    row[at_right + n] += sign * face[SB_FACE_BY_STEP * n + s];
    row[at_left + n] -= sign * face[SB_FACE_BY_STEP * n + s];
  }
  if (m == n)
    return;
  double *row = rows + n * width;
  row[at_left + n] += sign * face[SB_FACE_CAPACITY * n];
  row[at_right + n] -= sign * face[SB_FACE_CAPACITY * n];
}

static void stretch_rows(const SbMatrix *matrix, const SbStretch *stretch, int node, double *rows) {
  const int n = stretch->species, m = stretch->size, width = 3 * m, stride = sb_face_size(n);
  const double *face = stretch->face + (size_t)(node - stretch->begin) * (size_t)stride;
  const double volume = sb_node_volume(matrix->chain, node), weight = stretch->by_volume ? volume : 1.0;
  memset(rows, 0, (size_t)(m * width) * sizeof *rows);
  add_face(stretch, face, -1.0, rows);
  add_face(stretch, face + stride, 1.0, rows);
  for (int s = 0; m > n && s < n; s++) {
    for (int k = 0; stretch->keeps_current && k < width; k++)
      rows[n * width + k] += stretch->current[s] * rows[s * width + k];
    rows[n * width + m + s] += weight * stretch->charge[s];
  }
  for (int s = 0; s < n; s++)
    rows[s * width + m + s] += volume * stretch->storage[s];
}

static void pin_rows(const SbMatrix *matrix, int node, int left, int width, double *rows) {
  const int first = matrix->chain->offset[node], size = size_of(matrix->chain, node);
  for (int k = 0; k < matrix->pin_count; k++) {
    const int i = matrix->pins[k] - first;
    if (i < 0 || i >= size)
      continue;
    memset(rows + i * width, 0, (size_t)width * sizeof *rows);
    rows[i * width + left + i] = 1.0;
  }
}

int sb_matrix_node(const SbMatrix *matrix, int node, double *rows) {
  const SbChain *chain = matrix->chain;
  const SbStretch *stretch = sb_matrix_stretch(matrix, node);
  const int width = width_of(chain, node);
  if (stretch)
    stretch_rows(matrix, stretch, node, rows);
  else
    memcpy(rows, matrix->dense + matrix->dense_start[node - matrix->begin],
           (size_t)(size_of(chain, node) * width) * sizeof *rows);
  pin_rows(matrix, node, size_of(chain, node - 1), width, rows);
  return width;
}

/* ---- product
 * ------------------------------------------------------------------------------------------------------------ */
static void multiply_node(const SbMatrix *matrix, int node, const double *x, double *y, double *size) {
  const SbChain *chain = matrix->chain;
  double rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  const int width = sb_matrix_node(matrix, node, rows), first = chain->offset[node];
  const double *at = x + first - size_of(chain, node - 1);
  for (int i = 0; i < size_of(chain, node); i++) {
    double sum = 0.0, all = 0.0;
    for (int k = 0; k < width; k++) {
      const double term = rows[i * width + k] * at[k];
      sum += term;
      all += fabs(term);
    }
    y[first + i] = sum;
    if (size)
      size[first + i] = all;
  }
}

/* Flow through one link of a stretch for a change x of the state: flux per species, then displacement; `all`: the same
   of absolute values. */
static SB_ALWAYS_INLINE void flow(int n, bool potential, const double *face, const double *left, const double *right,
                                  double *sum, double *all) {
  const double step = potential ? right[n] - left[n] : 0.0, steps = potential ? fabs(right[n]) + fabs(left[n]) : 0.0;
  for (int s = 0; s < n; s++) {
    const double a = face[s] * left[s], b = face[SB_FACE_BY_RIGHT * n + s] * right[s];
    sum[s] = a + b + face[SB_FACE_BY_STEP * n + s] * step;
    all[s] = fabs(a) + fabs(b) + fabs(face[SB_FACE_BY_STEP * n + s]) * steps;
  }
  if (potential) {
    sum[n] = -face[SB_FACE_CAPACITY * n] * step;
    all[n] = face[SB_FACE_CAPACITY * n] * steps;
  }
}

/* n, m and sized are constants where this is inlined. */
static SB_ALWAYS_INLINE void multiply_run(int n, int m, bool sized, const SbMatrix *matrix, const SbStretch *stretch,
                                          const double *restrict x, double *restrict y, double *restrict size) {
  const int stride = sb_face_size(n), first = matrix->chain->offset[stretch->begin];
  double sum[2][SB_MAX_LOCAL], all[2][SB_MAX_LOCAL]; /* of the links to the left and to the right */
  const double *face = stretch->face, *at = x + first;
  double *to = y + first, *sizes = sized ? size + first : NULL;
  flow(n, m > n, face, at - m, at, sum[0], all[0]);
  for (int j = stretch->begin; j < stretch->end; j++, at += m, to += m) {
    const double volume = sb_node_volume(matrix->chain, j), weight = stretch->by_volume ? volume : 1.0;
    double here = 0.0, charged = 0.0, currents = 0.0;
    face += stride;
    flow(n, m > n, face, at, at + m, sum[1], all[1]);
    for (int s = 0; s < n; s++) {
      const double net = sum[1][s] - sum[0][s], both = all[1][s] + all[0][s];
      const double stored = volume * stretch->storage[s] * at[s];
      to[s] = net + stored;
      here += stretch->current[s] * net + weight * stretch->charge[s] * at[s];
      if (sized) {
        sizes[s] = both + fabs(stored);
        currents += fabs(stretch->current[s]) * both;
        charged += fabs(stretch->charge[s] * at[s]);
      }
    }
    if (m > n) {
      to[n] = sum[1][n] - sum[0][n] + here;
      if (sized)
        sizes[n] = all[1][n] + all[0][n] + currents + weight * charged;
    }
    for (int i = 0; i < m; i++) {
      sum[0][i] = sum[1][i];
      all[0][i] = all[1][i];
    }
    if (sized)
      sizes += m;
  }
}

/* With the sizes as constants where they are common. */
static void multiply_stretch(const SbMatrix *matrix, const SbStretch *stretch, const double *x, double *y,
                             double *size) {
#define RUN(n, m)                                                                                                      \
  do {                                                                                                                 \
    if (size)                                                                                                          \
      multiply_run(n, m, true, matrix, stretch, x, y, size);                                                           \
    else                                                                                                               \
      multiply_run(n, m, false, matrix, stretch, x, y, size);                                                          \
  } while (0)
  const int n = stretch->species, m = stretch->size;
  if (n == 1 && m == 2)
    RUN(1, 2);
  else if (n == 2 && m == 3)
    RUN(2, 3);
  else if (n == 3 && m == 4)
    RUN(3, 4);
  else if (n == 5 && m == 6)
    RUN(5, 6);
  else if (n == 8 && m == 9)
    RUN(8, 9);
  else
    RUN(n, m);
#undef RUN
}

void sb_matrix_multiply(const SbMatrix *matrix, const double *x, double *y, double *size) {
  for (int j = matrix->begin; j < matrix->end;) {
    const SbStretch *stretch = sb_matrix_stretch(matrix, j);
    if (stretch)
      multiply_stretch(matrix, stretch, x, y, size);
    else
      multiply_node(matrix, j, x, y, size);
    j = stretch ? stretch->end : j + 1;
  }
  for (int k = 0; k < matrix->pin_count; k++) {
    y[matrix->pins[k]] = x[matrix->pins[k]];
    if (size)
      size[matrix->pins[k]] = fabs(x[matrix->pins[k]]);
  }
}
