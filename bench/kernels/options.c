#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "kernel.h"
#include "setting.h"

const char *const part_names[PARTS] = {
#define PART(id, name, doc) name,
#include "parts.def"
#undef PART
};

static const char *const part_docs[PARTS] = {
#define PART(id, name, doc) doc,
#include "parts.def"
#undef PART
};

static void help(void) {
  printf("bench_kernels: time of the solver's kernels per cell, against the roofline measured in the same run\n\n"
         "usage: bench_kernels [OPTIONS]\n\n"
         "  --quick           up to 10 000 cells and fewer rounds: a few seconds instead of a few minutes\n"
         "  --json            the results as JSON\n"
         "  --only PART,...   these parts only (see below); without triad and fma there is no roofline\n"
         "  --species N,...   numbers of species, 2 to %d (default 2,3,5,8)\n"
         "  --cells N,...     numbers of cells, from %d on (default 1000,10000,100000,1000000)\n"
         "  --threads N,...   numbers of OpenMP threads (default 1,2)\n"
         "  --rounds N        rounds in which all kernels take turns (default 5; 3 with --quick)\n"
         "  --repeat N        runs in each round, one round unless --rounds says otherwise: nothing then depends on\n"
         "                    the time anything takes, so that instructions can be counted\n\n"
         "Ends with 1 if a kernel computed something wrong. Parts:\n\n",
         MOST_SPECIES, FEWEST_CELLS);
  for (int p = 0; p < PARTS; p++)
    printf("  %-13s %s\n", part_names[p], part_docs[p]);
}

static _Noreturn void wrong_usage(const char *option, const char *text) {
  fprintf(stderr, "bench_kernels: --%s cannot be '%s' (bench_kernels --help)\n", option, text);
  exit(SB_USAGE);
}

static long parse_number(const char *option, const char *text, long least, long most) {
  char *end;
  const long number = strtol(text, &end, 10);
  if (end == text || *end != '\0' || number < least || number > most)
    wrong_usage(option, text);
  return number;
}

static Choices parse_choices(const char *option, char *text, long least, long most) {
  Choices choices = {0};
  for (char *rest = text, *word; (word = strsep(&rest, ","));) {
    if (choices.count == MOST_CHOICES)
      wrong_usage(option, word);
    choices.of[choices.count++] = (int)parse_number(option, word, least, most);
  }
  return choices;
}

static void parse_parts(char *text, bool *wanted) {
  memset(wanted, 0, PARTS * sizeof *wanted);
  for (char *rest = text, *word; (word = strsep(&rest, ","));) {
    int p = 0;
    while (p < PARTS && strcmp(part_names[p], word) != 0)
      p++;
    if (p == PARTS)
      wrong_usage("only", word);
    wanted[p] = true;
  }
}

bool options_want(const Options *options, Part first, Part last) {
  for (int p = (int)first; p <= (int)last; p++)
    if (options->parts[p])
      return true;
  return false;
}

Options options_parse(int argc, char **argv) {
  static const struct option known[] = {
      {"quick", no_argument, NULL, 'q'},        {"json", no_argument, NULL, 'j'},
      {"only", required_argument, NULL, 'o'},   {"species", required_argument, NULL, 's'},
      {"cells", required_argument, NULL, 'c'},  {"threads", required_argument, NULL, 't'},
      {"rounds", required_argument, NULL, 'r'}, {"repeat", required_argument, NULL, 'n'},
      {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
  Options options = {.species = {4, {2, 3, 5, 8}}, .threads = {2, {1, 2}}};
  bool quick = false;
  for (int p = 0; p < PARTS; p++)
    options.parts[p] = true;
  for (int letter, index = 0; (letter = getopt_long(argc, argv, "h", known, &index)) != -1;) {
    const char *name = known[index].name;
    if (letter == 'h') {
      help();
      exit(SB_OK);
    } else if (letter == 'q') {
      quick = true;
    } else if (letter == 'j') {
      options.json = true;
    } else if (letter == 'o') {
      parse_parts(optarg, options.parts);
    } else if (letter == 's') {
      options.species = parse_choices(name, optarg, 2, MOST_SPECIES);
    } else if (letter == 'c') {
      options.cells = parse_choices(name, optarg, FEWEST_CELLS, 100000000);
    } else if (letter == 't') {
      options.threads = parse_choices(name, optarg, 1, 1024);
    } else if (letter == 'r') {
      options.rounds = (int)parse_number(name, optarg, 1, MOST_ROUNDS);
    } else if (letter == 'n') {
      options.repeat = parse_number(name, optarg, 1, 1000000000);
    } else {
      exit(SB_USAGE);
    }
  }
  if (optind < argc) {
    fprintf(stderr, "bench_kernels: what is '%s'? (bench_kernels --help)\n", argv[optind]);
    exit(SB_USAGE);
  }
  if (options.cells.count == 0)
    options.cells = quick ? (Choices){2, {1000, 10000}} : (Choices){4, {1000, 10000, 100000, 1000000}};
  if (options.rounds == 0)
    options.rounds = options.repeat ? 1 : quick ? 3 : 5;
  options.sample_time = 1e-3;
  options.turn_time = quick ? 5e-3 : 20e-3;
  return options;
}
