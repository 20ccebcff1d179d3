#include "solve/keeping.h"

#include <float.h>
#include <math.h>

static const double rounding = 1e-14; /* of the changes that a stage adds up: a loss not worth a solve */

/* ---- which pools
 * ---------------------------------------------------------------------------------------------------- */
static bool jumps(const SbChain *chain, const SbPool *pool) {
  for (int r = pool->first + 1; r <= pool->last; r++)
    if (sb_chain_pattern(chain, chain->mesh->first[r])->jump >= 0)
      return true;
  return false;
}

static bool is_kept(const SbChain *chain, const SbPool *pool) {
  const SbProblem *problem = chain->problem;
  return pool->closed && !sb_problem_converts(problem, SB_LEFT, pool->species) &&
         !sb_problem_converts(problem, SB_RIGHT, pool->species) && !jumps(chain, pool);
}

/* How fast elimination's rounding of what passes a link would take the whole amount, in units of that rounding, 1/s. */
static double fastest(const SbChain *chain, const SbPool *pool) {
  const SbMesh *mesh = chain->mesh;
  double length = 0.0, most = 0.0;
  for (int j = mesh->first[pool->first]; j < mesh->first[pool->last + 1]; j++) {
    const SbRegion *region = &chain->problem->regions[mesh->interval[j]];
    const double k = region->partition[pool->species];
    length += k * mesh->h[j];
    if (mesh->h[j] > 0.0)
      most = fmax(most, k * region->diffusivity[pool->species] / mesh->h[j]);
  }
  return length > 0.0 ? most / length : 0.0;
}

PetscErrorCode SbKeepingCreate(SbSystem *system, SbKeeping **out) {
  PetscFunctionBeginUser;
  const SbChain *chain = system->chain;
  const SbProblem *problem = chain->problem;
  SbKeeping *keeping;
  double *nothing, *weights;
  PetscCall(PetscNew(&keeping));
  *out = keeping;
  keeping->system = system;
  PetscCall(PetscCalloc4(problem->pool_count + 1, &keeping->pools, problem->pool_count + 1, &keeping->weights,
                         problem->pool_count + 1, &keeping->answers, problem->pool_count + 1, &keeping->yields));
  PetscCall(PetscCalloc1(chain->unknowns, &nothing));
  PetscCall(PetscMalloc1(chain->unknowns, &weights));
  for (int p = 0; p < problem->pool_count; p++) {
    if (!is_kept(chain, &problem->pools[p]))
      continue;
    const int k = keeping->count++;
    keeping->pools[k] = &problem->pools[p];
    keeping->fastest = fmax(keeping->fastest, fastest(chain, keeping->pools[k]));
    PetscCall(VecDuplicate(system->x, &keeping->weights[k]));
    PetscCall(VecDuplicate(system->x, &keeping->answers[k]));
    PetscCall(PetscArrayzero(weights, chain->unknowns));
    sb_chain_amount_weights(chain, nothing, keeping->pools[k], system->node_begin, system->node_end, 1.0, weights);
    PetscCall(SbSystemScatter(system, weights, keeping->weights[k]));
  }
  PetscCall(PetscFree(weights));
  PetscCall(PetscFree(nothing));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbKeepingDestroy(SbKeeping **out) {
  PetscFunctionBeginUser;
  SbKeeping *keeping = *out;
  for (int k = 0; keeping && k < keeping->count; k++) {
    PetscCall(VecDestroy(&keeping->weights[k]));
    PetscCall(VecDestroy(&keeping->answers[k]));
  }
  if (keeping)
    PetscCall(PetscFree4(keeping->pools, keeping->weights, keeping->answers, keeping->yields));
  PetscCall(PetscFree(keeping));
  *out = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- what is lost
 * --------------------------------------------------------------------------------------------------- */
/* sum w U, and the sum of its terms' sizes. */
static PetscErrorCode Amount(const SbKeeping *keeping, int k, Vec stage, double sums[2]) {
  PetscFunctionBeginUser;
  const PetscScalar *weight, *change;
  const int rows = keeping->system->row_end - keeping->system->row_begin;
  double mine[2] = {0.0, 0.0};
  PetscCall(VecGetArrayRead(keeping->weights[k], &weight));
  PetscCall(VecGetArrayRead(stage, &change));
  for (int i = 0; i < rows; i++) {
    mine[0] += weight[i] * change[i];
    mine[1] += fabs(weight[i] * change[i]);
  }
  PetscCall(VecRestoreArrayRead(stage, &change));
  PetscCall(VecRestoreArrayRead(keeping->weights[k], &weight));
  PetscCallMPI(MPI_Allreduce(mine, sums, 2, MPI_DOUBLE, MPI_SUM, keeping->system->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A source of a pool's species in its balances, as much at each node as there is. */
static PetscErrorCode Source(const SbKeeping *keeping, int k, Vec x, Vec source) {
  PetscFunctionBeginUser;
  const SbSystem *system = keeping->system;
  const SbChain *chain = system->chain;
  const int s = keeping->pools[k]->species;
  const PetscScalar *weight, *state;
  PetscScalar *here;
  PetscCall(VecZeroEntries(source));
  PetscCall(VecGetArrayRead(keeping->weights[k], &weight));
  PetscCall(VecGetArrayRead(x, &state));
  PetscCall(VecGetArray(source, &here));
  for (int j = system->node_begin; j < system->node_end; j++) {
    const int slot = sb_chain_pattern(chain, j)->slot[s], i = chain->offset[j] + slot - system->row_begin;
    if (slot >= 0)
      here[i] = weight[i] * state[i];
  }
  PetscCall(VecRestoreArray(source, &here));
  PetscCall(VecRestoreArrayRead(x, &state));
  PetscCall(VecRestoreArrayRead(keeping->weights[k], &weight));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void sb_keeping_restart(SbKeeping *keeping) {
  keeping->answered = false;
}

/* What the cell makes of a little more of each species. */
static PetscErrorCode Ask(SbKeeping *keeping, PC solver, Vec x) {
  PetscFunctionBeginUser;
  const Vec source = keeping->system->residual;
  for (int k = 0; k < keeping->count; k++) {
    PetscCall(Source(keeping, k, x, source));
    double yield[2];
    PetscCall(PCApply(solver, source, keeping->answers[k]));
    PetscCall(Amount(keeping, k, keeping->answers[k], yield));
    keeping->yields[k] = yield[0];
  }
  keeping->answered = true;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbKeepingCorrect(SbKeeping *keeping, PC solver, double h, Vec x, Vec stage) {
  PetscFunctionBeginUser;
  if (keeping->system->evaluation.source || DBL_EPSILON * h * keeping->fastest < rounding)
    PetscFunctionReturn(PETSC_SUCCESS);
  bool corrected = true;
  /* an answer leaves the other amounts alone but for a loss of its own: the second round sees to that */
  for (int round = 0; round < 2 && corrected; round++) {
    corrected = false;
    for (int k = 0; k < keeping->count; k++) {
      double lost[2];
      PetscCall(Amount(keeping, k, stage, lost));
      if (!(fabs(lost[0]) > rounding * lost[1]) || !isfinite(lost[1]))
        continue;
      if (!keeping->answered)
        PetscCall(Ask(keeping, solver, x));
      if (keeping->yields[k] != 0.0)
        PetscCall(VecAXPY(stage, -lost[0] / keeping->yields[k], keeping->answers[k]));
      corrected = true;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
