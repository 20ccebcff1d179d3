/* Straight lines between given points: anything that was measured or drawn. */
#include <math.h>

#include "model/pairs.h"
#include "model/waveform.h"

typedef struct {
  int count;
  double *time;  /* [count] s, ascending; two equal ones make a jump */
  double *value; /* [count] */
} TableParams;

static bool table_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  TableParams *table = destination;
  const SbPairsForm form = {
      .x_dimension = SB_DIMENSION_TIME, .y_dimension = sb_reader_dimension(reader, field), .jumps = true};
  return sb_pairs_read(reader, node, &form, &table->count, &table->time, &table->value);
}

static const SbField table_fields[] = {
    {.key = "",
     .type = SB_TYPE_CUSTOM,
     .offset = 0,
     .flags = SB_FIELD_REQUIRED | SB_FIELD_PARENT_DIMENSION,
     .doc = "Points of time and value, times ascending; two rows of the same time make a jump.",
     .read = table_read,
     .grammar = "a list of pairs [time, value]"},
    {0}};

/* Number of rows whose time is not after t. */
static int rows_until(const TableParams *table, double t) {
  int low = 0, high = table->count; /* rows below low are not after t, rows from high on are */
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (table->time[middle] <= t)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static double value(const void *params, double t) {
  const TableParams *table = params;
  const int next = rows_until(table, t);
  if (next == 0)
    return table->value[0];
  if (next == table->count)
    return table->value[next - 1];
  const double part = (t - table->time[next - 1]) / (table->time[next] - table->time[next - 1]);
  return table->value[next - 1] + part * (table->value[next] - table->value[next - 1]);
}

static double next_break(const void *params, double t) {
  const TableParams *table = params;
  const int next = rows_until(table, t);
  return next < table->count ? table->time[next] : INFINITY;
}

const SbWaveformKind sb_waveform_table = {
    .schema = {.name = "table",
               .doc = "Straight lines between given points; before the first and after the last its value stays.",
               .example = "potential: {table: [[0 s, 0 V], [1 s, 0.1 V]]}",
               .size = sizeof(TableParams),
               .fields = table_fields},
    .value = value,
    .next_break = next_break,
};
