/* What a run starts from: the first mesh and the first state. */
#ifndef SB_DISCRETIZE_START_H
#define SB_DISCRETIZE_START_H

#include "discretize/chain.h"

/* How fine a first mesh is: its size beside a region boundary in Debye lengths, its growth per distance, and the fewest
   links of a region. */
typedef struct {
  double debye_fraction, growth;
  int fewest;
} SbFirstMesh;

extern const SbFirstMesh sb_first_mesh_steady, sb_first_mesh_transient;

/* Debye length (m) at region boundary b (0 .. region_count) from fills, reservoirs and fixed charge of both sides; at
   an end held at a potential it is shortened by the counter-ions drawn there. INFINITY under electroneutrality. */
double sb_boundary_debye_length(const SbProblem *problem, int boundary);

/* Debye length of the ions that a state has on one side of a node on a region boundary, m; the fixed charge left out.
 */
double sb_local_debye_length(const SbChain *chain, const double *u, int node, int region);

/* The mesh a deck asks for (`cells`), or a first one to refine. caps: [region_count+1] m, the largest link wanted
   beside each region boundary; NULL: none known yet. NULL if memory fails. */
SbMesh *sb_first_mesh(const SbProblem *problem, const SbFirstMesh *how, const double *caps, int most);

/* The mesh of a deck that gives the cells of every region, or one with a half, a quarter ... of them (rounded down, at
   least one). NULL if memory fails. */
SbMesh *sb_given_mesh(const SbProblem *problem, int halvings);

/* Whether the deck gives the cells of every region, so that nothing is to be found. */
bool sb_mesh_is_given(const SbProblem *problem);

/* Region edges, [region_count+1] m; malloc'd. */
double *sb_region_edges(const SbProblem *problem);

/* Fills: concentrations of the deck, amounts exact; potentials zero but for Donnan jumps, across which a node's ions
   are in equilibrium, and for metals on which couples react. */
void sb_state_fill(const SbChain *chain, double *u);

/* A start for a steady solve: closed species as filled, others linear between the reservoirs that fix them; potentials
   linear between the terminals' set-points, or where couples react that at which they rest. */
void sb_state_guess(const SbChain *chain, double *u);

#endif
