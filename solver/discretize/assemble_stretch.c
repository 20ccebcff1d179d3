/* A tile of neighbouring nodes of one region: their unknowns are transposed to one array a species, fluxes and slopes
   are evaluated on these, and the results go back to the interlaced vectors and to the numbers of the links. */
#include "discretize/assemble_stretch.h"

#include <string.h>

#include "base/constants.h"
#include "discretize/links.h"

enum { PARALLEL_NODES = 20000 }; /* below this, threads cost more than they bring */

/* What is the same for all nodes of a region. */
typedef struct {
  const SbChain *chain;
  const SbEvaluation *evaluation;
  const SbRegion *region;
  int species, size;             /* unknowns of a node: species present, and all */
  int of[SB_MAX_SPECIES];        /* species of a slot */
  double charge[SB_MAX_SPECIES]; /* what the potential's row has by each concentration, times weight */
  double current[SB_MAX_SPECIES];
  bool by_volume; /* weight is the node's volume, else 1 */
} Region;

static Region region_gather(const SbChain *chain, const SbEvaluation *evaluation, int node) {
  const SbProblem *problem = chain->problem;
  const SbPattern *pattern = sb_chain_pattern(chain, node);
  Region r = {.chain = chain,
              .evaluation = evaluation,
              .region = &problem->regions[chain->pattern[node]],
              .size = pattern->size,
              .species = pattern->size - (pattern->potential >= 0),
              .by_volume = problem->field->displacement};
  const bool keeps_current = problem->electroneutral && evaluation->rate;
  for (int s = 0; s < problem->species_count; s++) {
    const int slot = pattern->slot[s];
    if (slot < 0)
      continue;
    const double z = problem->species[s].charge;
    r.of[slot] = s;
    if (pattern->potential < 0)
      continue;
    r.current[slot] = keeps_current ? SB_FARADAY * z : 0.0;
    r.charge[slot] = keeps_current ? 0.0 : (r.by_volume ? -SB_FARADAY : 1.0) * z * r.region->partition[s];
  }
  return r;
}

/* Values on a tile's links and nodes: node i of the arrays is the tile's first node - 1 + i; link i joins nodes i and
   i + 1. */
typedef struct {
  int nodes; /* without the two neighbours */
  double potential_step[SB_TILE + 1], conductance[SB_TILE + 1], drift[SB_TILE + 1];
  double concentration[SB_TILE + 2];
  double flux[SB_TILE + 1], d_left[SB_TILE + 1], d_right[SB_TILE + 1], d_drift[SB_TILE + 1];
} Tile;

static void eval_species(const Region *r, Tile *tile, int slot, int first_link, const double *u, bool derivatives) {
  const int s = r->of[slot], links = tile->nodes + 1, m = r->size;
  const SbProblem *problem = r->chain->problem;
  const double *h = r->chain->mesh->h + first_link, *area = r->chain->mesh->area + first_link;
  const double factor = problem->species[s].charge / problem->thermal_voltage;
  const double mobility = r->region->partition[s] * r->region->diffusivity[s];
  for (int i = 0; i <= links; i++)
    tile->concentration[i] = u[i * m + slot];
  for (int i = 0; i < links; i++) {
    tile->drift[i] = factor * tile->potential_step[i];
    tile->conductance[i] = mobility * area[i] / h[i];
  }
  const SbLinkSpan span = {links, tile->concentration, tile->concentration + 1, tile->drift, tile->conductance};
  SbLinkFlux out = {.flux = tile->flux};
  if (derivatives) {
    out.d_left = tile->d_left;
    out.d_right = tile->d_right;
    out.d_drift = tile->d_drift;
  }
  sb_bulk_transport.eval(&span, &out);
}

/* The first `links` links of the tile. */
static void put_faces(const Region *r, const Tile *tile, int slot, int links, double *face) {
  const SbProblem *problem = r->chain->problem;
  const int n = r->species, stride = sb_face_size(n);
  const double factor = r->size > n ? problem->species[r->of[slot]].charge / problem->thermal_voltage : 0.0;
  for (int i = 0; i < links; i++) {
    double *to = face + i * stride + slot;
    to[0] = tile->d_left[i];
    to[SB_FACE_BY_RIGHT * n] = tile->d_right[i];
    to[SB_FACE_BY_STEP * n] = factor * tile->d_drift[i];
  }
}

