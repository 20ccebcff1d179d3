/* Residual and Jacobian blocks of the whole chain for steady, transient and continuation solves:
     F(u, du/dt) = dq/dt + f(u)
   with species rows in mol/m2/s, the potential's rows in C/m2 (Poisson) or mol/m3 (electroneutrality) and the
   terminals' rows in the unit of their control; all per area at the right end. */
#ifndef SB_DISCRETIZE_ASSEMBLE_H
#define SB_DISCRETIZE_ASSEMBLE_H

#include "discretize/matrix.h"

typedef struct {
  double time;           /* s, for the waveforms; negative: before the start */
  const double *rate;    /* du/dt [unknowns]; NULL: steady */
  double shift;          /* matrix = df/du + shift dq/du, 1/s */
  double share;          /* of fixed charge and of set-points that is switched on: 1, less during continuation */
  bool instant;          /* of a step too short for any charge to move: electrodes have the held one */
  double held_charge[2]; /* C/m2 kept by a blocking electrode that a steady solve leaves at open circuit */
  bool moving;           /* of a steady state that is about to move: controls hold that a blocked one has no use for */
  const double
      *frozen_gates;    /* [region][SB_MAX_GATES] open shares that the membranes' gates are held at; NULL: they move */
  const double *hold;   /* V, at which an end is held in place of its control's equation; NULL: none is */
  SbSide hold_side;     /* which end */
  const double *source; /* subtracted from F [unknowns]; NULL: none. Manufactured solutions and continuation use it. */
} SbEvaluation;

/* Evaluates nodes begin .. end-1: residual f[unknowns] (these nodes' entries are written) and, unless matrix is NULL,
   their rows in it. Pins of the matrix are left alone. */
void sb_assemble(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int begin, int end, double *f,
                 SbMatrix *matrix);

#endif
