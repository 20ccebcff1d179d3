/* The deck as the program understood it: all defaults filled in, values in SI units, as JSON. */
#ifndef SB_OUTPUT_ARCHIVE_RESOLVED_H
#define SB_OUTPUT_ARCHIVE_RESOLVED_H

#include "problem/problem.h"

/* JSON text, to be freed by the caller: "deck" follows the schemas of the language, "regions" and "reservoirs" hold
   what the problem derived from it. What is not set is null. */
char *sb_resolved_deck(const SbProblem *problem);

#endif
