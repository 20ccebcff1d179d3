#include "kernel.h"

#include <math.h>
#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/status.h"

void bench_fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("bench_kernels: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(SB_INTERNAL);
}

void *bench_alloc(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (!memory)
    bench_fail("no memory for %zu times %zu bytes", count, size);
  return memory;
}

void bench_add(Bench *bench, Kernel kernel) {
  if (!bench->options->parts[kernel.part])
    return;
  if (bench->count == bench->capacity) {
    bench->capacity = 2 * bench->capacity + 64;
    bench->kernels = realloc(bench->kernels, (size_t)bench->capacity * sizeof *bench->kernels);
    if (!bench->kernels)
      bench_fail("no memory for %d kernels", bench->capacity);
  }
  bench->kernels[bench->count++] = kernel;
}

const Kernel *bench_find(const Bench *bench, Part part, const char *variant, int species, int cells, int threads) {
  for (int k = 0; k < bench->count; k++) {
    const Kernel *kernel = &bench->kernels[k];
    if (kernel->part == part && (!variant || strcmp(kernel->variant, variant) == 0) && kernel->species == species &&
        kernel->cells == cells && kernel->threads == threads)
      return kernel;
  }
  return NULL;
}

/* ---- time
 * ------------------------------------------------------------------------------------------------------------ */
__attribute__((noinline)) void repeat_kernel(const Kernel *kernel) {
  for (long i = 0; i < kernel->repeat; i++)
    kernel->run(kernel->context);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Seconds that the runs take. */
static double take_time(const Kernel *kernel) {
  omp_set_num_threads(kernel->threads);
  if (kernel->prepare)
    kernel->prepare(kernel->context);
  const double start = now();
  repeat_kernel(kernel);
  return now() - start;
}

/* Doubles the number of runs until they take long enough. */
static void choose_repeat(Kernel *kernel, const Options *options) {
  kernel->repeat = options->repeat ? options->repeat : 1;
  while (options->repeat == 0 && take_time(kernel) < options->sample_time)
    kernel->repeat *= 2;
}

/* The turn of one kernel. */
static void take_times(Kernel *kernel, const Options *options) {
  const double start = now();
  do
    kernel->seconds[kernel->times++] = take_time(kernel) / (kernel->units * (double)kernel->repeat);
  while (options->repeat == 0 && now() - start < options->turn_time && kernel->times < MOST_TIMES - MOST_ROUNDS);
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void summarise(Kernel *kernel) {
  double sorted[MOST_TIMES];
  const int n = kernel->times;
  memcpy(sorted, kernel->seconds, (size_t)n * sizeof *sorted);
  qsort(sorted, (size_t)n, sizeof *sorted, ascending);
  kernel->least = sorted[0];
  kernel->median = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
}

void bench_measure(Bench *bench) {
  const Options *options = bench->options;
  const bool shows = isatty(STDERR_FILENO);
  for (int k = bench->measured; k < bench->count; k++)
    choose_repeat(&bench->kernels[k], options);
  for (int round = 0; round < options->rounds; round++)
    for (int k = bench->measured; k < bench->count; k++) {
      Kernel *kernel = &bench->kernels[k];
      if (shows)
        fprintf(stderr, "\r\033[Kround %d of %d: %s, %d species, %d cells", round + 1, options->rounds,
                part_names[kernel->part], kernel->species, kernel->cells);
      take_times(kernel, options);
      if (round == options->rounds - 1)
        kernel->deviation = kernel->error(kernel->context);
    }
  if (shows)
    fputs("\r\033[K", stderr);
  for (int k = bench->measured; k < bench->count; k++)
    summarise(&bench->kernels[k]);
  bench->measured = bench->count;
}

bool bench_right(const Bench *bench) {
  bool right = true;
  for (int k = 0; k < bench->count; k++) {
    const Kernel *kernel = &bench->kernels[k];
    if (kernel->deviation <= kernel->bound)
      continue;
    right = false;
    fprintf(stderr,
            "bench_kernels: wrong result of %s%s%s, %d species, %d cells, %d threads: error %.2g, at most %.2g\n",
            part_names[kernel->part], kernel->variant[0] ? " " : "", kernel->variant, kernel->species, kernel->cells,
            kernel->threads, kernel->deviation, kernel->bound);
  }
  return right;
}
