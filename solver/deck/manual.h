/* The manual, made from the schema tables. */
#ifndef SB_DECK_MANUAL_H
#define SB_DECK_MANUAL_H

#include <stdbool.h>
#include <stdio.h>

#include "deck/schema.h"

/* The whole language below root as Markdown. */
void sb_manual_markdown(const SbSchema *root, FILE *stream);

/* One schema by name (a variant such as `reservoir`, or a part such as `region`); false where there is none. */
bool sb_manual_kind(const SbSchema *root, const char *name, FILE *stream);

/* The language as JSON Schema (draft 2020-12), for editors. */
void sb_manual_json_schema(const SbSchema *root, FILE *stream);

/* All keys and choices, as a libFuzzer dictionary. */
void sb_manual_dictionary(const SbSchema *root, FILE *stream);

#endif
