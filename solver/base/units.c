/* UDUNITS-2 knows the units; this file guards its door. Number and unit are split here, since UDUNITS-2 reads `25 degC`
   in one string as 25 K. A unit may hold no numbers but exponents, so that `5 3 nm` or `degC @ 10` are not units.
   UDUNITS-2 calls a unit convertible to its reciprocal (Hz and s), so the quotient must have no dimension as well.
   Conversions are kept, since a large deck repeats few units many times; those of common units are known beforehand, so
   that most runs never open the database. */
#include "base/units.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udunits2.h>

#include "base/status.h"

enum { LONGEST_UNIT = 48, LONGEST_NUMBER = 64, KEPT = 64 };

/* SI value = number * scale + offset, or number / scale + offset, whichever holds exactly representable figures. */
typedef struct {
  char unit[LONGEST_UNIT];
  SbDimension dimension;
  SbUnitsResult result;
  bool divides;
  double scale, offset;
} Conversion;

static const Conversion common[] = {
#define SB_UNIT(of, name, operation, scale, offset)                                                                    \
  {name, SB_DIMENSION_##of, SB_UNITS_OK, #operation[0] == '/', scale, offset},
#include "base/units_common.def"
#undef SB_UNIT
};

static ut_system *database;
static Conversion kept[KEPT];

static ut_system *system_of_units(void) {
  if (database != NULL) {
    return database;
  }
  ut_set_error_message_handler(ut_ignore);
  database = ut_read_xml(NULL);
  if (database == NULL) {
    fputs("saltbridge: the unit database of UDUNITS-2 cannot be read; is udunits2.xml installed, and does "
          "UDUNITS2_XML_PATH, if set, name it?\n",
          stderr);
    exit(SB_INTERNAL);
  }
  ut_unit *molar = ut_parse(database, "mol/L", UT_ASCII);
  ut_map_symbol_to_unit("M", UT_ASCII, molar);
  ut_map_symbol_to_unit("M", UT_UTF8, molar);
  ut_free(molar);
  return database;
}

void sb_units_finalize(void) {
  if (database != NULL) {
    ut_free_system(database);
    database = NULL;
    memset(kept, 0, sizeof kept);
  }
}

/* Length of the number at the start of text; 0: none. Neither hexadecimal nor "inf" nor "nan" are numbers here. */
static size_t number_length(const char *text) {
  size_t i = text[0] == '+' || text[0] == '-' ? 1 : 0;
  size_t digits = strspn(text + i, "0123456789");
  i += digits;
  if (text[i] == '.') {
    size_t decimals = strspn(text + i + 1, "0123456789");
    digits += decimals;
    i += 1 + decimals;
  }
  if (digits == 0) {
    return 0;
  }
  if (text[i] == 'e' || text[i] == 'E') {
    size_t sign = text[i + 1] == '+' || text[i + 1] == '-' ? 1 : 0;
    size_t exponent = strspn(text + i + 1 + sign, "0123456789");
    i += exponent > 0 ? 1 + sign + exponent : 0;
  }
  return i;
}

/* Whether every number in a unit is an exponent (`cm2`, `m-3`, `s^-1`) and no offset is in it. */
static bool is_plain_unit(const char *unit) {
  for (const char *c = unit; *c != '\0'; c++) {
    if (strchr("@:'\"_+", *c) != NULL) {
      return false;
    }
    if (isdigit((unsigned char)*c)) {
      const char *before = c;
      while (before > unit && isdigit((unsigned char)before[-1])) {
        before--;
      }
      while (before > unit && strchr("^-", before[-1]) != NULL) {
        before--;
      }
      bool follows_unit = before > unit && (isalpha((unsigned char)before[-1]) || (unsigned char)before[-1] >= 0x80 ||
                                            before[-1] == ')');
      if (!follows_unit) {
        return false;
      }
    }
  }
  return true;
}

static ut_unit *parse_unit(const char *unit) {
  char padded[LONGEST_UNIT + 1];
  if (!is_plain_unit(unit) || strlen(unit) >= LONGEST_UNIT) {
    return NULL;
  }
  snprintf(padded, sizeof padded, "%s%.*s", unit[0] == '/' ? "1" : "", LONGEST_UNIT - 1, unit);
  return ut_parse(system_of_units(), padded, UT_UTF8);
}

static bool same_dimension(const ut_unit *a, const ut_unit *b) {
  ut_unit *quotient = ut_divide(a, b);
  bool same = quotient != NULL && ut_is_dimensionless(quotient) && ut_are_convertible(a, b);
  ut_free(quotient);
  return same;
}

/* Removes the rounding noise of UDUNITS-2's own products (a litre as 1.0000000000000002e-3 m3): a figure within four
   units in the last place of one of twelve digits is that figure. */
static double without_noise(double x) {
  char digits[32];
  snprintf(digits, sizeof digits, "%.12g", x);
  double clean = strtod(digits, NULL);
  return fabs(clean - x) <= 4 * 2.3e-16 * fabs(x) ? clean : x;
}

static void find_conversion(Conversion *conversion) {
  ut_unit *from = parse_unit(conversion->unit);
  ut_unit *to = ut_parse(system_of_units(), sb_dimension_unit(conversion->dimension), UT_ASCII);
  if (from == NULL) {
    conversion->result = SB_UNITS_UNKNOWN_UNIT;
  } else if (!same_dimension(from, to)) {
    conversion->result = SB_UNITS_WRONG_DIMENSION;
  } else {
    cv_converter *converter = ut_get_converter(from, to);
    conversion->result = SB_UNITS_OK;
    conversion->offset = without_noise(cv_convert_double(converter, 0));
    double scale = without_noise(cv_convert_double(converter, 1) - cv_convert_double(converter, 0));
    double inverse = without_noise(1 / scale);
    conversion->divides = scale < 1 && inverse == floor(inverse);
    conversion->scale = conversion->divides ? inverse : scale;
    cv_free(converter);
  }
  ut_free(from);
  ut_free(to);
}

static bool converts(const Conversion *conversion, const char *unit, SbDimension dimension) {
  return conversion->dimension == dimension && strcmp(conversion->unit, unit) == 0;
}

static const Conversion *conversion_of(const char *unit, SbDimension dimension) {
  static const Conversion too_long = {.result = SB_UNITS_UNKNOWN_UNIT};
  for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
    if (converts(&common[i], unit, dimension)) {
      return &common[i];
    }
  }
  if (strlen(unit) >= LONGEST_UNIT) {
    return &too_long;
  }
  unsigned hash = (unsigned)dimension;
  for (const char *c = unit; *c != '\0'; c++) {
    hash = 31 * hash + (unsigned char)*c;
  }
  Conversion *slot = &kept[hash % KEPT];
  if (slot->unit[0] == '\0' || !converts(slot, unit, dimension)) {
    *slot = (Conversion){.dimension = dimension};
    memcpy(slot->unit, unit, strlen(unit) + 1);
    find_conversion(slot);
  }
  return slot;
}

