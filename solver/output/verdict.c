/* Equilibrium, a steady state that lives on a flow, or no steady state yet. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "output/electrode_facts.h"
#include "output/membrane_facts.h"
#include "output/report.h"
#include "output/report_facts.h"
#include "output/report_format.h"

/* Residual fluxes of a converged state stay within a few roundings of their two exponential terms. */
static const double noise_margin = 16.0;

/* Whether a species flows nowhere. The scheme keeps an equilibrium without flux on every mesh, coarse ones too: the
   error bar of a flux says nothing here. What counts is rounding, and the flux that a driving force of the wanted
   accuracy of potentials would cause: a smaller one is not told from none. */
static bool at_rest(const SbStepResult *step, int species) {
  const SbMeasure flux = {.quantity = SB_QUANTITY_FLUX, .species = species, .terminal = -1, .x = NAN};
  const double tolerance = sb_measure_tolerance(step->chain, step->u, &flux, 0.0);
  return step->ledger.flux_largest[species] <= fmax(noise_margin * step->ledger.flux_noise[species], tolerance);
}

/* Whether a transient has come to an end at which nothing flows any more. */
static bool is_settled(const SbRun *run, const SbStepResult *step) {
  if (sb_electrode_reacts(run, step, SB_LEFT) || sb_electrode_reacts(run, step, SB_RIGHT))
    return false;
  if (step->chain->problem->cable) /* what crosses its membrane is no flux along x */
    return false;
  for (int s = 0; s < step->chain->problem->species_count; s++) {
    if (!at_rest(step, s))
      return false;
  }
  return true;
}

SbVerdict sb_verdict(const SbRun *run, const SbStepResult *step) {
  SbRundown rundown;
  if (!step->chain || sb_facts_frame(step) < 0)
    return SB_VERDICT_NONE;
  if (!step->steady && !is_settled(run, step))
    return sb_membranes_rundown(run, step, &rundown) ? SB_VERDICT_RUNNING_DOWN : SB_VERDICT_NOT_STEADY;
  if (sb_electrode_is_mixed(run, step, SB_LEFT) || sb_electrode_is_mixed(run, step, SB_RIGHT))
    return SB_VERDICT_MIXED;
  if (sb_electrode_reacts(run, step, SB_LEFT) || sb_electrode_reacts(run, step, SB_RIGHT))
    return SB_VERDICT_STEADY;
  for (int s = 0; s < step->chain->problem->species_count; s++) {
    if (!at_rest(step, s))
      return SB_VERDICT_STEADY;
  }
  return sb_membranes_are_held(run, step) ? SB_VERDICT_HELD : SB_VERDICT_EQUILIBRIUM;
}

const char *sb_verdict_text(SbVerdict verdict) {
  static const char *const texts[] = {[SB_VERDICT_EQUILIBRIUM] = "equilibrium",
                                      [SB_VERDICT_MIXED] = "mixed potential (non-equilibrium steady state)",
                                      [SB_VERDICT_HELD] = "resting state held by work on the ions",
                                      [SB_VERDICT_STEADY] = "non-equilibrium steady state",
                                      [SB_VERDICT_RUNNING_DOWN] = "running down",
                                      [SB_VERDICT_NOT_STEADY] = "not steady",
                                      [SB_VERDICT_NONE] = "no state"};
  return texts[verdict];
}

/* ---- the reason ----------------------------------------------------------------------------------------------------
 */

typedef struct {
  int count;
  int species[SB_MAX_SPECIES];
  double largest, smallest; /* of their fluxes' magnitudes, mol/m2/s */
} Flows;

static Flows flows_of(const SbStepResult *step) {
  Flows flows = {.smallest = INFINITY};
  for (int s = 0; s < step->chain->problem->species_count; s++) {
    if (at_rest(step, s))
      continue;
    const double flux = step->ledger.flux_largest[s];
    flows.species[flows.count++] = s;
    flows.largest = fmax(flows.largest, flux);
    flows.smallest = fmin(flows.smallest, flux);
  }
  return flows;
}

