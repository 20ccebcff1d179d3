/* The schema reader against a small language that has one field of every type. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deck_text.h"

/* ---- the language
 * ------------------------------------------------------------------------------------------------------ */

typedef struct {
  double value;
} Constant;
typedef struct {
  double from, rate;
} Ramp;
static const SbField constant_fields[] = {{.key = "",
                                           .type = SB_TYPE_QUANTITY,
                                           .offset = offsetof(Constant, value),
                                           .flags = SB_FIELD_PARENT_DIMENSION | SB_FIELD_REQUIRED},
                                          {.key = NULL}};
static const SbField ramp_fields[] = {{.key = "from",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(Ramp, from),
                                       .flags = SB_FIELD_PARENT_DIMENSION | SB_FIELD_REQUIRED},
                                      {.key = "rate",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(Ramp, rate),
                                       .flags = SB_FIELD_PARENT_RATE | SB_FIELD_REQUIRED},
                                      {.key = NULL}};
static const SbSchema constant_schema = {.name = "constant", .size = sizeof(Constant), .fields = constant_fields};
static const SbSchema ramp_schema = {.name = "ramp", .size = sizeof(Ramp), .fields = ramp_fields};
static const SbSchema *const waveforms[] = {&ramp_schema, &constant_schema, NULL};

typedef struct {
  const char *name;
  double width;
  double *factor, *partition;
  SbVariant load;
} Region;
static const SbField region_fields[] = {
    {.key = "", .type = SB_TYPE_TEXT, .offset = offsetof(Region, name), .flags = SB_FIELD_NAMES | SB_FIELD_REQUIRED},
    {.key = "width",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(Region, width),
     .dimension = SB_DIMENSION_LENGTH,
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_BESIDE | SB_FIELD_REQUIRED},
    {.key = "factor",
     .type = SB_TYPE_PER_SPECIES,
     .offset = offsetof(Region, factor),
     .range = {.rule = SB_NOT_NEGATIVE},
     .flags = SB_FIELD_BESIDE},
    {.key = "partition",
     .type = SB_TYPE_SPECIES_MAP,
     .offset = offsetof(Region, partition),
     .range = {.rule = SB_NOT_NEGATIVE},
     .flags = SB_FIELD_BESIDE},
    {.key = "load",
     .type = SB_TYPE_WAVEFORM,
     .offset = offsetof(Region, load),
     .dimension = SB_DIMENSION_POTENTIAL,
     .range = {.rule = SB_NOT_NEGATIVE},
     .variants = waveforms,
     .flags = SB_FIELD_BESIDE},
    {.key = NULL}};
static const SbSchema region_schema = {.name = "region", .size = sizeof(Region), .fields = region_fields};

typedef struct {
  const char *name;
  double capacitance;
} Membrane;
static const SbField membrane_fields[] = {
    {.key = "", .type = SB_TYPE_TEXT, .offset = offsetof(Membrane, name), .flags = SB_FIELD_NAMES | SB_FIELD_REQUIRED},
    {.key = "capacitance",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(Membrane, capacitance),
     .dimension = SB_DIMENSION_CAPACITANCE,
     .flags = SB_FIELD_BESIDE,
     .default_text = "1 uF/cm2"},
    {.key = NULL}};
static const SbSchema membrane_schema = {.name = "membrane", .size = sizeof(Membrane), .fields = membrane_fields};
static const SbSchema *const domain_variants[] = {&region_schema, &membrane_schema, NULL};

typedef struct {
  const char *name;
  double exchange;
} Couple;
static const SbField couple_fields[] = {{.key = "name",
                                         .type = SB_TYPE_TEXT,
                                         .offset = offsetof(Couple, name),
                                         .flags = SB_FIELD_NAMES | SB_FIELD_REQUIRED},
                                        {.key = "exchange_current",
                                         .type = SB_TYPE_QUANTITY,
                                         .offset = offsetof(Couple, exchange),
                                         .dimension = SB_DIMENSION_CURRENT_DENSITY,
                                         .flags = SB_FIELD_REQUIRED},
                                        {.key = NULL}};
static const SbSchema couple_schema = {.name = "couple", .size = sizeof(Couple), .fields = couple_fields};

