/* The complex twin of the chain's solver. */
#define SB_COMPLEX

#include <stdlib.h>
#include <string.h>

#include "discretize/assemble_mass.h"
#include "groups.h"
#include "solve/chain/chain_solver.h"

static const double FREQUENCY = 1e6; /* rad/s */
enum { MOST_CELLS = 100000 };        /* a spectrum of more is nobody's first wish, and takes memory */

struct Impedance {
  Setting *setting;
  SbMatrix *mass;
  SbChainSolver *solver;
  double complex *b, *x;
};

static void run(void *context) {
  Impedance *i = context;
  if (!sb_chain_solver_factor(i->solver) || !sb_chain_solver_solve(i->solver, i->b, i->x))
    bench_fail("the complex solution failed");
}

static void prepare(void *context) {
  const Impedance *i = context;
  memset(i->x, 0xff, (size_t)i->setting->chain->unknowns * sizeof *i->x);
}

static double error(void *context) {
  const Impedance *i = context;
  return setting_complex_error(i->setting, i->mass, FREQUENCY, i->b, i->x);
}

static SbMatrix *mass_create(const Setting *setting) {
  SbMatrix *mass = sb_matrix_create(setting->chain, 0, setting->chain->nodes, true);
  if (!mass)
    bench_fail("no memory for a matrix of %d cells", setting->cells);
  sb_assemble_mass(setting->chain, setting->u, mass);
  return mass;
}

Impedance *impedance_add(Bench *bench, Setting *setting) {
  if (!bench->options->parts[PART_COMPLEX] || setting->cells > MOST_CELLS)
    return NULL;
  Impedance *i = bench_alloc(1, sizeof *i);
  const size_t unknowns = (size_t)setting->chain->unknowns;
  i->setting = setting;
  i->mass = mass_create(setting);
  i->solver = sb_chain_solver_create(setting->matrix);
  if (!i->solver)
    bench_fail("no memory for complex factors of %d cells", setting->cells);
  sb_chain_solver_set_mass(i->solver, i->mass, FREQUENCY);
  i->b = bench_alloc(2 * unknowns, sizeof *i->b);
  i->x = i->b + unknowns;
  for (size_t k = 0; k < unknowns; k++)
    i->b[k] = setting->f[k];
  bench_add(bench, (Kernel){.part = PART_COMPLEX,
                            .variant = "",
                            .species = setting->species,
                            .cells = setting->cells,
                            .threads = 1,
                            .units = setting->cells,
                            .prepare = prepare,
                            .run = run,
                            .error = error,
                            .bound = 1e-12,
                            .context = i});
  return i;
}

void impedance_destroy(Impedance **impedance) {
  if (!*impedance)
    return;
  sb_chain_solver_destroy(&(*impedance)->solver);
  sb_matrix_destroy(&(*impedance)->mass);
  free((*impedance)->b);
  free(*impedance);
  *impedance = NULL;
}
