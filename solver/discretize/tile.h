/* A tile: neighbouring nodes of one region and their links, as one array per species with unit stride, so that all
   arithmetic on them is vector code in the first-level cache. Vectors of unknowns stay interlaced; here they are turned
   round and back. */
#ifndef SB_DISCRETIZE_TILE_H
#define SB_DISCRETIZE_TILE_H

#include "discretize/matrix.h"

enum { SB_TILE_NODES = 128 };

/* Node i of the arrays is the tile's first node - 1 + i, so that the neighbours on both sides are nodes 0 and count +
   1; link i joins nodes i and i + 1. Slots are the unknowns of a node: species, then the potential. */
typedef struct {
  int count;         /* nodes without the two neighbours */
  int species, size; /* n; m = n, or n + 1 with a potential */
  double value[SB_MAX_SPECIES + 1][SB_TILE_NODES + 2];
  double share[SB_TILE_NODES + 1];                /* cross-section over length of a link, 1/m */
  double step[SB_TILE_NODES + 1];                 /* of the potential along a link, V; 0 without */
  double flux[SB_MAX_SPECIES][SB_TILE_NODES + 1]; /* A J, mol/m2/s */
  double by_left[SB_MAX_SPECIES][SB_TILE_NODES + 1];
  double by_right[SB_MAX_SPECIES][SB_TILE_NODES + 1];
  double by_step[SB_MAX_SPECIES][SB_TILE_NODES + 1];
  double capacity[SB_TILE_NODES + 1];                /* A eps/h, F/m2 */
  double volume[SB_TILE_NODES];                      /* of node 1 + i, m */
  double balance[SB_MAX_SPECIES + 1][SB_TILE_NODES]; /* rows of node 1 + i by slot */
} SbTile;

/* The tile of nodes begin .. begin+count-1 (at most SB_TILE_NODES, all in one stretch) of state u: sets everything down
   to `step`, and `volume`. */
void sb_tile_gather(const SbChain *chain, const double *u, int begin, int count, SbTile *tile);

/* Fluxes of slot s with D k = mobility (m2/s) and z/V_T = charge (1/V), and their slopes unless derivatives is false.
 */
void sb_tile_flux(SbTile *tile, int s, double mobility, double charge, bool derivatives);

/* balance[s] = outflow of slot s, to which comes the storage volume k rate where rate (interlaced, of the tile's first
   node) is not NULL; the potential's row gets current times that outflow and weight times charge times concentration,
   weight being the volume or 1. */
void sb_tile_balance(SbTile *tile, int s, const double *rate, double k, double current, double charge, bool by_volume);

/* Starts the potential's row: displacement with permittivity (F/m; 0: none) and a charge (as for sb_tile_balance). */
void sb_tile_displacement(SbTile *tile, double permittivity, double charge, bool by_volume);

/* Rows to the interlaced residual f of the tile's first node, and the numbers of the first `links` links to `face`
   (SbStretch; NULL: not wanted). */
void sb_tile_scatter(const SbTile *tile, double *f, int links, double *face);

#endif
