/* Numbers of a step that are no fields: the measures frame by frame, the regions and species, and what a finished step
 * knows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/constants.h"
#include "base/memory.h"
#include "mesh/geometry.h"
#include "output/archive_step.h"

enum { NAME_SIZE = 192 };

/* "_zinc", or "_zinc_2" after one name alike. */
static void append_numbered(char *buffer, size_t size, const char *name, int alike) {
  const size_t n = strlen(buffer);
  if (alike > 0)
    snprintf(buffer + n, size - n, "_%s_%d", name, alike + 1);
  else
    snprintf(buffer + n, size - n, "_%s", name);
}

/* ---- names
 * -------------------------------------------------------------------------------------------------------------- */
void sb_archive_species_name(const SbProblem *problem, int species, char *buffer, size_t size) {
  char mine[NAME_SIZE] = "", other[NAME_SIZE];
  int alike = 0;
  sb_archive_append_name(mine, sizeof mine, problem->species[species].name);
  for (int s = 0; s < species; s++) {
    other[0] = '\0';
    sb_archive_append_name(other, sizeof other, problem->species[s].name);
    alike += strcmp(mine, other) == 0;
  }
  append_numbered(buffer, size, mine, alike);
}

/* "_zinc"; numbered where two couples of the electrode would be called alike. */
static void couple_name(const SbProblem *problem, const SbMeasure *measure, char *buffer, size_t size) {
  char mine[NAME_SIZE] = "", other[NAME_SIZE];
  int alike = 0;
  if (!measure->couple || measure->terminal < 0)
    return;
  sb_archive_append_name(mine, sizeof mine, measure->couple);
  const SbBoundaryParams *boundary = &problem->terminals[measure->terminal].boundary;
  for (int k = 0; k < boundary->couple_count && strcmp(boundary->couples[k].deck->name, measure->couple) != 0; k++) {
    other[0] = '\0';
    sb_archive_append_name(other, sizeof other, boundary->couples[k].deck->name);
    alike += strcmp(mine, other) == 0;
  }
  append_numbered(buffer, size, mine, alike);
}

/* "flux_K_at_right_end", "electric_potential_at_150_nm", "concentration_Cl_maximum", "charge_left". */
static void measure_name(const SbProblem *problem, const SbMeasure *measure, char *buffer, size_t size) {
  buffer[0] = '\0';
  sb_archive_append_name(buffer, size, sb_quantities[measure->quantity].name);
  if (measure->species >= 0)
    sb_archive_species_name(problem, measure->species, buffer, size);
  couple_name(problem, measure, buffer, size);
  const char *const parts_of_membranes[] = {measure->membrane, measure->mechanism, measure->gate};
  for (int i = 0; i < 3; i++) {
    const size_t before = strlen(buffer);
    if (!parts_of_membranes[i])
      continue;
    snprintf(buffer + before, size - before, "_");
    sb_archive_append_name(buffer, size, parts_of_membranes[i]);
  }
  size_t n = strlen(buffer);
  if (measure->terminal >= 0)
    n += (size_t)snprintf(buffer + n, size - n, "_%s", measure->terminal == SB_LEFT ? "left" : "right");
  if (measure->extreme != 0)
    snprintf(buffer + n, size - n, "_%s", measure->extreme > 0 ? "maximum" : "minimum");
  else if (!isnan(measure->x))
    snprintf(buffer + n, size - n, "_at_%.10g_nm", 1e9 * measure->x);
  else if (measure->quantity == SB_QUANTITY_FLUX)
    snprintf(buffer + n, size - n, "_at_right_end");
  for (char *c = buffer; *c; c++)
    if (*c == '.')
      *c = 'p';
}

/* ---- measures
 * ----------------------------------------------------------------------------------------------------------- */
static const struct {
  const char *suffix, *long_name;
} parts[SB_ARCHIVE_READING] = {
    [SB_ARCHIVE_VALUE] = {"", ""},
    [SB_ARCHIVE_MESH_BAR] = {"_mesh_bar", ", error bar from the mesh"},
    [SB_ARCHIVE_TIME_BAR] = {"_time_bar", ", error bar from the time steps"},
};

