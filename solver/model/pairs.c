#include "model/pairs.h"

/* Reads row number i; the x of the row before it decides whether it ascends. */
static bool row_read(SbReader *reader, const SbNode *row, const SbPairsForm *form, int i, double *x, double *y) {
  SbDiagnostics *diagnostics = sb_reader_diagnostics(reader);
  if (row->type != SB_NODE_LIST || row->count != 2) {
    sb_error(diagnostics, row->mark, "a row of a table is a pair [%s, %s]; found %s",
             sb_dimension_example(form->x_dimension), sb_dimension_example(form->y_dimension),
             row->type == SB_NODE_LIST  ? "a list of another length"
             : row->type == SB_NODE_MAP ? "a map"
                                        : "one value");
    return false;
  }
  const SbRange not_negative = {.rule = SB_NOT_NEGATIVE};
  const bool good_x = sb_read_quantity(reader, row->values[0], form->x_dimension, not_negative, &x[i]);
  const bool good_y = sb_read_quantity(reader, row->values[1], form->y_dimension, form->y_range, &y[i]);
  if (!good_x || !good_y)
    return false;
  const bool jump = i > 0 && x[i] == x[i - 1];
  const bool third = jump && i > 1 && x[i] == x[i - 2];
  if (i == 0 || x[i] > x[i - 1] || (jump && form->jumps && !third))
    return true;
  sb_error(diagnostics, row->values[0]->mark, "'%s' does not ascend: each row lies beyond the one before it%s",
           row->values[0]->text, form->jumps ? " (two rows of the same time make a jump)" : "");
  return false;
}

bool sb_pairs_read(SbReader *reader, const SbNode *node, const SbPairsForm *form, int *count, double **x, double **y) {
  if (node->type != SB_NODE_LIST || node->count < 2) {
    const char *first = sb_dimension_example(form->x_dimension), *second = sb_dimension_example(form->y_dimension);
    sb_error(sb_reader_diagnostics(reader), node->mark,
             "a table is a list of at least two pairs, such as [[%s, %s], ...]; found %s", first, second,
             node->type == SB_NODE_SCALAR ? "one value"
             : node->type == SB_NODE_MAP  ? "a map"
                                          : "a shorter one");
    return false;
  }
  SbArena *arena = sb_reader_arena(reader);
  *x = sb_arena_alloc(arena, node->count, sizeof(double));
  *y = sb_arena_alloc(arena, node->count, sizeof(double));
  *count = (int)node->count;
  bool good = true;
  for (int i = 0; i < *count; i++)
    good = row_read(reader, node->values[i], form, i, *x, *y) && good;
  return good;
}
