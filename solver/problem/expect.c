/* Entries of `expect`. The dimension of a value is that of the quantity it belongs to; which selectors a quantity takes
   stands in quantities.def. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "problem/language.h"
#include "problem/quantities.h"

/* ---- at ---- */

/* A position, or the word for an extreme over x. */
static bool x_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbAt *at = (SbAt *)(void *)((char *)destination - field->offset);
  at->x = NAN;
  const bool maximum = node->type == SB_NODE_SCALAR && strcmp(node->text, "maximum") == 0;
  const bool minimum = node->type == SB_NODE_SCALAR && strcmp(node->text, "minimum") == 0;
  at->extreme = (int)maximum - (int)minimum;
  if (maximum || minimum)
    return true;
  return sb_read_quantity(reader, node, SB_DIMENSION_LENGTH, (SbRange){.rule = SB_NOT_NEGATIVE}, &at->x);
}

/* The dimension of a swept value is known only after the protocol: see sb_expect_resolve. */
static bool value_later(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  (void)reader, (void)field, (void)node;
  *(double *)destination = NAN;
  return true;
}

static const SbField at_fields[] = {
    {.key = "x",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbAt, x),
     .doc = "Position from the left end, in a cylinder or sphere the radius; or the extreme over the whole domain.",
     .read = x_read,
     .grammar = "a length, such as 10 nm, or maximum or minimum"},
    {.key = "time",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbAt, time),
     .dimension = SB_DIMENSION_TIME,
     .range = {.rule = SB_NOT_NEGATIVE},
     .doc = "Time in a transient step, which lands on it exactly."},
    {.key = "frequency",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbAt, frequency),
     .dimension = SB_DIMENSION_FREQUENCY,
     .range = {.rule = SB_POSITIVE},
     .doc = "Frequency of an impedance step, which is measured there exactly."},
    {.key = "potential",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbAt, potential),
     .dimension = SB_DIMENSION_POTENTIAL,
     .doc = "In a sweep of a terminal's potential: right terminal minus left one."},
    {.key = "value",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbAt, value),
     .doc = "Value of what a sweep varies.",
     .read = value_later,
     .grammar = "a quantity of the kind that the sweep varies"},
    {.key = "step",
     .type = SB_TYPE_INTEGER,
     .offset = offsetof(SbAt, step),
     .range = {.rule = SB_BETWEEN, .low = 1, .high = 1000},
     .doc =
         "In which step of the protocol, counted from 1: at its end where nothing else is named. Without it the last "
         "step that fits is meant."},
    {0}};

static void at_check(SbReader *reader, void *params, const SbNode *node) {
  SbAt *at = params;
  (void)reader;
  at->value = NAN;
  if (!sb_tree_get(node, "step"))
    at->step = 0;
  if (!sb_tree_get(node, "x"))
    at->x = NAN;
}

static const SbSchema at_schema = {
    .name = "at",
    .doc = "Where and when an expectation holds; without it, at the end of the last step.",
    .example = "at: {time: 1 ns}\nat: {step: 1, time: 1 ns}\nat: {x: 150 nm}\nat: {x: maximum}",
    .size = sizeof(SbAt),
    .fields = at_fields,
    .check = at_check};

/* ---- value and tolerance ---- */

SbDimension sb_expect_dimension(const SbExpect *expect) {
  const SbQuantityInfo *quantity = &sb_quantities[expect->quantity];
  if (expect->form != SB_DIMENSION_NONE)
    return expect->form;
  const bool follows = (quantity->selectors & SB_SELECT_OF) && quantity->dimension == SB_DIMENSION_NONE;
  return follows && expect->of >= 0 ? sb_quantities[expect->of].dimension : quantity->dimension;
}

/* Selectors that an entry takes and needs; of an extreme, those of what it is an extreme of too. */
static unsigned selectors_of(const SbExpect *expect) {
  const unsigned own = sb_quantities[expect->quantity].selectors;
  return expect->of >= 0 && (own & SB_SELECT_OF) ? own | sb_quantities[expect->of].selectors : own;
}

/* What the unit of a closed form's value says, among what closed forms give; which one it ought to be is not known
   here. Most are potentials: a unit is looked up fast only where it fits. */
static SbDimension form_dimension(const SbNode *node) {
  static const SbDimension given[] = {SB_DIMENSION_POTENTIAL, SB_DIMENSION_CURRENT_DENSITY,
                                      SB_DIMENSION_CHARGE_DENSITY};
  double value;
  for (size_t i = 0; node->type == SB_NODE_SCALAR && i < sizeof given / sizeof given[0]; i++)
    if (sb_units_read(node->text, given[i], &value, NULL) == SB_UNITS_OK)
      return given[i];
  return SB_DIMENSION_POTENTIAL;
}

