#include "output/report_timing.h"

void sb_report_timing(const SbTimings *timings, double whole, int ranks, double memory, FILE *stream) {
  fprintf(stream, "\nWhere the time went: %.1f ms", 1e3 * whole);
  if (ranks > 1)
    fprintf(stream, ", %d processes (times are those of the slowest)", ranks);
  fprintf(stream, "; peak memory %.0f MB%s\n", 1e-6 * memory, ranks > 1 ? " a process" : "");
  fprintf(stream, "  %-22s %10s %8s %8s %15s\n", "", "", "share of", "", "ns per cell");
  fprintf(stream, "  %-22s %10s %8s %8s %15s\n", "part", "time [ms]", "all [%]", "calls", "and call");
  for (int part = 0; part < SB_PART_COUNT; part++) {
    const double seconds = timings->seconds[part], cells = timings->cells[part];
    fprintf(stream, "  %-22s %10.2f %8.1f", sb_part_text((SbPart)part), 1e3 * seconds, 100.0 * seconds / whole);
    if (part != SB_PART_OTHER)
      fprintf(stream, " %8ld", timings->calls[part]);
    if (cells > 0.0)
      fprintf(stream, " %15.1f", 1e9 * seconds / cells);
    fputc('\n', stream);
  }
}
