#include "report.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Part FIRST = PART_RESIDUAL, LAST = PART_AIJ;
enum { WIDTH = 14 };

void report_processor(char *name, size_t size) {
  char line[256];
  snprintf(name, size, "unknown processor");
  FILE *file = fopen("/proc/cpuinfo", "r");
  while (file && fgets(line, sizeof line, file)) {
    const char *colon = strchr(line, ':');
    if (!colon || strncmp(line, "model name", 10) != 0)
      continue;
    snprintf(name, size, "%s", colon + 2);
    name[strcspn(name, "\n")] = '\0';
    break;
  }
  if (file)
    fclose(file);
}

static void print_heading(const Bench *bench) {
  char processor[256];
  report_processor(processor, sizeof processor);
  printf("saltbridge %s; %s, %d cores, load %.1f at the start; medians of %d rounds (least in brackets)\n", SB_VERSION,
         processor, omp_get_num_procs(), bench->load, bench->options->rounds);
}

/* A cell of a table: a number, or a dash where there is none. */
static void print_number(int width, int digits, double value, const char *unit) {
  if (isnan(value))
    printf("%*s", width, "-");
  else
    printf("%*.*f%s", width - (int)strlen(unit), digits, value, unit);
}

/* Median and least, three digits each. */
static void print_times(const Kernel *kernel) {
  char text[64] = "-";
  const double ns = kernel ? 1e9 * kernel->median : NAN;
  const int digits = ns < 10 ? 2 : ns < 100 ? 1 : 0;
  if (kernel)
    snprintf(text, sizeof text, "%.*f (%.*f)", digits, ns, digits, 1e9 * kernel->least);
  printf("%*s", WIDTH, text);
}

/* ---- the machine and its loops
 * --------------------------------------------------------------------------------------- */
static void print_loops(const Bench *bench) {
  bool titled = false;
  for (int k = 0; k < bench->count; k++) {
    const Kernel *kernel = &bench->kernels[k];
    if (kernel->part > PART_FLUX_MEMORY || kernel->species > 0)
      continue;
    if (!titled)
      printf("\n%-12s%9s%9s%*s%12s%12s%16s\n", "part", "version", "threads", WIDTH, "ns each", "GB/s", "Gflop/s",
             "of roofline, %");
    titled = true;
    printf("%-12s%9s%9d", part_names[kernel->part], kernel->variant, kernel->threads);
    print_times(kernel);
    print_number(12, 1, kernel->bytes > 0.0 ? 1e-9 * kernel->bytes / kernel->median : NAN, "");
    print_number(12, 1, 1e-9 * kernel->operations / kernel->median, "");
    print_number(16, 0, kernel->part > PART_FMA ? 100 * results_share(bench, kernel) : NAN, "");
    putchar('\n');
  }
}

/* ---- chains: one row for each number of species and cells, one column for each part
 * ---------------------------------- */
typedef void (*PrintCell)(const Bench *bench, const Kernel *kernel);

static void print_time_cell(const Bench *bench, const Kernel *kernel) {
  (void)bench;
  print_times(kernel);
}

static void print_share_cell(const Bench *bench, const Kernel *kernel) {
  print_number(WIDTH, 0, kernel ? 100 * results_share(bench, kernel) : NAN, "");
}

static void print_speedup_cell(const Bench *bench, const Kernel *kernel) {
  const Choices *threads = &bench->options->threads;
  const int most = threads->of[threads->count - 1];
  print_number(WIDTH, 2, kernel ? results_speedup(bench, kernel->part, kernel->species, kernel->cells, 1, most) : NAN,
               "");
}

static void print_chains(const Bench *bench, const char *title, PrintCell print_cell) {
  const Options *options = bench->options;
  if (!options_want(options, FIRST, LAST))
    return;
  printf("\n%s\n\n%7s%9s", title, "species", "cells");
  for (int p = (int)FIRST; p <= (int)LAST; p++)
    if (options->parts[p])
      printf("%*s", WIDTH, part_names[p]);
  putchar('\n');
  for (int s = 0; s < options->species.count; s++)
    for (int c = 0; c < options->cells.count; c++) {
      printf("%7d%9d", options->species.of[s], options->cells.of[c]);
      for (int p = (int)FIRST; p <= (int)LAST; p++)
        if (options->parts[p])
          print_cell(bench, bench_find(bench, (Part)p, NULL, options->species.of[s], options->cells.of[c],
                                       options->threads.of[0]));
      putchar('\n');
    }
}

static void print_errors(const Bench *bench) {
  printf("\nLargest error of what was computed, and what is taken for right:\n\n");
  for (int p = 0; p < PARTS; p++) {
    double worst = 0.0, bound = NAN;
    for (int k = 0; k < bench->count; k++)
      if (bench->kernels[k].part == (Part)p) {
        worst = bench_larger(worst, bench->kernels[k].deviation);
        bound = bench->kernels[k].bound;
      }
    if (!isnan(bound))
      printf("  %-14s%10.1e%10.1e\n", part_names[p], worst, bound);
  }
}

static void print_footprints(const Bench *bench) {
  if (bench->footprint_count == 0)
    return;
  printf("\nMemory, bytes per cell; solutions with new factors, refinements, factorisations with pivoting:\n\n"
         "%7s%9s%10s%10s%10s%12s%12s%12s\n",
         "species", "cells", "matrix", "solver", "a vector", "solutions", "refined", "pivoted");
  for (int k = 0; k < bench->footprint_count; k++) {
    const Footprint *f = &bench->footprints[k];
    printf("%7d%9d%10.0f%10.0f%10.0f%12ld%12ld%12ld\n", f->species, f->cells, f->matrix, f->solver, f->vector,
           f->solutions, f->refinements, f->fallbacks);
  }
}

static void print_exponents(const Bench *bench) {
  const Options *options = bench->options;
  bool titled = false;
  for (int s = 0; s < options->species.count; s++) {
    const Exponent exponent = results_exponent(bench, PART_NEWTON, options->species.of[s]);
    if (isnan(exponent.slope))
      continue;
    if (!titled)
      printf("\nExponent of the cost of a Newton iteration in the number of cells:\n\n");
    titled = true;
    printf("%7d species: %.3f +- %.3f\n", options->species.of[s], exponent.slope, exponent.uncertainty);
  }
}

static void print_goals(const Bench *bench) {
  Goal goals[MOST_GOALS];
  const int count = results_goals(bench, goals);
  if (count > 0)
    printf("\nGoals:\n");
  for (int g = 0; g < count; g++)
    printf("  %s  %s: %s\n", goals[g].reached ? "reached" : "missed ", goals[g].goal, goals[g].value);
}

void report_text(const Bench *bench) {
  const Choices *threads = &bench->options->threads;
  char title[128];
  print_heading(bench);
  print_loops(bench);
  snprintf(title, sizeof title, "Chains, %d thread%s, ns per cell:", threads->of[0], threads->of[0] > 1 ? "s" : "");
  print_chains(bench, title, print_time_cell);
  if (options_want(bench->options, PART_TRIAD, PART_FMA))
    print_chains(bench, "Share of the roofline, % (over 100: the data were in a cache):", print_share_cell);
  if (threads->count > 1) {
    snprintf(title, sizeof title, "Times as fast on %d threads as on one:", threads->of[threads->count - 1]);
    print_chains(bench, title, print_speedup_cell);
  }
  print_errors(bench);
  print_footprints(bench);
  print_exponents(bench);
  print_goals(bench);
}
