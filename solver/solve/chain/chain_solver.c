#include "solve/chain/chain_solver.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "solve/chain/dense.h"
#include "solve/chain/sweep.h"
#include "solve/chain/values.h"

enum { PARALLEL_NODES = 20000 };

struct SbChainSolver {
  SbValues values;
  int middle;
  SbSweep *sweeps[2];                            /* from the left, from the right */
  SbNumber inverse[SB_MAX_LOCAL * SB_MAX_LOCAL]; /* of what is left of the middle node's block */
  SbNumber *residual, *correction;               /* [unknowns] */
  double *sizes;                                 /* [unknowns] */
  bool pivoted, checked, refines;                /* the present factors */
  SbChainSolverRecord record;
};

SbChainSolver *sb_chain_solver_create(const SbMatrix *matrix) {
  SbChainSolver *solver = calloc(1, sizeof *solver);
  if (!solver)
    return NULL;
  const SbChain *chain = matrix->chain;
  const size_t unknowns = (size_t)chain->unknowns;
  solver->values.matrix = matrix;
  solver->middle = chain->nodes / 2;
  solver->sweeps[0] = sb_sweep_create(matrix, 0, solver->middle);
  solver->sweeps[1] = sb_sweep_create(matrix, chain->nodes - 1, solver->middle);
  solver->residual = malloc(unknowns * sizeof *solver->residual);
  solver->correction = malloc(unknowns * sizeof *solver->correction);
  solver->sizes = malloc(unknowns * sizeof *solver->sizes);
  if (!solver->sweeps[0] || !solver->sweeps[1] || !solver->residual || !solver->correction || !solver->sizes)
    sb_chain_solver_destroy(&solver);
  return solver;
}

void sb_chain_solver_destroy(SbChainSolver **solver) {
  if (!*solver)
    return;
  sb_sweep_destroy(&(*solver)->sweeps[0]);
  sb_sweep_destroy(&(*solver)->sweeps[1]);
  free((*solver)->residual);
  free((*solver)->correction);
  free((*solver)->sizes);
  free(*solver);
  *solver = NULL;
}

const SbChainSolverRecord *sb_chain_solver_record(const SbChainSolver *solver) {
  return &solver->record;
}

#ifdef SB_COMPLEX
void sb_chain_solver_set_mass(SbChainSolver *solver, const SbMatrix *mass, double frequency) {
  solver->values.mass = mass;
  solver->values.frequency = frequency;
  sb_sweep_set_mass(solver->sweeps[0], mass, frequency);
  sb_sweep_set_mass(solver->sweeps[1], mass, frequency);
}
#endif

/* ---- elimination
 * --------------------------------------------------------------------------------------------------- */
/* Whether each sweep is to have its own thread. */
static bool shared_out(const SbChainSolver *solver) {
  return solver->values.matrix->chain->nodes >= PARALLEL_NODES && omp_get_max_threads() > 1 && !omp_in_parallel();
}

static bool factor_sweeps(SbChainSolver *solver, bool pivoted) {
  bool good[2];
  if (!shared_out(solver))
    return sb_sweep_factor_pair(solver->sweeps, pivoted);
#pragma omp parallel for num_threads(2)
  for (int side = 0; side < 2; side++)
    good[side] = sb_sweep_factor(solver->sweeps[side], pivoted);
  return good[0] && good[1];
}

static bool factor(SbChainSolver *solver, bool pivoted) {
  const SbChain *chain = solver->values.matrix->chain;
  const int m = sb_values_size(chain, solver->middle), left = sb_values_size(chain, solver->middle - 1);
  SbNumber rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  double size[SB_MAX_LOCAL];
  solver->pivoted = pivoted;
  solver->checked = solver->refines = false;
  if (!factor_sweeps(solver, pivoted))
    return false;
  const int width = sb_values_node(&solver->values, solver->middle, rows);
  sb_dense_take(m, width, left, rows, solver->inverse, size);
  sb_sweep_update(solver->sweeps[0], solver->inverse);
  sb_sweep_update(solver->sweeps[1], solver->inverse);
  return sb_dense_invert(m, solver->inverse, size);
}

bool sb_chain_solver_factor(SbChainSolver *solver) {
  solver->record.factorisations++;
  if (factor(solver, false))
    return true;
  solver->record.fallbacks++;
  return factor(solver, true);
}

