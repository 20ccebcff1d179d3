/* The nodes of a sweep, divided into what is eliminated in one go. */
#ifndef SB_SOLVE_CHAIN_PIECES_H
#define SB_SOLVE_CHAIN_PIECES_H

#include "solve/chain/section.h"
#include "solve/chain/sweep.h"
#include "solve/chain/values.h"

/* What is eliminated in one go: a section of a stretch, or one node. */
typedef struct {
  int node; /* the first in order of elimination */
  bool structured;
  SbSection section; /* of one node without structure only its size and inverse count */
  size_t rows;       /* without structure: where in `rows` its rows [m][width] are */
} SbPiece;

struct SbSweep {
  SbValues values;
  int outer, inner, side;
  SbNumber *inverse; /* of all nodes' S, in order of elimination */
  int piece_count, piece_capacity;
  SbPiece *pieces;
  size_t rows_count, rows_capacity;
  SbNumber *rows;
  SbNumber *coefficients;                  /* [stretches][2 SB_MAX_SPECIES] storage and charge of the stretches */
  SbNumber w[SB_MAX_LOCAL * SB_MAX_LOCAL]; /* of the last node: S^-1 times its coupling to the inner node */
};

/* Divides the nodes into pieces, by the pins that the matrix has now. pivoted: every node is one. False if memory
 * fails.
 */
bool sb_sweep_plan(SbSweep *sweep, bool pivoted);

#endif
