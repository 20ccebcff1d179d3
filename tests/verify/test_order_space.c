/* Order of accuracy in space by manufactured solutions: concentrations and a potential are chosen, the sources that
   make them solve the equations are put in, and the error on ever finer meshes must fall with the square of the mesh
   size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/constants.h"
#include "mesh/geometry.h"
#include "shared_run.h"

enum { SPECIES = 3, HALVINGS = 4 };

/* Cations A (1), B (2), anion C (-1). */
#define DECK(head, domain)                                                                                             \
  "saltbridge: 1\n" head "species:\n"                                                                                  \
  "  - {name: A, charge: 1, diffusivity: 2e-9 m2/s, source: made up}\n"                                                \
  "  - {name: B, charge: 2, diffusivity: 8e-10 m2/s, source: made up}\n"                                               \
  "  - {name: C, charge: -1, diffusivity: 5e-9 m2/s, source: made up}\n"                                               \
  "domain:\n" domain "terminals:\n"                                                                                    \
  "  left: {reservoir: {A: 10 mM, B: 5 mM, C: 20 mM}}\n"                                                               \
  "  right: {reservoir: {A: 12 mM, B: 6 mM, C: 24 mM}, potential: -30 mV}\n"                                           \
  "protocol: [steady]\n"

#define ONE_REGION "  - {region: a, width: 20 nm}\n"
#define TWO_REGIONS                                                                                                    \
  "  - {region: a, width: 8 nm}\n"                                                                                     \
  "  - {region: b, width: 12 nm, permittivity: 20, fixed_charge: 5 mM, diffusion_factor: 0.3, "                        \
  "partition: {A: 0.5, B: 0.8, C: 2}}\n"

typedef struct {
  const char *name, *deck;
  double grading; /* ratio of the largest to the smallest link of a region */
} Problem;

/* A chosen function and its derivative by x. */
typedef struct {
  double value, slope;
} Chosen;

/* Referred to solution, mol/m3. Neutral at the ends; under electroneutrality everywhere. */
static Chosen concentration(const SbProblem *problem, int s, double x) {
  const double k = acos(-1.0) / problem->length, share = x / problem->length, per = 1.0 / problem->length;
  const Chosen a = {10.0 + 3.0 * sin(k * x) + 2.0 * share, 3.0 * k * cos(k * x) + 2.0 * per};
  const Chosen b = {5.0 - 1.5 * sin(k * x) + share, -1.5 * k * cos(k * x) + per};
  const double space_charge = problem->electroneutral ? 0.0 : 2.0;
  const Chosen c = {a.value + 2.0 * b.value + space_charge * sin(2.0 * k * x),
                    a.slope + 2.0 * b.slope + space_charge * 2.0 * k * cos(2.0 * k * x)};
  return s == 0 ? a : s == 1 ? b : c;
}

static Chosen potential(const SbProblem *problem, double x) {
  const double k = acos(-1.0) / problem->length;
  return (Chosen){-0.03 * x / problem->length + 0.02 * sin(k * x), -0.03 / problem->length + 0.02 * k * cos(k * x)};
}

/* Charge between x and x + h per area at the right end, C/m2: Gauss's rule with three points. */
static double charge(const SbProblem *problem, const SbRegion *region, double x, double h) {
  static const double place[] = {-0.7745966692414834, 0.0, 0.7745966692414834},
                      weight[] = {5.0 / 18, 8.0 / 18, 5.0 / 18};
  double sum = 0.0;
  for (int i = 0; i < 3; i++) {
    const double at = x + 0.5 * h * (1.0 + place[i]);
    double density = region->fixed_charge;
    for (int s = 0; s < SPECIES; s++)
      density += problem->species[s].charge * region->partition[s] * concentration(problem, s, at).value;
    sum += weight[i] * h * density *
           sb_geometry_area(problem->geometry, problem->inner_radius + at, problem->inner_radius + problem->length);
  }
  return SB_FARADAY * sum;
}

/* What the balances of the chosen functions leave over, in the rows of inner nodes. */
static void sources(const SbChain *chain, double *source) {
  const SbProblem *problem = chain->problem;
  const SbMesh *mesh = chain->mesh;
  for (int j = 0; j < chain->nodes - 1; j++) {
    const SbRegion *region = &problem->regions[mesh->interval[j]];
    const double middle = mesh->x[j] + 0.5 * mesh->h[j], area = mesh->area[j];
    const Chosen phi = potential(problem, middle);
    for (int end = 0; end < 2; end++) {
      const int node = j + end;
      const SbPattern *pattern = sb_chain_pattern(chain, node);
      const double sign = end == 0 ? area : -area;
      double *rows = source + chain->offset[node];
      if (node == 0 || node == chain->nodes - 1)
        continue;
      for (int s = 0; s < SPECIES; s++) {
        const Chosen c = concentration(problem, s, middle);
        const double z = problem->species[s].charge;
        rows[pattern->slot[s]] -= sign * region->diffusivity[s] * region->partition[s] *
                                  (c.slope + z * c.value * phi.slope / problem->thermal_voltage);
      }
      if (!problem->field->displacement)
        continue;
      rows[pattern->potential] -= sign * region->permittivity * phi.slope;
      rows[pattern->potential] -= charge(problem, region, end == 0 ? mesh->x[j] : middle, 0.5 * mesh->h[j]);
    }
  }
}

