/* The two ends: a boundary and an electrical control each. */
#include "physics/physics.h"
#include "problem/language.h"

#define SB_BOUNDARY_FIELD                                                                                              \
  {                                                                                                                    \
    .key = "", .type = SB_TYPE_VARIANT, .offset = offsetof(SbTerminalDeck, boundary), .flags = SB_FIELD_REQUIRED,      \
    .variants = sb_boundary_schemas, .doc = "What the end is made of."                                                 \
  }
#define SB_CONTROL_FIELD(text)                                                                                         \
  {                                                                                                                    \
    .key = "", .type = SB_TYPE_VARIANT, .offset = offsetof(SbTerminalDeck, control), .variants = sb_control_schemas,   \
    .doc = (text)                                                                                                      \
  }

static const SbField left_fields[] = {
    SB_BOUNDARY_FIELD, SB_CONTROL_FIELD("How it is driven; the left end is held at 0 V where nothing is given."), {0}};
static const SbField right_fields[] = {
    SB_BOUNDARY_FIELD,
    SB_CONTROL_FIELD("How it is driven; the right end must say so (a wall carries no current and may not)."),
    {0}};

static void right_check(SbReader *reader, void *params, const SbNode *node) {
  const SbTerminalDeck *right = params;
  if (right->control.schema || !right->boundary.schema)
    return;
  if (!sb_boundary_kinds[right->boundary.index]->carries_current)
    return;
  sb_error(sb_reader_diagnostics(reader), node->mark,
           "'right' has no electrical control: expected one of 'potential', 'current' or 'load' beside '%s', such as "
           "'current: 0 A/m2' for open circuit",
           right->boundary.schema->name);
}

static const SbSchema left_schema = {.name = "left",
                                     .doc = "The left end, where x begins. Its default control, `potential: 0 V`, "
                                            "makes it the reference of all potentials.",
                                     .example = "left: {reservoir: concentrated}",
                                     .size = sizeof(SbTerminalDeck),
                                     .fields = left_fields};

static const SbSchema right_schema = {.name = "right",
                                      .doc = "The right end. Its potential minus that of the left end is the potential "
                                             "of the cell; a current is positive when it flows to the right.",
                                      .example = "right: {reservoir: dilute, current: 0 A/m2}",
                                      .size = sizeof(SbTerminalDeck),
                                      .fields = right_fields,
                                      .check = right_check};

static const SbField terminals_fields[] = {{.key = "left",
                                            .type = SB_TYPE_STRUCT,
                                            .offset = offsetof(SbTerminalsDeck, left),
                                            .flags = SB_FIELD_REQUIRED,
                                            .schema = &left_schema,
                                            .doc = "The left end."},
                                           {.key = "right",
                                            .type = SB_TYPE_STRUCT,
                                            .offset = offsetof(SbTerminalsDeck, right),
                                            .flags = SB_FIELD_REQUIRED,
                                            .schema = &right_schema,
                                            .doc = "The right end."},
                                           {0}};

const SbSchema sb_terminals_schema = {
    .name = "terminals",
    .doc = "The two ends of the domain. Each is one kind of boundary under one electrical control.",
    .example = "terminals:\n"
               "  left: {reservoir: concentrated}\n"
               "  right: {reservoir: dilute, current: 0 A/m2}",
    .size = sizeof(SbTerminalsDeck),
    .fields = terminals_fields};
