/* What a run has found, step by step: filled by the protocols, read by the report, the JSON and the archive. */
#ifndef SB_OUTPUT_RUN_H
#define SB_OUTPUT_RUN_H

#include "discretize/ledger.h"
#include "discretize/measure.h"
#include "problem/parameters.h"

/* How a step got there. */
typedef struct {
  const char *method;    /* "Newton", "continuation in ...", "RODAS", ...; a fallback names itself here */
  int newton_iterations; /* in all */
  int cells;             /* links of the mesh that is reported */
  double smallest_link;  /* m */
  double debye_length;   /* m, the shortest at a region boundary; INFINITY under electroneutrality */
  int mesh_rounds;       /* meshes solved to find this one */
  bool mesh_given;       /* the deck gave the cells: bars are reported, nothing is refined */
  bool accuracy_met;
  const char *accuracy_note; /* why not, in words; NULL if met */
  int time_steps, rejected_steps;
  double cell_iterations; /* over all meshes solved: the mesh's cells, once for every factorisation */
  double assembly_time, factor_time, solve_time, wall_time; /* s */
} SbEffort;

/* Why a step failed; message is NULL if it did not. */
typedef struct {
  char *message; /* one or more sentences: what happened, where (species, x, time), what was tried, what to change */
  double coordinate; /* time or swept value reached last; NAN */
} SbFailure;

/* Values at every time step of the measures whose extremes are expected: rows of time, potential and one value each. */
typedef struct {
  int count, capacity;
  double *rows; /* [count][2 + trace_count] */
} SbTrace;

/* What a number of the deck does to a quantity. */
typedef struct {
  const SbParameter *parameter;
  double value;  /* SI, of the number */
  double change; /* SI, of the quantity for one step of the parameter; NAN: the number cannot move alone */
  char *reason;  /* why it cannot; NULL */
} SbSensitivity;

typedef struct {
  const char *name;            /* "steady", "transient", "sweep", "impedance" */
  const SbProblem *problem;    /* under whose controls it was done */
  const char *coordinate_name; /* "time", "frequency", or the path that a sweep varies; NULL for a steady step */
  SbDimension coordinate_dimension;
  int frame_count, frame_capacity;
  double *coordinate;  /* [frame_count] SI; NAN for a steady step */
  bool *solved;        /* [frame_count] a sweep's point may be unsolved: its readings are NAN */
  SbReading *readings; /* [frame_count][measure_count] */
  SbTrace trace;       /* of a transient: what extremes are sought of, at every time step */
  SbMesh *mesh;        /* of the last state; NULL if there is none */
  SbChain *chain;
  double *u;       /* [chain->unknowns] last state */
  SbMoment moment; /* its circumstances */
  SbLedger ledger; /* of the last state */
  bool steady;     /* the last state does not change any more (always so for steady steps and sweeps) */
  int driven;      /* of an impedance step, whose frames are responses of one state: the side whose control moved; -1 */
  double amount_start[SB_MAX_SPECIES]; /* mol/m2 at the start of a transient */
  double amount_error[SB_MAX_SPECIES]; /* transient: amount gained minus what came through the ends, over the amount;
                                          NAN */
  SbReading charge_passed;             /* C/m2, of a transient; all NAN */
  double reversal_potential;           /* V, of a sweep; NAN */
  double conduction_velocity;          /* m/s, of an impulse in a transient of a cable; NAN */
  SbMeasure sensitive;                 /* of a sensitivity: what was moved ... */
  double sensitive_value;              /* ... its value ... */
  int sensitivity_count;               /* ... and by what */
  SbSensitivity *sensitivities; /* [sensitivity_count] by size, those that cannot move last; NULL in other steps */
  SbEffort effort;
  SbFailure failure;
} SbStepResult;

typedef struct {
  const SbProblem *problem;
  int measure_count;
  SbMeasure *measures; /* [measure_count] */
  int trace_count;
  SbMeasure *traced; /* [trace_count] those of the measures whose extremes are expected */
  int step_count;
  SbStepResult *steps; /* [step_count] */
  double wall_time;    /* s, whole run */
} SbRun;

/* Potential at the first (0) or the second (1) place between which an impulse along a cable is timed. */
SbMeasure sb_run_waypoint(const SbProblem *problem, int which);

/* Where a measure stands in a row of a trace; -1: nowhere. */
int sb_run_traced(const SbRun *run, const SbMeasure *measure);

/* Appends what a state says at a time to a trace. */
void sb_trace_add(SbTrace *trace, const SbRun *run, const SbChain *chain, const double *u, const SbMoment *moment,
                  double time);

/* A step with room for frames; readings are added by sb_run_add_frame. */
SbStepResult *sb_run_add_step(SbRun *run, const char *name);

/* Appends a frame (readings[measure_count], copied; NULL: unsolved). */
void sb_run_add_frame(SbRun *run, SbStepResult *step, double coordinate, const SbReading *readings);

/* Reading of a measure in a frame of a step; NULL where it was not read. */
const SbReading *sb_run_reading(const SbRun *run, const SbStepResult *step, int frame, const SbMeasure *measure);

/* Keeps the last state of a step: takes ownership of mesh and chain, copies u. */
void sb_run_keep_state(SbStepResult *step, SbMesh *mesh, SbChain *chain, const double *u, const SbMoment *moment);

SbRun *sb_run_create(const SbProblem *problem);
void sb_run_destroy(SbRun **run);

#endif
