/* One step of a run: a group with its axes, a dataset per field and measure, and a frame at a time. */
#include "output/archive_step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "output/control_words.h"

/* ---- axes
 * --------------------------------------------------------------------------------------------------------------- */
static void create_frames(SbArchive *archive, const SbStepResult *result) {
  SbArchiveStep *step = archive->step;
  char name[128] = "";
  SbArchiveLabel label = {"frame", "1", "number of the frame"};
  if (result->coordinate_name) {
    sb_archive_append_name(name, sizeof name, result->coordinate_name);
    label = (SbArchiveLabel){name, sb_dimension_unit(result->coordinate_dimension), result->coordinate_name};
  }
  step->frames = sb_archive_axis(archive, step->group, label, H5T_IEEE_F64LE, -1, NULL);
  sb_archive_text(archive, step->group, "coordinate", label.name);
  SbArchiveShape flag = {.type = H5T_STD_I8LE, .rank = 1, .axes = {step->frames}, .grows = true};
  flag.label = (SbArchiveLabel){"solved", NULL, "1 where the state of the frame was found, else 0"};
  step->solved = sb_archive_dataset(archive, step->group, &flag);
  flag.label = (SbArchiveLabel){"steady", NULL, "1 where the state of the frame is a steady one, else 0"};
  step->steady = sb_archive_dataset(archive, step->group, &flag);
}

static void create_places(SbArchive *archive, bool moves) {
  SbArchiveStep *step = archive->step;
  const SbProfileLayout *layout = step->layout;
  const int links = layout->nodes - 1;
  double *x = sb_calloc((size_t)layout->nodes + (size_t)layout->regions, sizeof(double));
  sb_profile_layout_positions(layout, x);
  const SbArchiveLabel node = {"x", "m", "distance from the left end, or radius"};
  step->x = sb_archive_axis(archive, step->group, node, H5T_NATIVE_DOUBLE, layout->count, x);
  sb_profile_layout_middles(layout, x);
  const SbArchiveLabel link = {"x_link", "m", "distance of a link's middle from the left end, or radius"};
  step->x_link = sb_archive_axis(archive, step->group, link, H5T_NATIVE_DOUBLE, links, x);
  free(x);
  const SbArchiveShape region = {
      .label = {"region", NULL, "number of the region, from 0"}, .type = H5T_STD_I32LE, .rank = 1, .axes = {step->x}};
  sb_archive_store(archive, step->group, &region, H5T_NATIVE_INT, layout->region);
  const SbArchiveShape position = {.label = {"position", "m", "distance from the left end, or radius, in this frame"},
                                   .type = H5T_IEEE_F64LE,
                                   .rank = 2,
                                   .axes = {step->frames, step->x},
                                   .grows = true};
  if (moves)
    step->position = sb_archive_dataset(archive, step->group, &position);
}

/* ---- fields
 * ------------------------------------------------------------------------------------------------------------- */
/* Unit of what an impedance step moves: a current, else a potential. */
static const char *drive_unit(const SbProblem *problem, int side) {
  const SbTerminal *here = &problem->terminals[side], *there = &problem->terminals[1 - side];
  /* past the couples of one end a support carries the current that the other end's control sets */
  const bool across = !problem->field->potential && there->control && !there->control->sets_potential;
  return (across ? there : here)->control == &sb_control_current ? "A/m2" : "V";
}

static const struct {
  const char *suffix, *words;
} parts[] = {[SB_ARCHIVE_STATE] = {"", ""},
             [SB_ARCHIVE_REAL] = {"_real", "real part of the response of the "},
             [SB_ARCHIVE_IMAGINARY] = {"_imaginary", "imaginary part of the response of the "}};

static hid_t create_field(SbArchive *archive, const SbProblem *problem, const SbArchiveField *field, int s,
                          const char *per) {
  const SbArchiveStep *step = archive->step;
  const SbProfileKind *kind = field->kind;
  char name[192], units[64], long_name[320];
  snprintf(name, sizeof name, "%s", kind->name);
  if (kind->per_species)
    sb_archive_species_name(problem, s, name, sizeof name);
  snprintf(name + strlen(name), sizeof name - strlen(name), "%s", parts[field->part].suffix);
  snprintf(units, sizeof units, "%s", kind->units);
  if (per)
    snprintf(units, sizeof units, strchr(per, '/') ? "%s/(%s)" : "%s/%s", kind->units, per);
  snprintf(long_name, sizeof long_name, kind->per_species ? "%s%s of %s" : "%s%s", parts[field->part].words,
           kind->long_name, kind->per_species ? problem->species[s].name : "");
  const SbArchiveShape shape = {.label = {name, units, long_name},
                                .type = H5T_IEEE_F64LE,
                                .rank = 2,
                                .axes = {step->frames, kind->on_links ? step->x_link : step->x},
                                .grows = true};
  const hid_t dataset = sb_archive_dataset(archive, step->group, &shape);
  if (!kind->on_links)
    sb_archive_text(archive, dataset, "coordinates", step->position >= 0 ? "region position" : "region");
  if (!kind->per_species)
    return dataset;
  sb_archive_text(archive, dataset, "species", problem->species[s].name);
  sb_archive_integer(archive, dataset, "charge_number", problem->species[s].charge);
  return dataset;
}

