/* A deck's text run through the library as the program runs it, without an archive. */
#ifndef SB_TESTS_VERIFY_SHARED_RUN_H
#define SB_TESTS_VERIFY_SHARED_RUN_H

#include "output/report.h"
#include "protocol/session.h"

/* Once per program, around its tests; `main` returns what `verify_main` makes of the number of failed tests. */
void verify_initialize(void);
int verify_finalize(int failed);

/* Stops the test where a PETSc call fails. */
#define VERIFY(call) assert_int_equal(call, 0)

typedef struct {
  SbDeck *deck;
  SbDiagnostics *diagnostics;
  SbProblem *problem;
  SbSession session;
  SbStatus outcome;
  SbFinding *findings; /* [deck->expect.count] */
} Solved;

/* Reads a deck and makes its problem; fails the test if the deck is bad. Nothing is solved yet. */
Solved *solved_begin(const char *text);
/* Runs its protocol. */
void solved_run(Solved *solved);
/* Both, and fails the test if a step fails. */
Solved *solve_deck(const char *text);
void solved_end(Solved **solved);

/* The last step, and the reading of a measure in a frame of it (-1: the last one). */
const SbStepResult *solved_step(const Solved *solved);
SbReading solved_reading(const Solved *solved, int frame, const SbMeasure *measure);
/* The reading of a quantity without selectors but a species (-1: none), in the last frame. */
SbReading solved_value(const Solved *solved, SbQuantity quantity, int species);

#endif