static SbUnitsResult read_bare(double number, const char *unit, double *value) {
  if (strcmp(unit, "%") == 0) {
    *value = number / 100;
    return SB_UNITS_OK;
  }
  *value = number;
  return unit[0] == '\0' ? SB_UNITS_OK : SB_UNITS_UNEXPECTED_UNIT;
}

SbUnitsResult sb_units_read(const char *text, SbDimension dimension, double *value, size_t *unit_offset) {
  char digits[LONGEST_NUMBER];
  size_t length = number_length(text), place = length + strspn(text + length, " \t");
  if (unit_offset != NULL) {
    *unit_offset = length == 0 ? 0 : place;
  }
  if (length == 0) {
    return SB_UNITS_NO_NUMBER;
  }
  if (length >= sizeof digits) {
    return SB_UNITS_NOT_FINITE;
  }
  memcpy(digits, text, length);
  digits[length] = '\0';
  double number = strtod(digits, NULL);
  const char *unit = text + place;
  SbUnitsResult result = SB_UNITS_OK;
  if (dimension == SB_DIMENSION_NONE) {
    result = read_bare(number, unit, value);
  } else if (unit[0] == '\0') {
    result = SB_UNITS_NO_UNIT;
  } else {
    const Conversion *conversion = conversion_of(unit, dimension);
    result = conversion->result;
    if (result == SB_UNITS_OK) {
      *value = (conversion->divides ? number / conversion->scale : number * conversion->scale) + conversion->offset;
    }
  }
  return result == SB_UNITS_OK && !isfinite(*value) ? SB_UNITS_NOT_FINITE : result;
}

bool sb_units_dimension(const char *unit, SbDimension *dimension) {
  for (int i = SB_DIMENSION_NONE + 1; i < SB_DIMENSION_COUNT; i++) {
    if (conversion_of(unit, (SbDimension)i)->result == SB_UNITS_OK) {
      *dimension = (SbDimension)i;
      return true;
    }
  }
  return false;
}

double sb_units_factor(SbDimension dimension, const char *unit) {
  if (unit[0] == '\0') {
    return 0;
  }
  if (dimension == SB_DIMENSION_NONE) { /* a bare number: no unit of an angle either */
    return strcmp(unit, "%") == 0 ? 100 : 0;
  }
  const Conversion *conversion = conversion_of(unit, dimension);
  if (conversion->result != SB_UNITS_OK) {
    return 0;
  }
  return conversion->divides ? conversion->scale : 1 / conversion->scale;
}
