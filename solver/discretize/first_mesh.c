/* The first mesh: links of a fraction of the Debye length at every region boundary, growing with the distance from it;
   in a cable short enough for the front of an impulse. */
#include <math.h>
#include <stdlib.h>

#include "base/timing.h"
#include "discretize/sheath.h"
#include "discretize/start.h"

const SbFirstMesh sb_first_mesh_steady = {.debye_fraction = 0.5, .growth = 0.35, .fewest = 16};
const SbFirstMesh sb_first_mesh_transient = {.debye_fraction = 0.15, .growth = 0.2, .fewest = 16};
static const double strongest_drop = 8.0; /* RT/F, beyond which the layer gets no thinner by this estimate */
static const double cable_share = 0.7;    /* of a cable's length constant with open gates, for the largest link */
enum { FEWEST_LINKS = 4 };

/* Largest concentration of a species that a region may see at one of its edges. */
static double expected(const SbProblem *problem, int r, int s, bool at_left) {
  const SbRegion *region = &problem->regions[r];
  if (region->partition[s] <= 0.0)
    return 0.0;
  double c = 0.0;
  if (region->fill && region->fill[s].count > 0)
    c = sb_profile_at(&region->fill[s], at_left ? 0.0 : region->right - region->left);
  else
    for (int side = 0; side < 2; side++)
      c = fmax(c, region->partition[s] * sb_problem_composition(problem, (SbSide)side, s));
  const bool end = at_left ? r == 0 : r == problem->region_count - 1;
  if (end)
    c = fmax(c, region->partition[s] * sb_problem_composition(problem, at_left ? SB_LEFT : SB_RIGHT, s));
  return c;
}

/* Set-point of a potential control before the start; 0 otherwise. */
static double set_potential(const SbProblem *problem, SbSide side) {
  const SbTerminal *terminal = &problem->terminals[side];
  if (!terminal->control || !terminal->control->sets_potential)
    return 0.0;
  return fmax(fabs(terminal->control->setpoint(terminal->control_params, -1.0)),
              fabs(terminal->control->setpoint(terminal->control_params, 0.0)));
}

/* How much thinner than the Debye length the layer at a polarised blocking end is. */
static double polarised_factor(const SbProblem *problem, SbSide side) {
  const SbTerminal *terminal = &problem->terminals[side];
  if (terminal->kind->exchanges || !terminal->kind->carries_current)
    return 1.0;
  int valence = 1;
  for (int s = 0; s < problem->species_count; s++)
    if (abs(problem->species[s].charge) > valence)
      valence = abs(problem->species[s].charge);
  double drop = (set_potential(problem, SB_LEFT) + set_potential(problem, SB_RIGHT)) / problem->thermal_voltage;
  const SbTerminal *other = &problem->terminals[1 - side];
  if (!other->kind->exchanges)
    drop *= 0.5; /* shared by two layers */
  return exp(-0.5 * valence * fmin(drop, strongest_drop / valence));
}

/* Gouy-Chapman length of a charged wall. */
static double wall_length(const SbProblem *problem, SbSide side, double permittivity) {
  SbSiteRows rows = {.value = {0}};
  double nothing[SB_MAX_SPECIES] = {0};
  const SbTerminal *terminal = &problem->terminals[side];
  if (terminal->kind->exchanges || terminal->kind->carries_current)
    return INFINITY;
  const SbSite site = {.species_count = problem->species_count,
                       .species = problem->species,
                       .concentration = nothing,
                       .thermal_voltage = problem->thermal_voltage};
  terminal->kind->eval(&terminal->boundary, &site, &rows);
  const double charge = fabs(rows.value[problem->species_count + SB_LOCAL_POTENTIAL]);
  return charge > 0.0 ? 2.0 * permittivity * problem->thermal_voltage / charge : INFINITY;
}

double sb_boundary_debye_length(const SbProblem *problem, int boundary) {
  if (!problem->field->displacement)
    return INFINITY;
  const int regions = problem->region_count;
  double shortest = INFINITY, c[SB_MAX_SPECIES];
  for (int r = boundary - 1; r <= boundary; r++) {
    if (r < 0 || r >= regions || problem->regions[r].membrane)
      continue;
    const SbRegion *region = &problem->regions[r];
    for (int s = 0; s < problem->species_count; s++)
      c[s] = expected(problem, r, s, r == boundary);
    shortest = fmin(shortest, sb_debye_length(problem, c, region->fixed_charge, region->permittivity));
  }
  if (boundary == 0)
    shortest = fmin(shortest * polarised_factor(problem, SB_LEFT),
                    wall_length(problem, SB_LEFT, problem->regions[0].permittivity));
  if (boundary == regions)
    shortest = fmin(shortest * polarised_factor(problem, SB_RIGHT),
                    wall_length(problem, SB_RIGHT, problem->regions[regions - 1].permittivity));
  return shortest;
}

