/* How the deck writes one mechanism of a membrane: a name, and one of the membrane kinds. */
#ifndef SB_PHYSICS_MECHANISM_H
#define SB_PHYSICS_MECHANISM_H

#include "physics/physics.h"

typedef struct {
  const char *name;
  SbVariant kind; /* of sb_membrane_kinds */
} SbMechanismDeck;

extern const SbSchema sb_mechanism_schema;

#endif
