#include "shared_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const Accuracy accuracy_default = {.potential = 1e-5, .current = 1e-3, .time = 1e-5};
static const double any_diffusivity = 1e-9; /* m2/s, where the answer does not depend on it */

void trial_begin(Trial *trial, Verification *verification, Reference *reference, Accuracy needed) {
  const Accuracy *accuracy = verification->accuracy ? verification->accuracy : &needed;
  *trial = (Trial){.verification = verification, .reference = reference};
  trial->deck = open_memstream(&trial->deck_text, &trial->deck_size);
  trial->expects = open_memstream(&trial->expect_text, &trial->expect_size);
  const bool celsius = reference_has(reference, "temperature_C");
  trial_write(trial, "saltbridge: 1\ntemperature: %.17g %s\n",
              reference_number(reference, celsius ? "temperature_C" : "temperature_K"), celsius ? "degC" : "K");
  trial_write(trial, "accuracy: {potential: %.17g V, current: %.17g %%, time: %.17g}\n", accuracy->potential,
              100.0 * accuracy->current, accuracy->time);
}

void trial_write(Trial *trial, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(trial->deck, format, arguments); // NOLINT(clang-analyzer-valist.Uninitialized)
  va_end(arguments);
}

void trial_species(Trial *trial, const char *const *names, const char *diffusivity_key) {
  double z[REFERENCE_MOST], diffusivity[REFERENCE_MOST];
  const int count = reference_numbers(trial->reference, "z", z);
  const char *species[TRIAL_SPECIES];
  assert_true(count <= TRIAL_SPECIES);
  for (int s = 0; s < count; s++)
    species[s] = names ? names[s] : reference_text(trial->reference, "species", s);
  if (diffusivity_key)
    reference_numbers(trial->reference, diffusivity_key, diffusivity);
  trial_ions(trial, count, species, z, diffusivity_key ? diffusivity : NULL);
}

void trial_ions(Trial *trial, int count, const char *const *names, const double *charge, const double *diffusivity) {
  trial->species_count = count;
  trial_write(trial, "species:\n");
  for (int s = 0; s < count; s++) {
    trial->species[s] = names[s];
    trial->charge[s] = (int)charge[s];
    trial->diffusivity[s] = diffusivity ? diffusivity[s] : any_diffusivity;
    trial_write(trial, "  - {name: %s, charge: %d, diffusivity: %.17g m2/s, source: reference}\n", names[s],
                trial->charge[s], trial->diffusivity[s]);
  }
}

void trial_composition(Trial *trial, const double *c) {
  const char *separator = "";
  trial_write(trial, "{");
  for (int s = 0; s < trial->species_count; s++) {
    if (c[s] == 0.0)
      continue;
    trial_write(trial, "%s%s: %.17g mol/m3", separator, trial->species[s], c[s]);
    separator = ", ";
  }
  trial_write(trial, "}");
}

static int ask(Trial *trial, Ask what, SbQuantity quantity, const char *format, va_list arguments) {
  const SbQuantityInfo *info = &sb_quantities[quantity];
  /* the extremes asked for are those of currents and of membrane potentials */
  const bool follows = (info->selectors & SB_SELECT_OF) && info->dimension == SB_DIMENSION_NONE;
  const SbDimension followed =
      strstr(format, "of: membrane potential") ? SB_DIMENSION_POTENTIAL : SB_DIMENSION_CURRENT_DENSITY;
  const char *unit = sb_dimension_unit(follows ? followed : info->dimension);
  assert_true(trial->count < TRIAL_ASKS);
  fprintf(trial->expects, "  - {quantity: %s, value: 0 %s, tolerance: 1 %s, source: reference", info->name, unit, unit);
  if (format[0] != '\0')
    fprintf(trial->expects, ", ");
  vfprintf(trial->expects, format, arguments); // NOLINT(clang-analyzer-valist.Uninitialized)
  fprintf(trial->expects, "}\n");
  trial->asks[trial->count] = what;
  return trial->count++;
}

int trial_ask(Trial *trial, SbQuantity quantity, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int number = ask(trial, (Ask){.factor = 1.0}, quantity, format, arguments);
  va_end(arguments);
  return number;
}

