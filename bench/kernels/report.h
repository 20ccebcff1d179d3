/* The results as tables in plain text, and as JSON. */
#ifndef SB_BENCH_REPORT_H
#define SB_BENCH_REPORT_H

#include "results.h"

void report_text(const Bench *bench);
void report_json(const Bench *bench);

/* The processor's name. */
void report_processor(char *name, size_t size);

#endif