typedef struct {
  double capacitance;
} Stern;
static const SbField stern_fields[] = {{.key = "capacitance",
                                        .type = SB_TYPE_QUANTITY,
                                        .offset = offsetof(Stern, capacitance),
                                        .dimension = SB_DIMENSION_CAPACITANCE,
                                        .flags = SB_FIELD_REQUIRED},
                                       {.key = NULL}};
static const SbSchema stern_schema = {.name = "stern", .size = sizeof(Stern), .fields = stern_fields};

typedef struct {
  SbList couples;
  Stern stern;
} Electrode;
static const SbField electrode_fields[] = {
    {.key = "couples", .type = SB_TYPE_LIST, .offset = offsetof(Electrode, couples), .schema = &couple_schema},
    {.key = "stern", .type = SB_TYPE_STRUCT, .offset = offsetof(Electrode, stern), .schema = &stern_schema},
    {.key = NULL}};
static const SbSchema electrode_schema = {.name = "electrode", .size = sizeof(Electrode), .fields = electrode_fields};

typedef struct {
  const char *region;
  SbIndexList impermeable;
} Reservoir;
static const SbField reservoir_fields[] = {
    {.key = "", .type = SB_TYPE_TEXT, .offset = offsetof(Reservoir, region), .flags = SB_FIELD_REQUIRED},
    {.key = "impermeable",
     .type = SB_TYPE_SPECIES_LIST,
     .offset = offsetof(Reservoir, impermeable),
     .flags = SB_FIELD_BESIDE},
    {.key = NULL}};
static const SbSchema reservoir_schema = {.name = "reservoir", .size = sizeof(Reservoir), .fields = reservoir_fields};
static const SbSchema *const boundaries[] = {&reservoir_schema, &electrode_schema, NULL};

typedef struct {
  SbVariant value;
} Control;
static const SbField potential_fields[] = {{.key = "",
                                            .type = SB_TYPE_WAVEFORM,
                                            .offset = offsetof(Control, value),
                                            .dimension = SB_DIMENSION_POTENTIAL,
                                            .variants = waveforms,
                                            .flags = SB_FIELD_REQUIRED},
                                           {.key = NULL}};
static const SbField current_fields[] = {{.key = "",
                                          .type = SB_TYPE_WAVEFORM,
                                          .offset = offsetof(Control, value),
                                          .dimension = SB_DIMENSION_CURRENT_DENSITY,
                                          .variants = waveforms,
                                          .flags = SB_FIELD_REQUIRED},
                                         {.key = NULL}};
static const SbSchema potential_schema = {.name = "potential", .size = sizeof(Control), .fields = potential_fields};
static const SbSchema current_schema = {.name = "current", .size = sizeof(Control), .fields = current_fields};
static const SbSchema *const controls[] = {&potential_schema, &current_schema, NULL};

typedef struct {
  SbVariant boundary, control;
} Terminal;
static const SbField terminal_fields[] = {{.key = "",
                                           .type = SB_TYPE_VARIANT,
                                           .offset = offsetof(Terminal, boundary),
                                           .variants = boundaries,
                                           .flags = SB_FIELD_REQUIRED},
                                          {.key = "",
                                           .type = SB_TYPE_VARIANT,
                                           .offset = offsetof(Terminal, control),
                                           .variants = controls,
                                           .default_text = "{potential: 0 V}"},
                                          {.key = NULL}};
static const SbSchema terminal_schema = {.name = "terminal", .size = sizeof(Terminal), .fields = terminal_fields};

typedef struct {
  double until;
} Transient;
static const SbField steady_fields[] = {{.key = NULL}};
static const SbField transient_fields[] = {{.key = "until",
                                            .type = SB_TYPE_QUANTITY,
                                            .offset = offsetof(Transient, until),
                                            .dimension = SB_DIMENSION_TIME,
                                            .flags = SB_FIELD_REQUIRED},
                                           {.key = NULL}};
static const SbSchema steady_schema = {.name = "steady", .size = 1, .fields = steady_fields};
static const SbSchema transient_schema = {.name = "transient", .size = sizeof(Transient), .fields = transient_fields};
static const SbSchema *const steps[] = {&steady_schema, &transient_schema, NULL};

