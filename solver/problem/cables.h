/* Cables: what their decks may hold. */
#ifndef SB_PROBLEM_CABLES_H
#define SB_PROBLEM_CABLES_H

#include "problem/problem.h"

/* What cannot be a well-posed cable, and membranes around regions of what is none. */
void sb_cables_check(const SbProblem *problem, SbDiagnostics *diagnostics);

#endif