/* "H+ and Cl- flow (0.302 mol/m2/s each)", "K+, Na+ and Cl- flow (up to 3.5e-08 mol/m2/s)". */
static void flows_words(const SbProblem *problem, const Flows *flows, char *buffer, size_t size) {
  size_t n = 0;
  for (int i = 0; i < flows->count && n < size; i++) {
    const char *joint = i == 0 ? "" : (i == flows->count - 1 ? " and " : ", ");
    n += (size_t)snprintf(buffer + n, size - n, "%s%s", joint, problem->species[flows->species[i]].name);
  }
  if (n >= size)
    return;
  char flux[64];
  sb_format_value(flux, sizeof flux, flows->largest, 2e-3 * flows->largest, SB_DIMENSION_FLUX);
  const bool alike = flows->largest <= 1.001 * flows->smallest;
  snprintf(buffer + n, size - n, " flow%s (%s%s%s)", flows->count == 1 ? "s" : "", alike ? "" : "up to ", flux,
           alike && flows->count > 1 ? " each" : "");
}

/* "no net current, but ", "a current of 12 A/m2 flows; "; nothing where the field has no potential. */
static void current_words(const SbFacts *facts, bool species_flow, char *buffer, size_t size) {
  *buffer = '\0';
  if (!facts->has_potential)
    return;
  if (!facts->current_flows) {
    snprintf(buffer, size, "no net current%s", species_flow ? ", but " : "");
    return;
  }
  const bool set = !isnan(facts->current_set);
  const double value = set ? facts->current_set : facts->current.value;
  char current[64];
  sb_format_value(current, sizeof current, value,
                  set ? 0.0 : fmax(sb_format_doubt(&facts->current), 2e-4 * fabs(value)), SB_DIMENSION_CURRENT_DENSITY);
  snprintf(buffer, size, "a current of %s flows%s", current, species_flow ? "; " : "");
}

/* What holds a resting state, and what that costs. */
static void held_words(const SbStepResult *step, char *buffer, size_t size) {
  const SbProblem *problem = step->chain->problem;
  size_t n = (size_t)snprintf(
      buffer, size, "nothing flows in all, since the mechanisms of the membrane balance each other for every ion");
  for (int r = 0; r < problem->region_count; r++) {
    for (int m = 0; problem->regions[r].membrane && m < problem->regions[r].membrane->mechanism_count; m++) {
      char work[64], cost[64];
      SbPumpFacts pump;
      if (n >= size || !sb_pump_facts(step, r, m, &pump))
        continue;
      sb_units_print(work, sizeof work, pump.work, SB_DIMENSION_POWER, 4);
      sb_units_print(cost, sizeof cost, pump.cost, SB_DIMENSION_POWER, 4);
      n += (size_t)snprintf(buffer + n, size - n, "; %s does %s of work on the ions and takes %s from its fuel",
                            problem->regions[r].membrane->mechanisms[m].name, work, cost);
    }
  }
}

/* How long the gradients would last. */
static void rundown_words(const SbRun *run, const SbStepResult *step, char *buffer, size_t size) {
  const SbProblem *problem = step->chain->problem;
  SbRundown rundown;
  char power[64], time[64];
  if (!sb_membranes_rundown(run, step, &rundown))
    return;
  sb_units_print(power, sizeof power, rundown.power, SB_DIMENSION_POWER, 4);
  sb_units_print(time, sizeof time, rundown.turnover.time, SB_DIMENSION_TIME, 3);
  snprintf(
      buffer, size,
      "across %s %s more is dissipated than is put in; time constant %s, in which the %s inside would be %s at the "
      "present rate (amount over net flow)",
      problem->regions[rundown.region].name, power, time, problem->species[rundown.species].name,
      rundown.turnover.flux > 0.0 ? "gone" : "doubled");
}

void sb_verdict_reason(const SbRun *run, const SbStepResult *step, char *buffer, size_t size) {
  const SbVerdict verdict = sb_verdict(run, step);
  *buffer = '\0';
  if (verdict == SB_VERDICT_NONE)
    return;
  if (verdict == SB_VERDICT_EQUILIBRIUM) {
    snprintf(buffer, size, "nothing flows; no driving force is left on any species that can move");
    return;
  }
  if (verdict == SB_VERDICT_HELD) {
    held_words(step, buffer, size);
    return;
  }
  if (verdict == SB_VERDICT_RUNNING_DOWN) {
    rundown_words(run, step, buffer, size);
    return;
  }
  char species[512] = "", current[128];
  const Flows flows = flows_of(step);
  const SbFacts facts = sb_facts(run, step);
  if (flows.count > 0)
    flows_words(facts.problem, &flows, species, sizeof species);
  current_words(&facts, flows.count > 0, current, sizeof current);
  snprintf(buffer, size, "%s%s%s", verdict == SB_VERDICT_NOT_STEADY ? "the last state still changes; " : "", current,
           species);
}
