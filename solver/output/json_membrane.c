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

/* Of an ion: what drives it, its share, what flows in all, and how the inside changes by it. */
static void write_ion(SbJson *json, const SbRun *run, const SbStepResult *step, int region, int species, double share) {
  const SbProblem *problem = step->chain->problem;
  const char *name = problem->regions[region].name;
  const SbReading nernst = sb_membrane_reading(run, step, SB_QUANTITY_NERNST_POTENTIAL, name, NULL, NULL, species);
  const double potential = sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_POTENTIAL, name, NULL, NULL, -1).value;
  SbTurnover inside = {NAN, NAN, NAN};
  if (isnan(nernst.value) && share == 0.0)
    return;
  sb_membrane_turnover(run, step, region, species, &inside);
  sb_json_object(json, NULL);
  sb_json_text(json, "name", problem->species[species].name);
  if (isinf(nernst.value))
    sb_json_text(json, "nernst_potential", nernst.value > 0.0 ? "inf" : "-inf");
  else
    sb_json_number(json, "nernst_potential", nernst.value);
  sb_json_number(json, "driving_force", potential - nernst.value);
  sb_json_number(json, "share_of_conductance", share);
  sb_json_number(json, "amount_inside", inside.amount);
  sb_json_number(json, "net_outward_flux", inside.flux);
  sb_json_number(json, "turnover_time", inside.time);
  sb_json_object_end(json);
}

static void write_mechanism(SbJson *json, const SbStepResult *step, int region, int mechanism) {
  const SbMechanism *one = &step->chain->problem->regions[region].membrane->mechanisms[mechanism];
  const double power = sb_membrane_power(step, region, mechanism);
  SbPumpFacts pump;
  sb_json_object(json, NULL);
  sb_json_text(json, "name", one->name);
  sb_json_text(json, "kind", one->kind->schema.name);
  sb_json_number(json, "dissipation", power);
  sb_json_number(json, "entropy_production", fmax(power, 0.0) / step->chain->problem->temperature);
  if (sb_pump_facts(step, region, mechanism, &pump)) {
    sb_json_object(json, "pump");
    sb_json_number(json, "cycles", pump.rate);
    sb_json_number(json, "work", pump.work);
    sb_json_number(json, "fuel_energy", pump.energy);
    sb_json_number(json, "cost", pump.cost);
    sb_json_object_end(json);
  }
  sb_json_object_end(json);
}

void sb_json_membranes(SbJson *json, const SbRun *run, const SbStepResult *step) {
  const SbProblem *problem = step->chain->problem;
  sb_json_list(json, "membranes");
  for (int r = 0; r < problem->region_count; r++) {
    const SbMembrane *membrane = problem->regions[r].membrane;
    SbComparison forms[SB_MOST_COMPARISONS];
    double conductance, share[SB_MAX_SPECIES];
    if (!membrane)
      continue;
    sb_json_object(json, NULL);
    sb_json_text(json, "name", problem->regions[r].name);
    sb_json_number(json, "slope_reversal_potential", sb_membrane_reversal(run, step, r, &conductance, share));
    sb_json_number(json, "slope_conductance", conductance);
    sb_json_list(json, "ions");
    for (int s = 0; s < problem->species_count; s++)
      write_ion(json, run, step, r, s, conductance > 0.0 ? share[s] : 0.0);
    sb_json_list_end(json);
    sb_json_list(json, "mechanisms");
    for (int m = 0; m < membrane->mechanism_count; m++)
      write_mechanism(json, step, r, m);
    sb_json_list_end(json);
    sb_json_comparisons(json, forms, sb_membrane_compare(run, step, r, forms));
    sb_json_object_end(json);
  }
  sb_json_list_end(json);
}
