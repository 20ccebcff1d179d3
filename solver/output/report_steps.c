/* The course of the steps, and how each got there. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/units.h"
#include "output/control_words.h"
#include "output/report_format.h"
#include "output/report_parts.h"

enum { MOST_ROWS = 12, MOST_COLUMNS = 6, MOST_WITH_BARS = 2 };

/* ---- how it got there ----------------------------------------------------------------------------------------------
 */

static void mesh_items(SbItems *items, const SbEffort *effort) {
  char smallest[64], debye[64];
  sb_units_print(smallest, sizeof smallest, effort->smallest_link, SB_DIMENSION_LENGTH, 3);
  sb_units_print(debye, sizeof debye, effort->debye_length, SB_DIMENSION_LENGTH, 3);
  if (isfinite(effort->debye_length))
    sb_items_add(items, "%d cells, the smallest %s (Debye length %s)", effort->cells, smallest, debye);
  else
    sb_items_add(items, "%d cells, the smallest %s", effort->cells, smallest);
  if (effort->mesh_given)
    sb_items_add(items, "as the deck says");
  else if (effort->mesh_rounds > 0)
    sb_items_add(items, "%d mesh%s solved", effort->mesh_rounds, effort->mesh_rounds == 1 ? "" : "es");
}

static void accuracy_items(SbItems *items, const SbEffort *effort, const SbAccuracy *wanted) {
  char potential[64];
  sb_units_print(potential, sizeof potential, wanted->potential, SB_DIMENSION_POTENTIAL, 3);
  if (effort->accuracy_met)
    sb_items_add(items, "met: potentials to %s; fluxes, currents and charges to %.3g %%, or what %s make of them",
                 potential, 100.0 * wanted->current, potential);
  else
    sb_items_add(items, "NOT met (%s; %.3g %%): %s", potential, 100.0 * wanted->current,
                 effort->accuracy_note ? effort->accuracy_note : "no reason given");
}

void sb_report_effort(const SbStepResult *step, FILE *stream) {
  const SbEffort *effort = &step->effort;
  fputs("\nHow it got there\n", stream);
  SbItems items = sb_items_begin(stream, "method");
  sb_items_add(&items, "%s", effort->method ? effort->method : "-");
  if (effort->newton_iterations > 0)
    sb_items_add(&items, "%d iteration%s", effort->newton_iterations, effort->newton_iterations == 1 ? "" : "s");
  if (effort->time_steps > 0)
    sb_items_add(&items, "%d time steps (%d more rejected)", effort->time_steps, effort->rejected_steps);
  sb_items_add(&items, "%.3g s", effort->wall_time);
  sb_items_end(&items);
  if (!step->chain)
    return;
  items = sb_items_begin(stream, "mesh");
  mesh_items(&items, effort);
  sb_items_end(&items);
  items = sb_items_begin(stream, "accuracy");
  accuracy_items(&items, effort, &step->chain->problem->deck->accuracy);
  sb_items_end(&items);
}

/* ---- tables of frames ----------------------------------------------------------------------------------------------
 */

/* Frames to print: first, last, those that an expectation names, the others evenly chosen. chosen: [frame_count]. */
static void choose_frames(const SbStepResult *step, const SbFinding *findings, int finding_count, bool *chosen) {
  int count = 0;
  for (int i = 0; i < step->frame_count; i++)
    chosen[i] = i == 0 || i == step->frame_count - 1;
  for (int f = 0; f < finding_count; f++) {
    const SbAt *at = &findings[f].expect->at;
    const double wanted = step->driven >= 0 ? at->frequency : at->time;
    for (int i = 0; i < step->frame_count && !isnan(wanted); i++)
      chosen[i] = chosen[i] || fabs(step->coordinate[i] - wanted) <= 1e-9 * fabs(wanted);
  }
  for (int i = 0; i < step->frame_count; i++)
    count += chosen[i];
  const int free_rows = MOST_ROWS - count;
  for (int k = 1; k <= free_rows; k++)
    chosen[(int)lround((double)k / (free_rows + 1) * (step->frame_count - 1))] = true;
}

