#include "solve/chain_pc.h"

typedef struct {
  const SbMatrix *matrix;
  SbSparseRows *rows;
  SbThomas *thomas;
} Solver;

static PetscErrorCode SetUp(PC pc) {
  PetscFunctionBeginUser;
  Solver *solver;
  PetscCall(PCShellGetContext(pc, &solver));
  sb_sparse_rows_fill(solver->rows, solver->matrix);
  PetscCall(PCSetFailedReason(pc, sb_thomas_factor(solver->thomas) ? PC_NOERROR : PC_FACTOR_NUMERIC_ZEROPIVOT));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode With(PC pc, Vec b, Vec x, void (*solve)(const SbThomas *, const double *, double *)) {
  PetscFunctionBeginUser;
  Solver *solver;
  const PetscScalar *from;
  PetscScalar *to;
  PetscCall(PCShellGetContext(pc, &solver));
  PetscCall(VecGetArrayRead(b, &from));
  PetscCall(VecGetArrayWrite(x, &to));
  solve(solver->thomas, from, to);
  PetscCall(VecRestoreArrayWrite(x, &to));
  PetscCall(VecRestoreArrayRead(b, &from));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Apply(PC pc, Vec b, Vec x) {
  PetscFunctionBeginUser;
  PetscCall(With(pc, b, x, sb_thomas_solve));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ApplyTranspose(PC pc, Vec b, Vec x) {
  PetscFunctionBeginUser;
  PetscCall(With(pc, b, x, sb_thomas_solve_transposed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Destroy(PC pc) {
  PetscFunctionBeginUser;
  Solver *solver;
  PetscCall(PCShellGetContext(pc, &solver));
  sb_thomas_destroy(&solver->thomas);
  sb_sparse_rows_destroy(&solver->rows);
  PetscCall(PetscFree(solver));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbChainPCSetUp(PC pc, const SbMatrix *matrix) {
  PetscFunctionBeginUser;
  Solver *solver;
  PetscCall(PetscNew(&solver));
  solver->matrix = matrix;
  solver->rows = sb_sparse_rows_create(matrix);
  solver->thomas = sb_thomas_create(matrix->chain, solver->rows);
  PetscCheck(solver->thomas, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for the factors of %d unknowns",
             matrix->chain->unknowns);
  PetscCall(PCSetType(pc, PCSHELL));
  PetscCall(PCShellSetName(pc, "chain"));
  PetscCall(PCShellSetContext(pc, solver));
  PetscCall(PCShellSetSetUp(pc, SetUp));
  PetscCall(PCShellSetApply(pc, Apply));
  PetscCall(PCShellSetApplyTranspose(pc, ApplyTranspose));
  PetscCall(PCShellSetDestroy(pc, Destroy));
  PetscFunctionReturn(PETSC_SUCCESS);
}
