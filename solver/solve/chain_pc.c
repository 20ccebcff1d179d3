#include "solve/chain_pc.h"

#include "solve/chain/chain_solver.h"

static PetscErrorCode SetUp(PC pc) {
  PetscFunctionBeginUser;
  SbChainSolver *solver;
  PetscCall(PCShellGetContext(pc, &solver));
  PetscCall(PCSetFailedReason(pc, sb_chain_solver_factor(solver) ? PC_NOERROR : PC_FACTOR_NUMERIC_ZEROPIVOT));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode With(PC pc, Vec b, Vec x, bool (*solve)(SbChainSolver *, const double *, double *)) {
  PetscFunctionBeginUser;
  SbChainSolver *solver;
  const PetscScalar *from;
  PetscScalar *to;
  PetscCall(PCShellGetContext(pc, &solver));
  PetscCall(VecGetArrayRead(b, &from));
  PetscCall(VecGetArrayWrite(x, &to));
  if (!solve(solver, from, to))
    PetscCall(PCSetFailedReason(pc, PC_FACTOR_NUMERIC_ZEROPIVOT));
  PetscCall(VecRestoreArrayWrite(x, &to));
  PetscCall(VecRestoreArrayRead(b, &from));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Apply(PC pc, Vec b, Vec x) {
  PetscFunctionBeginUser;
  PetscCall(With(pc, b, x, sb_chain_solver_solve));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ApplyTranspose(PC pc, Vec b, Vec x) {
  PetscFunctionBeginUser;
  PetscCall(With(pc, b, x, sb_chain_solver_solve_transposed));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Destroy(PC pc) {
  PetscFunctionBeginUser;
  SbChainSolver *solver;
  PetscCall(PCShellGetContext(pc, &solver));
  sb_chain_solver_destroy(&solver);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbChainPCSetUp(PC pc, const SbMatrix *matrix) {
  PetscFunctionBeginUser;
  SbChainSolver *solver = sb_chain_solver_create(matrix);
  PetscCheck(solver, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for the factors of %d unknowns",
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
