/* Expectations against what the run found. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/units.h"
#include "output/extremes.h"
#include "output/membrane_facts.h"
#include "output/report.h"
#include "output/reversal.h"

static const double same_coordinate = 1e-9; /* relative; of potentials absolute, V */

typedef struct {
  double value;
  const char *problem;
} Found;

static Found missing(const char *why) {
  return (Found){NAN, why};
}

static Found found(double value, const char *why_not) {
  return isnan(value) ? missing(why_not) : (Found){value, NULL};
}

/* ---- where: which frame of which step ------------------------------------------------------------------------------
 */

typedef bool (*Matches)(const SbRun *run, const SbStepResult *step, int frame, double wanted);

static bool at_coordinate(const SbRun *run, const SbStepResult *step, int frame, double wanted) {
  (void)run;
  double scale = fabs(wanted);
  for (int i = 0; strcmp(step->name, "sweep") == 0 && i < step->frame_count; i++)
    scale = fmax(scale, fabs(step->coordinate[i])); /* a sweep may pass through 0 */
  return fabs(step->coordinate[frame] - wanted) <= same_coordinate * scale;
}

static bool at_potential(const SbRun *run, const SbStepResult *step, int frame, double wanted) {
  const SbReading potential = sb_facts_reading(run, step, frame, SB_QUANTITY_POTENTIAL, -1, -1);
  return fabs(potential.value - wanted) <= same_coordinate;
}

/* The ways to name a point of a step. */
typedef struct {
  size_t offset; /* of the wanted coordinate in SbAt; NAN there: not named */
  const char *step;
  Matches matches;
  const char *no_point, *unsolved;
} Place;

static const Place places[] = {
    {offsetof(SbAt, time), "transient", at_coordinate, "no transient step reached this time",
     "not solved at this time"},
    {offsetof(SbAt, potential), "sweep", at_potential, "no solved point of the sweep is at this potential", ""},
    {offsetof(SbAt, value), "sweep", at_coordinate, "no point of the sweep is at this value",
     "the sweep's point at this value was not solved"},
    {offsetof(SbAt, frequency), "impedance", at_coordinate, "no impedance was measured at this frequency",
     "the response at this frequency was not found"},
};
enum { PLACE_COUNT = sizeof places / sizeof places[0] };

static double wanted_at(const SbExpect *expect, const Place *place) {
  return *(const double *)(const void *)((const char *)&expect->at + place->offset);
}

static const Place *place_of(const SbExpect *expect) {
  for (int i = 0; i < PLACE_COUNT; i++) {
    if (!isnan(wanted_at(expect, &places[i])))
      return &places[i];
  }
  return NULL;
}

static Found read_frame(const SbRun *run, const SbStepResult *step, int frame, const SbExpect *expect) {
  SbMeasure measure = sb_measure_of(expect);
  sb_measure_complete(run->problem, &measure);
  const SbReading *reading = sb_run_reading(run, step, frame, &measure);
  return reading ? found(reading->value, "it has no value there") : missing("it was not recorded");
}

static Found read_at(const SbRun *run, const SbExpect *expect, const Place *place) {
  const char *problem = place->no_point;
  for (int i = run->step_count - 1; i >= 0; i--) {
    const SbStepResult *step = &run->steps[i];
    if (strcmp(step->name, place->step) != 0 || (expect->at.step > 0 && expect->at.step != i + 1))
      continue;
    for (int frame = step->frame_count - 1; frame >= 0; frame--) {
      if (!place->matches(run, step, frame, wanted_at(expect, place)))
        continue;
      if (step->solved[frame])
        return read_frame(run, step, frame, expect);
      problem = place->unsolved;
    }
  }
  return missing(problem);
}

/* Without a point: the end of the last step, or of the one that is named, and no other state in its place.
   Sensitivities leave the state as it is. */
static Found read_end(const SbRun *run, const SbExpect *expect) {
  if (run->step_count < (expect->at.step > 0 ? expect->at.step : run->problem->deck->protocol.count))
    return missing(expect->at.step > 0 ? "the run did not come to this step" : "the run did not come to its last step");
  const SbStepResult *step = &run->steps[run->step_count - 1];
  while (step > run->steps && step->sensitivities)
    step--;
  if (step->failure.message || step->frame_count == 0 || !step->solved[step->frame_count - 1])
    return missing(expect->at.step > 0 ? "the step did not come to its end" : "the last step did not come to its end");
  return read_frame(run, step, step->frame_count - 1, expect);
}

/* ---- what: quantities that are no readings of one state ------------------------------------------------------------
 */

static const SbStepResult *last_step_named(const SbRun *run, const char *name) {
  for (int i = run->step_count - 1; i >= 0; i--) {
    if (strcmp(run->steps[i].name, name) == 0)
      return &run->steps[i];
  }
  return NULL;
}

static Found find_reversal(const SbRun *run, const SbExpect *expect) {
  const SbStepResult *sweep = last_step_named(run, "sweep");
  if (!sweep)
    return missing("there was no sweep");
  /* where no potential is held the current's zero is none of the cell's */
  const bool of_membrane = expect->membrane && !isnan(sweep->reversal_potential);
  return found(of_membrane ? sb_reversal_potential(run, sweep, expect->membrane) : sweep->reversal_potential,
               "the current does not change sign in the last sweep");
}