static bool value_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbExpect *expect = (SbExpect *)(void *)((char *)destination - field->offset);
  if (expect->quantity < 0)
    return true; /* reported already */
  if (expect->quantity == SB_QUANTITY_CLOSED_FORM)
    expect->form = form_dimension(node);
  return sb_read_quantity(reader, node, sb_expect_dimension(expect), (SbRange){0}, destination);
}

static bool tolerance_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbExpect *expect = (SbExpect *)(void *)((char *)destination - field->offset);
  const size_t length = node->type == SB_NODE_SCALAR ? strlen(node->text) : 0;
  expect->relative = length > 0 && node->text[length - 1] == '%';
  if (expect->quantity < 0 && !expect->relative)
    return true; /* reported already */
  const SbDimension dimension = expect->relative ? SB_DIMENSION_NONE : sb_expect_dimension(expect);
  return sb_read_quantity(reader, node, dimension, (SbRange){.rule = SB_POSITIVE}, destination);
}

/* ---- the entry ---- */

static const char *const terminal_choices[] = {"left", "right", NULL};

static const SbField expect_fields[] = {
    {.key = "quantity",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(SbExpect, quantity),
     .flags = SB_FIELD_REQUIRED,
     .choices = sb_quantity_names,
     .doc = "What is compared."},
    {.key = "of",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(SbExpect, of),
     .choices = sb_quantity_names,
     .doc = "Of which quantity an extreme is meant; its selectors stand beside it."},
    {.key = "species",
     .type = SB_TYPE_SPECIES,
     .offset = offsetof(SbExpect, species),
     .doc = "Of which species, for quantities that belong to one."},
    {.key = "terminal",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(SbExpect, terminal),
     .choices = terminal_choices,
     .doc = "Of which terminal, for quantities that belong to one."},
    {.key = "name", .type = SB_TYPE_TEXT, .offset = offsetof(SbExpect, name), .doc = "Of which closed form."},
    {.key = "couple",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbExpect, couple),
     .doc = "Of which couple of an electrode; of the first electrode that has it where no terminal is named."},
    {.key = "membrane",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbExpect, membrane),
     .doc = "Of which membrane, for quantities that belong to one."},
    {.key = "mechanism",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbExpect, mechanism),
     .doc = "Of which mechanism of the membrane."},
    {.key = "gate", .type = SB_TYPE_TEXT, .offset = offsetof(SbExpect, gate), .doc = "Of which gate of the mechanism."},
    {.key = "value",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbExpect, value),
     .flags = SB_FIELD_REQUIRED,
     .doc = "The expected value, in a unit of the quantity.",
     .read = value_read,
     .grammar = "a quantity, such as 37.961 mV"},
    {.key = "tolerance",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbExpect, tolerance),
     .flags = SB_FIELD_REQUIRED,
     .doc = "How far the computed value may be away, in the same kind of unit or in % of the expected value.",
     .read = tolerance_read,
     .grammar = "a quantity, such as 0.08 mV, or 1 %"},
    {.key = "source",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbExpect, source),
     .doc = "Where the expected value comes from."},
    {.key = "at",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbExpect, at),
     .schema = &at_schema,
     .doc = "Where and when; at the end of the last step where it is not given."},
    {0}};

/* One selector: its bit, and where an entry gives it. */
typedef struct {
  unsigned bit;
  const char *words;     /* for messages */
  const char *key, *sub; /* of the entry, and within it where sub is not NULL */
} Selector;

static const Selector selectors[] = {{SB_SELECT_SPECIES, "species", "species", NULL},
                                     {SB_SELECT_TERMINAL, "terminal", "terminal", NULL},
                                     {SB_SELECT_NAME, "name", "name", NULL},
                                     {SB_SELECT_COUPLE, "couple", "couple", NULL},
                                     {SB_SELECT_MEMBRANE, "membrane", "membrane", NULL},
                                     {SB_SELECT_MECHANISM, "mechanism", "mechanism", NULL},
                                     {SB_SELECT_GATE, "gate", "gate", NULL},
                                     {SB_SELECT_OF, "of", "of", NULL},
                                     {SB_SELECT_X, "at: {x}", "at", "x"},
                                     {SB_SELECT_FREQUENCY, "at: {frequency}", "at", "frequency"}};
enum { SELECTOR_COUNT = sizeof selectors / sizeof selectors[0] };

