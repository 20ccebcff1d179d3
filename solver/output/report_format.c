#include "output/report_format.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/units.h"
#include "output/report_facts.h"

enum { PAGE_WIDTH = 110, LABEL_WIDTH = 24, CELL = 80, MOST_DIGITS = 7, EXACT_DIGITS = 9, MOST_PLACES = 4 };

/* Bars below these are not told from none (SI); 0: no such limit. */
static const double negligible[SB_DIMENSION_COUNT] = {[SB_DIMENSION_POTENTIAL] = 1e-9};

/* ---- numbers -------------------------------------------------------------------------------------------------------
 */

static int exponent_of(double value) {
  return (int)floor(log10(fabs(value)));
}

/* Digits that a bar is given: two where the first is a 1 (or rounds up to one), else one. */
static int bar_digits(double bar) {
  const double leading = bar / pow(10, exponent_of(bar));
  return leading < 1.95 || leading >= 9.5 ? 2 : 1;
}

/* Place of the last digit of a bar, counted behind the point: 0.8 -> 1, 0.0012 -> 4, 30 -> -1. */
static int bar_place(double bar) {
  return bar_digits(bar) - 1 - exponent_of(bar);
}

void sb_format_number(char *buffer, size_t size, double value, double bar) {
  if (isnan(value)) {
    snprintf(buffer, size, "-");
  } else if (isinf(value)) {
    snprintf(buffer, size, value > 0 ? "infinite" : "-infinite");
  } else if (!(bar > 0.0) || isinf(bar)) {
    snprintf(buffer, size, "%.6g", value == 0.0 ? 0.0 : value);
  } else {
    const int place = bar_place(fmax(bar, pow(10, -MOST_DIGITS) * fabs(value)));
    if (fabs(value) < 0.5 * pow(10, -place)) {
      snprintf(buffer, size, "0");
      return;
    }
    const int exponent = exponent_of(value);
    const double step = pow(10, -place);
    if (exponent < 6 && (exponent >= -4 || place <= MOST_PLACES))
      snprintf(buffer, size, "%.*f", place > 0 ? place : 0, place >= 0 ? value : step * round(value / step));
    else
      snprintf(buffer, size, "%.*e", exponent + place > 0 ? exponent + place : 0, value);
  }
}

double sb_format_unit(double value, SbDimension dimension, char *unit, size_t size) {
  char printed[64];
  sb_units_print(printed, sizeof printed, value, dimension, 6);
  const char *blank = strchr(printed, ' ');
  snprintf(unit, size, "%s", blank ? blank + 1 : "");
  const double factor = blank ? sb_units_factor(dimension, unit) : 1.0;
  return factor > 0.0 ? factor : 1.0;
}

void sb_format_value(char *buffer, size_t size, double value, double bar, SbDimension dimension) {
  const double least = negligible[dimension];
  if (bar <= least && isfinite(value)) {
    sb_units_print(buffer, size, fabs(value) < 1e-3 * least ? 0.0 : value, dimension, bar > 0.0 ? EXACT_DIGITS : 6);
    return;
  }
  char unit[32], number[48];
  const double factor = sb_format_unit(fmax(fabs(value), bar > 0.0 ? bar : 0.0), dimension, unit, sizeof unit);
  sb_format_number(number, sizeof number, factor * value, factor * bar);
  const bool zero = strcmp(number, "0") == 0;
  snprintf(buffer, size, isfinite(value) ? "%s %s" : "%s", number, zero ? sb_dimension_unit(dimension) : unit);
}

void sb_format_bar(char *buffer, size_t size, double bar, SbDimension dimension) {
  if (!isfinite(bar)) {
    snprintf(buffer, size, "?");
    return;
  }
  if (bar < negligible[dimension] || bar == 0.0) {
    char least[48];
    sb_units_print(least, sizeof least, negligible[dimension], dimension, 1);
    snprintf(buffer, size, bar == 0.0 ? "%s" : "< %s", least);
    return;
  }
  const double step = pow(10, -bar_place(bar)), rounded = step * round(bar / step);
  char unit[32];
  const double scaled = rounded * sb_format_unit(rounded, dimension, unit, sizeof unit);
  const int wanted = bar_digits(bar), whole = exponent_of(scaled) + 1;
  sb_units_print(buffer, size, rounded, dimension, whole > wanted && whole < 6 ? whole : wanted);
}

