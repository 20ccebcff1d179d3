#include "shared_run.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/units.h"

void verify_initialize(void) {
  setenv("OMPI_MCA_pml", "ob1", 0);
  setenv("OMPI_MCA_btl", "self", 0);
  setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
  setenv("OMPI_MCA_orte_create_session_dirs", "0", 0);
  if (PetscOptionsSetValue(NULL, "-no_signal_handler", "true") || PetscInitialize(NULL, NULL, NULL, NULL)) {
    fprintf(stderr, "PETSc does not start\n");
    exit(70);
  }
}

int verify_finalize(int failed) {
  sb_units_finalize();
  return PetscFinalize() || failed != 0;
}

Solved *solved_begin(const char *text) {
  Solved *solved = calloc(1, sizeof *solved);
  const SbStatus status = sb_deck_read_text("deck", text, strlen(text), &solved->deck, &solved->diagnostics);
  if (status == SB_OK)
    solved->problem = sb_problem_create(solved->deck, solved->diagnostics);
  if (!solved->problem) {
    sb_diagnostics_print(solved->diagnostics, stderr);
    fail_msg("not a good deck:\n%s", text);
  }
  solved->session = (SbSession){.deck = solved->deck,
                                .diagnostics = solved->diagnostics,
                                .problem = solved->problem,
                                .run = sb_run_create(solved->problem)};
  return solved;
}

void solved_run(Solved *solved) {
  VERIFY(SbSessionRun(&solved->session, &solved->outcome));
  solved->findings = sb_findings_create(solved->session.run);
}

Solved *solve_deck(const char *text) {
  Solved *solved = solved_begin(text);
  solved_run(solved);
  if (solved->outcome != SB_OK)
    fail_msg("step %d: %s\n%s", solved->session.run->step_count, solved_step(solved)->failure.message, text);
  return solved;
}

void solved_end(Solved **out) {
  Solved *solved = *out;
  free(solved->findings);
  VERIFY(SbSessionDestroy(&solved->session));
  sb_problem_destroy(&solved->problem);
  sb_diagnostics_destroy(&solved->diagnostics);
  sb_deck_destroy(&solved->deck);
  free(solved);
  *out = NULL;
}

const SbStepResult *solved_step(const Solved *solved) {
  return &solved->session.run->steps[solved->session.run->step_count - 1];
}

SbReading solved_reading(const Solved *solved, int frame, const SbMeasure *measure) {
  const SbStepResult *step = solved_step(solved);
  const SbReading *reading =
      sb_run_reading(solved->session.run, step, frame < 0 ? step->frame_count - 1 : frame, measure);
  return reading ? *reading : (SbReading){.value = NAN, .mesh_bar = NAN, .time_bar = NAN, .refined = NAN};
}

SbReading solved_value(const Solved *solved, SbQuantity quantity, int species) {
  const SbMeasure measure = {.quantity = quantity, .species = species, .terminal = -1, .x = NAN};
  return solved_reading(solved, -1, &measure);
}
