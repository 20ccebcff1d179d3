/* Walks the deck by its schemas and writes what it finds: whatever the language learns is stored without a line here.
   Only CUSTOM fields, whose structs the schemas do not know, have writers of their own in a table. */
#include "output/archive_resolved.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/constants.h"
#include "model/waveform.h"
#include "physics/boundary/reservoir.h"

typedef struct {
  FILE *stream;
  const SbDeck *deck;
} Writer;

static void write_struct(const Writer *w, const SbSchema *schema, const void *params, bool *first);

/* ---- JSON
 * --------------------------------------------------------------------------------------------------------------- */
static void write_text(const Writer *w, const char *text) {
  if (!text) {
    fputs("null", w->stream);
    return;
  }
  fputc('"', w->stream);
  for (const char *c = text; *c; c++) {
    if (*c == '"' || *c == '\\')
      fprintf(w->stream, "\\%c", *c);
    else if ((unsigned char)*c < 0x20)
      fprintf(w->stream, "\\u%04x", (unsigned)*c);
    else
      fputc(*c, w->stream);
  }
  fputc('"', w->stream);
}

static void write_real(const Writer *w, double value) {
  if (isfinite(value))
    fprintf(w->stream, "%.17g", value);
  else
    fputs("null", w->stream);
}

static void write_key(const Writer *w, const char *key, bool *first) {
  if (!*first)
    fputs(", ", w->stream);
  *first = false;
  write_text(w, key);
  fputs(": ", w->stream);
}

/* {species: value}, those that are set only. */
static void write_species_map(const Writer *w, const double *values) {
  bool first = true;
  fputc('{', w->stream);
  for (int s = 0; values && s < w->deck->species_count; s++) {
    if (isnan(values[s]))
      continue;
    write_key(w, w->deck->species_names[s], &first);
    write_real(w, values[s]);
  }
  fputc('}', w->stream);
}

static void write_reals(const Writer *w, int count, const double *values) {
  fputc('[', w->stream);
  for (int i = 0; i < count; i++) {
    if (i > 0)
      fputs(", ", w->stream);
    write_real(w, values[i]);
  }
  fputc(']', w->stream);
}

/* ---- CUSTOM fields
 * ------------------------------------------------------------------------------------------------------ */
/* params: the struct of the field's schema. */
typedef void (*WriteCustom)(const Writer *w, const SbField *field, const void *params);

static const void *at_field(const SbField *field, const void *params) {
  return (const char *)params + field->offset;
}

static void write_quantity(const Writer *w, const SbField *field, const void *params) {
  write_real(w, *(const double *)at_field(field, params));
}

static void write_text_list(const Writer *w, const SbField *field, const void *params) {
  const SbTextList *list = at_field(field, params);
  fputc('[', w->stream);
  for (int i = 0; i < list->count; i++) {
    if (i > 0)
      fputs(", ", w->stream);
    write_text(w, list->names[i]);
  }
  fputc(']', w->stream);
}

static void write_text_map(const Writer *w, const SbField *field, const void *params) {
  const SbTextMap *map = at_field(field, params);
  bool first = true;
  fputc('{', w->stream);
  for (int i = 0; i < map->count; i++) {
    write_key(w, map->names[i], &first);
    write_text(w, map->values[i]);
  }
  fputc('}', w->stream);
}

static void write_species(const Writer *w, const SbField *field, const void *params) {
  (void)params;
  fputc('[', w->stream);
  for (int s = 0; s < w->deck->species_count; s++) {
    bool first = true;
    fputs(s > 0 ? ", {" : "{", w->stream);
    write_struct(w, field->schema, &w->deck->species[s], &first);
    fputc('}', w->stream);
  }
  fputc(']', w->stream);
}

static void write_fill(const Writer *w, const SbField *field, const void *params) {
  const SbProfile *fill = *(SbProfile *const *)at_field(field, params);
  bool first = true;
  fputc('{', w->stream);
  for (int s = 0; fill && s < w->deck->species_count; s++) {
    if (fill[s].count == 0)
      continue;
    write_key(w, w->deck->species_names[s], &first);
    if (fill[s].x == NULL) {
      write_real(w, fill[s].concentration[0]);
      continue;
    }
    fputs("{\"x\": ", w->stream);
    write_reals(w, fill[s].count, fill[s].x);
    fputs(", \"concentration\": ", w->stream);
    write_reals(w, fill[s].count, fill[s].concentration);
    fputc('}', w->stream);
  }
  fputc('}', w->stream);
}

static void write_composition(const Writer *w, const SbField *field, const void *params) {
  const SbComposition *composition = at_field(field, params);
  if (composition->region)
    write_text(w, composition->region);
  else
    write_species_map(w, composition->concentration);
}

/* Stoichiometric numbers of one side of a couple. */
static void write_numbers(const Writer *w, const SbField *field, const void *params) {
  write_species_map(w, *(double *const *)at_field(field, params));
}

