/* The steps of a protocol. Each begins with the state that the one before it left. */
#include <math.h>

#include "problem/language.h"

/* All of them are in memory until the mesh is known to be good. */
static const double most_records = 1e5;

/* ---- record: when to store ---- */

static const SbField record_fields[] = {{.key = "per_decade",
                                         .type = SB_TYPE_QUANTITY,
                                         .offset = offsetof(SbRecordTimes, per_decade),
                                         .range = {.rule = SB_BETWEEN, .low = 0.01, .high = 1000},
                                         .doc = "Times per factor of ten, evenly spaced in the logarithm of time."},
                                        {.key = "from",
                                         .type = SB_TYPE_QUANTITY,
                                         .offset = offsetof(SbRecordTimes, from),
                                         .dimension = SB_DIMENSION_TIME,
                                         .range = {.rule = SB_POSITIVE},
                                         .doc = "First of these times; needed with `per_decade`."},
                                        {.key = "every",
                                         .type = SB_TYPE_QUANTITY,
                                         .offset = offsetof(SbRecordTimes, every),
                                         .dimension = SB_DIMENSION_TIME,
                                         .range = {.rule = SB_POSITIVE},
                                         .doc = "Distance in time, in place of `per_decade`."},
                                        {0}};

static void record_check(SbReader *reader, void *params, const SbNode *node) {
  (void)params;
  const bool per_decade = sb_tree_get(node, "per_decade"), from = sb_tree_get(node, "from"),
             every = sb_tree_get(node, "every");
  if (every ? !per_decade && !from : per_decade && from)
    return;
  sb_error(sb_reader_diagnostics(reader), node->mark,
           "'record' takes either 'every', or 'per_decade' together with 'from', or a list of times");
}

static const SbSchema record_schema = {
    .name = "record times",
    .doc = "When a transient step stores its fields: `per_decade` together with `from`, or `every`; in place of this "
           "map also a plain list of times. The end is always stored.",
    .example = "record: {per_decade: 5, from: 1 ps}\nrecord: {every: 1 ms}\nrecord: [1 us, 10 us, 1 ms]",
    .size = sizeof(SbRecordTimes),
    .fields = record_fields,
    .check = record_check};

/* A list of quantities, each after the one before it; NULL after reporting an error. what: a value, in messages. */
static double *read_ascending(SbReader *reader, const SbNode *list, SbDimension dimension, SbRange range,
                              const char *what) {
  double *values = sb_arena_alloc(sb_reader_arena(reader), list->count, sizeof *values);
  bool good = true;
  for (size_t i = 0; i < list->count; i++) {
    const SbNode *node = list->values[i];
    if (!sb_read_quantity(reader, node, dimension, range, &values[i]))
      good = false;
    else if (good && i > 0 && values[i] <= values[i - 1]) {
      sb_error(sb_reader_diagnostics(reader), node->mark, "'%s' does not ascend: each %s lies after the one before it",
               node->text, what);
      good = false;
    }
  }
  return good ? values : NULL;
}

static bool record_list_read(SbReader *reader, const SbNode *node, SbRecordTimes *record) {
  record->times = read_ascending(reader, node, SB_DIMENSION_TIME, (SbRange){.rule = SB_NOT_NEGATIVE}, "time");
  record->count = record->times ? (int)node->count : 0;
  return record->times != NULL;
}

static bool record_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  (void)field;
  SbRecordTimes *record = destination;
  *record = (SbRecordTimes){.per_decade = NAN, .from = NAN, .every = NAN};
  if (node->type == SB_NODE_LIST)
    return record_list_read(reader, node, record);
  if (node->type == SB_NODE_MAP)
    return sb_schema_read(reader, &record_schema, node, record);
  sb_error(sb_reader_diagnostics(reader), node->mark,
           "'record' takes {per_decade: 5, from: 1 ps}, {every: 1 ms} or a list of times; found '%.60s'", node->text);
  return false;
}

/* ---- steady ---- */

static const SbField steady_fields[] = {SB_CONTROLS_FIELD(offsetof(SbSteadyStep, controls)), {0}};

static const SbSchema steady_schema = {.name = "steady",
                                       .doc = "Finds the steady state. A species that no terminal fixes keeps its "
                                              "total amount; waveforms have their value just before time 0.",
                                       .example = "protocol: [steady]",
                                       .size = sizeof(SbSteadyStep),
                                       .fields = steady_fields};

