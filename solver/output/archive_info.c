/* The table of contents of an archive: whose it is, and step by step what was stored. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/units.h"
#include "output/archive_file.h"

enum { DIGITS = 6, BAR_DIGITS = 2, NUMBER_SIZE = 48, NAME_SIZE = 256, LINE_WIDTH = 96, FIELD_INDENT = 11 };

/* ---- reading
 * ------------------------------------------------------------------------------------------------------------ */
/* Text of an attribute, to be freed; "" where there is none. */
static char *read_text(hid_t object, const char *name) {
  char *copy = NULL, *text = NULL;
  if (object >= 0 && H5Aexists(object, name) > 0) {
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    if (H5Tis_variable_str(type) > 0 && H5Aread(attribute, type, (void *)&text) >= 0 && text)
      copy = strdup(text);
    if (text)
      H5free_memory(text);
    H5Tclose(type);
    H5Aclose(attribute);
  }
  return copy ? copy : sb_calloc(1, 1);
}

/* Sizes of a dataset; its rank, or -1. */
static int read_size(hid_t group, const char *name, hsize_t size[H5S_MAX_RANK]) {
  size[0] = 0;
  if (H5Lexists(group, name, H5P_DEFAULT) <= 0)
    return -1;
  const hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
  if (dataset < 0)
    return -1;
  const hid_t space = H5Dget_space(dataset);
  const int rank = H5Sget_simple_extent_dims(space, size, NULL);
  H5Sclose(space);
  H5Dclose(dataset);
  return rank;
}

/* A column of numbers, one a frame, to be freed; NULL where there is none. */
static double *read_column(hid_t group, const char *name, hsize_t *count) {
  hsize_t size[H5S_MAX_RANK];
  if (read_size(group, name, size) != 1 || size[0] == 0)
    return NULL;
  double *values = sb_calloc(size[0], sizeof(double));
  const hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
  const herr_t error = H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Dclose(dataset);
  *count = size[0];
  if (error >= 0)
    return values;
  free(values);
  return NULL;
}

/* ---- printing
 * ----------------------------------------------------------------------------------------------------------- */
static void print_attribute(hid_t file, const char *name, const char *label, FILE *stream) {
  char *text = read_text(file, name);
  if (text[0])
    fprintf(stream, "%-9s %s\n", label, text);
  free(text);
}

static void print_origin(hid_t file, FILE *stream) {
  char *date = read_text(file, "date_created"), *program = read_text(file, "program");
  char *petsc = read_text(file, "petsc_version"), *hdf5 = read_text(file, "hdf5_version");
  fprintf(stream, "%-9s %s, %s%s%s, HDF5 %s\n", "made", date, program, petsc[0] ? ", PETSc " : "", petsc, hdf5);
  free(date);
  free(program);
  free(petsc);
  free(hdf5);
}

/* Value of the last frame with its bar, and the range over the frames. */
static void print_potential(hid_t group, FILE *stream) {
  hsize_t count = 0, bars = 0;
  double *values = read_column(group, "potential", &count), *mesh = read_column(group, "potential_mesh_bar", &bars);
  double *time = read_column(group, "potential_time_bar", &bars);
  double low = INFINITY, high = -INFINITY, last = NAN, bar = 0.0;
  for (hsize_t i = 0; values && i < count; i++) {
    if (isnan(values[i]))
      continue;
    low = fmin(low, values[i]);
    high = fmax(high, values[i]);
    last = values[i];
    bar = (mesh && !isnan(mesh[i]) ? mesh[i] : 0.0) + (time && !isnan(time[i]) ? time[i] : 0.0);
  }
  free(values);
  free(mesh);
  free(time);
  if (isnan(last))
    return;
  char text[NUMBER_SIZE], other[NUMBER_SIZE];
  sb_units_print(text, sizeof text, last, SB_DIMENSION_POTENTIAL, DIGITS);
  fprintf(stream, "  potential %s", text);
  sb_units_print(text, sizeof text, bar, SB_DIMENSION_POTENTIAL, BAR_DIGITS);
  if (bar > 0.0)
    fprintf(stream, " +- %s", text);
  sb_units_print(text, sizeof text, low, SB_DIMENSION_POTENTIAL, DIGITS);
  sb_units_print(other, sizeof other, high, SB_DIMENSION_POTENTIAL, DIGITS);
  if (high > low)
    fprintf(stream, " in the last frame, from %s to %s in all", text, other);
  fputc('\n', stream);
}

