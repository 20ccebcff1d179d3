/* Everything that a deck may hold is documented: every field of every schema, every kind with a paragraph, a reference
   where a formula is used, and an example that reads without a message. */
#include "../cell.h"

#include <ctype.h>

#include "model/waveform.h"
#include "physics/physics.h"
#include "problem/quantities.h"

enum { MOST_DEPTH = 12 };

/* A paragraph: begins with a capital or a quoted key, ends with a full stop (but for one that ends in a list). */
static void check_text(const char *where, const char *text) {
  if (!text || strlen(text) < 8) {
    fail_msg("%s has no text", where);
    return;
  }
  const size_t length = strlen(text);
  const bool good =
      (isupper((unsigned char)text[0]) || text[0] == '`') && (text[length - 1] == '.' || strstr(text, "\n- "));
  if (!good || strstr(text, "  ") || strstr(text, " ."))
    fail_msg("%s: not a clean sentence: %s", where, text);
}

static void check_schema(const SbSchema *schema, int depth, int *fields);

static void check_field(const SbSchema *schema, const SbField *field, int depth, int *fields) {
  char where[256];
  snprintf(where, sizeof where, "field '%s' of '%s'", field->key, schema->name);
  check_text(where, field->doc);
  ++*fields;
  const bool needs_schema = field->type == SB_TYPE_STRUCT || field->type == SB_TYPE_LIST;
  const bool needs_variants =
      field->type == SB_TYPE_VARIANT || field->type == SB_TYPE_VARIANT_LIST || field->type == SB_TYPE_WAVEFORM;
  if (needs_schema && !field->schema)
    fail_msg("%s has no schema", where);
  if (needs_variants && !(field->variants && field->variants[0])) {
    fail_msg("%s has no variants", where);
    return;
  }
  if (field->type == SB_TYPE_CHOICE && !(field->choices && field->choices[0]))
    fail_msg("%s has no choices", where);
  if (field->type == SB_TYPE_CUSTOM && !(field->read && field->grammar))
    fail_msg("%s does not say what may stand there", where);
  if (needs_schema)
    check_schema(field->schema, depth + 1, fields);
  for (int i = 0; needs_variants && field->variants[i]; i++)
    check_schema(field->variants[i], depth + 1, fields);
}

static void check_schema(const SbSchema *schema, int depth, int *fields) {
  assert_true(depth < MOST_DEPTH);
  check_text(schema->name, schema->doc);
  for (const SbField *field = schema->fields; field->key; field++)
    check_field(schema, field, depth, fields);
}

static void every_field_is_documented(void **state) {
  (void)state;
  int fields = 0;
  check_schema(&sb_deck_schema, 0, &fields);
  assert_true(fields > 60);
}

static void check_reference(const char *name, const char *reference) {
  if (!reference || !strpbrk(reference, "0123456789"))
    fail_msg("%s gives no place to look its formula up", name);
}

static void formulas_have_references(void **state) {
  (void)state;
  for (int k = 0; sb_bulk_kinds[k]; k++)
    check_reference(sb_bulk_kinds[k]->name, sb_bulk_kinds[k]->reference);
  for (int k = 0; sb_boundary_kinds[k]; k++)
    check_reference(sb_boundary_kinds[k]->schema.name, sb_boundary_kinds[k]->schema.reference);
  for (int k = 0; sb_membrane_kinds[k]; k++)
    check_reference(sb_membrane_kinds[k]->schema.name, sb_membrane_kinds[k]->schema.reference);
  for (int k = 0; sb_field_names[k]; k++) {
    assert_string_equal(sb_field_names[k], sb_field_kinds[k].name);
    check_text(sb_field_names[k], sb_field_kinds[k].doc);
    check_reference(sb_field_names[k], sb_field_kinds[k].reference);
  }
  for (int q = 0; q < SB_QUANTITY_COUNT; q++)
    check_text(sb_quantities[q].name, sb_quantities[q].doc);
}

/* The kinds of ends, controls and waveforms are read from their examples in their own tests; here the steps. */
static void step_examples_read(void **state) {
  (void)state;
  for (int k = 0; sb_step_schemas[k]; k++) {
    const SbSchema *schema = sb_step_schemas[k];
    assert_non_null(schema->example);
    char body[2048];
    snprintf(body, sizeof body,
             "species: [K+, Cl-]\ndomain:\n  - {region: bath, width: 10 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"
             "terminals: {left: {reservoir: bath}, right: {reservoir: bath, potential: 0 V}}\n%s\n",
             schema->example);
    Cell cell = cell_problem(body);
    const SbVariant *steps = cell.deck->protocol.items;
    bool shown = false;
    for (int i = 0; i < cell.deck->protocol.count; i++)
      shown = shown || steps[i].schema == schema;
    assert_true(shown);
    cell_destroy(&cell);
  }
}

/* What a field kind says of itself is what the chain does. */
static void fields_do_what_they_say(void **state) {
  (void)state;
  for (int k = 0; sb_field_names[k]; k++) {
    char body[1024];
    snprintf(body, sizeof body,
             "field: %s\nspecies: [K+, Cl-]\ndomain:\n"
             "  - {region: bath, width: 10 nm, cells: 4, fill: {K+: 100 mM, Cl-: 100 mM}}\n"
             "terminals: {left: {reservoir: bath}, right: {reservoir: bath, current: 1 A/m2}}\n",
             sb_field_names[k]);
    Cell cell = cell_create(body);
    const SbFieldKind *kind = &sb_field_kinds[k];
    assert_ptr_equal(cell.problem->field, kind);
    assert_int_equal(sb_chain_pattern(cell.chain, 2)->potential >= 0, kind->potential);
    if (kind->potential) {
      /* a field that changes at one node carries a displacement current through the end, or does not */
      uint64_t seed = 1;
      double *u = cell_random_state(&cell, &seed), *f = calloc((size_t)cell.chain->unknowns, sizeof *f);
      double *rate = calloc((size_t)cell.chain->unknowns, sizeof *rate);
      const int row = cell.chain->offset[4] + sb_chain_pattern(cell.chain, 4)->terminal;
      const SbEvaluation evaluation = {.share = 1.0, .rate = rate};
      sb_assemble(cell.chain, &evaluation, u, 0, 5, f, NULL);
      const double still = f[row];
      rate[cell.chain->offset[3] + sb_chain_pattern(cell.chain, 3)->potential] = 1e9;
      sb_assemble(cell.chain, &evaluation, u, 0, 5, f, NULL);
      const double capacity = cell.problem->regions[0].permittivity / cell.mesh->h[3];
      assert_true(fabs(f[row] - still - (kind->displacement ? capacity * 1e9 : 0.0)) <=
                  1e-12 * (fabs(still) + fabs(f[row])));
      free(u);
      free(f);
      free(rate);
    }
    cell_destroy(&cell);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_field_is_documented),
                                     cmocka_unit_test(formulas_have_references), cmocka_unit_test(step_examples_read),
                                     cmocka_unit_test(fields_do_what_they_say)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
