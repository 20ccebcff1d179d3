/* Numbers for people: rounded where their error bars begin, with a unit that suits their size; tables with aligned
   columns; lists that wrap. */
#ifndef SB_OUTPUT_REPORT_FORMAT_H
#define SB_OUTPUT_REPORT_FORMAT_H

#include <stdio.h>

#include "base/dimension.h"
#include "output/run.h"

/* ---- numbers ---- */

/* A bare number whose last digit stands where that of its bar stands; bar 0 or NAN: six digits. NAN: "-"; infinities
 * with sign. */
void sb_format_number(char *buffer, size_t size, double value, double bar);

/* The same with the unit that suits the larger of both: 0.03796134 V +- 0.8e-6 V -> "37.9613 mV". */
void sb_format_value(char *buffer, size_t size, double value, double bar, SbDimension dimension);

/* A bar, one digit or two (where the first is 1): "0.8 uV". */
void sb_format_bar(char *buffer, size_t size, double bar, SbDimension dimension);

/* What the digits of a reading are worth: the larger of its bar and its rounding noise; 0 where neither is known. */
double sb_format_doubt(const SbReading *reading);

/* Unit that suits a value, and the factor that takes SI values to it. */
double sb_format_unit(double value, SbDimension dimension, char *unit, size_t size);

/* A point of a step ("1 ns", "-200 mV"): what is nothing beside the step's other points is 0. */
void sb_format_coordinate(char *buffer, size_t size, const SbStepResult *step, int frame);

/* ---- tables: cells are texts of at most 79 bytes ---- */

typedef struct SbTable SbTable;

/* columns: one letter each, 'l' aligned left, 'r' right. */
SbTable *sb_table_create(const char *columns);
/* Adds the next cell, row by row. */
void sb_table_cell(SbTable *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints it with two blanks before every column, and destroys it. */
void sb_table_print(SbTable **table_address, FILE *stream);

/* ---- labelled lists ---- */

/* "  label     item, item, item", wrapped under the first item. */
typedef struct {
  FILE *stream;
  int column, items;
} SbItems;

SbItems sb_items_begin(FILE *stream, const char *label);
void sb_items_add(SbItems *items, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sb_items_end(SbItems *items);

/* A sentence wrapped at the width of a page, every line after the first indented. */
void sb_print_wrapped(FILE *stream, const char *text, int first_indent, int indent);

#endif
