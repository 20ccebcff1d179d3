/* Sensitivities of a steady state: one transposed solve, then for every number of the deck the slope of the Lagrangian
   by a centred difference, for which the problem is made anew with that number a little larger and smaller, as a sweep
   makes it. Nothing is solved for the single number. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "protocol/session.h"
#include "solve/adjoint.h"

static const double trial = 0.01; /* of a parameter's step: its square is far below what is wanted, rounding too */

static char *copied(const char *text) {
  const size_t size = strlen(text) + 1;
  return memcpy(sb_calloc(size, 1), text, size);
}

/* The Lagrangian with the deck as it now stands. *reason: why there is none; else left alone. */
static PetscErrorCode Lagrangian(const SbSession *session, const SbAdjoint *adjoint, double *value, char **reason) {
  PetscFunctionBeginUser;
  const SbDeck *deck = session->deck;
  SbDiagnostics *diagnostics = sb_diagnostics_create(deck->file, deck->text, deck->length);
  SbProblem *problem = sb_problem_create_at(deck, session->problem->first_step, diagnostics);
  *value = NAN;
  if (problem)
    PetscCall(SbAdjointLagrangian(adjoint, problem, value));
  if (isnan(*value) && !*reason)
    *reason = copied(problem ? "the equations then have other unknowns" : sb_diagnostics_first(diagnostics));
  sb_problem_destroy(&problem);
  sb_diagnostics_destroy(&diagnostics);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Slope(const SbSession *session, const SbAdjoint *adjoint, const SbParameter *parameter,
                            SbSensitivity *result) {
  PetscFunctionBeginUser;
  double kept[SB_PARAMETER_NUMBERS], above, below;
  *result = (SbSensitivity){.parameter = parameter, .value = *parameter->place};
  sb_parameter_move(parameter, trial, kept);
  PetscCall(Lagrangian(session, adjoint, &above, &result->reason));
  sb_parameter_restore(parameter, kept);
  sb_parameter_move(parameter, -trial, kept);
  PetscCall(Lagrangian(session, adjoint, &below, &result->reason));
  sb_parameter_restore(parameter, kept);
  result->change = (above - below) / (2.0 * trial);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The largest first, what cannot move last, of equal ones as in the deck. */
static int by_size(const void *a, const void *b) {
  const SbSensitivity *x = a, *y = b;
  const double one = isnan(x->change) ? -1.0 : fabs(x->change), other = isnan(y->change) ? -1.0 : fabs(y->change);
  if (one != other)
    return one < other ? 1 : -1;
  return x->parameter < y->parameter ? -1 : 1;
}

static PetscErrorCode SensitivityRun(SbSession *session, const void *params, SbStepResult *step) {
  PetscFunctionBeginUser;
  const SbSensitivityStep *settings = params;
  const SbMoment moment = {.steady = true, .time = -1.0};
  SbAdjoint *adjoint;
  step->steady = true;
  step->sensitive = (SbMeasure){.quantity = (SbQuantity)settings->quantity,
                                .species = settings->species,
                                .terminal = settings->terminal,
                                .x = settings->at.x,
                                .couple = settings->couple,
                                .membrane = settings->membrane,
                                .mechanism = settings->mechanism,
                                .gate = settings->gate};
  sb_measure_complete(session->problem, &step->sensitive);
  PetscCall(SbAdjointCreate(session->state, &moment, &step->sensitive, &adjoint));
  step->sensitive_value = adjoint->value;
  step->sensitivity_count = settings->count;
  step->sensitivities = sb_calloc((size_t)settings->count, sizeof *step->sensitivities);
  for (int i = 0; i < settings->count; i++)
    PetscCall(Slope(session, adjoint, &settings->parameters[i], &step->sensitivities[i]));
  qsort(step->sensitivities, (size_t)settings->count, sizeof *step->sensitivities, by_size);
  PetscCall(SbAdjointDestroy(&adjoint));
  if (isnan(step->sensitive_value)) {
    static const char message[] = "The quantity has no value at this state.";
    step->failure.message = copied(message);
  }
  step->effort.method = "adjoint of the steady state, one linear solve";
  PetscFunctionReturn(PETSC_SUCCESS);
}

const SbProtocol sb_protocol_sensitivity = {.name = "sensitivity", .run = SensitivityRun};
