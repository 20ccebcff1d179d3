/* Assembly by nodes: links are evaluated in cache, then every node gathers the contributions of its two links into its
   own rows. No two nodes write the same place, so that any number of threads or ranks gives the same bits. Here are the
   nodes with rows of their own; those in stretches, nearly all, are in assemble_stretch.c; what terminals add is in
   terminal.c. */
#include "discretize/assemble.h"

#include <math.h>
#include <string.h>

#include "base/constants.h"
#include "discretize/assemble_stretch.h"
#include "discretize/balance.h"
#include "discretize/links.h"
#include "discretize/membrane.h"
#include "discretize/sheath.h"
#include "discretize/terminal.h"

/* What one link does to one of its two nodes. side: +1 the link to the right of the node (flux leaves), -1 to its left.
 */
static void add_link(const SbNodeRows *rows, const SbLinks *links, int link, int side) {
  const SbChain *chain = rows->chain;
  const SbProblem *problem = chain->problem;
  if (sb_chain_membrane(chain, link)) {
    sb_membrane_rows(rows, link, side);
    return;
  }
  const SbPattern *here = rows->pattern, *there = sb_chain_pattern(chain, rows->node + side);
  const SbPattern *left = side > 0 ? here : there; /* node at the link's left end */
  const int i = link - links->first;
  const double area = chain->mesh->area[link] * side, vt = problem->thermal_voltage;
  const SbRegion *region = &problem->regions[chain->mesh->interval[link]];
  const int own = rows->diagonal, other = side > 0 ? rows->right : rows->left;
  const int at_left = side > 0 ? own : other, at_right = side > 0 ? other : own;
  const SbPattern *right = side > 0 ? there : here;
  const double *jump_at =
      left->jump >= 0 ? &rows->u[chain->offset[side > 0 ? rows->node : rows->node - 1] + left->jump] : NULL;
  for (int s = 0; s < problem->species_count; s++) {
    if (region->partition[s] <= 0.0)
      continue;
    const int row = here->slot[s];
    rows->f[row] += area * links->flux[s][i];
    if (!rows->value)
      continue;
    const double z = problem->species[s].charge;
    double *value = rows->value + (size_t)row * (size_t)rows->width;
    const double boltzmann = jump_at ? exp(-z * *jump_at / vt) : 1.0;
    value[at_left + left->slot[s]] += area * links->d_left[s][i] * boltzmann;
    value[at_right + right->slot[s]] += area * links->d_right[s][i];
    if (here->potential < 0 || z == 0.0)
      continue;
    const double slope = area * links->d_drift[s][i] * z / vt;
    value[at_right + right->potential] += slope;
    value[at_left + left->potential] -= slope;
    if (jump_at)
      value[at_left + left->jump] -= slope + area * links->d_left[s][i] * links->left[s][i] * z / vt;
  }
  if (problem->field->displacement) {
    const double capacity = area * links->capacity[i];
    rows->f[here->potential] -= capacity * links->step[i];
    if (!rows->value)
      return;
    double *value = rows->value + (size_t)here->potential * (size_t)rows->width;
    value[at_right + right->potential] -= capacity;
    value[at_left + left->potential] += capacity;
  }
}

double sb_balance_pull(const SbChain *chain, int region) {
  const SbRegion *r = &chain->problem->regions[region];
  const int links = chain->mesh->first[region + 1] - chain->mesh->first[region];
  double fastest = 0.0;
  for (int s = 0; s < chain->problem->species_count; s++)
    fastest = fmax(fastest, r->partition[s] > 0.0 ? r->partition[s] * r->diffusivity[s] : 0.0);
  return -SB_FARADAY * fastest * links / (r->right - r->left);
}

/* Charge and storage of one half of a node's volume: volume in m, region on that side, right: the face beyond a Donnan
 * jump. */
