/* Order of accuracy in time: equal steps on a fixed mesh, against many more equal steps of the same method. The
   problems are smooth and their steps resolve all relaxation, so that the nominal orders must be seen. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shared_run.h"
#include "solve/transient.h"

enum { HALVINGS = 4, FINER = 16 };

/* A smooth profile between uncharged walls: it relaxes, and makes a potential while it does. */
#define PROFILE                                                                                                        \
  "[[0 nm, 1.5 mM], [5 nm, 1.4755 mM], [10 nm, 1.4045 mM], [15 nm, 1.2939 mM], [20 nm, 1.1545 mM], [25 nm, 1 mM], "    \
  "[30 nm, 0.8455 mM], [35 nm, 0.7061 mM], [40 nm, 0.5955 mM], [45 nm, 0.5245 mM], [50 nm, 0.5 mM]]"
#define RELAXATION(head)                                                                                               \
  "saltbridge: 1\n" head "species: [H+, Cl-]\n"                                                                        \
  "domain: [{region: a, width: 50 nm, cells: 32, fill: {H+: {table: " PROFILE "}, Cl-: {table: " PROFILE "}}}]\n"      \
  "terminals: {left: {wall: {}}, right: {wall: {}, current: 0 A/m2}}\n"                                                \
  "protocol: [transient: {until: 1 us}]\n"

/* Blocking electrodes under a potential that swings. */
#define DRIVEN                                                                                                         \
  "saltbridge: 1\nspecies: [K+, Cl-]\n"                                                                                \
  "domain: [{region: a, width: 50 nm, cells: 32, fill: {K+: 1 mM, Cl-: 1 mM}}]\n"                                      \
  "terminals:\n  left: {electrode: {}, potential: 0 V}\n"                                                              \
  "  right: {electrode: {}, potential: {sine: {mean: 0 V, amplitude: 20 mV, frequency: 4 MHz}}}\n"                     \
  "protocol: [transient: {until: 1 us}]\n"

typedef void Integrate(SbLevel *level, double until, int steps);

typedef struct {
  const char *name, *deck;
  Integrate *integrate;
  double until;       /* s */
  int steps;          /* of the coarsest run */
  double least, most; /* band of the order between the two finest */
} Problem;

static PetscErrorCode Nothing(void *context, int index, double time, const SbLevel *level) {
  (void)context, (void)index, (void)time, (void)level;
  return 0;
}

/* Equal steps of what the program uses. */
static void with_ts(SbLevel *level, double until, int steps, double tolerance) {
  SbTimeSteps equal = {.count = steps, .steps = calloc((size_t)steps, sizeof *equal.steps)};
  for (int i = 0; i < steps; i++)
    equal.steps[i].step = until / steps;
  const SbTransientPlan plan = {.tolerance = tolerance,
                                .looser = 1.0,
                                .first_step = until / steps,
                                .landing_count = 1,
                                .landings = &until,
                                .replay = &equal,
                                .landed = Nothing};
  SbTransientReport report;
  VERIFY(SbTransientSolve(level, &plan, &report));
  assert_true(report.finished);
  assert_int_equal(report.steps, steps);
  sb_time_steps_clear(&equal);
}

static void rosenbrock(SbLevel *level, double until, int steps) {
  with_ts(level, until, steps, 1e-5);
}

static void implicit_euler(SbLevel *level, double until, int steps) {
  level->system->evaluation.time = 0.0;
  VERIFY(SbNewtonEuler(level->newton, 1e-9 * until / steps, level->u)); /* the field that fits the start */
  for (int i = 0; i < steps; i++) {
    level->system->evaluation.time = (i + 1) * until / steps;
    VERIFY(SbNewtonEuler(level->newton, until / steps, level->u));
    assert_true(level->newton->report.converged);
  }
}

static double *final_state(const SbProblem *problem, Integrate *integrate, double until, int steps, int *count,
                           double *scale) {
  SbLevel *level;
  int cells = problem->regions[0].cells;
  double edges[2] = {0.0, problem->length};
  VERIFY(SbLevelCreate(problem, sb_mesh_create_uniform(problem->geometry, 0.0, 1, edges, &cells), &level));
  sb_state_fill(level->chain, level->u);
  VERIFY(SbSystemHoldAmounts(level->system, level->u));
  integrate(level, until, steps);
  *count = level->chain->unknowns;
  assert_true(*count < 1000);
  sb_chain_scales(level->chain, scale);
  double *u = calloc((size_t)*count, sizeof *u);
  memcpy(u, level->u, (size_t)*count * sizeof *u);
  VERIFY(SbLevelDestroy(&level));
  return u;
}

static void nominal_order(void **state) {
  const Problem *what = *state;
  Solved *solved = solved_begin(what->deck);
  double scale[1000], before = NAN, order = NAN;
  int count;
  double *best =
      final_state(solved->problem, rosenbrock, what->until, (what->steps << HALVINGS) * FINER, &count, scale);
  for (int k = 0; k <= HALVINGS; k++) {
    double *u = final_state(solved->problem, what->integrate, what->until, what->steps << k, &count, scale),
           error = 0.0;
    for (int i = 0; i < count; i++)
      error = fmax(error, fabs(u[i] - best[i]) / scale[i]);
    order = log2(before / error);
    print_message("  %4d steps: error %.3e, order %.3f\n", what->steps << k, error, order);
    before = error;
    free(u);
  }
  free(best);
  solved_end(&solved);
  if (!(order > what->least && order < what->most))
    fail_msg("order %.3f is not between %.2f and %.2f", order, what->least, what->most);
}

static const Problem problems[] = {
    {"relaxation, implicit Euler", RELAXATION(""), implicit_euler, 1e-7, 16, 0.95, 1.05},
    {"relaxation, RODAS", RELAXATION(""), rosenbrock, 1e-7, 2, 3.8, 4.2},
    {"driven, implicit Euler", DRIVEN, implicit_euler, 4e-7, 32, 0.95, 1.05},
    {"electroneutral relaxation, RODAS", RELAXATION("field: electroneutral\n"), rosenbrock, 1e-7, 2, 3.8, 4.2},
    /* a set-point that moves brings the derivative by time in, and stiffness leaves a little less than order 4 */
    {"driven, RODAS", DRIVEN, rosenbrock, 4e-7, 64, 3.5, 4.2},
};
enum { PROBLEMS = sizeof problems / sizeof *problems };

int main(void) {
  struct CMUnitTest tests[PROBLEMS];
  for (int i = 0; i < PROBLEMS; i++)
    tests[i] = (struct CMUnitTest){
        .name = problems[i].name, .test_func = nominal_order, .initial_state = (void *)(uintptr_t)&problems[i]};
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
