/* The answer in words and numbers (stdout) and as JSON; the verdict; the expectations. */
#ifndef SB_OUTPUT_REPORT_H
#define SB_OUTPUT_REPORT_H

#include <stdio.h>

#include "output/run.h"

typedef enum { SB_VERDICT_EQUILIBRIUM, SB_VERDICT_STEADY, SB_VERDICT_NOT_STEADY, SB_VERDICT_NONE } SbVerdict;

/* Equilibrium: no flux, current or entropy production beyond what bars and rounding allow. */
SbVerdict sb_verdict(const SbRun *run, const SbStepResult *step);
const char *sb_verdict_text(SbVerdict verdict);

/* One expectation with what was found. */
typedef struct {
  const SbExpect *expect;
  double value;        /* computed; NAN: could not be read */
  double difference;   /* computed - expected */
  double tolerance;    /* absolute */
  bool met;
  const char *problem; /* why it could not be read; NULL */
} SbFinding;

/* malloc'd, [expect.count]. */
SbFinding *sb_findings_create(const SbRun *run);

/* The answer for people, under 40 lines for a single step. */
void sb_report_text(const SbRun *run, const SbFinding *findings, FILE *stream);

/* The same for machines: one JSON object. */
void sb_report_json(const SbRun *run, const SbFinding *findings, FILE *stream);

#endif
