#include "solve/polarisation.h"

#include <math.h>

#include "solve/impedance.h"

/* The row of the control that drives the cell; -1: none. Where one end has a potential and the other a current or a
   load, the potential only shifts both ends. */
static int driven_row(const SbChain *chain) {
  const SbSide side = sb_driven_side(chain->problem);
  const SbTerminal *terminal = &chain->problem->terminals[side];
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1, slot = sb_chain_pattern(chain, node)->terminal;
  const bool moves = terminal->kind->carries_current && !terminal->floating;
  return slot >= 0 && (moves || !chain->problem->field->potential) ? chain->offset[node] + slot : -1;
}

/* What a change of the control's equation does to a reading. */
static PetscErrorCode Response(SbLevel *level, const SbMoment *moment, SbQuantity quantity, int row, double *response) {
  PetscFunctionBeginUser;
  const SbMeasure measure = {.quantity = quantity, .species = -1, .terminal = -1, .x = NAN};
  double *gradient, *lambda;
  PetscCall(PetscCalloc2(level->chain->unknowns, &gradient, level->chain->unknowns, &lambda));
  sb_measure(level->chain, level->u, moment, &measure, gradient);
  PetscCall(SbSystemSolveTransposed(level->system, gradient, lambda));
  *response = lambda[row];
  PetscCall(PetscFree2(gradient, lambda));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbPolarisationResistance(SbLevel *level, const SbMoment *moment, double *resistance) {
  PetscFunctionBeginUser;
  const int row = driven_row(level->chain);
  double potential, current;
  *resistance = NAN;
  if (row < 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  /* whatever the control holds, moving it moves both along the cell's own line */
  PetscCall(Response(level, moment, SB_QUANTITY_POTENTIAL, row, &potential));
  PetscCall(Response(level, moment, SB_QUANTITY_CURRENT, row, &current));
  *resistance = current != 0.0 ? -potential / current : INFINITY;
  PetscFunctionReturn(PETSC_SUCCESS);
}
