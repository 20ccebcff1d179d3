#include "discretize/membrane.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/constants.h"
#include "base/memory.h"

/* First gate of the membrane that a link is, among all unknowns. */
static int gates_of(const SbChain *chain, int link) {
  return chain->offset[link] + sb_chain_gates(chain, link, chain->mesh->interval[link]);
}

/* ---- fluxes
 * ---------------------------------------------------------------------------------------------------------- */
/* Zeroes what belongs to the species and gates there are: all of it would take longer than the physics. */
static void flux_clear(int species, int gates, SbMembraneFlux *out) {
  const size_t row = (size_t)species * sizeof(double), gate_row = (size_t)gates * sizeof(double);
  memset(out->flux, 0, row);
  memset(out->by_potential, 0, row);
  for (int s = 0; s < species; s++) {
    memset(out->by_inside[s], 0, row);
    memset(out->by_outside[s], 0, row);
    memset(out->by_gate[s], 0, gate_row);
  }
  memset(out->gate_rate, 0, gate_row);
  memset(out->gate_by_gate, 0, gate_row);
  memset(out->gate_by_potential, 0, gate_row);
}

void sb_mechanisms_eval(const SbMembrane *membrane, int mechanism, SbMembraneSite *site, SbMembraneFlux *out) {
  flux_clear(site->species_count, membrane->gate_count, out);
  for (int m = 0; m < membrane->mechanism_count; m++) {
    const SbMechanism *one = &membrane->mechanisms[m];
    site->first_gate = one->first_gate;
    if (mechanism < 0 || mechanism == m)
      one->kind->eval(one->params, site, out);
  }
}

void sb_crossing_eval(const SbChain *chain, const double *u, double time, int link, int mechanism,
                      SbCrossing *crossing) {
  const SbProblem *problem = chain->problem;
  const SbMembrane *membrane = sb_chain_membrane(chain, link);
  const int n = problem->species_count, inside = membrane->inside_right ? link + 1 : link,
            outside = 2 * link + 1 - inside;
  double c[2][SB_MAX_SPECIES];
  for (int s = 0; s < n; s++) {
    c[0][s] = sb_chain_concentration(chain, u, inside, s);
    c[1][s] = sb_chain_concentration(chain, u, outside, s);
  }
  SbMembraneSite site = {.species_count = n,
                         .species = problem->species,
                         .inside = c[0],
                         .outside = c[1],
                         .potential = sb_chain_potential(chain, u, inside) - sb_chain_potential(chain, u, outside),
                         .gates = u + gates_of(chain, link),
                         .thermal_voltage = problem->thermal_voltage,
                         .temperature = problem->temperature,
                         .time = time};
  SbMembraneFlux out;
  sb_mechanisms_eval(membrane, mechanism, &site, &out);
  /* outward is to the right where the inside is on the left; the slope by the step is the opposite either way */
  const double sign = membrane->inside_right ? -1.0 : 1.0;
  for (int s = 0; s < n; s++) {
    crossing->flux[s] = sign * out.flux[s];
    crossing->by_step[s] = -out.by_potential[s];
    for (int k = 0; k < n; k++) {
      crossing->by_left[s][k] = sign * (membrane->inside_right ? out.by_outside : out.by_inside)[s][k];
      crossing->by_right[s][k] = sign * (membrane->inside_right ? out.by_inside : out.by_outside)[s][k];
    }
    for (int g = 0; g < membrane->gate_count; g++)
      crossing->by_gate[s][g] = sign * out.by_gate[s][g];
  }
  for (int g = 0; g < membrane->gate_count; g++) {
    crossing->gate_rate[g] = out.gate_rate[g];
    crossing->gate_by_gate[g] = out.gate_by_gate[g];
    crossing->gate_by_step[g] = -sign * out.gate_by_potential[g];
  }
}

/* Adds factor times the derivatives of one species' flux to a row of numbers in which the unknowns of the left node
   begin at at_left and those of the right one at at_right. */
