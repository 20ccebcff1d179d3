/* The parts of the text, in the order in which report.c prints them. */
#ifndef SB_OUTPUT_REPORT_PARTS_H
#define SB_OUTPUT_REPORT_PARTS_H

#include "output/report.h"
#include "output/report_facts.h"

/* Course of the steps: a line for each that has one state, a table for each that has more, the reason where one failed.
 */
void sb_report_steps(const SbRun *run, const SbFinding *findings, FILE *stream);

/* Of the last state: potential, current and charges with bars; ions; closed forms; ledger. */
void sb_report_answer(const SbRun *run, const SbStepResult *step, const SbFacts *facts, FILE *stream);
void sb_report_ions(const SbStepResult *step, const SbFacts *facts, FILE *stream);
/* Couples of each electrode that has some. */
void sb_report_electrodes(const SbRun *run, const SbStepResult *step, FILE *stream);
/* Ions and mechanisms of each membrane. */
void sb_report_membranes(const SbRun *run, const SbStepResult *step, FILE *stream);
/* A table of closed forms, under it what those assume that differ. */
void sb_report_comparisons(const SbComparison *list, int count, FILE *stream);
void sb_report_closed_forms(const SbRun *run, const SbStepResult *step, const SbFacts *facts, FILE *stream);
void sb_report_ledger(const SbStepResult *step, FILE *stream);

/* How a step got there. */
void sb_report_effort(const SbStepResult *step, FILE *stream);

void sb_report_findings(const SbRun *run, const SbFinding *findings, FILE *stream);

/* What a sensitivity step found. */
void sb_report_sensitivities(const SbRun *run, const SbStepResult *step, FILE *stream);

#endif
