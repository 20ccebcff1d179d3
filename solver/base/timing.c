#include "base/timing.h"

#include <stddef.h>
#include <time.h>

enum { DEEPEST = 32 };

static struct {
  SbTimings sums;
  SbPart open[DEEPEST];
  int depth;
  double since; /* s: when the clock was last read; 0: never */
  SbTimingListener listener;
} clockwork;

const char *sb_part_text(SbPart part) {
  static const char *const texts[] = {
#define SB_PART(name, text) text,
#include "base/parts.def"
#undef SB_PART
  };
  return texts[part];
}

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The innermost open part pays for the time since the clock was last read. */
static void charge(void) {
  const double now = seconds(CLOCK_MONOTONIC);
  const SbPart part = clockwork.depth > 0 ? clockwork.open[clockwork.depth - 1] : SB_PART_OTHER;
  if (clockwork.since > 0.0)
    clockwork.sums.seconds[part] += now - clockwork.since;
  clockwork.since = now;
}

void sb_timing_start(void) {
  clockwork.sums.seconds[SB_PART_LOADING] = seconds(CLOCK_PROCESS_CPUTIME_ID);
  clockwork.sums.calls[SB_PART_LOADING] = 1;
  clockwork.since = seconds(CLOCK_MONOTONIC);
}

void sb_timing_begin(SbPart part) {
  if (clockwork.depth == DEEPEST)
    return;
  charge();
  clockwork.open[clockwork.depth++] = part;
  if (clockwork.listener)
    clockwork.listener(part, 1);
}

void sb_timing_end(SbPart part, int cells) {
  int depth = clockwork.depth;
  while (depth > 0 && clockwork.open[depth - 1] != part)
    depth--;
  if (depth == 0)
    return;
  charge();
  while (clockwork.depth >= depth) {
    clockwork.depth--;
    if (clockwork.listener)
      clockwork.listener(clockwork.open[clockwork.depth], 0);
  }
  clockwork.sums.calls[part]++;
  clockwork.sums.cells[part] += cells;
}

SbTimings sb_timing_now(void) {
  charge();
  return clockwork.sums;
}

void sb_timing_listen(SbTimingListener listener) {
  clockwork.listener = listener;
}
