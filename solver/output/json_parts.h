/* Parts of the JSON answer that have files of their own; report_json.c tells the keys. */
#ifndef SB_OUTPUT_JSON_PARTS_H
#define SB_OUTPUT_JSON_PARTS_H

#include "output/json.h"
#include "output/report_facts.h"

/* Writes the list "closed_forms". */
void sb_json_comparisons(SbJson *json, const SbComparison *list, int count);

/* Writes the list "membranes" of the last state. */
void sb_json_membranes(SbJson *json, const SbRun *run, const SbStepResult *step);

#endif
