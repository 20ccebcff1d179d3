/* Schema tables: what a part of the deck may hold and where it goes.

   A schema describes one C struct; a field of it one key: type, dimension, range, default, text for the manual, and its
   destination by offsetof. From these tables come the reader, the manual, the JSON Schema, the fuzzing dictionary and
   the addresses that a sweep varies. A kind (a terminal, a control, a waveform, a protocol step) owns its schema; this
   folder knows only how schemas work, not which there are.

   The value of a VARIANT is one of several schemas, chosen by the key that is present in the map:
     {reservoir: bath, impermeable: [Cl-], current: 0 A/m2}
   holds a terminal variant (`reservoir`) and a control variant (`current`). The field with an empty key ("") takes the
   value under the choosing key itself (`bath`); a field flagged SB_FIELD_BESIDE is a sibling of the choosing key
   (`impermeable`); all others are keys of the map under the choosing key (`wall: {surface_charge: ...}`). */
#ifndef SB_DECK_SCHEMA_H
#define SB_DECK_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/dimension.h"
#include "deck/diagnostics.h"
#include "deck/tree.h"

typedef struct SbSchema SbSchema;
typedef struct SbField SbField;
typedef struct SbReader SbReader;

typedef enum {
  SB_TYPE_QUANTITY,     /* double: `NUMBER UNIT` of .dimension; bare number where the dimension is NONE */
  SB_TYPE_INTEGER,      /* int: bare whole number */
  SB_TYPE_TEXT,         /* const char * */
  SB_TYPE_CHOICE,       /* int: index into .choices (NULL-ended words) */
  SB_TYPE_SPECIES,      /* int: index of a species of the deck */
  SB_TYPE_SPECIES_LIST, /* SbIndexList of species */
  SB_TYPE_SPECIES_MAP,  /* double *[species]: map from species to quantity; NAN where not given; NULL where the key is
                           absent */
  SB_TYPE_PER_SPECIES,  /* double *[species + 1]: as SPECIES_MAP, or one quantity for all species, which then stands in
                           every entry  and in the last one (NAN there where a map was given). Read it with
                           sb_per_species: a sweep over the  one quantity changes the last entry only */
  SB_TYPE_STRUCT, /* a struct of .schema, in place; an absent optional one has its fields' defaults, required ones unset
                   */
  SB_TYPE_LIST,   /* SbList of .schema */
  SB_TYPE_VARIANT, /* SbVariant of one of .variants; key "" : chosen among the keys of this map; with a key: the value
                      under the key is such a map, or (for a variant without required fields) its bare name */
  SB_TYPE_VARIANT_LIST, /* SbList of SbVariant: a list of maps or bare names, as above */
  SB_TYPE_WAVEFORM, /* SbVariant of one of .variants, or a plain quantity, read by the variant named "constant". Fields
                       of a waveform's schema with dimension SB_DIMENSION_NONE and flag SB_FIELD_PARENT_DIMENSION take
                       .dimension of this field (with SB_FIELD_PARENT_RATE its time derivative) */
  SB_TYPE_CUSTOM    /* .read does it; .grammar says in words what may stand there */
} SbFieldType;

enum {
  SB_FIELD_REQUIRED = 1,         /* absence is an error */
  SB_FIELD_BESIDE = 2,           /* stands beside the choosing key of a variant */
  SB_FIELD_PARENT_DIMENSION = 4, /* in waveforms */
  SB_FIELD_PARENT_RATE = 8,      /* in waveforms */
  SB_FIELD_NAMES =
      16, /* TEXT that names this entry (region, membrane, couple): unique in its list; sweeps address by it */
  SB_FIELD_EXACT = 32,      /* how to compute, or a stoichiometric number: nothing measured, nothing uncertain */
  SB_FIELD_COMPOSITION = 64 /* concentrations of one solution, whose charges belong together */
};

/* Legal interval of a number; all zero: any finite number. */
typedef struct {
  enum { SB_ANY, SB_POSITIVE, SB_NOT_NEGATIVE, SB_BETWEEN } rule;
  double low, high; /* BETWEEN: closed interval, SI */
} SbRange;

/* What a path leads to, and what is needed to follow it. */
typedef struct {
  int species_count;
  const char *const *species_names; /* [species_count] */
  SbDimension dimension;            /* found: of the number */
  SbRange range;                    /* found: what the deck allows it to be */
  int species;                      /* found: the species that the path ends with; -1: none */
  unsigned flags;                   /* found: of the field that holds the number */
  const char *reason;               /* not found: why (static text) */
} SbLocation;

struct SbField {
  const char *key;
  SbFieldType type;
  size_t offset;         /* destination in the schema's struct */
  SbDimension dimension; /* QUANTITY, SPECIES_MAP, PER_SPECIES, WAVEFORM */
  SbRange range;
  unsigned flags;
  const char *default_text;        /* read as if written in the deck (YAML); NULL: unset (NAN, -1, NULL, empty) */
  const char *doc;                 /* one or two sentences for the manual */
  const SbSchema *schema;          /* STRUCT, LIST */
  const SbSchema *const *variants; /* VARIANT, VARIANT_LIST, WAVEFORM: NULL-ended */
  const char *const *choices;      /* CHOICE: NULL-ended */
  bool (*read)(SbReader *reader, const SbField *field, const SbNode *node,
               void *destination); /* CUSTOM; false: an error was reported */
  const char *grammar;             /* CUSTOM */
  /* CUSTOM, may be NULL: place of the number at `path` (what follows this field's key; may be empty) in destination;
     sets location's dimension, or returns NULL with its reason set. */
  double *(*locate)(const SbField *field, void *destination, const char *path, SbLocation *location);
};

