/* The rows of an end node: what its boundary kind replaces or adds, and the equation of its control. */
#ifndef SB_DISCRETIZE_TERMINAL_H
#define SB_DISCRETIZE_TERMINAL_H

#include "discretize/assemble.h"
#include "discretize/links.h"
#include "discretize/measure.h"

/* The rows of one node while they are assembled. */
typedef struct {
  const SbChain *chain;
  const SbEvaluation *evaluation;
  const double *u;
  int node;
  const SbPattern *pattern;
  double volume;             /* m, of the whole node */
  int left, diagonal, right; /* first column of each block within a row */
  int width;                 /* of a row */
  bool conserves_current;    /* the potential's row holds the divergence of the current, not a charge */
  double *f;                 /* [pattern->size] */
  double *value;             /* [pattern->size][width]; NULL: no derivatives wanted */
} SbNodeRows;

/* Where a node's rows and blocks begin, for a state u; the numbers themselves are left to the caller. */
SbNodeRows sb_node_rows(const SbChain *chain, const double *u, int node);

/* Completes the rows of the end node of `side`, whose bulk part is there. */
void sb_terminal_rows(const SbNodeRows *rows, const SbLinks *links, SbSide side);

/* The same for the mass matrix, whose rows have no residual: nothing is stored in rows that hold something else than a
   balance, but for the displacement in the current of a control. */
void sb_terminal_mass(const SbNodeRows *rows, SbSide side);

/* Which rows of the end node hold something else than a balance (a fixed value, a control): replaced[unknowns of the
 * node]. */
void sb_terminal_replaced(const SbChain *chain, const double *u, SbSide side, bool *replaced);

/* Derivatives of the couples' current through an end, A/m2 at the right end and positive to the right, by the state:
   added to gradient [unknowns]. In a supported field that is all the current there is. */
void sb_terminal_faradaic_slopes(const SbChain *chain, const double *u, SbSide side, double *gradient);

/* Charge on the end (an electrode's, or what Gauss's law demands there), C/m2 at that end, positive on the outside of
   the solution; 0 without displacement. gradient: receives its derivatives by the state; NULL: not wanted. */
SbReading sb_terminal_charge_reading(const SbChain *chain, const double *u, SbSide side, double *gradient);
double sb_terminal_charge(const SbChain *chain, const double *u, SbSide side);

/* Inverse capacitance of a compact layer in series with the end, m2/F at the right end; 0 where there is none. */
double sb_terminal_elastance(const SbChain *chain, SbSide side);

#endif
