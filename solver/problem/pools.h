/* Pools of a problem: where each species is between barriers, and what of it a steady state keeps. */
#ifndef SB_PROBLEM_POOLS_H
#define SB_PROBLEM_POOLS_H

#include "problem/problem.h"

/* Finds the pools and what of closed ones is kept, and whether a steady current can pass from end to end. Wants
   regions, terminals and couples. */
void sb_pools_resolve(SbProblem *problem);

/* Reports steady steps in which couples would use up what nothing supplies. */
void sb_pools_check(const SbProblem *problem, SbDiagnostics *diagnostics);

#endif
