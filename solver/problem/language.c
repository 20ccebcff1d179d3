/* The root of the deck language: its top-level keys, and the small parts that stand directly below them. */
#include "problem/language.h"

#include <math.h>
#include <string.h>

#include "base/names.h"
#include "mesh/geometry.h"
#include "physics/physics.h"
#include "problem/quantities.h"

/* ---- medium, mesh, accuracy, record ---- */

static const SbField medium_fields[] = {{.key = "permittivity",
                                         .type = SB_TYPE_QUANTITY,
                                         .offset = offsetof(SbMedium, permittivity),
                                         .range = {.rule = SB_POSITIVE},
                                         .default_text = "78.4",
                                         .doc = "Relative permittivity; the default is that of water at 25 degC."},
                                        {0}};

static const SbSchema medium_schema = {.name = "medium",
                                       .doc = "The solvent, for regions that do not say otherwise.",
                                       .example = "medium: {permittivity: 78.4}",
                                       .size = sizeof(SbMedium),
                                       .fields = medium_fields};

static const SbField mesh_fields[] = {{.key = "cells",
                                       .type = SB_TYPE_INTEGER,
                                       .offset = offsetof(SbMeshDeck, cells),
                                       .range = {.rule = SB_BETWEEN, .low = 1, .high = 2000000},
                                       .flags = SB_FIELD_REQUIRED,
                                       .doc = "Number of cells of the whole domain."},
                                      {0}};

static const SbSchema mesh_schema = {.name = "mesh",
                                     .doc = "Fixes the mesh. Without it (and without `cells` in a region) the mesh is "
                                            "found so that the answer meets `accuracy`: the usual case.",
                                     .example = "mesh: {cells: 400}",
                                     .size = sizeof(SbMeshDeck),
                                     .fields = mesh_fields};

static const SbField accuracy_fields[] = {
    {.key = "potential",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbAccuracy, potential),
     .dimension = SB_DIMENSION_POTENTIAL,
     .range = {.rule = SB_BETWEEN, .low = 1e-12, .high = 1},
     .default_text = "10 uV",
     .doc = "Wanted error of potentials: of the terminals, and of those that an `expect` names."},
    {.key = "current",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbAccuracy, current),
     .range = {.rule = SB_BETWEEN, .low = 1e-9, .high = 1},
     .default_text = "0.1 %",
     .doc = "Wanted relative error of all that scales with a flux or a charge: currents, fluxes, charges of terminals, "
            "and concentrations that an `expect` names."},
    {.key = "time",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbAccuracy, time),
     .range = {.rule = SB_BETWEEN, .low = 1e-7, .high = 0.1},
     .default_text = "1e-5",
     .doc = "Relative tolerance of a time step."},
    {0}};

static const SbSchema accuracy_schema = {.name = "accuracy",
                                         .doc = "How exact the answer shall be. The mesh and the time steps follow "
                                                "from it, and the answer states the error that was reached.",
                                         .example = "accuracy: {potential: 10 uV, current: 0.1 %, time: 1e-5}",
                                         .size = sizeof(SbAccuracy),
                                         .fields = accuracy_fields};

