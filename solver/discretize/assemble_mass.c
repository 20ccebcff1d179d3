#include "discretize/assemble_mass.h"

#include <math.h>
#include <string.h>

#include "discretize/membrane.h"
#include "discretize/terminal.h"

/* Amounts in one half of a node's volume: volume in m; beyond: it lies behind a Donnan jump, where a species has
   k e^(-z jump/V_T) c. */
static void add_half(const SbNodeRows *rows, double volume, const SbRegion *region, bool beyond) {
  const SbProblem *problem = rows->chain->problem;
  const SbPattern *pattern = rows->pattern;
  const double *u = rows->u + rows->chain->offset[rows->node];
  const double vt = problem->thermal_voltage;
  for (int s = 0; s < problem->species_count; s++) {
    if (region->partition[s] <= 0.0)
      continue;
    const int slot = pattern->slot[s];
    const double z = problem->species[s].charge;
    const double stored = volume * region->partition[s] * (beyond ? exp(-z * u[pattern->jump] / vt) : 1.0);
    double *value = rows->value + (size_t)slot * (size_t)rows->width + rows->diagonal;
    value[slot] += stored;
    if (beyond)
      value[pattern->jump] -= stored * z / vt * u[slot];
  }
}

static void assemble_node(const SbChain *chain, const double *u, int node, SbMatrix *mass) {
  const SbMesh *mesh = chain->mesh;
  const SbRegion *regions = chain->problem->regions;
  const int last = chain->nodes - 1;
  SbNodeRows rows = sb_node_rows(chain, u, node);
  rows.value = sb_matrix_dense(mass, node);
  memset(rows.value, 0, (size_t)rows.pattern->size * (size_t)rows.width * sizeof(double));
  if (node > 0)
    add_half(&rows, mesh->volume_left[node], &regions[mesh->interval[node - 1]], false);
  if (node < last)
    add_half(&rows, mesh->volume_right[node], &regions[mesh->interval[node]], rows.pattern->jump >= 0);
  if (node > 0 && sb_chain_membrane(chain, node - 1))
    sb_membrane_mass(&rows, node - 1, -1);
  if (node < last && sb_chain_membrane(chain, node))
    sb_membrane_mass(&rows, node, 1);
  if (node == 0)
    sb_terminal_mass(&rows, SB_LEFT);
  if (node == last)
    sb_terminal_mass(&rows, SB_RIGHT);
}

void sb_assemble_mass(const SbChain *chain, const double *u, SbMatrix *mass) {
  const SbProblem *problem = chain->problem;
  for (int k = 0; k < mass->stretch_count; k++) {
    SbStretch *stretch = &mass->stretches[k];
    const SbPattern *pattern = sb_chain_pattern(chain, stretch->begin);
    const SbRegion *region = &problem->regions[chain->pattern[stretch->begin]];
    for (int s = 0; s < problem->species_count; s++)
      if (pattern->slot[s] >= 0)
        stretch->storage[pattern->slot[s]] = region->partition[s];
  }
  for (int node = mass->begin; node < mass->end; node++)
    if (!sb_matrix_stretch(mass, node))
      assemble_node(chain, u, node, mass);
}
