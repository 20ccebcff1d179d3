/* Where the time of a run went, as a table (--profile). */
#ifndef SB_OUTPUT_REPORT_TIMING_H
#define SB_OUTPUT_REPORT_TIMING_H

#include <stdio.h>

#include "base/timing.h"

/* Prints a line for each part: its time, share of the whole, calls, and time per cell and call.
   whole: s; ranks: processes, of which the slowest counts for each part; memory: peak of the largest, bytes. */
void sb_report_timing(const SbTimings *timings, double whole, int ranks, double memory, FILE *stream);

#endif
