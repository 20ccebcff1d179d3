/* The answer as one JSON object, in SI units throughout. Its keys:
   - saltbridge: version of the program; wall_time: s
   - deck: {file, title, temperature, field}
   - measures: [{name, quantity, species, terminal, couple, membrane, mechanism, gate, x, unit}], what the readings of a
   frame are, in order
   - steps: [{name, failure, failure_coordinate, coordinate: {name, unit}, steady, charge_passed and its bars,
     conduction_velocity, reversal_potential, effort, frames: [{coordinate, solved, readings}]}]; a reading is {value,
     mesh_bar, time_bar, refined, noise}. A sensitivity has sensitivity: {of: name, unit, value, to: [{path, value,
   unit, step: "+1 %", change, table, counter_ions, reason}]}, in the order of their size
   - verdict, reason: of the last state
   - state: the last one: {step, frame, potential, current, potential_set, current_set, transport_number_kind,
     ionic_current, species: [...], electrodes: [{terminal, mixed_potential, polarisation_resistance,
     stern_geary_resistance, couples: [{name, current, ..., rate: mol/m2/s, recession: m/s}]}], membranes: [{name,
     slope_reversal_potential, slope_conductance, ions: [{name, nernst_potential, driving_force, share_of_conductance,
     amount_inside: mol/m2, net_outward_flux: mol/m2/s, turnover_time: s}], mechanisms: [{name, kind, dissipation: W/m2,
     entropy_production: W/m2/K, pump: {cycles: mol/m2/s, work: W/m2, fuel_energy: J/mol, cost: W/m2}}], closed_forms}],
     ledger}; what the inside holds is null where something besides the membrane supplies it
   - closed_forms: [{name, title, value, unit, compared, difference, assumes, reference}]
   - expectations: [{name, quantity, expected, computed, difference, tolerance, met, problem, source}]
   - met: whether all expectations are

   Without any state, verdict, reason, state and closed_forms are absent. A number that does not exist is null; a Nernst
   potential that is infinite stands as "inf" or "-inf". */
#include <math.h>

#include "output/control_words.h"
#include "output/electrode_facts.h"
#include "output/json_parts.h"
#include "output/membrane_facts.h"
#include "output/report.h"

static const char *side_name(int side) {
  return side < 0 ? NULL : (side == SB_LEFT ? "left" : "right");
}

static const char *species_name(const SbRun *run, int species) {
  return species < 0 ? NULL : run->problem->species[species].name;
}

static void write_reading(SbJson *json, const char *key, const SbReading *reading) {
  sb_json_object(json, key);
  sb_json_number(json, "value", reading->value);
  sb_json_number(json, "mesh_bar", reading->mesh_bar);
  sb_json_number(json, "time_bar", reading->time_bar);
  sb_json_number(json, "refined", reading->refined);
  sb_json_number(json, "noise", reading->noise);
  sb_json_object_end(json);
}

static void write_deck(SbJson *json, const SbRun *run) {
  const SbDeck *deck = run->problem->deck;
  sb_json_object(json, "deck");
  sb_json_text(json, "file", deck->file);
  sb_json_text(json, "title", deck->title);
  sb_json_number(json, "temperature", run->problem->temperature);
  sb_json_text(json, "field", run->problem->field->name);
  sb_json_object_end(json);
}

static void write_measures(SbJson *json, const SbRun *run) {
  sb_json_list(json, "measures");
  for (int i = 0; i < run->measure_count; i++) {
    const SbMeasure *measure = &run->measures[i];
    char name[160];
    sb_measure_name(run->problem, measure, name, sizeof name);
    sb_json_object(json, NULL);
    sb_json_text(json, "name", name);
    sb_json_text(json, "quantity", sb_quantities[measure->quantity].name);
    sb_json_text(json, "species", species_name(run, measure->species));
    sb_json_text(json, "terminal", side_name(measure->terminal));
    sb_json_text(json, "couple", measure->couple);
    sb_json_text(json, "membrane", measure->membrane);
    sb_json_text(json, "mechanism", measure->mechanism);
    sb_json_text(json, "gate", measure->gate);
    if (measure->extreme != 0)
      sb_json_text(json, "x", measure->extreme > 0 ? "maximum" : "minimum");
    else
      sb_json_number(json, "x", measure->x);
    sb_json_text(json, "unit", sb_dimension_unit(sb_quantities[measure->quantity].dimension));
    sb_json_object_end(json);
  }
  sb_json_list_end(json);
}

