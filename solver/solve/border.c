#include "solve/border.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/timing.h"

enum { MAX_CONSTRAINTS = 64 };

/* Slot of a pool's species at a node; -1 outside the pool. */
static int pool_slot(const SbChain *chain, const SbPool *pool, int node) {
  const int *first = chain->mesh->first;
  const bool inside = node >= first[pool->first] && node <= first[pool->last + 1];
  return inside ? sb_chain_pattern(chain, node)->slot[pool->species] : -1;
}

/* The end of a pool that is preferred where concentrations are equal: that at an electrode, and the step from there. */
static int pool_end(const SbChain *chain, const SbPool *pool, int *step) {
  const int from = chain->mesh->first[pool->first], to = chain->mesh->first[pool->last + 1];
  const bool right = to == chain->nodes - 1 && chain->problem->terminals[SB_RIGHT].kind->holds_charge;
  *step = right ? -1 : 1;
  return right ? to : from;
}

/* Largest concentration of a pool at the owned nodes; -INFINITY: none. */
static double largest_own(const SbSystem *system, const double *u, const SbPool *pool) {
  double most = -INFINITY;
  for (int j = system->node_begin; j < system->node_end; j++) {
    const int slot = pool_slot(system->chain, pool, j);
    if (slot >= 0)
      most = fmax(most, u[system->chain->offset[j] + slot]);
  }
  return most;
}

/* Steps from the preferred end of a pool to the nearest owned node where there is as much as this. INT_MAX: none. */
static int nearest_own(const SbSystem *system, const double *u, const SbPool *pool, double least) {
  int nearest = INT_MAX, step;
  const int end = pool_end(system->chain, pool, &step);
  for (int j = system->node_begin; j < system->node_end; j++) {
    const int slot = pool_slot(system->chain, pool, j), steps = step * (j - end);
    if (slot >= 0 && steps < nearest && u[system->chain->offset[j] + slot] >= least)
      nearest = steps;
  }
  return nearest;
}

/* Rows of the pools' largest concentrations; of equal ones the one nearest to an electrode. Far from there all ions
   must not be fixed at once: their charge is what the electrode's potential has left after many Debye lengths, and to
   ask for another one asks for anything of the electrode. */
