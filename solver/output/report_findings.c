/* The expectations as text. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "output/report_format.h"
#include "output/report_parts.h"

static SbDimension dimension_of(const SbExpect *expect) {
  const SbClosedForm *form =
      expect->quantity == SB_QUANTITY_CLOSED_FORM && expect->name ? sb_closed_form_find(expect->name) : NULL;
  return form ? form->dimension : sb_quantities[expect->quantity].dimension;
}

static void finding_row(SbTable *table, const SbRun *run, const SbFinding *finding) {
  const SbExpect *expect = finding->expect;
  const SbDimension dimension = dimension_of(expect);
  char name[160], wanted[64], value[80], difference[80], tolerance[64];
  sb_expect_name(run, expect, name, sizeof name);
  sb_units_print(wanted, sizeof wanted, expect->value, dimension, 6);
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

void sb_report_findings(const SbRun *run, const SbFinding *findings, FILE *stream) {
  const int count = run->problem->deck->expect.count;
  if (count == 0)
    return;
  fputs("\nExpectations\n", stream);
  static const char *const header[] = {"", "quantity", "expected", "computed", "difference", "tolerance"};
  SbTable *table = sb_table_create("llrrrr");
  for (int i = 0; i < 6; i++)
    sb_table_cell(table, "%s", header[i]);
  for (int i = 0; i < count; i++)
    finding_row(table, run, &findings[i]);
  sb_table_print(&table, stream);
}
