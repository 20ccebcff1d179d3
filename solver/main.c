/* The command line: which command, which options, and the exit code. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/timing.h"
#include "base/units.h"
#include "protocol/commands.h"

typedef struct {
  const char *name, *arguments, *doc;
  SbStatus (*run)(int argc, char **argv); /* argv[0] is the command's name */
} Command;

static const Command commands[] = {
    {"run", "DECK [-o OUT.h5] [--json] [--profile] [-- PETSC OPTIONS]",
     "solve a deck, print the answer, store it; --profile: say where the time went", sb_command_run},
    {"check", "DECK", "read a deck and report every error in it", sb_command_check},
    {"manual", "[KIND] [--schema]", "the deck language (Markdown), one kind of it, or its JSON Schema",
     sb_command_manual},
    {"ions", "[NAME]", "the table of ions: charge, diffusivity, source", sb_command_ions},
    {"info", "OUT.h5", "what a stored run holds", sb_command_info},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void help(FILE *stream) {
  fprintf(stream,
          "saltbridge %s: electric potentials of matter out of equilibrium, in one dimension\n\n"
          "usage: saltbridge COMMAND ...\n\n",
          SB_VERSION);
  for (int i = 0; i < COMMANDS; i++)
    fprintf(stream, "  %-7s %s\n          %s\n", commands[i].name, commands[i].arguments, commands[i].doc);
  fprintf(stream,
          "\n  --help, --version\n\n"
          "Results go to stdout, messages to stderr. Exit codes: 0 ok, 1 an expectation missed, 2 no convergence,\n"
          "64 usage, 65 bad deck, 66 no such file, 70 internal error, 74 input or output, 75 stopped by a signal.\n"
          "A first deck: saltbridge manual reservoir; inputs/ has one folder of examples for each kind of cell.\n");
}

static SbStatus unknown(const char *word) {
  const char *names[COMMANDS];
  for (int i = 0; i < COMMANDS; i++)
    names[i] = commands[i].name;
  const char *near = sb_names_nearest(word, names, COMMANDS);
  fprintf(stderr, "saltbridge: no command '%s'", word);
  if (near)
    fprintf(stderr, "; did you mean '%s'?", near);
  fprintf(stderr, " (saltbridge --help lists them)\n");
  return SB_USAGE;
}

int main(int argc, char **argv) {
  sb_timing_start();
  SbStatus status = SB_USAGE;
  if (argc < 2) {
    help(stderr);
  } else if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    help(stdout);
    status = SB_OK;
  } else if (strcmp(argv[1], "--version") == 0) {
    printf("saltbridge %s\n", SB_VERSION);
    status = SB_OK;
  } else {
    int at = 0;
    while (at < COMMANDS && strcmp(commands[at].name, argv[1]) != 0)
      at++;
    const int last = argc - 1;
    if (at == COMMANDS) {
      status = unknown(argv[1]);
    } else if (argc == 3 && (strcmp(argv[last], "--help") == 0 || strcmp(argv[last], "-h") == 0)) {
      printf("usage: saltbridge %s %s\n%s\n", commands[at].name, commands[at].arguments, commands[at].doc);
      status = SB_OK;
    } else {
      status = commands[at].run(argc - 1, argv + 1);
    }
  }
  sb_units_finalize();
  return (int)status;
}
