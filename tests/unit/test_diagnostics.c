/* Messages about a deck: their order, their source line, their caret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deck_text.h"

static DeckText without_tree(const char *text) {
  return (DeckText){.arena = sb_arena_create(), .diagnostics = sb_diagnostics_create("deck", text, strlen(text))};
}

static void expect_printed(DeckText *deck, const char *expected) {
  char *printed = deck_text_printed(deck);
  assert_string_equal(printed, expected);
  free(printed);
  deck_text_free(deck);
}

static void test_order_and_carets(void **state) {
  (void)state;
  DeckText deck = without_tree("a: 1\n\tb: \xC2\xB5\xC2\xB5 x\r\nc: \x01\x7F z");
  sb_error(deck.diagnostics, (SbMark){3, 7}, "third %d", 3);
  sb_warning(deck.diagnostics, (SbMark){2, 8}, "second");
  sb_error(deck.diagnostics, (SbMark){1, 4}, "first");
  sb_error(deck.diagnostics, (SbMark){1, 4}, "another at the same place");
  sb_error(deck.diagnostics, (SbMark){1, 4}, "first");
  sb_error(deck.diagnostics, (SbMark){0, 0}, "no place");
  sb_error(deck.diagnostics, (SbMark){4, 1}, "behind the end");
  assert_int_equal(sb_diagnostics_errors(deck.diagnostics), 5);
  assert_int_equal(sb_diagnostics_warnings(deck.diagnostics), 1);
  expect_printed(&deck, "deck: error: no place\n"
                        "deck:1:4: error: first\n"
                        "    a: 1\n"
                        "       ^\n"
                        "deck:1:4: error: another at the same place\n"
                        "    a: 1\n"
                        "       ^\n"
                        "deck:2:8: warning: second\n"
                        "    \tb: \xC2\xB5\xC2\xB5 x\n"
                        "    \t      ^\n"
                        "deck:3:7: error: third 3\n"
                        "    c: ?? z\n"
                        "          ^\n"
                        "deck:4:1: error: behind the end\n"
                        "    \n"
                        "    ^\n");
}

static void test_long_lines_are_clipped_around_the_caret(void **state) {
  (void)state;
  char text[301], expected[600];
  for (size_t i = 0; i < 300; i++) {
    text[i] = (char)('0' + i % 10);
  }
  text[300] = '\0';
  DeckText deck = without_tree(text);
  sb_error(deck.diagnostics, (SbMark){1, 5}, "near the start");
  sb_error(deck.diagnostics, (SbMark){1, 200}, "in the middle");
  snprintf(expected, sizeof expected,
           "deck:1:5: error: near the start\n    %.100s...\n        ^\n"
           "deck:1:200: error: in the middle\n    ...%.100s...\n    %*s^\n",
           text, text + 139, 63, "");
  expect_printed(&deck, expected);
}

static void test_marks_of_offsets(void **state) {
  (void)state;
  DeckText deck = without_tree("ab\r\n\xC2\xB5x\n\xE2\x80\xA8y");
  static const size_t places[][3] = {{0, 1, 1}, {2, 1, 3}, {4, 2, 1}, {6, 2, 2}, {8, 3, 1}, {11, 4, 1}, {99, 4, 2}};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    SbMark mark = sb_diagnostics_mark(deck.diagnostics, places[i][0]);
    assert_int_equal(mark.line, places[i][1]);
    assert_int_equal(mark.column, places[i][2]);
  }
  deck_text_free(&deck);
}

static void test_a_flood_is_cut(void **state) {
  (void)state;
  DeckText deck = without_tree("x");
  for (size_t i = 1; i <= SB_DIAGNOSTICS_SHOWN + 5; i++) {
    sb_error(deck.diagnostics, (SbMark){1, i}, "error");
  }
  char *printed = deck_text_printed(&deck);
  assert_non_null(strstr(printed, "deck: 5 more findings are not shown\n"));
  free(printed);
  deck_text_free(&deck);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_order_and_carets),
      cmocka_unit_test(test_long_lines_are_clipped_around_the_caret),
      cmocka_unit_test(test_marks_of_offsets),
      cmocka_unit_test(test_a_flood_is_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
