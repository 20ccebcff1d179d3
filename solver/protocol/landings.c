#include "protocol/landings.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { DEFAULT_FRAMES = 100 };

static void times_add(SbLandings *times, double t, double until) {
  if (!(t > 0.0) || t > until * (1.0 + 1e-12))
    return;
  if (times->count == times->capacity) {
    times->capacity = 2 * times->capacity + 64;
    times->times = sb_realloc(times->times, (size_t)times->capacity, sizeof(double));
  }
  times->times[times->count++] = fmin(t, until);
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Recorded times, expected times and the end, ascending and without repetitions. */
SbLandings sb_landings_create(const SbDeck *deck, const SbTransientStep *settings) {
  /* there is always the end */
  SbLandings times = {.times = sb_calloc(64, sizeof(double)), .capacity = 64};
  const SbRecordTimes *record = &settings->record;
  const double until = settings->until;
  for (int i = 0; i < record->count; i++)
    times_add(&times, record->times[i], until);
  if (record->per_decade > 0.0) {
    const int last = (int)floor(log10(until / record->from) * record->per_decade + 1e-9);
    for (int i = 0; i <= last; i++)
      times_add(&times, record->from * pow(10.0, i / record->per_decade), until);
  } else if (record->every > 0.0) {
    for (int i = 1; i * record->every < until * (1.0 + 1e-12); i++)
      times_add(&times, i * record->every, until);
  } else if (record->count == 0) {
    for (int i = 1; i < DEFAULT_FRAMES; i++)
      times_add(&times, until * i / DEFAULT_FRAMES, until);
  }
  const SbExpect *expects = deck->expect.items;
  const SbVariant *steps = deck->protocol.items;
  for (int e = 0; e < deck->expect.count; e++) {
    const int step = expects[e].at.step;
    if (step == 0 || steps[step - 1].params == settings)
      times_add(&times, expects[e].at.time, until);
  }
  times_add(&times, until, until);
  qsort(times.times, (size_t)times.count, sizeof(double), ascending);
  int kept = 0;
  for (int i = 0; i < times.count; i++)
    if (kept == 0 || times.times[i] > times.times[kept - 1] * (1.0 + 1e-10))
      times.times[kept++] = times.times[i];
  times.count = kept;
  return times;
}
