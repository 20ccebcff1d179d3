/* The HDF5 file of a run. Rank 0 writes, with the serial driver; the file grows under a temporary name, is flushed per frame and
   takes its final name when the run ends. */
#ifndef SB_OUTPUT_ARCHIVE_H
#define SB_OUTPUT_ARCHIVE_H

#include <stdio.h>

#include "base/status.h"
#include "output/run.h"

typedef struct SbArchive SbArchive;

/* Opens PATH.part (replacing one left over) and writes what is known before solving: deck text, resolved deck, versions, options,
   attributes. options: PETSc options as given, may be NULL. Returns SB_OK or SB_IO with *message set (static or owned by the
   archive). */
SbStatus sb_archive_open(const char *path, const SbProblem *problem, const char *options, SbArchive **archive);

/* Starts group of a step: fields on the nodes of chain's mesh. coordinate_name NULL: a single frame. */
SbStatus sb_archive_begin_step(SbArchive *archive, const SbRun *run, const SbStepResult *step, const SbChain *chain);

/* Appends one frame: state u on `chain` (interpolated where its mesh is not the one of begin_step), readings[measure_count]. */
SbStatus sb_archive_frame(SbArchive *archive, double coordinate, const SbChain *chain, const double *u, const SbMoment *moment,
                          const SbReading *readings);

/* Writes what a finished step knows (bars, ledger, effort, failure). */
SbStatus sb_archive_end_step(SbArchive *archive, const SbRun *run, const SbStepResult *step);

/* Closes; keep: renames to the final name, else removes the temporary file. */
SbStatus sb_archive_close(SbArchive **archive, bool keep);

/* What went wrong last, in words with the path (disk full, no permission); "" if nothing. */
const char *sb_archive_message(const SbArchive *archive);

/* Prints what a file holds (`saltbridge info OUT.h5`). SB_OK, SB_NO_FILE or SB_IO. */
SbStatus sb_archive_info(const char *path, FILE *stream);

#endif