double sb_local_debye_length(const SbChain *chain, const double *u, int node, int region) {
  const SbProblem *problem = chain->problem;
  double c[SB_MAX_SPECIES];
  for (int s = 0; s < problem->species_count; s++)
    c[s] = problem->regions[region].partition[s] * sb_chain_concentration(chain, u, node, s);
  return sb_debye_length(problem, c, 0.0, problem->regions[region].permittivity);
}

bool sb_mesh_is_given(const SbProblem *problem) {
  for (int r = 0; r < problem->region_count; r++)
    if (problem->regions[r].cells == 0)
      return false;
  return true;
}

double *sb_region_edges(const SbProblem *problem) {
  double *edges = calloc((size_t)problem->region_count + 1, sizeof *edges);
  if (!edges)
    return NULL;
  edges[0] = 0.0;
  for (int r = 0; r < problem->region_count; r++)
    edges[r + 1] = problem->regions[r].right;
  return edges;
}

/* Size function of one region: min(largest, at_left + growth s, at_right + growth t) in up to four points. */
typedef struct {
  double s[4], t[4], h[4];
  int count;
} Points;

static void add_point(Points *points, double s, double t, double h) {
  points->s[points->count] = s;
  points->t[points->count] = t;
  points->h[points->count++] = h;
}

static Points region_points(double length, double at_left, double at_right, double growth, double largest) {
  Points points = {.count = 0};
  at_left = fmin(at_left, fmin(largest, at_right + growth * length));
  at_right = fmin(at_right, fmin(largest, at_left + growth * length));
  const double rise = (largest - at_left) / growth, fall = (largest - at_right) / growth;
  add_point(&points, 0.0, length, at_left);
  if (rise + fall < length) {
    if (rise > 0.0)
      add_point(&points, rise, length - rise, largest);
    if (fall > 0.0)
      add_point(&points, length - fall, fall, largest);
  } else {
    const double s = 0.5 * (length + (at_right - at_left) / growth);
    if (s > 0.0 && s < length)
      add_point(&points, s, length - s, at_left + growth * s);
  }
  add_point(&points, length, 0.0, at_right);
  return points;
}

SbMesh *sb_given_mesh(const SbProblem *problem, int halvings) {
  sb_timing_begin(SB_PART_MESH);
  double *edges = sb_region_edges(problem);
  int *cells = calloc((size_t)problem->region_count, sizeof *cells);
  SbMesh *mesh = NULL;
  for (int r = 0; cells && r < problem->region_count; r++)
    cells[r] = problem->regions[r].cells >> halvings > 0 ? problem->regions[r].cells >> halvings : 1;
  if (edges && cells)
    mesh = sb_mesh_create_uniform(problem->geometry, problem->inner_radius, problem->region_count, edges, cells);
  free(edges);
  free(cells);
  sb_timing_end(SB_PART_MESH, 0);
  return mesh;
}

SbMesh *sb_first_mesh(const SbProblem *problem, const SbFirstMesh *how, const double *caps, int most) {
  if (sb_mesh_is_given(problem))
    return sb_given_mesh(problem, 0);
  sb_timing_begin(SB_PART_MESH);
  const int regions = problem->region_count;
  double *edges = sb_region_edges(problem);
  double *size = calloc((size_t)regions + 1, sizeof *size);
  Points *points = malloc((size_t)regions * sizeof *points);
  SbSizeFunction *functions = calloc((size_t)regions, sizeof *functions); /* a membrane has none */
  SbMesh *mesh = NULL;
  if (!edges || !size || !points || !functions)
    goto done;
  for (int b = 0; b <= regions; b++) {
    size[b] = how->debye_fraction * sb_boundary_debye_length(problem, b);
    if (caps)
      size[b] = fmin(size[b], caps[b]);
  }
  /* a fine boundary reaches beyond its own region */
  for (int b = 1; b <= regions; b++)
    size[b] = fmin(size[b], size[b - 1] + how->growth * (edges[b] - edges[b - 1]));
  for (int b = regions - 1; b >= 0; b--)
    size[b] = fmin(size[b], size[b + 1] + how->growth * (edges[b + 1] - edges[b]));
  for (int r = 0; r < regions; r++) {
    const double length = edges[r + 1] - edges[r];
    if (problem->regions[r].membrane)
      continue;
    const double largest = fmin(length / how->fewest, cable_share * sb_sheath_length(problem, r));
    points[r] = region_points(length, size[r], size[r + 1], how->growth, largest);
    functions[r] = (SbSizeFunction){.count = points[r].count, .s = points[r].s, .t = points[r].t, .h = points[r].h};
  }
  mesh = sb_mesh_create(problem->geometry, problem->inner_radius, regions, edges, functions, FEWEST_LINKS, most);
done:
  free(edges);
  free(size);
  free(points);
  free(functions);
  sb_timing_end(SB_PART_MESH, 0);
  return mesh;
}
