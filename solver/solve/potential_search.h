/* The last fallback of a steady solve whose driving control is a current or a load: behind slow kinetics a metal may
   have volts to go, on which the current does not even grow everywhere (ions that a double layer repels), and Newton's
   method loses its way. Held at a potential the same cell is tame. So the potential goes outward in steps from where
   the start has it, until the control's equation changes sign, and the bracket is halved until Newton's method takes
   over. */
#ifndef SB_SOLVE_POTENTIAL_SEARCH_H
#define SB_SOLVE_POTENTIAL_SEARCH_H

#include "solve/newton.h"

/* Whether a problem is of that kind; the search leaves all others alone. */
bool sb_potential_is_sought(const SbProblem *problem);

/* As SbNewtonSteady, from a start that is near the state at that start's own potential. */
PetscErrorCode SbPotentialSearch(SbNewton *newton, double *u);

#endif
