/* What is read of a membrane: its potential, its currents, Nernst potentials between its faces, gates. */
#ifndef SB_DISCRETIZE_MEASURE_MEMBRANE_H
#define SB_DISCRETIZE_MEASURE_MEMBRANE_H

#include "discretize/measure.h"

/* Each names its membrane in measure->membrane; gradient as for sb_measure. NAN where the problem has no such membrane
   (a sweep may have another). */
SbReading sb_measure_membrane_potential(const SbChain *chain, const double *u, const SbMeasure *measure,
                                        double *gradient);
SbReading sb_measure_membrane_current(const SbChain *chain, const double *u, const SbMoment *moment,
                                      const SbMeasure *measure, double *gradient);
SbReading sb_measure_membrane_nernst(const SbChain *chain, const double *u, const SbMeasure *measure, double *gradient);
SbReading sb_measure_gate(const SbChain *chain, const double *u, const SbMeasure *measure, double *gradient);

/* Slope conductance of all ions through the membrane of a measure, S/m2. */
double sb_measure_membrane_conductance(const SbChain *chain, const double *u, const SbMeasure *measure);

/* The measures of all membranes that every answer has: potential, current in all, Nernst potentials and currents of
   what each mechanism carries, gates. Appends at most `most`, returns how many; NULL: only counts them. */
int sb_measures_of_membranes(const SbProblem *problem, SbMeasure *measures, int most);

#endif
