/* One steady state. */
#include <math.h>

#include "protocol/session.h"
#include "solve/interrupt.h"

static PetscErrorCode SteadyRun(SbSession *session, const void *params, SbStepResult *step) {
  PetscFunctionBeginUser;
  (void)params;
  SbRun *run = session->run;
  SbAdapt *adapt;
  bool stopped;
  PetscCall(SbAdaptCreate(session->problem, run->measure_count, run->measures, &adapt));
  PetscCall(SbAdaptSolve(adapt, session->state, NULL));
  step->steady = true;
  step->effort.method = adapt->method;
  step->effort.newton_iterations = adapt->iterations;
  step->effort.mesh_rounds = adapt->rounds;
  step->effort.accuracy_met = adapt->accurate;
  step->effort.accuracy_note = adapt->note;
  PetscCall(SbInterrupted(&stopped));
  if (!adapt->converged) {
    const SbLevel *level = adapt->fine ? adapt->fine : adapt->coarse;
    if (!stopped)
      step->failure.message = sb_explain_steady(session->problem, level);
    sb_session_effort(step, session->problem, level);
  } else {
    SbLevel *level = adapt->fine;
    PetscCall(SbLevelDestroy(&adapt->coarse)); /* its memory goes to the archive */
    sb_session_effort(step, session->problem, level);
    sb_run_add_frame(run, step, NAN, adapt->readings);
    sb_session_begin(session, step, level);
    sb_session_store(session, NAN, level, &adapt->moment, adapt->readings);
    adapt->fine = NULL;
    PetscCall(SbSessionKeep(session, step, level, &adapt->moment));
  }
  PetscCall(SbAdaptDestroy(&adapt));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const SbProtocol sb_protocol_steady = {.name = "steady", .run = SteadyRun};
