/* The membrane around a cable.

   Every node of such a region passes ions to the outside, which is at 0 V and keeps its composition: per volume of the
   cable the flux of its mechanisms times the surface per volume, 2/radius. What charges the membrane is C phi; under
   electroneutrality the ions that carry it stand as an excess beyond the (neutral) volume,
   Gamma_s = share_s C phi/(z_s F), linear in the state, so that amounts and charge are kept to rounding. The sum of all
   species' rows is then the cable's equation: the axial current's divergence = -(2/a)(C dphi/dt + ionic current)
   (Hodgkin & Huxley 1952, J. Physiol. 117, 500, eq 29). */
#ifndef SB_DISCRETIZE_SHEATH_H
#define SB_DISCRETIZE_SHEATH_H

#include "discretize/chain.h"
#include "discretize/terminal.h"

/* Fluxes outward (mol/m2/s of the membrane) at a node through one mechanism, or all (mechanism < 0), of the membrane
   around a region that the node is in or at the edge of. */
void sb_sheath_eval(const SbChain *chain, const double *u, double time, int node, int region, int mechanism,
                    SbMembraneFlux *out);

/* Adds to a node's rows what its membranes pass and store, and the rows of their gates. */
void sb_sheath_rows(const SbNodeRows *rows);

/* The state that a membrane rests in with concentrations as they are in u [unknowns]: at every node the potential at
   which no net current crosses, gates relaxed. 0 V where nothing crosses at any potential. */
void sb_sheaths_rest(const SbChain *chain, double *u);

/* Excess of a species along a pool at nodes begin .. end-1, mol per m2 of the cable's cross-section. weights
   [unknowns]: its derivatives times factor are added; NULL: not wanted. */
double sb_sheath_excess(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end, double factor,
                        double *weights);

/* Power that the membranes of a node dissipate by what they let down its gradients, W per m2 of the cross-section; a
   mechanism that works on the ions does not count. */
double sb_sheath_dissipation(const SbChain *chain, const double *u, double time, int node);

/* Length constant sqrt(a/(2 rho g)) of a region with every gate open, m: what an impulse takes to rise; INFINITY where
   nothing crosses. a: radius, rho: resistivity of the fill, g: conductance of the membrane at 0 V. */
double sb_sheath_length(const SbProblem *problem, int region);

#endif
