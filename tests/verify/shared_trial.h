/* A trial: a deck written by code from a reference case, run, and its results compared with the expected numbers. What
   a comparison is for (the case's tolerance, the honesty of the error bar) is decided by who receives it. */
#ifndef SB_TESTS_VERIFY_SHARED_TRIAL_H
#define SB_TESTS_VERIFY_SHARED_TRIAL_H

#include <stdio.h>

#include "shared_reference.h"
#include "shared_run.h"

typedef struct {
  double potential; /* V */
  double current;   /* relative */
  double time;      /* relative */
} Accuracy;

/* What a deck that says nothing asks for. */
extern const Accuracy accuracy_default;

typedef struct {
  const char *reference; /* name of the case */
  Target target;
  double value;    /* computed, in the target's unit and sign */
  double mesh_bar; /* of the value; NAN: none */
  double time_bar; /* NAN: none */
  double demanded; /* error that the deck's accuracy allows; INFINITY or NAN: none */
  bool accurate;   /* the step says that its accuracy is met */
} Comparison;

typedef struct Verification Verification;
struct Verification {
  const Accuracy *accuracy; /* in place of what a case needs for its tolerances; NULL: as needed */
  bool dry; /* decks are written, nothing is run or compared: to learn which expected entries a case uses */
  void (*compare)(Verification *verification, const Comparison *comparison);
  void *context;
};

enum { TRIAL_ASKS = 128, TRIAL_SPECIES = 8 };

/* A number asked for. A target with a tolerance of 0 is not compared: the trial's owner makes something of the number.
 */
typedef struct {
  Target target;
  double factor; /* computed number to the target's */
} Ask;

typedef struct {
  Verification *verification;
  Reference *reference;
  FILE *deck, *expects; /* streams into the two texts */
  char *deck_text, *expect_text;
  size_t deck_size, expect_size;
  int species_count;
  const char *species[TRIAL_SPECIES];
  int charge[TRIAL_SPECIES];
  double diffusivity[TRIAL_SPECIES]; /* m2/s */
  int count;
  Ask asks[TRIAL_ASKS];
  Solved *solved;
} Trial;

/* Begins a deck with the case's temperature. */
void trial_begin(Trial *trial, Verification *verification, Reference *reference, Accuracy needed);

/* Species from the case's "species" (names[] where it has none), "z" and the given list of diffusivities (NULL: 1e-9
 * m2/s). */
void trial_species(Trial *trial, const char *const *names, const char *diffusivity_key);
/* Species from arrays. */
void trial_ions(Trial *trial, int count, const char *const *names, const double *charge, const double *diffusivity);

/* Adds to the deck. */
void trial_write(Trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds {NAME: c mol/m3, ...}; species at 0 are left out. */
void trial_composition(Trial *trial, const double *c);

/* Asks for a quantity with its selectors ("species: K, at: {x: 1e-9 m}"; "" for none); returns its number. */
int trial_ask(Trial *trial, SbQuantity quantity, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same, to be compared: factor times the computed number with the target. */
void trial_want(Trial *trial, Target target, double factor, SbQuantity quantity, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Runs, and compares all that is wanted. With VERIFY_DECKS set in the environment the deck is printed. */
void trial_run(Trial *trial);
/* The number asked for, with its bars. */
SbReading trial_reading(const Trial *trial, int ask);
double trial_value(const Trial *trial, int ask);
/* Compares a number made from what was asked for. */
void trial_compare(const Trial *trial, Target target, double value);

void trial_end(Trial *trial);

#endif
