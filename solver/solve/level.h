/* One mesh of a problem with all that solving on it needs. */
#ifndef SB_SOLVE_LEVEL_H
#define SB_SOLVE_LEVEL_H

#include "solve/newton.h"

typedef struct {
  SbMesh *mesh;
  SbChain *chain;
  SbSystem *system;
  SbNewton *newton;
  double *u; /* [chain->unknowns] */
} SbLevel;

/* Takes ownership of mesh. */
PetscErrorCode SbLevelCreate(const SbProblem *problem, SbMesh *mesh, SbLevel **level);
PetscErrorCode SbLevelDestroy(SbLevel **level);

/* A level with every link halved, its state interpolated, the same amounts and circumstances. */
PetscErrorCode SbLevelHalve(const SbLevel *coarse, SbLevel **fine);

/* Takes state and circumstances over from another level of the same problem (or of one that differs in values only). */
PetscErrorCode SbLevelInherit(SbLevel *level, const SbLevel *from);

#endif
