#include "discretize/terminal.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/constants.h"

static double side_area(const SbChain *chain, SbSide side) {
  return side == SB_RIGHT ? 1.0 : sb_mesh_left_area(chain->mesh);
}

static SbSite site_gather(const SbChain *chain, const double *u, SbSide side, double *concentration) {
  const SbProblem *problem = chain->problem;
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1;
  for (int s = 0; s < problem->species_count; s++)
    concentration[s] = sb_chain_concentration(chain, u, node, s);
  return (SbSite){.species_count = problem->species_count,
                  .species = problem->species,
                  .concentration = concentration,
                  .potential = sb_chain_potential(chain, u, node),
                  .terminal = sb_chain_terminal(chain, u, side),
                  .thermal_voltage = problem->thermal_voltage,
                  .electroneutral = problem->electroneutral};
}

/* What the boundary kind of an end says about a state. */
static SbSiteRows site_eval(const SbChain *chain, const double *u, SbSide side) {
  const SbTerminal *terminal = &chain->problem->terminals[side];
  double concentration[SB_MAX_SPECIES];
  SbSiteRows rows;
  memset(&rows, 0, sizeof rows);
  const SbSite site = site_gather(chain, u, side, concentration);
  terminal->kind->eval(&terminal->boundary, &site, &rows);
  return rows;
}

SbNodeRows sb_node_rows(const SbChain *chain, const double *u, int node) {
  SbNodeRows rows = {.chain = chain, .u = u, .node = node, .pattern = sb_chain_pattern(chain, node)};
  rows.volume = sb_node_volume(chain, node);
  rows.diagonal = node > 0 ? sb_chain_pattern(chain, node - 1)->size : 0;
  rows.right = rows.diagonal + rows.pattern->size;
  rows.width = rows.right + (node < chain->nodes - 1 ? sb_chain_pattern(chain, node + 1)->size : 0);
  return rows;
}

static double *row_clear(const SbNodeRows *rows, int row) {
  if (rows->f)
    rows->f[row] = 0.0;
  if (!rows->value)
    return NULL;
  double *value = rows->value + (size_t)row * (size_t)rows->width;
  memset(value, 0, (size_t)rows->width * sizeof(double));
  return value;
}

/* Local unknown (species, potential, terminal) to its place in the node; -1 where absent. */
static int local_slot(const SbNodeRows *rows, int local) {
  const int n = rows->chain->problem->species_count;
  if (local < n)
    return rows->pattern->slot[local];
  return local == n + SB_LOCAL_POTENTIAL ? rows->pattern->potential : rows->pattern->terminal;
}

/* While the potential's row holds the divergence of the current, what a species' row gains through the end is part of
   it. */
static void add_current(const SbNodeRows *rows, const SbSiteRows *site_rows, int species, double factor) {
  const int row = rows->pattern->potential, locals = rows->chain->problem->species_count + SB_LOCAL_EXTRA;
  factor *= SB_FARADAY * rows->chain->problem->species[species].charge;
  rows->f[row] += factor * site_rows->value[species];
  for (int k = 0; rows->value && k < locals; k++) {
    const int column = local_slot(rows, k);
    if (column >= 0)
      rows->value[(size_t)row * (size_t)rows->width + (size_t)(rows->diagonal + column)] +=
          factor * site_rows->derivative[species][k];
  }
}

/* Brings one local row of a boundary kind into the node's rows; factor applies to what is added. */
static void merge_row(const SbNodeRows *rows, const SbSiteRows *site_rows, int local, double factor) {
  const int row = local_slot(rows, local), locals = rows->chain->problem->species_count + SB_LOCAL_EXTRA;
  if (row < 0)
    return;
  if (site_rows->replaces[local]) {
    row_clear(rows, row);
    factor = 1.0;
  }
  rows->f[row] += factor * site_rows->value[local];
  if (!rows->value)
    return;
  double *value = rows->value + (size_t)row * (size_t)rows->width + rows->diagonal;
  for (int k = 0; k < locals; k++) {
    const int column = local_slot(rows, k);
    if (column >= 0)
      value[column] += factor * site_rows->derivative[local][k];
  }
}

/* Derivatives of factor times the end link's ionic current, added to one row. A link may begin at a Donnan jump (a
   region of one cell beside the right end). */
