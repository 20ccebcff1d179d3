/* A deck file read, resolved and checked, for the commands that work on one. */
#ifndef SB_PROTOCOL_LOAD_H
#define SB_PROTOCOL_LOAD_H

#include "base/status.h"
#include "problem/problem.h"

typedef struct {
  SbDeck *deck;
  SbDiagnostics *diagnostics;
  SbProblem *problem;
} SbLoaded;

/* Reads path. Findings and failures go to stderr unless silent. SB_OK (all three are there), SB_NO_FILE, SB_IO or
   SB_BAD_DECK; sb_unload is due in any case. */
SbStatus sb_load(const char *path, bool silent, SbLoaded *loaded);
void sb_unload(SbLoaded *loaded);

#endif
