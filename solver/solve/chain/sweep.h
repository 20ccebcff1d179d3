/* Block elimination of neighbouring nodes of a chain from an outer end towards an inner node, which is not eliminated.
   What is left of the eliminated nodes is an update of the inner node's diagonal block and right-hand side; once the
   inner node is solved for, the others follow on the way back. Two sweeps that meet solve a whole chain; sweeps towards
   separators solve a chain in parts.

     S_j = D_j - A_jo S_o^-1 A_oj       for a node j, its outer neighbour o, its inner neighbour i
     r_j = b_j - A_jo S_o^-1 r_o        on the way in
     x_j = S_j^-1 (r_j - A_ji x_i)      on the way out

   (Golub & Van Loan, Matrix Computations, 4th ed., section 4.5.1). Nodes of stretches go in sections, without any
   pivoting; the others one by one from their rows, with row pivoting inside the block. */
#ifndef SB_SOLVE_CHAIN_SWEEP_H
#define SB_SOLVE_CHAIN_SWEEP_H

#include "discretize/matrix.h"
#include "solve/chain/number.h"

typedef struct SbSweep SbSweep;

/* Over the nodes from `outer` up to but not including `inner` (none if they are equal); all of them, and the inner one,
   must have their rows in the matrix. What couples the first node to a node further out is left out: see
   sb_sweep_fill. Refers to the matrix. NULL if memory fails. */
SbSweep *sb_sweep_create(const SbMatrix *matrix, int outer, int inner);
void sb_sweep_destroy(SbSweep **sweep);

/* Factors the present values (and pins) of the matrix; solves read them again, so that factors are good until the
   matrix is assembled anew. pivoted: all nodes one by one, with pivoting. False where a block has no inverse, or memory
   fails.
 */
bool sb_sweep_factor(SbSweep *sweep, bool pivoted);

/* Subtracts A_io S_o^-1 A_oi from block [m][m] of the inner node i. */
void sb_sweep_update(const SbSweep *sweep, SbNumber *block);

/* Where the sweep starts next to a node b that is kept as well: what the elimination does to it. own [n][n] with n =
   size of b: its block, updated. out: its coupling to the first node [n][m of the first], replaced by its coupling to
   the inner node i [n][m of i]. in [m of i][n]: receives the coupling of the inner node to b. The sweep must not be
   empty. */
void sb_sweep_fill(const SbSweep *sweep, int n, SbNumber *own, SbNumber *out, SbNumber *in);

/* The way in: x [all unknowns], of which the eliminated nodes hold the right-hand side. update [m of the inner node]:
   receives what is to be subtracted from the inner node's right-hand side. */
void sb_sweep_forward(const SbSweep *sweep, SbNumber *x, SbNumber *update);
/* The way out: the eliminated nodes' entries become the solution; the inner node's hold its own. */
void sb_sweep_backward(const SbSweep *sweep, SbNumber *x);

/* The same for the transposed matrix. */
void sb_sweep_forward_transposed(const SbSweep *sweep, SbNumber *x, SbNumber *update);
void sb_sweep_backward_transposed(const SbSweep *sweep, SbNumber *x);

/* Two sweeps (of one matrix, over different nodes) at once, each as above and with the same results to the last bit, on
   one thread at the cost of little more than one where blocks are small: one fills the other's waiting times. sweeps,
   updates: [2]. */
bool sb_sweep_factor_pair(SbSweep *const *sweeps, bool pivoted);
void sb_sweep_forward_pair(const SbSweep *const *sweeps, bool transposed, SbNumber *x, SbNumber *const *updates);
void sb_sweep_backward_pair(const SbSweep *const *sweeps, bool transposed, SbNumber *x);

#ifdef SB_COMPLEX
/* Makes the matrix K + i w M: M's stretches have storage and charge only (no coupling between nodes), its other nodes
 * any rows. w: rad/s.
 */
void sb_sweep_set_mass(SbSweep *sweep, const SbMatrix *mass, double frequency);
#endif

#endif
