#include "output/archive_profiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/constants.h"
#include "base/memory.h"
#include "discretize/links.h"
#include "discretize/membrane.h"

/* ---- fields on the nodes
 * ------------------------------------------------------------------------------------------------ */
/* Donnan jump between a node's unknowns and its face in region r: only the face at the left edge of a region has one.
 */
static double face_jump(const SbChain *chain, const double *u, int node, int r) {
  return node == chain->mesh->first[r] ? sb_chain_jump(chain, u, node) : 0.0;
}

static double face_concentration(const SbChain *chain, const double *u, int node, int r, int s) {
  const SbProblem *problem = chain->problem;
  const double exponent = -problem->species[s].charge * face_jump(chain, u, node, r) / problem->thermal_voltage;
  return problem->regions[r].partition[s] * sb_chain_concentration(chain, u, node, s) * exp(exponent);
}

static void eval_potential(const SbChain *chain, const double *u, double time, double *const *values) {
  (void)time;
  for (int r = 0; r < chain->problem->region_count; r++)
    for (int j = chain->mesh->first[r]; j <= chain->mesh->first[r + 1]; j++)
      values[0][j + r] = sb_chain_potential(chain, u, j) + face_jump(chain, u, j, r);
}

static void eval_concentration(const SbChain *chain, const double *u, double time, double *const *values) {
  (void)time;
  const SbProblem *problem = chain->problem;
  for (int s = 0; s < problem->species_count; s++)
    for (int r = 0; r < problem->region_count; r++)
      for (int j = chain->mesh->first[r]; j <= chain->mesh->first[r + 1]; j++)
        values[s][j + r] = problem->regions[r].partition[s] > 0.0 ? face_concentration(chain, u, j, r, s) : NAN;
}

static void eval_charge(const SbChain *chain, const double *u, double time, double *const *values) {
  (void)time;
  const SbProblem *problem = chain->problem;
  for (int r = 0; r < problem->region_count; r++)
    for (int j = chain->mesh->first[r]; j <= chain->mesh->first[r + 1]; j++) {
      double sum = problem->regions[r].fixed_charge;
      for (int s = 0; s < problem->species_count; s++)
        sum += problem->species[s].charge * face_concentration(chain, u, j, r, s);
      values[0][j + r] = SB_FARADAY * sum;
    }
}

/* ---- fields on the links
 * ------------------------------------------------------------------------------------------------ */
static void eval_field(const SbChain *chain, const double *u, double time, double *const *values) {
  (void)time;
  for (int j = 0; j < chain->nodes - 1; j++) {
    const double left = sb_chain_potential(chain, u, j) + sb_chain_jump(chain, u, j);
    /* a membrane takes no room: it has a step of the potential, not a field */
    values[0][j] =
        sb_chain_membrane(chain, j) ? NAN : -(sb_chain_potential(chain, u, j + 1) - left) / chain->mesh->h[j];
  }
}

static void eval_flux(const SbChain *chain, const double *u, double time, double *const *values) {
  SbLinks *links = sb_calloc(1, sizeof *links);
  const int count = chain->nodes - 1;
  for (int begin = 0; begin < count; begin += SB_TILE) {
    const int here = begin + SB_TILE < count ? SB_TILE : count - begin;
    sb_links_eval(chain, u, time, begin, here, false, links);
    for (int s = 0; s < chain->problem->species_count; s++)
      memcpy(values[s] + begin, links->flux[s], (size_t)here * sizeof(double));
  }
  free(links);
}

/* ---- how they change with the state
 * ------------------------------------------------------------------------------------- */
/* Linear in the state. */
static void respond_potential(const SbChain *chain, const double *u, const double *x, double *const *values) {
  (void)u;
  eval_potential(chain, x, -1.0, values);
}

static void respond_field(const SbChain *chain, const double *u, const double *x, double *const *values) {
  (void)u;
  eval_field(chain, x, -1.0, values);
}

