/* The three ways to close the row of the electric potential. */
#include "physics/physics.h"

const SbFieldKind sb_field_kinds[] = {
    {.name = "poisson",
     .doc = "Poisson's equation: charge makes the field, charge layers are resolved, displacement current counts.",
     .reference = "Rubinstein, Electro-Diffusion of Ions, SIAM 1990, eqs 1.1.8-1.1.10",
     .potential = true,
     .displacement = true},
    {.name = "electroneutral",
     .doc = "Local electroneutrality in place of Poisson's equation: the limit of a vanishing Debye length. Where the "
            "fixed "
            "charge jumps, the potential jumps with it (Donnan equilibrium).",
     .reference = "Newman & Balsara, Electrochemical Systems, 4th ed., eq 11.4",
     .potential = true,
     .displacement = false},
    {.name = "supported",
     .doc =
         "Excess supporting electrolyte: ions diffuse, the solution carries no potential drop and the support carries "
         "whatever current flows.",
     .reference = "Bard & Faulkner, Electrochemical Methods, 2nd ed., section 4.3.2",
     .potential = false,
     .displacement = false},
};

const char *const sb_field_names[] = {"poisson", "electroneutral", "supported", NULL};
