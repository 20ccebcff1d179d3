#include "solve/rodas.h"

#include <math.h>

enum { STAGES = SB_RODAS_STAGES };

/* As the book's program RODAS has them, for stages U that spare products with the matrix: the state of stage i is
   u + sum a_ij U_j, the rate in its residual sum -c_ij U_j / h, it stands at t + share_i h, and where the equations
   depend on time by themselves, gamma_i h dF/dt belongs to its residual. The step is the last stage's state + U_6,
   which the embedded method leaves out. Here all U have the opposite sign: they solve A U = F. */
static const double gamma_diagonal = 0.25;
static const double a[STAGES][STAGES] = {
    {0},
    {1.544},
    {0.9466785280815826, 0.2557011698983284},
    {3.314825187068521, 2.896124015972201, 0.9986419139977817},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0}};
static const double c[STAGES][STAGES] = {
    {0},
    {-5.6688},
    {-2.430093356833875, -0.2063599157091915},
    {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
    {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
    {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054}};
static const double share[STAGES] = {0.0, 0.386, 0.21, 0.63, 1.0, 1.0};
static const double gamma_sum[STAGES] = {0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0};
static const double drive_share = 1e-3; /* of a step, between the moments that give a derivative by time */

PetscErrorCode SbRodasCreate(SbSystem *system, SbRodas **out) {
  PetscFunctionBeginUser;
  SbRodas *rodas;
  PetscCall(PetscNew(&rodas));
  *out = rodas;
  rodas->system = system;
  for (int i = 0; i < STAGES; i++)
    PetscCall(VecDuplicate(system->x, &rodas->stage[i]));
  Vec *others[] = {&rodas->state, &rodas->rate, &rodas->residual, &rodas->drive, &rodas->absolute};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    PetscCall(VecDuplicate(system->x, others[i]));
  PetscCall(SbKeepingCreate(system, &rodas->keeping));
  PetscCall(KSPCreate(system->comm, &rodas->ksp));
  PetscCall(SbSystemSetUpKSP(system, rodas->ksp));
  PetscCall(KSPGetPC(rodas->ksp, &rodas->solver));
  PetscCall(PCSetOperators(rodas->solver, system->operator, system->operator));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbRodasDestroy(SbRodas **out) {
  PetscFunctionBeginUser;
  SbRodas *rodas = *out;
  if (!rodas)
    PetscFunctionReturn(PETSC_SUCCESS);
  for (int i = 0; i < STAGES; i++)
    PetscCall(VecDestroy(&rodas->stage[i]));
  PetscCall(VecDestroy(&rodas->state));
  PetscCall(VecDestroy(&rodas->rate));
  PetscCall(VecDestroy(&rodas->residual));
  PetscCall(VecDestroy(&rodas->drive));
  PetscCall(VecDestroy(&rodas->absolute));
  PetscCall(SbKeepingDestroy(&rodas->keeping));
  PetscCall(KSPDestroy(&rodas->ksp));
  PetscCall(PetscFree(rodas));
  *out = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* dF/dt at the begin of a step, from three moments just after it: a control may jump at the begin. rate: zero. */
static PetscErrorCode Drive(SbRodas *rodas, double t, double h, Vec x) {
  PetscFunctionBeginUser;
  static const double weight[] = {-2.5, 4.0, -1.5};
  SbSystem *system = rodas->system;
  const SbProblem *problem = system->chain->problem;
  const double apart = drive_share * h;
  rodas->driven =
      sb_problem_moves(problem, t + apart, t + 2.0 * apart) || sb_problem_moves(problem, t + apart, t + 3.0 * apart);
  if (!rodas->driven)
    PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(VecZeroEntries(rodas->drive));
  for (int k = 0; k < 3; k++) {
    system->evaluation.time = t + (k + 1) * apart;
    PetscCall(SbSystemResidual(system, x, rodas->rate, rodas->residual));
    PetscCall(VecAXPY(rodas->drive, weight[k] / apart, rodas->residual));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* state -= by_state stage, rate += by_rate stage */
static void add_stage(PetscInt n, const double *restrict stage, double by_state, double by_rate, double *restrict state,
                      double *restrict rate) {
  for (PetscInt k = 0; k < n; k++) {
    state[k] -= by_state * stage[k];
    rate[k] += by_rate * stage[k];
  }
}

/* State and rate of stage i: x - sum a_ij U_j, sum c_ij U_j / h. */
static PetscErrorCode Combine(SbRodas *rodas, int i, double h, Vec x, Vec state) {
  PetscFunctionBeginUser;
  PetscInt n;
  PetscScalar *u, *rate;
  PetscCall(VecCopy(x, state));
  PetscCall(VecZeroEntries(rodas->rate));
  PetscCall(VecGetLocalSize(x, &n));
  PetscCall(VecGetArray(state, &u));
  PetscCall(VecGetArray(rodas->rate, &rate));
  for (int j = 0; j < i; j++) {
    const PetscScalar *stage;
    PetscCall(VecGetArrayRead(rodas->stage[j], &stage));
    add_stage(n, stage, a[i][j], c[i][j] / h, u, rate);
    PetscCall(VecRestoreArrayRead(rodas->stage[j], &stage));
  }
  PetscCall(VecRestoreArray(rodas->rate, &rate));
  PetscCall(VecRestoreArray(state, &u));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Root mean square of the last stage, which is the difference of both methods, in tolerances: relative to the state
   before, since what a step made of it may be too large by orders of magnitude. */
static PetscErrorCode Estimate(const SbRodas *rodas, Vec x, double *error) {
  PetscFunctionBeginUser;
  const PetscScalar *before, *last, *absolute;
  double mine = 0.0, sum;
  PetscInt n;
  PetscCall(VecGetLocalSize(x, &n));
  PetscCall(VecGetArrayRead(x, &before));
  PetscCall(VecGetArrayRead(rodas->stage[STAGES - 1], &last));
  PetscCall(VecGetArrayRead(rodas->absolute, &absolute));
  for (PetscInt k = 0; k < n; k++) {
    const double ratio = last[k] / (absolute[k] + rodas->relative * fabs(before[k]));
    mine += ratio * ratio;
  }
  PetscCall(VecRestoreArrayRead(rodas->absolute, &absolute));
  PetscCall(VecRestoreArrayRead(rodas->stage[STAGES - 1], &last));
  PetscCall(VecRestoreArrayRead(x, &before));
  PetscCallMPI(MPI_Allreduce(&mine, &sum, 1, MPI_DOUBLE, MPI_SUM, rodas->system->comm));
  *error = isfinite(sum) ? sqrt(sum / rodas->system->chain->unknowns) : INFINITY;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Stage i from its state; the first, whose state is x, brings the matrix. */
static PetscErrorCode Stage(SbRodas *rodas, int i, double h, Vec x, Vec state) {
  PetscFunctionBeginUser;
  SbSystem *system = rodas->system;
  if (i == 0) {
    PetscCall(SbSystemLinearise(system, state, rodas->rate, 1.0 / (gamma_diagonal * h), rodas->residual));
    PetscCall(SbSystemMatrix(system));
    PetscCall(PCSetUp(rodas->solver));
    sb_keeping_restart(rodas->keeping);
  } else {
    PetscCall(SbSystemResidual(system, state, rodas->rate, rodas->residual));
  }
  if (rodas->driven)
    PetscCall(VecAXPY(rodas->residual, gamma_sum[i] * h, rodas->drive));
  PetscCall(PCApply(rodas->solver, rodas->residual, rodas->stage[i]));
  PetscCall(SbKeepingCorrect(rodas->keeping, rodas->solver, h, x, rodas->stage[i]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbRodasStep(SbRodas *rodas, double t, double h, double latest, Vec x, Vec next, double *error) {
  PetscFunctionBeginUser;
  PCFailedReason failed;
  rodas->system->constrained = false;
  PetscCall(VecZeroEntries(rodas->rate));
  PetscCall(Drive(rodas, t, h, x));
  *error = INFINITY;
  for (int i = 0; i < STAGES; i++) {
    const Vec state = i == 0 ? x : i == STAGES - 1 ? next : rodas->state;
    if (i > 0)
      PetscCall(Combine(rodas, i, h, x, state));
    rodas->system->evaluation.time = fmin(t + share[i] * h, latest);
    PetscCall(Stage(rodas, i, h, x, state));
    PetscCall(PCGetFailedReason(rodas->solver, &failed));
    if (failed)
      PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(VecAXPY(next, -1.0, rodas->stage[STAGES - 1]));
  PetscCall(Estimate(rodas, x, error));
  PetscFunctionReturn(PETSC_SUCCESS);
}
