/* The command line of bench_kernels, and the list of what it can time. */
#ifndef SB_BENCH_OPTIONS_H
#define SB_BENCH_OPTIONS_H

#include <stdbool.h>

typedef enum {
#define PART(id, name, doc) PART_##id,
#include "parts.def"
#undef PART
  PARTS
} Part;

extern const char *const part_names[PARTS];

enum { MOST_CHOICES = 16 };

typedef struct {
  int count;
  int of[MOST_CHOICES];
} Choices;

typedef struct {
  bool parts[PARTS]; /* which are wanted */
  Choices species, cells, threads;
  int rounds;
  long repeat;        /* runs in each of the times taken, one in each round; 0: as many as fill the times below */
  double sample_time; /* s, least of each of the times taken */
  double turn_time;   /* s, least of a kernel's turn in a round */
  bool json;
} Options;

/* Ends the program after --help or a mistake. */
Options options_parse(int argc, char **argv);

/* Whether any part from first to last is wanted. */
bool options_want(const Options *options, Part first, Part last);

#endif
