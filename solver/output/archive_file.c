#include "output/archive_file.h"

#include <ctype.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *const sb_archive_convention = "saltbridge-1";

static char last_message[2048];

/* ---- failure
 * ------------------------------------------------------------------------------------------------------------ */
void sb_archive_silence(void) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void sb_archive_say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(last_message, sizeof last_message, format, arguments);
  va_end(arguments);
}

const char *sb_archive_message(const SbArchive *archive) {
  return archive && !archive->failed ? "" : last_message;
}

void sb_archive_fail(SbArchive *archive, const char *what) {
  if (archive->failed)
    return;
  const int reason = archive->disk.error;
  sb_archive_say("%s: cannot %s: %s", archive->path, what, reason ? strerror(reason) : "HDF5 refused");
  archive->failed = true;
}

hid_t sb_archive_take(SbArchive *archive, hid_t id, const char *what) {
  if (id < 0)
    sb_archive_fail(archive, what);
  return id;
}

/* ---- attributes
 * --------------------------------------------------------------------------------------------------------- */
static void write_attribute(SbArchive *archive, hid_t object, const char *name, hid_t type, const void *value) {
  if (archive->failed)
    return;
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute < 0 || H5Awrite(attribute, type, value) < 0)
    sb_archive_fail(archive, "write");
  if (attribute >= 0)
    H5Aclose(attribute);
  H5Sclose(space);
}

void sb_archive_text(SbArchive *archive, hid_t object, const char *name, const char *text) {
  if (text)
    write_attribute(archive, object, name, archive->text, &text);
}

void sb_archive_integer(SbArchive *archive, hid_t object, const char *name, int value) {
  write_attribute(archive, object, name, H5T_NATIVE_INT, &value);
}

void sb_archive_real(SbArchive *archive, hid_t object, const char *name, double value) {
  write_attribute(archive, object, name, H5T_NATIVE_DOUBLE, &value);
}

static void write_label(SbArchive *archive, hid_t dataset, SbArchiveLabel label) {
  sb_archive_text(archive, dataset, "units", label.units);
  sb_archive_text(archive, dataset, "long_name", label.long_name);
}

/* ---- groups and datasets
 * ------------------------------------------------------------------------------------------------ */
hid_t sb_archive_group(SbArchive *archive, const char *name) {
  if (archive->failed)
    return -1;
  const hid_t list = H5Pcreate(H5P_GROUP_CREATE);
  H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  const hid_t group =
      sb_archive_take(archive, H5Gcreate2(archive->file, name, H5P_DEFAULT, list, H5P_DEFAULT), "write");
  H5Pclose(list);
  return group;
}

/* Names may come out alike (a species "K 2" and a second "K"): all but the first are numbered. */
static void make_unique(hid_t group, const char *name, char *unique, size_t size) {
  snprintf(unique, size, "%s", name);
  for (int i = 2; H5Lexists(group, unique, H5P_DEFAULT) > 0; i++)
    snprintf(unique, size, "%s_%d", name, i);
}

/* Chunks hold one entry of the growing axis if there is another axis, and a few dozen if there is none. */
static hid_t create_dataset(SbArchive *archive, hid_t group, const char *name, hid_t type, int rank, hsize_t *size,
                            bool grows) {
  if (archive->failed)
    return -1;
  const hsize_t entries_of_a_chunk = 64;
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  const double missing = NAN;
  hsize_t most[SB_ARCHIVE_RANK] = {0}, chunk[SB_ARCHIVE_RANK] = {0};
  for (int i = 0; i < rank; i++)
    most[i] = chunk[i] = size[i];
  if (H5Tget_class(type) == H5T_FLOAT)
    H5Pset_fill_value(list, H5T_NATIVE_DOUBLE, &missing);
  if (grows) {
    most[0] = H5S_UNLIMITED;
    chunk[0] = rank > 1 ? 1 : entries_of_a_chunk;
    H5Pset_chunk(list, rank, chunk);
  }
  const hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, size, most);
  char unique[256];
  make_unique(group, name, unique, sizeof unique);
  const hid_t dataset =
      sb_archive_take(archive, H5Dcreate2(group, unique, type, space, H5P_DEFAULT, list, H5P_DEFAULT), "write");
  H5Sclose(space);
  H5Pclose(list);
  return dataset;
}

hid_t sb_archive_axis(SbArchive *archive, hid_t group, SbArchiveLabel label, hid_t type, int count,
                      const void *values) {
  hsize_t size = count < 0 ? 0 : (hsize_t)count;
  const hid_t axis = create_dataset(archive, group, label.name, type, 1, &size, count < 0);
  if (axis < 0)
    return -1;
  write_label(archive, axis, label);
  if (H5DSset_scale(axis, label.name) < 0)
    sb_archive_fail(archive, "write");
  if (values)
    sb_archive_put(archive, axis, type, values);
  return axis;
}