/* ---- transient ---- */

static const SbField transient_fields[] = {
    {.key = "until",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbTransientStep, until),
     .dimension = SB_DIMENSION_TIME,
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_REQUIRED,
     .doc = "Time at which the step ends; it begins at 0."},
    {.key = "first_step",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbTransientStep, first_step),
     .dimension = SB_DIMENSION_TIME,
     .range = {.rule = SB_POSITIVE},
     .doc = "First time step; chosen by the program where it is not given."},
    {.key = "record",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbTransientStep, record),
     .doc = "Times at which fields are stored. Times that an `expect` names are always met exactly.",
     .schema = &record_schema,
     .read = record_read,
     .grammar = "{per_decade, from}, {every} or a list of times"},
    SB_CONTROLS_FIELD(offsetof(SbTransientStep, controls)),
    {0}};

static void transient_check(SbReader *reader, void *params, const SbNode *node) {
  SbTransientStep *step = params;
  const SbNode *record = sb_tree_get(node, "record");
  if (!record)
    step->record = (SbRecordTimes){.per_decade = NAN, .from = NAN, .every = NAN};
  if (step->record.count > 0 && step->record.times[step->record.count - 1] > step->until) {
    sb_error(sb_reader_diagnostics(reader), record->values[record->count - 1]->mark,
             "'%s' lies after the end of the step ('until')", record->values[record->count - 1]->text);
  }
  if (step->record.from > step->until) {
    const SbNode *from = sb_tree_get(record, "from");
    sb_error(sb_reader_diagnostics(reader), from->mark, "'%s' lies after the end of the step ('until')", from->text);
  }
  const double records = isnan(step->record.every) ? step->record.per_decade * log10(step->until / step->record.from)
                                                   : step->until / step->record.every;
  if (record && records > most_records)
    sb_error(sb_reader_diagnostics(reader), record->mark,
             "'record' asks for %.3g records until the end of the step; there can be 100000", records);
  if (step->first_step > step->until) {
    const SbNode *first = sb_tree_get(node, "first_step");
    sb_error(sb_reader_diagnostics(reader), first->mark, "'%s' is longer than the whole step ('until')", first->text);
  }
}

static const SbSchema transient_schema = {
    .name = "transient",
    .doc = "Follows the system in time, from 0 to `until`, with time steps that the program chooses.",
    .example = "protocol:\n  - transient: {until: 1 ms, first_step: 1 ps, record: {per_decade: 5, from: 1 ps}}",
    .size = sizeof(SbTransientStep),
    .fields = transient_fields,
    .check = transient_check};

/* ---- impedance ---- */

static bool frequencies_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbImpedanceStep *step = (SbImpedanceStep *)(void *)((char *)destination - field->offset);
  if (node->type == SB_NODE_LIST && node->count > 0) {
    step->count = (int)node->count;
    step->frequencies =
        read_ascending(reader, node, SB_DIMENSION_FREQUENCY, (SbRange){.rule = SB_POSITIVE}, "frequency");
    return step->frequencies != NULL;
  }
  sb_error(sb_reader_diagnostics(reader), node->mark, "'frequencies' takes %s; found %s", field->grammar,
           sb_node_words(sb_reader_arena(reader), node));
  return false;
}

static const SbField impedance_fields[] = {{.key = "from",
                                            .type = SB_TYPE_QUANTITY,
                                            .offset = offsetof(SbImpedanceStep, from),
                                            .dimension = SB_DIMENSION_FREQUENCY,
                                            .range = {.rule = SB_POSITIVE},
                                            .doc = "Lowest frequency."},
                                           {.key = "to",
                                            .type = SB_TYPE_QUANTITY,
                                            .offset = offsetof(SbImpedanceStep, to),
                                            .dimension = SB_DIMENSION_FREQUENCY,
                                            .range = {.rule = SB_POSITIVE},
                                            .doc = "Highest frequency."},
                                           {.key = "per_decade",
                                            .type = SB_TYPE_QUANTITY,
                                            .offset = offsetof(SbImpedanceStep, per_decade),
                                            .range = {.rule = SB_BETWEEN, .low = 0.01, .high = 1000},
                                            .doc = "Frequencies per factor of ten, evenly spaced in their logarithm; "
                                                   "10 where it is not given."},
                                           {.key = "frequencies",
                                            .type = SB_TYPE_CUSTOM,
                                            .offset = offsetof(SbImpedanceStep, frequencies),
                                            .doc = "The frequencies one by one, in place of `from`, `to`.",
                                            .read = frequencies_read,
                                            .grammar = "an ascending list of frequencies"},
                                           {0}};