static void add_current_slopes(const SbNodeRows *rows, const SbLinks *links, SbSide side, double factor,
                               double *value) {
  const SbChain *chain = rows->chain;
  const int link = side == SB_LEFT ? 0 : chain->nodes - 2, i = link - links->first;
  const SbPattern *left = sb_chain_pattern(chain, link), *right = sb_chain_pattern(chain, link + 1);
  const int at_left = side == SB_LEFT ? rows->diagonal : rows->left,
            at_right = side == SB_LEFT ? rows->right : rows->diagonal;
  const double vt = chain->problem->thermal_voltage, jump = sb_chain_jump(chain, rows->u, link);
  for (int s = 0; s < chain->problem->species_count; s++) {
    const double z = chain->problem->species[s].charge;
    if (left->slot[s] < 0 || right->slot[s] < 0 || z == 0.0)
      continue;
    const double by_left = factor * SB_FARADAY * z * links->d_left[s][i];
    const double by_step = factor * SB_FARADAY * z * links->d_drift[s][i] * z / vt;
    value[at_left + left->slot[s]] += by_left * exp(-z * jump / vt);
    value[at_right + right->slot[s]] += factor * SB_FARADAY * z * links->d_right[s][i];
    value[at_right + right->potential] += by_step;
    value[at_left + left->potential] -= by_step;
    if (left->jump >= 0)
      value[at_left + left->jump] -= by_step + by_left * links->left[s][i] * z / vt;
  }
}

/* Derivatives of minus `factor` times the potential step along the end link, added to one row. */
static void add_displacement_slopes(const SbNodeRows *rows, SbSide side, double factor, double *value) {
  const int link = side == SB_LEFT ? 0 : rows->chain->nodes - 2;
  const int at_left = side == SB_LEFT ? rows->diagonal : rows->left,
            at_right = side == SB_LEFT ? rows->right : rows->diagonal;
  value[at_right + sb_chain_pattern(rows->chain, link + 1)->potential] -= factor;
  value[at_left + sb_chain_pattern(rows->chain, link)->potential] += factor;
}

/* A control's equation. During continuation the state is shifted, which shifts the set-point. */
static SbControlRow control_eval(const SbTerminal *terminal, const SbEvaluation *evaluation, SbControlState *state) {
  if (evaluation->share < 1.0 && !terminal->control->needs_far) {
    const double missing =
        (1.0 - evaluation->share) * terminal->control->setpoint(terminal->control_params, evaluation->time);
    if (terminal->control->sets_potential)
      state->potential += missing;
    else
      state->current += missing;
  }
  return terminal->control->eval(terminal->control_params, state);
}

/* Whether the current through an end is read on the metal, from its couples and its charge: there no flux is the small
   difference of two large ones, as on the short links of a charge layer, and the metal's potential stands in it. */
static bool is_read_on_metal(const SbProblem *problem, SbSide side) {
  return sb_problem_reacts(problem, side) ||
         (problem->field->displacement && problem->terminals[side].kind->holds_charge);
}

/* Derivatives of factor times the charge that Gauss's law demands on the end, C/m2 there, added to one row. */
static void add_gauss_slopes(const SbNodeRows *rows, SbSide side, double factor, double *value) {
  const SbChain *chain = rows->chain;
  const SbMesh *mesh = chain->mesh;
  const int node = rows->node, link = side == SB_LEFT ? 0 : chain->nodes - 2;
  const SbRegion *region = &chain->problem->regions[mesh->interval[link]];
  const double area = side_area(chain, side), outward = side == SB_LEFT ? 1.0 : -1.0;
  const double volume = (side == SB_LEFT ? mesh->volume_right[node] : mesh->volume_left[node]) / area;
  add_displacement_slopes(rows, side, factor * outward * mesh->area[link] / area * region->permittivity / mesh->h[link],
                          value);
  for (int s = 0; s < chain->problem->species_count; s++)
    if (rows->pattern->slot[s] >= 0)
      value[rows->diagonal + rows->pattern->slot[s]] -=
          factor * SB_FARADAY * volume * chain->problem->species[s].charge * region->partition[s];
}