typedef struct {
  const char *title;
  double temperature, permittivity, share;
  int cells, field, carrier;
  double diffusivity[2];
  SbList domain, protocol;
  Terminal left;
  SbVariant start;
} Deck;

static const char *const species[] = {"K+", "Cl-"};
static const char *const field_names[] = {"poisson", "electroneutral", NULL};

/* `diffusivities: [1e-9 m2/s, 2e-9 m2/s]`, in the order of the species. */
static bool read_diffusivities(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  if (node->type != SB_NODE_LIST || node->count != 2) {
    sb_error(sb_reader_diagnostics(reader), node->mark, "'%s' must be %s", field->key, field->grammar);
    return false;
  }
  double *values = destination;
  bool ok = true;
  for (size_t i = 0; i < 2; i++) {
    SbRange positive = {.rule = SB_POSITIVE};
    ok = sb_read_quantity(reader, node->values[i], SB_DIMENSION_DIFFUSIVITY, positive, &values[i]) && ok;
  }
  return ok;
}

static double *locate_diffusivity(const SbField *field, void *destination, const char *path, SbLocation *location) {
  (void)field;
  int index = sb_locate_species(&path, location);
  if (index < 0) {
    return NULL;
  }
  location->dimension = SB_DIMENSION_DIFFUSIVITY;
  return (double *)destination + index;
}

static const SbField deck_fields[] = {
    {.key = "title", .type = SB_TYPE_TEXT, .offset = offsetof(Deck, title)},
    {.key = "temperature",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(Deck, temperature),
     .dimension = SB_DIMENSION_TEMPERATURE,
     .range = {.rule = SB_POSITIVE},
     .default_text = "25 degC"},
    {.key = "permittivity",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(Deck, permittivity),
     .range = {.rule = SB_POSITIVE},
     .default_text = "78.4"},
    {.key = "share",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(Deck, share),
     .range = {.rule = SB_BETWEEN, .low = 0, .high = 1}},
    {.key = "cells", .type = SB_TYPE_INTEGER, .offset = offsetof(Deck, cells), .range = {.rule = SB_POSITIVE}},
    {.key = "field",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(Deck, field),
     .choices = field_names,
     .default_text = "poisson"},
    {.key = "carrier", .type = SB_TYPE_SPECIES, .offset = offsetof(Deck, carrier)},
    {.key = "diffusivities",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(Deck, diffusivity),
     .read = read_diffusivities,
     .locate = locate_diffusivity,
     .grammar = "a list of two diffusivities"},
    {.key = "domain",
     .type = SB_TYPE_VARIANT_LIST,
     .offset = offsetof(Deck, domain),
     .variants = domain_variants,
     .flags = SB_FIELD_REQUIRED},
    {.key = "left", .type = SB_TYPE_STRUCT, .offset = offsetof(Deck, left), .schema = &terminal_schema},
    {.key = "protocol", .type = SB_TYPE_VARIANT_LIST, .offset = offsetof(Deck, protocol), .variants = steps},
    {.key = "start", .type = SB_TYPE_VARIANT, .offset = offsetof(Deck, start), .variants = steps},
    {.key = NULL}};
static const SbSchema deck_schema = {.name = "deck", .size = sizeof(Deck), .fields = deck_fields};

/* ---- helpers
 * ----------------------------------------------------------------------------------------------------------- */

static bool read(DeckText *text, Deck *deck, const char *source) {
  *text = deck_text_parse(source);
  *deck = (Deck){0};
  assert_non_null(text->root);
  sb_reader_set_species(text->reader, 2, species);
  bool ok = sb_schema_read(text->reader, &deck_schema, text->root, deck);
  assert_int_equal(ok, sb_diagnostics_errors(text->diagnostics) == 0);
  return ok;
}

static void expect_messages(const char *source, const char *expected) {
  DeckText text;
  Deck deck;
  read(&text, &deck, source);
  char *messages = deck_text_messages(&text);
  assert_string_equal(messages, expected);
  free(messages);
  deck_text_free(&text);
}

/* The smallest valid deck, for a message about one more line. */
#define WITH(line) "domain: [{region: bath, width: 1 um}]\nleft: {reservoir: bath}\n" line

