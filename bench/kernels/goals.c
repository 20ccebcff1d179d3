/* The targets of the program's speed. Each is judged by medians of this run, and left out where the run has not
   measured it. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "results.h"

typedef struct {
  const Bench *bench;
  int count;
  Goal *goals;
} List;

static Goal *add(List *list, bool reached) {
  Goal *goal = &list->goals[list->count++];
  goal->reached = reached;
  return goal;
}

#define SAY(goal, part, ...) snprintf((goal)->part, sizeof(goal)->part, __VA_ARGS__)

static double median(const List *list, Part part, int species, int cells) {
  const Kernel *kernel = bench_find(list->bench, part, NULL, species, cells, 1);
  return kernel ? kernel->median : NAN;
}

static void pair_goals(List *list) {
  const Kernel *best = bench_find(list->bench, PART_BERNOULLI, NULL, 0, 0, 1);
  const Kernel *libm = bench_find(list->bench, PART_BERNOULLI, "libm", 0, 0, 1);
  if (!best || !libm)
    return;
  Goal *goal = add(list, best->deviation <= 4.0);
  SAY(goal, goal, "Bernoulli pair within 4 ulp");
  SAY(goal, value, "%.1f ulp", best->deviation);
  const Kernel *limited = bench_find(list->bench, PART_BERNOULLI, "avx512", 0, 0, 1);
  if (limited) {
    goal = add(list, limited->median <= 1.2e-9);
    SAY(goal, goal, "Bernoulli pair within 1.2 ns (avx512)");
    SAY(goal, value, "%.2f ns", 1e9 * limited->median);
  }
  goal = add(list, libm->median >= 8.0 * best->median);
  SAY(goal, goal, "Bernoulli pair 8 times as fast as libm");
  SAY(goal, value, "%.1f times", libm->median / best->median);
}

/* Share of the triad's bandwidth. */
static void bandwidth_goal(List *list, const Kernel *kernel, const char *what, double least) {
  if (!kernel)
    return;
  const double share = kernel->bytes / kernel->median / results_bandwidth(list->bench, kernel);
  if (isnan(share))
    return;
  Goal *goal = add(list, share >= least);
  SAY(goal, goal, "%s, %d thread%s: %.0f %% of the triad", what, kernel->threads, kernel->threads > 1 ? "s" : "",
      100 * least);
  SAY(goal, value, "%.0f %%", 100 * share);
}

static void bandwidth_goals(List *list) {
  for (int threads = 1; threads <= 2; threads++) {
    const double least = threads == 1 ? 0.5 : 0.9;
    bandwidth_goal(list, bench_find(list->bench, PART_FLUX_MEMORY, NULL, 0, 0, threads),
                   "flux with derivatives from memory", least);
    bandwidth_goal(list, bench_find(list->bench, PART_ASSEMBLY, NULL, 2, 1000000, threads),
                   "assembly of 2 species, 1e6 cells", least);
  }
}

static void newton_goals(List *list) {
  const Choices *cells = &list->bench->options->cells;
  double slowest = 0.0, smallest = INFINITY;
  for (int i = 0; i < cells->count; i++) {
    const int n = cells->of[i];
    const double newton = median(list, PART_NEWTON, 2, n);
    if (n < 10000 || n > 1000000 || isnan(newton))
      continue;
    slowest = fmax(slowest, newton);
    smallest = fmin(smallest, (median(list, PART_ASSEMBLY, 2, n) + median(list, PART_BAIJ, 2, n)) / newton);
  }
  if (slowest > 0.0) {
    Goal *goal = add(list, slowest <= 40e-9);
    SAY(goal, goal, "Newton iteration, 2 species, 1e4 to 1e6 cells: 40 ns per cell");
    SAY(goal, value, "at most %.1f ns", 1e9 * slowest);
  }
  if (isfinite(smallest)) {
    Goal *goal = add(list, smallest >= 4.0);
    SAY(goal, goal, "the same 4 times as fast as with PETSc's BAIJ");
    SAY(goal, value, "at least %.1f times", smallest);
  }
}