static void write_effort(SbJson *json, const SbEffort *effort) {
  sb_json_object(json, "effort");
  sb_json_text(json, "method", effort->method);
  sb_json_integer(json, "newton_iterations", effort->newton_iterations);
  sb_json_integer(json, "cells", effort->cells);
  sb_json_number(json, "smallest_cell", effort->smallest_link);
  sb_json_number(json, "debye_length", effort->debye_length);
  sb_json_integer(json, "mesh_rounds", effort->mesh_rounds);
  sb_json_bool(json, "mesh_given", effort->mesh_given);
  sb_json_bool(json, "accuracy_met", effort->accuracy_met);
  sb_json_text(json, "accuracy_note", effort->accuracy_note);
  sb_json_integer(json, "time_steps", effort->time_steps);
  sb_json_integer(json, "rejected_steps", effort->rejected_steps);
  sb_json_number(json, "cell_iterations", effort->cell_iterations);
  sb_json_number(json, "assembly_time", effort->assembly_time);
  sb_json_number(json, "factor_time", effort->factor_time);
  sb_json_number(json, "solve_time", effort->solve_time);
  sb_json_number(json, "wall_time", effort->wall_time);
  sb_json_object_end(json);
}

static void write_frames(SbJson *json, const SbRun *run, const SbStepResult *step) {
  sb_json_list(json, "frames");
  for (int f = 0; f < step->frame_count; f++) {
    sb_json_object(json, NULL);
    sb_json_number(json, "coordinate", step->coordinate[f]);
    sb_json_bool(json, "solved", step->solved[f]);
    sb_json_list(json, "readings");
    for (int i = 0; i < run->measure_count; i++)
      write_reading(json, NULL, &step->readings[(size_t)f * (size_t)run->measure_count + (size_t)i]);
    sb_json_list_end(json);
    sb_json_object_end(json);
  }
  sb_json_list_end(json);
}

static void write_sensitivities(SbJson *json, const SbRun *run, const SbStepResult *step) {
  char name[160];
  sb_measure_name(run->problem, &step->sensitive, name, sizeof name);
  sb_json_object(json, "sensitivity");
  sb_json_text(json, "of", name);
  sb_json_text(json, "unit", sb_dimension_unit(sb_quantities[step->sensitive.quantity].dimension));
  sb_json_number(json, "value", step->sensitive_value);
  sb_json_list(json, "to");
  for (int i = 0; i < step->sensitivity_count; i++) {
    const SbSensitivity *entry = &step->sensitivities[i];
    sb_json_object(json, NULL);
    sb_json_text(json, "path", entry->parameter->path);
    sb_json_number(json, "value", entry->value);
    sb_json_text(json, "unit", sb_dimension_unit(entry->parameter->dimension));
    sb_json_text(json, "step", entry->parameter->step->words);
    sb_json_number(json, "change", entry->change);
    sb_json_bool(json, "table", entry->parameter->tabled);
    sb_json_bool(json, "counter_ions", entry->parameter->counter_count > 0);
    sb_json_text(json, "reason", entry->reason);
    sb_json_object_end(json);
  }
  sb_json_list_end(json);
  sb_json_object_end(json);
}

static void write_controls(SbJson *json, const SbStepResult *step) {
  sb_json_object(json, "controls");
  for (int side = 0; side < 2; side++) {
    char words[96];
    sb_control_words(step, (SbSide)side, words, sizeof words);
    sb_json_text(json, side_name(side), words);
  }
  sb_json_object_end(json);
}

