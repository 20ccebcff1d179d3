/* The mass matrix M = dq/du of a state: what a rate of change of the unknowns brings into each row. With the steady
   state's K = df/du it gives the small-signal response (K + i w M) x = -b. Assembled by itself, since as a difference
   of shifted matrices it would lose all digits that K has more than M. */
#ifndef SB_DISCRETIZE_ASSEMBLE_MASS_H
#define SB_DISCRETIZE_ASSEMBLE_MASS_H

#include "discretize/matrix.h"

/* Fills the rows of the matrix at state u [unknowns]: amounts stored in a node's volume, in mol/m2, and in the row of a
   terminal's control what the displacement in its end link adds to the current. The rows of the electric potential
   store nothing, under electroneutrality because there they say sum z c + X = 0. */
void sb_assemble_mass(const SbChain *chain, const double *u, SbMatrix *mass);

#endif
