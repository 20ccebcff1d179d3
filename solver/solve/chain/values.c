#include "solve/chain/values.h"

#include <string.h>

enum { ROWS = SB_MAX_LOCAL * 3 * SB_MAX_LOCAL };

#ifdef SB_COMPLEX

int sb_values_node(const SbValues *values, int node, SbNumber *rows) {
  const SbMatrix *matrix = values->matrix, *mass = values->mass;
  double of_matrix[ROWS], of_mass[ROWS];
  const int *offset = matrix->chain->offset, size = sb_values_size(matrix->chain, node);
  const int width = sb_matrix_node(matrix, node, of_matrix);
  memset(of_mass, 0, (size_t)(size * width) * sizeof *of_mass);
  if (mass)
    sb_matrix_node(mass, node, of_mass);
  for (int k = 0; mass && k < matrix->pin_count; k++) {
    const int row = matrix->pins[k] - offset[node];
    if (row >= 0 && row < size)
      memset(of_mass + row * width, 0, (size_t)width * sizeof *of_mass);
  }
  for (int k = 0; k < size * width; k++)
    rows[k] = sb_values_combine(values, of_matrix[k], of_mass[k]);
  return width;
}

#else

int sb_values_node(const SbValues *values, int node, SbNumber *rows) {
  return sb_matrix_node(values->matrix, node, rows);
}

#endif