/* Names the fields of a step, several to a line. */
typedef struct {
  FILE *stream;
  size_t column;
} FieldLine;

static herr_t print_field(hid_t group, const char *name, const H5L_info_t *info, void *context) {
  (void)info;
  FieldLine *line = context;
  hsize_t size[H5S_MAX_RANK];
  if (read_size(group, name, size) != 2)
    return 0;
  if (line->column + strlen(name) > LINE_WIDTH) {
    fprintf(line->stream, "\n%*s", FIELD_INDENT, "");
    line->column = FIELD_INDENT;
  }
  fprintf(line->stream, " %s", name);
  line->column += strlen(name) + 1;
  return 0;
}

static void print_fields(hid_t group, FILE *stream) {
  FieldLine line = {stream, FIELD_INDENT};
  fprintf(stream, "%*s", -FIELD_INDENT, "  fields");
  H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, print_field, &line);
  fputc('\n', stream);
}

static void print_sensitivity(hid_t group, const char *name, const char *of, FILE *stream) {
  hsize_t count[H5S_MAX_RANK];
  read_size(group, "parameter", count);
  fprintf(stream, "\n%s: of the %s to %llu number%s of the deck\n", name, of, (unsigned long long)count[0],
          count[0] == 1 ? "" : "s");
}

static void print_frames(hid_t group, const char *name, FILE *stream) {
  char *coordinate = read_text(group, "coordinate"), *failure = read_text(group, "failure"),
       *method = read_text(group, "method");
  hsize_t frames[H5S_MAX_RANK], links[H5S_MAX_RANK];
  read_size(group, coordinate, frames);
  read_size(group, "x_link", links);
  fprintf(stream, "\n%s: %llu frame%s%s%s, %llu cells%s\n", name, (unsigned long long)frames[0],
          frames[0] == 1 ? "" : "s", strcmp(coordinate, "frame") == 0 ? "" : " over ",
          strcmp(coordinate, "frame") == 0 ? "" : coordinate, (unsigned long long)links[0],
          method[0] ? "" : " (not finished)");
  print_potential(group, stream);
  print_fields(group, stream);
  if (failure[0])
    fprintf(stream, "  failed    %s\n", failure);
  free(coordinate);
  free(failure);
  free(method);
}

static void print_step(hid_t group, const char *name, FILE *stream) {
  char *of = read_text(group, "sensitivity_of");
  if (of[0])
    print_sensitivity(group, name, of, stream);
  else
    print_frames(group, name, stream);
  free(of);
}

static void print_steps(hid_t file, FILE *stream) {
  H5G_info_t info = {.nlinks = 0};
  H5Gget_info(file, &info);
  for (hsize_t i = 0; i < info.nlinks; i++) {
    char name[NAME_SIZE] = "";
    if (H5Lget_name_by_idx(file, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT) < 0)
      continue;
    if (strncmp(name, "step_", 5) != 0)
      continue;
    const hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
    if (group < 0)
      continue;
    print_step(group, name, stream);
    H5Gclose(group);
  }
}

SbStatus sb_archive_info(const char *path, FILE *stream) {
  sb_archive_silence();
  struct stat status;
  if (stat(path, &status) != 0 || access(path, R_OK) != 0) {
    const int reason = errno;
    sb_archive_say("%s: cannot read: %s", path, strerror(reason));
    return reason == ENOENT ? SB_NO_FILE : SB_IO;
  }
  const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  char *convention = read_text(file, "Conventions");
  const bool known = strcmp(convention, sb_archive_convention) == 0;
  free(convention);
  if (known) {
    fprintf(stream, "%s\n", path);
    print_attribute(file, "title", "title", stream);
    print_attribute(file, "deck_file", "deck", stream);
    print_origin(file, stream);
    print_attribute(file, "petsc_options", "options", stream);
    print_steps(file, stream);
  } else {
    sb_archive_say("%s: this is no output file of saltbridge%s", path, file < 0 ? ", or it is damaged" : "");
  }
  if (file >= 0)
    H5Fclose(file);
  return known ? SB_OK : SB_IO;
}