/* The same of the charge on an electrode: of its compact layer, or without one what Gauss's law demands. */
static void add_charge_slopes(const SbNodeRows *rows, const SbSiteRows *site_rows, SbSide side, double factor,
                              double *value) {
  const int phi = rows->chain->problem->species_count + SB_LOCAL_POTENTIAL;
  if (site_rows->replaces[phi]) {
    add_gauss_slopes(rows, side, factor, value);
    return;
  }
  for (int k = 0; k < rows->chain->problem->species_count + SB_LOCAL_EXTRA; k++) {
    const int column = local_slot(rows, k);
    if (column >= 0)
      value[rows->diagonal + column] += factor * site_rows->derivative[phi][k];
  }
}

/* Rate at which the charge of an electrode grows, A/m2; 0 in a state at rest. */
static double charging(const SbNodeRows *rows, const SbSiteRows *site_rows, SbSide side) {
  double slopes[3 * SB_MAX_LOCAL] = {0.0}, sum = 0.0;
  if (!rows->evaluation->rate || !rows->chain->problem->field->displacement)
    return 0.0;
  add_charge_slopes(rows, site_rows, side, 1.0, slopes);
  const double *rate = rows->evaluation->rate + rows->chain->offset[rows->node] - rows->diagonal;
  for (int k = 0; k < rows->width; k++)
    sum += slopes[k] * rate[k];
  return sum;
}

/* Derivatives of factor times the couples' current, added to one row. */
static void add_faradaic_slopes(const SbNodeRows *rows, const SbSiteRows *site_rows, double factor, double *value) {
  for (int k = 0; k < rows->chain->problem->species_count + SB_LOCAL_EXTRA; k++) {
    const int column = local_slot(rows, k);
    if (column >= 0)
      value[rows->diagonal + column] += factor * site_rows->d_current[k];
  }
}

/* Total current through the end link, ionic and displacement. */
static double end_current(const SbNodeRows *rows, const SbLinks *links, int link, double area) {
  const SbChain *chain = rows->chain;
  double current = area * sb_links_ionic_current(chain, links, link);
  if (rows->evaluation->rate) {
    const int a = chain->offset[link] + sb_chain_pattern(chain, link)->potential;
    const int b = chain->offset[link + 1] + sb_chain_pattern(chain, link + 1)->potential;
    current -= area * links->capacity[link - links->first] * (rows->evaluation->rate[b] - rows->evaluation->rate[a]);
  }
  return current;
}

/* Current through the end of a cable, positive to the right, and its derivatives by the unknowns of the node and its
   neighbours: what the balances of its node, before the boundary replaces them, leave over. That of the end link has
   lost or gained what crosses the membrane on half a link. */
typedef struct {
  double value;                   /* A/m2 */
  double slope[3 * SB_MAX_LOCAL]; /* [width of a row] */
} Axial;

static Axial axial_current(const SbNodeRows *rows, SbSide side) {
  const SbProblem *problem = rows->chain->problem;
  Axial axial = {.value = 0.0};
  for (int s = 0; s < problem->species_count; s++) {
    const double factor = (side == SB_LEFT ? SB_FARADAY : -SB_FARADAY) * problem->species[s].charge;
    const int row = rows->pattern->slot[s];
    if (row < 0)
      continue;
    axial.value += factor * rows->f[row];
    for (int k = 0; rows->value && k < rows->width; k++)
      axial.slope[k] += factor * rows->value[(size_t)row * (size_t)rows->width + (size_t)k];
  }
  return axial;
}

