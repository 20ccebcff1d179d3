#include "discretize/tile.h"

#include "base/vector.h"
#include "physics/physics.h"

/* ---- interlaced vectors to arrays and back: n and m are constants where these are inlined
 * --------------------------------- */
static SB_ALWAYS_INLINE void turn(int m, const double *restrict u, SbTile *restrict tile) {
  const int nodes = tile->count + 2;
#pragma omp simd
  for (int i = 0; i < nodes; i++)
    for (int s = 0; s < m; s++)
      tile->value[s][i] = u[i * m + s];
}

static SB_ALWAYS_INLINE void turn_back(int n, int m, const SbTile *restrict tile, double *restrict f, int links,
                                       double *restrict face) {
  const int stride = sb_face_size(n);
#pragma omp simd
  for (int i = 0; i < tile->count; i++)
    for (int s = 0; s < m; s++)
      f[i * m + s] = tile->balance[s][i];
  for (int i = 0; i < links; i++) {
    double *to = face + i * stride;
    for (int s = 0; s < n; s++) {
      to[SB_FACE_BY_LEFT * n + s] = tile->by_left[s][i];
      to[SB_FACE_BY_RIGHT * n + s] = tile->by_right[s][i];
      to[SB_FACE_BY_STEP * n + s] = tile->by_step[s][i];
    }
    to[SB_FACE_CAPACITY * n] = tile->capacity[i];
  }
}

/* Calls `step` with the sizes as constants where they are common. */
#define FOR_SIZES(n, m, step)                                                                                          \
  do {                                                                                                                 \
    if ((m) != (n) + 1)                                                                                                \
      step(n, m);                                                                                                      \
    else if ((n) == 1)                                                                                                 \
      step(1, 2);                                                                                                      \
    else if ((n) == 2)                                                                                                 \
      step(2, 3);                                                                                                      \
    else if ((n) == 3)                                                                                                 \
      step(3, 4);                                                                                                      \
    else if ((n) == 4)                                                                                                 \
      step(4, 5);                                                                                                      \
    else if ((n) == 5)                                                                                                 \
      step(5, 6);                                                                                                      \
    else if ((n) == 8)                                                                                                 \
      step(8, 9);                                                                                                      \
    else                                                                                                               \
      step(n, m);                                                                                                      \
  } while (0)

void sb_tile_gather(const SbChain *chain, const double *u, int begin, int count, SbTile *tile) {
  const SbPattern *pattern = sb_chain_pattern(chain, begin);
  const SbMesh *mesh = chain->mesh;
  const double *at = u + chain->offset[begin - 1];
  tile->count = count;
  tile->size = pattern->size;
  tile->species = pattern->size - (pattern->potential >= 0);
#define STEP(n, m) turn(m, at, tile)
  FOR_SIZES(tile->species, tile->size, STEP);
#undef STEP
  const double *restrict potential = tile->value[tile->species];
  const bool has_potential = pattern->potential >= 0;
  for (int i = 0; i <= count; i++) {
    tile->share[i] = mesh->area[begin - 1 + i] / mesh->h[begin - 1 + i];
    tile->step[i] = has_potential ? potential[i + 1] - potential[i] : 0.0;
  }
  for (int i = 0; i < count; i++)
    tile->volume[i] = sb_node_volume(chain, begin + i);
}

void sb_tile_flux(SbTile *tile, int s, double mobility, double charge, bool derivatives) {
  const int links = tile->count + 1;
  double drift[SB_TILE_NODES + 1], conductance[SB_TILE_NODES + 1];
#pragma omp simd
  for (int i = 0; i < links; i++) {
    drift[i] = charge * tile->step[i];
    conductance[i] = mobility * tile->share[i];
  }
  const SbLinkSpan span = {links, tile->value[s], tile->value[s] + 1, drift, conductance};
  SbLinkFlux out = {.flux = tile->flux[s]};
  if (derivatives) {
    out.d_left = tile->by_left[s];
    out.d_right = tile->by_right[s];
    out.d_drift = tile->by_step[s];
  }
  sb_bulk_transport.eval(&span, &out);
  double *restrict by_step = tile->by_step[s];
#pragma omp simd
  for (int i = 0; i < (derivatives ? links : 0); i++)
    by_step[i] *= charge;
}

void sb_tile_displacement(SbTile *tile, double permittivity, double charge, bool by_volume) {
  double displacement[SB_TILE_NODES + 1], *restrict balance = tile->balance[tile->species];
#pragma omp simd
  for (int i = 0; i <= tile->count; i++) {
    tile->capacity[i] = permittivity * tile->share[i];
    displacement[i] = tile->capacity[i] * tile->step[i];
  }
#pragma omp simd
  for (int i = 0; i < tile->count; i++)
    balance[i] = displacement[i] - displacement[i + 1] + (by_volume ? tile->volume[i] : 1.0) * charge;
}

void sb_tile_balance(SbTile *tile, int s, const double *rate, double k, double current, double charge, bool by_volume) {
  const int n = tile->species, m = tile->size;
  double *restrict balance = tile->balance[s], *restrict of_potential = tile->balance[n];
  const double *restrict flux = tile->flux[s], *restrict value = tile->value[s];
#pragma omp simd
  for (int i = 0; i < tile->count; i++)
    balance[i] = flux[i + 1] - flux[i];
  if (m > n) {
#pragma omp simd
    for (int i = 0; i < tile->count; i++)
      of_potential[i] += current * balance[i] + (by_volume ? tile->volume[i] : 1.0) * charge * value[i + 1];
  }
  for (int i = 0; rate && i < tile->count; i++)
    balance[i] += tile->volume[i] * k * rate[i * m + s];
}

void sb_tile_scatter(const SbTile *tile, double *f, int links, double *face) {
#define STEP(n, m) turn_back(n, m, tile, f, links, face)
  FOR_SIZES(tile->species, tile->size, STEP);
#undef STEP
}
