/* Physical cross-checks of a resolved problem, and the electrical defaults of its ends. */
#ifndef SB_PROBLEM_CHECKS_H
#define SB_PROBLEM_CHECKS_H

#include "problem/problem.h"

/* Reports every contradiction with its place and completes the controls. Returns whether there was none. */
bool sb_problem_check(SbProblem *problem, SbDiagnostics *diagnostics);

#endif
