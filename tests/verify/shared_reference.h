/* The reference cases of tests/reference/NAME.json: inputs as numbers, expected values with their tolerances. Every
   expected entry that is asked for is marked, so that a test can say which were not. */
#ifndef SB_TESTS_VERIFY_SHARED_REFERENCE_H
#define SB_TESTS_VERIFY_SHARED_REFERENCE_H

#include <stdbool.h>

enum { REFERENCE_MOST = 64, REFERENCE_NAME = 128 };

typedef struct Reference Reference;

/* One expected number, SI. */
typedef struct {
  char name[REFERENCE_NAME];
  double value;
  double tolerance;   /* absolute: the entry's own, of a list also a share of its largest number */
  double uncertainty; /* absolute, of the reference itself, digits printed included */
  int entry, number;  /* which number of which entry; entry -1: of none */
} Target;

/* Fails the test if there is no such file. */
Reference *reference_open(const char *name);
void reference_close(Reference **reference);
const char *reference_name(const Reference *reference);

/* Inputs. A list's numbers go to numbers[REFERENCE_MOST]; returns how many. `has`: whether the key is there. */
bool reference_has(const Reference *reference, const char *key);
double reference_number(const Reference *reference, const char *key);
int reference_numbers(const Reference *reference, const char *key, double *numbers);
const char *reference_text(const Reference *reference, const char *key, int i);

/* Inputs that are a list of maps: how many there are, and a number of one (NAN where it has none). */
int reference_rows(const Reference *reference, const char *key);
double reference_row_number(const Reference *reference, const char *key, int row, const char *name);

/* Number of expected entries, the text of one, and the first from `from` on whose quantity contains the words (marked
   as used), or -1. */
int reference_entries(const Reference *reference);
const char *reference_quantity(const Reference *reference, int entry);
const char *reference_entry_text(const Reference *reference, int entry, const char *key); /* "" where absent */
int reference_find(const Reference *reference, const char *words, int from);
/* As reference_find from the start, but fails the test where there is none. */
int reference_entry(const Reference *reference, const char *words);

/* Notes that a target is compared; how many different numbers of an entry were, and how many it has. */
void reference_mark(Reference *reference, const Target *target);
int reference_marked(const Reference *reference, int entry);
int reference_size(const Reference *reference, int entry);

/* Numbers of another list of an entry (such as "x_m"); returns how many. */
int reference_entry_numbers(const Reference *reference, int entry, const char *key, double *numbers);

/* Number `i` of an entry; column >= 0: of its row i. */
Target reference_target(const Reference *reference, int entry, int i, int column);

#endif