static void write_step(SbJson *json, const SbRun *run, const SbStepResult *step) {
  sb_json_object(json, NULL);
  sb_json_text(json, "name", step->name);
  write_controls(json, step);
  sb_json_text(json, "failure", step->failure.message);
  sb_json_number(json, "failure_coordinate", step->failure.coordinate);
  sb_json_object(json, "coordinate");
  sb_json_text(json, "name", step->coordinate_name);
  sb_json_text(json, "unit", step->coordinate_name ? sb_dimension_unit(step->coordinate_dimension) : NULL);
  sb_json_object_end(json);
  sb_json_bool(json, "steady", step->steady);
  sb_json_number(json, "charge_passed", step->charge_passed.value);
  sb_json_number(json, "charge_passed_mesh_bar", step->charge_passed.mesh_bar);
  sb_json_number(json, "charge_passed_time_bar", step->charge_passed.time_bar);
  sb_json_number(json, "conduction_velocity", step->conduction_velocity);
  sb_json_number(json, "reversal_potential", step->reversal_potential);
  write_effort(json, &step->effort);
  write_frames(json, run, step);
  if (step->sensitivities)
    write_sensitivities(json, run, step);
  sb_json_object_end(json);
}

/* ---- the last state ------------------------------------------------------------------------------------------------
 */

static void write_species(SbJson *json, const SbStepResult *step, const SbFacts *facts) {
  const SbLedger *ledger = &step->ledger;
  sb_json_list(json, "species");
  for (int s = 0; s < facts->problem->species_count; s++) {
    const SbIonFacts *ion = &facts->ions[s];
    sb_json_object(json, NULL);
    sb_json_text(json, "name", facts->problem->species[s].name);
    sb_json_integer(json, "charge", facts->problem->species[s].charge);
    if (isinf(ion->nernst))
      sb_json_text(json, "nernst_potential", ion->nernst > 0 ? "inf" : "-inf");
    else
      sb_json_number(json, "nernst_potential", ion->nernst);
    sb_json_number(json, "driving_force", ion->driving_force);
    write_reading(json, "flux", &ion->flux);
    sb_json_number(json, "partial_current", ion->partial_current);
    sb_json_number(json, "transport_number", ion->transport_number);
    sb_json_number(json, "amount", ledger->amount[s]);
    sb_json_number(json, "amount_error", step->amount_error[s]);
    sb_json_number(json, "flux_spread", ledger->flux_spread[s]);
    sb_json_number(json, "flux_largest", ledger->flux_largest[s]);
    sb_json_number(json, "flux_noise", ledger->flux_noise[s]);
    sb_json_object_end(json);
  }
  sb_json_list_end(json);
}

static void write_electrodes(SbJson *json, const SbRun *run, const SbStepResult *step) {
  sb_json_list(json, "electrodes");
  for (int side = 0; side < 2; side++) {
    const int count = step->chain->problem->terminals[side].boundary.couple_count;
    if (count == 0)
      continue;
    const SbReading resistance =
        sb_facts_reading(run, step, sb_facts_frame(step), SB_QUANTITY_POLARISATION_RESISTANCE, -1, side);
    sb_json_object(json, NULL);
    sb_json_text(json, "terminal", side_name(side));
    sb_json_bool(json, "mixed_potential", sb_electrode_is_mixed(run, step, (SbSide)side));
    sb_json_number(json, "polarisation_resistance", resistance.value);
    sb_json_number(json, "stern_geary_resistance", sb_electrode_stern_geary(run, step, (SbSide)side));
    sb_json_list(json, "couples");
    for (int k = 0; k < count; k++) {
      const SbCoupleFacts facts = sb_couple_facts(run, step, (SbSide)side, k);
      sb_json_object(json, NULL);
      sb_json_text(json, "name", facts.couple->deck->name);
      write_reading(json, "current", &facts.current);
      write_reading(json, "equilibrium_potential", &facts.equilibrium);
      write_reading(json, "overpotential", &facts.overpotential);
      sb_json_number(json, "share_of_limiting_current", facts.share.value);
      sb_json_number(json, "rate", facts.rate);
      sb_json_number(json, "recession", facts.recession);
      sb_json_object_end(json);
    }
    sb_json_list_end(json);
    sb_json_object_end(json);
  }
  sb_json_list_end(json);
}