static const char full[] =
    "title: a test\n"
    "temperature: 37 degC\n"
    "permittivity: 80\n"
    "share: 5 %\n"
    "cells: 100\n"
    "field: electroneutral\n"
    "carrier: Cl-\n"
    "diffusivities: [1e-9 m2/s, 2e-9 m2/s]\n"
    "domain:\n"
    "  - {region: bath, width: 100 nm, factor: 0.5, load: 2 mV}\n"
    "  - {membrane: skin}\n"
    "  - {region: film.2, width: \"20 nm\", factor: {K+: 0.1}, partition: {Cl-: 0},"
    " load: {ramp: {from: 1 mV, rate: 10 mV/s}}}\n"
    "left:\n"
    "  electrode: {couples: [{name: iron, exchange_current: 1 A/m2}], stern: {capacitance: 20 uF/cm2}}\n"
    "  current: 0.1 mA/cm2\n"
    "protocol: [steady, transient: {until: 1 ms}]\n"
    "start: steady\n";

static bool close_to(double value, double wanted) {
  return fabs(value - wanted) <= 4e-16 * fabs(wanted);
}

/* ---- tests
 * ------------------------------------------------------------------------------------------------------------- */

static void test_every_type_is_read(void **state) {
  (void)state;
  DeckText text;
  Deck deck;
  assert_true(read(&text, &deck, full));
  assert_string_equal(deck.title, "a test");
  assert_true(close_to(deck.temperature, 310.15));
  assert_true(deck.permittivity == 80 && deck.share == 0.05 && deck.cells == 100 && deck.field == 1 &&
              deck.carrier == 1);
  assert_true(deck.diffusivity[0] == 1e-9 && deck.diffusivity[1] == 2e-9);
  assert_int_equal(deck.domain.count, 3);
  assert_int_equal(deck.domain.marks[2].line, 12);
  const SbVariant *parts = deck.domain.items;
  assert_true(parts[0].schema == &region_schema && parts[1].index == 1);
  const Region *bath = parts[0].params, *film = parts[2].params;
  assert_string_equal(film->name, "film.2");
  assert_true(bath->width == 1e-7 && film->width == 2e-8);
  assert_true(bath->factor[0] == 0.5 && bath->factor[1] == 0.5 && bath->factor[2] == 0.5 && bath->partition == NULL);
  assert_true(film->factor[0] == 0.1 && isnan(film->factor[1]) && isnan(film->factor[2]) && film->partition[1] == 0);
  assert_true(sb_per_species(bath->factor, 2, 1) == 0.5 && sb_per_species(film->factor, 2, 0) == 0.1);
  assert_true(isnan(sb_per_species(film->factor, 2, 1)) && isnan(sb_per_species(NULL, 2, 1)));
  assert_true(bath->load.schema == &constant_schema && ((const Constant *)bath->load.params)->value == 2e-3);
  const Ramp *ramp = film->load.params;
  assert_true(film->load.schema == &ramp_schema && ramp->from == 1e-3 && ramp->rate == 1e-2);
  assert_true(((const Membrane *)parts[1].params)->capacitance == 0.01);
  const Electrode *electrode = deck.left.boundary.params;
  assert_string_equal(((const Couple *)electrode->couples.items)->name, "iron");
  assert_true(electrode->stern.capacitance == 0.2 && deck.left.control.schema == &current_schema);
  const SbVariant *value = &((const Control *)deck.left.control.params)->value;
  assert_true(close_to(((const Constant *)value->params)->value, 1));
  const SbVariant *protocol = deck.protocol.items;
  assert_true(protocol[0].schema == &steady_schema && ((const Transient *)protocol[1].params)->until == 1e-3);
  assert_true(deck.start.schema == &steady_schema);
  deck_text_free(&text);
}

