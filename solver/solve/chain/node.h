/* Elimination of one node from its rows, with row pivoting inside its block: for nodes without structure, and for all
   where elimination without pivoting failed. */
#ifndef SB_SOLVE_CHAIN_NODE_H
#define SB_SOLVE_CHAIN_NODE_H

#include "solve/chain/pieces.h"

/* Where in a node's rows its blocks are. */
typedef struct {
  int m, width;     /* of the node, of its rows */
  int outer, inner; /* sizes of the neighbours */
  int at_outer, at_own, at_inner;
} SbNodeLayout;

SbNodeLayout sb_node_layout(const SbSweep *sweep, int node);

/* What sb_section_factor, _fill, _solve and _solve_transposed do to a section, for a piece of one node; x: the node's
 * entries.
 */
bool sb_node_factor(SbSweep *sweep, const SbPiece *piece, SbNumber *w);
void sb_node_fill(const SbSweep *sweep, const SbPiece *piece, int columns, SbNumber *own, SbNumber *out, SbNumber *in);
void sb_node_solve(const SbSweep *sweep, const SbPiece *piece, bool inwards, SbNumber *x, SbNumber *v);
void sb_node_solve_transposed(const SbSweep *sweep, const SbPiece *piece, bool inwards, SbNumber *x, SbNumber *v);

#endif
