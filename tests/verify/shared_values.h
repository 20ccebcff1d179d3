/* Tests made from the table of cases: every comparison within the case's own tolerance. */
#ifndef SB_TESTS_VERIFY_SHARED_VALUES_H
#define SB_TESTS_VERIFY_SHARED_VALUES_H

#include "shared_cases.h"

/* One test a case that `part` picks a function of, in a program of its own: `main` returns this. */
int values_main(const char *name, CaseCheck *(*part)(const Case *));

#endif
