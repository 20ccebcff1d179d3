/* How the deck writes a couple. */
#include "physics/couple.h"

#include <math.h>

/* `Fe3+`, or {H+: 2}; destination: double *[species], NAN where not named. */
static bool side_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  static const SbField map = {.key = "", .type = SB_TYPE_SPECIES_MAP, .range = {.rule = SB_POSITIVE}};
  (void)field;
  if (node->type == SB_NODE_MAP)
    return sb_field_read(reader, &map, node, destination);
  const int count = sb_reader_species_count(reader);
  double *numbers = sb_arena_alloc(sb_reader_arena(reader), (size_t)count + 1, sizeof *numbers);
  for (int s = 0; s <= count; s++)
    numbers[s] = NAN;
  *(double **)destination = numbers;
  if (node->type != SB_NODE_SCALAR) {
    sb_error(
        sb_reader_diagnostics(reader), node->mark,
        "one side of a couple is a species, or a map of species to stoichiometric numbers such as {H+: 2}; found a "
        "list");
    return false;
  }
  const int s = sb_reader_species(reader, node);
  if (s >= 0)
    numbers[s] = 1.0;
  return s >= 0;
}

static const SbField transfer_fields[] = {
    {.key = "anodic",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbTransfer, anodic),
     .range = {.rule = SB_NOT_NEGATIVE},
     .doc = "Of the oxidation; half the number of electrons where it is not given."},
    {.key = "cathodic",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbTransfer, cathodic),
     .range = {.rule = SB_NOT_NEGATIVE},
     .doc = "Of the reduction; half the number of electrons where it is not given."},
    {0}};

static const SbSchema transfer_schema = {
    .name = "transfer",
    .doc = "Transfer coefficients: the exponents are the coefficient times F (E - E0)/RT, so that the number of "
           "electrons is counted in. The two add up to it where forward and backward reaction are one reaction.",
    .reference = "Guidelli et al. 2014, Pure Appl. Chem. 86, 245",
    .example = "transfer: {anodic: 0.5, cathodic: 0.5}",
    .size = sizeof(SbTransfer),
    .fields = transfer_fields};

#define SIDE_GRAMMAR "a species, or a map of species to stoichiometric numbers; {} where nothing is dissolved"

static const SbField couple_fields[] = {
    {.key = "name",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(SbCoupleDeck, name),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_NAMES,
     .doc = "What the answer calls the couple."},
    {.key = "oxidised",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbCoupleDeck, oxidised),
     .flags = SB_FIELD_REQUIRED,
     .doc = "The dissolved species of the oxidised side. A metal or a gas at fixed pressure is not dissolved and not "
            "named.",
     .read = side_read,
     .grammar = SIDE_GRAMMAR},
    {.key = "reduced",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbCoupleDeck, reduced),
     .flags = SB_FIELD_REQUIRED,
     .doc = "The dissolved species of the reduced side, in the same way.",
     .read = side_read,
     .grammar = SIDE_GRAMMAR},
    {.key = "electrons",
     .type = SB_TYPE_INTEGER,
     .offset = offsetof(SbCoupleDeck, electrons),
     .range = {.rule = SB_BETWEEN, .low = 1, .high = 20},
     .flags = SB_FIELD_REQUIRED,
     .doc = "Number of electrons that the oxidised side takes to become the reduced one."},
    {.key = "standard_potential",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbCoupleDeck, standard_potential),
     .dimension = SB_DIMENSION_POTENTIAL,
     .doc = "Standard potential, at 1 mol/L of every dissolved species. All couples of a deck are on one scale; the "
            "potential of an electrode is on it too."},
    {.key = "",
     .type = SB_TYPE_VARIANT,
     .offset = offsetof(SbCoupleDeck, kinetics),
     .flags = SB_FIELD_REQUIRED,
     .variants = sb_kinetics_schemas,
     .doc = "How fast it reacts."},
    {.key = "transfer",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbCoupleDeck, transfer),
     .schema = &transfer_schema,
     .doc = "Transfer coefficients; half the number of electrons each where nothing is said."},
    {.key = "orders",
     .type = SB_TYPE_SPECIES_MAP,
     .offset = offsetof(SbCoupleDeck, orders),
     .range = {.rule = SB_NOT_NEGATIVE},
     .doc = "Reaction orders of species, each in the direction that takes it; the stoichiometric numbers where nothing "
            "is said."},
    {.key = "molar_mass",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbCoupleDeck, molar_mass),
     .dimension = SB_DIMENSION_MOLAR_MASS,
     .range = {.rule = SB_POSITIVE},
     .doc = "Molar mass of a metal that dissolves; with `density` the answer tells in mm a year how fast it recedes."},
    {.key = "density",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbCoupleDeck, density),
     .dimension = SB_DIMENSION_DENSITY,
     .range = {.rule = SB_POSITIVE},
     .doc = "Density of that metal."},
    {0}};