static void impedance_check(SbReader *reader, void *params, const SbNode *node) {
  SbImpedanceStep *step = params;
  const SbNode *from = sb_tree_get(node, "from"), *to = sb_tree_get(node, "to"),
               *per_decade = sb_tree_get(node, "per_decade"), *list = sb_tree_get(node, "frequencies");
  SbDiagnostics *diagnostics = sb_reader_diagnostics(reader);
  if (list ? from || to || per_decade : !from || !to) {
    sb_error(diagnostics, node->mark, "'impedance' takes either 'from' and 'to', or a list of 'frequencies'");
    return;
  }
  if (list)
    return;
  if (!per_decade)
    step->per_decade = 10.0;
  if (step->from > step->to)
    sb_error(diagnostics, to->mark, "'%s' lies below the lowest frequency ('from')", to->text);
  else if (step->per_decade * log10(step->to / step->from) > most_records)
    sb_error(diagnostics, node->mark, "this asks for %.3g frequencies; there can be 100000",
             step->per_decade * log10(step->to / step->from));
}

static const SbSchema impedance_schema = {
    .name = "impedance",
    .doc = "Measures the impedance of the steady state that the step before left, in equilibrium or not, by its "
           "response to a small alternating change of what the control sets (for a load, of a voltage source in series "
           "with it). The impedance is -d(V_right - V_left)/dI, so that a resistor's is positive. Stored are also the "
           "real and the imaginary part of every field's response. Frequencies that an `expect` names are added.",
    .example = "protocol:\n  - steady\n  - impedance: {from: 1 mHz, to: 1 MHz, per_decade: 10}",
    .reference = "Bard & Faulkner, Electrochemical Methods, 2nd ed., chapter 10; Brumleve & Buck 1978, J. "
                 "Electroanal. Chem. 90, 1",
    .size = sizeof(SbImpedanceStep),
    .fields = impedance_fields,
    .check = impedance_check};

/* ---- sweep ---- */

/* The ends can be read only when the dimension of the varied value is known: the nodes wait for sb_steps_resolve. */
typedef struct {
  SbSweepStep step; /* first: what the rest of the program sees */
  const SbNode *vary, *from, *to;
} SweepReading;

static bool node_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  if (node->type == SB_NODE_SCALAR) {
    *(const SbNode **)destination = node;
    return true;
  }
  sb_error(sb_reader_diagnostics(reader), node->mark, "'%s' takes %s; found %s", field->key, field->grammar,
           sb_node_words(sb_reader_arena(reader), node));
  return false;
}

static const char *const gates_of_sweep[] = {[SB_GATES_RELAXED] = "relaxed", [SB_GATES_FROZEN] = "frozen", NULL};

static const SbField sweep_fields[] = {
    {.key = "vary",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SweepReading, vary),
     .flags = SB_FIELD_REQUIRED,
     .doc =
         "Path of the value to vary, its keys joined by dots: `terminals.right.potential`, "
         "`regions.membrane.fixed_charge`, `regions.membrane.partition.K+`, `species.K+.diffusivity`, `temperature`.",
     .read = node_read,
     .grammar = "the path of a value in the deck, such as terminals.right.potential"},
    {.key = "from",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SweepReading, from),
     .flags = SB_FIELD_REQUIRED,
     .doc = "First value.",
     .read = node_read,
     .grammar = "a quantity of the kind that is varied"},
    {.key = "to",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SweepReading, to),
     .flags = SB_FIELD_REQUIRED,
     .doc = "Last value.",
     .read = node_read,
     .grammar = "a quantity of the kind that is varied"},
    {.key = "points",
     .type = SB_TYPE_INTEGER,
     .offset = offsetof(SweepReading, step.points),
     .range = {.rule = SB_BETWEEN, .low = 2, .high = 100000},
     .flags = SB_FIELD_REQUIRED,
     .doc = "Number of values, evenly spaced, both ends counted."},
    {.key = "gates",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(SweepReading, step.gates),
     .choices = gates_of_sweep,
     .default_text = "relaxed",
     .doc =
         "Of the gated channels of membranes: `relaxed`, so that every point is a steady state; or `frozen` where the "
         "step before left them, for the instantaneous current-voltage curve, which a clamp shows before any gate has "
         "moved."},
    SB_CONTROLS_FIELD(offsetof(SweepReading, step.controls)),
    {0}};

