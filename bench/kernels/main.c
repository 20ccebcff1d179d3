/* bench_kernels: what the parts of a Newton iteration cost per cell, against what the machine allows. See
   bench/README.md. */
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"
#include "groups.h"
#include "report.h"

int main(int argc, char **argv) {
  const Options options = options_parse(argc, argv);
  static Bench bench;
  bench.options = &options;
  getloadavg(&bench.load, 1);
  bench_loops(&bench);
  for (int s = 0; s < options.species.count; s++)
    bench_chains(&bench, options.species.of[s]);
  oracle_finish();
  if (options.json)
    report_json(&bench);
  else
    report_text(&bench);
  fflush(stdout);
  const bool right = bench_right(&bench);
  free(bench.kernels);
  return right ? SB_OK : SB_MISSED;
}
