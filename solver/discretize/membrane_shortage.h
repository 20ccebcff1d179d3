/* Ions that run out at a membrane. Most laws stop where nothing is left; a constant one goes on. */
#ifndef SB_DISCRETIZE_MEMBRANE_SHORTAGE_H
#define SB_DISCRETIZE_MEMBRANE_SHORTAGE_H

#include "discretize/chain.h"

/* A mechanism that takes a species where there is none. */
typedef struct {
  int membrane, mechanism; /* region that the membrane is, and which of its mechanisms */
  int species, region;     /* what it takes, and from which region beside the membrane */
  int unknown;             /* that concentration, among the state's */
  double flux;             /* mol/m2/s, > 0 */
} SbShortage;

/* Whether any mechanism takes a species from a face that has none of it in a state u[unknowns] at a time (s): the first
   one found. */
bool sb_membrane_shortage(const SbChain *chain, const double *u, double time, SbShortage *shortage);

#endif
