/* The answer in words and numbers (stdout) and as JSON; the verdict; the expectations.

   A run is told from its record alone (output/run.h). What the last state says beyond the readings (Nernst potentials,
   driving forces, transport numbers, closed forms) is derived in report_facts.c, once for both tongues. The text is put
   together in report.c from the last state (report_state.c), the course of the steps (report_steps.c) and the
   expectations (report_findings.c); numbers are rounded where their error bars begin (report_format.c). Nothing here
   solves anything. */
#ifndef SB_OUTPUT_REPORT_H
#define SB_OUTPUT_REPORT_H

#include <stdio.h>

#include "output/run.h"

/* NONE: there is no state to judge. */
typedef enum {
  SB_VERDICT_EQUILIBRIUM,
  SB_VERDICT_MIXED,
  SB_VERDICT_HELD,
  SB_VERDICT_STEADY,
  SB_VERDICT_RUNNING_DOWN,
  SB_VERDICT_NOT_STEADY,
  SB_VERDICT_NONE
} SbVerdict;

/* What the last state of a step is. Not steady: it still changes; of these a cell is running down that loses the
   gradients across a membrane. A transient's end at which nothing flows is judged like a steady state. Equilibrium: no
   species flows anywhere, but for rounding and what a driving force within the wanted accuracy of potentials would
   move, and no couple reacts. Mixed potential: no net current passes an electrode on which couples react against each
   other. */
SbVerdict sb_verdict(const SbRun *run, const SbStepResult *step);
const char *sb_verdict_text(SbVerdict verdict);

/* Why, in words: which species flow, whether there is a current. */
void sb_verdict_reason(const SbRun *run, const SbStepResult *step, char *buffer, size_t size);

/* One expectation with what was found. */
typedef struct {
  const SbExpect *expect;
  double value;      /* computed; NAN: could not be read */
  double difference; /* computed - expected */
  double tolerance;  /* absolute */
  bool met;
  const char *problem; /* why it could not be read, a static text; NULL */
} SbFinding;

/* malloc'd, [expect.count]. Without `at`: at the end of the last step. `at: time` is read in the last transient step
   that stopped there, `at: potential` and `at: value` in the last sweep that did. */
SbFinding *sb_findings_create(const SbRun *run);

/* Whether all of them are met. */
bool sb_findings_met(const SbRun *run, const SbFinding *findings);

/* What an expectation is about, to print: "potential at 1 ns", "closed form henderson". */
void sb_expect_name(const SbRun *run, const SbExpect *expect, char *buffer, size_t size);

/* The answer for people, under 40 lines for a single step. */
void sb_report_text(const SbRun *run, const SbFinding *findings, FILE *stream);

/* The same for machines: one JSON object. */
void sb_report_json(const SbRun *run, const SbFinding *findings, FILE *stream);

#endif