static void test_absent_fields_hold_defaults_or_nothing(void **state) {
  (void)state;
  DeckText text;
  Deck deck;
  assert_true(read(&text, &deck, "domain: [{region: bath, width: 1 um}]\nleft: {electrode: {}}\n"));
  assert_true(deck.title == NULL && deck.temperature == 298.15 && deck.permittivity == 78.4 && isnan(deck.share));
  assert_true(deck.cells == -1 && deck.field == 0 && deck.carrier == -1 && deck.protocol.count == 0);
  assert_true(deck.start.schema == NULL && deck.start.index == -1);
  assert_true(deck.left.control.schema == &potential_schema);
  const SbVariant *value = &((const Control *)deck.left.control.params)->value;
  assert_true(((const Constant *)value->params)->value == 0);
  assert_true(isnan(((const Electrode *)deck.left.boundary.params)->stern.capacitance));
  const Region *bath = ((const SbVariant *)deck.domain.items)->params;
  assert_true(bath->load.schema == NULL && bath->load.index == -1 && bath->factor == NULL);
  deck_text_free(&text);
}

static void test_numbers(void **state) {
  (void)state;
  expect_messages(WITH("temperature: 5"), "3:14: error: 'temperature' is a temperature and needs a unit, e.g. 25 degC; "
                                          "found the bare number 5\n");
  expect_messages(WITH("temperature: warm"),
                  "3:14: error: 'temperature' must be a temperature, e.g. 25 degC; found 'warm'\n");
  expect_messages(WITH("temperature:"),
                  "3:13: error: 'temperature' must be a temperature, e.g. 25 degC; found nothing\n");
  expect_messages(WITH("temperature: [1 K]"),
                  "3:14: error: 'temperature' must be a temperature, e.g. 25 degC; found a list\n");
  expect_messages(WITH("temperature: 25 C"),
                  "3:17: error: 'C' is not the unit of a temperature, which 'temperature' wants "
                  "(e.g. 25 degC); found '25 C'\n");
  expect_messages(WITH("temperature: -3 K"), "3:14: error: 'temperature' must be positive; found -3 K\n");
  expect_messages(WITH("temperature: 1e400 K"), "3:14: error: 'temperature' is not a number that can be computed with; "
                                                "found '1e400 K'\n");
  expect_messages(WITH("permittivity: 78 nm"),
                  "3:18: error: 'permittivity' must be a bare number, e.g. 78.4; found '78 nm'\n");
  expect_messages(WITH("share: 150 %"), "3:8: error: 'share' must lie between 0 and 1; found 150 %\n");
  expect_messages(WITH("cells: 1.5"), "3:8: error: 'cells' must be a whole number, e.g. 2; found '1.5'\n");
  expect_messages(WITH("cells: 99999999999999999999"), "3:8: error: 'cells' is too large a number; found "
                                                       "'99999999999999999999'\n");
  expect_messages(WITH("cells: 0"), "3:8: error: 'cells' must be positive; found 0\n");
  expect_messages("domain: [{region: bath, width: 5}]\nleft: {reservoir: x}",
                  "1:32: error: 'width' is a length and needs a unit, e.g. 10 nm; found the bare number 5\n");
  expect_messages("domain: [{region: bath, width: 5 mV}]\nleft: {reservoir: x}",
                  "1:34: error: 'mV' is a potential where 'width' wants a length (e.g. 10 nm); found '5 mV'\n");
  expect_messages("domain: [{region: bath, width: \"5 \xC2\xB5mm\"}]\nleft: {reservoir: x}",
                  "1:35: error: unknown unit '\xC2\xB5mm'; 'width' is a length, e.g. 10 nm\n");
}

static void test_words_and_species(void **state) {
  (void)state;
  expect_messages(WITH("field: poison"), "3:8: error: 'field' must be one of poisson, electroneutral; found 'poison'; "
                                         "did you mean 'poisson'?\n");
  expect_messages(WITH("carrier: k+"), "3:10: error: unknown species 'k+'; it is not among the deck's 'species'; "
                                       "did you mean 'K+'?\n");
  expect_messages(WITH("title: {a: b}"), "3:8: error: 'title' must be text; found a map\n");
  expect_messages("domain: [{region: bath, width: 1 m, factor: {K+: -1, Na+: 2}, partition: 3}]\nleft: {reservoir: x, "
                  "impermeable: [K+, K+]}",
                  "1:50: error: 'factor.K+' must not be negative; found -1\n"
                  "1:54: error: unknown species 'Na+'; it is not among the deck's 'species'\n"
                  "1:74: error: 'partition' must be a map, e.g. {K+: 0.5}; found '3'\n"
                  "2:40: error: 'K+' stands in 'impermeable' twice\n");
}

