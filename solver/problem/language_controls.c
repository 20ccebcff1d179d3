/* `controls` of a step: a terminal's control is like a switch, which stays where it was put until another step moves
   it. So a step's terminals are those of the deck under the last controls that were given up to there. */
#include "physics/physics.h"
#include "problem/language.h"

static const SbField control_fields[] = {{.key = "",
                                          .type = SB_TYPE_VARIANT,
                                          .offset = 0,
                                          .flags = SB_FIELD_REQUIRED,
                                          .variants = sb_control_schemas,
                                          .doc = "How the end is driven from this step on."},
                                         {0}};

static const SbSchema control_schema = {.name = "control",
                                        .doc = "The control of one end from this step on.",
                                        .example = "controls: {right: {current: 0 A/m2}}",
                                        .size = sizeof(SbVariant),
                                        .fields = control_fields};

static const SbField controls_fields[] = {{.key = "left",
                                           .type = SB_TYPE_STRUCT,
                                           .offset = offsetof(SbControlsDeck, left),
                                           .schema = &control_schema,
                                           .doc = "Of the left end; as before where it is not given."},
                                          {.key = "right",
                                           .type = SB_TYPE_STRUCT,
                                           .offset = offsetof(SbControlsDeck, right),
                                           .schema = &control_schema,
                                           .doc = "Of the right end; as before where it is not given."},
                                          {0}};

static void controls_check(SbReader *reader, void *params, const SbNode *node) {
  const SbControlsDeck *controls = params;
  if (!controls->left.schema && !controls->right.schema)
    sb_error(sb_reader_diagnostics(reader), node->mark,
             "'controls' changes nothing: expected 'left' or 'right', such as {right: {current: 0 A/m2}}");
}

const SbSchema sb_controls_schema = {
    .name = "controls",
    .doc = "Other controls for the terminals, of the same kinds as under `terminals`. They are thrown like a switch as "
           "the step begins, and stay until a later step throws them again; an impedance or a sensitivity is that of "
           "the state before it and of its controls. What the step before left stays: concentrations, gates, and the "
           "charge of every layer. So a potential that is set jumps at once, and when a circuit is opened the drop "
           "across the resistance of the solution goes at once and what charge makes stays until it leaks away. The "
           "time of a waveform starts at 0 in each step.",
    .example = "protocol:\n"
               "  - steady                                                              # rest at open circuit\n"
               "  - transient: {until: 1 s, controls: {right: {potential: 0.2 V}}}      # step\n"
               "  - transient: {until: 10 s, controls: {right: {current: 0 A/m2}}}      # rest",
    .size = sizeof(SbControlsDeck),
    .fields = controls_fields,
    .check = controls_check};

/* What a step changes; NULL where it changes nothing. */
static const SbControlsDeck *changed_by(const SbVariant *step) {
  const SbField *field = step->schema && step->params ? step->schema->fields : NULL;
  while (field && field->key && field->schema != &sb_controls_schema)
    field++;
  if (!field || !field->key)
    return NULL;
  const SbControlsDeck *controls = (const SbControlsDeck *)(const void *)((const char *)step->params + field->offset);
  return controls->left.schema || controls->right.schema ? controls : NULL;
}

bool sb_deck_changes_controls(const SbDeck *deck, int step) {
  return changed_by((const SbVariant *)deck->protocol.items + step) != NULL;
}

SbTerminalsDeck sb_deck_terminals(const SbDeck *deck, int step) {
  SbTerminalsDeck terminals = deck->terminals;
  for (int i = 0; i <= step && i < deck->protocol.count; i++) {
    const SbControlsDeck *controls = changed_by((const SbVariant *)deck->protocol.items + i);
    if (controls && controls->left.schema)
      terminals.left.control = controls->left;
    if (controls && controls->right.schema)
      terminals.right.control = controls->right;
  }
  return terminals;
}

static void warn_unused(SbReader *reader, const SbVariant *given, const SbVariant *first, const char *side) {
  if (given->schema && first->schema)
    sb_warning(sb_reader_diagnostics(reader), given->mark,
               "no step is under this control of the %s end: the first step has another", side);
}

void sb_controls_resolve(SbReader *reader, const SbDeck *deck) {
  const SbControlsDeck *first = deck->protocol.count > 0 ? changed_by(deck->protocol.items) : NULL;
  if (!first)
    return;
  warn_unused(reader, &deck->terminals.left.control, &first->left, "left");
  warn_unused(reader, &deck->terminals.right.control, &first->right, "right");
}