/* What a table shows of a step: indices of measures; with bars where there is room for them. */
typedef struct {
  int count, measure[MOST_COLUMNS];
  bool bars;
} Columns;

static bool of_impedance(const SbRun *run, const SbStepResult *step, const SbMeasure *measure) {
  const SbQuantity quantity = measure->quantity;
  (void)run;
  if (step->driven < 0)
    return false;
  return quantity == SB_QUANTITY_IMPEDANCE_REAL || quantity == SB_QUANTITY_IMPEDANCE_IMAGINARY ||
         quantity == SB_QUANTITY_IMPEDANCE_MAGNITUDE || quantity == SB_QUANTITY_IMPEDANCE_PHASE;
}

static bool of_cable(const SbRun *run, const SbStepResult *step, const SbMeasure *measure) {
  (void)step;
  return run->problem->cable && measure->quantity == SB_QUANTITY_ELECTRIC_POTENTIAL;
}

static bool is_whole(const SbMeasure *measure) {
  return isnan(measure->x) && measure->extreme == 0;
}

static bool is_standard(const SbRun *run, const SbStepResult *step, const SbMeasure *measure) {
  (void)run, (void)step;
  return is_whole(measure) &&
         (measure->quantity == SB_QUANTITY_POTENTIAL || measure->quantity == SB_QUANTITY_CURRENT ||
          measure->quantity == SB_QUANTITY_MEMBRANE_POTENTIAL || measure->quantity == SB_QUANTITY_CHARGE);
}

static bool is_flux(const SbRun *run, const SbStepResult *step, const SbMeasure *measure) {
  (void)run, (void)step;
  return is_whole(measure) && measure->quantity == SB_QUANTITY_FLUX;
}

/* Of an impedance step that; of a cable the potentials along it that the deck asks for; else what every answer reports
   but the fluxes; the fluxes where that is nothing. */
static bool (*const choices[])(const SbRun *, const SbStepResult *, const SbMeasure *) = {of_impedance, of_cable,
                                                                                          is_standard, is_flux};
enum { CHOICES = sizeof choices / sizeof *choices };

static Columns choose_columns(const SbRun *run, const SbStepResult *step) {
  Columns columns = {.count = 0};
  for (int choice = 0; choice < CHOICES && columns.count == 0; choice++)
    for (int i = 0; i < run->measure_count && columns.count < MOST_COLUMNS; i++)
      if (choices[choice](run, step, &run->measures[i]))
        columns.measure[columns.count++] = i;
  columns.bars = columns.count <= MOST_WITH_BARS;
  return columns;
}

/* Heads a column; shorter than the measure's full name where it can be. */
static void column_head(SbTable *table, const SbRun *run, const SbMeasure *measure) {
  char name[80];
  sb_measure_name(run->problem, measure, name, sizeof name);
  if (measure->quantity == SB_QUANTITY_MEMBRANE_POTENTIAL)
    snprintf(name, sizeof name, "potential (%s)", measure->membrane);
  if (measure->quantity == SB_QUANTITY_CHARGE)
    snprintf(name, sizeof name, "charge (%s)", measure->terminal == SB_LEFT ? "left" : "right");
  sb_table_cell(table, "%s", name);
}

static void frame_row(SbTable *table, const SbRun *run, const SbStepResult *step, int frame, const Columns *columns) {
  char text[80], bar_text[64];
  sb_format_coordinate(text, sizeof text, step, frame);
  sb_table_cell(table, "%s", text);
  for (int k = 0; k < columns->count; k++) {
    const int i = columns->measure[k];
    const SbReading *reading = &step->readings[(size_t)frame * (size_t)run->measure_count + (size_t)i];
    const SbDimension dimension = sb_quantities[run->measures[i].quantity].dimension;
    const double bar = sb_facts_bar(reading);
    sb_format_value(text, sizeof text, reading->value, sb_format_doubt(reading), dimension);
    sb_format_bar(bar_text, sizeof bar_text, bar, dimension);
    sb_table_cell(table, "%s", step->solved[frame] ? text : (k == 0 ? "not solved" : ""));
    if (columns->bars)
      sb_table_cell(table, isnan(bar) ? "%.0s" : "+- %s", bar_text);
  }
}

