#include "output/membrane_facts.h"

#include <math.h>

#include "discretize/membrane.h"
#include "output/report_facts.h"

static const double noise_margin = 16.0; /* a current within so many times its rounding noise is none */

SbReading sb_membrane_reading(const SbRun *run, const SbStepResult *step, SbQuantity quantity, const char *membrane,
                              const char *mechanism, const char *gate, int species) {
  const int frame = sb_facts_frame(step);
  const SbMeasure measure = {.quantity = quantity,
                             .species = species,
                             .terminal = -1,
                             .x = NAN,
                             .membrane = membrane,
                             .mechanism = mechanism,
                             .gate = gate};
  const SbReading *reading = frame >= 0 ? sb_run_reading(run, step, frame, &measure) : NULL;
  return reading ? *reading : (SbReading){NAN, NAN, NAN, NAN, NAN};
}

double sb_membrane_power(const SbStepResult *step, int region, int mechanism) {
  return sb_mechanism_dissipation(step->chain, step->u, step->moment.time, step->chain->mesh->first[region], mechanism);
}

double sb_membrane_reversal(const SbRun *run, const SbStepResult *step, int region, double *share) {
  const SbProblem *problem = step->chain->problem;
  const char *name = problem->regions[region].name;
  double sum = 0.0;
  sb_membrane_conductances(step->chain, step->u, step->chain->mesh->first[region], share);
  for (int s = 0; s < problem->species_count; s++) {
    share[s] = problem->species[s].charge != 0 ? share[s] : 0.0;
    sum += share[s];
  }
  if (!(sum > 0.0))
    return NAN;
  for (int s = 0; s < problem->species_count; s++)
    share[s] /= sum;
  const double current = sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_CURRENT, name, NULL, NULL, -1).value;
  return sb_membrane_reading(run, step, SB_QUANTITY_MEMBRANE_POTENTIAL, name, NULL, NULL, -1).value - current / sum;
}

static bool is_held(const SbRun *run, const SbStepResult *step, int region) {
  const SbProblem *problem = step->chain->problem;
  const SbMembrane *membrane = problem->regions[region].membrane;
  for (int m = 0; membrane && m < membrane->mechanism_count; m++) {
    for (int s = 0; s < problem->species_count; s++) {
      const SbMeasure measure = {.quantity = SB_QUANTITY_MEMBRANE_CURRENT,
                                 .species = s,
                                 .terminal = -1,
                                 .x = NAN,
                                 .membrane = problem->regions[region].name,
                                 .mechanism = membrane->mechanisms[m].name};
      const SbReading *reading = sb_run_reading(run, step, sb_facts_frame(step), &measure);
      if (reading && fabs(reading->value) >
                         fmax(noise_margin * reading->noise, sb_measure_tolerance(step->chain, step->u, &measure, 0.0)))
        return true;
    }
  }
  return false;
}

bool sb_membranes_are_held(const SbRun *run, const SbStepResult *step) {
  for (int r = 0; r < step->chain->problem->region_count; r++)
    if (is_held(run, step, r))
      return true;
  return false;
}