void sb_archive_measures_create(SbArchive *archive, const SbRun *run) {
  SbArchiveStep *step = archive->step;
  step->measure_count = run->measure_count;
  step->measures = sb_calloc((size_t)run->measure_count, sizeof *step->measures);
  for (int m = 0; m < run->measure_count; m++) {
    const SbMeasure *measure = &run->measures[m];
    char name[NAME_SIZE], words[NAME_SIZE], full[NAME_SIZE + 32], long_name[NAME_SIZE + 64];
    measure_name(run->problem, measure, name, sizeof name);
    sb_measure_name(run->problem, measure, words, sizeof words);
    for (int p = 0; p < SB_ARCHIVE_READING; p++) {
      snprintf(full, sizeof full, "%s%s", name, parts[p].suffix);
      snprintf(long_name, sizeof long_name, "%s%s", words, parts[p].long_name);
      const char *unit = sb_dimension_unit(sb_quantities[measure->quantity].dimension);
      const SbArchiveShape shape = {
          .label = {full, unit, long_name}, .type = H5T_IEEE_F64LE, .rank = 1, .axes = {step->frames}, .grows = true};
      step->measures[m][p] = sb_archive_dataset(archive, step->group, &shape);
      if (measure->species >= 0)
        sb_archive_text(archive, step->measures[m][p], "species", run->problem->species[measure->species].name);
      if (measure->couple)
        sb_archive_text(archive, step->measures[m][p], "couple", measure->couple);
      if (measure->membrane)
        sb_archive_text(archive, step->measures[m][p], "membrane", measure->membrane);
      if (measure->mechanism)
        sb_archive_text(archive, step->measures[m][p], "mechanism", measure->mechanism);
    }
  }
}

void sb_archive_measures_write(SbArchive *archive, int first, int count, const SbReading *readings) {
  const SbArchiveStep *step = archive->step;
  double *columns[SB_ARCHIVE_READING];
  for (int p = 0; p < SB_ARCHIVE_READING; p++)
    columns[p] = sb_calloc((size_t)count, sizeof *columns[p]);
  for (int m = 0; m < step->measure_count && count > 0; m++) {
    for (int f = 0; f < count; f++) {
      const SbReading *reading = &readings[f * step->measure_count + m];
      columns[SB_ARCHIVE_VALUE][f] = reading->value;
      columns[SB_ARCHIVE_MESH_BAR][f] = reading->mesh_bar;
      columns[SB_ARCHIVE_TIME_BAR][f] = reading->time_bar;
    }
    for (int p = 0; p < SB_ARCHIVE_READING; p++)
      sb_archive_append(archive, step->measures[m][p], first, count, 1, H5T_NATIVE_DOUBLE, columns[p]);
  }
  for (int p = 0; p < SB_ARCHIVE_READING; p++)
    free(columns[p]);
}

void sb_archive_measures_keep(SbArchive *archive, const SbReading *readings) {
  SbArchiveStep *step = archive->step;
  const size_t measures = (size_t)step->measure_count;
  if (step->pending_count == step->pending_capacity) {
    step->pending_capacity = 2 * step->pending_capacity + 16;
    step->pending = sb_realloc(step->pending, (size_t)step->pending_capacity * measures + 1, sizeof *step->pending);
  }
  SbReading *kept = step->pending + (size_t)step->pending_count++ * measures;
  for (size_t m = 0; m < measures; m++)
    kept[m] = readings ? readings[m] : (SbReading){NAN, NAN, NAN, NAN, NAN};
}

void sb_archive_measures_write_kept(SbArchive *archive) {
  SbArchiveStep *step = archive->step;
  sb_archive_measures_write(archive, step->frame_count - step->pending_count, step->pending_count, step->pending);
  step->pending_count = 0;
}

/* ---- regions and species
 * ------------------------------------------------------------------------------------------------ */
