#include "shared_reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "deck/tree.h"

enum { LARGEST_FILE = 1 << 20 };
static const double list_share = 1e-3; /* of a list's largest number: what a relative tolerance refers to at least */
static const double printed = 1e-11;   /* relative: references are printed with 12 digits */

struct Reference {
  const char *name;
  SbArena *arena;
  SbDiagnostics *diagnostics;
  const SbNode *root;
  char *text;
  bool marked[REFERENCE_MOST][REFERENCE_MOST];
};

Reference *reference_open(const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/tests/reference/%s.json", SB_SOURCE_DIR, name);
  FILE *file = fopen(path, "rb");
  if (!file)
    fail_msg("no file %s", path);
  Reference *reference = calloc(1, sizeof *reference);
  reference->name = name;
  reference->text = calloc(1, LARGEST_FILE);
  const size_t length = fread(reference->text, 1, LARGEST_FILE, file);
  fclose(file);
  reference->arena = sb_arena_create();
  reference->diagnostics = sb_diagnostics_create(path, reference->text, length);
  reference->root = sb_tree_parse(reference->arena, reference->text, length, reference->diagnostics);
  if (!reference->root)
    fail_msg("%s is no JSON", path);
  assert_true(reference_entries(reference) <= REFERENCE_MOST);
  return reference;
}

void reference_close(Reference **reference) {
  sb_diagnostics_destroy(&(*reference)->diagnostics);
  sb_arena_destroy(&(*reference)->arena);
  free((*reference)->text);
  free(*reference);
  *reference = NULL;
}

const char *reference_name(const Reference *reference) {
  return reference->name;
}

/* ---- inputs ---- */

static const SbNode *input(const Reference *reference, const char *key) {
  const SbNode *node = sb_tree_get(sb_tree_get(reference->root, "input"), key);
  if (!node)
    fail_msg("%s has no input '%s'", reference->name, key);
  return node;
}

static double number(const SbNode *node) {
  assert_true(node->type == SB_NODE_SCALAR);
  return strtod(node->text, NULL);
}

static int numbers_of(const SbNode *node, double *numbers) {
  if (!node) {
    fail_msg("a reference lacks its numbers");
    return 0;
  }
  if (node->type == SB_NODE_SCALAR) {
    numbers[0] = number(node);
    return 1;
  }
  assert_true(node->type == SB_NODE_LIST && node->count <= REFERENCE_MOST);
  for (size_t i = 0; i < node->count; i++)
    numbers[i] = number(node->values[i]);
  return (int)node->count;
}

bool reference_has(const Reference *reference, const char *key) {
  const SbNode *node = sb_tree_get(sb_tree_get(reference->root, "input"), key);
  return node && !(node->type == SB_NODE_SCALAR && strcmp(node->text, "null") == 0);
}

double reference_number(const Reference *reference, const char *key) {
  return number(input(reference, key));
}

int reference_numbers(const Reference *reference, const char *key, double *numbers) {
  return numbers_of(input(reference, key), numbers);
}

const char *reference_text(const Reference *reference, const char *key, int i) {
  const SbNode *node = input(reference, key);
  if (node->type == SB_NODE_SCALAR)
    return node->text;
  assert_true(node->type == SB_NODE_LIST && i < (int)node->count);
  return node->values[i]->text;
}

int reference_rows(const Reference *reference, const char *key) {
  const SbNode *node = input(reference, key);
  assert_true(node->type == SB_NODE_LIST);
  return (int)node->count;
}

double reference_row_number(const Reference *reference, const char *key, int row, const char *name) {
  const SbNode *node = input(reference, key);
  assert_true(node->type == SB_NODE_LIST && row < (int)node->count);
  const SbNode *value = sb_tree_get(node->values[row], name);
  return value && strcmp(value->text, "null") != 0 ? number(value) : NAN;
}

/* ---- expected ---- */

static const SbNode *entry_node(const Reference *reference, int entry) {
  const SbNode *expected = sb_tree_get(reference->root, "expected");
  assert_true(expected && entry >= 0 && entry < (int)expected->count);
  return expected->values[entry];
}

