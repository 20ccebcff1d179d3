#include "protocol/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/timing.h"
#include "solve/interrupt.h"

static const SbProtocol *const protocols[] = {
#define SB_PROTOCOL(id) &sb_protocol_##id,
#include "protocol/protocols.def"
#undef SB_PROTOCOL
    NULL};

static const SbProtocol *find(const char *name) {
  for (int i = 0; protocols[i]; i++)
    if (strcmp(protocols[i]->name, name) == 0)
      return protocols[i];
  return NULL;
}

static void note_archive(SbSession *session, SbStatus status) {
  if (status != SB_OK && session->archive_status == SB_OK)
    session->archive_status = status;
}

void sb_session_begin(SbSession *session, const SbStepResult *step, const SbLevel *level) {
  sb_timing_begin(SB_PART_ARCHIVE);
  if (session->archive && session->archive_status == SB_OK)
    note_archive(session, sb_archive_begin_step(session->archive, session->run, step, level->chain));
  sb_timing_end(SB_PART_ARCHIVE, 0);
}

void sb_session_store(SbSession *session, double coordinate, const SbLevel *level, const SbMoment *moment,
                      const SbReading *readings) {
  sb_timing_begin(SB_PART_ARCHIVE);
  if (session->archive && session->archive_status == SB_OK)
    note_archive(session, sb_archive_frame(session->archive, coordinate, level ? level->chain : NULL,
                                           level ? level->u : NULL, moment, readings));
  sb_timing_end(SB_PART_ARCHIVE, 0);
}

void sb_session_respond(SbSession *session, const SbLevel *level, const double complex *x, bool solved) {
  const size_t unknowns = (size_t)level->chain->unknowns;
  if (!session->archive || session->archive_status != SB_OK)
    return;
  sb_timing_begin(SB_PART_ARCHIVE);
  double *parts = sb_calloc(2 * unknowns, sizeof *parts);
  for (size_t i = 0; i < unknowns; i++) {
    parts[i] = creal(x[i]);
    parts[unknowns + i] = cimag(x[i]);
  }
  note_archive(session,
               sb_archive_respond(session->archive, solved ? level->chain : NULL, level->u, parts, parts + unknowns));
  free(parts);
  sb_timing_end(SB_PART_ARCHIVE, 0);
}

void sb_session_read(const SbSession *session, const SbLevel *level, const SbMoment *moment, SbReading *readings) {
  sb_timing_begin(SB_PART_READING);
  for (int i = 0; i < session->run->measure_count; i++)
    readings[i] = sb_measure(level->chain, level->u, moment, &session->run->measures[i], NULL);
  sb_timing_end(SB_PART_READING, 0);
}

void sb_session_own(SbSession *session, SbProblem *problem) {
  session->problems = sb_realloc(session->problems, (size_t)session->problem_count + 1, sizeof(SbProblem *));
  session->problems[session->problem_count++] = problem;
}