static double face_change(const SbChain *chain, const double *u, const double *x, int node, int r, int s) {
  const SbProblem *problem = chain->problem;
  const double charge = problem->species[s].charge / problem->thermal_voltage;
  return problem->regions[r].partition[s] * exp(-charge * face_jump(chain, u, node, r)) *
         (sb_chain_concentration(chain, x, node, s) -
          charge * sb_chain_concentration(chain, u, node, s) * face_jump(chain, x, node, r));
}

static void respond_concentration(const SbChain *chain, const double *u, const double *x, double *const *values) {
  const SbProblem *problem = chain->problem;
  for (int s = 0; s < problem->species_count; s++)
    for (int r = 0; r < problem->region_count; r++)
      for (int j = chain->mesh->first[r]; j <= chain->mesh->first[r + 1]; j++)
        values[s][j + r] = problem->regions[r].partition[s] > 0.0 ? face_change(chain, u, x, j, r, s) : NAN;
}

static void respond_charge(const SbChain *chain, const double *u, const double *x, double *const *values) {
  const SbProblem *problem = chain->problem;
  for (int r = 0; r < problem->region_count; r++)
    for (int j = chain->mesh->first[r]; j <= chain->mesh->first[r + 1]; j++) {
      double sum = 0.0;
      for (int s = 0; s < problem->species_count; s++)
        sum += problem->species[s].charge * face_change(chain, u, x, j, r, s);
      values[0][j + r] = SB_FARADAY * sum;
    }
}

static double flux_change(const SbChain *chain, const double *u, const double *x, const SbLinks *links, int j, int s) {
  const SbProblem *problem = chain->problem;
  const int i = j - links->first;
  const double charge = problem->species[s].charge / problem->thermal_voltage;
  const double jump = sb_chain_jump(chain, x, j);
  const double left = exp(-charge * sb_chain_jump(chain, u, j)) *
                      (sb_chain_concentration(chain, x, j, s) - charge * jump * sb_chain_concentration(chain, u, j, s));
  const double step = sb_chain_potential(chain, x, j + 1) - sb_chain_potential(chain, x, j) - jump;
  return links->d_left[s][i] * left + links->d_right[s][i] * sb_chain_concentration(chain, x, j + 1, s) +
         links->d_drift[s][i] * charge * step;
}

static const double before_time = -1.0; /* s: what is driven stands still in a steady state */

static void respond_flux(const SbChain *chain, const double *u, const double *x, double *const *values) {
  const SbProblem *problem = chain->problem;
  SbLinks *links = sb_calloc(1, sizeof *links);
  const int count = chain->nodes - 1;
  for (int begin = 0; begin < count; begin += SB_TILE) {
    const int here = begin + SB_TILE < count ? SB_TILE : count - begin;
    sb_links_eval(chain, u, before_time, begin, here, true, links);
    for (int s = 0; s < problem->species_count; s++)
      for (int j = begin; j < begin + here; j++)
        if (problem->regions[chain->mesh->interval[j]].partition[s] > 0.0)
          values[s][j] = sb_chain_membrane(chain, j) ? sb_crossing_change(chain, u, before_time, j, s, x)
                                                     : flux_change(chain, u, x, links, j, s);
  }
  free(links);
}

/* ---- the table
 * ---------------------------------------------------------------------------------------------------------- */
static bool always(const SbProblem *problem) {
  (void)problem;
  return true;
}

static bool has_potential(const SbProblem *problem) {
  return problem->field->potential;
}

/* Under electroneutrality it is zero by construction; the support's charge is not known. */
static bool has_charge(const SbProblem *problem) {
  return problem->field->displacement;
}

