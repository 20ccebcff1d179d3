/* The step that an archive is writing: its group and the open datasets that grow by a frame. */
#ifndef SB_OUTPUT_ARCHIVE_STEP_H
#define SB_OUTPUT_ARCHIVE_STEP_H

#include "output/archive_file.h"
#include "output/archive_profiles.h"

/* A reading's numbers that are stored: value and bars. */
enum { SB_ARCHIVE_VALUE, SB_ARCHIVE_MESH_BAR, SB_ARCHIVE_TIME_BAR, SB_ARCHIVE_READING };

/* What is stored of a field: the state's, or a part of its response. */
enum { SB_ARCHIVE_STATE, SB_ARCHIVE_REAL, SB_ARCHIVE_IMAGINARY };

typedef struct {
  const SbProfileKind *kind;
  int part;
  hid_t datasets[SB_MAX_SPECIES]; /* one per species, or only the first */
} SbArchiveField;

struct SbArchiveStep {
  hid_t group;
  hid_t frames, x, x_link; /* axes */
  hid_t solved, steady;
  hid_t position; /* only where widths are varied; else -1 */
  SbProfileLayout *layout;
  int field_count;
  SbArchiveField *fields;
  int measure_count;
  hid_t (*measures)[SB_ARCHIVE_READING];
  int frame_count;
  int pending_count, pending_capacity;
  SbReading *pending; /* [pending_count][measure_count] of the last frames, not yet in the file */
  int interpolated;   /* frames whose own mesh was another */
};

/* Appends "_" and a species' name to that of a dataset; species whose names come out alike are numbered. */
void sb_archive_species_name(const SbProblem *problem, int species, char *buffer, size_t size);

/* Datasets of the measures: `potential`, `potential_mesh_bar`, ... */
void sb_archive_measures_create(SbArchive *archive, const SbRun *run);
/* Keeps readings[measure_count] as those of the next frame (NULL: unknown) until they are written: a call of HDF5 for
   each of these numbers would cost more than many a run. */
void sb_archive_measures_keep(SbArchive *archive, const SbReading *readings);
void sb_archive_measures_write_kept(SbArchive *archive);
/* Writes readings[count][measure_count], those of the last frames from `first` on. */
void sb_archive_measures_write(SbArchive *archive, int first, int count, const SbReading *readings);

/* What does not change with the frame: names, edges and properties of the regions, the species. */
void sb_archive_system(SbArchive *archive, const SbProblem *problem);

/* What a finished step knows. */
void sb_archive_results(SbArchive *archive, const SbRun *run, const SbStepResult *step);

/* The same of a sensitivity, which has no state of its own. */
void sb_archive_sensitivities(SbArchive *archive, const SbRun *run, const SbStepResult *step);

#endif
