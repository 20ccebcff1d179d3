/* For tests against tests/reference/NAME.json: its inputs and expected values as arrays of numbers. */
#ifndef SB_TESTS_UNIT_REFERENCE_VALUES_H
#define SB_TESTS_UNIT_REFERENCE_VALUES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/constants.h"
#include "deck/tree.h"

enum { REFERENCE_MOST = 32 };

typedef struct {
  SbArena *arena;
  SbDiagnostics *diagnostics;
  SbNode *root;
  char *text;
} Reference;

static inline Reference reference_open(const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/tests/reference/%s.json", SB_SOURCE_DIR, name);
  FILE *file = fopen(path, "rb");
  if (!file)
    fail_msg("no file %s", path);
  Reference reference = {.arena = sb_arena_create(), .text = calloc(1, 1 << 20)};
  const size_t length = fread(reference.text, 1, 1 << 20, file);
  fclose(file);
  reference.diagnostics = sb_diagnostics_create(path, reference.text, length);
  reference.root = sb_tree_parse(reference.arena, reference.text, length, reference.diagnostics);
  assert_non_null(reference.root);
  return reference;
}

static inline void reference_close(Reference *reference) {
  sb_diagnostics_destroy(&reference->diagnostics);
  sb_arena_destroy(&reference->arena);
  free(reference->text);
}

static inline int reference_numbers(const SbNode *node, double *numbers) {
  assert_non_null(node);
  if (node->type == SB_NODE_SCALAR) {
    numbers[0] = strtod(node->text, NULL);
    return 1;
  }
  assert_true(node->type == SB_NODE_LIST && node->count <= REFERENCE_MOST);
  for (size_t i = 0; i < node->count; i++)
    numbers[i] = strtod(node->values[i]->text, NULL);
  return (int)node->count;
}

/* Numbers of an input; returns how many. */
static inline int reference_input(const Reference *reference, const char *key, double *numbers) {
  return reference_numbers(sb_tree_get(sb_tree_get(reference->root, "input"), key), numbers);
}

static inline double reference_thermal_voltage(const Reference *reference) {
  double temperature[REFERENCE_MOST] = {0};
  reference_input(reference, "temperature_K", temperature);
  return SB_GAS_CONSTANT * temperature[0] / SB_FARADAY;
}

/* Charges of the ions; returns how many. */
static inline int reference_charges(const Reference *reference, int *charge) {
  double z[REFERENCE_MOST] = {0};
  const int count = reference_input(reference, "z", z);
  for (int i = 0; i < count; i++)
    charge[i] = (int)z[i];
  return count;
}

/* Values of the first expected quantity whose name contains the word and which is not published elsewhere. */
static inline int reference_expected(const Reference *reference, const char *word, double *numbers) {
  const SbNode *expected = sb_tree_get(reference->root, "expected");
  assert_non_null(expected);
  for (size_t i = 0; i < expected->count; i++) {
    const SbNode *entry = expected->values[i];
    if (strstr(sb_tree_get(entry, "quantity")->text, word) && !strstr(sb_tree_get(entry, "kind")->text, "published"))
      return reference_numbers(sb_tree_get(entry, "value"), numbers);
  }
  fail_msg("nothing is expected of '%s'", word);
  return 0;
}

#endif