/* g(V, I) with the current through this end; axial: of a cable, else NULL. */
static void control_row(const SbNodeRows *rows, const SbLinks *links, const SbSiteRows *site_rows, const Axial *axial,
                        SbSide side) {
  const SbChain *chain = rows->chain;
  const SbProblem *problem = chain->problem;
  const SbEvaluation *evaluation = rows->evaluation;
  const SbTerminal *terminal = &problem->terminals[side], *far = &problem->terminals[1 - side];
  const SbPattern *here = rows->pattern;
  const int link = side == SB_LEFT ? 0 : chain->nodes - 2;
  const double area = chain->mesh->area[link] / side_area(chain, side), out = side == SB_RIGHT ? 1.0 : -1.0;
  const bool on_metal = is_read_on_metal(problem, side);
  SbControlState state = {.potential = rows->u[chain->offset[rows->node] + here->terminal],
                          .current = axial      ? axial->value
                                     : on_metal ? out * (site_rows->current - charging(rows, site_rows, side))
                                                : end_current(rows, links, link, area),
                          .sign = out,
                          .time = evaluation->time};
  if (terminal->control->needs_far && far->control)
    state.far_potential = far->control->setpoint(far->control_params, evaluation->time);
  const SbControlRow row = control_eval(terminal, evaluation, &state);
  double *value = row_clear(rows, here->terminal);
  rows->f[here->terminal] = row.value;
  if (!value)
    return;
  value[rows->diagonal + here->terminal] = row.d_potential;
  if (row.d_current == 0.0)
    return;
  if (axial) {
    for (int k = 0; k < rows->width; k++)
      value[k] += row.d_current * axial->slope[k];
    return;
  }
  if (on_metal) {
    add_faradaic_slopes(rows, site_rows, row.d_current * out, value);
    if (evaluation->rate && problem->field->displacement)
      add_charge_slopes(rows, site_rows, side, -row.d_current * out * evaluation->shift, value);
    return;
  }
  add_current_slopes(rows, links, side, area * row.d_current, value);
  if (evaluation->rate)
    add_displacement_slopes(rows, side, row.d_current * area * links->capacity[link - links->first] * evaluation->shift,
                            value);
}

/* Set potential of a terminal; its default is 0 V. */
static double set_potential(const SbTerminal *terminal, double time) {
  return terminal->control && terminal->control->sets_potential
             ? terminal->control->setpoint(terminal->control_params, time)
             : 0.0;
}

/* In a supported field the support carries the current of the couples to the other end, and the solution has one
   potential; the unknown is the metal's against it. Where the other end has a current or a load, its control decides,
   and this metal is the reference. */
static void supported_row(const SbNodeRows *rows, const SbSiteRows *site_rows, SbSide side) {
  const SbProblem *problem = rows->chain->problem;
  const SbEvaluation *evaluation = rows->evaluation;
  const SbTerminal *here = &problem->terminals[side], *there = &problem->terminals[1 - side];
  const bool there_drives = there->control && !there->control->sets_potential;
  const SbTerminal *driver = there_drives ? there : here;
  const SbSide driver_side = there_drives ? (SbSide)(1 - side) : side;
  const double out = side == SB_RIGHT ? 1.0 : -1.0; /* current that leaves the solution here, counted to the right */
  const double area = side_area(rows->chain, side) / side_area(rows->chain, driver_side);
  const int row = rows->pattern->terminal;
  const double drop = rows->u[rows->chain->offset[rows->node] + row];
  const double reference = set_potential(there_drives ? here : there, evaluation->time);
  SbControlState state = {.potential = reference + (there_drives ? -drop : drop),
                          .far_potential = reference,
                          .current = out * area * site_rows->current,
                          .sign = driver_side == SB_RIGHT ? 1.0 : -1.0,
                          .time = evaluation->time};
  SbControlRow control = {.value = state.potential, .d_potential = 1.0};
  if (driver->control)
    control = control_eval(driver, evaluation, &state);
  double *value = row_clear(rows, row);
  rows->f[row] = control.value;
  if (!value)
    return;
  value[rows->diagonal + row] = there_drives ? -control.d_potential : control.d_potential;
  add_faradaic_slopes(rows, site_rows, control.d_current * out * area, value);
}

/* Row of `column` = wanted. */
static void fix_row(const SbNodeRows *rows, int row, int column, double wanted) {
  double *value = row_clear(rows, row);
  rows->f[row] = rows->u[rows->chain->offset[rows->node] + column] - wanted;
  if (value)
    value[rows->diagonal + column] = 1.0;
}

/* A blocking electrode at open circuit has no steady current to fix; its charge stays what it was. So it does in an
   instant, unless the potential is set. natural: the
   potential's row before the boundary replaced it, the charge demanded by Gauss's law; NULL derivative: none wanted. */
static void charge_row(const SbNodeRows *rows, SbSide side, double natural, const double *natural_value) {
  const int row = rows->pattern->terminal;
  double *value = row_clear(rows, row);
  rows->f[row] = natural / side_area(rows->chain, side) - rows->evaluation->held_charge[side];
  if (!value)
    return;
  for (int k = 0; k < rows->width; k++)
    value[k] = natural_value[k] / side_area(rows->chain, side);
}

