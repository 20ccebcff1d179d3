/* The reference cases that the program can compute, one line each: the JSON file and the function that builds its
   decks, runs them and compares. Cases of one family share the function. */
#ifndef SB_TESTS_VERIFY_SHARED_CASES_H
#define SB_TESTS_VERIFY_SHARED_CASES_H

#include "shared_trial.h"

typedef void CaseCheck(Verification *verification, Reference *reference);

typedef struct {
  const char *name; /* tests/reference/NAME.json */
  CaseCheck *check;
  CaseCheck *transients; /* the part that runs in time; NULL: none */
} Case;

extern const Case cases[];
extern const int case_count;

/* liquid junctions */
CaseCheck check_junction, check_junction_transients, check_junction_published, check_junction_start;
/* membranes: charged, selective, open to few ions */
CaseCheck check_charged_membrane, check_donnan, check_permeable, check_thin, check_resolved, check_nernst;
/* thin membranes of living cells */
CaseCheck check_ghk, check_pump_leak, check_pump_leak_course, check_impulse;
/* double layers */
CaseCheck check_gouy_chapman, check_stern;
/* cells between blocking or selective ends */
CaseCheck check_closed_cell, check_closed_cell_transient, check_charging_limit, check_charging, check_limiting_current,
    check_mode;
/* electrodes */
CaseCheck check_nernst_layer, check_mixed, check_cottrell, check_linear_sweep, check_cyclic_sweep;
/* impedances */
CaseCheck check_blocking_impedance, check_warburg;

#endif