void trial_want(Trial *trial, Target target, double factor, SbQuantity quantity, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  reference_mark(trial->reference, &target);
  ask(trial, (Ask){.target = target, .factor = factor}, quantity, format, arguments);
  va_end(arguments);
}

/* ---- after the run ---- */

static const SbExpect *expect_of(const Trial *trial, int number) {
  return (const SbExpect *)trial->solved->deck->expect.items + number;
}

static int frame_of(const SbStepResult *step, const SbAt *at) {
  const double wanted = isnan(at->time) ? at->frequency : at->time;
  if (isnan(wanted))
    return -1;
  for (int f = 0; f < step->frame_count; f++) {
    if (fabs(step->coordinate[f] - wanted) <= 1e-9 * wanted)
      return f;
  }
  fail_msg("nothing was recorded at %g %s", wanted, isnan(at->time) ? "Hz" : "s");
  return -1;
}

SbReading trial_reading(const Trial *trial, int number) {
  if (trial->verification->dry)
    return (SbReading){.value = NAN};
  const SbExpect *expect = expect_of(trial, number);
  const SbFinding *finding = &trial->solved->findings[number];
  const SbMeasure measure = sb_measure_of(expect);
  SbReading reading = solved_reading(trial->solved, frame_of(solved_step(trial->solved), &expect->at), &measure);
  /* what the program would print is the same number */
  if (expect->of >= 0) /* an extreme is no reading of one state */
    reading = (SbReading){finding->value, NAN, NAN, NAN, NAN};
  if (isnan(reading.value))
    reading.value = finding->value;
  if (isnan(finding->value) || finding->value != reading.value)
    fail_msg("%s is %g, the finding %g: %s", sb_quantities[expect->quantity].name, reading.value, finding->value,
             finding->problem ? finding->problem : "");
  return reading;
}

double trial_value(const Trial *trial, int number) {
  return trial_reading(trial, number).value;
}

static void compare(const Trial *trial, const Comparison *comparison) {
  if (!isfinite(comparison->value))
    fail_msg("%s: %s is not a number", comparison->reference, comparison->target.name);
  trial->verification->compare(trial->verification, comparison);
}

static void compare_asked(const Trial *trial, int number) {
  const Ask *asked = &trial->asks[number];
  const SbReading reading = trial_reading(trial, number);
  const SbStepResult *step = solved_step(trial->solved);
  const SbMeasure measure = sb_measure_of(expect_of(trial, number));
  const double scale = fabs(asked->factor);
  compare(trial, &(Comparison){.reference = reference_name(trial->reference),
                               .target = asked->target,
                               .value = asked->factor * reading.value,
                               .mesh_bar = scale * reading.mesh_bar,
                               .time_bar = scale * reading.time_bar,
                               .demanded = scale * sb_measure_tolerance(step->chain, step->u, &measure, reading.value),
                               .accurate = step->effort.accuracy_met});
}

void trial_run(Trial *trial) {
  fclose(trial->deck);
  fclose(trial->expects);
  trial->deck = trial->expects = NULL;
  char *text = NULL;
  size_t size = 0;
  FILE *whole = open_memstream(&text, &size);
  fprintf(whole, "%s%s%s", trial->deck_text, trial->count > 0 ? "expect:\n" : "", trial->expect_text);
  fclose(whole);
  if (trial->verification->dry) {
    free(text);
    return;
  }
  if (getenv("VERIFY_DECKS"))
    fprintf(stderr, "# %s\n%s---\n", reference_name(trial->reference), text);
  trial->solved = solve_deck(text);
  free(text);
  for (int i = 0; i < trial->count; i++) {
    if (trial->asks[i].target.tolerance > 0.0)
      compare_asked(trial, i);
  }
}

void trial_compare(const Trial *trial, Target target, double value) {
  reference_mark(trial->reference, &target);
  if (trial->verification->dry)
    return;
  compare(trial, &(Comparison){.reference = reference_name(trial->reference),
                               .target = target,
                               .value = value,
                               .mesh_bar = NAN,
                               .time_bar = NAN,
                               .demanded = NAN,
                               .accurate = solved_step(trial->solved)->effort.accuracy_met});
}

void trial_end(Trial *trial) {
  if (trial->solved)
    solved_end(&trial->solved);
  free(trial->deck_text);
  free(trial->expect_text);
}
