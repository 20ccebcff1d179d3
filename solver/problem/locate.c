/* Addresses of the values that a sweep varies. Species, regions and fills are found here by their names; the rest
   follows the keys of the schema. */
#include <math.h>
#include <string.h>

#include "problem/language.h"

/* What of path follows `word` and a dot; NULL where path does not begin so. */
static const char *after(const char *path, const char *word) {
  const size_t length = strlen(word);
  return strncmp(path, word, length) == 0 && path[length] == '.' ? path + length + 1 : NULL;
}

static double *species_locate(SbDeck *deck, const char *rest, SbDimension *dimension, const char **reason) {
  for (int s = 0; s < deck->species_count; s++) {
    const char *key = after(rest, deck->species[s].name);
    if (!key)
      continue;
    *reason = "of a species only the diffusivity can be varied, such as species.K+.diffusivity";
    if (strcmp(key, "diffusivity") != 0)
      return NULL;
    *dimension = SB_DIMENSION_DIFFUSIVITY;
    return &deck->species[s].diffusivity;
  }
  *reason = "no species has this name, or no key follows it; expected a path such as species.K+.diffusivity";
  return NULL;
}

static double *fill_locate(const SbDeck *deck, const SbRegionDeck *region, const char *name, SbDimension *dimension,
                           const char **reason) {
  *reason = "the fill of this region has no species of this name";
  for (int s = 0; region->fill && s < deck->species_count; s++) {
    SbProfile *profile = &region->fill[s];
    if (strcmp(name, deck->species[s].name) != 0 || profile->count == 0)
      continue;
    *reason = "this fill is a table, not one value";
    if (profile->x)
      return NULL;
    *dimension = SB_DIMENSION_CONCENTRATION;
    return profile->concentration;
  }
  return NULL;
}

static double *region_locate(SbDeck *deck, const char *rest, SbDimension *dimension, const char **reason) {
  const SbVariant *parts = deck->domain.items;
  for (int i = 0; i < deck->domain.count; i++) {
    SbRegionDeck *region = parts[i].params;
    const char *path = region && region->name ? after(rest, region->name) : NULL;
    if (!path)
      continue;
    const char *filled = after(path, "fill");
    if (filled)
      return fill_locate(deck, region, filled, dimension, reason);
    return sb_schema_locate(parts[i].schema, region, path, deck->species_count, deck->species_names, dimension, reason);
  }
  *reason = "no region has this name, or no key follows it; expected a path such as regions.membrane.fixed_charge";
  return NULL;
}

double *sb_deck_locate(SbDeck *deck, const char *path, SbDimension *dimension, const char **reason) {
  const char *species = after(path, "species"), *regions = after(path, "regions");
  *dimension = SB_DIMENSION_NONE;
  if (species)
    return species_locate(deck, species, dimension, reason);
  if (regions)
    return region_locate(deck, regions, dimension, reason);
  return sb_schema_locate(&sb_deck_schema, deck, path, deck->species_count, deck->species_names, dimension, reason);
}
