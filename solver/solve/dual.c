#include "solve/dual.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timing.h"
#include "discretize/balance.h"
#include "discretize/start.h"
#include "discretize/terminal.h"

static const double steepest_growth = 0.5; /* of link lengths along x */
static const double most_coarsening = 4.0; /* of a link in one round */
static const double flattest = 1e-3;       /* share of the mean indicator that every link is taken to have */
enum { FEWEST_LINKS = 4 };

static int fine_node(const SbLevel *coarse, const SbLevel *fine, int node) {
  return sb_mesh_halved_node(coarse->mesh, fine->mesh, node);
}

/* Amount of a closed pool on one link, per its scale; coarse minus fine. With what is kept of its partner's. */
static double amount_difference(const SbLevel *coarse, const SbLevel *fine, const double *injected, const SbPool *pool,
                                int link) {
  const int region = coarse->mesh->interval[link];
  const SbPool *partner = pool->partner < 0 ? NULL : &coarse->chain->problem->pools[pool->partner];
  const double other = partner ? pool->share * amount_difference(coarse, fine, injected, partner, link) : 0.0;
  if (region < pool->first || region > pool->last)
    return other;
  double sum = sb_balance_amount(coarse->chain, injected, link, pool->species);
  for (int j = fine_node(coarse, fine, link); j < fine_node(coarse, fine, link + 1); j++)
    sum -= sb_balance_amount(fine->chain, fine->u, j, pool->species);
  return sum + other;
}

/* The fine state on the coarse nodes. */
static double *inject(const SbLevel *coarse, const SbLevel *fine) {
  double *u = sb_calloc((size_t)coarse->chain->unknowns, sizeof *u);
  for (int j = 0; j < coarse->chain->nodes; j++)
    for (int i = coarse->chain->offset[j]; i < coarse->chain->offset[j + 1]; i++)
      u[i] = fine->u[fine->chain->offset[fine_node(coarse, fine, j)] + i - coarse->chain->offset[j]];
  return u;
}

/* Place in node b's unknowns of what stands at `slot` of node a; -1: not there. */
static int same_unknown(const SbChain *chain, const SbPattern *a, int slot, const SbPattern *b) {
  if (slot == a->potential)
    return b->potential;
  if (slot == a->jump || slot == a->terminal)
    return -1;
  for (int s = 0; s < chain->problem->species_count; s++)
    if (a->slot[s] == slot)
      return b->slot[s];
  return -1;
}

/* Weight at the middle of a link: the mean of its ends' weights. Any weight would do, since the middle's balance is
   zero; this one makes the sum depend on differences of weights, so that rounding of large, nearly constant fluxes does
   not show. */
static double middle_weight(const SbLevel *coarse, const double *lambda, int link, const SbPattern *middle, int slot) {
  double sum = 0.0;
  for (int node = link; node <= link + 1; node++) {
    const int at = same_unknown(coarse->chain, middle, slot, sb_chain_pattern(coarse->chain, node));
    if (at >= 0)
      sum += 0.5 * lambda[coarse->chain->offset[node] + at];
  }
  return sum;
}

/* What the halves of a link change in the balances of its ends, weighted by lambda. */
static double link_indicator(const SbLevel *coarse, const SbLevel *fine, const double *injected, int link,
                             const double *lambda) {
  const SbEvaluation *rough = &coarse->system->evaluation, *sharp = &fine->system->evaluation;
  double sum = 0.0;
  if (sb_chain_membrane(coarse->chain, link))
    return 0.0; /* the same on both meshes */
  for (int end = 0; end < 2; end++) {
    const int node = link + end, side = end == 0 ? 1 : -1, first = coarse->chain->offset[node];
    double a[SB_MAX_LOCAL] = {0}, b[SB_MAX_LOCAL] = {0};
    sb_balance_side(coarse->chain, rough, injected, node, side, a);
    sb_balance_side(fine->chain, sharp, fine->u, fine_node(coarse, fine, node), side, b);
    for (int i = first; i < coarse->chain->offset[node + 1]; i++)
      sum += lambda[i] * (b[i - first] - a[i - first]);
  }
  const int node = fine_node(coarse, fine, link) + 1;
  const SbPattern *middle = sb_chain_pattern(fine->chain, node);
  double balance[SB_MAX_LOCAL] = {0};
  sb_balance_side(fine->chain, sharp, fine->u, node, -1, balance);
  sb_balance_side(fine->chain, sharp, fine->u, node, 1, balance);
  for (int i = 0; i < middle->size; i++)
    sum += middle_weight(coarse, lambda, link, middle, i) * balance[i];
  return sum;
}

