/* The last state in words and numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/constants.h"
#include "base/units.h"
#include "discretize/measure_electrode.h"
#include "output/membrane_facts.h"
#include "output/report_format.h"
#include "output/report_parts.h"

enum { NUMBER = 80 };

/* ---- the answer: values with bars ----------------------------------------------------------------------------------
 */

static void bar_cell(SbTable *table, double bar, SbDimension dimension, const char *from) {
  char text[64];
  sb_format_bar(text, sizeof text, bar, dimension);
  if (isnan(bar))
    sb_table_cell(table, "%s", "");
  else
    sb_table_cell(table, "+- %s (%s)", text, from);
}

/* One row: name, value, bar of the mesh, bar of the time steps, extrapolated value. */
static void reading_row(SbTable *table, const char *name, const SbReading *reading, SbDimension dimension) {
  char value[NUMBER], refined[NUMBER];
  const double doubt = sb_format_doubt(reading);
  sb_format_value(value, sizeof value, reading->value, doubt, dimension);
  sb_table_cell(table, "%s", name);
  sb_table_cell(table, "%s", value);
  const bool zero = !(fabs(reading->value) > doubt);
  if (isnan(reading->mesh_bar))
    sb_table_cell(table, "(mesh error not estimated)");
  else
    bar_cell(table, reading->mesh_bar, dimension, "mesh");
  bar_cell(table, reading->time_bar, dimension, "time");
  sb_format_value(refined, sizeof refined, reading->refined, 0.1 * doubt, dimension);
  sb_table_cell(table, isfinite(reading->refined) && !zero ? "extrapolated %s" : "%.0s", refined);
}

static void plain_row(SbTable *table, const char *name, const char *value, const char *remark) {
  sb_table_cell(table, "%s", name);
  sb_table_cell(table, "%s", value);
  sb_table_cell(table, "%s", remark);
  sb_table_cell(table, "%s", "");
  sb_table_cell(table, "%s", "");
}

static void value_row(SbTable *table, const char *name, double value, SbDimension dimension, const char *remark) {
  char text[80];
  if (isnan(value))
    return;
  sb_units_print(text, sizeof text, value, dimension, 6);
  plain_row(table, name, text, remark);
}

/* What controls set is known without error. */
static void potential_row(SbTable *table, const SbFacts *facts) {
  char text[NUMBER];
  const char *name = "potential (right - left)";
  if (!facts->potential_set) {
    reading_row(table, name, &facts->potential, SB_DIMENSION_POTENTIAL);
    return;
  }
  sb_format_value(text, sizeof text, facts->potential.value, facts->potential.noise, SB_DIMENSION_POTENTIAL);
  plain_row(table, name, text, "set");
}

static void current_row(SbTable *table, const SbFacts *facts) {
  if (isnan(facts->current_set))
    reading_row(table, "current", &facts->current, SB_DIMENSION_CURRENT_DENSITY);
  else
    value_row(table, "current", facts->current_set, SB_DIMENSION_CURRENT_DENSITY,
              facts->current_set == 0.0 ? "open circuit" : "set");
}

/* What is read of each electrode, if it is one. */
static const struct {
  SbQuantity quantity;
  const char *names[2];
} electrode_readings[] = {
    {SB_QUANTITY_CHARGE, {"charge, left electrode", "charge, right electrode"}},
    {SB_QUANTITY_CAPACITANCE, {"capacitance, left electrode", "capacitance, right electrode"}},
};

static void electrode_rows(SbTable *table, const SbRun *run, const SbStepResult *step) {
  for (size_t i = 0; i < sizeof electrode_readings / sizeof electrode_readings[0]; i++) {
    const SbQuantity quantity = electrode_readings[i].quantity;
    for (int side = 0; side < 2; side++) {
      const SbReading reading = sb_facts_reading(run, step, sb_facts_frame(step), quantity, -1, side);
      if (!isnan(reading.value))
        reading_row(table, electrode_readings[i].names[side], &reading, sb_quantities[quantity].dimension);
    }
  }
}