static bool keeps_charge(const SbNodeRows *rows, const SbTerminal *terminal) {
  const SbEvaluation *evaluation = rows->evaluation;
  const SbProblem *problem = rows->chain->problem;
  if (!terminal->control || !terminal->kind->holds_charge)
    return false;
  if (evaluation->instant)
    return problem->field->displacement && !terminal->control->sets_potential;
  return !evaluation->rate && !evaluation->moving && problem->blocked && terminal->control == &sb_control_current;
}

void sb_terminal_rows(const SbNodeRows *rows, const SbLinks *links, SbSide side) {
  const SbProblem *problem = rows->chain->problem;
  const SbTerminal *terminal = &problem->terminals[side];
  const SbPattern *pattern = rows->pattern;
  const double area = side_area(rows->chain, side);
  double natural_value[3 * SB_MAX_LOCAL];
  double natural = 0.0;
  if (pattern->potential >= 0) {
    natural = rows->f[pattern->potential];
    if (rows->value)
      memcpy(natural_value, rows->value + (size_t)pattern->potential * (size_t)rows->width,
             (size_t)rows->width * sizeof(double));
  }
  const Axial axial = problem->cable ? axial_current(rows, side) : (Axial){.value = 0.0};
  const SbSiteRows site_rows = site_eval(rows->chain, rows->u, side);
  const int n = problem->species_count;
  for (int s = 0; s < n; s++) {
    merge_row(rows, &site_rows, s, area);
    if (rows->conserves_current)
      add_current(rows, &site_rows, s, area);
  }
  if (pattern->potential < 0) {
    if (pattern->terminal >= 0)
      supported_row(rows, &site_rows, side);
    return;
  }
  merge_row(rows, &site_rows, n + SB_LOCAL_POTENTIAL, -area * rows->evaluation->share);
  merge_row(rows, &site_rows, n + SB_LOCAL_TERMINAL, 0.0);
  if (problem->isolated && side == SB_LEFT)
    fix_row(rows, pattern->potential, pattern->potential, 0.0);
  if (!terminal->kind->carries_current)
    return;
  const bool kept = !terminal->floating && keeps_charge(rows, terminal);
  if (rows->evaluation->hold && rows->evaluation->hold_side == side)
    fix_row(rows, pattern->terminal, pattern->terminal, *rows->evaluation->hold);
  else if (kept && problem->field->displacement)
    charge_row(rows, side, natural, natural_value);
  else if (kept || !terminal->control || terminal->floating)
    fix_row(rows, pattern->terminal, pattern->terminal, 0.0);
  else
    control_row(rows, links, &site_rows, problem->cable ? &axial : NULL, side);
}

void sb_terminal_replaced(const SbChain *chain, const double *u, SbSide side, bool *replaced) {
  const SbProblem *problem = chain->problem;
  const SbPattern *pattern = sb_chain_pattern(chain, side == SB_LEFT ? 0 : chain->nodes - 1);
  const SbSiteRows rows = site_eval(chain, u, side);
  for (int s = 0; s < problem->species_count; s++)
    if (pattern->slot[s] >= 0)
      replaced[pattern->slot[s]] = rows.replaces[s];
  if (pattern->potential >= 0)
    replaced[pattern->potential] =
        rows.replaces[problem->species_count + SB_LOCAL_POTENTIAL] || (problem->isolated && side == SB_LEFT);
  if (pattern->terminal >= 0)
    replaced[pattern->terminal] = true;
}