static Found find_charge_passed(const SbRun *run, const SbExpect *expect) {
  (void)expect;
  const SbStepResult *transient = last_step_named(run, "transient");
  return transient ? found(transient->charge_passed.value, "the last transient did not come to its end")
                   : missing("there was no transient step");
}

static Found find_conduction_velocity(const SbRun *run, const SbExpect *expect) {
  (void)expect;
  const SbStepResult *transient = last_step_named(run, "transient");
  return transient ? found(transient->conduction_velocity, "no impulse passed along a cable in the last transient")
                   : missing("there was no transient step");
}

/* Of the last steady state: a transient that followed has none. */
static Found find_of_steady(const SbRun *run, const SbExpect *expect) {
  for (int i = run->step_count - 1; i >= 0; i--) {
    const SbStepResult *step = &run->steps[i];
    const SbReading reading =
        sb_facts_reading(run, step, step->frame_count - 1, (SbQuantity)expect->quantity, -1, expect->terminal);
    if (!isnan(reading.value))
      return found(reading.value, NULL);
  }
  return missing(expect->quantity == SB_QUANTITY_CAPACITANCE
                     ? "this terminal is no blocking electrode held at a potential, or there was no steady state"
                     : "this terminal is no electrode with couples, or there was no steady state");
}

/* ---- extremes ---- */

static Found extreme(const SbRun *run, const SbExpect *expect, double sign, size_t member) {
  SbMeasure measure = sb_measure_of(expect);
  sb_measure_complete(run->problem, &measure);
  SbExtreme found_extreme;
  if (!sb_extreme(run, &measure, sign, &found_extreme))
    return missing("there was no transient or sweep in which it was read");
  return found(*(const double *)(const void *)((const char *)&found_extreme + member),
               "the peak does not fall to half its height on both sides");
}

#define SB_EXTREME(name, sign, member)                                                                                 \
  static Found name(const SbRun *run, const SbExpect *expect) {                                                        \
    return extreme(run, expect, sign, offsetof(SbExtreme, member));                                                    \
  }
SB_EXTREME(find_peak, 1.0, value)
SB_EXTREME(find_trough, -1.0, value)
SB_EXTREME(find_time_of_peak, 1.0, place)
SB_EXTREME(find_time_of_trough, -1.0, place)
SB_EXTREME(find_potential_of_peak, 1.0, potential)
SB_EXTREME(find_potential_of_trough, -1.0, potential)
SB_EXTREME(find_width_of_peak, 1.0, width)
#undef SB_EXTREME

static const SbProblem *last_problem(const SbRun *run) {
  const SbStepResult *step = sb_facts_step(run);
  return step ? step->chain->problem : run->problem;
}

static Found find_nernst(const SbRun *run, const SbExpect *expect) {
  const SbProblem *problem = last_problem(run);
  if (!problem->terminals[SB_LEFT].kind->exchanges || !problem->terminals[SB_RIGHT].kind->exchanges)
    return missing("a Nernst potential needs a reservoir at both ends");
  const double left = sb_problem_composition(problem, SB_LEFT, expect->species);
  const double right = sb_problem_composition(problem, SB_RIGHT, expect->species);
  return found(sb_nernst_potential(problem->thermal_voltage, problem->species[expect->species].charge, left, right),
               "the species has no charge, or is in neither reservoir");
}

/* The membrane between two regions that a closed form is about: the one named, or the only one. Returns how many there
   are. */
static int membranes_of(const SbProblem *problem, const char *name, int *region) {
  int count = 0;
  for (int r = 0; r < problem->region_count; r++) {
    if (!problem->regions[r].membrane || (name && strcmp(problem->regions[r].name, name) != 0))
      continue;
    *region = r;
    count++;
  }
  return count;
}

/* Of a membrane at the end of the last step. */
static Found find_membrane_form(const SbRun *run, const SbExpect *expect) {
  const SbStepResult *step = sb_facts_step(run);
  const SbMembraneForm *form = sb_membrane_form_find(expect->name);
  int region = -1;
  double value;
  const int count = membranes_of(last_problem(run), expect->membrane, &region);
  if (!form || count == 0)
    return missing("this closed form does not apply here");
  if (count > 1)
    return missing("there are several membranes: name one");
  if (!step || run->step_count < run->problem->deck->protocol.count || run->steps[run->step_count - 1].failure.message)
    return missing("the last step did not come to its end");
  if (!sb_membrane_form_value(step, region, form, &value))
    return missing("this closed form does not apply here");
  return found(value, "its equation has no solution here");
}

/* Of the cell from end to end where it applies and no membrane is named. */
static Found find_closed_form(const SbRun *run, const SbExpect *expect) {
  const SbProblem *problem = last_problem(run);
  const SbClosedForm *form = sb_closed_form_find(expect->name);
  if (!form && !sb_membrane_form_find(expect->name))
    return missing("there is no closed form of this name");
  if (expect->membrane || !form || !form->applies(problem))
    return find_membrane_form(run, expect);
  return found(form->value(problem), "its equation has no solution here");
}

