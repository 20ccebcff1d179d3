#include "solve/petsc_timing.h"

#include <petsclog.h>

static PetscLogStage stages[SB_PART_COUNT];

/* A log that fails is not worth a run. */
static void follow(SbPart part, int begins) {
  if (begins)
    (void)PetscLogStagePush(stages[part]);
  else
    (void)PetscLogStagePop();
}

PetscErrorCode SbTimingLogBegin(void) {
  PetscFunctionBeginUser;
  PetscBool logging;
  PetscCall(PetscLogIsActive(&logging));
  if (!logging)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (int part = 0; part < SB_PART_COUNT; part++)
    PetscCall(PetscLogStageRegister(sb_part_text((SbPart)part), &stages[part]));
  sb_timing_listen(follow);
  PetscFunctionReturn(PETSC_SUCCESS);
}

void sb_timing_log_end(void) {
  sb_timing_listen(NULL);
}

PetscErrorCode SbTimingSlowest(SbTimings *timings, double *whole, double *memory) {
  PetscFunctionBeginUser;
  double mine[SB_PART_COUNT + 2] = {0}, largest[SB_PART_COUNT + 2];
  for (int part = 0; part < SB_PART_COUNT; part++) {
    mine[part] = timings->seconds[part];
    mine[SB_PART_COUNT] += timings->seconds[part];
  }
  mine[SB_PART_COUNT + 1] = *memory;
  PetscCallMPI(MPI_Allreduce(mine, largest, SB_PART_COUNT + 2, MPI_DOUBLE, MPI_MAX, PETSC_COMM_WORLD));
  PetscCall(PetscArraycpy(timings->seconds, largest, SB_PART_COUNT));
  *whole = largest[SB_PART_COUNT];
  *memory = largest[SB_PART_COUNT + 1];
  PetscFunctionReturn(PETSC_SUCCESS);
}
