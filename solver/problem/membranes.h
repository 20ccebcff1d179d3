/* Membranes of a problem: resolved from the deck, and cross-checked. */
#ifndef SB_PROBLEM_MEMBRANES_H
#define SB_PROBLEM_MEMBRANES_H

#include "problem/problem.h"

/* The membrane of the domain's entry: its mechanisms, and which species they carry (partition of the region). */
void sb_membrane_resolve(SbProblem *problem, const SbMembraneDeck *deck, SbRegion *region);

/* What needs the regions beside each membrane: which is the inside, and how the ions there share in charging it, from
   the fills, or the reservoirs where there is none. */
void sb_membranes_complete(SbProblem *problem);

/* What cannot be a well-posed membrane. */
void sb_membranes_check(const SbProblem *problem, SbDiagnostics *diagnostics);

#endif
