/* What happens at an electrode with couples: each of them, what goes on at a mixed potential, and how stiff it is. */
#include <math.h>

#include "base/units.h"
#include "output/electrode_facts.h"
#include "output/report_format.h"
#include "output/report_parts.h"

enum { NUMBER = 80 };
static const double year = 31557600.0; /* s, the Julian one */
static const char *const side_names[] = {"left", "right"};

static void number_cell(SbTable *table, double factor, const SbReading *reading, double least) {
  char text[NUMBER];
  sb_format_number(text, sizeof text, factor * reading->value, fmax(factor * sb_format_doubt(reading), least));
  sb_table_cell(table, "%s", text);
}

static void couple_table(const SbRun *run, const SbStepResult *step, SbSide side, FILE *stream) {
  static const char *const names[] = {"couple", "equilibrium", "overpotential", "current", "share of its"};
  const int count = step->chain->problem->terminals[side].boundary.couple_count;
  double largest = 0.0;
  char unit[32];
  for (int k = 0; k < count; k++)
    largest = fmax(largest, fabs(sb_couple_facts(run, step, side, k).current.value));
  const double factor = sb_format_unit(largest, SB_DIMENSION_CURRENT_DENSITY, unit, sizeof unit);
  SbTable *table = sb_table_create("lrrrr");
  for (int i = 0; i < 5; i++)
    sb_table_cell(table, "%s", names[i]);
  sb_table_cell(table, "%s", "");
  sb_table_cell(table, "[mV]");
  sb_table_cell(table, "[mV]");
  sb_table_cell(table, "[%s]", unit);
  sb_table_cell(table, "limit");
  for (int k = 0; k < count; k++) {
    const SbCoupleFacts facts = sb_couple_facts(run, step, side, k);
    sb_table_cell(table, "%s", facts.couple->deck->name);
    number_cell(table, 1e3, &facts.equilibrium, 1e-3);
    number_cell(table, 1e3, &facts.overpotential, 1e-3);
    number_cell(table, factor, &facts.current, 1e-6 * factor * largest);
    number_cell(table, 1.0, &facts.share, 1e-4);
  }
  sb_table_print(&table, stream);
}

/* "zinc is oxidised at 1.5136e-05 mol/m2/s, hydrogen reduced at ...". */
static void net_reaction(const SbRun *run, const SbStepResult *step, SbSide side, FILE *stream) {
  char text[1024] = "";
  size_t n = 0;
  for (int k = 0; k < step->chain->problem->terminals[side].boundary.couple_count && n < sizeof text; k++) {
    const SbCoupleFacts facts = sb_couple_facts(run, step, side, k);
    char rate[NUMBER];
    sb_format_value(rate, sizeof rate, fabs(facts.rate), 2e-5 * fabs(facts.rate), SB_DIMENSION_FLUX);
    n += (size_t)snprintf(text + n, sizeof text - n, "%s%s is %s at %s", n == 0 ? "Net reaction: " : ", ",
                          facts.couple->deck->name, facts.rate > 0.0 ? "oxidised" : "reduced", rate);
  }
  if (n < sizeof text)
    snprintf(text + n, sizeof text - n, ".");
  sb_print_wrapped(stream, text, 2, 4);
}

static void recession(const SbRun *run, const SbStepResult *step, SbSide side, FILE *stream) {
  for (int k = 0; k < step->chain->problem->terminals[side].boundary.couple_count; k++) {
    const SbCoupleFacts facts = sb_couple_facts(run, step, side, k);
    if (isnan(facts.recession))
      continue;
    fprintf(stream, "  The metal of %s %s by %.4g mm a year.\n", facts.couple->deck->name,
            facts.recession > 0.0 ? "recedes" : "grows", 1e3 * year * fabs(facts.recession));
  }
}

static void resistance(const SbRun *run, const SbStepResult *step, SbSide side, FILE *stream) {
  const SbReading found =
      sb_facts_reading(run, step, sb_facts_frame(step), SB_QUANTITY_POLARISATION_RESISTANCE, -1, (int)side);
  const double approximate = sb_electrode_stern_geary(run, step, side);
  char text[NUMBER], other[NUMBER];
  if (!isfinite(found.value))
    return;
  sb_format_value(text, sizeof text, found.value, fmax(sb_format_doubt(&found), 1e-6 * fabs(found.value)),
                  SB_DIMENSION_RESISTANCE);
  fprintf(stream, "  polarisation resistance dE/dI  %s", text);
  if (!isnan(approximate)) {
    sb_format_value(other, sizeof other, approximate, 1e-6 * approximate, SB_DIMENSION_RESISTANCE);
    fprintf(stream, "   Stern and Geary, without transport, %s", other);
  }
  fputc('\n', stream);
}

void sb_report_electrodes(const SbRun *run, const SbStepResult *step, FILE *stream) {
  for (int side = 0; side < 2; side++) {
    if (!sb_problem_reacts(step->chain->problem, (SbSide)side))
      continue;
    fprintf(stream, "\nCouples of the %s electrode (current positive for oxidation)\n", side_names[side]);
    couple_table(run, step, (SbSide)side, stream);
    if (sb_electrode_is_mixed(run, step, (SbSide)side))
      net_reaction(run, step, (SbSide)side, stream);
    recession(run, step, (SbSide)side, stream);
    resistance(run, step, (SbSide)side, stream);
  }
}
