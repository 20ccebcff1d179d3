/* Sensitivities as a table, the largest first. */
#include <math.h>

#include "base/units.h"
#include "output/report_format.h"
#include "output/report_parts.h"

enum { MOST_ROWS = 20, DIGITS = 4 };
static const double nothing = 1e-6; /* of the largest: rounding, or as good as none */

/* What the path alone does not say. */
static const char *remark(const SbParameter *parameter) {
  if (parameter->tabled)
    return "table of ions";
  return parameter->counter_count > 0 ? "counter-ions with it" : "";
}

/* All changes in the unit of the largest. */
static void print_row(SbTable *table, const SbSensitivity *entry, double factor, const char *unit) {
  char text[64];
  sb_units_print(text, sizeof text, entry->value, entry->parameter->dimension, DIGITS);
  sb_table_cell(table, "%s", entry->parameter->path);
  sb_table_cell(table, "%s", text);
  sb_table_cell(table, "%s", entry->parameter->step->words);
  sb_table_cell(table, "%+.*g %s", DIGITS, entry->change * factor, unit);
  sb_table_cell(table, "%s", remark(entry->parameter));
}

/* What the table leaves out, counted from the entry `shown` on. */
static void print_rest(const SbStepResult *step, int shown, SbDimension dimension, FILE *stream) {
  const SbSensitivity *entries = step->sensitivities;
  const double largest = fabs(entries[0].change);
  int smaller = 0, none = 0, stuck = 0, first_stuck = -1;
  char text[512], bound[64];
  for (int i = shown; i < step->sensitivity_count; i++) {
    const bool fixed = isnan(entries[i].change), felt = fabs(entries[i].change) > nothing * largest;
    if (fixed && stuck++ == 0)
      first_stuck = i;
    smaller += !fixed && felt;
    none += !fixed && !felt;
  }
  if (smaller > 0) {
    sb_units_print(bound, sizeof bound, fabs(entries[shown].change), dimension, 2);
    fprintf(stream, "  %d more, none above %s; all are in the output file.\n", smaller, bound);
  }
  if (none > 0)
    fprintf(stream, "  %d other number%s of the deck %s no effect.\n", none, none == 1 ? "" : "s",
            none == 1 ? "has" : "have");
  if (stuck > 0) {
    snprintf(text, sizeof text, "%d cannot move alone; %s: %s", stuck, entries[first_stuck].parameter->path,
             entries[first_stuck].reason ? entries[first_stuck].reason : "the quantity has no value then");
    sb_print_wrapped(stream, text, 2, 4);
  }
}

void sb_report_sensitivities(const SbRun *run, const SbStepResult *step, FILE *stream) {
  const SbSensitivity *entries = step->sensitivities;
  const SbDimension dimension = sb_quantities[step->sensitive.quantity].dimension;
  char name[160], value[80], unit[32];
  const double factor = sb_format_unit(entries[0].change, dimension, unit, sizeof unit);
  int shown = 0;
  sb_measure_name(run->problem, &step->sensitive, name, sizeof name);
  sb_format_value(value, sizeof value, step->sensitive_value, 0.0, dimension);
  fprintf(stream, "  %s, %s, changes by\n", name, value);
  SbTable *table = sb_table_create("lrlrl");
  while (shown < step->sensitivity_count && shown < MOST_ROWS && entries[shown].change != 0.0 &&
         fabs(entries[shown].change) > nothing * fabs(entries[0].change))
    print_row(table, &entries[shown++], factor, unit);
  sb_table_print(&table, stream);
  print_rest(step, shown, dimension, stream);
}
