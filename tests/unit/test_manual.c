/* The manual: every part and key is documented, every example is a deck the reader takes, and the JSON Schema is whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "deck/manual.h"
#include "deck/manual_parts.h"
#include "problem/deck.h"

/* What one of the writers writes; to be freed. */
static char *written(void (*write)(const SbSchema *root, FILE *stream)) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  write(&sb_deck_schema, stream);
  fclose(stream);
  return text;
}

static void test_all_documented(void **state) {
  (void)state;
  SbArena *arena = sb_arena_create();
  const SbManualParts parts = sb_manual_parts(arena, &sb_deck_schema);
  assert_true(parts.count > 25);
  for (int i = 0; i < parts.count; i++) {
    const SbSchema *schema = parts.parts[i].schema;
    if (!schema->doc || !schema->example)
      fail_msg("'%s' lacks a doc or an example", schema->name);
    for (const SbField *field = schema->fields; field->key; field++) {
      if (!field->doc || (field->type == SB_TYPE_CUSTOM && !field->grammar))
        fail_msg("key '%s' of '%s' lacks a doc or a grammar", field->key, schema->name);
    }
  }
  sb_arena_destroy(&arena);
}

/* ---- examples ---- */

/* A small deck, key by key; an example takes the place of the key it begins with. */
static const char *const base[] = {
    "saltbridge: 1",
    "species: [K+, Na+, Cl-, Fe3+, Fe2+, Zn2+]",
    "domain: [{region: bath, width: 1 um, fixed_charge: 0 M}]",
    "terminals: {left: {reservoir: bath}, right: {reservoir: bath, potential: 0 V}}",
    "protocol: [{transient: {until: 1 s}}]",
};
enum { BASE_COUNT = sizeof base / sizeof base[0] };

static const char *deck_with(SbArena *arena, const char *part) {
  const size_t key = strcspn(part, ":") + 1;
  const char *deck = "";
  for (int i = 0; i < BASE_COUNT; i++)
    if (strncmp(base[i], part, key) != 0)
      deck = sb_arena_printf(arena, "%s%s\n", deck, base[i]);
  return sb_arena_printf(arena, "%s%s\n", deck, part);
}

static bool is_read(const char *text) {
  SbDeck *deck = NULL;
  SbDiagnostics *diagnostics = NULL;
  const SbStatus status = sb_deck_read_text("example", text, strlen(text), &deck, &diagnostics);
  sb_diagnostics_destroy(&diagnostics);
  sb_deck_destroy(&deck);
  return status == SB_OK;
}

#define REACTING(couple)                                                                                               \
  "terminals:\n  left: {wall: {}}\n  right:\n    potential: 0 V\n"                                                     \
  "    electrode:\n      couples:\n      " couple

#define THROUGH(mechanism)                                                                                             \
  "domain:\n  - {region: bath, width: 1 um}\n  - membrane: plasma\n    inside: bath\n    capacitance: 1 uF/cm2\n"      \
  "    mechanisms:\n    " mechanism "\n  - {region: outside, width: 1 um}"

/* Whether a fragment is read at one of the places where fragments stand. */
static bool fits_somewhere(SbArena *arena, const char *fragment) {
  static const char *const places[] = {
      "terminals: {%s, right: {wall: {}}}",
      "terminals: {left: {wall: {}}, %s}",
      "terminals: {left: {wall: {}}, right: {reservoir: bath, %s}}",
      "terminals: {left: {wall: {}}, right: {electrode: {%s}, potential: 0 V}}",
      REACTING("%s"),
      REACTING("- {name: exchange, oxidised: K+, reduced: {}, electrons: 1, standard_potential: 0 V, "
               "rate_constant: 1 m/s, %s}"),
      THROUGH("%s"),
      "protocol: [{transient: {until: 1 s, %s}}]",
      "expect: [{quantity: potential, value: 1 V, tolerance: 1 V, %s}]",
      "expect: [{quantity: electric potential, value: 1 V, tolerance: 1 V, %s}]",
  };
  if (strncmp(fragment, "saltbridge:", 11) == 0)
    return is_read(fragment);
  if (is_read(deck_with(arena, fragment)))
    return true;
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    const char *mark = strstr(places[i], "%s");
    const char *part = sb_arena_printf(arena, "%.*s%s%s", (int)(mark - places[i]), places[i], fragment, mark + 2);
    if (is_read(deck_with(arena, part)))
      return true;
  }
  return false;
}