void sb_report_answer(const SbRun *run, const SbStepResult *step, const SbFacts *facts, FILE *stream) {
  SbTable *table = sb_table_create("lrlll");
  if (facts->has_potential) {
    potential_row(table, facts);
    current_row(table, facts);
  } else {
    plain_row(table, "potential", "-", "the supporting electrolyte leaves no potential drop");
  }
  electrode_rows(table, run, step);
  value_row(table, "reversal potential", step->reversal_potential, SB_DIMENSION_POTENTIAL,
            "of this sweep, right minus left");
  value_row(table, "conduction velocity", step->conduction_velocity, SB_DIMENSION_VELOCITY, "of the impulse");
  if (!isnan(step->charge_passed.value))
    reading_row(table, "charge passed", &step->charge_passed, SB_DIMENSION_CHARGE_DENSITY);
  sb_table_print(&table, stream);
}

/* ---- ions ----------------------------------------------------------------------------------------------------------
 */

static void millivolts(SbTable *table, double value) {
  char text[NUMBER];
  sb_format_number(text, sizeof text, 1e3 * value, isfinite(value) ? 1e-3 * 3 : NAN);
  sb_table_cell(table, "%s", text);
}

static void number_cell(SbTable *table, double value, double doubt) {
  char text[NUMBER];
  sb_format_number(text, sizeof text, value, doubt);
  sb_table_cell(table, "%s", text);
}

static void ion_row(SbTable *table, const SbSpecies *species, const SbIonFacts *ion, SbTransport transport,
                    double factor) {
  const double doubt = sb_format_doubt(&ion->flux);
  sb_table_cell(table, "%s", species->name);
  millivolts(table, ion->nernst);
  millivolts(table, ion->driving_force);
  number_cell(table, ion->flux.value, doubt);
  number_cell(table, ion->charged ? factor * ion->partial_current : NAN,
              factor * SB_FARADAY * abs(species->charge) * doubt);
  if (transport == SB_TRANSPORT_NONE)
    sb_table_cell(table, "%s", "");
  else
    number_cell(table, ion->transport_number, 3e-4);
}

static void ion_header(SbTable *table, const SbFacts *facts, const char *unit) {
  static const char *const transport[] = {
      [SB_TRANSPORT_NONE] = "", [SB_TRANSPORT_CURRENT] = "share of", [SB_TRANSPORT_CONDUCTANCE] = "share of"};
  static const char *const share[] = {
      [SB_TRANSPORT_NONE] = "", [SB_TRANSPORT_CURRENT] = "the current", [SB_TRANSPORT_CONDUCTANCE] = "conductance"};
  const char *const names[] = {"ion", "Nernst", "driving", "flux", "current", transport[facts->transport]};
  const char *const units[] = {"", "[mV]", "force [mV]", "[mol/m2/s]", unit, share[facts->transport]};
  for (int i = 0; i < 6; i++)
    sb_table_cell(table, "%s", names[i]);
  for (int i = 0; i < 6; i++)
    sb_table_cell(table, i == 4 ? "[%s]" : "%s", units[i]);
}

void sb_report_ions(const SbStepResult *step, const SbFacts *facts, FILE *stream) {
  const SbProblem *problem = facts->problem;
  double largest = 0.0, doubt = 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    const SbIonFacts *ion = &facts->ions[s];
    largest = fmax(largest, fabs(ion->partial_current));
    doubt = fmax(doubt, SB_FARADAY * abs(problem->species[s].charge) * sb_format_doubt(&ion->flux));
  }
  char unit[32];
  const double factor = sb_format_unit(largest, SB_DIMENSION_CURRENT_DENSITY, unit, sizeof unit);
  fprintf(stream, "\nFlows%s (positive to the right%s)\n", step->steady ? "" : " at the right end",
          facts->between_reservoirs ? "; driving force: potential minus Nernst potential" : "");
  SbTable *table = sb_table_create("lrrrrr");
  ion_header(table, facts, unit);
  for (int s = 0; s < problem->species_count; s++)
    ion_row(table, &problem->species[s], &facts->ions[s], facts->transport, factor);
  sb_table_cell(table, "sum");
  for (int i = 0; i < 3; i++)
    sb_table_cell(table, "%s", "");
  number_cell(table, factor * facts->ionic_current, factor * fmax(doubt, facts->ionic_noise));
  sb_table_cell(table, "%s", "");
  sb_table_print(&table, stream);
}

/* ---- ledger --------------------------------------------------------------------------------------------------------
 */

