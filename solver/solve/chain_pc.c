#include "solve/chain_pc.h"

static PetscErrorCode SetUp(PC pc) {
  PetscFunctionBeginUser;
  SbThomas *thomas;
  PetscCall(PCShellGetContext(pc, &thomas));
  PetscCall(PCSetFailedReason(pc, sb_thomas_factor(thomas) ? PC_NOERROR : PC_FACTOR_NUMERIC_ZEROPIVOT));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode With(PC pc, Vec b, Vec x, void (*solve)(const SbThomas *, const double *, double *)) {
  PetscFunctionBeginUser;
  SbThomas *thomas;
  const PetscScalar *from;
  PetscScalar *to;
  PetscCall(PCShellGetContext(pc, &thomas));
  PetscCall(VecGetArrayRead(b, &from));
  PetscCall(VecGetArrayWrite(x, &to));
  solve(thomas, from, to);
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
  SbThomas *thomas;
  PetscCall(PCShellGetContext(pc, &thomas));
  sb_thomas_destroy(&thomas);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbChainPCSetUp(PC pc, const SbChain *chain, const SbBlocks *blocks) {
  PetscFunctionBeginUser;
  SbThomas *thomas = sb_thomas_create(chain, blocks);
  PetscCheck(thomas, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for the factors of %d unknowns", blocks->rows);
  PetscCall(PCSetType(pc, PCSHELL));
  PetscCall(PCShellSetName(pc, "chain"));
  PetscCall(PCShellSetContext(pc, thomas));
  PetscCall(PCShellSetSetUp(pc, SetUp));
  PetscCall(PCShellSetApply(pc, Apply));
  PetscCall(PCShellSetApplyTranspose(pc, ApplyTranspose));
  PetscCall(PCShellSetDestroy(pc, Destroy));
  PetscFunctionReturn(PETSC_SUCCESS);
}
