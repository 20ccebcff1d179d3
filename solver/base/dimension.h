/* The physical dimensions that a deck may ask for: each with its SI unit as UDUNITS-2 spells it, an example of how a
   deck writes it, and what a message calls it. Values inside the program are always in the SI unit. */
#ifndef SB_BASE_DIMENSION_H
#define SB_BASE_DIMENSION_H

#define SB_DIMENSION_LIST(X)                                                                                           \
  X(NONE, "1", "0.5", "a bare number")                                                                                 \
  X(LENGTH, "m", "10 nm", "a length")                                                                                  \
  X(TIME, "s", "1 ms", "a time")                                                                                       \
  X(TEMPERATURE, "K", "25 degC", "a temperature")                                                                      \
  X(CONCENTRATION, "mol/m3", "100 mmol/L", "a concentration")                                                          \
  X(DIFFUSIVITY, "m2/s", "2.032e-9 m2/s", "a diffusivity")                                                             \
  X(POTENTIAL, "V", "-20 mV", "a potential")                                                                           \
  X(ELECTRIC_FIELD, "V/m", "1 MV/m", "an electric field")                                                              \
  X(CURRENT_DENSITY, "A/m2", "10 A/m2", "a current density")                                                           \
  X(CHARGE_DENSITY, "C/m2", "0.01 C/m2", "a surface charge density")                                                   \
  X(CAPACITANCE, "F/m2", "20 uF/cm2", "a capacitance per area")                                                        \
  X(RESISTANCE, "ohm m2", "1 ohm cm2", "a resistance times area")                                                      \
  X(CONDUCTANCE, "S/m2", "0.3 mS/cm2", "a conductance per area")                                                       \
  X(VELOCITY, "m/s", "4e-9 m/s", "a velocity")                                                                         \
  X(FLUX, "mol/m2/s", "1e-8 mol/m2/s", "a flux")                                                                       \
  X(FREQUENCY, "Hz", "1 kHz", "a frequency")                                                                           \
  X(POTENTIAL_RATE, "V/s", "10 mV/s", "a rate of potential")                                                           \
  X(CURRENT_DENSITY_RATE, "A/m2/s", "1 A/m2/s", "a rate of current density")                                           \
  X(ENTROPY_RATE, "W/m2/K", "1 W/m2/K", "an entropy production")                                                       \
  X(MOLAR_MASS, "kg/mol", "65.38 g/mol", "a molar mass")                                                               \
  X(DENSITY, "kg/m3", "7.14 g/cm3", "a density")                                                                       \
  X(MOLAR_ENERGY, "J/mol", "50 kJ/mol", "an energy per mole")                                                          \
  X(POWER, "W/m2", "1 mW/m2", "a power per area")                                                                      \
  X(ANGLE, "degree", "-45 degree", "an angle")

typedef enum {
#define SB_DIMENSION_ENUM(name, unit, example, phrase) SB_DIMENSION_##name,
  SB_DIMENSION_LIST(SB_DIMENSION_ENUM)
#undef SB_DIMENSION_ENUM
      SB_DIMENSION_COUNT
} SbDimension;

/* SI unit of a dimension, e.g. "mol/m3"; and how a deck would write a value of it, e.g. "100 mmol/L". */
const char *sb_dimension_unit(SbDimension dimension);
const char *sb_dimension_example(SbDimension dimension);

/* What a message calls a value of the dimension, with its article: "a length". */
const char *sb_dimension_phrase(SbDimension dimension);

/* The dimension of a time derivative: POTENTIAL -> POTENTIAL_RATE; NONE where there is no such entry. */
SbDimension sb_dimension_rate(SbDimension dimension);

#endif
