/* The timing of parts (base/timing.h) in PETSc: its log has them as stages, and the slowest of its ranks counts.
 */
#ifndef SB_SOLVE_PETSC_TIMING_H
#define SB_SOLVE_PETSC_TIMING_H

#include <petscsys.h>

#include "base/timing.h"
#include "solve/petsc_names.h"

/* Where PETSc keeps a log (-log_view), names a stage after each part, and enters and leaves them with the parts from
   now on. To be called while no part is open, and ended before PetscFinalize. */
PetscErrorCode SbTimingLogBegin(void);
void sb_timing_log_end(void);

/* Of each time the largest over all ranks, and the largest sum in *whole, s. memory: peak of a process, bytes, replaced
   by the largest one. */
PetscErrorCode SbTimingSlowest(SbTimings *timings, double *whole, double *memory);

#endif
