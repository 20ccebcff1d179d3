/* A small language with one field of every type, for the tests of the schema reader. */
#ifndef SB_TESTS_UNIT_DECK_LANGUAGE_H
#define SB_TESTS_UNIT_DECK_LANGUAGE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deck_text.h"

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

/* A deck that uses all of it. */
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

static inline bool read_deck(DeckText *text, Deck *deck, const char *source) {
  *text = deck_text_parse(source);
  *deck = (Deck){0};
  assert_non_null(text->root);
  sb_reader_set_species(text->reader, 2, species);
  bool ok = sb_schema_read(text->reader, &deck_schema, text->root, deck);
  assert_int_equal(ok, sb_diagnostics_errors(text->diagnostics) == 0);
  return ok;
}

static inline bool close_to(double value, double wanted) {
  return fabs(value - wanted) <= 4e-16 * fabs(wanted);
}

#endif
