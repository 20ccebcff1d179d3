/* Tables of pairs in a deck: `[[0 s, 0 V], [1 s, 0.1 V]]`, for waveforms and for profiles of concentration. */
#ifndef SB_MODEL_PAIRS_H
#define SB_MODEL_PAIRS_H

#include "deck/schema.h"

/* What a table may hold. */
typedef struct {
  SbDimension x_dimension, y_dimension;
  SbRange y_range;
  bool jumps; /* two neighbouring rows may share their x: the value jumps there */
} SbPairsForm;

/* Reads at least two rows with x ascending from 0 or later into arrays [*count] of the reader's arena, SI. False after
   reporting every error. */
bool sb_pairs_read(SbReader *reader, const SbNode *node, const SbPairsForm *form, int *count, double **x, double **y);

#endif