int reference_entries(const Reference *reference) {
  const SbNode *expected = sb_tree_get(reference->root, "expected");
  assert_non_null(expected);
  return (int)expected->count;
}

const char *reference_entry_text(const Reference *reference, int entry, const char *key) {
  const SbNode *node = sb_tree_get(entry_node(reference, entry), key);
  return node ? node->text : "";
}

const char *reference_quantity(const Reference *reference, int entry) {
  return reference_entry_text(reference, entry, "quantity");
}

int reference_find(const Reference *reference, const char *words, int from) {
  for (int i = from; i < reference_entries(reference); i++) {
    if (strstr(reference_quantity(reference, i), words))
      return i;
  }
  return -1;
}

int reference_entry(const Reference *reference, const char *words) {
  const int entry = reference_find(reference, words, 0);
  if (entry < 0)
    fail_msg("%s expects no '%s'", reference->name, words);
  return entry;
}

void reference_mark(Reference *reference, const Target *target) {
  if (target->entry < 0)
    return;
  assert_true(target->number < REFERENCE_MOST);
  reference->marked[target->entry][target->number] = true;
}

int reference_marked(const Reference *reference, int entry) {
  int count = 0;
  for (int i = 0; i < REFERENCE_MOST; i++)
    count += reference->marked[entry][i];
  return count;
}

/* Numbers in a value: one, a list, or rows. */
static int columns(const SbNode *value) {
  return value->type == SB_NODE_LIST && value->values[0]->type == SB_NODE_LIST ? (int)value->values[0]->count : 1;
}

int reference_size(const Reference *reference, int entry) {
  const SbNode *value = sb_tree_get(entry_node(reference, entry), "value");
  assert_non_null(value);
  return value->type == SB_NODE_LIST ? (int)value->count * columns(value) : 1;
}

int reference_entry_numbers(const Reference *reference, int entry, const char *key, double *numbers) {
  const SbNode *node = sb_tree_get(entry_node(reference, entry), key);
  if (!node)
    fail_msg("%s: '%s' has no '%s'", reference->name, reference_quantity(reference, entry), key);
  return numbers_of(node, numbers);
}

/* Largest magnitude in the list that a number belongs to: its column of a table, else the whole list. */
static double largest(const SbNode *value, int column) {
  double most = 0.0;
  if (value->type == SB_NODE_SCALAR)
    return fabs(number(value));
  for (size_t i = 0; i < value->count; i++) {
    const SbNode *item = column >= 0 ? value->values[i]->values[column] : value->values[i];
    most = fmax(most, fabs(number(item)));
  }
  return most;
}

/* Absolute size of "NAME_abs" or of "NAME_rel" times scale; -1 where the entry has neither. */
static double bound(const SbNode *entry, const char *name, double scale) {
  char key[64];
  snprintf(key, sizeof key, "%s_abs", name);
  const SbNode *node = sb_tree_get(entry, key);
  if (node)
    return number(node);
  snprintf(key, sizeof key, "%s_rel", name);
  node = sb_tree_get(entry, key);
  return node ? number(node) * scale : -1.0;
}

Target reference_target(const Reference *reference, int entry, int i, int column) {
  const SbNode *node = entry_node(reference, entry), *value = sb_tree_get(node, "value"), *item = value;
  Target target = {.entry = entry, .number = column >= 0 ? i * columns(value) + column : i};
  if (value->type == SB_NODE_LIST) {
    assert_true(i < (int)value->count);
    item = value->values[i];
    if (column >= 0)
      item = item->values[column];
  }
  target.value = number(item);
  const double scale = fmax(fabs(target.value), list_share * largest(value, column));
  target.tolerance = bound(node, "fv_tolerance", scale);
  target.uncertainty = bound(node, "uncertainty", scale) + printed * fabs(target.value);
  if (target.tolerance <= 0.0)
    fail_msg("%s: '%s' has no tolerance", reference->name, reference_quantity(reference, entry));
  snprintf(target.name, sizeof target.name, "%.90s [%d][%d]", reference_quantity(reference, entry), i, column);
  return target;
}
