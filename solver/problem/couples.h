/* Redox couples of a problem: resolved from the deck, and cross-checked. */
#ifndef SB_PROBLEM_COUPLES_H
#define SB_PROBLEM_COUPLES_H

#include "problem/problem.h"

/* Gives both terminals their couples: arrays by species, the composition that constants hold at, and the equilibrium
   potential there. Reports a reference that cannot be one. */
void sb_couples_resolve(SbProblem *problem, SbDiagnostics *diagnostics);

/* Raises the scales of species that couples make: what begins at nothing is measured by what it comes from.
   largest: mol/m3, of all species. */
void sb_couples_scale(SbProblem *problem, double largest);

/* Largest current (A/m2 at the electrode, positive) that diffusion from the reservoir opposite lets the couples of an
   electrode draw in one direction: sum of n F c/(nu integral of dx/(A k D)). INFINITY where some couple takes nothing
   dissolved, NAN without a reservoir. *species: what runs out; -1: nothing. Bard & Faulkner, Electrochemical Methods,
   2nd ed., section 1.4. */
double sb_couples_limit(const SbProblem *problem, SbSide side, bool oxidation, int *species);

/* What cannot be a well-posed electrode. */
void sb_couples_check(const SbProblem *problem, SbDiagnostics *diagnostics);

#endif
