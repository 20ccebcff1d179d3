/* Sensitivities of a step: one axis of paths, and columns along it. */
#include <stdlib.h>

#include "base/memory.h"
#include "output/archive_step.h"

static void store_texts(SbArchive *archive, hid_t axis, SbArchiveLabel label, const char *const *texts) {
  const SbArchiveShape shape = {.label = label, .type = archive->text, .rank = 1, .axes = {axis}};
  sb_archive_store(archive, archive->step->group, &shape, archive->text, texts);
}

static void store_numbers(SbArchive *archive, hid_t axis, SbArchiveLabel label, const double *values) {
  const SbArchiveShape shape = {.label = label, .type = H5T_IEEE_F64LE, .rank = 1, .axes = {axis}};
  sb_archive_store(archive, archive->step->group, &shape, H5T_NATIVE_DOUBLE, values);
}

void sb_archive_sensitivities(SbArchive *archive, const SbRun *run, const SbStepResult *step) {
  const size_t count = (size_t)step->sensitivity_count;
  const char *unit = sb_dimension_unit(sb_quantities[step->sensitive.quantity].dimension);
  const char **texts = sb_calloc(3 * count, sizeof *texts), **units = texts + count, **steps = units + count;
  double *values = sb_calloc(2 * count, sizeof *values), *changes = values + count;
  char name[160];
  for (size_t i = 0; i < count; i++) {
    const SbSensitivity *entry = &step->sensitivities[i];
    texts[i] = entry->parameter->path;
    units[i] = sb_dimension_unit(entry->parameter->dimension);
    steps[i] = entry->parameter->step->words;
    values[i] = entry->value;
    changes[i] = entry->change;
  }
  sb_measure_name(run->problem, &step->sensitive, name, sizeof name);
  sb_archive_text(archive, archive->step->group, "sensitivity_of", name);
  sb_archive_text(archive, archive->step->group, "method", step->effort.method);
  sb_archive_text(archive, archive->step->group, "failure", step->failure.message);
  sb_archive_store_real(archive, archive->step->group, (SbArchiveLabel){"wall_time", "s", "wall time of the step"},
                        step->effort.wall_time);
  sb_archive_store_real(archive, archive->step->group,
                        (SbArchiveLabel){"sensitive_value", unit, "value of the quantity that changes"},
                        step->sensitive_value);
  hid_t axis =
      sb_archive_axis(archive, archive->step->group, (SbArchiveLabel){"parameter", NULL, "numbers of the deck by path"},
                      archive->text, step->sensitivity_count, texts);
  store_numbers(archive, axis, (SbArchiveLabel){"parameter_value", NULL, "value of the number, in parameter_unit"},
                values);
  store_texts(archive, axis, (SbArchiveLabel){"parameter_unit", NULL, "unit of the number"}, units);
  store_texts(archive, axis, (SbArchiveLabel){"parameter_step", NULL, "by how much it changes"}, steps);
  store_numbers(archive, axis, (SbArchiveLabel){"sensitivity", unit, "change of the quantity"}, changes);
  sb_archive_close_dataset(&axis);
  free(values);
  free(texts);
}
