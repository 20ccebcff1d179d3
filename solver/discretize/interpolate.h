/* Values between nodes: polynomials of third degree through the four nodes around x, all of one region, so that reading
   a value adds no error of the scheme's own order. */
#ifndef SB_DISCRETIZE_INTERPOLATE_H
#define SB_DISCRETIZE_INTERPOLATE_H

#include "discretize/measure.h"

typedef struct {
  int count;
  int node[4];
  double weight[4];
  int region;  /* whose side of a boundary is read */
  double size; /* factor of the result: the partition coefficient for a concentration */
} SbStencil;

/* Stencil for species (-1: the potential) at x, or at the node of its maximum (extreme 1) or minimum (-1). */
SbStencil sb_stencil(const SbChain *chain, const double *u, int species, double x, int extreme);

/* Stencil for the field -dphi/dx; an extreme is taken over the links' mean fields. */
SbStencil sb_stencil_field(const SbChain *chain, const double *u, double x, int extreme);

/* Value (and its derivatives, added to gradient unless NULL). */
SbReading sb_stencil_read(const SbStencil *stencil, const SbChain *chain, const double *u, int species,
                          double *gradient);

#endif