static void create_part(SbArchive *archive, const SbProblem *problem, const SbProfileKind *kind, int part,
                        const char *per) {
  SbArchiveField *field = &archive->step->fields[archive->step->field_count++];
  field->kind = kind;
  field->part = part;
  for (int s = 0; s < SB_MAX_SPECIES; s++)
    field->datasets[s] =
        s < (kind->per_species ? problem->species_count : 1) ? create_field(archive, problem, field, s, per) : -1;
}

static void create_fields(SbArchive *archive, const SbProblem *problem, const SbStepResult *result) {
  SbArchiveStep *step = archive->step;
  step->fields = sb_calloc(2 * (size_t)sb_profile_kind_count, sizeof *step->fields);
  const char *per = result->driven >= 0 ? drive_unit(problem, result->driven) : NULL;
  if (per)
    sb_archive_text(archive, step->group, "response_per", per);
  for (int k = 0; k < sb_profile_kind_count; k++) {
    const SbProfileKind *kind = &sb_profile_kinds[k];
    if (!sb_profile_wanted(problem, kind))
      continue;
    if (!per)
      create_part(archive, problem, kind, SB_ARCHIVE_STATE, NULL);
    for (int part = SB_ARCHIVE_REAL; per && part <= SB_ARCHIVE_IMAGINARY; part++)
      create_part(archive, problem, kind, part, per);
  }
}

/* The field of state u, or (x not NULL) how it changes with a change x of the state. With chain NULL every value is
   unknown. */
static void write_field(SbArchive *archive, const SbArchiveField *field, int frame, const SbChain *chain,
                        const double *u, const double *x, double time) {
  const SbProfileLayout *layout = archive->step->layout;
  const int count = field->kind->on_links ? layout->nodes - 1 : layout->count;
  double *row = sb_calloc((size_t)count, sizeof(double)), *values[SB_MAX_SPECIES] = {NULL};
  for (int i = 0; i < count; i++)
    row[i] = NAN;
  for (int s = 0; chain && s < SB_MAX_SPECIES; s++)
    if (field->datasets[s] >= 0)
      values[s] = sb_calloc((size_t)chain->nodes + (size_t)layout->regions, sizeof(double));
  if (chain && x)
    field->kind->respond(chain, u, x, values);
  else if (chain)
    field->kind->eval(chain, u, time, values);
  for (int s = 0; s < SB_MAX_SPECIES; s++) {
    if (field->datasets[s] < 0)
      continue;
    if (chain)
      sb_profile_layout_take(layout, chain, field->kind, values[s], row);
    sb_archive_append(archive, field->datasets[s], frame, 1, count, H5T_NATIVE_DOUBLE, row);
    free(values[s]);
  }
  free(row);
}

static void write_position(SbArchive *archive, int frame, const SbChain *chain) {
  const SbArchiveStep *step = archive->step;
  if (step->position < 0)
    return;
  double *x = sb_calloc((size_t)step->layout->count, sizeof(double));
  for (int i = 0; i < step->layout->count; i++)
    x[i] = NAN;
  if (chain)
    sb_profile_layout_moved(step->layout, chain->problem, x);
  sb_archive_append(archive, step->position, frame, 1, step->layout->count, H5T_NATIVE_DOUBLE, x);
  free(x);
}

/* ---- the step
 * ----------------------------------------------------------------------------------------------------------- */
/* Makes the group and all that says "not there yet". */
static void start_step(SbArchive *archive, const SbStepResult *result) {
  char name[96];
  sb_archive_abandon_step(archive);
  snprintf(name, sizeof name, "step_%d_%s", ++archive->steps, result->name);
  SbArchiveStep *step = archive->step = sb_calloc(1, sizeof *step);
  step->frames = step->x = step->x_link = step->solved = step->steady = step->position = -1;
  step->group = sb_archive_group(archive, name);
  sb_archive_text(archive, step->group, "step", result->name);
  for (int side = 0; side < 2; side++) {
    char words[96];
    sb_control_words(result, (SbSide)side, words, sizeof words);
    sb_archive_text(archive, step->group, side == SB_LEFT ? "left_control" : "right_control", words);
  }
}

