/* The ledger of a state: what must balance, and what must not be negative. */
#ifndef SB_DISCRETIZE_LEDGER_H
#define SB_DISCRETIZE_LEDGER_H

#include "discretize/measure.h"

typedef struct {
  double amount[SB_MAX_SPECIES];       /* mol per m2 at the right end, in the whole domain */
  double flux_spread[SB_MAX_SPECIES];  /* largest deviation of a steady flux from constancy in x, mol/m2/s */
  double flux_largest[SB_MAX_SPECIES]; /* largest flux anywhere, mol/m2/s */
  double flux_noise[SB_MAX_SPECIES];   /* rounding noise of the fluxes compared, mol/m2/s */
  double charge;             /* ions, fixed charge and surfaces together, C/m2; 0 but for rounding with a field */
  double charge_scale;       /* C/m2, sum of the magnitudes */
  double current_spread;     /* largest deviation of the ionic current of a steady state from constancy, A/m2 */
  double current_noise;      /* A/m2 */
  double current_scale;      /* largest sum of partial currents' magnitudes, A/m2 */
  double entropy_production; /* W/m2/K, the sum of the next three, each >= 0 */
  double entropy_solutions;  /* R sum over links of J (ln c_L - ln c_R - z F (phi_R - phi_L)/RT) */
  double entropy_membranes;  /* likewise through the mechanisms of membranes that let ions down their gradients */
  double entropy_electrodes; /* sum over couples of current times overpotential over the temperature */
} SbLedger;

/* de Groot & Mazur, Non-Equilibrium Thermodynamics, ch. III eq 21 for isothermal diffusion in an ideal solution. */
SbLedger sb_ledger(const SbChain *chain, const double *u, const SbMoment *moment);

#endif
