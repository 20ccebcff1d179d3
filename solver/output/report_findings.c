/* The expectations as text. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "output/report_format.h"
#include "output/report_parts.h"

static SbDimension dimension_of(const SbExpect *expect) {
  const SbClosedForm *form =
      expect->quantity == SB_QUANTITY_CLOSED_FORM && expect->name ? sb_closed_form_find(expect->name) : NULL;
  return form ? form->dimension : sb_expect_dimension(expect);
}

static void finding_row(SbTable *table, const SbRun *run, const SbFinding *finding) {
  const SbExpect *expect = finding->expect;
  const SbDimension dimension = dimension_of(expect);
  char name[160], wanted[64], value[80], difference[80], tolerance[64];
  sb_expect_name(run, expect, name, sizeof name);
  sb_format_value(wanted, sizeof wanted, expect->value, 1e-2 * finding->tolerance, dimension);
  sb_format_value(value, sizeof value, finding->value, 1e-2 * finding->tolerance, dimension);
  sb_format_value(difference, sizeof difference, finding->difference, 1e-2 * finding->tolerance, dimension);
  sb_units_print(tolerance, sizeof tolerance, finding->tolerance, dimension, 3);
  sb_table_cell(table, "%s", finding->met ? "met" : "MISSED");
  sb_table_cell(table, "%s", name);
  sb_table_cell(table, "%s", wanted);
  sb_table_cell(table, "%s", finding->problem ? "-" : value);
  sb_table_cell(table, "%s", finding->problem ? "-" : difference);
  sb_table_cell(table, "%s", tolerance);
}

/* What a reader of a missed expectation asks next: why was it not read, who says so. */
static void print_miss(const SbRun *run, const SbFinding *finding, FILE *stream) {
  char name[160], text[1024];
  const char *source = finding->expect->source, *problem = finding->problem;
  if (!source && !problem)
    return;
  sb_expect_name(run, finding->expect, name, sizeof name);
  snprintf(text, sizeof text, "%s: %s%s%s%s", name, problem ? problem : "", problem && source ? "; " : "",
           source ? "source: " : "", source ? source : "");
  sb_print_wrapped(stream, text, 2, 4);
}

void sb_report_findings(const SbRun *run, const SbFinding *findings, FILE *stream) {
  const int count = run->problem->deck->expect.count;
  if (count == 0)
    return;
  fputc('\n', stream);
  static const char *const header[] = {"", "expectation", "expected", "computed", "difference", "tolerance"};
  SbTable *table = sb_table_create("llrrrr");
  for (int i = 0; i < 6; i++)
    sb_table_cell(table, "%s", header[i]);
  for (int i = 0; i < count; i++)
    finding_row(table, run, &findings[i]);
  sb_table_print(&table, stream);
  for (int i = 0; i < count; i++) {
    if (!findings[i].met)
      print_miss(run, &findings[i], stream);
  }
}