PetscErrorCode SbSessionKeep(SbSession *session, SbStepResult *step, SbLevel *level, const SbMoment *moment) {
  PetscFunctionBeginUser;
  sb_timing_begin(SB_PART_READING);
  SbMesh *mesh = sb_mesh_copy(level->mesh);
  SbChain *chain = sb_chain_create(level->chain->problem, mesh);
  PetscCheck(chain, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a chain of %d nodes", mesh->nodes);
  sb_run_keep_state(step, mesh, chain, level->u, moment);
  sb_timing_end(SB_PART_READING, 0);
  if (session->state != level)
    PetscCall(SbLevelDestroy(&session->state));
  session->state = level;
  session->steady = moment->steady;
  sb_mesh_destroy(&session->coarser);
  PetscFunctionReturn(PETSC_SUCCESS);
}

void sb_session_effort(SbStepResult *step, const SbProblem *problem, const SbLevel *level) {
  SbEffort *effort = &step->effort;
  effort->cells = level->mesh->nodes - 1;
  effort->smallest_link = sb_mesh_smallest(level->mesh);
  effort->debye_length = INFINITY;
  for (int b = 0; b <= problem->region_count; b++)
    effort->debye_length = fmin(effort->debye_length, sb_boundary_debye_length(problem, b));
  effort->mesh_given = sb_mesh_is_given(problem);
}

/* What was spent since `before`. */
static void note_cost(SbEffort *effort, const SbTimings *before) {
  const SbTimings now = sb_timing_now();
  effort->assembly_time = now.seconds[SB_PART_ASSEMBLY] - before->seconds[SB_PART_ASSEMBLY];
  effort->factor_time = now.seconds[SB_PART_FACTORISATION] - before->seconds[SB_PART_FACTORISATION];
  effort->solve_time = now.seconds[SB_PART_SOLVE] - before->seconds[SB_PART_SOLVE];
  effort->cell_iterations = now.cells[SB_PART_FACTORISATION] - before->cells[SB_PART_FACTORISATION];
}

/* The problem under the controls of a step, which it may change. They were checked when the deck was read. */
static PetscErrorCode SetControls(SbSession *session, int step) {
  PetscFunctionBeginUser;
  const SbDeck *deck = session->deck;
  if (step < session->problem->end_step)
    PetscFunctionReturn(PETSC_SUCCESS);
  SbDiagnostics *diagnostics = sb_diagnostics_create(deck->file, deck->text, deck->length);
  SbProblem *problem = sb_problem_create_at(deck, step, diagnostics);
  sb_diagnostics_destroy(&diagnostics);
  PetscCheck(problem, PETSC_COMM_SELF, PETSC_ERR_PLIB, "step %d has controls that were not checked", step + 1);
  sb_session_own(session, problem);
  session->problem = problem;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The same on all ranks, of which only one knows about the archive. */
static PetscErrorCode Outcome(const SbSession *session, const SbStepResult *step, SbStatus *outcome) {
  PetscFunctionBeginUser;
  bool stopped;
  PetscCall(SbInterrupted(&stopped));
  int code = session->archive_status;
  if (step->failure.message)
    code = SB_DIVERGED;
  else if (stopped)
    code = SB_STOPPED;
  PetscCallMPI(MPI_Bcast(&code, 1, MPI_INT, 0, PETSC_COMM_WORLD));
  *outcome = (SbStatus)code;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSessionRun(SbSession *session, SbStatus *outcome) {
  PetscFunctionBeginUser;
  const SbList *steps = &session->deck->protocol;
  const SbVariant *items = steps->items;
  *outcome = SB_OK;
  for (int i = 0; i < steps->count && *outcome == SB_OK; i++) {
    const SbProtocol *protocol = find(items[i].schema->name);
    PetscCheck(protocol, PETSC_COMM_SELF, PETSC_ERR_PLIB, "no protocol runs '%s'", items[i].schema->name);
    PetscCall(SetControls(session, i));
    SbStepResult *step = sb_run_add_step(session->run, protocol->name);
    step->problem = session->problem;
    PetscLogDouble start, stop;
    const SbTimings before = sb_timing_now();
    PetscCall(PetscTime(&start));
    PetscCall(protocol->run(session, items[i].params, step));
    PetscCall(PetscTime(&stop));
    step->effort.wall_time = stop - start;
    note_cost(&step->effort, &before);
    sb_timing_begin(SB_PART_ARCHIVE);
    if (session->archive && session->archive_status == SB_OK)
      note_archive(session, sb_archive_end_step(session->archive, session->run, step));
    sb_timing_end(SB_PART_ARCHIVE, 0);
    PetscCall(Outcome(session, step, outcome));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbSessionDestroy(SbSession *session) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelDestroy(&session->state));
  sb_mesh_destroy(&session->coarser);
  sb_run_destroy(&session->run);
  for (int i = 0; i < session->problem_count; i++)
    sb_problem_destroy(&session->problems[i]);
  free(session->problems);
  session->problems = NULL;
  session->problem_count = 0;
  PetscFunctionReturn(PETSC_SUCCESS);
}
