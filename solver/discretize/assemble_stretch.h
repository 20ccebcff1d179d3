/* Assembly of nodes inside a region, where all work is: tiles of links as arrays with unit stride, in cache. */
#ifndef SB_DISCRETIZE_ASSEMBLE_STRETCH_H
#define SB_DISCRETIZE_ASSEMBLE_STRETCH_H

#include "discretize/assemble.h"

/* As sb_assemble for nodes begin .. end-1, all of one stretch (sb_chain_stretch). */
void sb_assemble_stretch(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int begin, int end,
                         double *f, SbMatrix *matrix);

#endif