static void chosen_state(const SbChain *chain, double *u) {
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    double *here = u + chain->offset[j];
    for (int s = 0; s < SPECIES; s++)
      here[pattern->slot[s]] = concentration(chain->problem, s, chain->mesh->x[j]).value;
    here[pattern->potential] = potential(chain->problem, chain->mesh->x[j]).value;
    if (pattern->terminal >= 0)
      here[pattern->terminal] = here[pattern->potential];
  }
}

/* Largest error at a node, relative to the scale of its unknown. */
static double error_on(const SbProblem *problem, const SbMesh *mesh) {
  SbLevel *level;
  VERIFY(SbLevelCreate(problem, sb_mesh_copy(mesh), &level));
  const SbChain *chain = level->chain;
  double *source = calloc((size_t)chain->unknowns, sizeof *source),
         *chosen = calloc((size_t)chain->unknowns, sizeof *chosen);
  double *scale = calloc((size_t)chain->unknowns, sizeof *scale), worst = 0.0;
  sources(chain, source);
  chosen_state(chain, chosen);
  chosen_state(chain, level->u);
  sb_chain_scales(chain, scale);
  level->system->evaluation.source = source;
  VERIFY(SbNewtonSteady(level->newton, level->u));
  assert_true(level->newton->report.converged);
  for (int i = 0; i < chain->unknowns; i++)
    worst = fmax(worst, fabs(level->u[i] - chosen[i]) / scale[i]);
  free(source);
  free(chosen);
  free(scale);
  VERIFY(SbLevelDestroy(&level));
  return worst;
}

static SbMesh *first_mesh(const SbProblem *problem, double grading) {
  double edges[3] = {0.0, problem->regions[0].right, problem->length}, s[2][2], t[2][2], h[2][2];
  SbSizeFunction size[2];
  for (int r = 0; r < problem->region_count && r < 2; r++) {
    const double width = edges[r + 1] - edges[r];
    /* fine on the left in the first region, on the right in the second */
    const double fine = width / 8.0 / sqrt(grading), coarse = width / 8.0 * sqrt(grading);
    s[r][0] = t[r][1] = 0.0;
    s[r][1] = t[r][0] = width;
    h[r][0] = r == 0 ? fine : coarse;
    h[r][1] = r == 0 ? coarse : fine;
    size[r] = (SbSizeFunction){.count = 2, .s = s[r], .t = t[r], .h = h[r]};
  }
  return sb_mesh_create(problem->geometry, problem->inner_radius, problem->region_count, edges, size, 6, 10000);
}

static void second_order(void **state) {
  const Problem *what = *state;
  Solved *solved = solved_begin(what->deck);
  SbMesh *mesh = first_mesh(solved->problem, what->grading);
  double before = NAN, order = NAN;
  for (int k = 0; k <= HALVINGS; k++) {
    const double error = error_on(solved->problem, mesh);
    order = log2(before / error);
    print_message("  %4d links: error %.3e, order %.3f\n", mesh->nodes - 1, error, order);
    before = error;
    SbMesh *finer = sb_mesh_halve(mesh);
    sb_mesh_destroy(&mesh);
    mesh = finer;
  }
  sb_mesh_destroy(&mesh);
  solved_end(&solved);
  assert_true(order > 1.9 && order < 2.1);
}

static const Problem problems[] = {
    {"uniform", DECK("", ONE_REGION), 1.0},
    {"graded", DECK("", ONE_REGION), 20.0},
    {"two materials, uniform", DECK("", TWO_REGIONS), 1.0},
    {"two materials, graded", DECK("", TWO_REGIONS), 20.0},
    {"cylindrical, two materials, graded", DECK("geometry: cylindrical\ninner_radius: 5 nm\n", TWO_REGIONS), 5.0},
    {"spherical, two materials, graded", DECK("geometry: spherical\ninner_radius: 5 nm\n", TWO_REGIONS), 5.0},
    {"electroneutral, uniform", DECK("field: electroneutral\n", ONE_REGION), 1.0},
    {"electroneutral, graded", DECK("field: electroneutral\n", ONE_REGION), 20.0},
    {"electroneutral, spherical, graded",
     DECK("field: electroneutral\ngeometry: spherical\ninner_radius: 5 nm\n", ONE_REGION), 20.0},
};
enum { PROBLEMS = sizeof problems / sizeof *problems };

int main(void) {
  struct CMUnitTest tests[PROBLEMS];
  for (int i = 0; i < PROBLEMS; i++)
    tests[i] = (struct CMUnitTest){
        .name = problems[i].name, .test_func = second_order, .initial_state = (void *)(uintptr_t)&problems[i]};
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