static void add_half(const SbNodeRows *rows, double volume, const SbRegion *region, bool right) {
  const SbChain *chain = rows->chain;
  const SbProblem *problem = chain->problem;
  const SbPattern *pattern = rows->pattern;
  const SbEvaluation *evaluation = rows->evaluation;
  if (region->membrane)
    return;
  const double *u = rows->u + chain->offset[rows->node];
  const double *rate = evaluation->rate ? evaluation->rate + chain->offset[rows->node] : NULL;
  const double vt = problem->thermal_voltage;
  const bool beyond = right && pattern->jump >= 0;
  const double jump = beyond ? u[pattern->jump] : 0.0;
  /* Poisson: all charge in the potential's row. Electroneutral: each face has its own row; without a jump the halves
   * share. */
  const int row = pattern->potential < 0 ? -1 : beyond ? pattern->jump : pattern->potential;
  const double pull =
      rows->conserves_current && !beyond ? sb_balance_pull(chain, (int)(region - problem->regions)) : 1.0;
  const double weight = problem->field->displacement ? -SB_FARADAY * volume
                        : pattern->jump >= 0         ? pull
                                                     : pull * volume / rows->volume;
  double *const charge_row =
      row >= 0 && rows->value ? rows->value + (size_t)row * (size_t)rows->width + rows->diagonal : NULL;
  if (row >= 0)
    rows->f[row] += weight * region->fixed_charge * evaluation->share;
  for (int s = 0; s < problem->species_count; s++) {
    if (region->partition[s] <= 0.0)
      continue;
    const double z = problem->species[s].charge, boltzmann = beyond ? exp(-z * jump / vt) : 1.0;
    const int slot = pattern->slot[s];
    const double k = region->partition[s] * boltzmann, c = u[slot];
    if (row >= 0)
      rows->f[row] += weight * z * k * c;
    if (charge_row)
      charge_row[slot] += weight * z * k;
    if (charge_row && beyond)
      charge_row[pattern->jump] -= weight * z * z * k * c / vt;
    if (!rate)
      continue;
    const double jump_rate = beyond ? rate[pattern->jump] : 0.0;
    const double face_rate = rate[slot] - z * c * jump_rate / vt;
    rows->f[slot] += volume * k * face_rate;
    if (!rows->value)
      continue;
    double *value = rows->value + (size_t)slot * (size_t)rows->width + rows->diagonal;
    value[slot] += volume * k * (evaluation->shift - z * jump_rate / vt);
    if (beyond)
      value[pattern->jump] -= volume * k * z / vt * (c * evaluation->shift + face_rate);
  }
}

static bool exchanges_at(const SbChain *chain, int node) {
  const SbTerminal *terminals = chain->problem->terminals;
  return (node == 0 && terminals[SB_LEFT].kind->exchanges) ||
         (node == chain->nodes - 1 && terminals[SB_RIGHT].kind->exchanges);
}

/* While an electroneutral state changes, the potential's row says that the ionic current has no divergence. The
   balances then keep the charge of a node as it is (none; see sb_balance_pull), and the potential follows from an
   equation it appears in; neutrality itself would only fix it through the balances (Ascher & Petzold, Computer Methods
   for ODEs and DAEs, SIAM 1998, section 9.1). */
static void current_row(const SbNodeRows *rows) {
  const SbPattern *pattern = rows->pattern;
  const int to = pattern->potential;
  for (int s = 0; s < rows->chain->problem->species_count; s++) {
    const double charge = SB_FARADAY * rows->chain->problem->species[s].charge;
    const int from = pattern->slot[s];
    if (from < 0 || charge == 0.0)
      continue;
    rows->f[to] += charge * rows->f[from];
    for (int k = 0; rows->value && k < rows->width; k++)
      rows->value[to * rows->width + k] += charge * rows->value[from * rows->width + k];
  }
}

