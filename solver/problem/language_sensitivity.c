/* The step `sensitivity`: of what, and to which numbers of the deck. */
#include <string.h>

#include "base/names.h"
#include "problem/language.h"
#include "problem/parameters.h"
#include "problem/quantities.h"

/* What `to` names can be looked up only when the whole deck is read: the nodes wait for sb_sensitivity_resolve. */
typedef struct {
  SbSensitivityStep step; /* first: what the rest of the program sees */
  const SbNode *map, *to;
} Reading;

static const char *const terminal_choices[] = {"left", "right", NULL};

static const SbField place_fields[] = {
    {.key = "x",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbPlace, x),
     .dimension = SB_DIMENSION_LENGTH,
     .range = {.rule = SB_NOT_NEGATIVE},
     .doc =
         "Position from the left end, in a cylinder or sphere the radius. It stays where it is when a width changes."},
    {0}};

static const SbSchema place_schema = {.name = "place",
                                      .doc = "Where a quantity is read.",
                                      .example = "at: {x: 150 nm}",
                                      .size = sizeof(SbPlace),
                                      .fields = place_fields};

/* A text, or a list of texts. */
static bool to_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  SbTextList *to = destination;
  ((Reading *)(void *)((char *)destination - field->offset))->to = node;
  if (node->type != SB_NODE_SCALAR)
    return sb_text_list_read(reader, field, node, destination);
  to->names = sb_arena_alloc(sb_reader_arena(reader), 1, sizeof(char *));
  to->names[to->count++] = node->text;
  return true;
}

static const SbField sensitivity_fields[] = {
    {.key = "of",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(SbSensitivityStep, quantity),
     .flags = SB_FIELD_REQUIRED,
     .choices = sb_quantity_names,
     .doc = "The quantity whose change is wanted, with its selectors beside it: any that is read off one state, as an "
            "`expect` names it."},
    {.key = "species",
     .type = SB_TYPE_SPECIES,
     .offset = offsetof(SbSensitivityStep, species),
     .doc = "Of which species, for quantities that belong to one."},
    {.key = "terminal",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(SbSensitivityStep, terminal),
     .choices = terminal_choices,
     .doc = "Of which terminal, for quantities that belong to one."},
    {.key = "couple",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbSensitivityStep, couple),
     .doc = "Of which couple of an electrode."},
    {.key = "membrane",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbSensitivityStep, membrane),
     .doc = "Of which membrane, for quantities that belong to one."},
    {.key = "mechanism",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbSensitivityStep, mechanism),
     .doc = "Of which mechanism of the membrane."},
    {.key = "gate",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbSensitivityStep, gate),
     .doc = "Of which gate of the mechanism."},
    {.key = "at",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbSensitivityStep, at),
     .schema = &place_schema,
     .doc = "Where, for quantities that are read at a place."},
    {.key = "to",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbSensitivityStep, to),
     .flags = SB_FIELD_REQUIRED,
     .doc = "`all`, or the path of a number, as a sweep's `vary` writes it, or of a part of the deck "
            "(`regions.membrane`, `species`), or a list of such paths.",
     .read = to_read,
     .grammar = "all, the path of a number or of a part of the deck, or a list of paths"},
    {0}};

static void sensitivity_check(SbReader *reader, void *params, const SbNode *node) {
  Reading *reading = params;
  SbSensitivityStep *step = &reading->step;
  reading->map = node;
  step->mark = node->mark;
  if (step->quantity < 0)
    return;
  /* `of` is the quantity itself here */
  sb_selectors_check(reader, node, sb_quantities[step->quantity].name, sb_quantities[step->quantity].selectors,
                     ~(unsigned)SB_SELECT_OF);
}

const SbSchema sb_sensitivity_schema = {
    .name = "sensitivity",
    .doc =
        "Tells by how much a quantity of the steady state before it moves when a number of the deck does: for +1 % "
        "of every diffusivity, rate constant, concentration, fixed charge, thickness and so on, for +1 mV of a "
        "potential, for +1 K of the temperature. These are slopes, each with all else unchanged, and the state found "
        "anew. A concentration of an ion in a fill or a reservoir takes the ions of the other sign with it in "
        "proportion, since a solution is electroneutral. The diffusivity of an ion counts also where the table of "
        "ions gives it. All of them together cost one linear solve (with the transposed Jacobian of the state).",
    .reference = "Giles & Pierce 2000, Flow Turbul. Combust. 65, 393, section 2.2 (discrete adjoint)",
    .example = "protocol:\n  - steady\n  - sensitivity: {of: potential, to: all}\n"
               "  - sensitivity: {of: flux, species: K+, to: [regions.bath, species.K+.diffusivity]}",
    .size = sizeof(Reading),
    .fields = sensitivity_fields,
    .check = sensitivity_check};

/* What is nearest to a path that names nothing: a parameter, or a part that holds some. */
static const char *nearest(SbArena *arena, const SbParameter *all, int count, const char *path) {
  size_t known = 0, room = 0;
  for (int i = 0; i < count; i++)
    room += strlen(all[i].path) + 1;
  const char **names = sb_arena_alloc(arena, room + 1, sizeof(char *));
  for (int i = 0; i < count; i++) {
    for (const char *dot = strchr(all[i].path, '.'); dot; dot = strchr(dot + 1, '.'))
      names[known++] = sb_arena_printf(arena, "%.*s", (int)(dot - all[i].path), all[i].path);
    names[known++] = all[i].path;
  }
  return sb_names_nearest(path, names, known);
}

static bool is_named(const SbParameter *parameter, const SbTextList *to) {
  for (int k = 0; k < to->count; k++)
    if (sb_parameter_is_in(parameter, to->names[k]))
      return true;
  return false;
}

static void check_names(SbReader *reader, const Reading *reading, const SbParameter *all, int count) {
  const SbTextList *to = &reading->step.to;
  for (int k = 0; k < to->count; k++) {
    const SbNode *node = reading->to->type == SB_NODE_LIST ? reading->to->values[k] : reading->to;
    bool found = false;
    for (int i = 0; i < count && !found; i++)
      found = sb_parameter_is_in(&all[i], to->names[k]);
    if (found)
      continue;
    const char *near = nearest(sb_reader_arena(reader), all, count, to->names[k]);
    sb_error(sb_reader_diagnostics(reader), node->mark,
             "'%s' names no number of the deck that a sensitivity could be to (what is 0 has no per cent)%s%s%s",
             to->names[k], near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  if (to->count == 0 && reading->to->type == SB_NODE_LIST)
    sb_error(sb_reader_diagnostics(reader), reading->to->mark, "'to' names nothing: expected all, or paths");
}

void sb_sensitivity_resolve(SbReader *reader, SbDeck *deck, SbSensitivityStep *step) {
  Reading *reading = (Reading *)(void *)step;
  const SbNode *x = reading->map ? sb_tree_get(sb_tree_get(reading->map, "at"), "x") : NULL;
  int count;
  if (x && step->at.x >= 0.0)
    step->at.x = sb_place_resolve(reader, deck, x, step->at.x);
  if (!reading->to)
    return; /* reported as missing */
  SbParameter *all = sb_parameters_create(deck, &count);
  step->parameters = sb_arena_alloc(deck->arena, (size_t)count + 1, sizeof *all);
  for (int i = 0; i < count; i++)
    if (is_named(&all[i], &step->to))
      step->parameters[step->count++] = all[i];
  check_names(reader, reading, all, count);
}
