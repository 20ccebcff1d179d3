/* There and back again, as often as asked, beginning at time 0: cyclic voltammetry. Ends at the first value and stays.
 */
#include <math.h>

#include "model/waveform.h"

typedef struct {
  double from, to;
  double rate; /* magnitude, per s */
  int cycles;
} TriangleParams;

static const SbField triangle_fields[] = {{.key = "from",
                                           .type = SB_TYPE_QUANTITY,
                                           .offset = offsetof(TriangleParams, from),
                                           .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
                                           .doc = "Value at which each cycle begins and ends; also before time 0."},
                                          {.key = "to",
                                           .type = SB_TYPE_QUANTITY,
                                           .offset = offsetof(TriangleParams, to),
                                           .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
                                           .doc = "Value at which the direction turns."},
                                          {.key = "rate",
                                           .type = SB_TYPE_QUANTITY,
                                           .offset = offsetof(TriangleParams, rate),
                                           .range = {.rule = SB_POSITIVE},
                                           .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_RATE,
                                           .doc = "Magnitude of the slope, the same both ways."},
                                          {.key = "cycles",
                                           .type = SB_TYPE_INTEGER,
                                           .offset = offsetof(TriangleParams, cycles),
                                           .range = {.rule = SB_BETWEEN, .low = 1, .high = 1000000},
                                           .default_text = "1",
                                           .doc = "How often it goes there and back."},
                                          {0}};

/* Duration of one flank, s. */
static double flank(const TriangleParams *triangle) {
  return fabs(triangle->to - triangle->from) / triangle->rate;
}

static double value(const void *params, double t) {
  const TriangleParams *triangle = params;
  const double duration = flank(triangle);
  if (t <= 0.0 || !(t < 2.0 * triangle->cycles * duration))
    return triangle->from;
  const double phase = fmod(t, 2.0 * duration) / duration; /* 0 .. 2 */
  return triangle->from + (triangle->to - triangle->from) * (phase < 1.0 ? phase : 2.0 - phase);
}

static double next_break(const void *params, double t) {
  const TriangleParams *triangle = params;
  const double duration = flank(triangle), last = 2.0 * triangle->cycles;
  if (t < 0.0)
    return 0.0;
  if (!(duration > 0.0))
    return INFINITY;
  double turn = floor(t / duration) + 1.0;
  if (turn * duration <= t)
    turn += 1.0; /* t / duration was rounded down */
  return turn <= last ? turn * duration : INFINITY;
}

const SbWaveformKind sb_waveform_triangle = {
    .schema = {.name = "triangle",
               .doc = "There and back again at constant rate, beginning at time 0: cyclic voltammetry. Afterwards the "
                      "value stays at `from`.",
               .example = "potential: {triangle: {from: 0 V, to: 0.5 V, rate: 0.1 V/s, cycles: 2}}",
               .size = sizeof(TriangleParams),
               .fields = triangle_fields},
    .value = value,
    .next_break = next_break,
};