SbStatus sb_archive_begin_step(SbArchive *archive, const SbRun *run, const SbStepResult *result, const SbChain *chain) {
  if (archive->failed)
    return SB_IO;
  const bool sweep = result->coordinate_name && result->coordinate_dimension != SB_DIMENSION_TIME && result->driven < 0;
  start_step(archive, result);
  archive->step->layout = sb_profile_layout_create(chain, sweep);
  create_frames(archive, result);
  create_places(archive, sweep && result->coordinate_dimension == SB_DIMENSION_LENGTH);
  sb_archive_system(archive, chain->problem);
  create_fields(archive, chain->problem, result);
  sb_archive_measures_create(archive, run);
  return archive->failed ? SB_IO : SB_OK;
}

SbStatus sb_archive_frame(SbArchive *archive, double coordinate, const SbChain *chain, const double *u,
                          const SbMoment *moment, const SbReading *readings) {
  SbArchiveStep *step = archive->step;
  if (!step)
    sb_archive_fail(archive, "store a frame outside of a step");
  if (archive->failed || !step)
    return SB_IO;
  const int frame = step->frame_count;
  const int8_t solved = chain != NULL && u != NULL, steady = solved && moment && moment->steady;
  const double place = isnan(coordinate) ? frame + 1 : coordinate;
  sb_archive_append(archive, step->frames, frame, 1, 1, H5T_NATIVE_DOUBLE, &place);
  sb_archive_append(archive, step->solved, frame, 1, 1, H5T_NATIVE_INT8, &solved);
  sb_archive_append(archive, step->steady, frame, 1, 1, H5T_NATIVE_INT8, &steady);
  write_position(archive, frame, chain);
  for (int f = 0; f < step->field_count; f++)
    if (step->fields[f].part == SB_ARCHIVE_STATE)
      write_field(archive, &step->fields[f], frame, solved ? chain : NULL, u, NULL, moment ? moment->time : -1.0);
  sb_archive_measures_keep(archive, readings);
  step->frame_count++;
  if (solved && !sb_profile_layout_fits(step->layout, chain))
    step->interpolated++;
  if (sb_archive_flush_is_due(archive)) {
    sb_archive_measures_write_kept(archive);
    sb_archive_flush(archive);
  }
  return archive->failed ? SB_IO : SB_OK;
}

SbStatus sb_archive_respond(SbArchive *archive, const SbChain *chain, const double *u, const double *real,
                            const double *imaginary) {
  SbArchiveStep *step = archive->step;
  if (!step || step->frame_count == 0)
    sb_archive_fail(archive, "store a response without its frame");
  if (archive->failed || !step)
    return SB_IO;
  for (int f = 0; f < step->field_count; f++) {
    const SbArchiveField *field = &step->fields[f];
    if (field->part != SB_ARCHIVE_STATE)
      write_field(archive, field, step->frame_count - 1, chain, u, field->part == SB_ARCHIVE_REAL ? real : imaginary,
                  -1.0);
  }
  return archive->failed ? SB_IO : SB_OK;
}

void sb_archive_abandon_step(SbArchive *archive) {
  SbArchiveStep *step = archive->step;
  if (!step)
    return;
  sb_archive_measures_write_kept(archive);
  archive->step = NULL;
  for (int f = 0; f < step->field_count; f++)
    for (int s = 0; s < SB_MAX_SPECIES; s++)
      sb_archive_close_dataset(&step->fields[f].datasets[s]);
  for (int m = 0; m < step->measure_count; m++)
    for (int part = 0; part < SB_ARCHIVE_READING; part++)
      sb_archive_close_dataset(&step->measures[m][part]);
  sb_archive_close_dataset(&step->position);
  sb_archive_close_dataset(&step->steady);
  sb_archive_close_dataset(&step->solved);
  sb_archive_close_dataset(&step->x_link);
  sb_archive_close_dataset(&step->x);
  sb_archive_close_dataset(&step->frames);
  if (step->group >= 0)
    H5Gclose(step->group);
  sb_profile_layout_destroy(&step->layout);
  free(step->pending);
  free(step->measures);
  free(step->fields);
  free(step);
}

SbStatus sb_archive_end_step(SbArchive *archive, const SbRun *run, const SbStepResult *result) {
  if (archive->failed)
    return SB_IO;
  if (!archive->step)
    start_step(archive, result); /* it failed before it had a state */
  if (result->frame_count == archive->step->frame_count) {
    archive->step->pending_count = 0;
    sb_archive_measures_write(archive, 0, result->frame_count, result->readings);
  } else {
    sb_archive_measures_write_kept(archive);
  }
  sb_archive_integer(archive, archive->step->group, "interpolated_frames", archive->step->interpolated);
  if (result->sensitivities)
    sb_archive_sensitivities(archive, run, result);
  else
    sb_archive_results(archive, run, result);
  sb_archive_flush(archive);
  sb_archive_abandon_step(archive);
  return archive->failed ? SB_IO : SB_OK;
}
