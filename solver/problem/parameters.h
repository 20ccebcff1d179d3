/* The numbers of a deck that its answer depends on: what a sensitivity is towards. Settings of the program (accuracy,
   mesh, protocol) and stoichiometric numbers are none.

   A concentration of a charged species does not move alone: with it move all ions of the other sign in the same
   composition, in proportion, so that the composition stays as electroneutral as it was. That is what a salt weighed
   in wrongly does. Only in a supported field, where the support sees to it, an ion moves alone. */
#ifndef SB_PROBLEM_PARAMETERS_H
#define SB_PROBLEM_PARAMETERS_H

#include "physics/physics.h"
#include "problem/deck.h"

/* By how much a parameter is said to change: a share of its value, or where the zero of its scale means nothing (a
   potential; a temperature's is far away) a fixed amount. */
typedef struct {
  SbDimension dimension;
  bool relative;
  double size; /* SI, or share */
  const char *words;
} SbParameterStep;

struct SbParameter {
  const char *path; /* as a sweep would write it */
  double *place;    /* in the deck */
  SbDimension dimension;
  const SbParameterStep *step;
  bool tabled; /* the deck leaves it to the table of ions */
  int counter_count;
  double **counters; /* [counter_count] places in the deck of the concentrations that move along */
  double share;      /* relative change of theirs per relative change of its own */
};

/* All parameters of a deck, in the order of the language, in the deck's arena; what is 0 has no per cent and is left
   out. */
SbParameter *sb_parameters_create(SbDeck *deck, int *count);

/* Whether `to` is "all", the parameter's path, or the path of a part of the deck that it stands in. */
bool sb_parameter_is_in(const SbParameter *parameter, const char *to);

enum { SB_PARAMETER_NUMBERS = 1 + SB_MAX_SPECIES };

/* Moves a parameter in the deck by so many of its steps; kept: receives what sb_parameter_restore puts back. */
void sb_parameter_move(const SbParameter *parameter, double steps, double kept[SB_PARAMETER_NUMBERS]);
void sb_parameter_restore(const SbParameter *parameter, const double kept[SB_PARAMETER_NUMBERS]);

#endif
