/* One mesh of a problem with all that solving on it needs. */
#ifndef SB_SOLVE_LEVEL_H
#define SB_SOLVE_LEVEL_H

#include "solve/newton.h"

enum { SB_PAST = 3 };

/* The state at an earlier point of a sweep. */
typedef struct {
  double value; /* of what is swept */
  double *u;    /* [chain->unknowns] */
} SbPast;

typedef struct {
  SbMesh *mesh;
  SbChain *chain;
  SbSystem *system;
  SbNewton *newton;
  double *u; /* [chain->unknowns] */
  int past_count;
  SbPast past[SB_PAST]; /* the last points of a sweep, the latest first */
} SbLevel;

/* Takes ownership of mesh. */
PetscErrorCode SbLevelCreate(const SbProblem *problem, SbMesh *mesh, SbLevel **level);
PetscErrorCode SbLevelDestroy(SbLevel **level);

/* Leaves mesh and state; solving on it takes its memory anew. */
PetscErrorCode SbLevelRest(SbLevel *level);

/* A level with every link halved, its state interpolated, the same amounts and circumstances. */
PetscErrorCode SbLevelHalve(const SbLevel *coarse, SbLevel **fine);

/* Takes state and circumstances over from another level of the same problem (or of one that differs in values only). */
PetscErrorCode SbLevelInherit(SbLevel *level, const SbLevel *from);

/* Makes electrodes keep the charge that they have at a state: blocking ones in a steady solve that leaves them at open
   circuit, and all whose potential is not set as a transient begins. */
void sb_level_hold_charges(SbLevel *level, const SbLevel *at);

/* Makes the level one of another problem that differs in values only; mesh and state stay. False, and nothing has
   changed, if it differs in more. */
bool sb_level_restate(SbLevel *level, const SbProblem *problem);

/* Remembers u as the state at a point of a sweep and guesses it at the next one: by the polynomial through the points
   remembered. here, next: the swept value at both. */
PetscErrorCode SbLevelPredict(SbLevel *level, double here, double next);
/* Takes that back. */
PetscErrorCode SbLevelRetreat(SbLevel *level);

#endif
