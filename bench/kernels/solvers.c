/* Assembly and the chain's own solver, as a Newton iteration uses them.

   Bytes and operations of a cell with n species and m = n + 1 unknowns: a link has 3 n + 1 numbers in the matrix, a
   node m^2 in the factors. A solution goes over links, factors and unknowns twice, after a copy of the right-hand
   side; the first one with new factors has its backward error checked. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"
#include "solve/chain/chain_solver.h"

struct Solvers {
  Setting *setting;
  SbChainSolver *solver; /* NULL: no part needs it */
  double *x;
  double solver_bytes;
};

/* What a part of the work takes, per cell. */
typedef struct {
  double bytes, operations;
} Work;

enum { GEOMETRY = 4 }; /* numbers of a cell in the mesh: length, area, two halves of a volume */

static Work sum(Work a, Work b) {
  return (Work){a.bytes + b.bytes, a.operations + b.operations};
}

static Work assembly_work(int n, bool matrix) {
  const int m = n + 1, numbers = 2 * m + GEOMETRY + (matrix ? sb_face_size(n) : 0);
  return (Work){numbers * 8.0, n * (matrix ? 75.0 : 53.0) + 10.0};
}

static Work factor_work(int n) {
  const int m = n + 1;
  return (Work){(sb_face_size(n) + 2 + m * m) * 8.0, 2.0 * m * m * m - m * m + 8.0 * n * m + 10.0 * n};
}

static Work solve_work(int n) {
  const int m = n + 1;
  return (Work){(6 * m + 2 * sb_face_size(n) + 2 * m * m) * 8.0, 4.0 * m * m + 8.0 * n + 4.0};
}

static Work check_work(int n) {
  const int m = n + 1;
  return (Work){(7 * m + sb_face_size(n) + 2) * 8.0, 30.0 * n + 10.0};
}

/* ---- runs
 * ------------------------------------------------------------------------------------------------------------ */
static void forget_residual(void *context) {
  const Setting *s = ((Solvers *)context)->setting;
  memset(s->f, 0xff, (size_t)s->chain->unknowns * sizeof *s->f); /* not a number */
}

static void forget_solution(void *context) {
  const Solvers *solvers = context;
  memset(solvers->x, 0xff, (size_t)solvers->setting->chain->unknowns * sizeof *solvers->x);
}

static void assemble(const Setting *s, SbMatrix *matrix) {
  sb_assemble(s->chain, &s->evaluation, s->u, 0, s->chain->nodes, s->f, matrix);
}

static void run_residual(void *context) {
  assemble(((Solvers *)context)->setting, NULL);
}

static void run_assembly(void *context) {
  const Setting *s = ((Solvers *)context)->setting;
  assemble(s, s->matrix);
}

static void run_factor(void *context) {
  if (!sb_chain_solver_factor(((Solvers *)context)->solver))
    bench_fail("the factorisation failed");
}

static void run_solve(void *context) {
  Solvers *solvers = context;
  if (!sb_chain_solver_solve(solvers->solver, solvers->setting->f, solvers->x))
    bench_fail("the solution failed");
}

static void run_transposed(void *context) {
  Solvers *solvers = context;
  if (!sb_chain_solver_solve_transposed(solvers->solver, solvers->setting->f, solvers->x))
    bench_fail("the solution of the transposed system failed");
}

static void run_linear(void *context) {
  run_factor(context);
  run_solve(context);
}

static void run_newton(void *context) {
  run_assembly(context);
  run_linear(context);
}

/* New factors, and a first solution, so that later ones are not checked. */
static void prepare_solve(void *context) {
  run_newton(context);
  forget_solution(context);
}

static void prepare_factor(void *context) {
  run_assembly(context);
  forget_solution(context);
}

/* ---- errors
 * ---------------------------------------------------------------------------------------------------------- */
static double residual_error(void *context) {
  const Setting *s = ((Solvers *)context)->setting;
  return setting_assembly_error(s, s->f, NULL);
}

static double assembly_error(void *context) {
  const Setting *s = ((Solvers *)context)->setting;
  return setting_assembly_error(s, s->f, s->matrix);
}

static double solve_error(void *context) {
  const Solvers *solvers = context;
  return setting_backward_error(solvers->setting, false, solvers->setting->f, solvers->x);
}

static double factor_error(void *context) {
  run_solve(context);
  return solve_error(context);
}

static double transposed_error(void *context) {
  const Solvers *solvers = context;
  return setting_backward_error(solvers->setting, true, solvers->setting->f, solvers->x);
}

static double newton_error(void *context) {
  return bench_larger(assembly_error(context), solve_error(context));
}

/* ---- kernels
 * --------------------------------------------------------------------------------------------------------- */