static void test_keys(void **state) {
  (void)state;
  expect_messages("tittle: x\nleft: {reservoir: bath}",
                  "1:1: error: deck: 'domain' is missing (a list, each entry one of region, membrane)\n"
                  "1:1: error: unknown key 'tittle' in deck; did you mean 'title'?\n");
  expect_messages("domain: [{region: bath}]\nleft: {reservoir: x}",
                  "1:11: error: region 'bath': 'width' is missing (a length, e.g. 10 nm)\n");
  expect_messages("domain: [{region: bath, widht: 1 m}]\nleft: {reservoir: x}",
                  "1:11: error: region 'bath': 'width' is missing (a length, e.g. 10 nm)\n"
                  "1:25: error: unknown key 'widht' in region 'bath'; did you mean 'width'?\n");
  expect_messages("domain: [{region: a, width: 1 m}, {membrane: a}]\nleft: {reservoir: x}",
                  "1:46: error: the name 'a' is taken by the region at line 1\n");
  expect_messages("domain: 3\nleft: {reservoir: x}",
                  "1:9: error: 'domain' must be a list, each entry one of region, membrane; found '3'\n");
}

static void test_variants(void **state) {
  (void)state;
  expect_messages("domain: [{regoin: a, width: 1 m}]\nleft: {reservoir: x}",
                  "1:11: error: unknown key 'regoin' in domain; did you mean 'region'?\n");
  expect_messages("domain: [{wall: a}]\nleft: {reservoir: x}",
                  "1:10: error: 'domain' needs one of region, membrane\n1:11: error: unknown key 'wall' in domain\n");
  expect_messages("domain: []\nleft: {}", "2:7: error: 'left' needs one of reservoir, electrode\n");
  expect_messages("domain: []\nleft: {electrode: {}, impermeable: [K+]}",
                  "2:23: error: 'impermeable' goes with 'reservoir', not with 'electrode'\n");
  expect_messages("domain: []\nleft: {reservoir: x, current: 0 A/m2, potential: 0 V}",
                  "2:39: error: 'potential' and 'current' exclude each other; give one of potential, current\n");
  expect_messages(
      "domain: []\nleft: {electrode: 5, potential: 1 A/m2}",
      "2:19: error: 'electrode' takes a map of its settings, {key: value, ...}; found '5'\n"
      "2:35: error: 'A/m2' is a current density where 'potential' wants a potential (e.g. -20 mV); found '1 A/m2'\n");
  expect_messages("domain: []\nleft: {reservoir: x, potential: {ramp: {from: 1 V, rate: 1 V, to: 3 V}}}",
                  "2:60: error: 'V' is a potential where 'rate' wants a rate of potential (e.g. 10 mV/s); found '1 V'\n"
                  "2:63: error: unknown key 'to' in ramp\n");
  expect_messages("domain: [{region: a, width: 1 m, load: -1 V}]\nleft: {reservoir: x}",
                  "1:40: error: 'load' must not be negative; found -1 V\n");
  expect_messages("domain: []\nleft: {electrode: {couples: [{exchange_current: 1 A/m2}]}}",
                  "2:30: error: couple: 'name' is missing (text)\n");
  expect_messages("domain: []\nleft: {reservoir: x}\nprotocol: [stedy, transient, steady: 1, [2]]",
                  "3:12: error: 'protocol' takes one of steady, transient; found 'stedy'; did you mean 'steady'?\n"
                  "3:19: error: transient: 'until' is missing (a time, e.g. 1 ms)\n"
                  "3:38: error: 'steady' takes a map of its settings, {key: value, ...}; found '1'\n"
                  "3:41: error: 'protocol' takes one of steady, transient; found a list\n");
}

typedef struct {
  const char *path;
  double value;
  SbDimension dimension;
  const char *reason; /* NULL: it is found */
} Path;

