/* Values with a unit that suits their size. */
#include <math.h>
#include <stdio.h>

#include "base/units.h"

typedef struct {
  const char *unit;
  double size; /* in the SI unit */
} Step;

/* From small to large, ended by a NULL unit; a dimension without a row is printed in its SI unit. */
enum { MOST_STEPS = 9 };
static const Step ladders[SB_DIMENSION_COUNT][MOST_STEPS] = {
    [SB_DIMENSION_LENGTH] = {{"nm", 1e-9}, {"um", 1e-6}, {"mm", 1e-3}, {"m", 1}},
    [SB_DIMENSION_TIME] = {{"ps", 1e-12}, {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}},
    [SB_DIMENSION_CONCENTRATION] = {{"nmol/L", 1e-6}, {"umol/L", 1e-3}, {"mmol/L", 1}, {"mol/L", 1e3}},
    [SB_DIMENSION_POTENTIAL] = {{"nV", 1e-9}, {"uV", 1e-6}, {"mV", 1e-3}, {"V", 1}},
    [SB_DIMENSION_ELECTRIC_FIELD] = {{"V/m", 1}, {"kV/m", 1e3}, {"MV/m", 1e6}, {"GV/m", 1e9}},
    [SB_DIMENSION_CURRENT_DENSITY] =
        {{"nA/m2", 1e-9}, {"uA/m2", 1e-6}, {"mA/m2", 1e-3}, {"A/m2", 1}, {"kA/m2", 1e3}, {"MA/m2", 1e6}},
    [SB_DIMENSION_POWER] = {{"nW/m2", 1e-9}, {"uW/m2", 1e-6}, {"mW/m2", 1e-3}, {"W/m2", 1}, {"kW/m2", 1e3}},
    [SB_DIMENSION_RESISTANCE] =
        {{"uohm cm2", 1e-10}, {"mohm cm2", 1e-7}, {"ohm cm2", 1e-4}, {"kohm cm2", 1e-1}, {"Mohm cm2", 1e2}},
    [SB_DIMENSION_FREQUENCY] = {{"uHz", 1e-6}, {"mHz", 1e-3}, {"Hz", 1}, {"kHz", 1e3}, {"MHz", 1e6}, {"GHz", 1e9}},
};

void sb_units_print(char *buffer, size_t size, double value, SbDimension dimension, int digits) {
  Step best = {sb_dimension_unit(dimension), 1};
  if (dimension == SB_DIMENSION_NONE) {
    snprintf(buffer, size, "%.*g", digits, value);
    return;
  }
  /* A value that rounds up to the next step belongs there: 999.9999 mV with four digits is 1 V. */
  double magnitude = fabs(value) * (1 + 0.5 * pow(10, -digits));
  const Step *ladder = ladders[dimension];
  if (ladder[0].unit != NULL && isfinite(value) && value != 0) {
    best = ladder[0];
    for (const Step *step = ladder; step->unit != NULL && magnitude >= step->size; step++) {
      best = *step;
    }
  }
  snprintf(buffer, size, "%.*g %s", digits, value / best.size, best.unit);
}
