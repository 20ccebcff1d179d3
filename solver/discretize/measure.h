/* Numbers read off a state: the quantities of an answer, each with its derivative by the state (for error estimates)
   and its rounding noise. One function per quantity of quantities.def; those that need more than one state (a reversal
   potential, a charge passed) are made by the protocols. */
#ifndef SB_DISCRETIZE_MEASURE_H
#define SB_DISCRETIZE_MEASURE_H

#include "discretize/chain.h"
#include "problem/quantities.h"

/* What is read: a quantity with its selectors. */
typedef struct {
  SbQuantity quantity;
  int species;                             /* -1: none */
  int terminal;                            /* SbSide; -1: none */
  double x;                                /* m; NAN: not given */
  int extreme;                             /* of x: 1 maximum, -1 minimum, 0 none */
  const char *couple;                      /* its name; NULL: none */
  const char *membrane, *mechanism, *gate; /* their names; NULL: none */
} SbMeasure;

/* Circumstances of a state that it does not hold itself. */
typedef struct {
  bool steady;
  double time;            /* s; negative: before the start */
  double potential_slope; /* V/s, d/dt of right minus left set potential; 0 unless a potential is ramped */
} SbMoment;

typedef struct {
  double value;
  double noise;    /* rounding error of the value */
  double mesh_bar; /* error bar from the mesh; NAN: not estimated */
  double time_bar; /* error bar from the time steps; NAN: none */
  double refined;  /* value extrapolated to a vanishing mesh size; NAN: none */
} SbReading;

/* Whether the quantity can be read off one state. */
bool sb_measure_is_local(SbQuantity quantity);

/* Value and noise of a measure; NAN for one that is not local (a capacitance and a polarisation
   resistance need a solve). gradient: [unknowns],
 * zeroed by the caller, receives d value/d u; NULL: not wanted. */
SbReading sb_measure(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                     double *gradient);

/* How much of a measure is read on which link: share[links], zeroed by the caller, adds up to the value (but for a
   potential, which is read on nodes). For the error indicators of adaptive meshes. */
void sb_measure_shares(const SbChain *chain, const double *u, const SbMoment *moment, const SbMeasure *measure,
                       double *share);

/* Inverse capacitance of the whole cell for displacement, m2/F at the right end: sum h/(A eps) over its links, and
   compact layers. */
double sb_measure_elastance(const SbChain *chain);

/* Wanted error of a measure of this value: potentials by accuracy.potential, all else by accuracy.current, relative; a
   current or flux close to zero by what the wanted error of the potential (or, where that is less, the wanted
   relative error of RT/F) makes of it through the conductance. */
double sb_measure_tolerance(const SbChain *chain, const double *u, const SbMeasure *measure, double value);

/* What every answer reports (potential, current, flux of each species, charge and capacitance of electrodes) and what
   the deck's expectations name besides. malloc'd, [*count]; the standard ones first. */
SbMeasure *sb_measures_create(const SbProblem *problem, int *count);

/* The measure of an expectation. */
SbMeasure sb_measure_of(const SbExpect *expect);

/* Fills in the terminal of a measure that names a couple and no terminal. */
void sb_measure_complete(const SbProblem *problem, SbMeasure *measure);

bool sb_measure_equal(const SbMeasure *a, const SbMeasure *b);

/* A name to print: "potential", "flux of K+", ... */
void sb_measure_name(const SbProblem *problem, const SbMeasure *measure, char *buffer, size_t size);

#endif