static void assemble_node(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int node,
                          const SbLinks *links, double *f, SbMatrix *matrix) {
  const SbMesh *mesh = chain->mesh;
  const SbProblem *problem = chain->problem;
  const SbPattern *pattern = sb_chain_pattern(chain, node);
  const int first = chain->offset[node], last = chain->nodes - 1;
  SbNodeRows rows = sb_node_rows(chain, u, node);
  rows.evaluation = evaluation;
  rows.f = f + first;
  memset(rows.f, 0, (size_t)pattern->size * sizeof(double));
  if (matrix) {
    rows.value = sb_matrix_dense(matrix, node);
    memset(rows.value, 0, (size_t)pattern->size * (size_t)rows.width * sizeof(double));
  }
  if (node > 0)
    add_link(&rows, links, node - 1, -1);
  if (node < last)
    add_link(&rows, links, node, 1);
  if (problem->cable)
    sb_sheath_rows(&rows);
  rows.conserves_current = problem->electroneutral && evaluation->rate && !exchanges_at(chain, node);
  if (rows.conserves_current)
    current_row(&rows);
  if (node > 0)
    add_half(&rows, mesh->volume_left[node], &problem->regions[mesh->interval[node - 1]], false);
  if (node < last)
    add_half(&rows, mesh->volume_right[node], &problem->regions[mesh->interval[node]], true);
  if (node == 0)
    sb_terminal_rows(&rows, links, SB_LEFT);
  if (node == last)
    sb_terminal_rows(&rows, links, SB_RIGHT);
  if (evaluation->source)
    for (int i = 0; i < pattern->size; i++)
      rows.f[i] -= evaluation->source[first + i];
}

/* Up to SB_TILE neighbouring nodes outside stretches. */
static void assemble_dense(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int begin, int end,
                           double *f, SbMatrix *matrix) {
  SbLinks links;
  const int first = begin > 0 ? begin - 1 : 0, last = end < chain->nodes ? end : chain->nodes - 1;
  sb_links_eval(chain, u, evaluation->time, first, last - first, matrix != NULL, &links);
  for (int node = begin; node < end; node++)
    assemble_node(chain, evaluation, u, node, &links, f, matrix);
}

/* Last of the nodes from `begin` on that are all in one stretch, or all in none; in_stretch tells which. */
static int segment(const SbChain *chain, const SbMatrix *matrix, int begin, int end, bool *in_stretch) {
  int first = 0, last = 0;
  const bool structured = !matrix || matrix->stretch_count > 0;
  *in_stretch = structured && sb_chain_stretch(chain, begin, &first, &last);
  if (*in_stretch)
    return last < end ? last : end;
  int to = begin + 1;
  while (to < end && to - begin < SB_TILE && !(structured && sb_chain_stretch(chain, to, &first, &last)))
    to++;
  return to;
}

void sb_assemble(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int begin, int end, double *f,
                 SbMatrix *matrix) {
  for (int from = begin, to; from < end; from = to) {
    bool in_stretch;
    to = segment(chain, matrix, from, end, &in_stretch);
    if (in_stretch)
      sb_assemble_stretch(chain, evaluation, u, from, to, f, matrix);
    else
      assemble_dense(chain, evaluation, u, from, to, f, matrix);
  }
}

void sb_balance_side(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int node, int side,
                     double *rows_out) {
  const SbMesh *mesh = chain->mesh;
  const int link = side > 0 ? node : node - 1;
  const SbEvaluation steady = {.time = evaluation->time, .share = evaluation->share};
  SbNodeRows rows = sb_node_rows(chain, u, node);
  rows.evaluation = &steady;
  rows.f = rows_out;
  SbLinks links;
  sb_links_eval(chain, u, evaluation->time, link, 1, false, &links);
  add_link(&rows, &links, link, side);
  add_half(&rows, side > 0 ? mesh->volume_right[node] : mesh->volume_left[node],
           &chain->problem->regions[mesh->interval[link]], side > 0);
}

double sb_balance_amount(const SbChain *chain, const double *u, int link, int species) {
  const SbMesh *mesh = chain->mesh;
  const double z = chain->problem->species[species].charge;
  const double boltzmann = exp(-z * sb_chain_jump(chain, u, link) / chain->problem->thermal_voltage);
  return chain->problem->regions[mesh->interval[link]].partition[species] *
         (mesh->volume_right[link] * boltzmann * sb_chain_concentration(chain, u, link, species) +
          mesh->volume_left[link + 1] * sb_chain_concentration(chain, u, link + 1, species));
}