static void add(Bench *bench, Solvers *solvers, Kernel kernel, Work work) {
  const Setting *setting = solvers->setting;
  kernel.variant = "";
  kernel.species = setting->species;
  kernel.cells = setting->cells;
  kernel.units = setting->cells;
  kernel.bytes = work.bytes;
  kernel.operations = work.operations;
  kernel.context = solvers;
  for (int t = 0; t < bench->options->threads.count; t++) {
    kernel.threads = bench->options->threads.of[t];
    bench_add(bench, kernel);
  }
}

Solvers *solvers_add(Bench *bench, Setting *setting) {
  /* The solver itself checks the first solution with new factors, not later ones. */
  static const double rounding = 64 * DBL_EPSILON, checked = 1e-12, unchecked = 1e-10;
  Solvers *solvers = bench_alloc(1, sizeof *solvers);
  solvers->setting = setting;
  if (options_want(bench->options, PART_FACTOR, PART_NEWTON)) {
    const double before = setting_heap();
    solvers->solver = sb_chain_solver_create(setting->matrix);
    if (!solvers->solver)
      bench_fail("no memory for the factors of %d cells", setting->cells);
    run_factor(solvers);
    solvers->solver_bytes = setting_heap() - before;
    solvers->x = bench_alloc((size_t)setting->chain->unknowns, sizeof(double));
  }
  const int n = setting->species;
  const Work assembly = assembly_work(n, true), factor = factor_work(n), solve = solve_work(n);
  const Work linear = sum(sum(factor, solve), check_work(n));
  add(bench, solvers,
      (Kernel){.part = PART_RESIDUAL,
               .prepare = forget_residual,
               .run = run_residual,
               .error = residual_error,
               .bound = rounding},
      assembly_work(n, false));
  add(bench, solvers,
      (Kernel){.part = PART_ASSEMBLY,
               .prepare = forget_residual,
               .run = run_assembly,
               .error = assembly_error,
               .bound = rounding},
      assembly);
  add(bench, solvers,
      (Kernel){
          .part = PART_FACTOR, .prepare = prepare_factor, .run = run_factor, .error = factor_error, .bound = checked},
      factor);
  add(bench, solvers,
      (Kernel){
          .part = PART_SOLVE, .prepare = prepare_solve, .run = run_solve, .error = solve_error, .bound = unchecked},
      solve);
  add(bench, solvers,
      (Kernel){.part = PART_TRANSPOSED,
               .prepare = prepare_solve,
               .run = run_transposed,
               .error = transposed_error,
               .bound = unchecked},
      solve);
  add(bench, solvers,
      (Kernel){
          .part = PART_LINEAR, .prepare = prepare_factor, .run = run_linear, .error = solve_error, .bound = checked},
      linear);
  add(bench, solvers,
      (Kernel){
          .part = PART_NEWTON, .prepare = prepare_factor, .run = run_newton, .error = newton_error, .bound = checked},
      sum(assembly, linear));
  return solvers;
}

void solvers_destroy(Bench *bench, Solvers **solvers) {
  const Setting *setting = (*solvers)->setting;
  if ((*solvers)->solver) {
    const SbChainSolverRecord *record = sb_chain_solver_record((*solvers)->solver);
    bench->footprints[bench->footprint_count++] = (Footprint){.species = setting->species,
                                                              .cells = setting->cells,
                                                              .matrix = setting->matrix_bytes / setting->cells,
                                                              .solver = (*solvers)->solver_bytes / setting->cells,
                                                              .vector = 8.0 * (setting->species + 1),
                                                              .solutions = record->solutions,
                                                              .refinements = record->refinements,
                                                              .fallbacks = record->fallbacks};
  }
  sb_chain_solver_destroy(&(*solvers)->solver);
  free((*solvers)->x);
  free(*solvers);
  *solvers = NULL;
}

/* All sizes of one number of species take turns. */
void bench_chains(Bench *bench, int species) {
  if (!options_want(bench->options, PART_RESIDUAL, PART_AIJ))
    return;
  const Choices *cells = &bench->options->cells;
  Setting *settings[MOST_CHOICES];
  Solvers *solvers[MOST_CHOICES];
  Impedance *impedances[MOST_CHOICES];
  Oracle *oracles[MOST_CHOICES];
  Peak *peak = peak_add(bench, species);
  for (int i = 0; i < cells->count; i++) {
    settings[i] = setting_create(species, cells->of[i]);
    solvers[i] = solvers_add(bench, settings[i]);
    impedances[i] = impedance_add(bench, settings[i]);
    oracles[i] = oracle_add(bench, settings[i]);
  }
  bench_measure(bench);
  for (int i = 0; i < cells->count; i++) {
    oracle_destroy(&oracles[i]);
    impedance_destroy(&impedances[i]);
    solvers_destroy(bench, &solvers[i]);
    setting_destroy(&settings[i]);
  }
  peak_destroy(&peak);
}
