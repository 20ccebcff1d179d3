/* Text to SI values through UDUNITS-2. M, mM, uM, nM are mapped to mol/L; degC is converted with its offset; the
   dimension is always checked. The unit database is loaded at the first use of a unit that is not among the common
   ones; where it is missing, that ends the program as an internal error. */
#ifndef SB_BASE_UNITS_H
#define SB_BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/dimension.h"

typedef enum {
  SB_UNITS_OK,
  SB_UNITS_NO_NUMBER,       /* the text does not start with a number */
  SB_UNITS_NO_UNIT,         /* a number without unit where one is needed */
  SB_UNITS_UNKNOWN_UNIT,    /* UDUNITS-2 does not know it */
  SB_UNITS_WRONG_DIMENSION, /* a unit, but of another dimension */
  SB_UNITS_UNEXPECTED_UNIT, /* a unit where a bare number is wanted */
  SB_UNITS_NOT_FINITE       /* overflow, inf or nan */
} SbUnitsResult;

/* Reads `NUMBER UNIT` (or a bare NUMBER for SB_DIMENSION_NONE; `NUMBER %` is accepted there too and divided by 100).
   text: the deck's scalar; value: receives the SI value; unit_offset: receives the place of the unit inside text, for
   the caret of a message (may be NULL). */
SbUnitsResult sb_units_read(const char *text, SbDimension dimension, double *value, size_t *unit_offset);

/* The dimension of a unit: "mV" -> POTENTIAL. False where the unit is unknown or of none of the dimensions here. */
bool sb_units_dimension(const char *unit, SbDimension *dimension);

/* Factor that takes a value from the SI unit to `unit` (e.g. "mV"); 0 if unit is unknown or of another dimension. */
double sb_units_factor(SbDimension dimension, const char *unit);

/* Writes value (SI) with a unit that suits its size, e.g. 0.0379613 -> "37.9613 mV"; digits: significant digits. What
   it writes can be read back. */
void sb_units_print(char *buffer, size_t size, double value, SbDimension dimension, int digits);

/* Releases the unit database. Safe to call when nothing was read. */
void sb_units_finalize(void);

#endif
