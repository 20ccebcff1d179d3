#include "solve/interrupt.h"

#include <signal.h>

#include "solve/system.h"

static volatile sig_atomic_t wished = 0;

void sb_interrupt(int number) {
  (void)number;
  wished = 1;
}

PetscErrorCode SbInterrupted(bool *interrupted) {
  PetscFunctionBeginUser;
  int mine = wished, any;
  PetscMPIInt ranks;
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &ranks));
  any = mine;
  if (ranks > 1)
    PetscCallMPI(MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, PETSC_COMM_WORLD));
  *interrupted = any != 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
