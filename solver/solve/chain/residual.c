#include "solve/chain/values.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* Where a wave has died away numbers run out of range and have no digits left to judge. */
static const double least_size = DBL_MIN / DBL_EPSILON;

/* From the rows of every node. */
static void multiply_nodes(const SbValues *values, bool transposed, const SbNumber *x, SbNumber *sum, double *size) {
  const SbMatrix *matrix = values->matrix;
  const SbChain *chain = matrix->chain;
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  const int first = chain->offset[matrix->begin] - sb_values_size(chain, matrix->begin - 1);
  const size_t count = (size_t)(chain->offset[matrix->end] + sb_values_size(chain, matrix->end) - first);
  memset(sum + first, 0, count * sizeof *sum);
  memset(size + first, 0, count * sizeof *size);
  for (int j = matrix->begin; j < matrix->end; j++) {
    const int width = sb_values_node(values, j, rows), left = chain->offset[j] - sb_values_size(chain, j - 1);
    for (int i = chain->offset[j]; i < chain->offset[j + 1]; i++)
      for (int c = left; c < left + width; c++) {
        const int to = transposed ? c : i, from = transposed ? i : c;
        const SbNumber term = rows[(i - chain->offset[j]) * width + c - left] * x[from];
        sum[to] += term;
        size[to] += sb_number_size(term);
      }
  }
}

#ifdef SB_COMPLEX

/* Adds i w M x: storage and charge of stretches node by node, other nodes from their rows. */
static void add_mass(const SbValues *values, const SbNumber *x, SbNumber *sum, double *size) {
  const SbMatrix *mass = values->mass;
  const SbChain *chain = mass->chain;
  double rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  for (int j = mass->begin; j < mass->end; j++) {
    const SbStretch *stretch = sb_matrix_stretch(mass, j);
    const int own = chain->offset[j], m = sb_values_size(chain, j);
    const int width = stretch ? 0 : sb_matrix_node(mass, j, rows), left = own - sb_values_size(chain, j - 1);
    const double volume = sb_node_volume(chain, j), weight = stretch && stretch->by_volume ? volume : 1.0;
    for (int k = 0; k < m * width; k++) {
      const SbNumber term = I * values->frequency * rows[k] * x[left + k % width];
      sum[own + k / width] += term;
      size[own + k / width] += sb_number_size(term);
    }
    for (int s = 0; stretch && s < stretch->species; s++) {
      const SbNumber turned = I * values->frequency * x[own + s];
      sum[own + s] += volume * stretch->storage[s] * turned;
      size[own + s] += fabs(volume * stretch->storage[s]) * sb_number_size(turned);
      if (m == stretch->species)
        continue;
      sum[own + m - 1] += weight * stretch->charge[s] * turned;
      size[own + m - 1] += fabs(weight * stretch->charge[s]) * sb_number_size(turned);
    }
  }
}

/* K x part by part as products of real numbers, which go through stretches at once; false if memory fails. */
static bool multiply_parts(const SbValues *values, const SbNumber *x, SbNumber *sum, double *size) {
  const int count = values->matrix->chain->unknowns;
  double *part = calloc(3 * (size_t)count, sizeof *part), *product = part + count, *sizes = product + count;
  for (int k = 0; part && k < 2; k++) {
    for (int i = 0; i < count; i++)
      part[i] = k == 0 ? creal(x[i]) : cimag(x[i]);
    sb_matrix_multiply(values->matrix, part, product, sizes);
    for (int i = 0; i < count; i++) {
      sum[i] = k == 0 ? product[i] : sum[i] + I * product[i];
      size[i] = k == 0 ? sizes[i] : size[i] + sizes[i];
    }
  }
  if (part && values->mass)
    add_mass(values, x, sum, size);
  free(part);
  return part != NULL;
}

#endif

void sb_values_multiply(const SbValues *values, bool transposed, const SbNumber *x, SbNumber *sum, double *size) {
#ifdef SB_COMPLEX
  const SbMatrix *matrix = values->matrix;
  const bool whole = matrix->begin == 0 && matrix->end == matrix->chain->nodes && matrix->pin_count == 0;
  if (whole && !transposed && multiply_parts(values, x, sum, size))
    return;
#else
  if (!transposed) {
    sb_matrix_multiply(values->matrix, x, sum, size);
    return;
  }
#endif
  multiply_nodes(values, transposed, x, sum, size);
}

double sb_values_error(int count, const SbNumber *b, SbNumber *residual, const double *size) {
  double worst = 0.0;
  for (int i = 0; i < count; i++) {
    residual[i] = b[i] - residual[i];
    const double all = size[i] + sb_number_size(b[i]), error = sb_number_size(residual[i]);
    if (all < least_size)
      continue;
    if (!(error <= worst * all))
      worst = isfinite(error / all) ? error / all : INFINITY;
  }
  return worst;
}
