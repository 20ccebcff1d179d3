/* Where the time of a run goes. Parts are begun and ended like brackets; at every moment the innermost open part pays,
   and OTHER where none is open. So a part's time is its own, without that of the parts inside it, and the times of all
   parts add up to the whole. The clock always runs: a bracket costs two readings of it, some 50 ns, and belongs around
   work on a whole mesh, outside of threads. */
#ifndef SB_BASE_TIMING_H
#define SB_BASE_TIMING_H

typedef enum {
#define SB_PART(name, text) SB_PART_##name,
#include "base/parts.def"
#undef SB_PART
  SB_PART_COUNT
} SbPart;

typedef struct {
  double seconds[SB_PART_COUNT];
  double cells[SB_PART_COUNT]; /* that the part went through, summed over calls; 0 where cells are not what it costs */
  long calls[SB_PART_COUNT];
} SbTimings;

/* What the user reads, e.g. "assembly". */
const char *sb_part_text(SbPart part);

/* To be called first of all: what the process has computed so far was for LOADING it. */
void sb_timing_start(void);

/* cells: of the mesh gone through; 0 where cells are not what the part costs. Ending a part ends those that an error
   left open inside it. */
void sb_timing_begin(SbPart part);
void sb_timing_end(SbPart part, int cells);

/* Everything up to now. */
SbTimings sb_timing_now(void);

/* Tells somebody else of every begin and end from now on; NULL: no longer. */
typedef void (*SbTimingListener)(SbPart part, int begins);
void sb_timing_listen(SbTimingListener listener);

#endif