static void add_slopes(const SbChain *chain, const SbCrossing *crossing, int link, int species, double factor,
                       double *at_left, double *at_right) {
  const SbPattern *left = sb_chain_pattern(chain, link), *right = sb_chain_pattern(chain, link + 1);
  for (int k = 0; k < chain->problem->species_count; k++) {
    if (left->slot[k] >= 0)
      at_left[left->slot[k]] += factor * crossing->by_left[species][k];
    if (right->slot[k] >= 0)
      at_right[right->slot[k]] += factor * crossing->by_right[species][k];
  }
  at_right[right->potential] += factor * crossing->by_step[species];
  at_left[left->potential] -= factor * crossing->by_step[species];
  const int gates = gates_of(chain, link) - chain->offset[link];
  for (int g = 0; g < sb_chain_membrane(chain, link)->gate_count; g++)
    at_left[gates + g] += factor * crossing->by_gate[species][g];
}

void sb_crossing_add(const SbChain *chain, const SbCrossing *crossing, int link, int species, double factor,
                     double *gradient) {
  add_slopes(chain, crossing, link, species, factor, gradient + chain->offset[link],
             gradient + chain->offset[link + 1]);
}

double sb_crossing_change(const SbChain *chain, const double *u, double time, int link, int species, const double *x) {
  double slopes[2][SB_MAX_LOCAL] = {{0.0}}, sum = 0.0;
  SbCrossing crossing;
  sb_crossing_eval(chain, u, time, link, -1, &crossing);
  add_slopes(chain, &crossing, link, species, 1.0, slopes[0], slopes[1]);
  for (int end = 0; end < 2; end++)
    for (int i = 0; i < sb_chain_pattern(chain, link + end)->size; i++)
      sum += slopes[end][i] * x[chain->offset[link + end] + i];
  return sum;
}

/* ---- charge
 * ---------------------------------------------------------------------------------------------------------- */
/* Excess of a species at a face per volt of (phi_left - phi_right), mol/m2/V. */
static double excess_slope(const SbProblem *problem, const SbMembrane *membrane, SbSide face, int species) {
  const double z = problem->species[species].charge;
  if (!problem->electroneutral || z == 0.0)
    return 0.0;
  const double sign = face == SB_LEFT ? 1.0 : -1.0;
  return sign * membrane->share[face][species] * membrane->capacitance / (z * SB_FARADAY);
}

double sb_membrane_excess(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end, double factor,
                          double *weights) {
  const SbProblem *problem = chain->problem;
  double excess = 0.0;
  for (int r = 1; r < problem->region_count - 1; r++) {
    const SbMembrane *membrane = problem->regions[r].membrane;
    const int link = chain->mesh->first[r];
    for (int face = 0; membrane && face < 2; face++) {
      const int beside = face == SB_LEFT ? r - 1 : r + 1;
      if (link < begin || link >= end || beside < pool->first || beside > pool->last)
        continue;
      const double slope = chain->mesh->area[link] * excess_slope(problem, membrane, (SbSide)face, pool->species);
      excess += slope * (sb_chain_potential(chain, u, link) - sb_chain_potential(chain, u, link + 1));
      if (!weights)
        continue;
      weights[chain->offset[link] + sb_chain_pattern(chain, link)->potential] += factor * slope;
      weights[chain->offset[link + 1] + sb_chain_pattern(chain, link + 1)->potential] -= factor * slope;
    }
  }
  return excess;
}

/* ---- rows
 * ------------------------------------------------------------------------------------------------------------ */
/* What the row of species s gains while the membrane charges. */
static void add_charging(const SbNodeRows *rows, int link, int side, int s, double *value) {
  const SbChain *chain = rows->chain;
  const SbPattern *left = sb_chain_pattern(chain, link), *right = sb_chain_pattern(chain, link + 1);
  const double *rate = rows->evaluation->rate;
  const double slope = chain->mesh->area[link] *
                       excess_slope(chain->problem, sb_chain_membrane(chain, link), side > 0 ? SB_LEFT : SB_RIGHT, s);
  if (slope == 0.0)
    return;
  rows->f[rows->pattern->slot[s]] +=
      slope * (rate[chain->offset[link] + left->potential] - rate[chain->offset[link + 1] + right->potential]);
  if (!value)
    return;
  const int at_left = side > 0 ? rows->diagonal : rows->left, at_right = side > 0 ? rows->right : rows->diagonal;
  value[at_left + left->potential] += slope * rows->evaluation->shift;
  value[at_right + right->potential] -= slope * rows->evaluation->shift;
}