double sb_format_doubt(const SbReading *reading) {
  const double bar = sb_facts_bar(reading), noise = reading->noise;
  return fmax(isnan(bar) ? 0.0 : bar, isnan(noise) ? 0.0 : noise);
}

void sb_format_coordinate(char *buffer, size_t size, const SbStepResult *step, int frame) {
  double largest = 0.0;
  for (int i = 0; i < step->frame_count; i++)
    largest = fmax(largest, fabs(step->coordinate[i]));
  const double here = step->coordinate[frame];
  const bool sweep = strcmp(step->coordinate_name, "time") != 0;
  sb_units_print(buffer, size, sweep && fabs(here) < 1e-12 * largest ? 0.0 : here, step->coordinate_dimension, 6);
}

/* ---- tables --------------------------------------------------------------------------------------------------------
 */

struct SbTable {
  char columns[32];
  int width, count, capacity;
  char (*cells)[CELL];
};

SbTable *sb_table_create(const char *columns) {
  SbTable *table = sb_calloc(1, sizeof *table);
  snprintf(table->columns, sizeof table->columns, "%s", columns);
  table->width = (int)strlen(table->columns);
  return table;
}

void sb_table_cell(SbTable *table, const char *format, ...) {
  if (table->count == table->capacity) {
    table->capacity = 2 * table->capacity + 64;
    table->cells = sb_realloc(table->cells, (size_t)table->capacity, CELL);
  }
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(table->cells[table->count++], CELL, format, arguments);
  va_end(arguments);
}

void sb_table_print(SbTable **table_address, FILE *stream) {
  SbTable *table = *table_address;
  int widest[sizeof table->columns] = {0};
  for (int i = 0; i < table->count; i++) {
    const int length = (int)strlen(table->cells[i]), column = i % table->width;
    widest[column] = length > widest[column] ? length : widest[column];
  }
  for (int row = 0; row * table->width < table->count; row++) {
    int pending = 0; /* blanks that are printed only before something else */
    for (int column = 0; column < table->width; column++) {
      const int i = row * table->width + column;
      const char *cell = i < table->count ? table->cells[i] : "";
      const int blanks = widest[column] - (int)strlen(cell);
      const bool right = table->columns[column] == 'r';
      if (*cell) {
        fprintf(stream, "%*s%s", pending + 2 + (right ? blanks : 0), "", cell);
        pending = right ? 0 : blanks;
      } else {
        pending += 2 + blanks;
      }
    }
    fputc('\n', stream);
  }
  free(table->cells);
  free(table);
  *table_address = NULL;
}

/* ---- lists ---------------------------------------------------------------------------------------------------------
 */

SbItems sb_items_begin(FILE *stream, const char *label) {
  fprintf(stream, "  %-*s", LABEL_WIDTH - 2, label);
  return (SbItems){.stream = stream, .column = LABEL_WIDTH};
}

void sb_items_add(SbItems *items, const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (items->items++ > 0) {
    fputs(",", items->stream);
    if (items->column + length + 2 > PAGE_WIDTH) {
      fprintf(items->stream, "\n%*s", LABEL_WIDTH, "");
      items->column = LABEL_WIDTH;
    } else {
      fputc(' ', items->stream);
    }
  }
  fputs(text, items->stream);
  items->column += length + 2;
}

void sb_items_end(SbItems *items) {
  fputc('\n', items->stream);
}

void sb_print_wrapped(FILE *stream, const char *text, int first_indent, int indent) {
  int column = fprintf(stream, "%*s", first_indent, "");
  bool begun = false;
  while (*text) {
    const int length = (int)strcspn(text, " \n");
    if (length > 0) {
      if (begun && column + 1 + length > PAGE_WIDTH) {
        column = fprintf(stream, "\n%*s", indent, "") - 1;
        begun = false;
      }
      column += fprintf(stream, begun ? " %.*s" : "%.*s", length, text);
      begun = true;
    }
    text += length;
    text += *text != '\0';
  }
  fputc('\n', stream);
}