struct SbSchema {
  const char *name;      /* the choosing key, or what the struct is called in messages */
  const char *doc;       /* a paragraph for the manual */
  const char *reference; /* paper or book with equation number, or NULL */
  const char *example;   /* a deck fragment that uses it, or NULL */
  size_t size;           /* of the struct */
  const SbField *fields; /* ended by a field with key NULL */
  /* Cross-checks within the struct; may be NULL. node: the map of the struct (for a variant the value under its key).
     Not called where the struct is absent or has errors already. */
  void (*check)(SbReader *reader, void *params, const SbNode *node);
};

typedef struct {
  const SbSchema *schema; /* which variant; NULL: none given */
  int index;              /* its place in the field's list of variants; -1: none given */
  void *params;           /* a struct of schema */
  SbMark mark;
} SbVariant;

typedef struct {
  int count;
  void *items;   /* [count] structs of the field's schema, or SbVariants */
  SbMark *marks; /* [count] */
} SbList;

typedef struct {
  int count;
  int *index; /* [count] */
} SbIndexList;

/* What a reading needs to know. Species names are known before anything that refers to them is read (the deck's root
   calls sb_reader_set_species after its species list). */
SbReader *sb_reader_create(SbArena *arena, SbDiagnostics *diagnostics);
void sb_reader_destroy(SbReader **reader);
void sb_reader_set_species(SbReader *reader, int count, const char *const *names);
SbArena *sb_reader_arena(SbReader *reader);
SbDiagnostics *sb_reader_diagnostics(SbReader *reader);
int sb_reader_species_count(const SbReader *reader);
/* Index of a species, or -1 after reporting an error at node. */
int sb_reader_species(SbReader *reader, const SbNode *node);

/* Dimension that the field's numbers have here: its own, or in a waveform the parent's (or its rate). For CUSTOM
 * readers. */
SbDimension sb_reader_dimension(const SbReader *reader, const SbField *field);
/* Sets the word that messages use for the value being read (at first the field's key) and returns the former one, to be
   set back. For CUSTOM readers of compound values. */
const char *sb_reader_label(SbReader *reader, const char *label);

/* Reads a map into params (zeroed memory of schema->size), by schema; unknown, duplicate and missing keys, wrong types,
   units and ranges are reported and reading goes on. Returns whether this part is free of errors. */
bool sb_schema_read(SbReader *reader, const SbSchema *schema, const SbNode *map, void *params);

/* Reads one quantity from a scalar; false after reporting an error. For CUSTOM readers. */
bool sb_read_quantity(SbReader *reader, const SbNode *node, SbDimension dimension, SbRange range, double *value);

/* Reads the value of one field into its destination as the reader does (not offset). For CUSTOM readers that hold
   entries of an ordinary type. */
bool sb_field_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination);

/* What a field takes, in a few words for messages and the manual: "a length, e.g. 10 nm", "one of planar, spherical".
 */
const char *sb_field_expectation(SbArena *arena, const SbField *field);

/* Value for one species of what SPECIES_MAP or PER_SPECIES read: values[species], or the one quantity given for all.
   NAN where not given (values NULL too). */
double sb_per_species(const double *values, int species_count, int species);

/* Place of the number at `path` in a struct that was read by schema; NULL with location->reason where there is none.
   The caller sets the species of the location; dimension and range of the number are stored. Used by sweeps and
   sensitivities. A path is keys joined by dots; an entry of a list is addressed by its name (the field flagged
   SB_FIELD_NAMES), and the list by its key or the plural of the entry's schema: `regions.membrane.width`,
   `electrode.couples.iron.exchange_current`. A variant is addressed by its choosing key; a waveform's constant by the
   path of the waveform. */
double *sb_schema_locate(const SbSchema *schema, void *params, const char *path, SbLocation *location);

/* A copy in `arena` of a struct that was read by schema, with copies of all numbers that sb_schema_locate finds in
   SPECIES_MAPs, structs, variants and lists; what CUSTOM fields point to is shared. NULL of NULL. */
void *sb_schema_copy(SbArena *arena, const SbSchema *schema, int species_count, const void *params);

/* Receives a number: its path, for one call, its place and what sb_schema_locate says of it. */
typedef void SbVisitNumber(const char *path, double *number, const SbLocation *location, void *context);

/* Visits every number that the struct holds and sb_schema_locate finds, in the order of the tables; what stands under
   SB_FIELD_EXACT is left out. names: species as above. */
void sb_schema_visit(const SbSchema *schema, void *params, const SbLocation *names, SbVisitNumber *visit,
                     void *context);

/* For `locate` of CUSTOM fields: the species whose name begins *path (the longest that fits); *path moves behind it and
   its dot. -1 with location->reason set where there is none. */
int sb_locate_species(const char **path, SbLocation *location);

#endif
