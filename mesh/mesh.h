/* The one-dimensional grid: a chain of nodes joined by links, made of intervals.

   Nodes stand on every interval boundary, so that a link lies in one interval. An interval may have no length: it is
   one link of length 0 that joins two nodes at the same place and is never cut. A node's volume is half of each of its
   links, each half kept apart because the intervals on its two sides may differ. Link lengths are stored: differences
   of x would lose digits where a link is a picometre in a millimetre. The mesh knows lengths and geometry, no physics.
 */
#ifndef SB_MESH_MESH_H
#define SB_MESH_MESH_H

#include <stdbool.h>

typedef struct SbMesh SbMesh;
struct SbMesh {
  int nodes; /* links = nodes - 1 */
  int intervals;
  int geometry;
  double inner_radius;  /* m */
  double *x;            /* [nodes] m from the left end */
  double *h;            /* [nodes-1] m, link lengths */
  double *area;         /* [nodes-1] cross-section at the link's middle, relative to the right end */
  double *volume_left;  /* [nodes] m, half of the left link per area at the right end; 0 at the first node */
  double *volume_right; /* [nodes] m, half of the right link; 0 at the last node */
  int *interval;        /* [nodes-1] interval of a link */
  int *first;           /* [intervals+1] node on each interval boundary */
};

/* Wanted link length along one interval as a piecewise linear function of the distance from its left edge. */
typedef struct {
  int count;       /* points, at least 2 */
  const double *s; /* [count] m, ascending from 0 to the interval's length; points in the right half may instead be
                      taken from `t`, which keeps digits next to the right edge */
  const double *t; /* [count] m, distance from the right edge */
  const double *h; /* [count] m, wanted length, > 0 */
} SbSizeFunction;

/* Places nodes so that links have the wanted lengths, as equal steps of the integral of dx/h, at least `fewest` links
   in each interval and at most `most` in all (the wanted lengths are scaled up evenly where they would need more).
   edges: [intervals+1] m; size: [intervals]. Returns NULL if memory fails. */
SbMesh *sb_mesh_create(int geometry, double inner_radius, int intervals, const double *edges,
                       const SbSizeFunction *size, int fewest, int most);

/* As above with equal links: cells[intervals]. */
SbMesh *sb_mesh_create_uniform(int geometry, double inner_radius, int intervals, const double *edges, const int *cells);

/* Every link cut into two equal halves, but for those without length. */
SbMesh *sb_mesh_halve(const SbMesh *mesh);

/* Node of the halved mesh at the place of node `node` of the coarse one. */
int sb_mesh_halved_node(const SbMesh *coarse, const SbMesh *fine, int node);

SbMesh *sb_mesh_copy(const SbMesh *mesh);

/* The same links, those of every interval stretched evenly to lie between other edges [intervals+1] m. */
SbMesh *sb_mesh_stretch(const SbMesh *mesh, double inner_radius, const double *edges);

void sb_mesh_destroy(SbMesh **mesh);

/* Cross-sections of the two ends relative to the right one. */
double sb_mesh_left_area(const SbMesh *mesh);

/* Link that holds x (clipped to the domain); a place on a node belongs to the link on its right. Never one without
   length. */
int sb_mesh_locate(const SbMesh *mesh, double x);

/* Length of the shortest link that has one, m. */
double sb_mesh_smallest(const SbMesh *mesh);

#endif
