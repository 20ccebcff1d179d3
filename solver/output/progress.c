#include "output/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const double interval = 0.1; /* s between two lines */

static bool off, shown;
static double last; /* s, monotonic, of the last line */

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void sb_progress_enable(bool enabled) {
  if (!enabled)
    sb_progress_clear();
  off = !enabled;
}

void sb_progress(const char *what, double done, double total) {
  static int terminal = -1;
  if (terminal < 0)
    terminal = isatty(STDERR_FILENO);
  if (off || !terminal)
    return;
  const double time = now();
  if (time - last < interval)
    return;
  last = time;
  shown = true;
  if (total > 0.0)
    fprintf(stderr, "\r\033[K%.60s  %3.0f %%", what, 100.0 * done / total);
  else
    fprintf(stderr, "\r\033[K%.60s", what);
  fflush(stderr);
}

void sb_progress_clear(void) {
  if (shown)
    fputs("\r\033[K", stderr);
  shown = false;
}
