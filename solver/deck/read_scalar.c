/* Readers of single values: quantities, whole numbers, text, choices, species. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "deck/reader.h"
#include "deck/source.h"

enum { SHOWN = 6 }; /* significant digits in messages */

static const char *label_of(const SbReader *reader) {
  return reader->label == NULL ? "the value" : reader->label;
}

/* Place of text[offset] of a scalar that stands on one line as it is. */
static SbMark mark_inside(const SbNode *node, size_t offset) {
  size_t length = strlen(node->text), column = node->mark.column + (node->quoted ? 1 : 0);
  for (size_t i = 0; i < offset && i < length; column++) {
    i += sb_source_character(node->text, length, i);
  }
  return (SbMark){node->mark.line, column};
}

/* What a quantity is asked to be. */
typedef struct {
  SbDimension dimension;
  SbRange range;
  const char *example;
} Wanted;

static void report_wrong_dimension(SbReader *reader, const SbNode *node, const Wanted *wanted, const char *unit,
                                   SbMark mark) {
  SbDimension found;
  if (sb_units_dimension(unit, &found)) {
    sb_error(reader->diagnostics, mark, "'%s' is %s where '%s' wants %s (e.g. %s); found %s", unit,
             sb_dimension_phrase(found), label_of(reader), sb_dimension_phrase(wanted->dimension), wanted->example,
             sb_found(reader, node));
  } else {
    sb_error(reader->diagnostics, mark, "'%s' is not the unit of %s, which '%s' wants (e.g. %s); found %s", unit,
             sb_dimension_phrase(wanted->dimension), label_of(reader), wanted->example, sb_found(reader, node));
  }
}

static void report_quantity(SbReader *reader, const SbNode *node, const Wanted *wanted, SbUnitsResult result,
                            size_t unit_offset) {
  SbDiagnostics *out = reader->diagnostics;
  const char *label = label_of(reader), *phrase = sb_dimension_phrase(wanted->dimension);
  const char *found = sb_found(reader, node), *unit = node->text + unit_offset;
  SbMark unit_mark = mark_inside(node, unit_offset);
  switch (result) {
  case SB_UNITS_OK:
    return;
  case SB_UNITS_NO_NUMBER:
    sb_error(out, node->mark, "'%s' must be %s, e.g. %s; found %s", label, phrase, wanted->example, found);
    return;
  case SB_UNITS_NO_UNIT:
    sb_error(out, node->mark, "'%s' is %s and needs a unit, e.g. %s; found the bare number %s", label, phrase,
             wanted->example, node->text);
    return;
  case SB_UNITS_UNKNOWN_UNIT:
    sb_error(out, unit_mark, "unknown unit '%.40s'; '%s' is %s, e.g. %s", unit, label, phrase, wanted->example);
    return;
  case SB_UNITS_WRONG_DIMENSION:
    report_wrong_dimension(reader, node, wanted, unit, unit_mark);
    return;
  case SB_UNITS_UNEXPECTED_UNIT:
    sb_error(out, unit_mark, "'%s' must be %s, e.g. %s; found %s", label, phrase, wanted->example, found);
    return;
  case SB_UNITS_NOT_FINITE:
    sb_error(out, node->mark, "'%s' is not a number that can be computed with; found %s", label, found);
    return;
  }
}

static const char *printed(SbReader *reader, double value, SbDimension dimension) {
  char text[64];
  if (dimension == SB_DIMENSION_NONE) {
    snprintf(text, sizeof text, "%.10g", value);
  } else {
    sb_units_print(text, sizeof text, value, dimension, SHOWN);
  }
  return sb_arena_text(reader->arena, text);
}

static bool in_range(SbReader *reader, const SbNode *node, SbRange range, SbDimension dimension, double value) {
  const char *label = label_of(reader);
  if (range.rule == SB_POSITIVE && !(value > 0)) {
    sb_error(reader->diagnostics, node->mark, "'%s' must be positive; found %s", label, node->text);
    return false;
  }
  if (range.rule == SB_NOT_NEGATIVE && !(value >= 0)) {
    sb_error(reader->diagnostics, node->mark, "'%s' must not be negative; found %s", label, node->text);
    return false;
  }
  if (range.rule != SB_BETWEEN || (value >= range.low && value <= range.high)) {
    return true;
  }
  const char *low = printed(reader, range.low, dimension), *high = printed(reader, range.high, dimension);
  if (range.low == range.high) {
    sb_error(reader->diagnostics, node->mark, "'%s' must be %s; found %s", label, low, node->text);
  } else if (isfinite(range.low) && isfinite(range.high)) {
    sb_error(reader->diagnostics, node->mark, "'%s' must lie between %s and %s; found %s", label, low, high,
             node->text);
  } else {
    sb_error(reader->diagnostics, node->mark, "'%s' must be at %s %s; found %s", label,
             isfinite(range.low) ? "least" : "most", isfinite(range.low) ? low : high, node->text);
  }
  return false;
}