void sb_terminal_mass(const SbNodeRows *rows, SbSide side) {
  const SbChain *chain = rows->chain;
  const SbTerminal *terminal = &chain->problem->terminals[side];
  const SbPattern *pattern = rows->pattern;
  bool replaced[SB_MAX_LOCAL] = {false};
  sb_terminal_replaced(chain, rows->u, side, replaced);
  for (int row = 0; row < pattern->size; row++)
    if (replaced[row])
      row_clear(rows, row);
  if (!chain->problem->field->displacement || !terminal->kind->carries_current || !terminal->control ||
      terminal->floating)
    return;
  const double out = side == SB_RIGHT ? 1.0 : -1.0;
  const SbControlState state = {.sign = out, .time = -1.0};
  const double by_current = terminal->control->eval(terminal->control_params, &state).d_current;
  double *value = rows->value + (size_t)pattern->terminal * (size_t)rows->width;
  if (is_read_on_metal(chain->problem, side)) {
    const SbSiteRows site_rows = site_eval(chain, rows->u, side);
    add_charge_slopes(rows, &site_rows, side, -by_current * out, value);
    return;
  }
  const int link = side == SB_LEFT ? 0 : chain->nodes - 2;
  const SbRegion *region = &chain->problem->regions[chain->mesh->interval[link]];
  const double area = chain->mesh->area[link] / side_area(chain, side);
  add_displacement_slopes(rows, side, by_current * area * region->permittivity / chain->mesh->h[link], value);
}

void sb_terminal_faradaic_slopes(const SbChain *chain, const double *u, SbSide side, double *gradient) {
  const SbNodeRows rows = sb_node_rows(chain, u, side == SB_LEFT ? 0 : chain->nodes - 1);
  const SbSiteRows site_rows = site_eval(chain, u, side);
  /* a row begins with the unknowns of the node before, which stand before the node's own in the gradient too */
  add_faradaic_slopes(&rows, &site_rows, (side == SB_RIGHT ? 1.0 : -1.0) * side_area(chain, side),
                      gradient + chain->offset[rows.node] - rows.diagonal);
}

SbReading sb_terminal_charge_reading(const SbChain *chain, const double *u, SbSide side, double *gradient) {
  const SbProblem *problem = chain->problem;
  SbReading reading = {.value = 0.0};
  if (!problem->field->displacement)
    return reading;
  const int node = side == SB_LEFT ? 0 : chain->nodes - 1, link = side == SB_LEFT ? 0 : chain->nodes - 2;
  SbLinks links;
  sb_links_eval(chain, u, -1.0, link, 1, false, &links);
  const double area = side_area(chain, side);
  const double outward = (side == SB_LEFT ? 1.0 : -1.0) * chain->mesh->area[link] / area;
  const double volume = (side == SB_LEFT ? chain->mesh->volume_right[node] : chain->mesh->volume_left[node]) / area;
  const SbRegion *region = &problem->regions[chain->mesh->interval[link]];
  reading.value = outward * sb_links_displacement(&links, link) - SB_FARADAY * volume * region->fixed_charge;
  for (int s = 0; s < problem->species_count; s++)
    reading.value -= SB_FARADAY * volume * problem->species[s].charge * region->partition[s] *
                     sb_chain_concentration(chain, u, node, s);
  if (gradient) {
    const SbNodeRows rows = sb_node_rows(chain, u, node);
    add_gauss_slopes(&rows, side, 1.0, gradient + chain->offset[node] - rows.diagonal);
  }
  reading.noise = DBL_EPSILON * (fabs(reading.value) + links.capacity[0] * fabs(sb_chain_potential(chain, u, node)));
  return reading;
}

double sb_terminal_charge(const SbChain *chain, const double *u, SbSide side) {
  return sb_terminal_charge_reading(chain, u, side, NULL).value;
}

double sb_terminal_elastance(const SbChain *chain, SbSide side) {
  const SbProblem *problem = chain->problem;
  const SbTerminal *terminal = &problem->terminals[side];
  const int n = problem->species_count;
  if (!problem->field->displacement || !terminal->kind->holds_charge)
    return 0.0;
  double nothing[SB_MAX_SPECIES] = {0};
  SbSiteRows rows;
  memset(&rows, 0, sizeof rows);
  const SbSite site = {.species_count = n,
                       .species = problem->species,
                       .concentration = nothing,
                       .thermal_voltage = problem->thermal_voltage};
  terminal->kind->eval(&terminal->boundary, &site, &rows);
  const double capacitance = rows.derivative[n + SB_LOCAL_POTENTIAL][n + SB_LOCAL_TERMINAL];
  const bool in_series = !rows.replaces[n + SB_LOCAL_POTENTIAL] && capacitance > 0.0;
  return in_series ? 1.0 / (side_area(chain, side) * capacitance) : 0.0;
}