static void store_column(SbArchive *archive, hid_t axis, SbArchiveLabel label, const double *values) {
  const SbArchiveShape shape = {.label = label, .type = H5T_IEEE_F64LE, .rank = 1, .axes = {axis}};
  sb_archive_store(archive, archive->step->group, &shape, H5T_NATIVE_DOUBLE, values);
}

static void store_regions(SbArchive *archive, const SbProblem *problem) {
  const int count = problem->region_count;
  const char **names = sb_calloc((size_t)count, sizeof *names);
  double *columns = sb_calloc(4 * (size_t)count, sizeof *columns);
  double *left = columns, *right = left + count, *permittivity = right + count, *charge = permittivity + count;
  for (int r = 0; r < count; r++) {
    const SbRegion *region = &problem->regions[r];
    names[r] = region->name;
    left[r] = region->left;
    right[r] = region->right;
    permittivity[r] = region->permittivity / SB_VACUUM_PERMITTIVITY;
    charge[r] = region->fixed_charge;
  }
  const SbArchiveLabel label = {"region_name", NULL, "regions from left to right"};
  hid_t axis = sb_archive_axis(archive, archive->step->group, label, archive->text, count, names);
  store_column(archive, axis, (SbArchiveLabel){"region_left", "m", "left edge of the region"}, left);
  store_column(archive, axis, (SbArchiveLabel){"region_right", "m", "right edge of the region"}, right);
  store_column(archive, axis, (SbArchiveLabel){"region_permittivity", "1", "relative permittivity of the region"},
               permittivity);
  store_column(archive, axis,
               (SbArchiveLabel){"region_fixed_charge", "mol/m3", "fixed charge of the region, in elementary charges"},
               charge);
  sb_archive_close_dataset(&axis);
  free(columns);
  free(names);
}

/* A number of the whole system, unless it is what the step varies: then its name is that of the axis. */
static void store_constant(SbArchive *archive, SbArchiveLabel label, double value) {
  const hid_t group = archive->step->group;
  if (!archive->failed && H5Lexists(group, label.name, H5P_DEFAULT) <= 0)
    sb_archive_store_real(archive, group, label, value);
}

void sb_archive_system(SbArchive *archive, const SbProblem *problem) {
  const hid_t group = archive->step->group;
  sb_archive_text(archive, group, "field", problem->field->name);
  sb_archive_text(archive, group, "geometry", sb_geometry_names[problem->geometry]);
  store_constant(archive, (SbArchiveLabel){"temperature", "K", "temperature"}, problem->temperature);
  if (problem->cable)
    store_constant(archive, (SbArchiveLabel){"radius", "m", "radius of the cable"}, problem->deck->radius);
  if (sb_geometry_is_radial(problem->geometry))
    store_constant(archive, (SbArchiveLabel){"inner_radius", "m", "radius at the left end"}, problem->inner_radius);
  store_regions(archive, problem);
}

/* ---- what a finished step knows
 * ----------------------------------------------------------------------------------------- */
#define RESULT(name, member, units, words)                                                                             \
  { {name, units, words}, offsetof(SbStepResult, member) }