static void print_frames(const SbRun *run, const SbStepResult *step, const SbFinding *findings, FILE *stream) {
  const Columns columns = choose_columns(run, step);
  char letters[2 * MOST_COLUMNS + 2] = "r";
  for (int k = 0, n = 1; k < columns.count; k++) {
    letters[n++] = 'r';
    if (columns.bars)
      letters[n++] = 'l';
  }
  SbTable *table = sb_table_create(letters);
  sb_table_cell(table, "%s", step->coordinate_name);
  for (int k = 0; k < columns.count; k++) {
    column_head(table, run, &run->measures[columns.measure[k]]);
    if (columns.bars)
      sb_table_cell(table, "%s", "");
  }
  bool *chosen = sb_calloc((size_t)step->frame_count, sizeof *chosen);
  choose_frames(step, findings, run->problem->deck->expect.count, chosen);
  int shown = 0;
  for (int i = 0; i < step->frame_count; i++) {
    if (!chosen[i])
      continue;
    frame_row(table, run, step, i, &columns);
    shown++;
  }
  free(chosen);
  sb_table_print(&table, stream);
  if (!columns.bars)
    fputs("  (the last digit shown stands where that of the error bar stands)\n", stream);
  if (step->driven >= 0)
    fprintf(stream, "  (Z = -d(V_right - V_left)/dI, driven at the %s terminal; 1 ohm cm2 = 1e-4 ohm m2)\n",
            step->driven == SB_LEFT ? "left" : "right");
  if (shown < step->frame_count)
    fprintf(stream, "  (%d of %d points; all are in the output file)\n", shown, step->frame_count);
}

/* ---- steps ---------------------------------------------------------------------------------------------------------
 */

static void single_line(const SbRun *run, const SbStepResult *step, FILE *stream) {
  const Columns columns = choose_columns(run, step);
  const int frame = sb_facts_frame(step);
  SbItems items = sb_items_begin(stream, "state");
  for (int k = 0; k < columns.count && frame >= 0; k++) {
    const SbReading *reading = &step->readings[(size_t)frame * (size_t)run->measure_count + (size_t)columns.measure[k]];
    const SbDimension dimension = sb_quantities[run->measures[columns.measure[k]].quantity].dimension;
    char name[80], value[80];
    sb_measure_name(run->problem, &run->measures[columns.measure[k]], name, sizeof name);
    sb_format_value(value, sizeof value, reading->value, sb_format_doubt(reading), dimension);
    sb_items_add(&items, "%s %s", name, value);
  }
  sb_items_end(&items);
}

/* "Step 2, transient", with what drives the ends where that changes from step to step. */
static void print_heading(const SbRun *run, int index, FILE *stream) {
  const SbStepResult *step = &run->steps[index];
  char left[96], right[96];
  fprintf(stream, "%sStep %d, %s", index > 0 ? "\n" : "", index + 1, step->name);
  if (sb_controls_change(run)) {
    sb_control_words(step, SB_LEFT, left, sizeof left);
    sb_control_words(step, SB_RIGHT, right, sizeof right);
    fprintf(stream, " (left: %s; right: %s)", left, right);
  }
  fputs(step->failure.message ? ": FAILED\n" : "\n", stream);
}

static void print_step(const SbRun *run, int index, const SbFinding *findings, FILE *stream) {
  const SbStepResult *step = &run->steps[index];
  print_heading(run, index, stream);
  if (step->coordinate_name && step->frame_count > 0)
    print_frames(run, step, findings, stream);
  else if (step->frame_count > 0)
    single_line(run, step, stream);
  if (step->sensitivities)
    sb_report_sensitivities(run, step, stream);
  if (step->failure.message)
    sb_print_wrapped(stream, step->failure.message, 2, 2);
}

void sb_report_steps(const SbRun *run, const SbFinding *findings, FILE *stream) {
  for (int i = 0; i < run->step_count; i++) {
    print_step(run, i, findings, stream);
    sb_report_effort(&run->steps[i], stream);
  }
}
