#include "discretize/interpolate.h"

#include <float.h>
#include <math.h>

/* Value on a node's face inside `region`, and how it depends on the node's own unknowns. */
typedef struct {
  double value;
  int place[2]; /* unknowns; -1: none */
  double slope[2];
} Face;

static Face face_read(const SbChain *chain, const double *u, int node, int region, int species) {
  const SbPattern *pattern = sb_chain_pattern(chain, node);
  const int base = chain->offset[node], slot = species < 0 ? pattern->potential : pattern->slot[species];
  Face face = {.place = {-1, -1}, .slope = {1.0, 0.0}};
  if (slot < 0)
    return face;
  face.place[0] = base + slot;
  face.value = u[base + slot];
  const bool beyond = pattern->jump >= 0 && node == chain->mesh->first[region];
  if (!beyond)
    return face;
  const double jump = u[base + pattern->jump], vt = chain->problem->thermal_voltage;
  face.place[1] = base + pattern->jump;
  if (species < 0) {
    face.value += jump;
    face.slope[1] = 1.0;
  } else {
    const double z = chain->problem->species[species].charge;
    face.slope[0] = exp(-z * jump / vt);
    face.value *= face.slope[0];
    face.slope[1] = -z / vt * face.value;
  }
  return face;
}

SbReading sb_stencil_read(const SbStencil *stencil, const SbChain *chain, const double *u, int species,
                          double *gradient) {
  SbReading reading = {.value = 0.0};
  for (int i = 0; i < stencil->count; i++) {
    const Face face = face_read(chain, u, stencil->node[i], stencil->region, species);
    const double weight = stencil->weight[i] * stencil->size;
    reading.value += weight * face.value;
    reading.noise += DBL_EPSILON * fabs(weight * face.value);
    for (int k = 0; gradient && k < 2; k++)
      if (face.place[k] >= 0)
        gradient[face.place[k]] += weight * face.slope[k];
  }
  return reading;
}

/* Up to four nodes around x in the region of its link. */
static SbStencil around(const SbChain *chain, double x, double *offset) {
  const SbMesh *mesh = chain->mesh;
  const int link = sb_mesh_locate(mesh, x), region = mesh->interval[link];
  const int low = mesh->first[region], high = mesh->first[region + 1];
  SbStencil stencil = {.region = region, .size = 1.0};
  int first = link - 1 < low ? low : link - 1;
  if (first + 3 > high)
    first = high - 3 < low ? low : high - 3;
  double at = -(x - mesh->x[link]); /* of node `link` relative to x */
  for (int j = link - 1; j >= first; j--)
    at -= mesh->h[j];
  for (int j = first; j <= high && stencil.count < 4; j++) {
    offset[stencil.count] = at;
    stencil.node[stencil.count++] = j;
    if (j < high)
      at += mesh->h[j];
  }
  return stencil;
}

static SbStencil at_node(const SbChain *chain, int node) {
  const SbMesh *mesh = chain->mesh;
  const int region = mesh->interval[node < mesh->nodes - 1 ? node : node - 1];
  return (SbStencil){.count = 1, .node = {node}, .weight = {1.0}, .region = region, .size = 1.0};
}

static double partition_of(const SbChain *chain, int region, int species) {
  return species < 0 ? 1.0 : chain->problem->regions[region].partition[species];
}

/* Largest (or smallest) value over the faces of all nodes, each region's own side. */
static SbStencil extreme_node(const SbChain *chain, const double *u, int species, int extreme) {
  const SbMesh *mesh = chain->mesh;
  SbStencil best = at_node(chain, 0);
  double best_value = -INFINITY;
  for (int r = 0; r < chain->problem->region_count; r++) {
    const double k = partition_of(chain, r, species);
    if (k <= 0.0 || chain->problem->regions[r].membrane)
      continue;
    for (int j = mesh->first[r]; j <= mesh->first[r + 1]; j++) {
      const double value = extreme * k * face_read(chain, u, j, r, species).value;
      if (value <= best_value)
        continue;
      best_value = value;
      best = (SbStencil){.count = 1, .node = {j}, .weight = {1.0}, .region = r, .size = k};
    }
  }
  return best;
}

SbStencil sb_stencil(const SbChain *chain, const double *u, int species, double x, int extreme) {
  double offset[4];
  if (extreme != 0)
    return extreme_node(chain, u, species, extreme);
  SbStencil stencil = around(chain, x, offset);
  for (int i = 0; i < stencil.count; i++) {
    stencil.weight[i] = 1.0;
    for (int k = 0; k < stencil.count; k++)
      if (k != i)
        stencil.weight[i] *= -offset[k] / (offset[i] - offset[k]);
  }
  stencil.size = partition_of(chain, stencil.region, species);
  return stencil;
}

/* Weight of node i in the derivative at 0 of the polynomial through `count` nodes at offset[]. */
static double slope_weight(const double *offset, int count, int i) {
  double sum = 0.0, denominator = 1.0;
  for (int k = 0; k < count; k++)
    if (k != i)
      denominator *= offset[i] - offset[k];
  for (int skip = 0; skip < count; skip++) {
    if (skip == i)
      continue;
    double product = 1.0;
    for (int k = 0; k < count; k++)
      if (k != i && k != skip)
        product *= -offset[k];
    sum += product;
  }
  return sum / denominator;
}

static double mean_field(const SbChain *chain, const double *u, int link) {
  const int region = chain->mesh->interval[link];
  return -(face_read(chain, u, link + 1, region, -1).value - face_read(chain, u, link, region, -1).value) /
         chain->mesh->h[link];
}

SbStencil sb_stencil_field(const SbChain *chain, const double *u, double x, int extreme) {
  if (extreme == 0) {
    double offset[4];
    SbStencil stencil = around(chain, x, offset);
    for (int i = 0; i < stencil.count; i++)
      stencil.weight[i] = -slope_weight(offset, stencil.count, i);
    return stencil;
  }
  int best = 0;
  for (int j = 1; j < chain->nodes - 1; j++)
    if (!sb_chain_membrane(chain, j) && extreme * mean_field(chain, u, j) > extreme * mean_field(chain, u, best))
      best = j;
  const double h = chain->mesh->h[best];
  return (SbStencil){.count = 2,
                     .node = {best, best + 1},
                     .weight = {1.0 / h, -1.0 / h},
                     .region = chain->mesh->interval[best],
                     .size = 1.0};
}