static void frequency_goal(List *list) {
  const Choices *cells = &list->bench->options->cells;
  double most = 0.0;
  for (int i = 0; i < cells->count; i++) {
    const double ratio = median(list, PART_COMPLEX, 2, cells->of[i]) / median(list, PART_NEWTON, 2, cells->of[i]);
    if (cells->of[i] >= 1000 && ratio > most)
      most = ratio;
  }
  if (most > 0.0) {
    Goal *goal = add(list, most <= 2.0);
    SAY(goal, goal, "one frequency, 2 species, from 1e3 cells: 2 Newton iterations");
    SAY(goal, value, "at most %.2f", most);
  }
}

static void linear_goals(List *list) {
  static const struct {
    int species;
    double most; /* s per cell */
  } limits[] = {{2, 20e-9}, {3, 65e-9}, {5, 135e-9}, {8, 345e-9}};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    const double cost = median(list, PART_LINEAR, limits[i].species, 10000);
    if (isnan(cost))
      continue;
    Goal *goal = add(list, cost <= limits[i].most);
    SAY(goal, goal, "factor + solve, %d unknowns a cell, 1e4 cells: %.0f ns per cell", limits[i].species + 1,
        1e9 * limits[i].most);
    SAY(goal, value, "%.1f ns", 1e9 * cost);
  }
}

/* The least speed-up of a part with two threads over all chains of at least 1e5 cells. */
static void thread_goal(List *list, Part part, const char *what, double least) {
  const Options *options = list->bench->options;
  double smallest = INFINITY;
  for (int s = 0; s < options->species.count; s++)
    for (int i = 0; i < options->cells.count; i++)
      if (options->cells.of[i] >= 100000)
        smallest =
            fmin(smallest, results_speedup(list->bench, part, options->species.of[s], options->cells.of[i], 1, 2));
  if (part == PART_FLUX_MEMORY)
    smallest = results_speedup(list->bench, part, 0, 0, 1, 2);
  if (!isfinite(smallest))
    return;
  Goal *goal = add(list, smallest >= least);
  SAY(goal, goal, "2 threads, %s: %.1f times as fast", what, least);
  SAY(goal, value, "%.2f times", smallest);
}

static void size_goals(List *list) {
  const Options *options = list->bench->options;
  for (int s = 0; s < options->species.count; s++) {
    const Exponent exponent = results_exponent(list->bench, PART_NEWTON, options->species.of[s]);
    if (isnan(exponent.slope))
      continue;
    Goal *goal = add(list, fabs(exponent.slope - 1.0) <= 0.03);
    SAY(goal, goal, "Newton iteration of %d species as N to the power 1.00 +- 0.03", options->species.of[s]);
    SAY(goal, value, "%.3f +- %.3f", exponent.slope, exponent.uncertainty);
  }
  int most = 0;
  for (int i = 0; i < options->cells.count; i++)
    most = options->cells.of[i] > most ? options->cells.of[i] : most;
  for (int k = 0; k < list->bench->footprint_count; k++) {
    const Footprint *f = &list->bench->footprints[k];
    const double m = f->species + 1, limit = 8 * (m * m + 4 * m + 10) + 3 * f->vector;
    if (f->cells != most)
      continue;
    Goal *goal = add(list, f->matrix + f->solver <= limit);
    SAY(goal, goal, "matrix and solver, %.0f unknowns a cell: (m^2 + 4 m + 10) 8 bytes + 3 vectors = %.0f", m, limit);
    SAY(goal, value, "%.0f bytes", f->matrix + f->solver);
  }
}

int results_goals(const Bench *bench, Goal goals[MOST_GOALS]) {
  List list = {.bench = bench, .goals = goals};
  if (bench->options->repeat)
    return 0;
  newton_goals(&list);
  frequency_goal(&list);
  linear_goals(&list);
  pair_goals(&list);
  bandwidth_goals(&list);
  thread_goal(&list, PART_FLUX_MEMORY, "flux from memory", 1.8);
  thread_goal(&list, PART_ASSEMBLY, "assembly, from 1e5 cells", 1.8);
  thread_goal(&list, PART_LINEAR, "factor + solve, from 1e5 cells", 1.7);
  size_goals(&list);
  return list.count;
}
