/* A session runs a deck's protocol: the problem, the state that the last step left, and where results go. A protocol
   step is one table entry: the schema of its settings (problem/language_steps.c) and the function that runs it. */
#ifndef SB_PROTOCOL_SESSION_H
#define SB_PROTOCOL_SESSION_H

#include <complex.h>

#include "output/archive.h"
#include "output/run.h"
#include "solve/adapt.h"
#include "solve/transient.h"

typedef struct {
  SbDeck *deck;               /* values may be varied by a sweep, and are put back */
  SbDiagnostics *diagnostics; /* of the deck */
  const SbProblem *problem;   /* of the step that runs */
  SbRun *run;
  SbArchive *archive;      /* NULL on other ranks than 0, and where nothing is to be stored */
  SbStatus archive_status; /* first failure of the archive; SB_OK: none */
  SbLevel *state;          /* what the last step left; NULL before the first */
  bool steady;             /* whether that is a steady state */
  SbMesh *coarser;         /* the mesh whose halving the state's is; NULL: not known */
  int problem_count;       /* problems made on the way, which results still refer to */
  SbProblem **problems;
} SbSession;

typedef struct {
  const char *name; /* of the step's schema */
  PetscErrorCode (*run)(SbSession *session, const void *params, SbStepResult *step);
} SbProtocol;

#define SB_PROTOCOL(id) extern const SbProtocol sb_protocol_##id;
#include "protocol/protocols.def"
#undef SB_PROTOCOL

/* Runs all steps; stops at the first that fails. The outcome is SB_OK, SB_DIVERGED, SB_STOPPED or SB_IO. */
PetscErrorCode SbSessionRun(SbSession *session, SbStatus *outcome);
PetscErrorCode SbSessionDestroy(SbSession *session);

/* ---- for the protocols
 * ---------------------------------------------------------------------------------------------------- */
/* Sentences on a failed solve: which species, where, what was tried, what to change. malloc'd. */
char *sb_explain_steady(const SbProblem *problem, const SbLevel *level);
/* The same for a transient that was to reach `until` (s). */
char *sb_explain_transient(const SbProblem *problem, double until, const SbTransientReport *report);

/* Readings of all measures of the run at a state, without bars; moment's circumstances. */
void sb_session_read(const SbSession *session, const SbLevel *level, const SbMoment *moment, SbReading *readings);

/* Archive calls that remember the first failure. level NULL: a point of a sweep that was not solved. */
void sb_session_store(SbSession *session, double coordinate, const SbLevel *level, const SbMoment *moment,
                      const SbReading *readings);
/* The response x [unknowns] that belongs to the frame stored last; solved false: there is none. */
void sb_session_respond(SbSession *session, const SbLevel *level, const double complex *x, bool solved);
void sb_session_begin(SbSession *session, const SbStepResult *step, const SbLevel *level);

/* Keeps a problem until the session ends. */
void sb_session_own(SbSession *session, SbProblem *problem);

/* Makes `level` the session's state and the step's last state (a copy of its mesh). Takes ownership of level. */
PetscErrorCode SbSessionKeep(SbSession *session, SbStepResult *step, SbLevel *level, const SbMoment *moment);

/* Effort that all steps report the same way: the reported mesh. */
void sb_session_effort(SbStepResult *step, const SbProblem *problem, const SbLevel *level);

#endif
