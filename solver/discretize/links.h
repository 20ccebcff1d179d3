/* Local evaluations on links: fluxes, displacement and their derivatives. The one place where a state meets the bulk
   physics; assembly, currents, charges and ledgers all read from it, so that they cannot disagree. */
#ifndef SB_DISCRETIZE_LINKS_H
#define SB_DISCRETIZE_LINKS_H

#include "discretize/chain.h"

enum { SB_TILE = 128 }; /* links evaluated at once; a tile of all arrays fits the first-level cache */

/* Values on up to SB_TILE + 1 neighbouring links; species-major so that a span has unit stride. */
typedef struct {
  int first, count;
  double time;                              /* s */
  double left[SB_MAX_SPECIES][SB_TILE + 1]; /* concentrations at the links' ends, on their faces, mol/m3 */
  double right[SB_MAX_SPECIES][SB_TILE + 1];
  double drift[SB_MAX_SPECIES][SB_TILE + 1]; /* u */
  double flux[SB_MAX_SPECIES][SB_TILE + 1];  /* mol/m2/s at the link */
  double d_left[SB_MAX_SPECIES][SB_TILE + 1];
  double d_right[SB_MAX_SPECIES][SB_TILE + 1];
  double d_drift[SB_MAX_SPECIES][SB_TILE + 1];
  double step[SB_TILE + 1];     /* potential, right face minus left face, V */
  double capacity[SB_TILE + 1]; /* eps/h, F/m2; 0 without displacement */
} SbLinks;

/* Evaluates links first .. first+count-1 (count <= SB_TILE + 1) of state u at a time (s; what drives membranes may
   depend on it). A species excluded from a link's region has
   zero flux there. derivatives: whether the d_ arrays are wanted. */
void sb_links_eval(const SbChain *chain, const double *u, double time, int first, int count, bool derivatives,
                   SbLinks *links);

/* Sum of z F J over the species on one link of an evaluated range, A/m2 at that link. */
double sb_links_ionic_current(const SbChain *chain, const SbLinks *links, int link);

/* Rounding noise of that sum, for links evaluated with derivatives: eps F sum |z| (k D/h)(B(u) c_L + B(-u) c_R). */
double sb_links_noise(const SbChain *chain, const SbLinks *links, int link);

/* Displacement -eps dphi/dx on one link, C/m2. */
double sb_links_displacement(const SbLinks *links, int link);

#endif
