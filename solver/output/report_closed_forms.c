/* Closed forms beside what was computed. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "output/report_format.h"
#include "output/report_parts.h"

enum { NUMBER = 80 };

/* The first sentence of a text. */
static int first_sentence(const char *text) {
  const char *end = strstr(text, ". ");
  return end ? (int)(end - text) + 1 : (int)strlen(text);
}

/* A difference that the bar does not explain, and that somebody would see: more than 0.1 % of the value. */
static bool matters(const SbComparison *comparison) {
  const double floor = fmax(isnan(comparison->bar) ? 0.0 : 2.0 * comparison->bar, 1e-3 * fabs(comparison->computed));
  return fabs(comparison->difference) > floor; /* never of NAN */
}

static void comparison_row(SbTable *table, const SbComparison *comparison) {
  char value[NUMBER], difference[NUMBER];
  sb_units_print(value, sizeof value, comparison->value + 0.0, comparison->dimension, 6); /* no -0 */
  sb_format_value(difference, sizeof difference, comparison->difference,
                  fmax(isnan(comparison->bar) ? 0.0 : comparison->bar, 1e-6 * fabs(comparison->computed)),
                  comparison->dimension);
  const bool compared = !isnan(comparison->difference);
  sb_table_cell(table, "%s", comparison->title);
  sb_table_cell(table, "%s", isnan(comparison->value) ? "no solution" : value);
  sb_table_cell(table, "%s", compared ? "difference" : "");
  sb_table_cell(table, "%s", compared ? difference : "");
  sb_table_cell(table, "%s", comparison->only ? comparison->only : "");
}

void sb_report_comparisons(const SbComparison *list, int count, FILE *stream) {
  SbTable *table = sb_table_create("lrlrl");
  for (int i = 0; i < count; i++)
    comparison_row(table, &list[i]);
  sb_table_print(&table, stream);
  for (int i = 0; i < count; i++) {
    char text[512];
    if (!matters(&list[i]))
      continue;
    snprintf(text, sizeof text, "%s assumes: %.*s", list[i].title, first_sentence(list[i].doc), list[i].doc);
    sb_print_wrapped(stream, text, 2, 4);
  }
}

void sb_report_closed_forms(const SbRun *run, const SbStepResult *step, const SbFacts *facts, FILE *stream) {
  SbComparison list[SB_MOST_COMPARISONS];
  const int count = sb_facts_compare(run, step, facts, list);
  if (count == 0)
    return;
  fputs("\nClosed forms (difference: computed minus closed form)\n", stream);
  sb_report_comparisons(list, count, stream);
}