static void write_ledger(SbJson *json, const SbLedger *ledger) {
  sb_json_object(json, "ledger");
  sb_json_number(json, "charge", ledger->charge);
  sb_json_number(json, "charge_scale", ledger->charge_scale);
  sb_json_number(json, "current_spread", ledger->current_spread);
  sb_json_number(json, "current_noise", ledger->current_noise);
  sb_json_number(json, "current_scale", ledger->current_scale);
  sb_json_number(json, "entropy_production", ledger->entropy_production);
  sb_json_number(json, "entropy_solutions", ledger->entropy_solutions);
  sb_json_number(json, "entropy_membranes", ledger->entropy_membranes);
  sb_json_number(json, "entropy_electrodes", ledger->entropy_electrodes);
  sb_json_object_end(json);
}

static void write_state(SbJson *json, const SbRun *run, const SbStepResult *step, const SbFacts *facts) {
  static const char *const transport[] = {[SB_TRANSPORT_NONE] = NULL,
                                          [SB_TRANSPORT_CURRENT] = "share of the current",
                                          [SB_TRANSPORT_CONDUCTANCE] = "share of the conductance"};
  char reason[768];
  sb_verdict_reason(run, step, reason, sizeof reason);
  sb_json_text(json, "verdict", sb_verdict_text(sb_verdict(run, step)));
  sb_json_text(json, "reason", reason);
  sb_json_object(json, "state");
  sb_json_integer(json, "step", (long)(step - run->steps));
  sb_json_integer(json, "frame", sb_facts_frame(step));
  write_reading(json, "potential", &facts->potential);
  write_reading(json, "current", &facts->current);
  sb_json_bool(json, "potential_set", facts->potential_set);
  sb_json_number(json, "current_set", facts->current_set);
  sb_json_text(json, "transport_number_kind", transport[facts->transport]);
  sb_json_number(json, "ionic_current", facts->ionic_current);
  write_species(json, step, facts);
  write_electrodes(json, run, step);
  sb_json_membranes(json, run, step);
  write_ledger(json, &step->ledger);
  sb_json_object_end(json);
}

static void write_closed_forms(SbJson *json, const SbRun *run, const SbStepResult *step, const SbFacts *facts) {
  SbComparison list[SB_MOST_COMPARISONS];
  sb_json_comparisons(json, list, sb_facts_compare(run, step, facts, list));
}

static void write_findings(SbJson *json, const SbRun *run, const SbFinding *findings) {
  sb_json_list(json, "expectations");
  for (int i = 0; i < run->problem->deck->expect.count; i++) {
    const SbFinding *finding = &findings[i];
    char name[160];
    sb_expect_name(run, finding->expect, name, sizeof name);
    sb_json_object(json, NULL);
    sb_json_text(json, "name", name);
    sb_json_text(json, "quantity", sb_quantities[finding->expect->quantity].name);
    sb_json_number(json, "expected", finding->expect->value);
    sb_json_number(json, "computed", finding->value);
    sb_json_number(json, "difference", finding->difference);
    sb_json_number(json, "tolerance", finding->tolerance);
    sb_json_bool(json, "met", finding->met);
    sb_json_text(json, "problem", finding->problem);
    sb_json_text(json, "source", finding->expect->source);
    sb_json_object_end(json);
  }
  sb_json_list_end(json);
}

void sb_report_json(const SbRun *run, const SbFinding *findings, FILE *stream) {
  SbJson json = {.stream = stream};
  sb_json_object(&json, NULL);
  sb_json_text(&json, "saltbridge", SB_VERSION);
  write_deck(&json, run);
  write_measures(&json, run);
  sb_json_list(&json, "steps");
  for (int i = 0; i < run->step_count; i++)
    write_step(&json, run, &run->steps[i]);
  sb_json_list_end(&json);
  const SbStepResult *step = sb_facts_step(run);
  if (step) {
    const SbFacts facts = sb_facts(run, step);
    write_state(&json, run, step, &facts);
    write_closed_forms(&json, run, step, &facts);
  }
  write_findings(&json, run, findings);
  sb_json_bool(&json, "met", sb_findings_met(run, findings));
  sb_json_number(&json, "wall_time", run->wall_time);
  sb_json_object_end(&json);
}