/* An example is one fragment, or several alternatives of the same key, one a line. */
static void check_example(SbArena *arena, const SbSchema *schema) {
  char *rest = sb_arena_text(arena, schema->example);
  const size_t key = strcspn(rest, ":") + 1;
  const char *second = strchr(rest, '\n');
  const bool alternatives = second && strncmp(second + 1, rest, key) == 0;
  for (char *end = NULL; rest; rest = end) {
    end = alternatives ? strchr(rest, '\n') : NULL;
    if (end)
      *end++ = '\0';
    if (!fits_somewhere(arena, rest))
      fail_msg("the example of '%s' is not read:\n%s", schema->name, rest);
  }
}

static void test_examples(void **state) {
  (void)state;
  SbArena *arena = sb_arena_create();
  const SbManualParts parts = sb_manual_parts(arena, &sb_deck_schema);
  assert_false(fits_somewhere(arena, "mesh: {cels: 3}"));
  for (int i = 0; i < parts.count; i++)
    check_example(arena, parts.parts[i].schema);
  sb_arena_destroy(&arena);
}

/* ---- what is written ---- */

static void test_markdown(void **state) {
  (void)state;
  char *text = written(sb_manual_markdown);
  SbArena *arena = sb_arena_create();
  const SbManualParts parts = sb_manual_parts(arena, &sb_deck_schema);
  for (int i = 0; i < parts.count; i++) {
    const SbManualPart *part = &parts.parts[i];
    assert_non_null(strstr(text, sb_arena_printf(arena, "<a id=\"%s\"></a>", part->anchor)));
    assert_non_null(strstr(text, sb_arena_printf(arena, "](#%s)", part->anchor)));
    for (const SbField *field = part->schema->fields; field->key; field++)
      assert_true(!field->key[0] || strstr(text, sb_arena_printf(arena, "| `%s`", field->key)));
  }
  sb_arena_destroy(&arena);
  free(text);
}

static void test_kind(void **state) {
  (void)state;
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  assert_true(sb_manual_kind(&sb_deck_schema, "reservoir", stream));
  assert_false(sb_manual_kind(&sb_deck_schema, "pond", stream));
  fclose(stream);
  assert_non_null(strstr(text, "### `reservoir`"));
  assert_non_null(strstr(text, "`impermeable`, beside `reservoir`"));
  assert_null(strstr(text, "### `wall`"));
  free(text);
}

/* Every `$ref` below node leads to a definition. */
static void check_references(const SbNode *node, const SbNode *definitions) {
  static const char prefix[] = "#/$defs/";
  for (size_t i = 0; i < node->count; i++) {
    const SbNode *value = node->values[i];
    if (node->type == SB_NODE_MAP && strcmp(node->keys[i]->text, "$ref") == 0) {
      assert_true(strncmp(value->text, prefix, sizeof prefix - 1) == 0);
      assert_non_null(sb_tree_get(definitions, value->text + sizeof prefix - 1));
    } else if (value->type != SB_NODE_SCALAR) {
      check_references(value, definitions);
    }
  }
}

/* JSON is YAML, so the deck's own parser can look at it (and refuses duplicate keys). */
static void test_json_schema(void **state) {
  (void)state;
  char *text = written(sb_manual_json_schema);
  SbArena *arena = sb_arena_create();
  SbDiagnostics *diagnostics = sb_diagnostics_create("schema", text, strlen(text));
  const SbNode *root = sb_tree_parse(arena, text, strlen(text), diagnostics);
  sb_diagnostics_print(diagnostics, stderr);
  assert_non_null(root);
  const SbNode *definitions = sb_tree_get(root, "$defs");
  const SbManualParts parts = sb_manual_parts(arena, &sb_deck_schema);
  assert_int_equal(definitions->count, parts.count);
  check_references(root, definitions);
  const SbNode *region = sb_tree_get(sb_tree_get(sb_tree_get(definitions, "deck"), "properties"), "domain");
  assert_non_null(sb_tree_get(region, "items"));
  assert_string_equal(sb_tree_get(sb_tree_get(definitions, "deck"), "additionalProperties")->text, "false");
  sb_diagnostics_destroy(&diagnostics);
  sb_arena_destroy(&arena);
  free(text);
}

static void test_dictionary(void **state) {
  (void)state;
  char *text = written(sb_manual_dictionary);
  static const char *const words[] = {"\"saltbridge\"\n", "\"reservoir\"\n", "\"electroneutral\"\n", "\"100 mmol/L\"\n",
                                      "\"\\x0A\"\n"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    assert_non_null(strstr(text, words[i]));
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_documented), cmocka_unit_test(test_examples),    cmocka_unit_test(test_markdown),
      cmocka_unit_test(test_kind),           cmocka_unit_test(test_json_schema), cmocka_unit_test(test_dictionary),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
