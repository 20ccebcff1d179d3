/* Building, halving and querying the chain of links. Placement of nodes for a wanted size is in place.c. */
#include "mesh/mesh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/timing.h"
#include "mesh/geometry.h"
#include "mesh/place.h"

static SbMesh *mesh_allocate(int links, int intervals) {
  SbMesh *mesh = calloc(1, sizeof *mesh);
  if (!mesh)
    return NULL;
  const size_t n = (size_t)links + 1;
  mesh->nodes = links + 1;
  mesh->intervals = intervals;
  mesh->x = calloc(n, sizeof(double));
  mesh->h = calloc(n, sizeof(double));
  mesh->area = calloc(n, sizeof(double));
  mesh->volume_left = calloc(n, sizeof(double));
  mesh->volume_right = calloc(n, sizeof(double));
  mesh->interval = calloc(n, sizeof(int));
  mesh->first = calloc((size_t)intervals + 1, sizeof(int));
  if (!mesh->x || !mesh->h || !mesh->area || !mesh->volume_left || !mesh->volume_right || !mesh->interval ||
      !mesh->first)
    sb_mesh_destroy(&mesh);
  return mesh;
}

void sb_mesh_destroy(SbMesh **mesh) {
  SbMesh *m = *mesh;
  if (!m)
    return;
  free(m->x);
  free(m->h);
  free(m->area);
  free(m->volume_left);
  free(m->volume_right);
  free(m->interval);
  free(m->first);
  free(m);
  *mesh = NULL;
}

/* Areas and volumes from x and h. */
static void mesh_measure(SbMesh *mesh) {
  const int last = mesh->nodes - 1;
  const double reference = mesh->inner_radius + mesh->x[last];
  for (int i = 0; i < last; i++) {
    const double radius = mesh->inner_radius + mesh->x[i], half = 0.5 * mesh->h[i];
    mesh->area[i] = sb_geometry_area(mesh->geometry, radius + half, reference);
    mesh->volume_right[i] = sb_geometry_volume(mesh->geometry, radius, half, reference);
    mesh->volume_left[i + 1] = sb_geometry_volume(mesh->geometry, radius + half, half, reference);
  }
}

/* Lays links of lengths h[links[k]] for each interval k one after the other. */
static SbMesh *mesh_lay(int geometry, double inner_radius, int intervals, const double *edges, const int *links,
                        double *const *lengths) {
  int total = 0;
  for (int k = 0; k < intervals; k++)
    total += links[k];
  SbMesh *mesh = mesh_allocate(total, intervals);
  if (!mesh)
    return NULL;
  mesh->geometry = geometry;
  mesh->inner_radius = inner_radius;
  int node = 0;
  for (int k = 0; k < intervals; k++) {
    mesh->first[k] = node;
    double from_left = 0.0;
    for (int i = 0; i < links[k]; i++) {
      mesh->x[node] = edges[k] + from_left;
      mesh->h[node] = lengths[k][i];
      mesh->interval[node] = k;
      from_left += lengths[k][i];
      node++;
    }
  }
  mesh->first[intervals] = node;
  mesh->x[node] = edges[intervals];
  mesh_measure(mesh);
  return mesh;
}

static void lengths_destroy(double **lengths, int intervals) {
  for (int k = 0; lengths && k < intervals; k++)
    free(lengths[k]);
  free(lengths);
}

SbMesh *sb_mesh_create(int geometry, double inner_radius, int intervals, const double *edges,
                       const SbSizeFunction *size, int fewest, int most) {
  SbMesh *mesh = NULL;
  int *links = calloc((size_t)intervals, sizeof *links);
  double **lengths = calloc((size_t)intervals, sizeof *lengths);
  double wanted = 0.0;
  for (int k = 0; k < intervals; k++)
    wanted += edges[k + 1] > edges[k] ? sb_place_count(&size[k]) : 1.0;
  const double scale = wanted > most ? wanted / most : 1.0;
  bool good = links && lengths;
  for (int k = 0; good && k < intervals; k++) {
    const double length = edges[k + 1] - edges[k];
    links[k] = 1;
    lengths[k] = length > 0.0 ? sb_place(&size[k], length, scale, fewest, &links[k]) : calloc(1, sizeof(double));
    good = lengths[k] != NULL;
  }
  if (good)
    mesh = mesh_lay(geometry, inner_radius, intervals, edges, links, lengths);
  lengths_destroy(lengths, intervals);
  free(links);
  return mesh;
}

