#include "solve/potential_search.h"

#include <math.h>

#include "solve/impedance.h"

static const double first_stride = 1.0, longest_stride = 8.0, shortest_stride = 1e-2; /* RT/F */
static const double farthest = 1000.0;                                                /* RT/F from the start */
static const double near_enough = 1.0; /* RT/F of a bracket from which Newton's method is tried ... */
enum { MOST_HALVINGS = 40 };           /* ... until it is as short as rounding allows */

/* A state at a potential of the driven metal, and what its control's equation leaves there. */
typedef struct {
  double potential, rest;
  double *u; /* [unknowns] */
} Point;

static int driven_row(const SbChain *chain, SbSide side) {
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1;
  return chain->offset[node] + sb_chain_pattern(chain, node)->terminal;
}

/* The state at point->potential from the guess in point->u. */
static PetscErrorCode SolveHeld(SbNewton *newton, Point *point) {
  PetscFunctionBeginUser;
  SbSystem *system = newton->system;
  const SbChain *chain = system->chain;
  const int row = driven_row(chain, system->evaluation.hold_side);
  double *f;
  point->u[row] = point->potential;
  system->evaluation.hold = &point->potential;
  PetscCall(SbNewtonSteady(newton, point->u));
  system->evaluation.hold = NULL;
  if (!newton->report.converged)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(chain->unknowns, &f));
  PetscCall(SbSystemScatter(system, point->u, system->x));
  PetscCall(SbSystemResidual(system, system->x, NULL, system->residual));
  PetscCall(SbSystemGather(system, system->residual, f));
  point->rest = f[row];
  PetscCall(PetscFree(f));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The state at another potential, which replaces `to` if there is one; *done tells. */
static PetscErrorCode Move(SbNewton *newton, const Point *from, double potential, Point *to, bool *done) {
  PetscFunctionBeginUser;
  PetscCall(PetscArraycpy(to->u, from->u, newton->system->chain->unknowns));
  to->potential = potential;
  PetscCall(SolveHeld(newton, to));
  *done = newton->report.converged;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void swap(Point *a, Point *b) {
  const Point c = *a;
  *a = *b;
  *b = c;
}

/* From `here` outward until the control's equation changes sign between `here` and `there`. */
static PetscErrorCode Bracket(SbNewton *newton, Point *here, Point *there, bool *found) {
  PetscFunctionBeginUser;
  const double unit = newton->system->chain->problem->thermal_voltage, start = here->potential;
  double stride = first_stride * unit;
  bool done;
  *found = false;
  /* in equilibrium a cell resists: the slope there tells the way */
  PetscCall(Move(newton, here, start + 0.1 * unit, there, &done));
  if (!done)
    PetscFunctionReturn(PETSC_SUCCESS);
  const double way = (there->rest - here->rest) * here->rest > 0.0 ? -1.0 : 1.0;
  while (!*found && !newton->report.stopped && stride > shortest_stride * unit &&
         fabs(here->potential - start) < farthest * unit) {
    PetscCall(Move(newton, here, here->potential + way * stride, there, &done));
    *found = done && there->rest * here->rest <= 0.0;
    if (done && !*found)
      swap(here, there);
    stride = done ? fmin(1.5 * stride, longest_stride * unit) : 0.3 * stride;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Halves the bracket until Newton's method finds the state. */
static PetscErrorCode Close(SbNewton *newton, Point *a, Point *b, Point *middle, double *u) {
  PetscFunctionBeginUser;
  const SbChain *chain = newton->system->chain;
  for (int k = 0; k < MOST_HALVINGS && !newton->report.stopped; k++) {
    bool done;
    if (fabs(b->potential - a->potential) <= near_enough * chain->problem->thermal_voltage) {
      PetscCall(PetscArraycpy(u, fabs(a->rest) < fabs(b->rest) ? a->u : b->u, chain->unknowns));
      PetscCall(SbNewtonSteady(newton, u));
      if (newton->report.converged)
        PetscFunctionReturn(PETSC_SUCCESS);
    }
    PetscCall(Move(newton, a, 0.5 * (a->potential + b->potential), middle, &done));
    if (!done)
      PetscFunctionReturn(PETSC_SUCCESS);
    swap(middle->rest * a->rest <= 0.0 ? b : a, middle);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

bool sb_potential_is_sought(const SbProblem *problem) {
  const SbSide side = sb_driven_side(problem);
  const SbTerminal *terminal = &problem->terminals[side];
  return problem->field->potential && terminal->control && !terminal->control->sets_potential && !terminal->floating &&
         sb_problem_reacts(problem, side);
}

PetscErrorCode SbPotentialSearch(SbNewton *newton, double *u) {
  PetscFunctionBeginUser;
  SbSystem *system = newton->system;
  const SbChain *chain = system->chain;
  const SbSide side = sb_driven_side(chain->problem);
  const SbNewtonReport before = newton->report;
  Point points[3];
  bool found = false;
  if (!sb_potential_is_sought(chain->problem))
    PetscFunctionReturn(PETSC_SUCCESS);
  for (int k = 0; k < 3; k++)
    PetscCall(PetscMalloc1(chain->unknowns, &points[k].u));
  PetscCall(PetscArraycpy(points[0].u, u, chain->unknowns));
  points[0].potential = u[driven_row(chain, side)];
  system->evaluation.hold_side = side;
  PetscCall(SolveHeld(newton, &points[0]));
  if (newton->report.converged)
    PetscCall(Bracket(newton, &points[0], &points[1], &found));
  newton->report.converged = false;
  if (found)
    PetscCall(Close(newton, &points[0], &points[1], &points[2], u));
  if (!found && !newton->report.stopped) { /* what went wrong is what the methods before it say */
    const int iterations = newton->report.iterations;
    newton->report = before;
    newton->report.iterations = iterations;
  }
  for (int k = 0; k < 3; k++)
    PetscCall(PetscFree(points[k].u));
  PetscFunctionReturn(PETSC_SUCCESS);
}
