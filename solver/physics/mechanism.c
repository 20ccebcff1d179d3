#include "physics/mechanism.h"

static const SbField mechanism_fields[] = {{.key = "name",
                                            .type = SB_TYPE_TEXT,
                                            .offset = offsetof(SbMechanismDeck, name),
                                            .flags = SB_FIELD_REQUIRED | SB_FIELD_NAMES,
                                            .doc = "What the answer calls the mechanism."},
                                           {.key = "",
                                            .type = SB_TYPE_VARIANT,
                                            .offset = offsetof(SbMechanismDeck, kind),
                                            .flags = SB_FIELD_REQUIRED,
                                            .variants = sb_membrane_schemas,
                                            .doc = "By what law ions pass."},
                                           {0}};

const SbSchema sb_mechanism_schema = {
    .name = "mechanism",
    .doc = "One way through a membrane. All mechanisms of a membrane act in parallel: what flows adds up.",
    .example = "- {name: leak, ghk: {K+: 4e-9 m/s, Na+: 1.6e-10 m/s, Cl-: 1.8e-9 m/s}}",
    .size = sizeof(SbMechanismDeck),
    .fields = mechanism_fields};
