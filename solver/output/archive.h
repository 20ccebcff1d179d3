/* The HDF5 file of a run. Rank 0 writes, with the serial driver; the file grows under a temporary name, is complete on
   the disk about every second and at the end of every step, and takes its final name when the run ends. */
#ifndef SB_OUTPUT_ARCHIVE_H
#define SB_OUTPUT_ARCHIVE_H

#include <stdio.h>

#include "base/status.h"
#include "output/run.h"

typedef struct SbArchive SbArchive;

/* Opens PATH.part (replacing one left over) and writes what is known before solving: deck text, resolved deck,
   versions, options, attributes. options: PETSc options as given, may be NULL. Returns SB_OK, or SB_IO with *archive
   NULL and nothing left behind. */
SbStatus sb_archive_open(const char *path, const SbProblem *problem, const char *options, SbArchive **archive);

/* Adds a text to what is said about the whole file, such as ("petsc_version", "3.18.5"). */
void sb_archive_note(SbArchive *archive, const char *name, const char *text);

/* Starts the group `step_N_NAME` of a step: fields on the nodes and links of chain's mesh, which is copied. Of `step`
   only the name and the coordinate are read; coordinate_name NULL: a single frame. A step that was not ended is left as
   it is. */
SbStatus sb_archive_begin_step(SbArchive *archive, const SbRun *run, const SbStepResult *step, const SbChain *chain);

/* Appends one frame: state u[unknowns] on `chain` (interpolated where its mesh is not the one of begin_step; its
   problem may differ in what a sweep varies), readings[measure_count]. coordinate: SI, NAN for a steady step. A point
   of a sweep that was not solved has u NULL and readings NULL. */
SbStatus sb_archive_frame(SbArchive *archive, double coordinate, const SbChain *chain, const double *u,
                          const SbMoment *moment, const SbReading *readings);

/* Adds to the last frame of an impedance step the response of the fields: changes of u [unknowns], in phase with the
   drive and a quarter of a period ahead of it. chain NULL: unknown. */
SbStatus sb_archive_respond(SbArchive *archive, const SbChain *chain, const double *u, const double *real,
                            const double *imaginary);

/* Writes what a finished step knows (ledger, effort, failure), and the readings of all frames once more, with the bars
   they have now, if the step has as many frames as were appended. A step that was never begun, because it failed before
   it had a state, gets a group without fields. */
SbStatus sb_archive_end_step(SbArchive *archive, const SbRun *run, const SbStepResult *step);

/* Closes, and ends the life of *archive; keep: gives the file its final name, else removes it. Where anything failed,
   now or earlier, nothing is left and the result is SB_IO. */
SbStatus sb_archive_close(SbArchive **archive, bool keep);

/* What went wrong, in words with the path (disk full, no permission); "" if nothing. NULL: the last archive, when
   opening or closing it failed. */
const char *sb_archive_message(const SbArchive *archive);

/* Prints what a file holds (`saltbridge info OUT.h5`). SB_OK; SB_NO_FILE or SB_IO with the reason in
 * sb_archive_message(NULL). */
SbStatus sb_archive_info(const char *path, FILE *stream);

#endif