void sb_membrane_mass(const SbNodeRows *rows, int link, int side) {
  const SbChain *chain = rows->chain;
  const SbPattern *left = sb_chain_pattern(chain, link), *right = sb_chain_pattern(chain, link + 1);
  const int at_left = side > 0 ? rows->diagonal : rows->left, at_right = side > 0 ? rows->right : rows->diagonal;
  for (int s = 0; s < chain->problem->species_count; s++) {
    if (rows->pattern->slot[s] < 0)
      continue;
    const double slope = chain->mesh->area[link] *
                         excess_slope(chain->problem, sb_chain_membrane(chain, link), side > 0 ? SB_LEFT : SB_RIGHT, s);
    double *value = rows->value + (size_t)rows->pattern->slot[s] * (size_t)rows->width;
    value[at_left + left->potential] += slope;
    value[at_right + right->potential] -= slope;
  }
  const int gates = gates_of(chain, link) - chain->offset[link];
  for (int row = gates; side > 0 && row < gates + sb_chain_membrane(chain, link)->gate_count; row++)
    rows->value[(size_t)row * (size_t)rows->width + (size_t)(rows->diagonal + row)] += 1.0;
}

/* The displacement goes on through the membrane. */
static void add_displacement(const SbNodeRows *rows, int link, int side) {
  const SbChain *chain = rows->chain;
  const SbPattern *left = sb_chain_pattern(chain, link), *right = sb_chain_pattern(chain, link + 1);
  const double capacity = side * chain->mesh->area[link] * sb_chain_membrane(chain, link)->capacitance;
  const int row = rows->pattern->potential;
  rows->f[row] -= capacity * (sb_chain_potential(chain, rows->u, link + 1) - sb_chain_potential(chain, rows->u, link));
  if (!rows->value)
    return;
  double *value = rows->value + (size_t)row * (size_t)rows->width;
  value[(side > 0 ? rows->right : rows->diagonal) + right->potential] -= capacity;
  value[(side > 0 ? rows->diagonal : rows->left) + left->potential] += capacity;
}

/* x = what it is held at. */
static void frozen_gate_rows(const SbNodeRows *rows, const double *held) {
  const int gates = gates_of(rows->chain, rows->node) - rows->chain->offset[rows->node];
  for (int g = 0; g < sb_chain_membrane(rows->chain, rows->node)->gate_count; g++) {
    const int row = gates + g;
    rows->f[row] += rows->u[rows->chain->offset[rows->node] + row] - held[g];
    if (rows->value)
      rows->value[(size_t)row * (size_t)rows->width + (size_t)(rows->diagonal + row)] += 1.0;
  }
}

/* dx/dt - rate = 0 for each gate, in the node of the left face. */
static void gate_rows(const SbNodeRows *rows, const SbCrossing *crossing) {
  const SbPattern *here = rows->pattern, *right = sb_chain_pattern(rows->chain, rows->node + 1);
  const double *rate = rows->evaluation->rate ? rows->evaluation->rate + rows->chain->offset[rows->node] : NULL;
  const int gates = gates_of(rows->chain, rows->node) - rows->chain->offset[rows->node];
  for (int g = 0; g < sb_chain_membrane(rows->chain, rows->node)->gate_count; g++) {
    const int row = gates + g;
    rows->f[row] += (rate ? rate[row] : 0.0) - crossing->gate_rate[g];
    if (!rows->value)
      continue;
    double *value = rows->value + (size_t)row * (size_t)rows->width;
    value[rows->diagonal + row] += (rate ? rows->evaluation->shift : 0.0) - crossing->gate_by_gate[g];
    value[rows->right + right->potential] -= crossing->gate_by_step[g];
    value[rows->diagonal + here->potential] += crossing->gate_by_step[g];
  }
}

