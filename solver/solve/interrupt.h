/* The wish to stop, raised by a signal: solves look at it once an iteration, protocols once a step, and end with what
 * they have. */
#ifndef SB_SOLVE_INTERRUPT_H
#define SB_SOLVE_INTERRUPT_H

#include <petscsys.h>
#include <stdbool.h>

/* Handler for signal(). */
void sb_interrupt(int number);

/* Whether any rank was asked to stop; the same on all ranks, which must call it together. */
PetscErrorCode SbInterrupted(bool *interrupted);

#endif