static const char *taken_words(SbArena *arena, unsigned taken) {
  const char *words = NULL;
  for (int i = 0; i < SELECTOR_COUNT; i++) {
    if (!(taken & selectors[i].bit))
      continue;
    words = words ? sb_arena_printf(arena, "%s, '%s'", words, selectors[i].words)
                  : sb_arena_printf(arena, "'%s'", selectors[i].words);
  }
  return words ? words : "no selector";
}

void sb_selectors_check(SbReader *reader, const SbNode *node, const char *name, unsigned taken, unsigned asked) {
  for (int i = 0; i < SELECTOR_COUNT; i++) {
    const SbNode *given = sb_tree_get(node, selectors[i].key);
    if (given && selectors[i].sub)
      given = sb_tree_get(given, selectors[i].sub);
    if (!(asked & selectors[i].bit))
      continue;
    if (given && !(taken & selectors[i].bit)) {
      sb_error(sb_reader_diagnostics(reader), given->mark, "'%s' does not apply to '%s': it takes %s",
               selectors[i].words, name, taken_words(sb_reader_arena(reader), taken));
    }
    if (!given && (taken & SB_NEEDS(selectors[i].bit))) {
      sb_error(sb_reader_diagnostics(reader), node->mark, "'%s' needs '%s'", name, selectors[i].words);
    }
  }
}

static void expect_check(SbReader *reader, void *params, const SbNode *node) {
  SbExpect *expect = params;
  expect->mark = node->mark;
  if (!sb_tree_get(node, "at")) {
    expect->at = (SbAt){.x = NAN, .time = NAN, .frequency = NAN, .potential = NAN, .value = NAN};
  }
  if (expect->quantity < 0)
    return;
  const SbQuantityInfo *quantity = &sb_quantities[expect->quantity];
  const SbNode *of = sb_tree_get(node, "of");
  if (of && expect->of >= 0 && (sb_quantities[expect->of].selectors & SB_SELECT_OF))
    sb_error(sb_reader_diagnostics(reader), of->mark, "'%s' is an extreme itself", of->text);
  sb_selectors_check(reader, node, quantity->name, selectors_of(expect), ~0U);
  const SbNode *tolerance = sb_tree_get(node, "tolerance");
  if (expect->relative && expect->value == 0.0 && tolerance) {
    sb_error(sb_reader_diagnostics(reader), tolerance->mark,
             "a tolerance in %% says nothing about an expected value of 0: give it in the unit of the value");
  }
}

const SbSchema sb_expect_schema = {
    .name = "expect",
    .doc = "An expected result. Each is printed with the computed value, the difference and a verdict. The quantities "
           "are:\n\n"
#define SB_QUANTITY(id, name, dimension, selectors, doc) "- `" name "`: " doc "\n"
#include "problem/quantities.def"
#undef SB_QUANTITY
    ,
    .example = "expect:\n"
               "  - {quantity: potential, value: 37.961 mV, tolerance: 0.08 mV, source: \"a textbook\"}\n"
               "  - {quantity: concentration, species: K+, at: {x: 150 nm}, value: 120 mmol/L, tolerance: 0.5 %}",
    .size = sizeof(SbExpect),
    .fields = expect_fields,
    .check = expect_check};

/* ---- against the protocol ---- */

/* Whether step i (from 0) is of that name and, unless `only` is 0, the one that is meant (from 1). */
static bool fits(const SbDeck *deck, int i, const char *name, int only) {
  const SbVariant *step = (const SbVariant *)deck->protocol.items + i;
  return step->schema && strcmp(step->schema->name, name) == 0 && (only == 0 || only == i + 1);
}

/* The last step of the protocol that fits; NULL where there is none. */
static const void *last_step(const SbDeck *deck, const char *name, int only) {
  const SbVariant *steps = deck->protocol.items;
  for (int i = deck->protocol.count - 1; i >= 0; i--) {
    if (fits(deck, i, name, only))
      return steps[i].params;
  }
  return NULL;
}

static bool some_transient_reaches(const SbDeck *deck, double time, int only) {
  const SbVariant *steps = deck->protocol.items;
  for (int i = 0; i < deck->protocol.count; i++) {
    if (!fits(deck, i, "transient", only))
      continue;
    const SbTransientStep *step = steps[i].params;
    if (!(time > step->until))
      return true;
  }
  return false;
}