static PetscErrorCode ChooseRows(SbSystem *system, const double *u) {
  PetscFunctionBeginUser;
  static const double clearly = 1e-9;
  const SbChain *chain = system->chain;
  const int n = system->constraint_count;
  double most[MAX_CONSTRAINTS];
  int place[MAX_CONSTRAINTS];
  for (int k = 0; k < n; k++)
    most[k] = largest_own(system, u, system->constraints[k].pool);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, most, n, MPI_DOUBLE, MPI_MAX, system->comm));
  for (int k = 0; k < n; k++)
    place[k] = nearest_own(system, u, system->constraints[k].pool, most[k] - clearly * fabs(most[k]));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, place, n, MPI_INT, MPI_MIN, system->comm));
  for (int k = 0; k < n; k++) {
    const SbPool *pool = system->constraints[k].pool;
    int step;
    const int end = pool_end(chain, pool, &step), node = end + step * (place[k] == INT_MAX ? 0 : place[k]);
    system->constraints[k].row = chain->offset[node] + pool_slot(chain, pool, node);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetRow(const SbSystem *system, Vec v, int row, double value) {
  PetscFunctionBeginUser;
  PetscScalar *array;
  PetscCall(VecGetArray(v, &array)); /* on all ranks: all must know that the vector has changed */
  if (row >= system->row_begin && row < system->row_end)
    array[row - system->row_begin] = value;
  PetscCall(VecRestoreArray(v, &array));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbBorderResidual(SbSystem *system, const double *u, Vec f) {
  PetscFunctionBeginUser;
  const SbChain *chain = system->chain;
  const int begin = system->node_begin, end = system->node_end;
  double amounts[MAX_CONSTRAINTS], *weights;
  PetscCall(ChooseRows(system, u));
  for (int k = 0; k < system->constraint_count; k++)
    amounts[k] = sb_chain_kept(chain, u, system->constraints[k].pool, begin, end);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, amounts, system->constraint_count, MPI_DOUBLE, MPI_SUM, system->comm));
  PetscCall(PetscMalloc1(chain->unknowns, &weights));
  for (int k = 0; k < system->constraint_count; k++) {
    const SbConstraint *constraint = &system->constraints[k];
    PetscCall(PetscArrayzero(weights + system->row_begin, system->row_end - system->row_begin));
    sb_chain_kept_weights(chain, u, constraint->pool, begin, end, 1.0 / constraint->scale, weights);
    PetscCall(SbSystemScatter(system, weights, constraint->weights));
    PetscCall(SetRow(system, f, constraint->row, (amounts[k] - constraint->amount) / constraint->scale));
  }
  PetscCall(PetscFree(weights));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void SbBorderRows(SbSystem *system) {
  sb_matrix_unpin(system->matrix);
  for (int k = 0; system->constrained && k < system->constraint_count; k++) {
    const int row = system->constraints[k].row;
    if (row >= system->row_begin && row < system->row_end)
      sb_matrix_pin(system->matrix, row);
  }
}

static PetscErrorCode GetRow(const SbSystem *system, Vec v, int row, double *value) {
  PetscFunctionBeginUser;
  double mine = 0.0;
  if (row >= system->row_begin && row < system->row_end) {
    const PetscInt index = row;
    PetscCall(VecGetValues(v, 1, &index, &mine));
  }
  PetscCallMPI(MPI_Allreduce(&mine, value, 1, MPI_DOUBLE, MPI_SUM, system->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Solves the small dense system m x = b in place by elimination with row pivoting. */
static bool small_solve(int n, double m[MAX_CONSTRAINTS][MAX_CONSTRAINTS], double *b) {
  for (int k = 0; k < n; k++) {
    int pivot = k;
    for (int i = k + 1; i < n; i++)
      if (fabs(m[i][k]) > fabs(m[pivot][k]))
        pivot = i;
    if (m[pivot][k] == 0.0)
      return false;
    for (int j = 0; j < n; j++) {
      const double swap = m[k][j];
      m[k][j] = m[pivot][j];
      m[pivot][j] = swap;
    }
    const double swap = b[k];
    b[k] = b[pivot];
    b[pivot] = swap;
    for (int i = k + 1; i < n; i++) {
      const double factor = m[i][k] / m[k][k];
      for (int j = k; j < n; j++)
        m[i][j] -= factor * m[k][j];
      b[i] -= factor * b[k];
    }
  }
  for (int k = n - 1; k >= 0; k--) {
    for (int j = k + 1; j < n; j++)
      b[k] -= m[k][j] * b[j];
    b[k] /= m[k][k];
  }
  return true;
}

/* Factors the matrix and solves for the responses to the constraints. */
static PetscErrorCode Factor(SbSystem *system) {
  PetscFunctionBeginUser;
  sb_timing_begin(SB_PART_FACTORISATION);
  PetscCall(PCSetOperators(system->factor, system->operator, system->operator));
  PetscCall(PCSetUp(system->factor));
  system->factored = true;
  if (system->constrained) {
    Vec unit;
    PetscCall(VecDuplicate(system->x, &unit));
    for (int k = 0; k < system->constraint_count; k++) {
      SbConstraint *constraint = &system->constraints[k];
      constraint->factored = constraint->row;
      PetscCall(VecZeroEntries(unit));
      PetscCall(SetRow(system, unit, constraint->factored, 1.0));
      PetscCall(PCApply(system->factor, unit, constraint->response));
    }
    PetscCall(VecDestroy(&unit));
  }
  sb_timing_end(SB_PART_FACTORISATION, system->chain->nodes - 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BorderSetUp(PC pc) {
  PetscFunctionBeginUser;
  SbSystem *system;
  PetscCall(PCShellGetContext(pc, &system));
  PetscCall(Factor(system));
  PCFailedReason reason;
  PetscCall(PCGetFailedReason(system->factor, &reason));
  PetscCall(PCSetFailedReason(pc, reason));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BorderApply(PC pc, Vec b, Vec x) {
  PetscFunctionBeginUser;
  SbSystem *system;
  sb_timing_begin(SB_PART_SOLVE);
  PetscCall(PCShellGetContext(pc, &system));
  if (!system->constrained) {
    PetscCall(PCApply(system->factor, b, x));
  } else {
    const int n = system->constraint_count;
    double m[MAX_CONSTRAINTS][MAX_CONSTRAINTS] = {{0}}, wanted[MAX_CONSTRAINTS] = {0};
    Vec right;
    PetscCall(VecDuplicate(b, &right));
    PetscCall(VecCopy(b, right));
    for (int k = 0; k < n; k++)
      PetscCall(GetRow(system, b, system->constraints[k].factored, &wanted[k]));
    for (int k = 0; k < n; k++)
      PetscCall(SetRow(system, right, system->constraints[k].factored, 0.0));
    PetscCall(PCApply(system->factor, right, x));
    for (int k = 0; k < n; k++) {
      PetscScalar dot;
      PetscCall(VecDot(system->constraints[k].weights, x, &dot));
      wanted[k] -= dot;
      for (int l = 0; l < n; l++)
        PetscCall(VecDot(system->constraints[k].weights, system->constraints[l].response, &m[k][l]));
    }
    if (small_solve(n, m, wanted))
      for (int k = 0; k < n; k++)
        PetscCall(VecAXPY(x, wanted[k], system->constraints[k].response));
    PetscCall(VecDestroy(&right));
  }
  sb_timing_end(SB_PART_SOLVE, system->chain->nodes - 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemSetUpKSP(SbSystem *system, KSP ksp) {
  PetscFunctionBeginUser;
  PC pc;
  PetscCheck(system->constraint_count <= MAX_CONSTRAINTS, PETSC_COMM_SELF, PETSC_ERR_SUP,
             "at most %d amounts can be kept at once", MAX_CONSTRAINTS);
  PetscCall(KSPSetType(ksp, KSPPREONLY));
  PetscCall(KSPGetPC(ksp, &pc));
  PetscCall(PCSetType(pc, PCSHELL));
  PetscCall(PCShellSetName(pc, "block-tridiagonal LU with border"));
  PetscCall(PCShellSetContext(pc, system));
  PetscCall(PCShellSetSetUp(pc, BorderSetUp));
  PetscCall(PCShellSetApply(pc, BorderApply));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemHoldAmounts(SbSystem *system, const double *u) {
  PetscFunctionBeginUser;
  for (int k = 0; k < system->constraint_count; k++) {
    SbConstraint *constraint = &system->constraints[k];
    constraint->amount = sb_chain_kept(system->chain, u, constraint->pool, 0, system->chain->nodes);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemSolveTransposed(SbSystem *system, const double *g, double *lambda) {
  PetscFunctionBeginUser;
  const int n = system->constrained ? system->constraint_count : 0;
  Vec right, y, columns[MAX_CONSTRAINTS];
  if (!system->factored) {
    PetscCall(SbSystemMatrix(system));
    PetscCall(Factor(system));
  }
  double m[MAX_CONSTRAINTS][MAX_CONSTRAINTS] = {{0}}, at[MAX_CONSTRAINTS] = {0};
  PetscCall(VecDuplicate(system->x, &right));
  PetscCall(VecDuplicate(system->x, &y));
  PetscCall(SbSystemScatter(system, g, right));
  PetscCall(PCApplyTranspose(system->factor, right, y));
  for (int k = 0; k < n; k++) {
    double own;
    PetscCall(VecDuplicate(system->x, &columns[k]));
    PetscCall(VecCopy(system->constraints[k].weights, right));
    PetscCall(GetRow(system, right, system->constraints[k].factored, &own));
    PetscCall(SetRow(system, right, system->constraints[k].factored, own - 1.0));
    PetscCall(PCApplyTranspose(system->factor, right, columns[k]));
  }
  for (int k = 0; k < n; k++) {
    PetscCall(GetRow(system, y, system->constraints[k].factored, &at[k]));
    for (int l = 0; l < n; l++) {
      PetscCall(GetRow(system, columns[l], system->constraints[k].factored, &m[k][l]));
      if (k == l)
        m[k][l] += 1.0;
    }
  }
  if (n > 0 && small_solve(n, m, at))
    for (int k = 0; k < n; k++)
      PetscCall(VecAXPY(y, -at[k], columns[k]));
  PetscCall(SbSystemGather(system, y, lambda));
  for (int k = 0; k < n; k++)
    PetscCall(VecDestroy(&columns[k]));
  PetscCall(VecDestroy(&right));
  PetscCall(VecDestroy(&y));
  PetscFunctionReturn(PETSC_SUCCESS);
}
