/* The nodes of one rank, eliminated but for those beside other ranks, which are kept for the reduced system.

   A part at an end of the chain keeps one node and is eliminated towards it: a plain sweep. A part between others keeps
   its first and its last node; what lies between them is eliminated towards the last, and fills in what the first then
   has to do with the last (spikes: Polizzi & Sameh 2006, Parallel Computing 32, 177). */
#ifndef SB_SOLVE_CHAIN_PART_H
#define SB_SOLVE_CHAIN_PART_H

#include "solve/chain/reduced.h"
#include "solve/chain/sweep.h"
#include "solve/chain/values.h"

typedef struct {
  SbValues values;
  int first, last; /* nodes that are kept; may be one and the same */
  SbSweep *sweep;  /* over the others; NULL: none */
} SbPart;

/* The nodes that a part of nodes begin .. end-1 keeps. */
static inline void sb_part_kept(const SbChain *chain, int begin, int end, int *first, int *last) {
  *first = begin == 0 ? end - 1 : begin;
  *last = end == chain->nodes && begin > 0 ? begin : end - 1;
}

/* For the nodes of the matrix, at least one. NULL if memory fails. */
SbPart *sb_part_create(const SbMatrix *matrix);
void sb_part_destroy(SbPart **part);

/* Factors the present values and puts the rows of the kept nodes into the reduced system, where the first is node k;
   not numbers where a block has no inverse. pivoted: see sb_sweep_factor. */
void sb_part_factor(SbPart *part, bool pivoted, SbReduced *reduced, int k);

/* x [all unknowns of the chain]: right-hand side of the part's nodes; `kept` receives that of the reduced system, for
   the first kept node, then for the last if it is another. */
void sb_part_forward(const SbPart *part, bool transposed, SbNumber *x, SbNumber *kept);

/* x: the kept nodes' entries are the solution, and the others become so. b: right-hand side of the part's nodes, from
   its first on. */
void sb_part_backward(const SbPart *part, bool transposed, const SbNumber *b, SbNumber *x);

#endif
