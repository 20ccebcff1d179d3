/* Any text must be read, or refused with at least one message: no crash, no leak, no hang. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "problem/deck.h"
#include "problem/problem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Prints the findings into memory: their marks and source lines are part of what is tested. */
static void print_findings(const SbDiagnostics *diagnostics) {
  char *text = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&text, &length);
  sb_diagnostics_print(diagnostics, stream);
  fclose(stream);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  SbDeck *deck = NULL;
  SbDiagnostics *diagnostics = NULL;
  const SbStatus status = sb_deck_read_text("deck.yaml", (const char *)data, size, &deck, &diagnostics);
  if ((status == SB_OK) != (sb_diagnostics_errors(diagnostics) == 0))
    abort();
  if (status == SB_OK) {
    SbProblem *problem = sb_problem_create(deck, diagnostics);
    sb_problem_check_changes(deck, diagnostics);
    if ((problem != NULL) != (sb_diagnostics_errors(diagnostics) == 0))
      abort();
    sb_problem_destroy(&problem);
  }
  print_findings(diagnostics);
  sb_diagnostics_destroy(&diagnostics);
  sb_deck_destroy(&deck);
  return 0;
}
