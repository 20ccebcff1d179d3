/* Membranes of the last state as JSON, and closed forms beside what was computed. */
#include "output/json_parts.h"

#include <math.h>

#include "output/membrane_facts.h"

void sb_json_comparisons(SbJson *json, const SbComparison *list, int count) {
  sb_json_list(json, "closed_forms");
  for (int i = 0; i < count; i++) {
    sb_json_object(json, NULL);
    sb_json_text(json, "name", list[i].name);
    sb_json_text(json, "title", list[i].title);
    sb_json_number(json, "value", list[i].value);
    sb_json_text(json, "unit", sb_dimension_unit(list[i].dimension));
    sb_json_bool(json, "compared", !isnan(list[i].difference));
    sb_json_number(json, "difference", list[i].difference);
    sb_json_text(json, "assumes", list[i].doc);
    sb_json_text(json, "reference", list[i].reference);
    sb_json_object_end(json);
  }
  sb_json_list_end(json);
}

void sb_json_membranes(SbJson *json, const SbRun *run, const SbStepResult *step) {
  const SbProblem *problem = step->chain->problem;
  sb_json_list(json, "membranes");
  for (int r = 0; r < problem->region_count; r++) {
    const SbMembrane *membrane = problem->regions[r].membrane;
    SbComparison forms[SB_MOST_COMPARISONS];
    double share[SB_MAX_SPECIES];
    if (!membrane)
      continue;
    sb_json_object(json, NULL);
    sb_json_text(json, "name", problem->regions[r].name);
    sb_json_number(json, "slope_reversal_potential", sb_membrane_reversal(run, step, r, share));
    sb_json_list(json, "mechanisms");
    for (int m = 0; m < membrane->mechanism_count; m++) {
      sb_json_object(json, NULL);
      sb_json_text(json, "name", membrane->mechanisms[m].name);
      sb_json_text(json, "kind", membrane->mechanisms[m].kind->schema.name);
      sb_json_number(json, "dissipation", sb_membrane_power(step, r, m));
      sb_json_object_end(json);
    }
    sb_json_list_end(json);
    sb_json_comparisons(json, forms, sb_membrane_compare(run, step, r, forms));
    sb_json_object_end(json);
  }
  sb_json_list_end(json);
}
