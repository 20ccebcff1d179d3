/* Elimination along part of a stretch of the matrix (SbStretch), where blocks are not stored but follow from a few
   numbers per link. This is where the time goes; everything else is one node at a time.

   Nodes are taken in the order of elimination, from an outer end of the chain inwards. For a node j with outer
   neighbour o and inner neighbour i, no pivoting between nodes and none inside a block:
     S_j = D_j - A_jo W_o,   G_j = S_j^-1,   W_j = G_j A_ji
   Only G_j is kept, m^2 numbers. What a solve needs of A is read from the links again, so that factors are good until
   the matrix is assembled anew. */
#ifndef SB_SOLVE_CHAIN_SECTION_H
#define SB_SOLVE_CHAIN_SECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "discretize/matrix.h"
#include "solve/chain/number.h"

typedef struct {
  int count;          /* nodes */
  int species, size;  /* n; m = n, or n + 1 with a potential */
  int side;           /* +1: order of elimination is from left to right; -1: from right to left */
  const double *face; /* numbers of the first node's outer link; the next link's are side * (3 n + 1) further */
  const double *left; /* volumes of the first node's halves, m; the next node's are `side` further */
  const double *right;
  const SbNumber *storage, *charge; /* [n] as in SbStretch */
  const double *current;            /* [n] as in SbStretch */
  bool by_volume, keeps_current;
  SbNumber *inverse; /* [count][m][m] G in order of elimination; see sb_section_by_columns */
} SbSection;

/* The functions below take one section, or for at_once = 2 two that are alike, at the cost of little more than one
   where blocks are small. All arrays of pointers: [at_once]. The results are the same to the last bit. */
bool sb_section_alike(const SbSection *a, const SbSection *b);

/* Eliminates all nodes. w [m][m], scale [1]: scale times w is W of the node before the first; on return that of the
   last (in two parts, so that it does not matter where a section is interrupted). False where a block has no inverse.
 */
bool sb_section_factor(const SbSection *const *sections, int at_once, SbNumber *const *w, SbNumber *const *scale);

/* What eliminating the nodes does to a node b that comes before them and is kept, whose x_b they see through the
   coupling of the first one. own [columns][columns]: the block of b, updated. in [m][columns]: x_o of the node before
   the first one is in x_b, replaced by the same of the last. out [columns][m]: A_b of the first node, replaced by that
   of the inner neighbour of the last. For every node in = -G_j A_jo in, own += out in, out = -out G_j A_ji. */
void sb_section_fill(const SbSection *section, int columns, SbNumber *own, SbNumber *out, SbNumber *in);

/* Inwards: from the first node to the last, r_j = x_j - A_jo v and v = G_j r_j, x_j = r_j. Outwards: from the last to
   the first, v = G_j (x_j - A_ji v), x_j = v. x: entries of the first node, the next node's are side * m further; v
   [m]: in what the node before the first one taken left, out what the last one taken leaves. */
void sb_section_solve(const SbSection *const *sections, int at_once, bool inwards, SbNumber *const *x,
                      SbNumber *const *v);

/* The same with the transposed blocks, whose couplings are pushed: y_j = x_j - v, z = G_j^T y_j; inwards x_j = y_j and
   v = A_ji^T z, outwards x_j = z and v = A_jo^T z. */
void sb_section_solve_transposed(const SbSection *const *sections, int at_once, bool inwards, SbNumber *const *x,
                                 SbNumber *const *v);

/* How G is kept: column by column, or row by row. */
bool sb_section_by_columns(const SbSection *section);

/* Numbers of the outer link of node k (that of the inner link are the outer ones of node k + 1), and which of them are
   derivatives by the outer or by the inner of the link's nodes. */
static inline const double *sb_section_outer_link(const SbSection *section, int n, int k) {
  return section->face + (ptrdiff_t)k * (section->side * (3 * n + 1));
}

static inline int sb_section_by(const SbSection *section, int n, bool inner) {
  return ((section->side > 0) == inner ? SB_FACE_BY_RIGHT : SB_FACE_BY_LEFT) * n;
}

#endif
