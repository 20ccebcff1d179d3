/* Amounts that time steps keep.

   A species between walls keeps its amount: each stage U of a step has w.U = 0, where w is the amount's gradient. In
   exact arithmetic the balances say so. On a machine the matrix of a long step is its diffusion, which does not see
   amounts, and 1/h of its storage, which does: elimination leaves h D/dx times its rounding. Where that shows it is
   taken back along what the cell makes of a little more of the species, spread as the species is: A^-1 of that source,
   one solve a factorisation. */
#ifndef SB_SOLVE_KEEPING_H
#define SB_SOLVE_KEEPING_H

#include "solve/system.h"

typedef struct {
  SbSystem *system;
  int count;
  const SbPool **pools; /* [count] closed ones whose species nothing converts */
  Vec *weights;         /* [count] gradients of their amounts */
  Vec *answers;         /* [count] to a source of each, by the last factorisation, ... */
  double *yields;       /* [count] the amounts in them */
  bool answered;        /* ... if they have been asked for */
  double fastest;       /* 1/s: the largest D/dx of a link over the length of its pool */
} SbKeeping;

/* Of all pools whose amounts are kept, and linear in the state: a pool across a Donnan jump is left out. */
PetscErrorCode SbKeepingCreate(SbSystem *system, SbKeeping **keeping);
PetscErrorCode SbKeepingDestroy(SbKeeping **keeping);

/* After each factorisation. */
void sb_keeping_restart(SbKeeping *keeping);

/* Takes from a solution of A U = F for a step of h (s) what it would change amounts by, unless sources are to change
   them. x: the state that A belongs to. */
PetscErrorCode SbKeepingCorrect(SbKeeping *keeping, PC solver, double h, Vec x, Vec stage);

#endif
