/* The physical dimensions that a deck may ask for: each with its SI unit as UDUNITS-2 spells it, and an example of how a
   deck writes it. Values inside the program are always in the SI unit. */
#ifndef SB_BASE_DIMENSION_H
#define SB_BASE_DIMENSION_H

#define SB_DIMENSION_LIST(X)                                                                                           \
  X(NONE, "1", "0.5")                                                                                                  \
  X(LENGTH, "m", "10 nm")                                                                                              \
  X(TIME, "s", "1 ms")                                                                                                 \
  X(TEMPERATURE, "K", "25 degC")                                                                                       \
  X(CONCENTRATION, "mol/m3", "100 mmol/L")                                                                             \
  X(DIFFUSIVITY, "m2/s", "2.032e-9 m2/s")                                                                              \
  X(POTENTIAL, "V", "-20 mV")                                                                                          \
  X(ELECTRIC_FIELD, "V/m", "1 MV/m")                                                                                   \
  X(CURRENT_DENSITY, "A/m2", "10 A/m2")                                                                                \
  X(CHARGE_DENSITY, "C/m2", "0.01 C/m2")                                                                               \
  X(CAPACITANCE, "F/m2", "20 uF/cm2")                                                                                  \
  X(RESISTANCE, "ohm m2", "1 ohm cm2")                                                                                 \
  X(CONDUCTANCE, "S/m2", "0.3 mS/cm2")                                                                                 \
  X(VELOCITY, "m/s", "4e-9 m/s")                                                                                       \
  X(FLUX, "mol/m2/s", "1e-8 mol/m2/s")                                                                                 \
  X(FREQUENCY, "Hz", "1 kHz")                                                                                          \
  X(POTENTIAL_RATE, "V/s", "10 mV/s")                                                                                  \
  X(CURRENT_DENSITY_RATE, "A/m2/s", "1 A/m2/s")                                                                        \
  X(ENTROPY_RATE, "W/m2/K", "1 W/m2/K")

typedef enum {
#define SB_DIMENSION_ENUM(name, unit, example) SB_DIMENSION_##name,
  SB_DIMENSION_LIST(SB_DIMENSION_ENUM)
#undef SB_DIMENSION_ENUM
      SB_DIMENSION_COUNT
} SbDimension;

/* SI unit of a dimension, e.g. "mol/m3"; and how a deck would write a value of it, e.g. "100 mmol/L". */
const char *sb_dimension_unit(SbDimension dimension);
const char *sb_dimension_example(SbDimension dimension);

/* The dimension of a time derivative: POTENTIAL -> POTENTIAL_RATE; NONE where there is no such entry. */
SbDimension sb_dimension_rate(SbDimension dimension);

#endif
