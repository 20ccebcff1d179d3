#include "solve/adjoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "discretize/start.h"

/* The pool of another problem that stands where a constraint's own does. */
static const SbPool *pool_in(const SbAdjoint *adjoint, const SbProblem *problem, int constraint) {
  const SbProblem *own = adjoint->level->chain->problem;
  return &problem->pools[adjoint->level->system->constraints[constraint].pool - own->pools];
}

/* Amounts [constraints] that a chain's problem fills its closed pools with. */
static PetscErrorCode Fill(const SbAdjoint *adjoint, const SbChain *chain, double *filled) {
  PetscFunctionBeginUser;
  const int count = adjoint->level->system->constraint_count;
  double *u;
  if (count == 0)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(chain->unknowns, &u));
  sb_state_fill(chain, u);
  for (int k = 0; k < count; k++)
    filled[k] = sb_chain_kept(chain, u, pool_in(adjoint, chain->problem, k), 0, chain->nodes);
  PetscCall(PetscFree(u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbAdjointCreate(SbLevel *level, const SbMoment *moment, const SbMeasure *measure, SbAdjoint **out) {
  PetscFunctionBeginUser;
  SbSystem *system = level->system;
  SbAdjoint *adjoint;
  double *gradient;
  PetscCall(PetscNew(&adjoint));
  *out = adjoint;
  adjoint->level = level;
  adjoint->moment = *moment;
  adjoint->measure = *measure;
  PetscCall(PetscCalloc2(level->chain->unknowns, &adjoint->lambda, system->constraint_count, &adjoint->filled));
  PetscCall(PetscCalloc1(level->chain->unknowns, &gradient));
  adjoint->value = sb_measure(level->chain, level->u, moment, measure, gradient).value;
  PetscCall(SbSystemWake(system));
  system->constrained = system->constraint_count > 0;
  PetscCall(SbSystemScatter(system, level->u, system->x));
  PetscCall(SbSystemLinearise(system, system->x, NULL, 0.0, system->residual));
  PetscCall(SbSystemSolveTransposed(system, gradient, adjoint->lambda));
  PetscCall(PetscFree(gradient));
  PetscCall(Fill(adjoint, level->chain, adjoint->filled));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbAdjointDestroy(SbAdjoint **out) {
  PetscFunctionBeginUser;
  if (!*out)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree2((*out)->lambda, (*out)->filled));
  PetscCall(PetscFree(*out));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static bool same_unknowns(const SbChain *a, const SbChain *b) {
  bool same = a->nodes == b->nodes && a->problem->pool_count == b->problem->pool_count;
  for (int i = 0; same && i < 2 * a->problem->region_count + 1; i++)
    same = memcmp(&a->patterns[i], &b->patterns[i], sizeof *a->patterns) == 0;
  return same;
}

/* lambda^T F on a chain. The rows of closed pools say that their amounts are kept. */
static PetscErrorCode Weigh(const SbAdjoint *adjoint, const SbChain *chain, double *sum) {
  PetscFunctionBeginUser;
  const SbSystem *system = adjoint->level->system;
  const SbEvaluation evaluation = {
      .time = system->evaluation.time,
      .share = 1.0,
      .held_charge = {system->evaluation.held_charge[SB_LEFT], system->evaluation.held_charge[SB_RIGHT]}};
  double *f, *filled;
  PetscCall(PetscMalloc2(chain->unknowns, &f, system->constraint_count, &filled));
  sb_assemble(chain, &evaluation, adjoint->level->u, 0, chain->nodes, f, NULL);
  PetscCall(Fill(adjoint, chain, filled));
  for (int k = 0; k < system->constraint_count; k++) {
    const SbConstraint *constraint = &system->constraints[k];
    const double wanted = constraint->amount + filled[k] - adjoint->filled[k];
    f[constraint->factored] =
        (sb_chain_kept(chain, adjoint->level->u, pool_in(adjoint, chain->problem, k), 0, chain->nodes) - wanted) /
        constraint->scale;
  }
  *sum = 0.0;
  for (int i = 0; i < chain->unknowns; i++)
    *sum += adjoint->lambda[i] * f[i];
  PetscCall(PetscFree2(f, filled));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbAdjointLagrangian(const SbAdjoint *adjoint, const SbProblem *problem, double *value) {
  PetscFunctionBeginUser;
  double *edges = sb_region_edges(problem), sum = 0.0;
  SbMesh *mesh = sb_mesh_stretch(adjoint->level->mesh, problem->inner_radius, edges);
  SbChain *chain = mesh ? sb_chain_create(problem, mesh) : NULL;
  free(edges);
  PetscCheck(chain, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for another chain");
  *value = NAN;
  if (same_unknowns(adjoint->level->chain, chain)) {
    PetscCall(Weigh(adjoint, chain, &sum));
    *value = sb_measure(chain, adjoint->level->u, &adjoint->moment, &adjoint->measure, NULL).value - sum;
  }
  sb_chain_destroy(&chain);
  sb_mesh_destroy(&mesh);
  PetscFunctionReturn(PETSC_SUCCESS);
}
