#include "discretize/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int size_of(const SbChain *chain, int node) {
  return node < 0 || node >= chain->nodes ? 0 : sb_chain_pattern(chain, node)->size;
}

static int width_of(const SbChain *chain, int node) {
  return size_of(chain, node - 1) + size_of(chain, node) + size_of(chain, node + 1);
}

/* The run of a region's inner nodes within begin .. end-1; empty (false) where there is none. */
static bool run_create(const SbChain *chain, int region, int begin, int end, SbRun *run) {
  const int *first = chain->mesh->first;
  const SbPattern *pattern = &chain->patterns[region];
  run->begin = first[region] + 2 > begin ? first[region] + 2 : begin;
  run->end = first[region + 1] - 1 < end ? first[region + 1] - 1 : end;
  if (run->begin >= run->end || pattern->size == 0)
    return false;
  run->species = pattern->size - (pattern->potential >= 0);
  run->size = pattern->size;
  const size_t links = (size_t)(run->end - run->begin) + 1, n = (size_t)run->species;
  run->face = calloc(links * (size_t)sb_face_size(run->species), sizeof(double));
  run->storage = calloc(3 * n + 1, sizeof(double));
  run->charge = run->storage ? run->storage + n : NULL;
  run->current = run->storage ? run->charge + n : NULL;
  run->by_volume = chain->problem->field->displacement;
  return true;
}

static bool runs_create(SbMatrix *matrix) {
  const SbChain *chain = matrix->chain;
  const int regions = chain->problem->region_count;
  matrix->runs = calloc((size_t)regions, sizeof *matrix->runs);
  if (!matrix->runs)
    return false;
  for (int r = 0; r < regions; r++) {
    SbRun *run = &matrix->runs[matrix->run_count];
    if (!run_create(chain, r, matrix->begin, matrix->end, run))
      continue;
    matrix->run_of[r] = matrix->run_count++;
    if (!run->face || !run->storage)
      return false;
  }
  return true;
}

static bool dense_create(SbMatrix *matrix) {
  const SbChain *chain = matrix->chain;
  size_t count = 0;
  for (int j = matrix->begin; j < matrix->end; j++) {
    matrix->dense_start[j - matrix->begin] = count;
    if (!sb_matrix_run(matrix, j))
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
  matrix->run_of = malloc((size_t)regions * sizeof *matrix->run_of);
  matrix->dense_start = calloc((size_t)(end - begin) + 1, sizeof *matrix->dense_start);
  for (int r = 0; matrix->run_of && r < regions; r++)
    matrix->run_of[r] = -1;
  if (!matrix->run_of || !matrix->dense_start || (structured && !runs_create(matrix)) || !dense_create(matrix))
    sb_matrix_destroy(&matrix);
  return matrix;
}

void sb_matrix_destroy(SbMatrix **matrix) {
  if (!*matrix)
    return;
  for (int k = 0; k < (*matrix)->run_count; k++) {
    free((*matrix)->runs[k].face);
    free((*matrix)->runs[k].storage);
  }
  free((*matrix)->runs);
  free((*matrix)->run_of);
  free((*matrix)->dense_start);
  free((*matrix)->dense);
  free((*matrix)->pins);
  free(*matrix);
  *matrix = NULL;
}

const SbRun *sb_matrix_run(const SbMatrix *matrix, int node) {
  const SbChain *chain = matrix->chain;
  const int region = chain->pattern[node];
  if (region >= chain->problem->region_count || matrix->run_of[region] < 0)
    return NULL;
  const SbRun *run = &matrix->runs[matrix->run_of[region]];
  return node >= run->begin && node < run->end ? run : NULL;
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
/* Adds one link to a run node's rows [m][3m]: `face` its numbers, sign +1 where the link is to the right of the node.
 */
static void add_face(const SbRun *run, const double *face, double sign, double *rows) {
  const int n = run->species, m = run->size, width = 3 * m;
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

static void run_rows(const SbMatrix *matrix, const SbRun *run, int node, double *rows) {
  const int n = run->species, m = run->size, width = 3 * m, stride = sb_face_size(n);
  const double *face = run->face + (size_t)(node - run->begin) * (size_t)stride;
  const double volume = sb_node_volume(matrix->chain, node), weight = run->by_volume ? volume : 1.0;
  memset(rows, 0, (size_t)(m * width) * sizeof *rows);
  add_face(run, face, -1.0, rows);
  add_face(run, face + stride, 1.0, rows);
  for (int s = 0; m > n && s < n; s++) {
    for (int k = 0; run->keeps_current && k < width; k++)
      rows[n * width + k] += run->current[s] * rows[s * width + k];
    rows[n * width + m + s] += weight * run->charge[s];
  }
  for (int s = 0; s < n; s++)
    rows[s * width + m + s] += volume * run->storage[s];
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
  const SbRun *run = sb_matrix_run(matrix, node);
  const int width = width_of(chain, node);
  if (run)
    run_rows(matrix, run, node, rows);
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

/* Flow through one link of a run for a change x of the state: flux per species, then displacement; `all`: the same of
   absolute values. */
static void flow(const SbRun *run, const double *face, const double *left, const double *right, double *sum,
                 double *all) {
  const int n = run->species, potential = run->size > n;
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

static void multiply_run(const SbMatrix *matrix, const SbRun *run, int begin, int end, const double *x, double *y,
                         double *size) {
  const int n = run->species, m = run->size, stride = sb_face_size(n);
  double before[2][SB_MAX_LOCAL], after[2][SB_MAX_LOCAL];
  const double *face = run->face + (size_t)(begin - run->begin) * (size_t)stride;
  const double *at = x + matrix->chain->offset[begin];
  flow(run, face, at - m, at, before[0], before[1]);
  for (int j = begin; j < end; j++, at += m) {
    const double volume = sb_node_volume(matrix->chain, j), weight = run->by_volume ? volume : 1.0;
    double *to = y + matrix->chain->offset[j], *all = size ? size + matrix->chain->offset[j] : NULL;
    face += stride;
    flow(run, face, at, at + m, after[0], after[1]);
    for (int i = 0; i < m; i++) {
      to[i] = after[0][i] - before[0][i];
      before[1][i] += after[1][i];
    }
    for (int s = 0; m > n && s < n; s++) {
      to[n] += run->current[s] * to[s] + weight * run->charge[s] * at[s];
      before[1][n] += fabs(run->current[s]) * before[1][s] + weight * fabs(run->charge[s] * at[s]);
    }
    for (int s = 0; s < n; s++) {
      to[s] += volume * run->storage[s] * at[s];
      before[1][s] += volume * fabs(run->storage[s] * at[s]);
    }
    for (int i = 0; all && i < m; i++)
      all[i] = before[1][i];
    memcpy(before, after, sizeof before);
  }
}

void sb_matrix_multiply(const SbMatrix *matrix, const double *x, double *y, double *size) {
  for (int j = matrix->begin; j < matrix->end;) {
    const SbRun *run = sb_matrix_run(matrix, j);
    if (run)
      multiply_run(matrix, run, j, run->end, x, y, size);
    else
      multiply_node(matrix, j, x, y, size);
    j = run ? run->end : j + 1;
  }
  for (int k = 0; k < matrix->pin_count; k++) {
    y[matrix->pins[k]] = x[matrix->pins[k]];
    if (size)
      size[matrix->pins[k]] = fabs(x[matrix->pins[k]]);
  }
}