/* A list of names of stored fields. */
static bool profiles_read(SbReader *reader, const SbField *field, const SbNode *node, void *destination) {
  bool good = sb_text_list_read(reader, field, node, destination);
  size_t known = 0;
  while (sb_profile_names[known])
    known++;
  for (size_t i = 0; good && i < node->count; i++) {
    size_t at = 0;
    while (at < known && strcmp(sb_profile_names[at], node->values[i]->text) != 0)
      at++;
    if (at < known)
      continue;
    const char *near = sb_names_nearest(node->values[i]->text, sb_profile_names, known);
    sb_error(sb_reader_diagnostics(reader), node->values[i]->mark, "no stored field is called '%s'%s%s%s",
             node->values[i]->text, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    good = false;
  }
  return good;
}

static const SbField record_fields[] = {{.key = "profiles",
                                         .type = SB_TYPE_CUSTOM,
                                         .offset = 0,
                                         .flags = SB_FIELD_REQUIRED,
                                         .doc = "Names of the fields to store; all of them where nothing is said.",
                                         .read = profiles_read,
                                         .grammar = "a list of: electric potential, concentration, charge density, "
                                                    "electric field, flux"},
                                        {0}};

static const SbSchema record_schema = {.name = "record",
                                       .doc = "What the output file holds.",
                                       .example = "record: {profiles: [electric potential, concentration]}",
                                       .size = sizeof(SbTextList),
                                       .fields = record_fields};

/* ---- the deck ---- */

/* Species come before all that refers to them: fields are read in this order. */
static const SbField deck_fields[] = {
    {.key = "saltbridge",
     .type = SB_TYPE_INTEGER,
     .offset = offsetof(SbDeck, version),
     .range = {.rule = SB_BETWEEN, .low = 1, .high = 1},
     .flags = SB_FIELD_REQUIRED,
     .doc = "Version of the deck language: 1."},
    {.key = "title", .type = SB_TYPE_TEXT, .offset = offsetof(SbDeck, title), .doc = "One line that names the system."},
    {.key = "notes", .type = SB_TYPE_TEXT, .offset = offsetof(SbDeck, notes), .doc = "What the deck shows, and why."},
    {.key = "temperature",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbDeck, temperature),
     .dimension = SB_DIMENSION_TEMPERATURE,
     .range = {.rule = SB_POSITIVE},
     .default_text = "25 degC",
     .doc = "Temperature of the whole system."},
    {.key = "field",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(SbDeck, field),
     .choices = sb_field_names,
     .default_text = "poisson",
     .doc = "What determines the electric potential. `poisson`: Poisson's equation, with charge layers. "
            "`electroneutral`: no net charge anywhere, in place of Poisson's equation. `supported`: excess supporting "
            "electrolyte; ions diffuse, the solution carries no potential drop."},
    {.key = "geometry",
     .type = SB_TYPE_CHOICE,
     .offset = offsetof(SbDeck, geometry),
     .choices = sb_geometry_names,
     .default_text = "planar",
     .doc = "`planar`, or `cylindrical` or `spherical` with x being the radius; `cable`: a thread along x of a given "
            "`radius`, whose regions may each have a `membrane` around them (an axon; `field: electroneutral`, "
            "transient steps only: a membrane at rest balances currents, not those of each ion, so that nothing is "
            "steady)."},
    {.key = "inner_radius",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbDeck, inner_radius),
     .dimension = SB_DIMENSION_LENGTH,
     .range = {.rule = SB_NOT_NEGATIVE},
     .default_text = "0 m",
     .doc = "Radius at the left end of a cylindrical or spherical domain."},
    {.key = "radius",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(SbDeck, radius),
     .dimension = SB_DIMENSION_LENGTH,
     .range = {.rule = SB_POSITIVE},
     .doc = "Radius of a cable. Densities along x are per area of its cross-section, those through its membrane per "
            "area of its surface."},
    {.key = "medium",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbDeck, medium),
     .schema = &medium_schema,
     .doc = "The solvent."},
    {.key = "species",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbDeck, species_count),
     .flags = SB_FIELD_REQUIRED,
     .doc = "The dissolved species, at most 32.",
     .schema = &sb_species_schema,
     .read = sb_species_read,
     .locate = sb_species_locate,
     .grammar = "a list of names from the table of ions, or of maps {name, charge, diffusivity, source}"},
    {.key = "domain",
     .type = SB_TYPE_VARIANT_LIST,
     .offset = offsetof(SbDeck, domain),
     .flags = SB_FIELD_REQUIRED,
     .variants = sb_domain_schemas,
     .doc = "What lies between the terminals, from left to right."},
    {.key = "terminals",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbDeck, terminals),
     .flags = SB_FIELD_REQUIRED,
     .schema = &sb_terminals_schema,
     .doc = "The two ends."},
    {.key = "mesh",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbDeck, mesh),
     .flags = SB_FIELD_EXACT,
     .schema = &mesh_schema,
     .doc = "A mesh of given size, in place of one found by the program."},
    {.key = "accuracy",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbDeck, accuracy),
     .flags = SB_FIELD_EXACT,
     .schema = &accuracy_schema,
     .doc = "How exact the answer shall be."},
    {.key = "protocol",
     .type = SB_TYPE_VARIANT_LIST,
     .offset = offsetof(SbDeck, protocol),
     .flags = SB_FIELD_REQUIRED | SB_FIELD_EXACT,
     .variants = sb_step_schemas,
     .doc = "What is done, step by step; each step begins with the state that the one before it left."},
    {.key = "record",
     .type = SB_TYPE_STRUCT,
     .offset = offsetof(SbDeck, record_profiles),
     .flags = SB_FIELD_EXACT,
     .schema = &record_schema,
     .doc = "What the output file holds."},
    {.key = "expect",
     .type = SB_TYPE_LIST,
     .offset = offsetof(SbDeck, expect),
     .flags = SB_FIELD_EXACT,
     .schema = &sb_expect_schema,
     .doc = "Results to compare with; the run fails (exit code 1) where one is missed."},
    {.key = "petsc",
     .type = SB_TYPE_CUSTOM,
     .offset = offsetof(SbDeck, petsc),
     .flags = SB_FIELD_EXACT,
     .doc = "Options for PETSc, the solver library, by name without the leading dash.",
     .read = sb_text_map_read,
     .grammar = "a map of option names to values"},
    {0}};

