/* Paths of numbers: what they lead to, and why some lead nowhere. */
#include "deck_language.h"

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
  assert_true(read_deck(&text, &deck, full));
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

/* Paths that were visited, one after the other with a blank. */
static void note_path(const char *path, double *number, const SbLocation *location, void *context) {
  char *seen = context;
  assert_true(isfinite(*number) && location->species_count == 2);
  assert_true(strlen(seen) + strlen(path) + 2 < 4096);
  strcat(strcat(seen, path), " ");
}

static void test_all_numbers_are_visited(void **state) {
  (void)state;
  DeckText text;
  Deck deck;
  char seen[4096] = "";
  const SbLocation names = {.species_count = 2, .species_names = species};
  assert_true(read_deck(&text, &deck, full));
  sb_schema_visit(&deck_schema, &deck, &names, note_path, seen);
  assert_string_equal(seen, "temperature permittivity share diffusivities.K+ diffusivities.Cl- regions.bath.width "
                            "regions.bath.factor regions.bath.load membranes.skin.capacitance regions.film.2.width "
                            "regions.film.2.factor.K+ regions.film.2.partition.Cl- regions.film.2.load.ramp.from "
                            "regions.film.2.load.ramp.rate left.electrode.couples.iron.exchange_current "
                            "left.electrode.stern.capacitance left.current ");
  deck_text_free(&text);
}

static void test_the_longest_species_name_wins(void **state) {
  (void)state;
  static const char *const names[] = {"A", "A.b", "A.b.c", "B"};
  SbLocation location = {.species_count = 4, .species_names = names};
  const char *path = "A.b.rest";
  assert_int_equal(sb_locate_species(&path, &location), 1);
  assert_string_equal(path, "rest");
  path = "B";
  assert_int_equal(sb_locate_species(&path, &location), 3);
  assert_string_equal(path, "");
  path = "Ab";
  assert_int_equal(sb_locate_species(&path, &location), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_paths), cmocka_unit_test(test_all_numbers_are_visited),
                                     cmocka_unit_test(test_the_longest_species_name_wins)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
