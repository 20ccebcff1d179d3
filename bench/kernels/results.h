/* What the measurements come to: shares of the roofline, exponents, and how far issue targets are reached. */
#ifndef SB_BENCH_RESULTS_H
#define SB_BENCH_RESULTS_H

#include "kernel.h"

/* Bytes per second of the triad in the kernel's group on its threads. NAN: not measured. */
double results_bandwidth(const Bench *bench, const Kernel *kernel);

/* Time that memory and arithmetic allow for a unit (the longer one: Williams, Waterman & Patterson 2009, Commun. ACM
   52(4), 65) over the median; NAN where that is not known. */
double results_share(const Bench *bench, const Kernel *kernel);

/* Time of `few` threads over that of `many`; NAN: not measured. */
double results_speedup(const Bench *bench, Part part, int species, int cells, int few, int many);

/* Slope of log time against log cells by least squares, and twice its standard error. */
typedef struct {
  double slope, uncertainty; /* NAN: less than three sizes */
} Exponent;
Exponent results_exponent(const Bench *bench, Part part, int species);

/* One target. */
typedef struct {
  char goal[96], value[96];
  bool reached;
} Goal;

enum { MOST_GOALS = 40 };

/* Those targets that the measurements say something about, none where the times were too short to (--repeat); returns
   how many. */
int results_goals(const Bench *bench, Goal goals[MOST_GOALS]);

#endif
