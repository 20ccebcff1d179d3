/* Physical constants, CODATA 2018 (exact where the SI makes them so). They are written here once and nowhere else. */
#ifndef SB_BASE_CONSTANTS_H
#define SB_BASE_CONSTANTS_H

#define SB_FARADAY             96485.33212      /* C/mol */
#define SB_GAS_CONSTANT        8.314462618      /* J/mol/K */
#define SB_VACUUM_PERMITTIVITY 8.8541878128e-12 /* F/m */
#define SB_ZERO_CELSIUS        273.15           /* K */

#endif
