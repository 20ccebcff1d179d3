/* A cell to measure with: a charged membrane between two baths like problem P3, with any number of ions, put on a chain
   of equal cells; one state of it, and the checks of what is computed from it. */
#ifndef SB_BENCH_SETTING_H
#define SB_BENCH_SETTING_H

#include <complex.h>

#include "discretize/assemble.h"

enum { MOST_SPECIES = 9, FEWEST_CELLS = 12 };

typedef struct {
  int species, cells;
  SbDeck *deck;
  SbDiagnostics *diagnostics;
  SbProblem *problem;
  SbMesh *mesh;
  SbChain *chain;
  SbEvaluation evaluation; /* steady */
  double *u, *f;           /* [unknowns] the state and its residual */
  SbMatrix *matrix;        /* assembled at the state */
  double matrix_bytes;
} Setting;

/* Ends the program where it cannot be made. */
Setting *setting_create(int species, int cells);
void setting_destroy(Setting **setting);

/* Bytes that are allocated now. */
double setting_heap(void);

/* Largest difference of the residual f, and of the matrix unless it is NULL, from an assembly that takes nodes one by
   one without tiles or stretches, against the sizes of the terms in a row. */
double setting_assembly_error(const Setting *setting, const double *f, const SbMatrix *matrix);

/* Backward error max_i |b - A x|_i / (|A| |x| + |b|)_i (Oettli & Prager 1964, Numer. Math. 6, 405), from the rows of
   every node; of the transposed system, or with A + i frequency M where there is a mass M. [unknowns] */
double setting_backward_error(const Setting *setting, bool transposed, const double *b, const double *x);
double setting_complex_error(const Setting *setting, const SbMatrix *mass, double frequency, const double complex *b,
                             const double complex *x);

#endif
