#include "output/electrode_facts.h"

#include <math.h>

#include "base/constants.h"
#include "output/report_facts.h"

static const double balance = 1e-6; /* of the currents that cancel: a net current below it is none */

static SbReading couple_reading(const SbRun *run, const SbStepResult *step, SbQuantity quantity, SbSide side,
                                const char *name) {
  const SbMeasure measure = {.quantity = quantity, .species = -1, .terminal = (int)side, .x = NAN, .couple = name};
  const int frame = sb_facts_frame(step);
  const SbReading *reading = frame < 0 ? NULL : sb_run_reading(run, step, frame, &measure);
  return reading ? *reading : (SbReading){NAN, NAN, NAN, NAN, NAN};
}

SbCoupleFacts sb_couple_facts(const SbRun *run, const SbStepResult *step, SbSide side, int k) {
  const SbCouple *couple = &step->chain->problem->terminals[side].boundary.couples[k];
  const char *name = couple->deck->name;
  SbCoupleFacts facts = {.couple = couple,
                         .current = couple_reading(run, step, SB_QUANTITY_COUPLE_CURRENT, side, name),
                         .equilibrium = couple_reading(run, step, SB_QUANTITY_EQUILIBRIUM_POTENTIAL, side, name),
                         .overpotential = couple_reading(run, step, SB_QUANTITY_OVERPOTENTIAL, side, name),
                         .share = couple_reading(run, step, SB_QUANTITY_LIMITING_SHARE, side, name)};
  facts.rate = facts.current.value / (couple->electrons * SB_FARADAY);
  facts.recession = facts.rate * couple->deck->molar_mass / couple->deck->density;
  return facts;
}

/* A couple's current where it is told from nothing, otherwise 0. */
static double told(const SbStepResult *step, SbSide side, const SbCoupleFacts *facts) {
  const SbMeasure measure = {.quantity = SB_QUANTITY_COUPLE_CURRENT,
                             .species = -1,
                             .terminal = (int)side,
                             .x = NAN,
                             .couple = facts->couple->deck->name};
  const double least = sb_measure_tolerance(step->chain, step->u, &measure, 0.0);
  return fabs(facts->current.value) > fmax(least, 8.0 * facts->current.noise) ? facts->current.value : 0.0;
}

/* Sums of what is oxidised and of what is reduced, both positive, and the largest of each. */
typedef struct {
  double oxidised, reduced, most_oxidised, most_reduced;
  int oxidising, reducing; /* the couples with the largest currents; -1: none */
} Balance;

static Balance balance_of(const SbRun *run, const SbStepResult *step, SbSide side) {
  Balance sums = {.oxidising = -1, .reducing = -1};
  for (int k = 0; k < step->chain->problem->terminals[side].boundary.couple_count; k++) {
    const SbCoupleFacts facts = sb_couple_facts(run, step, side, k);
    const double current = told(step, side, &facts);
    if (current > sums.most_oxidised) {
      sums.most_oxidised = current;
      sums.oxidising = k;
    }
    if (-current > sums.most_reduced) {
      sums.most_reduced = -current;
      sums.reducing = k;
    }
    sums.oxidised += fmax(current, 0.0);
    sums.reduced += fmax(-current, 0.0);
  }
  return sums;
}

bool sb_electrode_reacts(const SbRun *run, const SbStepResult *step, SbSide side) {
  const Balance sums = balance_of(run, step, side);
  return sums.oxidising >= 0 || sums.reducing >= 0;
}

bool sb_electrode_is_mixed(const SbRun *run, const SbStepResult *step, SbSide side) {
  const Balance sums = balance_of(run, step, side);
  return sums.oxidising >= 0 && sums.reducing >= 0 && fabs(sums.oxidised - sums.reduced) <= balance * sums.oxidised;
}

double sb_electrode_stern_geary(const SbRun *run, const SbStepResult *step, SbSide side) {
  if (!sb_electrode_is_mixed(run, step, side))
    return NAN;
  const Balance sums = balance_of(run, step, side);
  const double vt = step->chain->problem->thermal_voltage;
  double slope = 0.0;
  for (int anodic = 0; anodic < 2; anodic++) {
    const SbCoupleFacts facts = sb_couple_facts(run, step, side, anodic ? sums.oxidising : sums.reducing);
    const SbCouple *couple = facts.couple;
    const SbKineticsState state = sb_couple_state(couple->deck, couple->zero, vt);
    const SbPartialCurrents currents = couple->kinetics->eval(couple->deck->kinetics.params, &state,
                                                              facts.equilibrium.value + facts.overpotential.value);
    slope += anodic ? currents.d_anodic / currents.anodic : -currents.d_cathodic / currents.cathodic;
  }
  return 1.0 / (sums.oxidised * slope);
}
