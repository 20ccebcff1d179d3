/* The chain of nodes with their unknowns: which unknown of which node stands where.

   A node's unknowns in order: the concentrations of the species present in a neighbouring region (referred to solution,
   c/k, so that they are continuous where partition coefficients jump), the electric potential, the Donnan jump of the
   potential (only under electroneutrality, where fixed charge or partition jumps), and the potential of the terminal
   (end nodes; in a supported field only where couples react). All nodes inside a region share one pattern; absent
   physics costs no unknown. Gates come last: of a thin membrane in its left face's node, of one around a region of a
   cable in every node of that region, those of the region to the left first.

   Everything behind here is in SI units; unknowns are scaled only inside solve/. */
#ifndef SB_DISCRETIZE_CHAIN_H
#define SB_DISCRETIZE_CHAIN_H

#include "mesh/mesh.h"
#include "problem/problem.h"

typedef struct {
  int size;                      /* number of unknowns */
  int slot[SB_MAX_SPECIES];      /* place of each species; -1: absent */
  int potential, jump, terminal; /* places; -1: absent */
  int gates, gate_count;         /* place of the first gate; how many */
} SbPattern;

typedef struct {
  const SbProblem *problem;
  const SbMesh *mesh;
  int nodes, unknowns;
  SbPattern *patterns; /* one per region (its inner nodes), then one per region boundary */
  int *pattern;        /* [nodes] */
  int *offset;         /* [nodes+1] first unknown of a node */
} SbChain;

/* Refers to problem and mesh. NULL if memory fails. */
SbChain *sb_chain_create(const SbProblem *problem, const SbMesh *mesh);
void sb_chain_destroy(SbChain **chain);

/* Whether another problem would have the same unknowns at the same nodes of the mesh. */
bool sb_chain_suits(const SbChain *chain, const SbProblem *problem);

static inline const SbPattern *sb_chain_pattern(const SbChain *chain, int node) {
  return &chain->patterns[chain->pattern[node]];
}

/* The membrane that a link is; NULL where it lies in a region. */
static inline const SbMembrane *sb_chain_membrane(const SbChain *chain, int link) {
  return chain->problem->regions[chain->mesh->interval[link]].membrane;
}

/* First unknown of a node among its gates that belongs to the membrane of a region, or around it. */
static inline int sb_chain_gates(const SbChain *chain, int node, int region) {
  const SbMembrane *before =
      region > 0 && node == chain->mesh->first[region] ? chain->problem->regions[region - 1].sheath : NULL;
  return sb_chain_pattern(chain, node)->gates + (before ? before->gate_count : 0);
}

/* Whether a node belongs to a stretch: nodes begin .. end-1 of one region that have the same unknowns as both their
   neighbours, and whose links and theirs lie in that region. There are none in regions with a membrane around them. */
bool sb_chain_stretch(const SbChain *chain, int node, int *begin, int *end);

/* Concentration in solution (mol/m3; 0 where absent), potential (V; 0 without field), Donnan jump (V) at a node of
   state u[unknowns]. The face to the right of a node with a jump has potential + jump and concentration exp(-z
   jump/V_T). */
double sb_chain_concentration(const SbChain *chain, const double *u, int node, int species);
double sb_chain_potential(const SbChain *chain, const double *u, int node);
double sb_chain_jump(const SbChain *chain, const double *u, int node);
/* Potential of a terminal, V. In a supported field it is told against the solution: of an electrode with couples its
   metal's, otherwise 0. */
double sb_chain_terminal(const SbChain *chain, const double *u, SbSide side);

/* Scale of every unknown (SI): the largest concentration of its species, or RT/F. scale: [unknowns]. */
void sb_chain_scales(const SbChain *chain, double *scale);

/* Takes a state to another mesh of the same problem: potentials linear, concentrations linear in their logarithm
   (linear where one is not positive, and under electroneutrality, which that keeps). */
void sb_chain_interpolate(const SbChain *from, const double *u_from, const SbChain *to, double *u_to);

/* Amount of a species in a pool, mol per m2 at the right end; and what of it is at nodes begin .. end-1, for which only
   their own entries of u are read and those of their neighbours. */
double sb_chain_amount(const SbChain *chain, const double *u, const SbPool *pool);
double sb_chain_amount_between(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end);
/* Derivative of that amount by each unknown is its weight: adds weight times `factor` for these nodes into w[unknowns].
 */
void sb_chain_amount_weights(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end,
                             double factor, double *w);

/* What a steady state keeps of a pool (its amount, with its partner's share), mol per m2 at the right end: of nodes
   begin
   .. end-1, and its weights times `factor` added into w[unknowns]. */
double sb_chain_kept(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end);
void sb_chain_kept_weights(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end, double factor,
                           double *w);

#endif
