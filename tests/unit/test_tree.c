/* YAML to tree: marks, JSON, and everything that is refused, each with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "deck_text.h"

static void test_nodes_and_marks(void **state) {
  (void)state;
  DeckText deck = deck_text_parse("# comment\n"
                                  "a: 10 nm\n"
                                  "\xC2\xB5: {b: [1, \"two\"], c: }\n"
                                  "d:\n"
                                  "  - e: f\n");
  assert_non_null(deck.root);
  assert_int_equal(sb_diagnostics_errors(deck.diagnostics), 0);
  assert_int_equal(deck.root->type, SB_NODE_MAP);
  assert_int_equal(deck.root->count, 3);
  assert_string_equal(sb_tree_get(deck.root, "a")->text, "10 nm");
  assert_int_equal(sb_tree_get(deck.root, "a")->mark.line, 2);
  assert_int_equal(sb_tree_get(deck.root, "a")->mark.column, 4);
  const SbNode *micro = sb_tree_get(deck.root, "\xC2\xB5");
  assert_int_equal(micro->mark.column, 4); /* characters, not bytes */
  const SbNode *list = sb_tree_get(micro, "b");
  assert_true(list->type == SB_NODE_LIST && list->count == 2);
  assert_true(!list->values[0]->quoted && list->values[1]->quoted);
  assert_string_equal(list->values[1]->text, "two");
  assert_string_equal(sb_tree_get(micro, "c")->text, "");
  const SbNode *entry = sb_tree_get(deck.root, "d")->values[0];
  assert_true(entry->mark.line == 5 && entry->mark.column == 5);
  assert_null(sb_tree_get(deck.root, "z"));
  assert_null(sb_tree_get(list, "b"));
  assert_null(sb_tree_get(NULL, "b"));
  deck_text_free(&deck);
}

static void test_json_is_read(void **state) {
  (void)state;
  DeckText deck =
      deck_text_parse("{\n\t\"id\": \"x/\\u00b5\",\n  \"values\":[1e-3,-2.5,null],\"deep\":{\"a\":true}}\n");
  assert_non_null(deck.root);
  assert_string_equal(sb_tree_get(deck.root, "id")->text, "x/\xC2\xB5");
  assert_string_equal(sb_tree_get(deck.root, "values")->values[1]->text, "-2.5");
  assert_string_equal(sb_tree_get(sb_tree_get(deck.root, "deep"), "a")->text, "true");
  deck_text_free(&deck);
}

typedef struct {
  const char *text, *messages;
  bool has_tree;
} Refused;

static void test_what_is_refused(void **state) {
  (void)state;
  static const Refused cases[] = {
      {"", "1:1: error: the deck is empty\n", false},
      {"# nothing\n---\n", "1:1: error: the deck is empty\n", false},
      {"a: &x 1\n", "1:4: error: anchors are not part of the deck language; found '&x'\n", true},
      {"a: *x\n", "1:4: error: aliases are not part of the deck language; found '*x'\n", false},
      {"b: 2\n*x : 1\n", "2:1: error: aliases are not part of the deck language; found '*x'\n", false},
      {"a: !!int 1\n", "1:4: error: tags are not part of the deck language; found 'tag:yaml.org,2002:int'\n", true},
      {"a: !thing [1]\n", "1:4: error: tags are not part of the deck language; found '!thing'\n", true},
      {"a: 1\n---\nb: 2\n", "2:1: error: a second document starts here; a deck is one document\n", false},
      {"a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\na: 4\n",
       "3:1: error: duplicate key 'a'; it is given at line 1 already\n"
       "4:11: error: duplicate key 'd'; it is given at line 4 already\n"
       "5:1: error: duplicate key 'a'; it is given at line 1 already\n",
       true},
      {"a: 1\n? [b]\n: 2\n", "2:3: error: a key must be a plain word; found a list or a map\n", false},
      {"{{a: b}: c}", "1:2: error: a key must be a plain word; found a list or a map\n", false},
      {"a: \"x\\0y\"\n", "1:4: error: a text must not contain the character NUL\n", true},
      {"a: 1\nb: \xFF\xFE\n", "2:4: error: this is not UTF-8 text: invalid leading UTF-8 octet\n", false},
      {"a: 1\nb: [1, 2\n",
       "3:1: error: not YAML: did not find expected ',' or ']' (while parsing a flow sequence that starts at line 2)\n",
       false},
      {"a: 1\n b: 2\n", "2:3: error: not YAML: mapping values are not allowed in this context\n", false},
      {"a: \x01\n", "1:4: error: this is not UTF-8 text: control characters are not allowed\n", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    DeckText deck = deck_text_parse(cases[i].text);
    char *messages = deck_text_messages(&deck);
    assert_string_equal(messages, cases[i].messages);
    assert_int_equal(deck.root != NULL, cases[i].has_tree);
    free(messages);
    deck_text_free(&deck);
  }
}

static void test_the_first_of_duplicate_keys_stays(void **state) {
  (void)state;
  DeckText deck = deck_text_parse("{a: 1, b: 2, a: 3, c: 4}");
  assert_int_equal(deck.root->count, 3);
  assert_string_equal(sb_tree_get(deck.root, "a")->text, "1");
  assert_string_equal(deck.root->keys[2]->text, "c");
  deck_text_free(&deck);
}

static void expect_one_error(const char *text, const char *message) {
  clock_t start = clock();
  DeckText deck = deck_text_parse(text);
  char *messages = deck_text_messages(&deck);
  assert_null(deck.root);
  assert_string_equal(messages, message);
  free(messages);
  deck_text_free(&deck);
  assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 2);
}

static void test_depth_and_size_are_bounded(void **state) {
  (void)state;
  enum { LARGE = (1 << 20) + 10 };
  char *text = malloc(LARGE + 1);
  memset(text, '[', LARGE);
  text[200000] = '\0';
  expect_one_error(text, "1:33: error: lists and maps are nested more than 32 deep\n");
  for (size_t i = 0; i < 100000; i++) {
    memcpy(text + 2 * i, "- ", 2);
  }
  expect_one_error(text, "1:65: error: lists and maps are nested more than 32 deep\n");
  memset(text, 'x', LARGE);
  text[100] = '\n';
  text[LARGE] = '\0';
  expect_one_error(text, "2:1048476: error: the deck has 1048586 bytes; more than 1048576 are not read\n");
  free(text);
  char allowed[65] = "";
  memset(allowed, '[', 32);
  memset(allowed + 32, ']', 32);
  DeckText deck = deck_text_parse(allowed);
  assert_non_null(deck.root);
  deck_text_free(&deck);
}

static void test_a_megabyte_of_keys_is_quick(void **state) {
  (void)state;
  enum { KEYS = 140000, ROOM = KEYS * 7 + 1 };
  char *text = malloc(ROOM);
  for (size_t i = 0; i < KEYS; i++) {
    snprintf(text + 7 * i, ROOM - 7 * i, "%05zx:\n", i);
  }
  clock_t start = clock();
  DeckText deck = deck_text_parse(text);
  assert_non_null(deck.root);
  assert_int_equal(deck.root->count, KEYS);
  deck_text_free(&deck);
  assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nodes_and_marks),
      cmocka_unit_test(test_json_is_read),
      cmocka_unit_test(test_what_is_refused),
      cmocka_unit_test(test_the_first_of_duplicate_keys_stays),
      cmocka_unit_test(test_depth_and_size_are_bounded),
      cmocka_unit_test(test_a_megabyte_of_keys_is_quick),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
