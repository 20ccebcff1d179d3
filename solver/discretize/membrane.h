/* What passes a thin membrane, and what charges it.

   On the chain a membrane is a link without length between two nodes, its faces. Its flux is the sum of its
   mechanisms', which may depend on the concentrations of all species at both faces. Where the field has displacement,
   it goes on through the membrane: capacitance times the step of the potential. An electroneutral field has no charge
   layers, so that the ions which charge the membrane stand at its faces as an excess beyond the nodes' (neutral)
   volumes: Gamma_s = share_s Q/(z_s F),   Q = +-C (phi_left - phi_right), linear in the state, so that amounts and
   charge are kept to rounding. */
#ifndef SB_DISCRETIZE_MEMBRANE_H
#define SB_DISCRETIZE_MEMBRANE_H

#include "discretize/chain.h"
#include "discretize/terminal.h"

/* Fluxes to the right and their derivatives: row the species that flows, column the species it depends on. */
typedef struct {
  double flux[SB_MAX_SPECIES];                     /* mol/m2/s */
  double by_left[SB_MAX_SPECIES][SB_MAX_SPECIES];  /* m/s */
  double by_right[SB_MAX_SPECIES][SB_MAX_SPECIES]; /* m/s */
  double by_step[SB_MAX_SPECIES];                  /* mol/m2/s/V, by the potential right minus left */
  double by_gate[SB_MAX_SPECIES][SB_MAX_GATES];    /* mol/m2/s */
  double gate_rate[SB_MAX_GATES];                  /* 1/s */
  double gate_by_gate[SB_MAX_GATES];               /* of its own rate, 1/s */
  double gate_by_step[SB_MAX_GATES];               /* 1/s/V */
} SbCrossing;

/* Fluxes outward at one site through one mechanism, or all of them (mechanism < 0). site->gates are those of the
   membrane. Of `out` only what belongs to the site's species and the membrane's gates is set. */
void sb_mechanisms_eval(const SbMembrane *membrane, int mechanism, SbMembraneSite *site, SbMembraneFlux *out);

/* Through one mechanism, or all of them (mechanism < 0), of the membrane that a link is, at a time (s). */
void sb_crossing_eval(const SbChain *chain, const double *u, double time, int link, int mechanism,
                      SbCrossing *crossing);

/* Adds what a membrane does to the rows of one of its face nodes. side: +1 the link to the right of the node, -1 to its
   left. */
void sb_membrane_rows(const SbNodeRows *rows, int link, int side);

/* Adds to a mass matrix's rows (rows->value) what a membrane stores at that face: charge and gates. */
void sb_membrane_mass(const SbNodeRows *rows, int link, int side);

/* Gates (open share each) that would not change at this state's potentials: they replace those of u [unknowns]. */
void sb_membranes_relax(const SbChain *chain, double *u);

/* Gates of a state by region, [region_count][SB_MAX_GATES], to be held there (SbEvaluation). malloc'd. */
double *sb_membranes_gates(const SbChain *chain, const double *u);

/* Adds factor times the derivatives of a species' flux (of a whole crossing) by the state to gradient[unknowns]. */
void sb_crossing_add(const SbChain *chain, const SbCrossing *crossing, int link, int species, double factor,
                     double *gradient);

/* How a small change x of the state changes a species' flux to the right, mol/m2/s. */
double sb_crossing_change(const SbChain *chain, const double *u, double time, int link, int species, const double *x);

/* Excess of a species at the faces of a pool's membranes whose left faces are nodes begin .. end-1, mol per m2 at the
   right end; 0 but in an electroneutral field. weights [unknowns]: its derivatives times factor are added; NULL: not
   wanted. */
double sb_membrane_excess(const SbChain *chain, const double *u, const SbPool *pool, int begin, int end, double factor,
                          double *weights);

/* Power that one mechanism dissipates by what it lets down its gradients, W/m2; negative: it works on the ions. A
   species that is on one side only is left out. */
double sb_mechanism_dissipation(const SbChain *chain, const double *u, double time, int link, int mechanism);

/* Slope conductance of each species through a membrane: the slope of its current by the potential, S/m2 there;
   conductance: [species]. A species without charge has F/V_T times its flux per concentration in its place. */
void sb_membrane_conductances(const SbChain *chain, const double *u, int link, double *conductance);

/* Resistance of a membrane to one species (to all ions: < 0), ohm m2 at the right end. */
double sb_membrane_resistance(const SbChain *chain, const double *u, int region, int species);

#endif