static const struct {
  SbArchiveLabel label;
  size_t offset;
} reals[] = {
    RESULT("charge_passed", charge_passed.value, "C/m2", "integral of the current over the step"),
    RESULT("charge_passed_mesh_bar", charge_passed.mesh_bar, "C/m2", "its error bar from the mesh"),
    RESULT("charge_passed_time_bar", charge_passed.time_bar, "C/m2", "its error bar from the time steps"),
    RESULT("reversal_potential", reversal_potential, "V", "potential at which the current changes its sign"),
    RESULT("conduction_velocity", conduction_velocity, "m/s", "velocity of the impulse along the cable"),
    RESULT("net_charge", ledger.charge, "C/m2", "ions, fixed charge and surfaces together at the end of the step"),
    RESULT("charge_scale", ledger.charge_scale, "C/m2", "sum of the magnitudes of these charges"),
    RESULT("current_spread", ledger.current_spread, "A/m2",
           "largest deviation of the ionic current from constancy in x"),
    RESULT("current_noise", ledger.current_noise, "A/m2", "rounding noise of the ionic current"),
    RESULT("current_scale", ledger.current_scale, "A/m2", "largest sum of the partial currents' magnitudes"),
    RESULT("total_entropy_production", ledger.entropy_production, "W/m2/K",
           "entropy production at the end of the step"),
    RESULT("smallest_link", effort.smallest_link, "m", "shortest link of the mesh"),
    RESULT("debye_length", effort.debye_length, "m", "shortest Debye length at a region boundary"),
    RESULT("cell_iterations", effort.cell_iterations, "1",
           "over all meshes solved: the cells of the mesh, once for every factorisation"),
    RESULT("assembly_time", effort.assembly_time, "s", "wall time of assembly"),
    RESULT("factor_time", effort.factor_time, "s", "wall time of factorisation"),
    RESULT("solve_time", effort.solve_time, "s", "wall time of the triangular solves"),
    RESULT("wall_time", effort.wall_time, "s", "wall time of the step"),
};

static const struct {
  SbArchiveLabel label;
  size_t offset;
} columns[] = {
    RESULT("amount", ledger.amount, "mol/m2", "amount of the species in the whole domain"),
    RESULT("amount_start", amount_start, "mol/m2", "amount of the species at the start of the step"),
    RESULT("amount_error", amount_error, "1", "relative error of the balance of the species"),
    RESULT("flux_spread", ledger.flux_spread, "mol/m2/s", "largest deviation of the flux from constancy in x"),
    RESULT("flux_noise", ledger.flux_noise, "mol/m2/s", "rounding noise of the flux"),
    RESULT("flux_largest", ledger.flux_largest, "mol/m2/s", "largest flux anywhere"),
};

static const struct {
  const char *name;
  size_t offset;
} integers[] = {
    {"newton_iterations", offsetof(SbStepResult, effort.newton_iterations)},
    {"cells", offsetof(SbStepResult, effort.cells)},
    {"mesh_rounds", offsetof(SbStepResult, effort.mesh_rounds)},
    {"time_steps", offsetof(SbStepResult, effort.time_steps)},
    {"rejected_steps", offsetof(SbStepResult, effort.rejected_steps)},
};

static void store_columns(SbArchive *archive, const SbProblem *problem, const SbStepResult *result) {
  const hid_t group = archive->step->group;
  const char *names[SB_MAX_SPECIES] = {NULL};
  for (int s = 0; s < problem->species_count; s++)
    names[s] = problem->species[s].name;
  const SbArchiveLabel label = {"species", NULL, "species"};
  hid_t axis = sb_archive_axis(archive, group, label, archive->text, problem->species_count, names);
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
    store_column(archive, axis, columns[i].label,
                 (const double *)(const void *)((const char *)result + columns[i].offset));
  sb_archive_close_dataset(&axis);
}

void sb_archive_results(SbArchive *archive, const SbRun *run, const SbStepResult *result) {
  const hid_t group = archive->step->group;
  const char *base = (const char *)result;
  for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++)
    sb_archive_store_real(archive, group, reals[i].label, *(const double *)(const void *)(base + reals[i].offset));
  for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++)
    sb_archive_integer(archive, group, integers[i].name, *(const int *)(const void *)(base + integers[i].offset));
  store_columns(archive, run->problem, result);
  sb_archive_text(archive, group, "method", result->effort.method);
  sb_archive_text(archive, group, "mesh", result->effort.mesh_given ? "given by the deck" : "found by the program");
  sb_archive_text(archive, group, "accuracy", result->effort.accuracy_met ? "met" : "not met");
  sb_archive_text(archive, group, "accuracy_note", result->effort.accuracy_note);
  sb_archive_integer(archive, group, "ends_steady", result->steady);
  sb_archive_text(archive, group, "failure", result->failure.message);
  if (result->failure.message)
    sb_archive_real(archive, group, "failure_coordinate", result->failure.coordinate);
}
