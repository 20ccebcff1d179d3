#include "discretize/assemble_stretch.h"

#include "base/constants.h"
#include "discretize/balance.h"
#include "discretize/tile.h"

enum { PARALLEL_NODES = 20000 }; /* below this, threads cost more than they bring */

/* What is the same for all nodes of a region. */
typedef struct {
  const SbChain *chain;
  const SbEvaluation *evaluation;
  const SbRegion *region;
  int of[SB_MAX_SPECIES];        /* species of a slot */
  double charge[SB_MAX_SPECIES]; /* what the potential's row has by each concentration, times weight */
  double current[SB_MAX_SPECIES];
  bool by_volume;    /* weight is the node's volume, else 1 */
  double per_charge; /* what the potential's row has by the charge, times weight */
} Region;

static Region region_gather(const SbChain *chain, const SbEvaluation *evaluation, int node) {
  const SbProblem *problem = chain->problem;
  const SbPattern *pattern = sb_chain_pattern(chain, node);
  Region r = {.chain = chain,
              .evaluation = evaluation,
              .region = &problem->regions[chain->pattern[node]],
              .by_volume = problem->field->displacement};
  const bool keeps_current = problem->electroneutral && evaluation->rate;
  r.per_charge = r.by_volume ? -SB_FARADAY : keeps_current ? sb_balance_pull(chain, chain->pattern[node]) : 1.0;
  for (int s = 0; s < problem->species_count; s++) {
    const int slot = pattern->slot[s];
    if (slot < 0)
      continue;
    const double z = problem->species[s].charge;
    r.of[slot] = s;
    if (pattern->potential < 0)
      continue;
    r.current[slot] = keeps_current ? SB_FARADAY * z : 0.0;
    r.charge[slot] = r.per_charge * z * r.region->partition[s];
  }
  return r;
}

static void assemble_tile(const Region *r, const double *u, int begin, int end, double *f, const SbStretch *stretch) {
  const SbProblem *problem = r->chain->problem;
  const int base = r->chain->offset[begin];
  const double *rate = r->evaluation->rate ? r->evaluation->rate + base : NULL;
  SbTile tile;
  sb_tile_gather(r->chain, u, begin, end - begin, &tile);
  if (tile.size > tile.species)
    sb_tile_displacement(&tile, r->by_volume ? r->region->permittivity : 0.0,
                         r->per_charge * r->region->fixed_charge * r->evaluation->share, r->by_volume);
  for (int slot = 0; slot < tile.species; slot++) {
    const int s = r->of[slot];
    const double k = r->region->partition[s];
    sb_tile_flux(&tile, slot, k * r->region->diffusivity[s], problem->species[s].charge / problem->thermal_voltage,
                 stretch != NULL);
    sb_tile_balance(&tile, slot, rate, k, r->current[slot], r->charge[slot], r->by_volume);
  }
  if (!stretch) {
    sb_tile_scatter(&tile, f + base, 0, NULL);
  } else { /* the last link is the next tile's first */
    double *face = stretch->face + (size_t)(begin - stretch->begin) * (size_t)sb_face_size(tile.species);
    sb_tile_scatter(&tile, f + base, end - begin + (end == stretch->end), face);
  }
  for (int i = base; r->evaluation->source && i < r->chain->offset[end]; i++)
    f[i] -= r->evaluation->source[i];
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
  const int tiles = (end - begin + SB_TILE_NODES - 1) / SB_TILE_NODES;
#pragma omp parallel for schedule(static) if (end - begin >= PARALLEL_NODES)
  for (int t = 0; t < tiles; t++) {
    const int a = begin + t * SB_TILE_NODES, b = a + SB_TILE_NODES < end ? a + SB_TILE_NODES : end;
    assemble_tile(&r, u, a, b, f, stretch);
  }
}