const SbProfileKind sb_profile_kinds[] = {
    {.profile = "electric potential",
     .name = "electric_potential",
     .units = "V",
     .long_name = "electric potential",
     .exists = has_potential,
     .eval = eval_potential,
     .respond = respond_potential},
    {.profile = "concentration",
     .name = "concentration",
     .units = "mol/m3",
     .long_name = "concentration",
     .per_species = true,
     .logarithmic = true,
     .exists = always,
     .eval = eval_concentration,
     .respond = respond_concentration},
    {.profile = "charge density",
     .name = "charge_density",
     .units = "C/m3",
     .long_name = "space charge density of ions and fixed charge",
     .exists = has_charge,
     .eval = eval_charge,
     .respond = respond_charge},
    {.profile = "electric field",
     .name = "electric_field",
     .units = "V/m",
     .long_name = "electric field",
     .on_links = true,
     .exists = has_potential,
     .eval = eval_field,
     .respond = respond_field},
    {.profile = "flux",
     .name = "flux",
     .units = "mol/m2/s",
     .long_name = "flux (positive to the right)",
     .per_species = true,
     .on_links = true,
     .exists = always,
     .eval = eval_flux,
     .respond = respond_flux},
};

const int sb_profile_kind_count = sizeof sb_profile_kinds / sizeof sb_profile_kinds[0];

bool sb_profile_wanted(const SbProblem *problem, const SbProfileKind *kind) {
  const SbTextList *wanted = &problem->deck->record_profiles;
  bool named = wanted->count == 0;
  for (int i = 0; i < wanted->count; i++)
    named = named || strcmp(wanted->names[i], kind->profile) == 0;
  return named && kind->exists(problem);
}

/* ---- layout
 * ------------------------------------------------------------------------------------------------------------- */
/* Whether some field differs on the two sides of the boundary between regions r and r + 1. */
static bool jumps(const SbChain *chain, int r) {
  const SbProblem *problem = chain->problem;
  const SbRegion *a = &problem->regions[r], *b = a + 1;
  if (b->membrane)
    return true;
  if (a->fixed_charge < b->fixed_charge || a->fixed_charge > b->fixed_charge)
    return true;
  for (int s = 0; s < problem->species_count; s++)
    if (a->partition[s] < b->partition[s] || a->partition[s] > b->partition[s])
      return true;
  return sb_chain_pattern(chain, chain->mesh->first[r + 1])->jump >= 0;
}

SbProfileLayout *sb_profile_layout_create(const SbChain *chain, bool both_faces) {
  const SbMesh *mesh = chain->mesh;
  const int regions = chain->problem->region_count;
  const size_t entries = (size_t)mesh->nodes + (size_t)regions;
  SbProfileLayout *layout = sb_calloc(1, sizeof *layout);
  layout->regions = regions;
  layout->nodes = mesh->nodes;
  layout->origin = chain->problem->inner_radius;
  layout->first = sb_calloc((size_t)regions + 1, sizeof(int));
  layout->x = sb_calloc((size_t)mesh->nodes, sizeof(double));
  layout->entry = sb_calloc(entries, sizeof(int));
  layout->region = sb_calloc(entries, sizeof(int));
  memcpy(layout->first, mesh->first, ((size_t)regions + 1) * sizeof(int));
  memcpy(layout->x, mesh->x, (size_t)mesh->nodes * sizeof(double));
  for (int r = 0; r < regions; r++) {
    if (chain->problem->regions[r].membrane) /* its faces are those of its neighbours */
      continue;
    const bool last =
        r == regions - 1 || both_faces || jumps(chain, r); /* else its right edge is stored by its neighbour */
    for (int j = mesh->first[r]; j < mesh->first[r + 1] + (last ? 1 : 0); j++) {
      layout->entry[layout->count] = j + r;
      layout->region[layout->count++] = r;
    }
  }
  return layout;
}

void sb_profile_layout_destroy(SbProfileLayout **layout) {
  if (!*layout)
    return;
  free((*layout)->first);
  free((*layout)->x);
  free((*layout)->entry);
  free((*layout)->region);
  free(*layout);
  *layout = NULL;
}

/* Distance of a place from its region's left edge over the region's width. */
static double relative(const double *x, const int *first, int r, double place) {
  const double width = x[first[r + 1]] - x[first[r]];
  return width > 0.0 ? (place - x[first[r]]) / width : 0.0; /* a membrane has none */
}