hid_t sb_archive_dataset(SbArchive *archive, hid_t group, const SbArchiveShape *shape) {
  if (archive->failed)
    return -1;
  hsize_t size[SB_ARCHIVE_RANK] = {0};
  for (int i = 0; i < shape->rank; i++) {
    const hid_t space = H5Dget_space(shape->axes[i]);
    if (space < 0 || H5Sget_simple_extent_dims(space, &size[i], NULL) < 0)
      sb_archive_fail(archive, "write");
    if (space >= 0)
      H5Sclose(space);
  }
  const hid_t dataset = create_dataset(archive, group, shape->label.name, shape->type, shape->rank, size, shape->grows);
  if (dataset < 0)
    return -1;
  write_label(archive, dataset, shape->label);
  for (int i = 0; i < shape->rank; i++)
    if (H5DSattach_scale(dataset, shape->axes[i], (unsigned)i) < 0)
      sb_archive_fail(archive, "write");
  return dataset;
}

void sb_archive_close_dataset(hid_t *dataset) {
  if (*dataset >= 0)
    H5Dclose(*dataset);
  *dataset = -1;
}

/* ---- values
 * ------------------------------------------------------------------------------------------------------------- */
void sb_archive_put(SbArchive *archive, hid_t dataset, hid_t type, const void *values) {
  if (archive->failed)
    return;
  /* texts are converted, and by itself HDF5 would zero a megabyte to do so, each time */
  const size_t conversion_buffer = 4096;
  const hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
  H5Pset_buffer(transfer, conversion_buffer, NULL, NULL);
  if (H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, transfer, values) < 0)
    sb_archive_fail(archive, "write");
  H5Pclose(transfer);
}

void sb_archive_store(SbArchive *archive, hid_t group, const SbArchiveShape *shape, hid_t type, const void *values) {
  hid_t dataset = sb_archive_dataset(archive, group, shape);
  sb_archive_put(archive, dataset, type, values);
  sb_archive_close_dataset(&dataset);
}

void sb_archive_store_real(SbArchive *archive, hid_t group, SbArchiveLabel label, double value) {
  const SbArchiveShape scalar = {.label = label, .type = H5T_IEEE_F64LE};
  sb_archive_store(archive, group, &scalar, H5T_NATIVE_DOUBLE, &value);
}

void sb_archive_store_text(SbArchive *archive, hid_t group, SbArchiveLabel label, const char *text) {
  const SbArchiveShape scalar = {.label = label, .type = archive->text};
  sb_archive_store(archive, group, &scalar, archive->text, &text);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

bool sb_archive_flush_is_due(const SbArchive *archive) {
  const double interval = 1.0;
  return now() >= archive->flushed + interval;
}

void sb_archive_flush(SbArchive *archive) {
  archive->flushed = now();
  if (archive->failed)
    return;
  if (H5Fflush(archive->file, H5F_SCOPE_GLOBAL) < 0 || archive->disk.error != 0)
    sb_archive_fail(archive, "write");
}

void sb_archive_append(SbArchive *archive, hid_t dataset, int first, int entries, int count, hid_t type,
                       const void *values) {
  if (archive->failed)
    return;
  const hid_t old = H5Dget_space(dataset);
  const int rank = H5Sget_simple_extent_ndims(old);
  H5Sclose(old);
  const hsize_t start[SB_ARCHIVE_RANK] = {(hsize_t)first, 0},
                part[SB_ARCHIVE_RANK] = {(hsize_t)entries, (hsize_t)count};
  const hsize_t size[SB_ARCHIVE_RANK] = {(hsize_t)(first + entries), (hsize_t)count};
  if (H5Dset_extent(dataset, size) < 0) {
    sb_archive_fail(archive, "write");
    return;
  }
  const hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(rank, part, NULL);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, part, NULL);
  if (H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, values) < 0)
    sb_archive_fail(archive, "write");
  H5Sclose(memory);
  H5Sclose(space);
}

/* ---- names
 * -------------------------------------------------------------------------------------------------------------- */
void sb_archive_append_name(char *buffer, size_t size, const char *label) {
  size_t n = strlen(buffer);
  size_t end = strlen(label);
  while (end > 1 && (label[end - 1] == '+' || label[end - 1] == '-'))
    end--;
  for (size_t i = 0; i < end && n + 1 < size; i++) {
    const bool plain = isalnum((unsigned char)label[i]) && (unsigned char)label[i] < 128;
    if (plain)
      buffer[n++] = label[i];
    else if (n > 0 && buffer[n - 1] != '_')
      buffer[n++] = '_';
  }
  buffer[n] = '\0';
}