static void write_record_times(const Writer *w, const SbField *field, const void *params) {
  const SbRecordTimes *record = at_field(field, params);
  fputs("{\"per_decade\": ", w->stream);
  write_real(w, record->per_decade);
  fputs(", \"from\": ", w->stream);
  write_real(w, record->from);
  fputs(", \"every\": ", w->stream);
  write_real(w, record->every);
  fputs(", \"times\": ", w->stream);
  write_reals(w, record->count, record->times);
  fputc('}', w->stream);
}

static void write_vary(const Writer *w, const SbField *field, const void *params) {
  (void)field;
  write_text(w, ((const SbSweepStep *)params)->vary);
}

static void write_from(const Writer *w, const SbField *field, const void *params) {
  (void)field;
  write_real(w, ((const SbSweepStep *)params)->from);
}

static void write_to(const Writer *w, const SbField *field, const void *params) {
  (void)field;
  write_real(w, ((const SbSweepStep *)params)->to);
}

static const struct {
  const char *schema, *key;
  WriteCustom write;
} customs[] = {
    {"deck", "species", write_species},
    {"deck", "petsc", write_text_map},
    {"record", "profiles", write_text_list},
    {"region", "fill", write_fill},
    {"reservoir", "", write_composition},
    {"couple", "oxidised", write_numbers},
    {"couple", "reduced", write_numbers},
    {"transient", "record", write_record_times},
    {"sweep", "vary", write_vary},
    {"sweep", "from", write_from},
    {"sweep", "to", write_to},
    {"sensitivity", "to", write_text_list},
    {"expect", "value", write_quantity},
    {"expect", "tolerance", write_quantity},
    {"at", "x", write_quantity},
    {"at", "value", write_quantity},
};

static bool write_custom(const Writer *w, const SbSchema *schema, const SbField *field, const void *params) {
  for (size_t i = 0; i < sizeof customs / sizeof customs[0]; i++) {
    if (strcmp(customs[i].schema, schema->name) != 0 || strcmp(customs[i].key, field->key) != 0)
      continue;
    customs[i].write(w, field, params);
    return true;
  }
  return false;
}

/* ---- the walk
 * ----------------------------------------------------------------------------------------------------------- */
static bool has_custom(const SbSchema *schema) {
  for (const SbField *field = schema->fields; field->key; field++)
    if (field->type == SB_TYPE_CUSTOM)
      return true;
  return false;
}

/* A waveform whose struct only its own file knows, as the points [time, value] between which it runs straight; two of
   one time are a jump. */
static void write_points(const Writer *w, const SbVariant *waveform) {
  const double same = 1e-9;
  bool first = true;
  fputc('[', w->stream);
  double t = -HUGE_VAL;
  while (isfinite(t = sb_waveform_next_break(waveform, t))) {
    const double sides[2] = {sb_waveform_value(waveform, nextafter(t, -HUGE_VAL)), sb_waveform_value(waveform, t)};
    const bool jump = fabs(sides[1] - sides[0]) > same * (fabs(sides[0]) + fabs(sides[1]));
    for (int i = jump ? 0 : 1; i < 2; i++) {
      if (!first)
        fputs(", ", w->stream);
      first = false;
      write_reals(w, 2, (const double[2]){t, sides[i]});
    }
  }
  fputc(']', w->stream);
}

/* A value that stands under its key alone is written without a map. */
static void write_params(const Writer *w, const SbVariant *variant) {
  const SbSchema *schema = variant->schema;
  bool first = true;
  if (schema->fields[0].key && schema->fields[0].key[0] == '\0' && !schema->fields[1].key) {
    write_struct(w, schema, variant->params, NULL);
    return;
  }
  fputc('{', w->stream);
  if (variant->params)
    write_struct(w, schema, variant->params, &first);
  fputc('}', w->stream);
}

static void write_variant(const Writer *w, const SbField *field, const SbVariant *variant) {
  bool first = true;
  if (!variant->schema) {
    fputs("null", w->stream);
    return;
  }
  fputc('{', w->stream);
  write_key(w, variant->schema->name, &first);
  if (field->type == SB_TYPE_WAVEFORM && has_custom(variant->schema))
    write_points(w, variant);
  else
    write_params(w, variant);
  fputc('}', w->stream);
}

static void write_list(const Writer *w, const SbField *field, const SbList *list) {
  fputc('[', w->stream);
  for (int i = 0; i < list->count; i++) {
    bool first = true;
    if (i > 0)
      fputs(", ", w->stream);
    if (field->type == SB_TYPE_VARIANT_LIST) {
      write_variant(w, field, (const SbVariant *)list->items + i);
      continue;
    }
    fputc('{', w->stream);
    write_struct(w, field->schema, (const char *)list->items + (size_t)i * field->schema->size, &first);
    fputc('}', w->stream);
  }
  fputc(']', w->stream);
}

static void write_species_list(const Writer *w, const SbIndexList *list) {
  fputc('[', w->stream);
  for (int i = 0; i < list->count; i++) {
    if (i > 0)
      fputs(", ", w->stream);
    write_text(w, w->deck->species_names[list->index[i]]);
  }
  fputc(']', w->stream);
}

