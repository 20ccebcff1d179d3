/* Products with the rows of a stretch of K + i w M, for backward errors. */
#ifndef SB_SOLVE_CHAIN_STRETCH_PRODUCT_H
#define SB_SOLVE_CHAIN_STRETCH_PRODUCT_H

#include <complex.h>

#include "discretize/matrix.h"

/* sum = (K + i w M) x and size = (|K| + w |M|) |x|, |x| being |Re x| + |Im x|, for the nodes of a stretch. mass: the
   same stretch of M, of which storage and charge are taken; NULL: none. frequency: w, rad/s. All arrays: [unknowns of
   the chain]. */
void sb_stretch_multiply(const SbChain *chain, const SbStretch *stretch, const SbStretch *mass, double frequency,
                         const double complex *x, double complex *sum, double *size);

#endif
