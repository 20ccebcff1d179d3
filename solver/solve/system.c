#include "solve/system.h"

#include <stdlib.h>
#include <string.h>

#include "base/timing.h"
#include "solve/border.h"
#include "solve/chain/partition.h"
#include "solve/chain_pc.h"

/* Contiguous nodes: one for every rank, and the others so that all ranks take the same time to eliminate theirs: ranks
   between others have more to do for a node. The first rank has all nodes where there are too few to go round. */
static PetscErrorCode Own(SbSystem *system) {
  PetscFunctionBeginUser;
  const SbChain *chain = system->chain;
  const int ranks = system->ranks, nodes = chain->nodes;
  const double inner = 1.0 / sb_partition_inner_cost((double)chain->unknowns / nodes);
  PetscCall(PetscMalloc3(ranks + 1, &system->starts, ranks, &system->row_starts, ranks, &system->row_counts));
  system->starts[0] = 0;
  for (int r = 1; r < ranks; r++) {
    const double share = (1.0 + (r - 1) * inner) / (2.0 + (ranks - 2) * inner);
    system->starts[r] = nodes < ranks ? nodes : r + (int)(share * (nodes - ranks));
  }
  system->starts[ranks] = nodes;
  for (int r = 0; r < ranks; r++) {
    system->row_starts[r] = chain->offset[system->starts[r]];
    system->row_counts[r] = chain->offset[system->starts[r + 1]] - system->row_starts[r];
  }
  system->node_begin = system->starts[system->rank];
  system->node_end = system->starts[system->rank + 1];
  system->row_begin = system->row_starts[system->rank];
  system->row_end = system->row_begin + system->row_counts[system->rank];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* PETSc's compressed row matrix, in place of the shell that our own solver works with. */
static PetscErrorCode RowsCreate(SbSystem *system) {
  PetscFunctionBeginUser;
  const PetscInt own = system->row_end - system->row_begin, total = system->chain->unknowns;
  SbSparseRows *rows = system->rows = sb_sparse_rows_create(system->matrix);
  PetscCheck(rows, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a matrix of %d unknowns", (int)own);
  if (system->ranks == 1)
    PetscCall(MatCreateSeqAIJWithArrays(system->comm, own, total, rows->row_start, rows->column, rows->value,
                                        &system->operator));
  else
    PetscCall(MatCreateMPIAIJWithArrays(system->comm, own, own, total, total, rows->row_start, rows->column,
                                        rows->value, &system->operator));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ConstraintsCreate(SbSystem *system) {
  PetscFunctionBeginUser;
  const SbProblem *problem = system->chain->problem;
  PetscCall(PetscCalloc1(problem->pool_count + 1, &system->constraints));
  for (int p = 0; p < problem->pool_count; p++) {
    const SbPool *pool = &problem->pools[p];
    if (!pool->kept)
      continue;
    SbConstraint *constraint = &system->constraints[system->constraint_count++];
    constraint->pool = pool;
    constraint->row = -1;
    constraint->scale = problem->species_scale[pool->species] *
                        (problem->regions[pool->last].right - problem->regions[pool->first].left);
    PetscCall(VecDuplicate(system->x, &constraint->weights));
    PetscCall(VecDuplicate(system->x, &constraint->response));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* In natural order the factors of a block-tridiagonal matrix of full blocks have the pattern of the matrix itself: an
   incomplete factorisation without fill is the complete one, and need not look for fill. */
static PetscErrorCode SetUpFactor(PC pc) {
  PetscFunctionBeginUser;
  PetscCall(PCSetType(pc, PCILU));
  PetscCall(PCFactorSetLevels(pc, 0));
  PetscCall(PCFactorSetMatOrderingType(pc, MATORDERINGNATURAL));
  PetscCall(PCFactorSetShiftType(pc, MAT_SHIFT_NONE));
  PetscCall(PCFactorSetZeroPivot(pc, PETSC_MACHINE_EPSILON * PETSC_SMALL * PETSC_SMALL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* -chain_pc_type chooses who solves: chain (ours), or any of PETSc's direct solvers (the whole matrix on every rank).
 */
static PetscErrorCode SolverCreate(SbSystem *system) {
  PetscFunctionBeginUser;
  const PetscInt own = system->row_end - system->row_begin, total = system->chain->unknowns;
  char type[64] = "chain";
  PetscCall(PetscOptionsGetString(NULL, "chain_", "-pc_type", type, sizeof type, NULL));
  const bool ours = strcmp(type, "chain") == 0;
  PetscCall(PCCreate(system->comm, &system->factor));
  PetscCall(PCSetOptionsPrefix(system->factor, "chain_"));
  if (ours) {
    PetscCall(MatCreateShell(system->comm, own, own, total, total, system, &system->operator));
    PetscCall(SbChainPCSetUp(system->factor, system->matrix, system->starts));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(RowsCreate(system));
  PC inner = system->factor;
  if (system->ranks > 1) {
    KSP ksp;
    PetscCall(PCSetType(system->factor, PCREDUNDANT));
    PetscCall(PCRedundantGetKSP(system->factor, &ksp));
    PetscCall(KSPGetPC(ksp, &inner));
    PetscCall(PCSetOptionsPrefix(inner, "chain_"));
  }
  PetscCall(SetUpFactor(inner));
  PetscCall(PCSetFromOptions(inner));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemWake(SbSystem *system) {
  PetscFunctionBeginUser;
  const SbChain *chain = system->chain;
  if (system->matrix)
    PetscFunctionReturn(PETSC_SUCCESS);
  system->matrix = sb_matrix_create(chain, system->node_begin, system->node_end, true);
  PetscCheck(system->matrix, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for %d unknowns", chain->unknowns);
  PetscCall(VecCreateMPI(system->comm, system->row_end - system->row_begin, chain->unknowns, &system->x));
  PetscCall(VecDuplicate(system->x, &system->residual));
  PetscCall(SolverCreate(system));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemRest(SbSystem *system) {
  PetscFunctionBeginUser;
  PetscCall(PCDestroy(&system->factor));
  PetscCall(MatDestroy(&system->operator));
  PetscCall(VecDestroy(&system->x));
  PetscCall(VecDestroy(&system->residual));
  sb_sparse_rows_destroy(&system->rows);
  sb_matrix_destroy(&system->matrix);
  PetscCall(PetscFree(system->f));
  system->factored = false;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemCreate(const SbChain *chain, SbSystem **out) {
  PetscFunctionBeginUser;
  SbSystem *system;
  PetscCall(PetscNew(&system));
  *out = system;
  system->chain = chain;
  system->comm = PETSC_COMM_WORLD;
  system->evaluation.share = 1.0;
  PetscMPIInt ranks, rank;
  PetscCallMPI(MPI_Comm_size(system->comm, &ranks));
  PetscCallMPI(MPI_Comm_rank(system->comm, &rank));
  system->ranks = ranks;
  system->rank = rank;
  PetscCall(Own(system));
  if (ranks > 1)
    PetscCall(PetscCalloc2(chain->unknowns, &system->u, chain->unknowns, &system->rate));
  PetscCall(SbSystemWake(system));
  PetscCall(ConstraintsCreate(system));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemDestroy(SbSystem **out) {
  PetscFunctionBeginUser;
  SbSystem *system = *out;
  if (!system)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (int k = 0; k < system->constraint_count; k++) {
    PetscCall(VecDestroy(&system->constraints[k].weights));
    PetscCall(VecDestroy(&system->constraints[k].response));
  }
  PetscCall(PetscFree(system->constraints));
  PetscCall(SbSystemRest(system));
  PetscCall(PetscFree2(system->u, system->rate));
  PetscCall(PetscFree3(system->starts, system->row_starts, system->row_counts));
  PetscCall(PetscFree(system));
  *out = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemScatter(const SbSystem *system, const double *u, Vec x) {
  PetscFunctionBeginUser;
  PetscScalar *array;
  PetscCall(VecGetArrayWrite(x, &array));
  PetscCall(PetscArraycpy(array, u + system->row_begin, system->row_end - system->row_begin));
  PetscCall(VecRestoreArrayWrite(x, &array));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemGather(const SbSystem *system, Vec x, double *u) {
  PetscFunctionBeginUser;
  const PetscScalar *array;
  const int rows = system->row_end - system->row_begin;
  PetscCall(VecGetArrayRead(x, &array));
  if (system->ranks == 1) {
    PetscCall(PetscArraycpy(u, array, rows));
  } else {
    PetscCallMPI(
        MPI_Allgatherv(array, rows, MPI_DOUBLE, u, system->row_counts, system->row_starts, MPI_DOUBLE, system->comm));
  }
  PetscCall(VecRestoreArrayRead(x, &array));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Own entries of x, and those of one node beyond either end, into u in whole-chain indices. */
static PetscErrorCode Exchange(const SbSystem *system, Vec x, double *u) {
  PetscFunctionBeginUser;
  const SbChain *chain = system->chain;
  const PetscScalar *array;
  PetscCall(VecGetArrayRead(x, &array));
  PetscCall(PetscArraycpy(u + system->row_begin, array, system->row_end - system->row_begin));
  PetscCall(VecRestoreArrayRead(x, &array));
  const int a = system->node_begin, b = system->node_end;
  const int left = system->rank > 0 ? system->rank - 1 : MPI_PROC_NULL;
  const int right = system->rank + 1 < system->ranks ? system->rank + 1 : MPI_PROC_NULL;
  if (system->ranks <= chain->nodes) {
    const int last = right == MPI_PROC_NULL ? 0 : sb_chain_pattern(chain, b)->size;
    const int before = left == MPI_PROC_NULL ? 0 : sb_chain_pattern(chain, a - 1)->size;
    PetscCallMPI(MPI_Sendrecv(u + chain->offset[a], sb_chain_pattern(chain, a)->size, MPI_DOUBLE, left, 0,
                              u + chain->offset[b], last, MPI_DOUBLE, right, 0, system->comm, MPI_STATUS_IGNORE));
    PetscCallMPI(MPI_Sendrecv(u + chain->offset[b - 1], sb_chain_pattern(chain, b - 1)->size, MPI_DOUBLE, right, 1,
                              u + system->row_begin - before, before, MPI_DOUBLE, left, 1, system->comm,
                              MPI_STATUS_IGNORE));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A vector in whole-chain indices: as it stands on one process, else in scratch with its neighbours' entries. NULL
   stays NULL. */
static PetscErrorCode LocalBegin(const SbSystem *system, Vec x, double *scratch, const double **u) {
  PetscFunctionBeginUser;
  *u = NULL;
  if (!x)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (system->ranks == 1) {
    PetscCall(VecGetArrayRead(x, u));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(Exchange(system, x, scratch));
  *u = scratch;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode LocalEnd(const SbSystem *system, Vec x, const double **u) {
  PetscFunctionBeginUser;
  if (x && system->ranks == 1)
    PetscCall(VecRestoreArrayRead(x, u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* One pass over the chain: residual (NULL: not wanted) and, unless it is NULL, the matrix. */
static PetscErrorCode Assemble(SbSystem *system, Vec x, Vec rate, Vec f, SbMatrix *matrix) {
  PetscFunctionBeginUser;
  sb_timing_begin(SB_PART_ASSEMBLY);
  const bool direct = f && system->ranks == 1;
  const double *u;
  double *residual = system->f;
  PetscCall(LocalBegin(system, x, system->u, &u));
  PetscCall(LocalBegin(system, rate, system->rate, &system->evaluation.rate));
  if (direct)
    PetscCall(VecGetArrayWrite(f, &residual));
  else if (!residual) {
    PetscCall(PetscMalloc1(system->chain->unknowns, &system->f));
    residual = system->f;
  }
  sb_assemble(system->chain, &system->evaluation, u, system->node_begin, system->node_end, residual, matrix);
  if (direct)
    PetscCall(VecRestoreArrayWrite(f, &residual));
  else if (f) {
    PetscScalar *array;
    PetscCall(VecGetArrayWrite(f, &array));
    PetscCall(PetscArraycpy(array, residual + system->row_begin, system->row_end - system->row_begin));
    PetscCall(VecRestoreArrayWrite(f, &array));
  }
  if (f && system->constrained)
    PetscCall(SbBorderResidual(system, u, f));
  PetscCall(LocalEnd(system, rate, &system->evaluation.rate));
  system->evaluation.rate = NULL;
  PetscCall(LocalEnd(system, x, &u));
  sb_timing_end(SB_PART_ASSEMBLY, system->chain->nodes - 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemResidual(SbSystem *system, Vec x, Vec rate, Vec f) {
  PetscFunctionBeginUser;
  PetscCall(Assemble(system, x, rate, f, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemLinearise(SbSystem *system, Vec x, Vec rate, double shift, Vec f) {
  PetscFunctionBeginUser;
  system->evaluation.shift = shift;
  PetscCall(Assemble(system, x, rate, f, system->matrix));
  system->factored = false;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSystemMatrix(SbSystem *system) {
  PetscFunctionBeginUser;
  SbBorderRows(system);
  if (!system->rows) {
    PetscCall(MatAssemblyBegin(system->operator, MAT_FINAL_ASSEMBLY)); /* tells PETSc that it has changed */
    PetscCall(MatAssemblyEnd(system->operator, MAT_FINAL_ASSEMBLY));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  sb_sparse_rows_fill(system->rows, system->matrix);
  if (system->ranks == 1) {
    PetscScalar *values; /* taking the array tells PETSc that the values it shares with us are new */
    PetscCall(MatSeqAIJGetArray(system->operator, & values));
    PetscCall(MatSeqAIJRestoreArray(system->operator, & values));
  } else {
    PetscCall(MatUpdateMPIAIJWithArray(system->operator, system->rows->value));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
