/* What happens at a membrane: its potential, every ion with its Nernst potential and what each mechanism lets through,
   and which mechanisms work on the ions. */
#include <math.h>

#include "base/constants.h"
#include "base/units.h"
#include "output/membrane_facts.h"
#include "output/report_format.h"
#include "output/report_parts.h"

enum { NUMBER = 80 };

/* A membrane of the answer. */
typedef struct {
  const SbRun *run;
  const SbStepResult *step;
  const SbProblem *problem;
  const SbMembrane *membrane;
  const char *name;
  int region;
  SbReading potential;
} Answer;

static SbReading current_of(const Answer *answer, const char *mechanism, int species) {
  return sb_membrane_reading(answer->run, answer->step, SB_QUANTITY_MEMBRANE_CURRENT, answer->name, mechanism, NULL,
                             species);
}

static void number_cell(SbTable *table, double factor, const SbReading *reading, double least) {
  char text[NUMBER];
  sb_format_number(text, sizeof text, factor * reading->value, fmax(factor * sb_format_doubt(reading), least));
  sb_table_cell(table, "%s", text);
}

/* One row for each mechanism that carries the ion; its own numbers stand in the first. */
static void ion_rows(SbTable *table, const Answer *answer, int s, double factor, double least, double share) {
  const SbReading nernst =
      sb_membrane_reading(answer->run, answer->step, SB_QUANTITY_NERNST_POTENTIAL, answer->name, NULL, NULL, s);
  const SbReading force = {.value = answer->potential.value - nernst.value, .noise = nernst.noise, .mesh_bar = NAN};
  bool first = true;
  for (int m = 0; m < answer->membrane->mechanism_count; m++) {
    const char *mechanism = answer->membrane->mechanisms[m].name;
    const SbReading current = current_of(answer, mechanism, s);
    if (isnan(current.value))
      continue;
    sb_table_cell(table, "%s", first ? answer->problem->species[s].name : "");
    if (first) {
      number_cell(table, 1e3, &nernst, 1e-3);
      number_cell(table, 1e3, &force, 1e-3);
      number_cell(table, 1.0, &(SbReading){.value = share, .mesh_bar = NAN}, 3e-4);
    }
    for (int i = 0; !first && i < 3; i++)
      sb_table_cell(table, "%s", "");
    sb_table_cell(table, "%s", mechanism);
    number_cell(table, factor, &current, least);
    first = false;
  }
}

static void ion_table(const Answer *answer, double conductance, const double *share, FILE *stream) {
  static const char *const names[] = {"ion", "Nernst", "driving", "share of", "mechanism", "current"};
  static const char *const units[] = {"", "[mV]", "force [mV]", "conductance", ""};
  const double least = 1e-9 * conductance; /* what a nanovolt would drive is nothing */
  double largest = least;
  char unit[32];
  for (int m = 0; m < answer->membrane->mechanism_count; m++)
    for (int s = 0; s < answer->problem->species_count; s++)
      largest = fmax(largest, fabs(current_of(answer, answer->membrane->mechanisms[m].name, s).value));
  const double factor = sb_format_unit(largest, SB_DIMENSION_CURRENT_DENSITY, unit, sizeof unit);
  SbTable *table = sb_table_create("lrrrlr");
  for (int i = 0; i < 6; i++)
    sb_table_cell(table, "%s", names[i]);
  for (int i = 0; i < 5; i++)
    sb_table_cell(table, "%s", units[i]);
  sb_table_cell(table, "[%s]", unit);
  for (int s = 0; s < answer->problem->species_count; s++)
    ion_rows(table, answer, s, factor, factor * fmax(least, 1e-6 * largest), share[s]);
  const SbReading sum = current_of(answer, NULL, -1);
  sb_table_cell(table, "sum");
  for (int i = 0; i < 4; i++)
    sb_table_cell(table, "%s", "");
  number_cell(table, factor, &sum, factor * fmax(least, 1e-6 * largest));
  sb_table_print(&table, stream);
}

static void closed_forms(const Answer *answer, FILE *stream) {
  SbComparison list[SB_MOST_COMPARISONS];
  const int count = sb_membrane_compare(answer->run, answer->step, answer->region, list);
  if (count > 0)
    fputs("  closed forms from the compositions at the faces (difference: computed minus closed form)\n", stream);
  sb_report_comparisons(list, count, stream);
}

