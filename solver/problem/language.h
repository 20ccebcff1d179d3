/* Parts of the deck language, put together in language.c. Each file of language_*.c owns the schemas of one part. */
#ifndef SB_PROBLEM_LANGUAGE_H
#define SB_PROBLEM_LANGUAGE_H

#include "problem/deck.h"

/* One species in full; its destination is an SbSpecies. */
extern const SbSchema sb_species_schema;
/* CUSTOM reader of the list of species; destination is .species_count of an SbDeck. Also tells the reader their names.
 */
bool sb_species_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination);
/* Its `locate`: `K+.diffusivity`. */
double *sb_species_locate(const SbField *field, void *destination, const char *path, SbLocation *location);

/* NULL-ended list of what the domain may hold. */
extern const SbSchema *const sb_domain_schemas[];

/* `membrane` of the domain. */
extern const SbSchema sb_membrane_schema;

/* `membrane` of a region of a cable: SbSheathDeck. */
extern const SbSchema sb_sheath_schema;

extern const SbSchema sb_terminals_schema;

/* `controls` of a step: SbControlsDeck, and the field that a step's struct holds it in. */
extern const SbSchema sb_controls_schema;
#define SB_CONTROLS_FIELD(place)                                                                                       \
  {                                                                                                                    \
    .key = "controls", .type = SB_TYPE_STRUCT, .offset = (place), .schema = &sb_controls_schema,                       \
    .doc = "How the terminals are driven from this step on, where that changes."                                       \
  }

/* Warns of controls under `terminals` that no step is under. */
void sb_controls_resolve(SbReader *reader, const SbDeck *deck);

/* An entry of `expect`: SbExpect. */
extern const SbSchema sb_expect_schema;

/* `sensitivity: {of: potential, to: all}`: SbSensitivityStep. */
extern const SbSchema sb_sensitivity_schema;

/* CUSTOM readers of a list of texts into an SbTextList, and of a map of texts into an SbTextMap. */
bool sb_text_list_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination);
bool sb_text_map_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination);

/* What can only be read when the whole deck is: the target, dimension and ends of sweeps; what expectations say about
   the protocol. Reports errors. */
void sb_steps_resolve(SbReader *reader, SbDeck *deck);
void sb_expect_resolve(SbReader *reader, SbDeck *deck, const SbNode *root);
void sb_sensitivity_resolve(SbReader *reader, SbDeck *deck, SbSensitivityStep *step);

/* Reports what `node` gives of the selectors although it is not among those `taken` (bits of quantities.h), and what is
   needed and not given. name: of the quantity; asked: bits of the selectors that are looked at. */
void sb_selectors_check(SbReader *reader, const SbNode *node, const char *name, unsigned taken, unsigned asked);

/* Position (m from the left end) of `x` as the deck gives it, from the axis or centre; says so where it lies outside of
   the domain (to the right only where no width is swept). */
double sb_place_resolve(SbReader *reader, const SbDeck *deck, const SbNode *x, double value);

/* What a node is, for messages: "a map", "a list" or "'text'" (in arena). */
const char *sb_node_words(SbArena *arena, const SbNode *node);

#endif
