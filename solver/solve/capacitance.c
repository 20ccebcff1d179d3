#include "solve/capacitance.h"

#include <math.h>

PetscErrorCode SbCapacitance(SbLevel *level, const SbMoment *moment, SbSide side, double *capacitance) {
  PetscFunctionBeginUser;
  const SbChain *chain = level->chain;
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1;
  const SbMeasure charge = {.quantity = SB_QUANTITY_CHARGE, .species = -1, .terminal = (int)side, .x = NAN};
  double *gradient, *lambda;
  PetscCall(PetscCalloc2(chain->unknowns, &gradient, chain->unknowns, &lambda));
  sb_measure(chain, level->u, moment, &charge, gradient);
  PetscCall(SbSystemSolveTransposed(level->system, gradient, lambda));
  /* the terminal's row is V - E = 0, so that dF/dE = -1 there and d charge/dE = lambda */
  *capacitance = lambda[chain->offset[node] + sb_chain_pattern(chain, node)->terminal];
  PetscCall(PetscFree2(gradient, lambda));
  PetscFunctionReturn(PETSC_SUCCESS);
}
