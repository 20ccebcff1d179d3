/* A transient on one mesh by RODAS: adaptive steps that land exactly on given times and on the jumps of the
   controls, or the repetition of a step sequence that another mesh has taken, so that the difference between two meshes
   is free of the error of the time steps. */
#ifndef SB_SOLVE_TRANSIENT_H
#define SB_SOLVE_TRANSIENT_H

#include "discretize/membrane_shortage.h"
#include "solve/level.h"

#define SB_TIGHTEST_STEP 1e-7 /* relative tolerance of a step below which rounding rules */

/* One accepted step and whether the controls jumped before it. */
typedef struct {
  double step; /* s */
  bool restart;
} SbTimeStep;

typedef struct {
  int count, capacity;
  SbTimeStep *steps; /* [count] */
} SbTimeSteps;

typedef struct {
  double tolerance;  /* relative, of a step; of a small disturbance, relative to that */
  double looser;     /* factor of that tolerance for a comparison */
  double first_step; /* s */
  int landing_count;
  const double *landings;    /* [landing_count] s, ascending, > 0; the last is the end */
  const SbTimeSteps *replay; /* steps to repeat; NULL: choose them */
  SbTimeSteps *chosen;       /* receives the steps taken; NULL: not wanted */
  /* Called at time 0 (index -1) and at every landing with the state there (whole array). */
  PetscErrorCode (*landed)(void *context, int index, double time, const SbLevel *level);
  /* Called after every step; may be NULL. */
  PetscErrorCode (*stepped)(void *context, double time, const SbLevel *level);
  /* Called where a control jumps at time > 0: the charge that the jump drives through the cell in no time, C/m2, and
     the state after it. May be NULL. */
  PetscErrorCode (*jumped)(void *context, double charge, const SbLevel *level);
  void *context;
} SbTransientPlan;

typedef struct {
  bool finished, stopped;
  double tolerance; /* of the steps, after all: there is a floor that rounding sets */
  double time;      /* reached, s */
  int steps, rejected;
  const char *method;  /* "RODAS" */
  const char *failure; /* in words; NULL if finished or stopped */
  double x;            /* m from the left end, where no field fitted worst; NAN: not known */
  int species;         /* of which species; -1: the potential */
  bool ran_out;        /* an ion ran out that a membrane's mechanism still takes: */
  SbShortage shortage; /* which */
} SbTransientReport;

/* Integrates from level->u at time 0 (concentrations as they are there, and charges on electrodes as the level holds
   them (sb_level_hold_charges); fields are made consistent with the controls at time 0); the state at the end is in
   level->u. */
PetscErrorCode SbTransientSolve(SbLevel *level, const SbTransientPlan *plan, SbTransientReport *report);

void sb_time_steps_clear(SbTimeSteps *steps);

#endif