static void write_per_species(const Writer *w, const double *values) {
  double each[SB_MAX_SPECIES] = {0};
  for (int s = 0; s < w->deck->species_count; s++)
    each[s] = sb_per_species(values, w->deck->species_count, s);
  write_species_map(w, each);
}

static void write_value(const Writer *w, const SbSchema *schema, const SbField *field, const void *params) {
  const void *value = at_field(field, params);
  bool first = true;
  switch (field->type) {
  case SB_TYPE_QUANTITY:
    write_real(w, *(const double *)value);
    break;
  case SB_TYPE_INTEGER:
    fprintf(w->stream, "%d", *(const int *)value);
    break;
  case SB_TYPE_TEXT:
    write_text(w, *(const char *const *)value);
    break;
  case SB_TYPE_CHOICE:
    write_text(w, *(const int *)value < 0 ? NULL : field->choices[*(const int *)value]);
    break;
  case SB_TYPE_SPECIES:
    write_text(w, *(const int *)value < 0 ? NULL : w->deck->species_names[*(const int *)value]);
    break;
  case SB_TYPE_SPECIES_LIST:
    write_species_list(w, value);
    break;
  case SB_TYPE_SPECIES_MAP:
    write_species_map(w, *(double *const *)value);
    break;
  case SB_TYPE_PER_SPECIES:
    write_per_species(w, *(double *const *)value);
    break;
  case SB_TYPE_STRUCT:
    fputc('{', w->stream);
    write_struct(w, field->schema, value, &first);
    fputc('}', w->stream);
    break;
  case SB_TYPE_LIST:
  case SB_TYPE_VARIANT_LIST:
    write_list(w, field, value);
    break;
  case SB_TYPE_VARIANT:
  case SB_TYPE_WAVEFORM:
    write_variant(w, field, value);
    break;
  case SB_TYPE_CUSTOM:
    if (!write_custom(w, schema, field, params))
      fputs("null", w->stream);
    break;
  }
}

/* first: whether the map that is being written has no entry yet; NULL: the one value stands without a map. */
static void write_struct(const Writer *w, const SbSchema *schema, const void *params, bool *first) {
  for (const SbField *field = schema->fields; field->key; field++) {
    const SbVariant *variant = at_field(field, params);
    if (first && field->type == SB_TYPE_VARIANT && field->key[0] == '\0') { /* chosen among the keys of this map */
      if (!variant->schema)
        continue;
      write_key(w, variant->schema->name, first);
      write_params(w, variant);
      continue;
    }
    if (first)
      write_key(w, field->key[0] ? field->key : "value", first);
    write_value(w, schema, field, params);
  }
}

/* ---- what the problem derived
 * ------------------------------------------------------------------------------------------- */
static void write_regions(const Writer *w, const SbProblem *problem) {
  fputs("\"regions\": [", w->stream);
  for (int r = 0; r < problem->region_count; r++) {
    const SbRegion *region = &problem->regions[r];
    fputs(r > 0 ? ", {\"name\": " : "{\"name\": ", w->stream);
    write_text(w, region->name);
    fputs(", \"left\": ", w->stream);
    write_real(w, region->left);
    fputs(", \"right\": ", w->stream);
    write_real(w, region->right);
    fputs(", \"permittivity\": ", w->stream);
    write_real(w, region->permittivity / SB_VACUUM_PERMITTIVITY);
    fputs(", \"fixed_charge\": ", w->stream);
    write_real(w, region->fixed_charge);
    fputs(", \"diffusivity\": ", w->stream);
    write_species_map(w, region->diffusivity);
    fputs(", \"partition\": ", w->stream);
    write_species_map(w, region->partition);
    fputc('}', w->stream);
  }
  fputc(']', w->stream);
}

static void write_reservoirs(const Writer *w, const SbProblem *problem) {
  static const char *const names[] = {"left", "right"};
  bool first = true;
  fputs("\"reservoirs\": {", w->stream);
  for (int side = SB_LEFT; side <= SB_RIGHT; side++) {
    const double *composition = problem->terminals[side].boundary.composition;
    if (!composition)
      continue;
    write_key(w, names[side], &first);
    write_species_map(w, composition);
  }
  fputc('}', w->stream);
}

char *sb_resolved_deck(const SbProblem *problem) {
  char *text = NULL;
  size_t size = 0;
  const Writer writer = {open_memstream(&text, &size), problem->deck};
  bool first = true;
  fputs("{\"units\": \"SI: m, s, K, V, mol/m3, m2/s, A/m2, C/m2\", \"deck\": {", writer.stream);
  write_struct(&writer, &sb_deck_schema, problem->deck, &first);
  fputs("}, ", writer.stream);
  write_regions(&writer, problem);
  fputs(", ", writer.stream);
  write_reservoirs(&writer, problem);
  fputs("}\n", writer.stream);
  fclose(writer.stream);
  return text;
}
