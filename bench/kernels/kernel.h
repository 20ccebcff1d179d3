/* Things to be timed, and how they are.

   A kernel is a function that does a known number of units of work (cells, links, ...). All kernels of a group take
   turns in some rounds, so that a slow minute of the machine falls on all of them. In its turn a kernel runs for some
   milliseconds, each of which is a time of its own, so that the median is of those that nothing interrupted. What a
   kernel computed last is checked: one that is fast because it is wrong should not look good. */
#ifndef SB_BENCH_KERNEL_H
#define SB_BENCH_KERNEL_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "options.h"

enum { MOST_ROUNDS = 40, MOST_TIMES = 1000 };

typedef struct {
  Part part;
  const char *variant;            /* version of a vector loop; "": there is one only */
  int species, cells, threads;    /* 0 cells: not about a chain */
  double units;                   /* of work, done by one run */
  double bytes;                   /* to be read and written for a unit, if they are in memory; 0: they are not */
  double operations;              /* floating-point operations of a unit, about; a fused multiply-add is two */
  void (*prepare)(void *context); /* before the time is taken; NULL: nothing to do */
  void (*run)(void *context);
  double (*error)(void *context); /* of what the run computed */
  double bound;                   /* on the error */
  void *context;

  /* results */
  long repeat; /* runs in each of the times taken */
  int times;
  double seconds[MOST_TIMES]; /* per unit */
  double median, least;       /* s per unit */
  double deviation;           /* the error, of the last run */
} Kernel;

/* Memory of one chain and what its solver had to do. */
typedef struct {
  int species, cells;
  double matrix, solver, vector; /* bytes per cell: of the matrix, of factors and scratch, of one vector of unknowns */
  long solutions, refinements, fallbacks;
} Footprint;

typedef struct {
  const Options *options;
  double load; /* of the machine before anything was done */
  int count, capacity;
  Kernel *kernels;
  int measured; /* the first so many have their results */
  int footprint_count;
  Footprint footprints[MOST_CHOICES * MOST_CHOICES];
} Bench;

/* Adds a kernel, if it is one of those asked for. */
void bench_add(Bench *bench, Kernel kernel);

/* Measures the kernels added since the last call, in turns. Their contexts are not needed any more afterwards. */
void bench_measure(Bench *bench);

/* The result with this part and so on; variant NULL: the first, which is the one that the program uses. NULL if it was
   not measured. */
const Kernel *bench_find(const Bench *bench, Part part, const char *variant, int species, int cells, int threads);

/* All runs of one round that are timed, alone in a function for profilers that count by function. */
void repeat_kernel(const Kernel *kernel);

/* The larger of two errors; not-a-number is larger than anything. */
static inline double bench_larger(double a, double b) {
  return a >= b || isnan(a) ? a : b;
}

/* calloc; ends the program with a message where there is no memory. */
void *bench_alloc(size_t count, size_t size);

/* Ends the program with a message. */
void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Whether every kernel computed what it should; says on stderr which did not. */
bool bench_right(const Bench *bench);

#endif
