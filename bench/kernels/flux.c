/* The flux of one species with its derivatives: spans as long as the program's, in cache in every version, and one
   after the other through arrays in memory. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/bernoulli.h"
#include "discretize/links.h"
#include "groups.h"
#include "physics/bulk/transport.h"

enum { LINKS_IN_MEMORY = 1 << 23 }; /* seven arrays of 64 MiB, more than the caches hold */
enum { MOST_VERSIONS = 8 };
/* Read: concentrations, of which a link shares one with its neighbour, drift, conductance; written: the flux and three
   derivatives. */
enum { NUMBERS = 7 };

typedef struct {
  const SbTransportVersion *version; /* of spans in cache; in memory, the one that the program takes */
  int links;
  double *of[NUMBERS]; /* as above; the concentrations are one more than links */
} Links;

struct Flux {
  int count;
  Links sets[MOST_VERSIONS];
};

static void eval_span(const Links *links, void (*eval)(const SbLinkSpan *, SbLinkFlux *), int begin) {
  double *const *of = links->of;
  const int n = links->links - begin < SB_TILE ? links->links - begin : SB_TILE;
  const SbLinkSpan span = {n, of[0] + begin, of[0] + begin + 1, of[1] + begin, of[2] + begin};
  SbLinkFlux out = {of[3] + begin, of[4] + begin, of[5] + begin, of[6] + begin};
  eval(&span, &out);
}

static void run_span(void *context) {
  const Links *links = context;
  eval_span(links, links->version->eval, 0);
}

static void run_memory(void *context) {
  const Links *links = context;
#pragma omp parallel for schedule(static)
  for (int begin = 0; begin < links->links; begin += SB_TILE)
    eval_span(links, sb_bulk_transport.eval, begin);
}

/* Largest relative difference from the formula, written out by itself; differences of terms against their terms. */
static double error(void *context) {
  const Links *links = context;
  double *const *of = links->of, worst = 0.0;
  for (int i = 0; i < links->links; i++) {
    const double left = of[0][i], right = of[0][i + 1], u = of[1][i], g = of[2][i];
    const SbBernoulli b = sb_bernoulli(u);
    const double got[] = {of[3][i], of[4][i], of[5][i], of[6][i]};
    const double plus[] = {g * b.forward * left, g * b.forward, 0.0, g * b.slope * left};
    const double minus[] = {g * b.backward * right, 0.0, g * b.backward, g * b.backward_slope * right};
    for (int k = 0; k < 4; k++) {
      worst = bench_larger(worst, fabs(got[k] - (plus[k] - minus[k])) / (fabs(plus[k]) + fabs(minus[k])));
    }
  }
  return worst;
}

static Links *links_create(Flux *flux, const SbTransportVersion *version, int count) {
  Links *links = &flux->sets[flux->count++];
  *links = (Links){.version = version, .links = count};
  for (int k = 0; k < NUMBERS; k++)
    links->of[k] = bench_alloc((size_t)count + 1, sizeof(double));
  for (int i = 0; i <= count; i++) {
    links->of[0][i] = 100.0 + 10.0 * sin(0.1 * (i % 1000));
    links->of[1][i] = 2.0 * sin(0.01 * (i % 1000) + 0.1);
    links->of[2][i] = 1e-3;
  }
  return links;
}

static void add(Bench *bench, Part part, const char *variant, int threads, double bytes, Links *links,
                void (*run)(void *)) {
  bench_add(bench, (Kernel){.part = part,
                            .variant = variant,
                            .threads = threads,
                            .units = links->links,
                            .bytes = bytes,
                            .operations = 65, /* counted in physics/bulk/transport.c and base/bernoulli.h */
                            .run = run,
                            .error = error,
                            .bound = 16 * DBL_EPSILON,
                            .context = links});
}

Flux *flux_add(Bench *bench) {
  Flux *flux = bench_alloc(1, sizeof *flux);
  const SbTransportVersion *version = sb_transport_versions;
  for (; version->name && flux->count < MOST_VERSIONS - 1; version++)
    if (bench->options->parts[PART_FLUX] && version->runs_here())
      add(bench, PART_FLUX, version->name, 1, 0, links_create(flux, version, SB_TILE), run_span);
  if (!bench->options->parts[PART_FLUX_MEMORY])
    return flux;
  Links *links = links_create(flux, NULL, LINKS_IN_MEMORY);
  for (int t = 0; t < bench->options->threads.count; t++)
    add(bench, PART_FLUX_MEMORY, "", bench->options->threads.of[t], NUMBERS * sizeof(double), links, run_memory);
  return flux;
}

void flux_destroy(Flux **flux) {
  for (int k = 0; k < (*flux)->count; k++)
    for (int i = 0; i < NUMBERS; i++)
      free((*flux)->sets[k].of[i]);
  free(*flux);
  *flux = NULL;
}

void bench_loops(Bench *bench) {
  Peak *peak = peak_add(bench, 0);
  Pairs *pairs = pairs_add(bench);
  Flux *flux = flux_add(bench);
  bench_measure(bench);
  peak_destroy(&peak);
  pairs_destroy(&pairs);
  flux_destroy(&flux);
}