SbMesh *sb_mesh_create_uniform(int geometry, double inner_radius, int intervals, const double *edges,
                               const int *cells) {
  SbMesh *mesh = NULL;
  double **lengths = calloc((size_t)intervals, sizeof *lengths);
  bool good = lengths != NULL;
  for (int k = 0; good && k < intervals; k++) {
    lengths[k] = calloc((size_t)cells[k], sizeof(double));
    good = lengths[k] != NULL;
    for (int i = 0; good && i < cells[k]; i++)
      lengths[k][i] = (edges[k + 1] - edges[k]) / cells[k];
  }
  if (good)
    mesh = mesh_lay(geometry, inner_radius, intervals, edges, cells, lengths);
  lengths_destroy(lengths, intervals);
  return mesh;
}

SbMesh *sb_mesh_halve(const SbMesh *coarse) {
  int links = 0;
  for (int j = 0; j < coarse->nodes - 1; j++)
    links += coarse->h[j] > 0.0 ? 2 : 1;
  SbMesh *fine = mesh_allocate(links, coarse->intervals);
  if (!fine)
    return NULL;
  sb_timing_begin(SB_PART_MESH);
  fine->geometry = coarse->geometry;
  fine->inner_radius = coarse->inner_radius;
  for (int j = 0, i = 0, k = 0; j < coarse->nodes; j++) {
    for (; k <= coarse->intervals && coarse->first[k] == j; k++)
      fine->first[k] = i;
    fine->x[i] = coarse->x[j];
    const int halves = j == coarse->nodes - 1 ? 0 : coarse->h[j] > 0.0 ? 2 : 1;
    for (int half = 0; half < halves; half++, i++) {
      fine->h[i] = 0.5 * coarse->h[j];
      fine->x[i] = coarse->x[j] + half * fine->h[i];
      fine->interval[i] = coarse->interval[j];
    }
  }
  mesh_measure(fine);
  sb_timing_end(SB_PART_MESH, 0);
  return fine;
}

int sb_mesh_halved_node(const SbMesh *coarse, const SbMesh *fine, int node) {
  const int k = node < coarse->nodes - 1 ? coarse->interval[node] : coarse->intervals;
  return fine->first[k] + 2 * (node - coarse->first[k]);
}

SbMesh *sb_mesh_copy(const SbMesh *mesh) {
  const size_t nodes = (size_t)mesh->nodes, links = nodes - 1;
  SbMesh *copy = mesh_allocate(mesh->nodes - 1, mesh->intervals);
  if (!copy)
    return NULL;
  copy->geometry = mesh->geometry;
  copy->inner_radius = mesh->inner_radius;
  memcpy(copy->x, mesh->x, nodes * sizeof(double));
  memcpy(copy->h, mesh->h, links * sizeof(double));
  memcpy(copy->interval, mesh->interval, links * sizeof(int));
  memcpy(copy->first, mesh->first, ((size_t)mesh->intervals + 1) * sizeof(int));
  mesh_measure(copy);
  return copy;
}

SbMesh *sb_mesh_stretch(const SbMesh *mesh, double inner_radius, const double *edges) {
  SbMesh *stretched = sb_mesh_copy(mesh);
  if (!stretched)
    return NULL;
  stretched->inner_radius = inner_radius;
  for (int k = 0; k < mesh->intervals; k++) {
    const double from = mesh->x[mesh->first[k]], to = mesh->x[mesh->first[k + 1]];
    const double factor = to > from ? (edges[k + 1] - edges[k]) / (to - from) : 1.0; /* a membrane has no width */
    for (int i = mesh->first[k]; i < mesh->first[k + 1]; i++) {
      stretched->h[i] = mesh->h[i] * factor;
      stretched->x[i] = edges[k] + (mesh->x[i] - from) * factor;
    }
  }
  stretched->x[mesh->nodes - 1] = edges[mesh->intervals];
  mesh_measure(stretched);
  return stretched;
}

double sb_mesh_left_area(const SbMesh *mesh) {
  return sb_geometry_area(mesh->geometry, mesh->inner_radius, mesh->inner_radius + mesh->x[mesh->nodes - 1]);
}

int sb_mesh_locate(const SbMesh *mesh, double x) {
  int low = 0, high = mesh->nodes - 2;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (mesh->x[middle] <= x)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

double sb_mesh_smallest(const SbMesh *mesh) {
  double smallest = INFINITY;
  for (int i = 0; i < mesh->nodes - 1; i++)
    if (mesh->h[i] > 0.0)
      smallest = fmin(smallest, mesh->h[i]);
  return smallest;
}
