/* The initial composition of a region, species by species: a constant or a table over x from the region's left edge. */
#ifndef SB_MODEL_FILL_H
#define SB_MODEL_FILL_H

typedef struct {
  int count;             /* points of the table; 1: constant; 0: the species is absent */
  double *x;             /* [count] m, ascending; NULL for a constant */
  double *concentration; /* [count] mol/m3 */
} SbProfile;

/* Concentration (mol/m3) at x (m) from the region's left edge: linear between points, constant beyond the ends. */
double sb_profile_at(const SbProfile *profile, double x);

#endif
