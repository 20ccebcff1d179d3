/* The life of an archive: opened under a temporary name, described, closed under its final one. The steps of a run are
   written in archive_step.c, their profiles made in archive_profiles.c. */
#include "output/archive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "output/archive_file.h"
#include "output/archive_resolved.h"

static char *join(const char *a, const char *b) {
  const size_t size = strlen(a) + strlen(b) + 1;
  char *text = sb_calloc(size, 1);
  snprintf(text, size, "%s%s", a, b);
  return text;
}

/* ---- description
 * -------------------------------------------------------------------------------------------------------- */
static void write_date(SbArchive *archive) {
  char date[32] = "";
  const time_t now = time(NULL);
  struct tm parts;
  if (gmtime_r(&now, &parts))
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts);
  sb_archive_text(archive, archive->file, "date_created", date);
}

static void write_versions(SbArchive *archive) {
  unsigned major = 0, minor = 0, release = 0;
  char version[48];
  H5get_libversion(&major, &minor, &release);
  snprintf(version, sizeof version, "%u.%u.%u", major, minor, release);
  sb_archive_text(archive, archive->file, "program", "saltbridge " SB_VERSION);
  sb_archive_text(archive, archive->file, "hdf5_version", version);
}

static void write_decks(SbArchive *archive, const SbProblem *problem) {
  const SbArchiveLabel written = {"deck", NULL, "deck as it was written"};
  const SbArchiveLabel resolved = {"resolved_deck", NULL, "deck with all defaults, values in SI units, as JSON"};
  char *copy = sb_calloc(problem->deck->length + 1, 1), *json = sb_resolved_deck(problem);
  memcpy(copy, problem->deck->text, problem->deck->length);
  sb_archive_store_text(archive, archive->file, written, copy);
  sb_archive_store_text(archive, archive->file, resolved, json);
  free(json);
  free(copy);
}

static void describe(SbArchive *archive, const SbProblem *problem, const char *options) {
  const hid_t file = archive->file;
  sb_archive_text(archive, file, "Conventions", sb_archive_convention);
  sb_archive_text(archive, file, "title", problem->deck->title ? problem->deck->title : "");
  sb_archive_text(archive, file, "deck_file", problem->deck->file);
  write_date(archive);
  write_versions(archive);
  sb_archive_text(archive, file, "petsc_options", options);
  write_decks(archive, problem);
}

void sb_archive_note(SbArchive *archive, const char *name, const char *text) {
  sb_archive_text(archive, archive->file, name, text);
}

/* ---- opening and closing
 * ------------------------------------------------------------------------------------------------ */
static void release(SbArchive *archive) {
  if (archive->text >= 0)
    H5Tclose(archive->text);
  free(archive->part);
  free(archive->path);
  free(archive);
}

/* Creates the temporary file; false with nothing left behind. */
static bool create_file(SbArchive *archive) {
  archive->file = -1;
  if (!sb_archive_disk_open(&archive->disk, archive->part)) {
    const bool locked = archive->disk.error == EWOULDBLOCK;
    sb_archive_say("%s: cannot create the output file: %s", archive->path,
                   locked ? "another run is writing it" : strerror(archive->disk.error));
    return false;
  }
  archive->file = sb_archive_disk_file(&archive->disk, archive->part);
  if (archive->file >= 0)
    return true;
  sb_archive_fail(archive, "create the output file");
  sb_archive_disk_close(&archive->disk);
  unlink(archive->part);
  return false;
}

SbStatus sb_archive_open(const char *path, const SbProblem *problem, const char *options, SbArchive **out) {
  *out = NULL;
  sb_archive_silence();
  struct stat status;
  /* the file takes its name by a rename, which would put it in the place of a device or a pipe */
  if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
    sb_archive_say("%s: cannot create the output file: this is %s", path,
                   S_ISDIR(status.st_mode) ? "a folder" : "a device or a pipe");
    return SB_IO;
  }
  SbArchive *archive = sb_calloc(1, sizeof *archive);
  archive->path = join(path, "");
  archive->part = join(path, ".part");
  archive->text = H5Tcopy(H5T_C_S1);
  H5Tset_size(archive->text, H5T_VARIABLE);
  H5Tset_cset(archive->text, H5T_CSET_UTF8);
  if (!create_file(archive)) {
    release(archive);
    return SB_IO;
  }
  describe(archive, problem, options);
  sb_archive_flush(archive);
  if (archive->failed) {
    sb_archive_close(&archive, false);
    return SB_IO;
  }
  *out = archive;
  return SB_OK;
}

SbStatus sb_archive_close(SbArchive **out, bool keep) {
  SbArchive *archive = *out;
  if (!archive)
    return SB_OK;
  *out = NULL;
  sb_archive_abandon_step(archive);
  const bool closed = H5Fclose(archive->file) >= 0;
  sb_archive_disk_close(&archive->disk);
  if (!closed || archive->disk.error != 0)
    sb_archive_fail(archive, "write");
  if (keep && !archive->failed && rename(archive->part, archive->path) != 0) {
    sb_archive_say("%s: cannot give %s its final name: %s", archive->path, archive->part, strerror(errno));
    archive->failed = true;
  }
  if (!keep || archive->failed)
    unlink(archive->part);
  const SbStatus result = archive->failed ? SB_IO : SB_OK;
  release(archive);
  return result;
}