static bool read_wanted(SbReader *reader, const SbNode *node, const Wanted *wanted, double *value) {
  *value = NAN;
  if (node->type != SB_NODE_SCALAR) {
    sb_error(reader->diagnostics, node->mark, "'%s' must be %s, e.g. %s; found %s", label_of(reader),
             sb_dimension_phrase(wanted->dimension), wanted->example, sb_found(reader, node));
    return false;
  }
  size_t unit_offset = 0;
  double number = NAN;
  SbUnitsResult result = sb_units_read(node->text, wanted->dimension, &number, &unit_offset);
  if (result != SB_UNITS_OK) {
    report_quantity(reader, node, wanted, result, unit_offset);
    return false;
  }
  if (!in_range(reader, node, wanted->range, wanted->dimension, number)) {
    return false;
  }
  *value = number;
  return true;
}

bool sb_read_quantity(SbReader *reader, const SbNode *node, SbDimension dimension, SbRange range, double *value) {
  return read_wanted(reader, node, &(Wanted){dimension, range, sb_dimension_example(dimension)}, value);
}

bool sb_read_quantity_field(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  Wanted wanted = {.dimension = sb_reader_dimension(reader, field), .range = field->range};
  if ((field->flags & SB_FIELD_PARENT_DIMENSION) && field->range.rule == SB_ANY) {
    wanted.range = reader->parent_range;
  }
  bool own_example = wanted.dimension == SB_DIMENSION_NONE && field->default_text != NULL;
  wanted.example = own_example ? field->default_text : sb_dimension_example(wanted.dimension);
  return read_wanted(reader, node, &wanted, destination);
}

bool sb_read_integer(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  char *end = NULL;
  long number = 0;
  bool is_number = node->type == SB_NODE_SCALAR && node->text[strcspn(node->text, " \t\n")] == '\0';
  if (is_number) {
    errno = 0;
    number = strtol(node->text, &end, 10);
    is_number = end != node->text && *end == '\0';
  }
  if (!is_number) {
    sb_error(reader->diagnostics, node->mark, "'%s' must be a whole number, e.g. %s; found %s", label_of(reader),
             field->default_text != NULL ? field->default_text : "2", sb_found(reader, node));
    return false;
  }
  if (errno == ERANGE || number > INT_MAX || number < INT_MIN) {
    sb_error(reader->diagnostics, node->mark, "'%s' is too large a number; found %s", label_of(reader),
             sb_found(reader, node));
    return false;
  }
  if (!in_range(reader, node, field->range, SB_DIMENSION_NONE, (double)number)) {
    return false;
  }
  *(int *)destination = (int)number;
  return true;
}

bool sb_read_text(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  bool empty = node->type == SB_NODE_SCALAR && node->text[0] == '\0';
  if (node->type != SB_NODE_SCALAR || (empty && (!node->quoted || (field->flags & SB_FIELD_NAMES)))) {
    sb_error(reader->diagnostics, node->mark, "'%s' must be text; found %s", label_of(reader),
             empty ? "nothing" : sb_found(reader, node));
    return false;
  }
  *(const char **)destination = node->text;
  return true;
}

static size_t count_of(const char *const *words) {
  size_t count = 0;
  while (words[count] != NULL) {
    count++;
  }
  return count;
}

bool sb_read_choice(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  const char *word = node->type == SB_NODE_SCALAR ? node->text : "";
  for (int i = 0; field->choices[i] != NULL; i++) {
    if (strcmp(word, field->choices[i]) == 0) {
      *(int *)destination = i;
      return true;
    }
  }
  sb_error(reader->diagnostics, node->mark, "'%s' must be one of %s; found %s%s", label_of(reader),
           sb_join_words(reader->arena, field->choices), sb_found(reader, node),
           sb_suggestion(reader, word, field->choices, count_of(field->choices)));
  return false;
}

int sb_reader_species(SbReader *reader, const SbNode *node) {
  if (node->type != SB_NODE_SCALAR) {
    sb_error(reader->diagnostics, node->mark, "'%s' wants the name of a species; found %s", label_of(reader),
             sb_found(reader, node));
    return -1;
  }
  for (int i = 0; i < reader->species_count; i++) {
    if (strcmp(reader->species_names[i], node->text) == 0) {
      return i;
    }
  }
  sb_error(reader->diagnostics, node->mark, "unknown species %s; it is not among the deck's 'species'%s",
           sb_found(reader, node),
           sb_suggestion(reader, node->text, reader->species_names, (size_t)reader->species_count));
  return -1;
}

bool sb_read_species(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  (void)field;
  *(int *)destination = sb_reader_species(reader, node);
  return *(int *)destination >= 0;
}
