#include "solve/chain_pc.h"

#include "solve/chain/chain_solver.h"
#include "solve/chain/partition.h"

typedef struct {
  SbChainSolver *alone; /* one process has all nodes */
  SbPartition *shared;  /* else */
} Solver;

static PetscErrorCode Judge(PC pc, bool good) {
  PetscFunctionBeginUser;
  PetscCall(PCSetFailedReason(pc, good ? PC_NOERROR : PC_FACTOR_NUMERIC_ZEROPIVOT));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetUp(PC pc) {
  PetscFunctionBeginUser;
  Solver *solver;
  bool good;
  PetscCall(PCShellGetContext(pc, &solver));
  if (solver->shared)
    PetscCall(SbPartitionFactor(solver->shared, &good));
  else
    good = sb_chain_solver_factor(solver->alone);
  PetscCall(Judge(pc, good));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Solve(PC pc, bool transposed, Vec b, Vec x) {
  PetscFunctionBeginUser;
  Solver *solver;
  const PetscScalar *from;
  PetscScalar *to;
  bool good;
  PetscCall(PCShellGetContext(pc, &solver));
  PetscCall(VecGetArrayRead(b, &from));
  PetscCall(VecGetArrayWrite(x, &to));
  if (solver->shared)
    PetscCall(SbPartitionSolve(solver->shared, transposed, from, to, &good));
  else
    good = (transposed ? sb_chain_solver_solve_transposed : sb_chain_solver_solve)(solver->alone, from, to);
  PetscCall(VecRestoreArrayWrite(x, &to));
  PetscCall(VecRestoreArrayRead(b, &from));
  PetscCall(Judge(pc, good));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Apply(PC pc, Vec b, Vec x) {
  PetscFunctionBeginUser;
  PetscCall(Solve(pc, false, b, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ApplyTranspose(PC pc, Vec b, Vec x) {
  PetscFunctionBeginUser;
  PetscCall(Solve(pc, true, b, x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Destroy(PC pc) {
  PetscFunctionBeginUser;
  Solver *solver;
  PetscCall(PCShellGetContext(pc, &solver));
  sb_chain_solver_destroy(&solver->alone);
  PetscCall(SbPartitionDestroy(&solver->shared));
  PetscCall(PetscFree(solver));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbChainPCSetUp(PC pc, const SbMatrix *matrix, const int *starts) {
  PetscFunctionBeginUser;
  Solver *solver;
  PetscMPIInt ranks;
  const MPI_Comm comm = PetscObjectComm((PetscObject)pc);
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  PetscCall(PetscNew(&solver));
  if (ranks > 1) {
    PetscCall(SbPartitionCreate(comm, matrix, starts, &solver->shared));
  } else {
    solver->alone = sb_chain_solver_create(matrix);
    PetscCheck(solver->alone, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for the factors of %d unknowns",
               matrix->chain->unknowns);
  }
  PetscCall(PCSetType(pc, PCSHELL));
  PetscCall(PCShellSetName(pc, "chain"));
  PetscCall(PCShellSetContext(pc, solver));
  PetscCall(PCShellSetSetUp(pc, SetUp));
  PetscCall(PCShellSetApply(pc, Apply));
  PetscCall(PCShellSetApplyTranspose(pc, ApplyTranspose));
  PetscCall(PCShellSetDestroy(pc, Destroy));
  PetscFunctionReturn(PETSC_SUCCESS);
}
