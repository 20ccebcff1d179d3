/* Inner part of the manual: all schemas below a root, in the order of first mention. */
#ifndef SB_DECK_MANUAL_PARTS_H
#define SB_DECK_MANUAL_PARTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "deck/schema.h"

typedef struct {
  const SbSchema *schema;
  const char *anchor; /* its name as a word of its own, for links */
  int depth;          /* 0: the root */
  bool variant;       /* chosen by its name as a key */
} SbManualPart;

typedef struct {
  SbArena *arena; /* the caller's */
  int count, room;
  SbManualPart *parts; /* [count] */
} SbManualParts;

/* Collects the schemas below root into arena. */
SbManualParts sb_manual_parts(SbArena *arena, const SbSchema *root);

/* The anchor of a collected schema. */
const char *sb_manual_anchor(const SbManualParts *parts, const SbSchema *schema);

/* Whether a field is a key of the map that holds a variant's choosing key. */
bool sb_manual_stands_beside(const SbField *field);

/* Whether a variant may be written as its bare name: nothing in it is required. */
bool sb_manual_may_be_bare(const SbSchema *variant);

#endif
