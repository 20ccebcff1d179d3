/* Thin membranes between two regions, and those around the regions of a cable. */
#include <math.h>

#include "physics/mechanism.h"
#include "problem/language.h"

static const SbField membrane_fields[] = {
    {.key = "",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbMembraneDeck, name),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_NAMES,
     .doc = "Name of the membrane, its own in this deck."},
    {.key = "inside",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbMembraneDeck, inside),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_BESIDE,
     .doc = "Which of the two neighbouring regions is the inside. The membrane potential is inside minus outside, and "
            "currents through the membrane are positive outward."},
    {.key = "capacitance",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbMembraneDeck, capacitance),
     .dimension = SB_DIMENSION_CAPACITANCE,
     .range = {.rule = SB_NOT_NEGATIVE},
     .flags = SB_FIELD_BESIDE,
     .doc = "Capacitance of the membrane itself, without the charge layers of the solutions."},
    {.key = "thickness",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbMembraneDeck, thickness),
     .dimension = SB_DIMENSION_LENGTH,
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_BESIDE,
     .doc = "With `permittivity` in place of the capacitance: the permittivity over the thickness. The membrane takes "
            "no room along x."},
    {.key = "permittivity",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbMembraneDeck, permittivity),
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_BESIDE,
     .doc = "Relative permittivity of the membrane."},
    {.key = "mechanisms",
     .type = SB_TYPE_LIST,
     .offset = offsetof(SbMembraneDeck, mechanisms),
     .flags = SB_FIELD_BESIDE,
     .schema = &sb_mechanism_schema,
     .doc = "Through what ions pass, any number in parallel; without any the membrane only charges."},
    {0}};

static void membrane_check(SbReader *reader, void *params, const SbNode *node) {
  SbMembraneDeck *membrane = params;
  membrane->mark = node->mark;
  const bool capacitance = !isnan(membrane->capacitance);
  const bool thickness = !isnan(membrane->thickness), permittivity = !isnan(membrane->permittivity);
  if (capacitance && (thickness || permittivity))
    sb_error(sb_reader_diagnostics(reader), node->mark,
             "membrane '%s' has a 'capacitance' and a '%s': expected the capacitance, or thickness and permittivity",
             membrane->name, thickness ? "thickness" : "permittivity");
  else if (!capacitance && !(thickness && permittivity))
    sb_error(sb_reader_diagnostics(reader), node->mark,
             "membrane '%s' needs a 'capacitance', or a 'thickness' and a 'permittivity'", membrane->name);
}

const SbSchema sb_membrane_schema = {
    .name = "membrane",
    .doc = "A thin membrane between two regions: no cells, but a jump of concentrations and potential. Its mechanisms "
           "pass ions, each by its own law; what charges it is its capacitance times the membrane potential. In the "
           "field `electroneutral`, which has no charge layers, the ions that charge it stand at its faces, in the "
           "shares that a thin charge layer of the neighbouring fill would have.\n\n"
           "The answer gives for every ion its Nernst potential at the faces, what drives it, its share in the slope "
           "conductance (which weighs it in the potential at which the currents cancel) and its current by mechanism; "
           "for a pump its cycles, its work on the ions and what that takes from its fuel; and beside the potential "
           "the closed forms that apply, from the compositions at the faces: `ghk` (all leaks through a constant "
           "field), `mullins-noda` (a pump of two ions that leak back through a constant field), `chord-conductance` "
           "(all leaks ohmic), `donnan` (an enclosed inside with nothing that works on the ions). Each is compared in "
           "the state that it speaks of alone. A cell is at equilibrium, in a resting state that pumps hold, or "
           "running down: then the time constant is what the inside, if it has no other supply, holds of an ion over "
           "the ion's net flow through the membrane, given for the ion that would be gone first.",
    .reference = "Hille, Ion Channels of Excitable Membranes, 3rd ed., chapter 1",
    .example = "domain:\n"
               "  - {region: cytosol, width: 1 um, fill: {K+: 140 mM, Cl-: 140 mM}}\n"
               "  - membrane: plasma\n"
               "    inside: cytosol\n"
               "    capacitance: 1 uF/cm2\n"
               "    mechanisms:\n"
               "      - {name: leak, ghk: {K+: 1e-8 m/s}}\n"
               "  - {region: bath, width: 1 um, fill: {K+: 5 mM, Cl-: 5 mM}}",
    .size = sizeof(SbMembraneDeck),
    .fields = membrane_fields,
    .check = membrane_check};

/* ---- around a cable
 * ------------------------------------------------------------------------------------------------------- */
static const SbField sheath_fields[] = {
    {.key = "outside",
     .type = SB_TYPE_SPECIES_MAP,
     .offset = offsetof(SbSheathDeck, outside),
     .dimension = SB_DIMENSION_CONCENTRATION,
     .range = {.rule = SB_NOT_NEGATIVE},
     .flags = SB_FIELD_REQUIRED | SB_FIELD_COMPOSITION,
     .doc = "Composition of the bath around the cable, which stays as it is; a species not named is absent."},
    {.key = "capacitance",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbSheathDeck, capacitance),
     .dimension = SB_DIMENSION_CAPACITANCE,
     .range = {.rule = SB_NOT_NEGATIVE},
     .flags = SB_FIELD_REQUIRED,
     .doc = "Capacitance per area of the membrane."},
    {.key = "mechanisms",
     .type = SB_TYPE_LIST,
     .offset = offsetof(SbSheathDeck, mechanisms),
     .schema = &sb_mechanism_schema,
     .doc = "Through what ions pass, any number in parallel, the same along the whole region; without any the membrane "
            "only charges."},
    {0}};

static void sheath_check(SbReader *reader, void *params, const SbNode *node) {
  SbSheathDeck *sheath = params;
  (void)reader;
  sheath->mark = node->mark;
}

const SbSchema sb_sheath_schema = {
    .name = "membrane of a cable",
    .doc = "The membrane around a region of a `geometry: cable`, per area of the cable's surface. The cable is the "
           "inside; the outside is at 0 V everywhere and keeps its composition, so that `electric potential` at x is "
           "the membrane potential there. Currents through it are positive outward and change the concentrations "
           "inside; gates are unknowns at every x. The ions that charge it stand at its face as an excess, in the "
           "shares that a thin charge layer of the region's fill would have. A transient that comes first starts at "
           "rest: fills as they are given, and everywhere the potential at which no net current crosses the membrane "
           "with its gates relaxed (mechanisms driven by a waveform as they are before time 0).",
    .reference = "Hodgkin & Huxley 1952, J. Physiol. 117, 500, eqs 28-30",
    .example = "saltbridge: 1\n"
               "field: electroneutral\n"
               "geometry: cable\n"
               "radius: 238 um\n"
               "species: [K+, Cl-]\n"
               "domain:\n"
               "  - region: axon\n"
               "    width: 6 cm\n"
               "    fill: {K+: 400 mM, Cl-: 400 mM}\n"
               "    membrane:\n"
               "      outside: {K+: 20 mM, Cl-: 20 mM}\n"
               "      capacitance: 1 uF/cm2\n"
               "      mechanisms:\n"
               "        - {name: leak, conductance: {K+: 0.3 mS/cm2}}\n"
               "terminals:\n"
               "  left: {reservoir: axon, current: 1 A/m2}\n"
               "  right: {wall: {}}\n"
               "protocol: [transient: {until: 10 ms}]",
    .size = sizeof(SbSheathDeck),
    .fields = sheath_fields,
    .check = sheath_check};