void sb_membrane_rows(const SbNodeRows *rows, int link, int side) {
  const SbChain *chain = rows->chain;
  const SbProblem *problem = chain->problem;
  const double area = side * chain->mesh->area[link];
  SbCrossing crossing;
  sb_crossing_eval(chain, rows->u, rows->evaluation->time, link, -1, &crossing);
  const double *frozen = rows->evaluation->frozen_gates;
  if (side > 0 && frozen)
    frozen_gate_rows(rows, frozen + chain->mesh->interval[link] * SB_MAX_GATES);
  else if (side > 0)
    gate_rows(rows, &crossing);
  for (int s = 0; s < problem->species_count; s++) {
    const int row = rows->pattern->slot[s];
    if (row < 0)
      continue;
    double *value = rows->value ? rows->value + (size_t)row * (size_t)rows->width : NULL;
    rows->f[row] += area * crossing.flux[s];
    if (value)
      add_slopes(chain, &crossing, link, s, area, value + (side > 0 ? rows->diagonal : rows->left),
                 value + (side > 0 ? rows->right : rows->diagonal));
    if (rows->evaluation->rate)
      add_charging(rows, link, side, s, value);
  }
  if (problem->field->displacement)
    add_displacement(rows, link, side);
}

void sb_membranes_relax(const SbChain *chain, double *u) {
  for (int r = 0; r < chain->problem->region_count; r++) {
    const SbMembrane *membrane = chain->problem->regions[r].membrane;
    if (!membrane || membrane->gate_count == 0)
      continue;
    const int link = chain->mesh->first[r];
    double *gates = u + gates_of(chain, link);
    SbCrossing crossing;
    sb_crossing_eval(chain, u, -1.0, link, -1, &crossing);
    for (int g = 0; g < membrane->gate_count; g++) /* rates are linear in their gates */
      gates[g] -= crossing.gate_rate[g] / crossing.gate_by_gate[g];
  }
}

double *sb_membranes_gates(const SbChain *chain, const double *u) {
  double *gates = sb_calloc((size_t)chain->problem->region_count * SB_MAX_GATES, sizeof *gates);
  for (int r = 0; r < chain->problem->region_count; r++) {
    const SbMembrane *membrane = chain->problem->regions[r].membrane;
    for (int g = 0; membrane && g < membrane->gate_count; g++)
      gates[r * SB_MAX_GATES + g] = u[gates_of(chain, chain->mesh->first[r]) + g];
  }
  return gates;
}

double sb_mechanism_dissipation(const SbChain *chain, const double *u, double time, int link, int mechanism) {
  const SbProblem *problem = chain->problem;
  const double step = sb_chain_potential(chain, u, link + 1) - sb_chain_potential(chain, u, link);
  double sum = 0.0;
  SbCrossing crossing;
  sb_crossing_eval(chain, u, time, link, mechanism, &crossing);
  for (int s = 0; s < problem->species_count; s++) {
    const double a = sb_chain_concentration(chain, u, link, s), b = sb_chain_concentration(chain, u, link + 1, s);
    if (a > 0.0 && b > 0.0)
      sum += crossing.flux[s] * (log(a / b) - problem->species[s].charge * step / problem->thermal_voltage);
  }
  return SB_GAS_CONSTANT * problem->temperature * sum;
}

/* ---- slopes
 * ---------------------------------------------------------------------------------------------------------- */
void sb_membrane_conductances(const SbChain *chain, const double *u, int link, double *conductance) {
  const SbProblem *problem = chain->problem;
  SbCrossing crossing;
  sb_crossing_eval(chain, u, -1.0, link, -1, &crossing); /* no slope by the potential depends on the time */
  for (int s = 0; s < problem->species_count; s++) {
    const int z = abs(problem->species[s].charge);
    const double by_step =
        z > 0 ? z * fabs(crossing.by_step[s])
              : fabs(crossing.by_left[s][s] * sb_chain_concentration(chain, u, link, s)) / problem->thermal_voltage;
    conductance[s] = SB_FARADAY * by_step;
  }
}

double sb_membrane_resistance(const SbChain *chain, const double *u, int region, int species) {
  const int link = chain->mesh->first[region];
  double conductance[SB_MAX_SPECIES], sum = 0.0;
  sb_membrane_conductances(chain, u, link, conductance);
  for (int s = 0; s < chain->problem->species_count; s++)
    if (species < 0 ? chain->problem->species[s].charge != 0 : s == species)
      sum += conductance[s];
  return 1.0 / (chain->mesh->area[link] * sum);
}
