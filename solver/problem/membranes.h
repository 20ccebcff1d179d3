/* Membranes of a problem: resolved from the deck, and cross-checked. */
#ifndef SB_PROBLEM_MEMBRANES_H
#define SB_PROBLEM_MEMBRANES_H

#include "problem/problem.h"

/* The membrane of the domain's entry: its mechanisms, and which species they carry (partition of the region). */
void sb_membrane_resolve(SbProblem *problem, const SbMembraneDeck *deck, SbRegion *region);

/* The membrane around a region of a cable. */
SbMembrane *sb_sheath_resolve(SbProblem *problem, const SbSheathDeck *deck);

/* Whether any mechanism of a membrane moves a species. */
bool sb_membrane_carries(const SbMembrane *membrane, int species);

/* What needs the regions beside each membrane: which is the inside, and how the ions there share in charging it, from
   the fills, or the reservoirs where there is none. */
void sb_membranes_complete(SbProblem *problem);

/* More gates than a node has room for; currents of what has no charge. name: for messages. */
void sb_membrane_check_mechanisms(const SbProblem *problem, const SbMembrane *membrane, const SbList *mechanisms,
                                  const char *name, SbMark mark, SbDiagnostics *diagnostics);

/* What cannot be a well-posed membrane. */
void sb_membranes_check(const SbProblem *problem, SbDiagnostics *diagnostics);

#endif
