#include "solve/level.h"

#include <math.h>

#include "base/timing.h"
#include "discretize/terminal.h"

static const double least_share = 0.1; /* of a concentration that a guess leaves */

PetscErrorCode SbLevelCreate(const SbProblem *problem, SbMesh *mesh, SbLevel **out) {
  PetscFunctionBeginUser;
  SbLevel *level;
  sb_timing_begin(SB_PART_SETUP);
  PetscCall(PetscNew(&level));
  *out = level;
  PetscCheck(mesh, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a mesh");
  level->mesh = mesh;
  level->chain = sb_chain_create(problem, mesh);
  PetscCheck(level->chain, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a chain of %d nodes", mesh->nodes);
  PetscCall(SbSystemCreate(level->chain, &level->system));
  PetscCall(SbNewtonCreate(level->system, &level->newton));
  PetscCall(PetscCalloc1(level->chain->unknowns, &level->u));
  sb_timing_end(SB_PART_SETUP, mesh->nodes - 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbLevelDestroy(SbLevel **out) {
  PetscFunctionBeginUser;
  SbLevel *level = *out;
  if (!level)
    PetscFunctionReturn(PETSC_SUCCESS);
  sb_timing_begin(SB_PART_SETUP);
  PetscCall(PetscFree(level->u));
  for (int k = 0; k < level->past_count; k++)
    PetscCall(PetscFree(level->past[k].u));
  PetscCall(SbNewtonDestroy(&level->newton));
  PetscCall(SbSystemDestroy(&level->system));
  sb_chain_destroy(&level->chain);
  sb_mesh_destroy(&level->mesh);
  PetscCall(PetscFree(level));
  *out = NULL;
  sb_timing_end(SB_PART_SETUP, 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbLevelRest(SbLevel *level) {
  PetscFunctionBeginUser;
  sb_timing_begin(SB_PART_SETUP);
  PetscCall(SbNewtonRest(level->newton));
  PetscCall(SbSystemRest(level->system));
  sb_timing_end(SB_PART_SETUP, 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The constraint of another level that keeps the same; NULL: none. */
static const SbConstraint *same_constraint(const SbLevel *from, const SbPool *pool, int place) {
  for (int k = 0; k < from->system->constraint_count; k++) {
    const SbConstraint *constraint = &from->system->constraints[k];
    if (constraint->pool - from->chain->problem->pools == place && constraint->pool->partner == pool->partner)
      return constraint;
  }
  return NULL;
}

/* The amounts that another level keeps; where a couple may have changed them, those that its state has. */
static void inherit_amounts(SbLevel *level, const SbLevel *from) {
  const SbProblem *problem = level->chain->problem;
  for (int k = 0; k < level->system->constraint_count; k++) {
    SbConstraint *constraint = &level->system->constraints[k];
    const SbPool *pool = constraint->pool;
    const SbConstraint *same = same_constraint(from, pool, (int)(pool - problem->pools));
    const bool converted =
        sb_problem_converts(problem, SB_LEFT, pool->species) || sb_problem_converts(problem, SB_RIGHT, pool->species);
    constraint->amount =
        same && !converted ? same->amount : sb_chain_kept(from->chain, from->u, pool, 0, from->chain->nodes);
  }
}

PetscErrorCode SbLevelInherit(SbLevel *level, const SbLevel *from) {
  PetscFunctionBeginUser;
  sb_timing_begin(SB_PART_MESH);
  sb_chain_interpolate(from->chain, from->u, level->chain, level->u);
  sb_timing_end(SB_PART_MESH, 0);
  level->system->evaluation = from->system->evaluation;
  inherit_amounts(level, from);
  PetscFunctionReturn(PETSC_SUCCESS);
}

void sb_level_hold_charges(SbLevel *level, const SbLevel *at) {
  for (int side = 0; side < 2; side++)
    level->system->evaluation.held_charge[side] = sb_terminal_charge(at->chain, at->u, (SbSide)side);
}

PetscErrorCode SbLevelHalve(const SbLevel *coarse, SbLevel **fine) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelCreate(coarse->chain->problem, sb_mesh_halve(coarse->mesh), fine));
  PetscCall(SbLevelInherit(*fine, coarse));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static bool same_pools(const SbProblem *a, const SbProblem *b) {
  bool same = a->pool_count == b->pool_count;
  for (int p = 0; same && p < a->pool_count; p++) {
    const SbPool *x = &a->pools[p], *y = &b->pools[p];
    same = x->species == y->species && x->first == y->first && x->last == y->last && x->closed == y->closed &&
           x->kept == y->kept && x->partner == y->partner;
  }
  return same;
}

bool sb_level_restate(SbLevel *level, const SbProblem *problem) {
  const SbProblem *own = level->chain->problem;
  if (!sb_chain_suits(level->chain, problem) || !same_pools(own, problem))
    return false;
  for (int k = 0; k < level->system->constraint_count; k++) {
    SbConstraint *constraint = &level->system->constraints[k];
    constraint->pool = &problem->pools[constraint->pool - own->pools];
  }
  level->chain->problem = problem;
  return true;
}

/* u moves to the front of the past, and the oldest state's memory becomes u. */
static PetscErrorCode Remember(SbLevel *level, double value) {
  PetscFunctionBeginUser;
  const SbPast now = {.value = value, .u = level->u};
  if (level->past_count < SB_PAST)
    PetscCall(PetscMalloc1(level->chain->unknowns, &level->past[level->past_count++].u));
  level->u = level->past[level->past_count - 1].u;
  for (int k = level->past_count - 1; k > 0; k--)
    level->past[k] = level->past[k - 1];
  level->past[0] = now;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Lagrange's weights of the past states at a value. */
static void weights_at(const SbLevel *level, double value, double *weight) {
  const SbPast *past = level->past;
  for (int k = 0; k < level->past_count; k++) {
    weight[k] = 1.0;
    for (int i = 0; i < level->past_count; i++)
      if (i != k)
        weight[k] *= (value - past[i].value) / (past[k].value - past[i].value);
  }
}

PetscErrorCode SbLevelPredict(SbLevel *level, double here, double next) {
  PetscFunctionBeginUser;
  const SbChain *chain = level->chain;
  double weight[SB_PAST];
  sb_timing_begin(SB_PART_MESH);
  PetscCall(Remember(level, here));
  weights_at(level, next, weight);
  for (int i = 0; i < chain->unknowns; i++) {
    level->u[i] = 0.0;
    for (int k = 0; k < level->past_count; k++)
      level->u[i] += weight[k] * level->past[k].u[i];
  }
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    for (int s = 0; s < chain->problem->species_count; s++) {
      const int i = chain->offset[j] + pattern->slot[s];
      if (pattern->slot[s] >= 0)
        level->u[i] = fmax(level->u[i], least_share * level->past[0].u[i]);
    }
  }
  sb_timing_end(SB_PART_MESH, 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbLevelRetreat(SbLevel *level) {
  PetscFunctionBeginUser;
  if (level->past_count > 0)
    PetscCall(PetscArraycpy(level->u, level->past[0].u, level->chain->unknowns));
  for (int k = 0; k < level->past_count; k++)
    PetscCall(PetscFree(level->past[k].u));
  level->past_count = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