static SbMark mark_of(const SbNode *couple, const char *key) {
  const SbNode *node = sb_tree_get(couple, key);
  return node ? node->mark : couple->mark;
}

/* The ratio of the two partial currents must follow the Nernst equation: n F/RT per volt. */
static void check_balance(SbReader *reader, const SbCoupleDeck *couple, const SbNode *node) {
  const SbKinetics *law = sb_kinetics[couple->kinetics.index];
  const SbKineticsState state = sb_couple_state(couple, 0.0, 1.0);
  const SbPartialCurrents currents = law->eval(couple->kinetics.params, &state, 1.0);
  const double found = log(currents.anodic / currents.cathodic);
  if (fabs(found - couple->electrons) <= 1e-9 * couple->electrons)
    return;
  if (law->reference(couple->kinetics.params).refers)
    sb_warning(
        sb_reader_diagnostics(reader), mark_of(node, "transfer"),
        "the transfer coefficients of couple '%s' add up to %g, not to its %d electrons: away from the reference "
        "composition it is not at equilibrium at its Nernst potential",
        couple->name, found, couple->electrons);
  else
    sb_error(
        sb_reader_diagnostics(reader), mark_of(node, "transfer"),
        "the transfer coefficients of couple '%s' add up to %g: with `%s` anodic and cathodic must add up to the %d "
        "electrons, or its equilibrium would break detailed balance",
        couple->name, found, law->schema.name, couple->electrons);
}

static void check_orders(SbReader *reader, const SbCoupleDeck *couple, const SbNode *node) {
  bool differs = false;
  for (int s = 0; couple->orders && s < sb_reader_species_count(reader); s++) {
    if (isnan(couple->orders[s]))
      continue;
    if (isnan(couple->oxidised[s]) && isnan(couple->reduced[s]))
      sb_error(sb_reader_diagnostics(reader), mark_of(node, "orders"),
               "'orders' names a species that takes no part in couple '%s'", couple->name);
    else
      differs = differs || couple->orders[s] != (isnan(couple->oxidised[s]) ? couple->reduced[s] : couple->oxidised[s]);
  }
  if (differs)
    sb_warning(sb_reader_diagnostics(reader), mark_of(node, "orders"),
               "reaction orders of couple '%s' differ from its stoichiometric numbers: its current vanishes away from "
               "its Nernst potential, but for the composition that its constants hold at",
               couple->name);
}

static void couple_check(SbReader *reader, void *params, const SbNode *node) {
  const SbCoupleDeck *couple = params;
  const SbKinetics *law = sb_kinetics[couple->kinetics.index];
  const bool equilibrium = !isnan(law->reference(couple->kinetics.params).equilibrium_potential);
  const bool standard = !isnan(couple->standard_potential);
  if (equilibrium && standard)
    sb_error(sb_reader_diagnostics(reader), mark_of(node, "equilibrium_potential"),
             "'equilibrium_potential' and 'standard_potential' are both given for couple '%s': expected one of them",
             couple->name);
  if (!equilibrium && !standard)
    sb_error(sb_reader_diagnostics(reader), node->mark, "couple '%s' needs a 'standard_potential'%s", couple->name,
             law->reference(couple->kinetics.params).refers ? " or an 'equilibrium_potential'" : "");
  if (isnan(couple->molar_mass) != isnan(couple->density))
    sb_error(sb_reader_diagnostics(reader), node->mark,
             "'molar_mass' and 'density' of couple '%s' are needed together: only the two give a thickness",
             couple->name);
  check_balance(reader, couple, node);
  check_orders(reader, couple, node);
}

const SbSchema sb_couple_schema = {
    .name = "couple",
    .doc =
        "A redox couple that exchanges electrons with the metal. Its current is positive for oxidation; the potential "
        "that drives it is the metal's minus that of the solution at the reaction plane, so that Frumkin's correction "
        "comes by itself where the double layer is resolved.",
    .reference = "Newman & Balsara, Electrochemical Systems, 4th ed., sections 8.2 and 8.3",
    .example =
        "- {name: iron, oxidised: Fe3+, reduced: Fe2+, electrons: 1, standard_potential: 0.771 V, rate_constant: "
        "1e-5 m/s}",
    .size = sizeof(SbCoupleDeck),
    .fields = couple_fields,
    .check = couple_check};
