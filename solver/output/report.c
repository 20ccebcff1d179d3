/* The answer as text: what was found, what it means, how far to trust it, how it was obtained. */
#include "output/report.h"

#include <ctype.h>
#include <math.h>

#include "output/report_format.h"
#include "output/report_parts.h"

static void print_verdict(const SbRun *run, const SbStepResult *step, FILE *stream) {
  char reason[768], sentence[900];
  sb_verdict_reason(run, step, reason, sizeof reason);
  snprintf(sentence, sizeof sentence, "%s: %s.", sb_verdict_text(sb_verdict(run, step)), reason);
  sentence[0] = (char)toupper((unsigned char)sentence[0]);
  fputc('\n', stream);
  sb_print_wrapped(stream, sentence, 0, 2);
}

/* A run of one steady step needs no account of its course, unless it failed. */
static bool has_course(const SbRun *run) {
  return run->step_count != 1 || run->steps[0].coordinate_name || run->steps[0].failure.message;
}

/* The last state in full; where there were several, says which one it is. */
static void print_state(const SbRun *run, const SbStepResult *step, FILE *stream) {
  const SbFacts facts = sb_facts(run, step);
  const int frame = sb_facts_frame(step);
  if (has_course(run)) {
    fprintf(stream, "\nLast state (%s", step->name);
    if (step->coordinate_name && step->driven < 0 && frame >= 0) {
      char place[64];
      sb_format_coordinate(place, sizeof place, step, frame);
      fprintf(stream, ", %s = %s", step->coordinate_name, place);
    }
    fputs(")\n", stream);
  }
  sb_report_answer(run, step, &facts, stream);
  print_verdict(run, step, stream);
  sb_report_electrodes(run, step, stream);
  sb_report_membranes(run, step, stream);
  sb_report_ions(step, &facts, stream);
  sb_report_closed_forms(run, step, &facts, stream);
  sb_report_ledger(step, stream);
}

void sb_report_text(const SbRun *run, const SbFinding *findings, FILE *stream) {
  const SbDeck *deck = run->problem->deck;
  fprintf(stream, "%s\n\n", deck->title ? deck->title : (deck->file ? deck->file : "(no title)"));
  const SbStepResult *step = sb_facts_step(run);
  if (has_course(run))
    sb_report_steps(run, findings, stream);
  if (step) {
    print_state(run, step, stream);
    if (!has_course(run))
      sb_report_effort(step, stream);
  }
  sb_report_findings(run, findings, stream);
}