static const double noise_margin = 8.0; /* a flux within so many times its rounding noise is none */

/* Largest deviations from constancy in x of the steady fluxes that are more than rounding, and of the current. */
static void ledger_constancy(const SbStepResult *step, FILE *stream) {
  const SbProblem *problem = step->chain->problem;
  const SbLedger *ledger = &step->ledger;
  int flowing = 0;
  SbItems items = sb_items_begin(stream, "fluxes constant in x");
  for (int s = 0; s < problem->species_count; s++) {
    if (ledger->flux_largest[s] <= noise_margin * ledger->flux_noise[s])
      continue;
    sb_items_add(&items, "%s %.1e", problem->species[s].name, ledger->flux_spread[s] / ledger->flux_largest[s]);
    flowing++;
  }
  if (flowing == 0)
    sb_items_add(&items, "nothing flows");
  else if (problem->field->potential)
    sb_items_add(&items, "current %.1e of the partial currents", ledger->current_spread / ledger->current_scale);
  sb_items_end(&items);
}

static void ledger_amounts(const SbStepResult *step, FILE *stream) {
  const SbProblem *problem = step->chain->problem;
  SbItems items = sb_items_begin(stream, "amounts");
  for (int s = 0; s < problem->species_count; s++) {
    const double error = step->amount_error[s];
    const char *name = problem->species[s].name;
    if (isnan(error))
      sb_items_add(&items, "%s %.4g mol/m2", name, step->ledger.amount[s]);
    else
      sb_items_add(&items, "%s %.4g mol/m2 (balance %.1e)", name, step->ledger.amount[s], error);
  }
  sb_items_end(&items);
}

/* What a mechanism lets down the gradients, and what couples turn to heat, beside what solutions do; what drives pumps
   is not known to the ledger. */
static void ledger_entropy(const SbStepResult *step, FILE *stream) {
  const SbProblem *problem = step->chain->problem;
  const SbLedger *ledger = &step->ledger;
  SbItems items = sb_items_begin(stream, "entropy production");
  sb_items_add(&items, "%.4g W/m2/K", ledger->entropy_production);
  bool split = sb_problem_reacts(problem, SB_LEFT) || sb_problem_reacts(problem, SB_RIGHT);
  for (int r = 0; r < problem->region_count; r++)
    split = split || problem->regions[r].membrane;
  const double least = 1e-4 * ledger->entropy_production; /* what no digit shows */
  if (split && ledger->entropy_solutions > least)
    sb_items_add(&items, "solutions %.4g", ledger->entropy_solutions);
  for (int r = 0; r < problem->region_count; r++) {
    const SbMembrane *membrane = problem->regions[r].membrane;
    for (int m = 0; membrane && m < membrane->mechanism_count; m++) {
      const double power = sb_membrane_power(step, r, m);
      const double entropy = step->chain->mesh->area[step->chain->mesh->first[r]] * power / problem->temperature;
      if (power > sb_membrane_least_power(step, r) && entropy > least)
        sb_items_add(&items, "%s of %s %.4g", membrane->mechanisms[m].name, problem->regions[r].name, entropy);
    }
  }
  for (int side = 0; side < 2; side++) {
    const SbBoundaryParams *boundary = &problem->terminals[side].boundary;
    for (int k = 0; k < boundary->couple_count; k++) {
      const double entropy = sb_couple_dissipation(step->chain, step->u, (SbSide)side, k) / problem->temperature;
      if (entropy > least)
        sb_items_add(&items, "%s at the %s electrode %.4g", boundary->couples[k].deck->name,
                     side == SB_LEFT ? "left" : "right", entropy);
    }
  }
  sb_items_end(&items);
}

void sb_report_ledger(const SbStepResult *step, FILE *stream) {
  const SbLedger *ledger = &step->ledger;
  fputs("\nLedger (errors are relative)\n", stream);
  if (step->moment.steady)
    ledger_constancy(step, stream);
  ledger_amounts(step, stream);
  if (ledger->charge_scale > 0.0) {
    SbItems items = sb_items_begin(stream, "charge balance");
    sb_items_add(&items, "%.1e of all charges", fabs(ledger->charge) / ledger->charge_scale);
    sb_items_end(&items);
  }
  ledger_entropy(step, stream);
}