static void deck_check(SbReader *reader, void *params, const SbNode *node) {
  SbDeck *deck = params;
  SbDiagnostics *diagnostics = sb_reader_diagnostics(reader);
  const SbNode *radius = sb_tree_get(node, "inner_radius"), *mesh = sb_tree_get(node, "mesh");
  const SbNode *domain = sb_tree_get(node, "domain"), *protocol = sb_tree_get(node, "protocol");
  if (deck->mesh.cells < 0)
    deck->mesh.cells = 0;
  if (radius && !sb_geometry_is_radial(deck->geometry)) {
    sb_error(diagnostics, radius->mark,
             "'inner_radius' goes with a cylindrical or spherical 'geometry'; this one is %s",
             sb_geometry_names[deck->geometry]);
  }
  const SbNode *thickness = sb_tree_get(node, "radius"), *geometry = sb_tree_get(node, "geometry");
  if (thickness && !sb_geometry_is_cable(deck->geometry))
    sb_error(diagnostics, thickness->mark, "'radius' goes with 'geometry: cable'; this one is %s",
             sb_geometry_names[deck->geometry]);
  if (geometry && !thickness && sb_geometry_is_cable(deck->geometry))
    sb_error(diagnostics, geometry->mark, "a cable needs a 'radius', such as 238 um");
  if (domain && domain->type == SB_NODE_LIST && domain->count == 0) {
    sb_error(diagnostics, domain->mark, "'domain' is empty: expected at least one region");
  }
  if (protocol && protocol->type == SB_NODE_LIST && protocol->count == 0) {
    sb_error(diagnostics, protocol->mark, "'protocol' is empty: expected at least one step, such as steady");
  }
  for (int i = 0; mesh && i < deck->domain.count; i++) {
    const SbRegionDeck *region = sb_deck_region(deck, i);
    if (!region || region->cells <= 0)
      continue;
    sb_error(diagnostics, mesh->mark,
             "'mesh' gives the cells of the whole domain, but region '%s' has its own: expected one of the two",
             region->name ? region->name : "");
    return;
  }
}

const SbSchema sb_deck_schema = {
    .name = "deck",
    .doc = "A deck describes a system from left to right, what is done to it, and what is expected to come out.",
    .example = "saltbridge: 1\n"
               "title: Hydrochloric acid, 0.1 M | 0.01 M\n"
               "species: [H+, Cl-]\n"
               "domain:\n"
               "  - {region: concentrated, width: 500 nm, fill: {H+: 100 mmol/L, Cl-: 100 mmol/L}}\n"
               "  - {region: dilute, width: 500 nm, fill: {H+: 10 mmol/L, Cl-: 10 mmol/L}}\n"
               "terminals:\n"
               "  left: {reservoir: concentrated}\n"
               "  right: {reservoir: dilute, current: 0 A/m2}\n"
               "protocol: [steady]",
    .size = sizeof(SbDeck),
    .fields = deck_fields,
    .check = deck_check};
