#define SB_COMPLEX /* the chain solver of complex numbers */

#include "solve/impedance.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timing.h"
#include "discretize/assemble_mass.h"
#include "discretize/measure.h"
#include "discretize/terminal.h"
#include "solve/chain/chain_solver.h"
#include "solve/petsc_names.h"

struct SbImpedance {
  const SbChain *chain;
  SbMatrix *stiffness, *mass; /* K and M */
  SbChainSolver *solver;
  double *current;       /* [unknowns] d I/d u of the ionic current */
  double elastance;      /* m2/F, of the displacement current; 0: there is none */
  int row;               /* of the control that drives */
  double complex *drive; /* [unknowns] -b */
  PetscMPIInt rank, ranks;
};

SbSide sb_driven_side(const SbProblem *problem) {
  const bool in_solution = problem->field->potential;
  bool able[2];
  for (int side = 0; side < 2; side++) {
    const SbTerminal *terminal = &problem->terminals[side];
    able[side] = in_solution ? terminal->control && !terminal->floating : sb_problem_reacts(problem, (SbSide)side);
    if (in_solution && able[side] && !terminal->control->sets_potential)
      return (SbSide)side;
  }
  return able[SB_RIGHT] ? SB_RIGHT : SB_LEFT;
}

static PetscErrorCode Linearise(SbImpedance *impedance, const double *u) {
  PetscFunctionBeginUser;
  const SbChain *chain = impedance->chain;
  const SbEvaluation evaluation = {.time = -1.0, .share = 1.0, .moving = true};
  double *f;
  sb_timing_begin(SB_PART_ASSEMBLY);
  PetscCall(PetscMalloc1(chain->unknowns, &f));
  sb_assemble(chain, &evaluation, u, 0, chain->nodes, f, impedance->stiffness);
  sb_assemble_mass(chain, u, impedance->mass);
  PetscCall(PetscFree(f));
  sb_timing_end(SB_PART_ASSEMBLY, chain->nodes - 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* d I/d u without displacement: through all links at once, or where a support carries it that of the couples. */
static void current_slopes(const SbChain *chain, const double *u, double *gradient) {
  const SbMoment steady = {.steady = true, .time = -1.0};
  const SbMeasure current = {.quantity = SB_QUANTITY_CURRENT, .species = -1, .terminal = -1, .x = NAN};
  if (chain->problem->field->potential)
    sb_measure(chain, u, &steady, &current, gradient);
  else
    sb_terminal_faradaic_slopes(chain, u, sb_driven_side(chain->problem), gradient);
}

PetscErrorCode SbImpedanceCreate(const SbChain *chain, const double *u, SbImpedance **out) {
  PetscFunctionBeginUser;
  const int node = sb_driven_side(chain->problem) == SB_LEFT ? 0 : chain->nodes - 1;
  SbImpedance *impedance;
  PetscCall(PetscNew(&impedance));
  *out = impedance;
  impedance->chain = chain;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &impedance->rank));
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &impedance->ranks));
  impedance->stiffness = sb_matrix_create(chain, 0, chain->nodes, true);
  impedance->mass = sb_matrix_create(chain, 0, chain->nodes, true);
  PetscCheck(impedance->stiffness && impedance->mass, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for %d unknowns",
             chain->unknowns);
  PetscCall(Linearise(impedance, u));
  impedance->solver = sb_chain_solver_create(impedance->stiffness);
  PetscCheck(impedance->solver, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for %d unknowns", chain->unknowns);
  impedance->current = sb_calloc((size_t)chain->unknowns, sizeof *impedance->current);
  impedance->drive = sb_calloc((size_t)chain->unknowns, sizeof *impedance->drive);
  current_slopes(chain, u, impedance->current);
  impedance->elastance = chain->problem->field->displacement ? sb_measure_elastance(chain) : 0.0;
  impedance->row = chain->offset[node] + sb_chain_pattern(chain, node)->terminal;
  impedance->drive[impedance->row] = 1.0; /* a control's equation is something minus its set-point */
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbImpedanceDestroy(SbImpedance **out) {
  PetscFunctionBeginUser;
  SbImpedance *impedance = *out;
  if (!impedance)
    PetscFunctionReturn(PETSC_SUCCESS);
  sb_chain_solver_destroy(&impedance->solver);
  sb_matrix_destroy(&impedance->stiffness);
  sb_matrix_destroy(&impedance->mass);
  free(impedance->current);
  free(impedance->drive);
  PetscCall(PetscFree(impedance));
  *out = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static double complex terminal(const SbChain *chain, const double complex *x, SbSide side) {
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1, slot = sb_chain_pattern(chain, node)->terminal;
  return slot >= 0 ? x[chain->offset[node] + slot] : 0.0;
}

/* The response at one frequency; returns z, or NAN. */
static double complex solve(SbImpedance *impedance, double frequency, double complex *response) {
  const SbChain *chain = impedance->chain;
  const double omega = 2.0 * M_PI * frequency;
  sb_chain_solver_set_mass(impedance->solver, impedance->mass, omega);
  sb_timing_begin(SB_PART_FACTORISATION);
  bool solved = sb_chain_solver_factor(impedance->solver);
  sb_timing_end(SB_PART_FACTORISATION, chain->nodes - 1);
  if (!solved)
    return NAN;
  sb_timing_begin(SB_PART_SOLVE);
  solved = sb_chain_solver_solve(impedance->solver, impedance->drive, response);
  sb_timing_end(SB_PART_SOLVE, chain->nodes - 1);
  if (!solved)
    return NAN;
  const double complex potential = terminal(chain, response, SB_RIGHT) - terminal(chain, response, SB_LEFT);
  double complex current = 0.0;
  for (int i = 0; i < chain->unknowns; i++)
    current += impedance->current[i] * response[i];
  /* what the changing potential drop displaces: see the current in discretize/measure.c */
  if (impedance->elastance > 0.0)
    current -= I * omega * potential / impedance->elastance;
  return -potential / current;
}

int sb_impedance_at_once(const SbImpedance *impedance) {
  return impedance->ranks;
}

PetscErrorCode SbImpedanceSolve(SbImpedance *impedance, int count, const double *frequencies, double complex *responses,
                                double complex *z) {
  PetscFunctionBeginUser;
  const int mine = impedance->rank, unknowns = impedance->chain->unknowns;
  double complex *response = responses + (size_t)mine * (size_t)unknowns;
  z[mine] = mine < count ? solve(impedance, frequencies[mine], response) : NAN;
  PetscCallMPI(MPI_Allgather(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, z, 1, MPI_C_DOUBLE_COMPLEX, PETSC_COMM_WORLD));
  PetscCallMPI(
      MPI_Allgather(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, responses, unknowns, MPI_C_DOUBLE_COMPLEX, PETSC_COMM_WORLD));
  PetscFunctionReturn(PETSC_SUCCESS);
}