static void forward(const SbChainSolver *solver, bool transposed, SbNumber *x, SbNumber *const *updates) {
  if (!shared_out(solver)) {
    sb_sweep_forward_pair((const SbSweep *const *)solver->sweeps, transposed, x, updates);
    return;
  }
#pragma omp parallel for num_threads(2)
  for (int side = 0; side < 2; side++)
    (transposed ? sb_sweep_forward_transposed : sb_sweep_forward)(solver->sweeps[side], x, updates[side]);
}

static void backward(const SbChainSolver *solver, bool transposed, SbNumber *x) {
  if (!shared_out(solver)) {
    sb_sweep_backward_pair((const SbSweep *const *)solver->sweeps, transposed, x);
    return;
  }
#pragma omp parallel for num_threads(2)
  for (int side = 0; side < 2; side++)
    (transposed ? sb_sweep_backward_transposed : sb_sweep_backward)(solver->sweeps[side], x);
}

/* x becomes the solution for the right-hand side in x. */
static void apply(const SbChainSolver *solver, bool transposed, SbNumber *x) {
  const SbChain *chain = solver->values.matrix->chain;
  const int m = sb_values_size(chain, solver->middle);
  SbNumber update[2][SB_MAX_LOCAL], rest[SB_MAX_LOCAL], *own = x + chain->offset[solver->middle];
  forward(solver, transposed, x, (SbNumber *const[]){update[0], update[1]});
  for (int i = 0; i < m; i++)
    rest[i] = own[i] - (update[0][i] + update[1][i]);
  if (transposed)
    sb_dense_transposed(m, m, m, solver->inverse, rest, own);
  else
    sb_dense_multiply(m, solver->inverse, rest, own);
  backward(solver, transposed, x);
}

/* ---- solutions
 * ---------------------------------------------------------------------------------------------------- */
static double backward_error(SbChainSolver *solver, bool transposed, const SbNumber *b, const SbNumber *x) {
  const int unknowns = solver->values.matrix->chain->unknowns;
  sb_values_multiply(&solver->values, transposed, x, solver->residual, solver->sizes);
  const double error = sb_values_error(unknowns, b, solver->residual, solver->sizes);
  if (error <= SB_ACCEPTABLE_ERROR || transposed)
    return error;
  /* unless it is that of changes which no state can show: where all is at rest they are nothing but rounding */
  sb_values_multiply(&solver->values, false, x, solver->residual, solver->sizes);
  sb_values_add_rounding(&solver->values, solver->sizes);
  return sb_values_error(unknowns, b, solver->residual, solver->sizes);
}

/* Solves with the present factors, refined where that is wanted and as long as it helps; returns the backward error. */
static double solve_refined(SbChainSolver *solver, bool transposed, const SbNumber *b, SbNumber *x) {
  const int unknowns = solver->values.matrix->chain->unknowns;
  memcpy(x, b, (size_t)unknowns * sizeof *x);
  apply(solver, transposed, x);
  double error = backward_error(solver, transposed, b, x), before = INFINITY;
  for (int k = 0; k < SB_MOST_REFINEMENTS && error > SB_GOOD_ERROR && error < SB_REFINED * before; k++) {
    memcpy(solver->correction, solver->residual, (size_t)unknowns * sizeof *x);
    apply(solver, transposed, solver->correction);
    for (int i = 0; i < unknowns; i++)
      x[i] += solver->correction[i];
    solver->refines = true;
    solver->record.refinements++;
    before = error;
    error = backward_error(solver, transposed, b, x);
  }
  return error;
}

static bool solve(SbChainSolver *solver, bool transposed, const SbNumber *b, SbNumber *x) {
  solver->record.solutions++;
  if (solver->checked && !solver->refines) {
    memcpy(x, b, (size_t)solver->values.matrix->chain->unknowns * sizeof *x);
    apply(solver, transposed, x);
    return true;
  }
  double error = solve_refined(solver, transposed, b, x);
  if (!(error <= SB_ACCEPTABLE_ERROR) && !solver->pivoted) {
    solver->record.fallbacks++;
    if (!factor(solver, true))
      return false;
    error = solve_refined(solver, transposed, b, x);
  }
  solver->checked = true;
  if (!(error <= SB_ACCEPTABLE_ERROR))
    return false;
  solver->record.backward_error = fmax(solver->record.backward_error, error);
  return true;
}

bool sb_chain_solver_solve(SbChainSolver *solver, const SbNumber *b, SbNumber *x) {
  return solve(solver, false, b, x);
}

bool sb_chain_solver_solve_transposed(SbChainSolver *solver, const SbNumber *b, SbNumber *x) {
  return solve(solver, true, b, x);
}
