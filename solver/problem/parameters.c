#include "problem/parameters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const SbParameterStep steps[] = {
    {SB_DIMENSION_POTENTIAL, false, 1e-3, "+1 mV"},
    {SB_DIMENSION_TEMPERATURE, false, 1.0, "+1 K"},
    {SB_DIMENSION_NONE, true, 0.01, "+1 %"}, /* the last: of all other dimensions */
};
enum { STEPS = sizeof steps / sizeof steps[0] };

typedef struct {
  SbDeck *deck;
  int count, room;
  SbParameter *list;
  int *species; /* [count] of a composition's concentrations; -1 */
} Collection;

static const SbParameterStep *step_of(SbDimension dimension) {
  int i = 0;
  while (i < STEPS - 1 && steps[i].dimension != dimension)
    i++;
  return &steps[i];
}

static void collect(const char *path, double *number, const SbLocation *location, void *context) {
  Collection *collection = context;
  const SbDeck *deck = collection->deck;
  const SbParameterStep *step = step_of(location->dimension);
  if (!isfinite(*number) || (step->relative && *number == 0.0))
    return;
  if (collection->count == collection->room) {
    collection->room = 2 * collection->room + 64;
    collection->list = sb_realloc(collection->list, (size_t)collection->room, sizeof *collection->list);
    collection->species = sb_realloc(collection->species, (size_t)collection->room, sizeof(int));
  }
  const bool composed = location->flags & SB_FIELD_COMPOSITION;
  collection->species[collection->count] = composed ? location->species : -1;
  SbParameter *parameter = &collection->list[collection->count++];
  *parameter = (SbParameter){
      .path = sb_arena_text(deck->arena, path), .place = number, .dimension = location->dimension, .step = step};
  for (int s = 0; s < deck->species_count; s++)
    parameter->tabled = parameter->tabled || (number == &deck->species[s].diffusivity && deck->species[s].tabled);
}

/* Length of a path without its last key, a species. */
static size_t above(const Collection *collection, int i) {
  return strlen(collection->list[i].path) - strlen(collection->deck->species_names[collection->species[i]]);
}

static bool same_composition(const Collection *collection, int i, int j) {
  return collection->species[j] >= 0 && above(collection, i) == above(collection, j) &&
         strncmp(collection->list[i].path, collection->list[j].path, above(collection, i)) == 0;
}

static void find_counters(const Collection *collection, int i) {
  const SbDeck *deck = collection->deck;
  SbParameter *parameter = &collection->list[i];
  if (collection->species[i] < 0)
    return;
  const double z = deck->species[collection->species[i]].charge;
  double charge = 0.0;
  parameter->counters = sb_arena_alloc(deck->arena, (size_t)deck->species_count, sizeof(double *));
  for (int j = 0; j < collection->count; j++) {
    if (!same_composition(collection, i, j))
      continue;
    const double other = deck->species[collection->species[j]].charge;
    if (z * other >= 0.0)
      continue;
    charge += fabs(other) * *collection->list[j].place;
    parameter->counters[parameter->counter_count++] = collection->list[j].place;
  }
  if (parameter->counter_count > 0)
    parameter->share = fabs(z) * *parameter->place / charge;
}

SbParameter *sb_parameters_create(SbDeck *deck, int *count) {
  const SbLocation names = {.species_count = deck->species_count, .species_names = deck->species_names};
  Collection collection = {.deck = deck};
  sb_schema_visit(&sb_deck_schema, deck, &names, collect, &collection);
  for (int i = 0; i < collection.count && sb_field_kinds[deck->field].potential; i++)
    find_counters(&collection, i);
  SbParameter *list = sb_arena_alloc(deck->arena, (size_t)collection.count + 1, sizeof *list);
  if (collection.count > 0)
    memcpy(list, collection.list, (size_t)collection.count * sizeof *list);
  *count = collection.count;
  free(collection.list);
  free(collection.species);
  return list;
}

bool sb_parameter_is_in(const SbParameter *parameter, const char *to) {
  const size_t length = strlen(to);
  if (strcmp(to, "all") == 0)
    return true;
  return strncmp(parameter->path, to, length) == 0 &&
         (parameter->path[length] == '\0' || parameter->path[length] == '.');
}

void sb_parameter_move(const SbParameter *parameter, double count, double kept[SB_PARAMETER_NUMBERS]) {
  const double change = count * parameter->step->size;
  kept[0] = *parameter->place;
  *parameter->place += parameter->step->relative ? change * kept[0] : change;
  for (int k = 0; k < parameter->counter_count; k++) {
    kept[1 + k] = *parameter->counters[k];
    *parameter->counters[k] += change * parameter->share * kept[1 + k];
  }
}

void sb_parameter_restore(const SbParameter *parameter, const double kept[SB_PARAMETER_NUMBERS]) {
  *parameter->place = kept[0];
  for (int k = 0; k < parameter->counter_count; k++)
    *parameter->counters[k] = kept[1 + k];
}