void sb_profile_layout_positions(const SbProfileLayout *layout, double *x) {
  for (int i = 0; i < layout->count; i++)
    x[i] = layout->origin + layout->x[layout->entry[i] - layout->region[i]];
}

void sb_profile_layout_moved(const SbProfileLayout *layout, const SbProblem *problem, double *x) {
  for (int i = 0; i < layout->count; i++) {
    const int r = layout->region[i];
    const SbRegion *region = &problem->regions[r];
    const double share = relative(layout->x, layout->first, r, layout->x[layout->entry[i] - r]);
    x[i] = problem->inner_radius + region->left + share * (region->right - region->left);
  }
}

void sb_profile_layout_middles(const SbProfileLayout *layout, double *x) {
  for (int j = 0; j < layout->nodes - 1; j++)
    x[j] = layout->origin + 0.5 * (layout->x[j] + layout->x[j + 1]);
}

bool sb_profile_layout_fits(const SbProfileLayout *layout, const SbChain *chain) {
  const SbMesh *mesh = chain->mesh;
  return mesh->nodes == layout->nodes && mesh->intervals == layout->regions &&
         memcmp(mesh->first, layout->first, ((size_t)layout->regions + 1) * sizeof(int)) == 0 &&
         memcmp(mesh->x, layout->x, (size_t)mesh->nodes * sizeof(double)) == 0;
}

/* ---- from one mesh to another
 * ------------------------------------------------------------------------------------------- */
static double between(double a, double b, double share, bool logarithmic) {
  if (logarithmic && a > 0.0 && b > 0.0)
    return a * pow(b / a, share);
  return a + share * (b - a);
}

/* Relative place of value i of a region: a node, or the middle of a link. */
static double place(const double *x, const int *first, int r, int i, bool on_links) {
  const int j = first[r] + i;
  return relative(x, first, r, on_links ? 0.5 * (x[j] + x[j + 1]) : x[j]);
}

/* Values of region r: `from` on the mesh of chain, `to` on that of the layout, both counted from the region's first
 * one. */
static void resample(const SbProfileLayout *layout, const SbMesh *mesh, const SbProfileKind *kind, int r,
                     const double *from, double *to) {
  const int more = kind->on_links ? 0 : 1;
  const int wanted = layout->first[r + 1] - layout->first[r] + more, given = mesh->first[r + 1] - mesh->first[r] + more;
  int k = 0;
  for (int i = 0; i < wanted; i++) {
    const double t = place(layout->x, layout->first, r, i, kind->on_links);
    while (k < given - 2 && place(mesh->x, mesh->first, r, k + 1, kind->on_links) <= t)
      k++;
    if (given == 1) {
      to[i] = from[0];
      continue;
    }
    const double a = place(mesh->x, mesh->first, r, k, kind->on_links);
    const double b = place(mesh->x, mesh->first, r, k + 1, kind->on_links);
    to[i] = between(from[k], from[k + 1], b > a ? fmin(fmax((t - a) / (b - a), 0.0), 1.0) : 0.0, kind->logarithmic);
  }
}

void sb_profile_layout_take(const SbProfileLayout *layout, const SbChain *chain, const SbProfileKind *kind,
                            const double *from, double *to) {
  const bool fits = sb_profile_layout_fits(layout, chain);
  const size_t size = (size_t)layout->nodes + (size_t)layout->regions;
  double *mine = fits ? NULL : sb_calloc(size, sizeof(double));
  for (int r = 0; r < layout->regions && !fits; r++) {
    const int offset = kind->on_links ? 0 : r;
    resample(layout, chain->mesh, kind, r, from + chain->mesh->first[r] + offset, mine + layout->first[r] + offset);
  }
  const double *source = fits ? from : mine;
  if (kind->on_links)
    memcpy(to, source, (size_t)(layout->nodes - 1) * sizeof(double));
  else
    for (int i = 0; i < layout->count; i++)
      to[i] = source[layout->entry[i]];
  free(mine);
}