/* The potential's row before the species add their parts, and the links' capacities. */
static void start_potential(const Region *r, const Tile *tile, int first_link, int links, double *f, double *face) {
  const SbMesh *mesh = r->chain->mesh;
  const int n = r->species, m = r->size, stride = sb_face_size(n);
  const double eps = r->by_volume ? r->region->permittivity : 0.0;
  const double fixed = r->region->fixed_charge * r->evaluation->share;
  const bool neutral = !r->by_volume && !r->evaluation->rate;
  double displacement[SB_TILE + 1];
  for (int i = 0; i <= tile->nodes; i++) {
    const double capacity = eps * mesh->area[first_link + i] / mesh->h[first_link + i];
    displacement[i] = capacity * tile->potential_step[i];
    if (i < links)
      face[i * stride + SB_FACE_CAPACITY * n] = capacity;
  }
  for (int i = 0; i < tile->nodes; i++) {
    const double charge = r->by_volume ? -SB_FARADAY * sb_node_volume(r->chain, first_link + 1 + i) * fixed
                          : neutral    ? fixed
                                       : 0.0;
    f[i * m + n] = displacement[i] - displacement[i + 1] + charge;
  }
}

/* Balance of one species on the tile's nodes, and its part in the potential's row. */
static void put_balance(const Region *r, const Tile *tile, int slot, int first_node, const double *rate, double *f) {
  const int n = r->species, m = r->size;
  const double k = r->region->partition[r->of[slot]];
  const double charge = r->charge[slot], current = r->current[slot];
  for (int i = 0; i < tile->nodes; i++) {
    const double volume = sb_node_volume(r->chain, first_node + i);
    const double outflow = tile->flux[i + 1] - tile->flux[i];
    f[i * m + slot] = outflow + (rate ? volume * k * rate[i * m + slot] : 0.0);
    if (m > n)
      f[i * m + n] += current * outflow + (r->by_volume ? volume : 1.0) * charge * tile->concentration[i + 1];
  }
}

static void assemble_tile(const Region *r, const double *u, int begin, int end, double *f, const SbStretch *stretch) {
  const SbChain *chain = r->chain;
  const int n = r->species, m = r->size, base = chain->offset[begin];
  const double *rate = r->evaluation->rate ? r->evaluation->rate + base : NULL;
  const double *at = u + base - m;
  double *face = stretch ? stretch->face + (size_t)(begin - stretch->begin) * (size_t)sb_face_size(n) : NULL;
  const int links = !stretch ? 0 : end - begin + (end == stretch->end); /* the last link is the next tile's first */
  Tile tile;
  tile.nodes = end - begin;
  for (int i = 0; i <= tile.nodes; i++)
    tile.potential_step[i] = m > n ? at[(i + 1) * m + n] - at[i * m + n] : 0.0;
  if (m > n)
    start_potential(r, &tile, begin - 1, links, f + base, face);
  for (int slot = 0; slot < n; slot++) {
    eval_species(r, &tile, slot, begin - 1, at, stretch != NULL);
    if (stretch)
      put_faces(r, &tile, slot, links, face);
    put_balance(r, &tile, slot, begin, rate, f + base);
  }
  if (r->evaluation->source)
    for (int i = 0; i < tile.nodes * m; i++)
      f[base + i] -= r->evaluation->source[base + i];
}

/* What a stretch keeps for all its nodes. */
static void put_constants(const Region *r, SbStretch *stretch) {
  const double shift = r->evaluation->rate ? r->evaluation->shift : 0.0;
  stretch->keeps_current = false;
  for (int slot = 0; slot < stretch->species; slot++) {
    stretch->storage[slot] = shift * r->region->partition[r->of[slot]];
    stretch->charge[slot] = r->charge[slot];
    stretch->current[slot] = r->current[slot];
    stretch->keeps_current = stretch->keeps_current || r->current[slot] != 0.0;
  }
}

void sb_assemble_stretch(const SbChain *chain, const SbEvaluation *evaluation, const double *u, int begin, int end,
                         double *f, SbMatrix *matrix) {
  const Region r = region_gather(chain, evaluation, begin);
  SbStretch *stretch = matrix ? &matrix->stretches[matrix->stretch_of[chain->pattern[begin]]] : NULL;
  if (stretch)
    put_constants(&r, stretch);
  const int tiles = (end - begin + SB_TILE - 1) / SB_TILE;
#pragma omp parallel for schedule(static) if (end - begin >= PARALLEL_NODES)
  for (int t = 0; t < tiles; t++) {
    const int a = begin + t * SB_TILE, b = a + SB_TILE < end ? a + SB_TILE : end;
    assemble_tile(&r, u, a, b, f, stretch);
  }
}
