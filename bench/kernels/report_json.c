#include <omp.h>
#include <stdio.h>

#include "report.h"

/* JSON has no NaN. */
static void print_value(const char *name, double value) {
  if (isfinite(value))
    printf(", \"%s\": %.6g", name, value);
  else
    printf(", \"%s\": null", name);
}

static void print_kernel(const Bench *bench, const Kernel *kernel) {
  printf("    {\"part\": \"%s\", \"version\": \"%s\", \"species\": %d, \"cells\": %d, \"threads\": %d",
         part_names[kernel->part], kernel->variant, kernel->species, kernel->cells, kernel->threads);
  print_value("median", kernel->median);
  print_value("least", kernel->least);
  print_value("bytes", kernel->bytes);
  print_value("operations", kernel->operations);
  print_value("share of roofline", kernel->part > PART_FMA ? results_share(bench, kernel) : NAN);
  print_value("error", kernel->deviation);
  print_value("bound of error", kernel->bound);
  printf(", \"repeat\": %ld}", kernel->repeat);
}

static void print_footprint(const Footprint *f) {
  printf("    {\"species\": %d, \"cells\": %d", f->species, f->cells);
  print_value("matrix", f->matrix);
  print_value("solver", f->solver);
  print_value("vector", f->vector);
  printf(", \"solutions\": %ld, \"refined\": %ld, \"pivoted\": %ld}", f->solutions, f->refinements, f->fallbacks);
}

static const char *comma(int index, int count) {
  return index + 1 < count ? "," : "";
}

void report_json(const Bench *bench) {
  char processor[256];
  Goal goals[MOST_GOALS];
  const int count = results_goals(bench, goals);
  const Choices *species = &bench->options->species;
  report_processor(processor, sizeof processor);
  printf("{\n  \"version\": \"%s\",\n  \"machine\": {\"processor\": \"%s\", \"cores\": %d},\n  \"rounds\": %d,\n"
         "  \"units\": {\"median\": \"s\", \"least\": \"s\", \"bytes\": \"per unit of work\", \"matrix\": \"bytes per "
         "cell\"},\n",
         SB_VERSION, processor, omp_get_num_procs(), bench->options->rounds);
  printf("  \"kernels\": [\n");
  for (int k = 0; k < bench->count; k++) {
    print_kernel(bench, &bench->kernels[k]);
    printf("%s\n", comma(k, bench->count));
  }
  printf("  ],\n  \"memory\": [\n");
  for (int k = 0; k < bench->footprint_count; k++) {
    print_footprint(&bench->footprints[k]);
    printf("%s\n", comma(k, bench->footprint_count));
  }
  printf("  ],\n  \"exponents of a Newton iteration\": [\n");
  for (int s = 0; s < species->count; s++) {
    const Exponent exponent = results_exponent(bench, PART_NEWTON, species->of[s]);
    printf("    {\"species\": %d", species->of[s]);
    print_value("slope", exponent.slope);
    print_value("uncertainty", exponent.uncertainty);
    printf("}%s\n", comma(s, species->count));
  }
  printf("  ],\n  \"goals\": [\n");
  for (int g = 0; g < count; g++)
    printf("    {\"goal\": \"%s\", \"value\": \"%s\", \"reached\": %s}%s\n", goals[g].goal, goals[g].value,
           goals[g].reached ? "true" : "false", comma(g, count));
  printf("  ]\n}\n");
}