static void pump(const char *name, const SbPumpFacts *facts, FILE *stream) {
  char rate[NUMBER], work[NUMBER], cost[NUMBER];
  const double kilo = 1e-3; /* J to kJ */
  const double efficiency = facts->work / facts->cost;
  sb_units_print(rate, sizeof rate, facts->rate, SB_DIMENSION_FLUX, 4);
  sb_units_print(work, sizeof work, fabs(facts->work), SB_DIMENSION_POWER, 4);
  sb_units_print(cost, sizeof cost, facts->cost, SB_DIMENSION_POWER, 4);
  SbItems items = sb_items_begin(stream, name);
  sb_items_add(&items, "cycles %s", rate);
  sb_items_add(&items, "work %s the ions %s (%.4g kJ/mol)", facts->work < 0.0 ? "by" : "on", work,
               kilo * fabs(facts->work / facts->rate));
  sb_items_add(&items, "fuel (as much ATP as cycles) %s at %.4g kJ/mol", cost, kilo * facts->energy);
  if (efficiency > 1.0)
    sb_items_add(&items, "%s", "which is less than the work: no real pump does that");
  else if (efficiency >= 0.0)
    sb_items_add(&items, "efficiency %.3g %%", 100.0 * efficiency);
  sb_items_end(&items);
}

static void work(const Answer *answer, FILE *stream) {
  for (int m = 0; m < answer->membrane->mechanism_count; m++) {
    const double power = sb_membrane_power(answer->step, answer->region, m);
    const char *name = answer->membrane->mechanisms[m].name;
    SbPumpFacts facts;
    char text[NUMBER];
    sb_units_print(text, sizeof text, -power, SB_DIMENSION_POWER, 4);
    if (sb_pump_facts(answer->step, answer->region, m, &facts))
      pump(name, &facts, stream);
    else if (power < -sb_membrane_least_power(answer->step, answer->region))
      fprintf(stream, "  %-22swork on the ions %s\n", name, text);
  }
}

/* How long what is inside would last. */
static void turnover(const Answer *answer, FILE *stream) {
  SbItems items;
  int count = 0;
  for (int s = 0; s < answer->problem->species_count; s++) {
    SbTurnover ion;
    char time[NUMBER];
    if (!sb_membrane_turnover(answer->run, answer->step, answer->region, s, &ion) || isinf(ion.time))
      continue;
    if (count++ == 0)
      items = sb_items_begin(stream, "inside at this rate");
    sb_units_print(time, sizeof time, ion.time, SB_DIMENSION_TIME, 3);
    sb_items_add(&items, "%s %s in %s", answer->problem->species[s].name, ion.flux > 0.0 ? "gone" : "doubled", time);
  }
  if (count > 0)
    sb_items_end(&items);
}

static void gates(const Answer *answer, FILE *stream) {
  if (answer->membrane->gate_count == 0)
    return;
  SbItems items = sb_items_begin(stream, "gates");
  for (int m = 0; m < answer->membrane->mechanism_count; m++) {
    const SbMechanism *mechanism = &answer->membrane->mechanisms[m];
    for (int g = 0; g < mechanism->gate_count; g++) {
      const char *gate = mechanism->kind->gate_name(mechanism->params, g);
      sb_items_add(
          &items, "%s of %s %.4f", gate, mechanism->name,
          sb_membrane_reading(answer->run, answer->step, SB_QUANTITY_GATE, answer->name, mechanism->name, gate, -1)
              .value);
    }
  }
  sb_items_end(&items);
}

void sb_report_membranes(const SbRun *run, const SbStepResult *step, FILE *stream) {
  const SbProblem *problem = step->chain->problem;
  for (int r = 0; r < problem->region_count; r++) {
    Answer answer = {.run = run,
                     .step = step,
                     .problem = problem,
                     .membrane = problem->regions[r].membrane,
                     .name = problem->regions[r].name,
                     .region = r};
    char text[NUMBER], reversal[NUMBER];
    double conductance, share[SB_MAX_SPECIES];
    if (!answer.membrane)
      continue;
    answer.potential = sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_POTENTIAL, answer.name, NULL, NULL, -1);
    sb_format_value(text, sizeof text, answer.potential.value, sb_format_doubt(&answer.potential),
                    SB_DIMENSION_POTENTIAL);
    sb_units_print(reversal, sizeof reversal, sb_membrane_reversal(run, step, r, &conductance, share),
                   SB_DIMENSION_POTENTIAL, 6);
    fprintf(stream, "\nMembrane %s: %s (inside - outside; currents positive outward)\n", answer.name, text);
    if (answer.membrane->mechanism_count == 0)
      continue;
    ion_table(&answer, conductance, share, stream);
    if (conductance > 0.0)
      fprintf(stream,
              "  reversal potential    %s, where the ions' currents cancel at their slope conductances (%.4g S/m2)\n",
              reversal, conductance);
    work(&answer, stream);
    turnover(&answer, stream);
    gates(&answer, stream);
    closed_forms(&answer, stream);
  }
}