/* Whether some sweep of this dimension stops at a value. */
static bool some_sweep_stops_at(const SbDeck *deck, SbDimension dimension, double value, int only) {
  const double rounding = 1e-9;
  const SbVariant *steps = deck->protocol.items;
  for (int i = 0; i < deck->protocol.count; i++) {
    if (!fits(deck, i, "sweep", only))
      continue;
    const SbSweepStep *sweep = steps[i].params;
    if (sweep->dimension != dimension || sweep->points < 2)
      continue;
    const double distance = (sweep->to - sweep->from) / (sweep->points - 1);
    const double point = fmin(fmax(round((value - sweep->from) / distance), 0.0), sweep->points - 1);
    if (fabs(sweep->from + point * distance - value) <= rounding * fmax(fabs(sweep->from), fabs(sweep->to)))
      return true;
  }
  return false;
}

static double domain_length(const SbDeck *deck) {
  const SbVariant *entries = deck->domain.items;
  double length = 0.0;
  for (int i = 0; i < deck->domain.count; i++) {
    const SbRegionDeck *region = sb_deck_region(deck, i);
    length += !entries[i].schema ? INFINITY : region ? region->width : 0.0;
  }
  return length;
}

double sb_place_resolve(SbReader *reader, const SbDeck *deck, const SbNode *x, double value) {
  /* the deck counts a radius from the axis or centre, the program from the left end */
  const double place = value - deck->inner_radius;
  if (place < 0.0)
    sb_error(sb_reader_diagnostics(reader), x->mark, "'%s' lies inside the inner radius of the domain", x->text);
  /* a sweep may vary a width */
  if (!last_step(deck, "sweep", 0) && place > domain_length(deck) * (1.0 + 1e-9))
    sb_error(sb_reader_diagnostics(reader), x->mark, "'%s' lies beyond the right end of the domain", x->text);
  return place;
}

/* The key of `at` names a point of a kind of step that is not there, or is not the step that is meant. */
static void report_misplaced(SbReader *reader, const SbNode *at, const char *key, const char *step, int only) {
  const char *none =
      only > 0 ? sb_arena_printf(sb_reader_arena(reader), "step %d is none", only) : "the protocol has none";
  sb_error(sb_reader_diagnostics(reader), sb_tree_get(at, key)->mark, "'%s' goes with %s; %s", key, step, none);
}

static void at_resolve(SbReader *reader, const SbDeck *deck, const SbNode *at, SbAt *place) {
  SbDiagnostics *diagnostics = sb_reader_diagnostics(reader);
  const SbNode *time = sb_tree_get(at, "time"), *value = sb_tree_get(at, "value"), *x = sb_tree_get(at, "x");
  const int step = place->step > 0 ? place->step : 0;
  const SbSweepStep *sweep = last_step(deck, "sweep", step);
  if (step > deck->protocol.count) {
    sb_error(diagnostics, sb_tree_get(at, "step")->mark, "the protocol has %d step%s", deck->protocol.count,
             deck->protocol.count == 1 ? "" : "s");
    return;
  }
  if (sb_tree_get(at, "frequency") && !last_step(deck, "impedance", step))
    report_misplaced(reader, at, "frequency", "an impedance step", step);
  const bool reached = !time || !isfinite(place->time) || some_transient_reaches(deck, place->time, step);
  if (!reached && step > 0)
    sb_error(diagnostics, time->mark, "step %d is no transient that reaches '%s'", step, time->text);
  else if (!reached)
    sb_error(diagnostics, time->mark, "no transient step of the protocol reaches '%s'", time->text);
  if (x && isfinite(place->x))
    place->x = sb_place_resolve(reader, deck, x, place->x);
  if (sb_tree_get(at, "potential") && !sweep)
    report_misplaced(reader, at, "potential", "a sweep", step);
  if (value && !sweep)
    report_misplaced(reader, at, "value", "a sweep", step);
  if (value && sweep && sweep->target) {
    const char *former = sb_reader_label(reader, "value");
    if (sb_read_quantity(reader, value, sweep->dimension, (SbRange){0}, &place->value) &&
        !some_sweep_stops_at(deck, sweep->dimension, place->value, step))
      sb_error(diagnostics, value->mark, "no point of a sweep is at '%s'", value->text);
    sb_reader_label(reader, former);
  }
}

void sb_expect_resolve(SbReader *reader, SbDeck *deck, const SbNode *root) {
  const SbNode *list = sb_tree_get(root, "expect");
  SbExpect *expect = deck->expect.items;
  if (!list || list->type != SB_NODE_LIST || (size_t)deck->expect.count != list->count)
    return;
  for (int i = 0; i < deck->expect.count; i++) {
    const SbNode *at = sb_tree_get(list->values[i], "at");
    if (at)
      at_resolve(reader, deck, at, &expect[i].at);
  }
}