/* How a quantity is found that is not simply read at the end of the last step. */
typedef struct {
  Found (*find)(const SbRun *run, const SbExpect *expect);
  bool at_points; /* it can be read at a point of a step too */
} Special;

static const Special specials[SB_QUANTITY_COUNT] = {
    [SB_QUANTITY_CAPACITANCE] = {find_of_steady, true},
    [SB_QUANTITY_NERNST_POTENTIAL] = {find_nernst, false},
    [SB_QUANTITY_CLOSED_FORM] = {find_closed_form, false},
    [SB_QUANTITY_REVERSAL_POTENTIAL] = {find_reversal, false},
    [SB_QUANTITY_CHARGE_PASSED] = {find_charge_passed, false},
    [SB_QUANTITY_CONDUCTION_VELOCITY] = {find_conduction_velocity, false},
    [SB_QUANTITY_POLARISATION_RESISTANCE] = {find_of_steady, true},
    [SB_QUANTITY_PEAK] = {find_peak, false},
    [SB_QUANTITY_TROUGH] = {find_trough, false},
    [SB_QUANTITY_TIME_OF_PEAK] = {find_time_of_peak, false},
    [SB_QUANTITY_TIME_OF_TROUGH] = {find_time_of_trough, false},
    [SB_QUANTITY_POTENTIAL_OF_PEAK] = {find_potential_of_peak, false},
    [SB_QUANTITY_POTENTIAL_OF_TROUGH] = {find_potential_of_trough, false},
    [SB_QUANTITY_WIDTH_OF_PEAK] = {find_width_of_peak, false},
};

/* ---- together ------------------------------------------------------------------------------------------------------
 */

static Found find(const SbRun *whole, const SbExpect *expect) {
  const Place *place = place_of(expect);
  SbRun until = *whole, *run = &until; /* the step that is named is the last one that counts */
  if (expect->at.step > 0 && expect->at.step < until.step_count)
    until.step_count = expect->at.step;
  static const Special none = {NULL, true};
  const bool of_membrane = expect->quantity == SB_QUANTITY_NERNST_POTENTIAL && expect->membrane;
  const Special *special = of_membrane ? &none : &specials[expect->quantity];
  if (place && special->find && !special->at_points)
    return missing("this quantity belongs to a whole run or step: it takes no time, potential or value");
  if (place)
    return read_at(run, expect, place);
  return special->find ? special->find(run, expect) : read_end(run, expect);
}

SbFinding *sb_findings_create(const SbRun *run) {
  const SbList *list = &run->problem->deck->expect;
  SbFinding *findings = sb_calloc((size_t)list->count, sizeof *findings);
  for (int i = 0; i < list->count; i++) {
    const SbExpect *expect = (const SbExpect *)list->items + i;
    const Found got = find(run, expect);
    SbFinding *finding = &findings[i];
    finding->expect = expect;
    finding->value = got.value;
    finding->problem = got.problem;
    finding->difference = got.value - expect->value;
    finding->tolerance = expect->relative ? expect->tolerance * fabs(expect->value) : expect->tolerance;
    finding->met = fabs(finding->difference) <= finding->tolerance; /* never of NAN */
  }
  return findings;
}

bool sb_findings_met(const SbRun *run, const SbFinding *findings) {
  for (int i = 0; i < run->problem->deck->expect.count; i++) {
    if (!findings[i].met)
      return false;
  }
  return true;
}

void sb_expect_name(const SbRun *run, const SbExpect *expect, char *buffer, size_t size) {
  const SbMeasure measure = sb_measure_of(expect);
  const char *quantity = sb_quantities[expect->quantity].name;
  const int before = expect->of >= 0 ? snprintf(buffer, size, "%s of ", quantity) : 0;
  if (expect->name)
    snprintf(buffer, size, "%s %s%s%s", quantity, expect->name, expect->membrane ? ", membrane " : "",
             expect->membrane ? expect->membrane : "");
  else
    sb_measure_name(run->problem, &measure, buffer + before, size - (size_t)before);
  const SbStepResult *sweep = last_step_named(run, "sweep");
  const SbDimension varied = sweep ? sweep->coordinate_dimension : SB_DIMENSION_NONE;
  const SbDimension dimensions[PLACE_COUNT] = {SB_DIMENSION_TIME, SB_DIMENSION_POTENTIAL, varied,
                                               SB_DIMENSION_FREQUENCY};
  size_t n = strlen(buffer);
  for (int i = 0; i < PLACE_COUNT && n < size; i++) {
    const double wanted = wanted_at(expect, &places[i]);
    char words[64];
    if (isnan(wanted))
      continue;
    sb_units_print(words, sizeof words, wanted, dimensions[i], 6);
    n += (size_t)snprintf(buffer + n, size - n, " at %s", words);
  }
  if (expect->at.step > 0 && n < size)
    snprintf(buffer + n, size - n, ", step %d", expect->at.step);
}
