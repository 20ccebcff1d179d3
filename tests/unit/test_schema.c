/* The schema reader: what each type of field becomes, and the exact words of its messages. */
#include "deck_language.h"

static void expect_messages(const char *source, const char *expected) {
  DeckText text;
  Deck deck;
  read_deck(&text, &deck, source);
  char *messages = deck_text_messages(&text);
  assert_string_equal(messages, expected);
  free(messages);
  deck_text_free(&text);
}

/* The smallest valid deck, for a message about one more line. */
#define WITH(line) "domain: [{region: bath, width: 1 um}]\nleft: {reservoir: bath}\n" line

static void test_every_type_is_read(void **state) {
  (void)state;
  DeckText text;
  Deck deck;
  assert_true(read_deck(&text, &deck, full));
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
  assert_true(read_deck(&text, &deck, "domain: [{region: bath, width: 1 um}]\nleft: {electrode: {}}\n"));
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_type_is_read),
      cmocka_unit_test(test_absent_fields_hold_defaults_or_nothing),
      cmocka_unit_test(test_numbers),
      cmocka_unit_test(test_words_and_species),
      cmocka_unit_test(test_keys),
      cmocka_unit_test(test_variants),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
