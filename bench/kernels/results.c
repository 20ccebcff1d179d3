#include "results.h"

#include <math.h>

double results_bandwidth(const Bench *bench, const Kernel *kernel) {
  const Kernel *triad = bench_find(bench, PART_TRIAD, NULL, kernel->species, 0, kernel->threads);
  return triad ? triad->bytes / triad->median : NAN;
}

/* Operations per second of one core: of the kernel's own version where it has one, else of the fastest. */
static double peak(const Bench *bench, const Kernel *kernel) {
  const Kernel *fma = bench_find(bench, PART_FMA, kernel->variant, kernel->species, 0, 1);
  if (!fma)
    fma = bench_find(bench, PART_FMA, NULL, kernel->species, 0, 1);
  return fma ? fma->operations / fma->median : NAN;
}

double results_share(const Bench *bench, const Kernel *kernel) {
  if (kernel->operations == 0.0)
    return NAN;
  const double arithmetic = kernel->operations / (kernel->threads * peak(bench, kernel));
  const double memory = kernel->bytes > 0.0 ? kernel->bytes / results_bandwidth(bench, kernel) : 0.0;
  return (memory > arithmetic || isnan(memory) ? memory : arithmetic) / kernel->median;
}

double results_speedup(const Bench *bench, Part part, int species, int cells, int few, int many) {
  const Kernel *slow = bench_find(bench, part, NULL, species, cells, few);
  const Kernel *fast = bench_find(bench, part, NULL, species, cells, many);
  return slow && fast ? slow->median / fast->median : NAN;
}

Exponent results_exponent(const Bench *bench, Part part, int species) {
  const Choices *cells = &bench->options->cells;
  double x[MOST_CHOICES], y[MOST_CHOICES], mean_x = 0.0, mean_y = 0.0;
  int n = 0;
  for (int i = 0; i < cells->count; i++) {
    const Kernel *kernel = bench_find(bench, part, NULL, species, cells->of[i], 1);
    if (!kernel)
      continue;
    x[n] = log(cells->of[i]);
    y[n] = log(kernel->median * cells->of[i]);
    mean_x += x[n];
    mean_y += y[n++];
  }
  if (n < 3)
    return (Exponent){NAN, NAN};
  mean_x /= n;
  mean_y /= n;
  double spread = 0.0, slope = 0.0, residue = 0.0;
  for (int i = 0; i < n; i++) {
    spread += (x[i] - mean_x) * (x[i] - mean_x);
    slope += (x[i] - mean_x) * (y[i] - mean_y);
  }
  slope /= spread;
  for (int i = 0; i < n; i++) {
    const double difference = y[i] - mean_y - slope * (x[i] - mean_x);
    residue += difference * difference;
  }
  return (Exponent){slope, 2.0 * sqrt(residue / (n - 2) / spread)};
}
