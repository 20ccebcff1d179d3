/* The archive's own view of HDF5: every call goes through here. An archive that has failed once stays failed: later
   calls do nothing, so that callers need to look only once, at the end of what they do. */
#ifndef SB_OUTPUT_ARCHIVE_FILE_H
#define SB_OUTPUT_ARCHIVE_FILE_H

#include <hdf5.h>
#include <stdbool.h>

#include "output/archive.h"
#include "output/archive_disk.h"

typedef struct SbArchiveStep SbArchiveStep;

struct SbArchive {
  char *path, *part; /* final and temporary name */
  SbArchiveDisk disk;
  hid_t file;
  hid_t text;          /* type of all texts: variable length, UTF-8 */
  int steps;           /* begun so far */
  SbArchiveStep *step; /* the one being written; NULL between steps */
  double flushed;      /* s, monotonic clock */
  bool failed;
};

/* What a reader is told about a dataset. */
typedef struct {
  const char *name, *units, *long_name;
} SbArchiveLabel;

enum { SB_ARCHIVE_RANK = 2 };

/* A dataset and its axes: each an open dimension scale, whose present size it takes. */
typedef struct {
  SbArchiveLabel label;
  hid_t type; /* in the file */
  int rank;
  hid_t axes[SB_ARCHIVE_RANK];
  bool grows; /* along its first axis */
} SbArchiveShape;

/* Convention that every archive names, and by which `info` knows one. */
extern const char *const sb_archive_convention;

/* HDF5 prints nothing by itself. */
void sb_archive_silence(void);

/* Marks the archive as failed; the message says what failed, the system's reason, and the file. */
void sb_archive_fail(SbArchive *archive, const char *what);

/* Keeps a message (printf-like) for sb_archive_message. */
void sb_archive_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Passes an id or a status on; a negative one fails the archive. */
hid_t sb_archive_take(SbArchive *archive, hid_t id, const char *what);

/* Attributes of an open object. A NULL text is left out. */
void sb_archive_text(SbArchive *archive, hid_t object, const char *name, const char *text);
void sb_archive_integer(SbArchive *archive, hid_t object, const char *name, int value);
void sb_archive_real(SbArchive *archive, hid_t object, const char *name, double value);

/* Group that keeps the order in which its members were made. -1 on failure. */
hid_t sb_archive_group(SbArchive *archive, const char *name);

/* An axis of count values (a dimension scale), or one that grows from nothing (count < 0, values NULL). type: of the
   values in memory and file. */
hid_t sb_archive_axis(SbArchive *archive, hid_t group, SbArchiveLabel label, hid_t type, int count, const void *values);

hid_t sb_archive_dataset(SbArchive *archive, hid_t group, const SbArchiveShape *shape);

/* Writes a whole dataset, or makes, fills and closes one. type: of the values in memory. */
void sb_archive_put(SbArchive *archive, hid_t dataset, hid_t type, const void *values);
void sb_archive_store(SbArchive *archive, hid_t group, const SbArchiveShape *shape, hid_t type, const void *values);

/* Scalars of the group. */
void sb_archive_store_real(SbArchive *archive, hid_t group, SbArchiveLabel label, double value);
void sb_archive_store_text(SbArchive *archive, hid_t group, SbArchiveLabel label, const char *text);

/* Writes the last `entries` along the first axis, from `first` on, of count values each, and makes the dataset end
   with them. */
void sb_archive_append(SbArchive *archive, hid_t dataset, int first, int entries, int count, hid_t type,
                       const void *values);

/* Takes all that was written so far to the disk. That rewrites what HDF5 keeps about every dataset: once a second will
   do for a run that somebody may kill. */
void sb_archive_flush(SbArchive *archive);
bool sb_archive_flush_is_due(const SbArchive *archive);

void sb_archive_close_dataset(hid_t *dataset);

/* Dataset name for a label as a chemist writes it: letters, digits and underscores; the sign of a charge falls away
   ("SO4 2-" -> "SO4_2"). Appends to buffer, which holds a text already. */
void sb_archive_append_name(char *buffer, size_t size, const char *label);

/* The open step, in archive_step.c. */
void sb_archive_abandon_step(SbArchive *archive);

#endif
