/* Redox couples: what the deck says of one, what that is resolved to, and its current.

     sum nu_O O + n e- = sum nu_R R

   A couple's current is positive for oxidation (from the metal into the solution). One mole of it takes nu_R of each
   reduced species from the solution and puts nu_O of each oxidised one into it. What is not dissolved (a metal, a gas
   at fixed pressure) is not named. */
#ifndef SB_PHYSICS_COUPLE_H
#define SB_PHYSICS_COUPLE_H

#include "physics/kinetics.h"
#include "physics/physics.h"

/* Concentration that standard potentials and rate constants refer to, mol/m3. */
extern const double sb_standard_concentration;

/* Transfer coefficients; NAN: half the number of electrons. */
typedef struct {
  double anodic, cathodic;
} SbTransfer;

/* A couple as the deck writes it. */
typedef struct {
  const char *name;
  double *oxidised, *reduced; /* [species] stoichiometric numbers, NAN where not named */
  int electrons;
  double standard_potential; /* V; NAN: not given */
  SbVariant kinetics;        /* of sb_kinetics */
  SbTransfer transfer;
  double *orders;    /* [species] reaction orders, NAN where not given; NULL: none given */
  double molar_mass; /* kg/mol, of the dissolving metal; NAN */
  double density;    /* kg/m3; NAN */
} SbCoupleDeck;

extern const SbSchema sb_couple_schema;

/* A couple, resolved. Species arrays are [species_count]; 0 where a species takes no part. */
struct SbCouple {
  const SbCoupleDeck *deck;
  const SbKinetics *kinetics;
  int species_count;
  double electrons;
  double *oxidised, *reduced; /* stoichiometric numbers */
  double *cathodic_order;     /* of the oxidised species, in the reduction */
  double *anodic_order;       /* of the reduced species, in the oxidation */
  double *reference;          /* mol/m3, composition that the law's constants hold at */
  double zero;                /* V, equilibrium potential there */
};

/* What a couple's law wants to know; zero: V, equilibrium potential where its constants hold. */
SbKineticsState sb_couple_state(const SbCoupleDeck *couple, double zero, double thermal_voltage);

/* Current density (A/m2) at surface concentrations (mol/m3) and potential (V, metal minus solution at the reaction
   plane). d_concentration [species_count]: receives di/dc, A m/mol; d_potential: di/dE, S/m2; both NULL: not wanted. */
double sb_couple_current(const SbCouple *couple, const double *concentration, double potential, double thermal_voltage,
                         double *d_concentration, double *d_potential);

/* Equilibrium potential at a composition (Nernst), V; infinite where only one side of the couple is there, NAN where
   both sides lack something. */
double sb_couple_nernst(const SbCouple *couple, const double *concentration, double thermal_voltage);

/* Potential (V) at which the currents of several couples cancel at a composition; NAN where there is none, since
   nothing can be oxidised or nothing reduced. */
double sb_couples_rest(int count, const SbCouple *couples, const double *concentration, double thermal_voltage);

/* What an oxidation puts into the solution less what it takes, of a species, mol per mole of the couple. */
static inline double sb_couple_yield(const SbCouple *couple, int species) {
  return couple->oxidised[species] - couple->reduced[species];
}

#endif
