#include "base/dimension.h"

static const struct {
  const char *unit, *example, *phrase;
} dimensions[SB_DIMENSION_COUNT] = {
#define SB_DIMENSION_ENTRY(name, unit, example, phrase) {unit, example, phrase},
    SB_DIMENSION_LIST(SB_DIMENSION_ENTRY)
#undef SB_DIMENSION_ENTRY
};

const char *sb_dimension_unit(SbDimension dimension) {
  return dimensions[dimension].unit;
}

const char *sb_dimension_example(SbDimension dimension) {
  return dimensions[dimension].example;
}

const char *sb_dimension_phrase(SbDimension dimension) {
  return dimensions[dimension].phrase;
}

SbDimension sb_dimension_rate(SbDimension dimension) {
  static const SbDimension rates[SB_DIMENSION_COUNT] = {
      [SB_DIMENSION_NONE] = SB_DIMENSION_FREQUENCY,
      [SB_DIMENSION_LENGTH] = SB_DIMENSION_VELOCITY,
      [SB_DIMENSION_POTENTIAL] = SB_DIMENSION_POTENTIAL_RATE,
      [SB_DIMENSION_CURRENT_DENSITY] = SB_DIMENSION_CURRENT_DENSITY_RATE,
      [SB_DIMENSION_CHARGE_DENSITY] = SB_DIMENSION_CURRENT_DENSITY,
  };
  return rates[dimension];
}