static const SbSchema sweep_schema = {
    .name = "sweep",
    .doc = "Finds the steady state at each of a row of values of one quantity, each beginning from the last. A value "
           "that cannot be solved is marked, and the others are kept.",
    .example = "protocol:\n  - sweep: {vary: terminals.right.potential, from: -0.2 V, to: 0.2 V, points: 41}",
    .size = sizeof(SweepReading),
    .fields = sweep_fields};

/* Whether the path leads to a number under the controls of some step, or those that the terminals were given. */
static bool is_varied_elsewhere(SbDeck *deck, const SbTerminalsDeck *given, const char *path) {
  SbLocation location = {.species_count = deck->species_count, .species_names = deck->species_names};
  const SbTerminalsDeck now = deck->terminals;
  deck->terminals = *given;
  bool found = sb_schema_locate(&sb_deck_schema, deck, path, &location);
  for (int i = 0; i < deck->protocol.count && !found; i++) {
    deck->terminals = *given;
    deck->terminals = sb_deck_terminals(deck, i);
    found = sb_schema_locate(&sb_deck_schema, deck, path, &location);
  }
  deck->terminals = now;
  return found;
}

static void report_unvaried(SbReader *reader, SbDeck *deck, const SbTerminalsDeck *given, const SbSweepStep *step,
                            const char *reason) {
  const SbSchema *left = deck->terminals.left.control.schema, *right = deck->terminals.right.control.schema;
  if (is_varied_elsewhere(deck, given, step->vary))
    sb_error(sb_reader_diagnostics(reader), step->mark,
             "'%s' cannot be varied: in this step the left end is under '%s', the right one under '%s'", step->vary,
             left ? left->name : "potential", right ? right->name : "no control");
  else
    sb_error(sb_reader_diagnostics(reader), step->mark, "'%s' cannot be varied: %s", step->vary, reason);
}

/* deck: with the controls that hold in the step, in place of those given. */
static void sweep_resolve(SbReader *reader, SbDeck *deck, const SbTerminalsDeck *given, SweepReading *sweep) {
  SbLocation location = {.species_count = deck->species_count, .species_names = deck->species_names};
  SbSweepStep *step = &sweep->step;
  if (!sweep->vary)
    return; /* reported as missing */
  step->vary = sweep->vary->text;
  step->mark = sweep->vary->mark;
  step->target = sb_schema_locate(&sb_deck_schema, deck, step->vary, &location);
  step->dimension = location.dimension;
  if (!step->target) {
    report_unvaried(reader, deck, given, step, location.reason);
    return;
  }
  const char *former = sb_reader_label(reader, "from");
  const bool good_from =
      sweep->from && sb_read_quantity(reader, sweep->from, location.dimension, location.range, &step->from);
  sb_reader_label(reader, "to");
  const bool good_to = sweep->to && sb_read_quantity(reader, sweep->to, location.dimension, location.range, &step->to);
  sb_reader_label(reader, former);
  if (good_from && good_to && step->from == step->to) {
    sb_error(sb_reader_diagnostics(reader), sweep->to->mark, "'from' and 'to' are the same: nothing is varied");
  }
}

void sb_steps_resolve(SbReader *reader, SbDeck *deck) {
  sb_controls_resolve(reader, deck);
  const SbVariant *steps = deck->protocol.items;
  const SbTerminalsDeck given = deck->terminals;
  for (int i = 0; i < deck->protocol.count; i++) {
    deck->terminals = sb_deck_terminals(deck, i); /* paths lead to the controls that hold in the step */
    if (steps[i].schema == &sweep_schema)
      sweep_resolve(reader, deck, &given, steps[i].params);
    if (steps[i].schema == &sb_sensitivity_schema)
      sb_sensitivity_resolve(reader, deck, steps[i].params);
    deck->terminals = given;
  }
}

const SbSchema *const sb_step_schemas[] = {&steady_schema,    &transient_schema,      &sweep_schema,
                                           &impedance_schema, &sb_sensitivity_schema, NULL};
