/* The file under HDF5: a driver that never fails.

   HDF5 1.10 cannot close a file whose unwritten data it could not flush: the close fails half way, and the end of the
   program, or of MPI, then crashes on what is left. So a full disk must not be HDF5's business. This driver reports
   every write as done; what the system refused first is kept here, for the archive to look at, and nothing more is
   written after it. */
#ifndef SB_OUTPUT_ARCHIVE_DISK_H
#define SB_OUTPUT_ARCHIVE_DISK_H

#include <hdf5.h>
#include <stdbool.h>

typedef struct {
  int descriptor; /* -1: none */
  int error;      /* errno of what went wrong first; 0: nothing */
  hid_t driver;   /* H5I_INVALID_HID: none */
} SbArchiveDisk;

/* Creates or empties a file that no other run is writing. False with disk->error set. */
bool sb_archive_disk_open(SbArchiveDisk *disk, const char *path);

/* The HDF5 file on it, which must be closed before it; -1 if HDF5 fails. */
hid_t sb_archive_disk_file(SbArchiveDisk *disk, const char *path);

/* A failure to close is kept in disk->error. */
void sb_archive_disk_close(SbArchiveDisk *disk);

#endif
