/* What the last state of a step says, worked out once for the text and for the JSON. */
#ifndef SB_OUTPUT_REPORT_FACTS_H
#define SB_OUTPUT_REPORT_FACTS_H

#include "closed_forms/closed_forms.h"
#include "output/run.h"

typedef struct {
  bool charged;
  double nernst;           /* V, right minus left; NAN: none; +-INFINITY: one side has none of it */
  double driving_force;    /* V, potential minus Nernst potential; NAN: none */
  SbReading flux;          /* mol/m2/s */
  double partial_current;  /* z F J, A/m2; 0 for what is not charged */
  double transport_number; /* NAN: none */
} SbIonFacts;

/* How transport numbers are meant. */
typedef enum {
  SB_TRANSPORT_NONE,
  SB_TRANSPORT_CURRENT,    /* z F J / I: share of the current that flows */
  SB_TRANSPORT_CONDUCTANCE /* no current: share of the conductance z^2 D c, averaged over the cell's resistance */
} SbTransport;

typedef struct {
  const SbProblem *problem; /* of the last state */
  bool between_reservoirs;  /* both ends have a composition */
  bool has_potential;       /* the field knows one */
  SbReading potential, current;
  bool current_flows; /* beyond its bars and the wanted accuracy */
  bool potential_set; /* by the controls */
  double current_set; /* A/m2, by a control; NAN: not set */
  SbTransport transport;
  double ionic_current; /* sum of the partial currents, A/m2 */
  double ionic_noise;   /* A/m2 */
  SbIonFacts ions[SB_MAX_SPECIES];
} SbFacts;

/* A closed form beside what was computed. */
typedef struct {
  const char *name, *title, *doc, *reference; /* as the closed form has them */
  SbDimension dimension;
  double value;      /* SI */
  double computed;   /* SI; NAN: not compared */
  double difference; /* SI, computed minus closed form; NAN: not compared */
  double bar;        /* of the computed value; NAN */
  const char *only;  /* "at zero current": what it speaks of, where the state is not that; NULL */
} SbComparison;

enum { SB_MOST_COMPARISONS = 32 };

/* The step whose last state the answer describes: the last that has one; NULL: none. */
const SbStepResult *sb_facts_step(const SbRun *run);

/* Last solved frame of a step; -1: none. */
int sb_facts_frame(const SbStepResult *step);

/* Reading of a plain measure in a frame; all NAN where there is none. species, terminal: -1 where it takes none. */
SbReading sb_facts_reading(const SbRun *run, const SbStepResult *step, int frame, SbQuantity quantity, int species,
                           int terminal);

/* Bar of a reading: mesh and time together; NAN: not estimated. */
double sb_facts_bar(const SbReading *reading);

/* Of the last state of a step that has one. */
SbFacts sb_facts(const SbRun *run, const SbStepResult *step);

/* The closed forms that apply. list: room for SB_MOST_COMPARISONS. Returns their number. */
int sb_facts_compare(const SbRun *run, const SbStepResult *step, const SbFacts *facts, SbComparison *list);

#endif
