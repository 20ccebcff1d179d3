/* What the closed forms ask about a cell, answered from the resolved problem alone. */
#ifndef SB_CLOSED_FORMS_CELL_H
#define SB_CLOSED_FORMS_CELL_H

#include <stdbool.h>

#include "problem/problem.h"

/* The ions that concern a formula, with their properties in one region. */
typedef struct {
  int count;
  int charge[SB_MAX_SPECIES];
  double diffusivity[SB_MAX_SPECIES]; /* m2/s, there */
  double partition[SB_MAX_SPECIES];   /* there */
  double left[SB_MAX_SPECIES];        /* mol/m3, left reservoir */
  double right[SB_MAX_SPECIES];       /* mol/m3, right reservoir */
} SbIons;

/* Whether there is a reservoir at each end (and a potential in the solution at all), and no thin membrane between
   them. */
bool sb_cell_between_reservoirs(const SbProblem *problem);

/* Whether the species can come from the reservoir at that end to the region. */
bool sb_cell_reaches(const SbProblem *problem, SbSide side, int species, int region);

/* Whether the species is charged and passes from end to end: it crosses both, and no region excludes it. */
bool sb_cell_passes(const SbProblem *problem, int species);

/* The ions that pass, as they are in the region. */
void sb_cell_passing_ions(const SbProblem *problem, int region, SbIons *ions);

/* Whether every ion passes and feels the same in all regions and in the reservoirs (no fixed charge, partition 1, the
   same ratios of diffusivities in all regions): one solution between two compositions. */
bool sb_cell_is_junction(const SbProblem *problem);

/* The only region that holds charge which cannot leave it: fixed charge, and ions confined to the region at the
   constant concentration of its fill. Stores that charge, mol/m3 of elementary charges. -1 where no region or several
   hold some, or where confined ions spread over more than one region or follow a profile. */
int sb_cell_charged_region(const SbProblem *problem, double *charge);

/* Whether no membrane has a mechanism that may drive ions against their gradients: a rate of its own, or a reversal
   potential that does not follow the concentrations. Never of a cable, whose outside is no part of the chain. */
bool sb_cell_membranes_rest(const SbProblem *problem);

/* Whether a species can leave what lies on one side of a membrane (its region) by that membrane alone: no other
   membrane, reservoir or couple lets it out or makes it. */
bool sb_cell_encloses(const SbProblem *problem, int membrane, SbSide side, int species);

/* The only electrode with couples, facing a reservoir (SB_LEFT or SB_RIGHT); -1: there is none. */
int sb_cell_electrode(const SbProblem *problem);

/* Whether the terminal is held at a constant potential; stores it, V. */
bool sb_cell_held_potential(const SbProblem *problem, SbSide side, double *potential);

#endif