static void test_paths(void **state) {
  (void)state;
  static const Path paths[] = {
      {"temperature", 310.15, SB_DIMENSION_TEMPERATURE, NULL},
      {"permittivity", 80, SB_DIMENSION_NONE, NULL},
      {"domain.bath.width", 1e-7, SB_DIMENSION_LENGTH, NULL},
      {"regions.bath.width", 1e-7, SB_DIMENSION_LENGTH, NULL},
      {"regions.film.2.width", 2e-8, SB_DIMENSION_LENGTH, NULL},
      {"regions.bath.factor", 0.5, SB_DIMENSION_NONE, NULL},
      {"regions.film.2.factor.K+", 0.1, SB_DIMENSION_NONE, NULL},
      {"regions.film.2.partition.Cl-", 0, SB_DIMENSION_NONE, NULL},
      {"regions.bath.load", 2e-3, SB_DIMENSION_POTENTIAL, NULL},
      {"regions.film.2.load.ramp.rate", 1e-2, SB_DIMENSION_POTENTIAL_RATE, NULL},
      {"membranes.skin.capacitance", 1e-2, SB_DIMENSION_CAPACITANCE, NULL},
      {"left.current", 1, SB_DIMENSION_CURRENT_DENSITY, NULL},
      {"left.electrode.couples.iron.exchange_current", 1, SB_DIMENSION_CURRENT_DENSITY, NULL},
      {"left.electrode.stern.capacitance", 0.2, SB_DIMENSION_CAPACITANCE, NULL},
      {"diffusivities.Cl-", 2e-9, SB_DIMENSION_DIFFUSIVITY, NULL},
      {"diffusivities.Na+", 0, 0, "no species has this name"},
      {"regions.bath.factor.K+", 0, 0, "one value is given for all species there: leave the species out"},
      {"regions.film.2.factor", 0, 0, "a species must follow in the path"},
      {"regions.film.2.factor.Cl-", 0, 0, "the deck gives no value there"},
      {"regions.bath.partition.K+", 0, 0, "the deck gives no value there"},
      {"regions.film.2.load", 0, 0, "a waveform stands there: name one of its parameters, e.g. sine.amplitude"},
      {"membranes.bath.width", 0, 0, "no entry has this name"},
      {"regions", 0, 0, "the name of an entry must follow in the path"},
      {"regions.bath", 0, 0, "this is a part of the deck, not a number"},
      {"left.potential", 0, 0, "no such key in the deck"},
      {"left", 0, 0, "this is a part of the deck, not a number"},
      {"temperature.", 0, 0, "no such key in the deck"},
      {"temperature.x", 0, 0, "the path goes on behind a number"},
      {"", 0, 0, "this is a part of the deck, not a number"},
      {"cells", 0, 0, "this is no number with a dimension"},
  };
  DeckText text;
  Deck deck;
  assert_true(read(&text, &deck, full));
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    const Path *path = &paths[i];
    SbLocation location = {.species_count = 2, .species_names = species};
    double *number = sb_schema_locate(&deck_schema, &deck, path->path, &location);
    if (path->reason != NULL) {
      assert_null(number);
      assert_string_equal(location.reason, path->reason);
      continue;
    }
    assert_non_null(number);
    assert_true(close_to(*number, path->value) || *number == path->value);
    assert_int_equal(location.dimension, path->dimension);
  }
  SbLocation location = {.species_count = 2, .species_names = species};
  *sb_schema_locate(&deck_schema, &deck, "regions.bath.factor", &location) = 0.25;
  const Region *bath = ((const SbVariant *)deck.domain.items)->params;
  assert_true(sb_per_species(bath->factor, 2, 0) == 0.25 && sb_per_species(bath->factor, 2, 1) == 0.25);
  assert_int_equal(location.range.rule, SB_NOT_NEGATIVE);
  location.range.rule = SB_ANY;
  assert_non_null(sb_schema_locate(&deck_schema, &deck, "regions.bath.load", &location));
  assert_int_equal(location.range.rule, SB_NOT_NEGATIVE);
  deck_text_free(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_type_is_read),
      cmocka_unit_test(test_absent_fields_hold_defaults_or_nothing),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_words_and_species),
      cmocka_unit_test(test_keys),
      cmocka_unit_test(test_variants),
      cmocka_unit_test(test_paths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
