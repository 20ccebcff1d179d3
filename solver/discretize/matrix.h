/* The block-tridiagonal matrix of a chain, or of the part of it that one rank owns, in the form in which it can be
   assembled and solved at the speed of memory.

   Most nodes lie inside a region together with both their neighbours: they form stretches. All that links and volumes
   bring into their rows follows from a few numbers per link, kept once for both of its nodes (SbStretch). In a stretch
   an off-diagonal block is a diagonal, one column (by the potential) and, where the potential's row is the divergence
   of the current, one row. All other nodes (terminals, region boundaries and their neighbours) keep their rows as
   numbers, one row after the other, each as [left | diagonal | right].

   Readers that do not care take any node's three blocks from sb_matrix_node. */
#ifndef SB_DISCRETIZE_MATRIX_H
#define SB_DISCRETIZE_MATRIX_H

#include "discretize/chain.h"

/* What one link brings into the rows of its two nodes; area is included. For slot s of `species` (the unknowns of a
   node are the species present, then the potential if the field has one) at place s of each of the first three. J is
   the flux to the right:
     by_left[s] = A dJ_s/dc_L,   by_right[s] = A dJ_s/dc_R,   by_step[s] = A dJ_s/d(phi_R - phi_L),   capacity = A eps/h
   The left node's species row gets them as they are, the right node's with the opposite sign; the left node's
   potential row gets +capacity by its own and -capacity by the other's potential, the right node's likewise. */
static inline int sb_face_size(int species) {
  return 3 * species + 1;
}

enum { SB_FACE_BY_LEFT = 0, SB_FACE_BY_RIGHT = 1, SB_FACE_BY_STEP = 2, SB_FACE_CAPACITY = 3 }; /* times species */

/* Nodes begin .. end-1 of one region, whose neighbours begin-1 and end have the same unknowns. */
typedef struct {
  int begin, end;
  int species;        /* n: species present */
  int size;           /* m: n, or n + 1 with a potential */
  double *face;       /* [end-begin+1][sb_face_size(n)]; face i is link begin-1+i */
  double *storage;    /* [n] dq/dc of a node's species row per volume, times shift: k_s shift, 1/s */
  double *charge;     /* [n] what the potential's row has by c_s per weight */
  double *current;    /* [n] the potential's row gets current_s times the links' part of row s (F z_s), or all 0 */
  bool by_volume;     /* weight of charge: the node's volume (Poisson's equation), else 1 */
  bool keeps_current; /* current is not all 0: off-diagonal blocks have a full last row */
} SbStretch;

typedef struct {
  const SbChain *chain;
  int begin, end; /* nodes whose rows are here */
  int stretch_count;
  SbStretch *stretches; /* ascending */
  int *stretch_of;      /* [regions] stretch of a region; -1: none here */
  size_t *dense_start;  /* [end-begin+1] first number of a node's rows in `dense`; empty for nodes of stretches */
  double *dense;
  int pin_count, pin_capacity;
  int *pins; /* [pin_count] rows turned to identity, ascending */
} SbMatrix;

/* Rows of nodes begin .. end-1, all zero; NULL if memory fails. structured: false keeps every node as numbers (what
   kinds that couple species across links would need; also the reference in tests). */
SbMatrix *sb_matrix_create(const SbChain *chain, int begin, int end, bool structured);
void sb_matrix_destroy(SbMatrix **matrix);

/* The stretch that holds a node; NULL for one with rows of its own. */
const SbStretch *sb_matrix_stretch(const SbMatrix *matrix, int node);

/* Volume of a node, m. */
static inline double sb_node_volume(const SbChain *chain, int node) {
  return chain->mesh->volume_left[node] + chain->mesh->volume_right[node];
}

/* The rows of one node [m][width] with width = size of the left neighbour + m + size of the right neighbour (0 beyond
   an end), pins included. Returns width. rows: room for SB_MAX_LOCAL * 3 SB_MAX_LOCAL numbers. */
int sb_matrix_node(const SbMatrix *matrix, int node, double *rows);

/* Rows of a node that is not in a stretch, to be assembled. */
static inline double *sb_matrix_dense(SbMatrix *matrix, int node) {
  return matrix->dense + matrix->dense_start[node - matrix->begin];
}

/* Turns a row (whole-chain index) to that of the identity, until sb_matrix_unpin. No more than a few. */
void sb_matrix_pin(SbMatrix *matrix, int row);
void sb_matrix_unpin(SbMatrix *matrix);
/* Whether a node has a pinned row. */
bool sb_matrix_pinned(const SbMatrix *matrix, int node);

/* y = A x for the nodes here: x [all unknowns of the chain], of which the nodes here and their neighbours are read; y
   [all unknowns], of which the nodes here are written. size: NULL, or receives sum |A_ij| |x_j| (for backward errors).
 */
void sb_matrix_multiply(const SbMatrix *matrix, const double *x, double *y, double *size);

#endif