/* Rows of an end node that hold no balance: their own residual counts, and their weight leaves the balances. */
static double take_replaced(const SbLevel *coarse, const double *injected, SbSide side, double *lambda) {
  const SbChain *chain = coarse->chain;
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1, first = chain->offset[node];
  double *residual = sb_calloc((size_t)chain->unknowns, sizeof *residual), sum = 0.0;
  bool replaced[SB_MAX_LOCAL];
  SbEvaluation evaluation = coarse->system->evaluation;
  evaluation.rate = NULL;
  sb_assemble(chain, &evaluation, injected, node, node + 1, residual, NULL);
  sb_terminal_replaced(chain, injected, side, replaced);
  for (int i = first; i < chain->offset[node + 1]; i++) {
    if (!replaced[i - first])
      continue;
    sum -= lambda[i] * residual[i];
    lambda[i] = 0.0;
  }
  free(residual);
  return sum;
}

PetscErrorCode SbDualIndicators(SbLevel *coarse, const SbLevel *fine, const SbMoment *moment, const SbMeasure *measure,
                                double *eta) {
  PetscFunctionBeginUser;
  const SbChain *chain = coarse->chain;
  const int links = chain->nodes - 1;
  double *gradient, *lambda, *share, *fine_share, pinned[64] = {0};
  PetscCall(PetscCalloc4(chain->unknowns, &gradient, chain->unknowns, &lambda, links, &share, 2 * (size_t)links,
                         &fine_share));
  double *injected = inject(coarse, fine);
  sb_measure(chain, coarse->u, moment, measure, gradient);
  PetscCall(SbSystemSolveTransposed(coarse->system, gradient, lambda));
  for (int k = 0; k < coarse->system->constraint_count; k++) {
    /* this row holds an amount, not a balance */
    const SbConstraint *constraint = &coarse->system->constraints[k];
    pinned[k] = lambda[constraint->factored] / constraint->scale;
    lambda[constraint->factored] = 0.0;
  }
  const double at_left = take_replaced(coarse, injected, SB_LEFT, lambda);
  const double at_right = take_replaced(coarse, injected, SB_RIGHT, lambda);
  sb_measure_shares(chain, injected, moment, measure, share);
  sb_measure_shares(fine->chain, fine->u, moment, measure, fine_share);
  for (int j = 0; j < links; j++) {
    eta[j] = link_indicator(coarse, fine, injected, j, lambda) + share[j];
    for (int i = fine_node(coarse, fine, j); i < fine_node(coarse, fine, j + 1); i++)
      eta[j] -= fine_share[i];
    for (int k = 0; k < coarse->system->constraint_count; k++)
      eta[j] -= pinned[k] * amount_difference(coarse, fine, injected, coarse->system->constraints[k].pool, j);
  }
  eta[0] += at_left;
  eta[links - 1] += at_right;
  free(injected);
  PetscCall(PetscFree4(gradient, lambda, share, fine_share));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Wanted lengths: h_j <- min(4 h_j, K h_j / e_j^(1/3)), the fewest links for a given sum when an indicator goes with
 * h^3. */
static void wanted_lengths(const SbMesh *mesh, const double *e, double target, double *h) {
  const int links = mesh->nodes - 1;
  double total = 0.0, roots = 0.0;
  for (int j = 0; j < links; j++)
    total += e[j];
  const double least = flattest * total / links;
  for (int j = 0; j < links; j++)
    roots += cbrt(fmax(e[j], least));
  const double k = sqrt(target / roots);
  for (int j = 0; j < links; j++)
    h[j] = mesh->h[j] * fmin(most_coarsening, total > 0.0 ? k / cbrt(fmax(e[j], least)) : most_coarsening);
}

/* Caps beside boundaries, then growth limited in both directions. A membrane limits nothing. */
static void limit_lengths(const SbProblem *problem, const SbMesh *mesh, const double *caps, double *h) {
  const int links = mesh->nodes - 1;
  for (int b = 0; b <= problem->region_count; b++) {
    const int node = mesh->first[b];
    if (node > 0)
      h[node - 1] = fmin(h[node - 1], caps[b]);
    if (node < links)
      h[node] = fmin(h[node], caps[b]);
  }
  for (int j = 0; j < links; j++)
    if (!(mesh->h[j] > 0.0))
      h[j] = INFINITY;
  for (int j = 1; j < links; j++)
    h[j] = fmin(h[j], h[j - 1] + steepest_growth * 0.5 * (mesh->h[j - 1] + mesh->h[j]));
  for (int j = links - 2; j >= 0; j--)
    h[j] = fmin(h[j], h[j + 1] + steepest_growth * 0.5 * (mesh->h[j + 1] + mesh->h[j]));
}

/* A mesh with about the lengths h[links of coarse], in the places of those links. */
static SbMesh *mesh_of_lengths(const SbProblem *problem, const SbMesh *coarse, const double *h, int most) {
  const int links = coarse->nodes - 1, regions = problem->region_count;
  const size_t points = (size_t)links + 2 * (size_t)regions;
  sb_timing_begin(SB_PART_MESH);
  double *edges = sb_region_edges(problem);
  double *s = sb_calloc(points, sizeof *s), *t = sb_calloc(points, sizeof *t), *size = sb_calloc(points, sizeof *size);
  SbSizeFunction *functions = sb_calloc((size_t)regions, sizeof *functions);
  int at = 0;
  for (int r = 0; r < regions; r++) {
    /* one point in the middle of each old link, and the two edges */
    const int first = coarse->first[r], count = coarse->first[r + 1] - first;
    const double length = edges[r + 1] - edges[r];
    functions[r] = (SbSizeFunction){.count = count + 2, .s = s + at, .t = t + at, .h = size + at};
    double from_left = 0.0, from_right = 0.0;
    for (int i = 0; i < count; i++) {
      s[at + i + 1] = from_left + 0.5 * coarse->h[first + i];
      from_left += coarse->h[first + i];
      size[at + i + 1] = h[first + i];
      t[at + count - i] = from_right + 0.5 * coarse->h[first + count - 1 - i];
      from_right += coarse->h[first + count - 1 - i];
    }
    t[at] = s[at + count + 1] = length;
    size[at] = size[at + 1];
    size[at + count + 1] = size[at + count];
    at += count + 2;
  }
  SbMesh *mesh =
      sb_mesh_create(problem->geometry, problem->inner_radius, regions, edges, functions, FEWEST_LINKS, most);
  free(edges);
  free(s);
  free(t);
  free(size);
  free(functions);
  sb_timing_end(SB_PART_MESH, 0);
  return mesh;
}

SbMesh *sb_dual_remesh(const SbProblem *problem, const SbMesh *coarse, const double *e, double target,
                       const double *caps, int most) {
  double *h = sb_calloc((size_t)coarse->nodes - 1, sizeof *h);
  wanted_lengths(coarse, e, target, h);
  limit_lengths(problem, coarse, caps, h);
  SbMesh *mesh = mesh_of_lengths(problem, coarse, h, most);
  free(h);
  return mesh;
}

SbMesh *sb_mesh_finer(const SbProblem *problem, const SbMesh *coarse, double factor, int most) {
  double *h = sb_calloc((size_t)coarse->nodes - 1, sizeof *h);
  for (int j = 0; j < coarse->nodes - 1; j++)
    h[j] = coarse->h[j] / factor;
  SbMesh *mesh = mesh_of_lengths(problem, coarse, h, most);
  free(h);
  return mesh;
}
