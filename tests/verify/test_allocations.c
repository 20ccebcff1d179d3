/* The time loop takes no memory: a transient of several times the steps makes as many allocations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "shared_run.h"

#ifdef __SANITIZE_ADDRESS__
#define COUNTS 0 /* the sanitizer has allocators of its own */
#else
#define COUNTS 1
/* In place of the C library's, for the whole process; these are its own under their other names. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static long allocations;

void *malloc(size_t size) {
  allocations++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  allocations++;
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  allocations++;
  return __libc_realloc(memory, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  allocations++;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : 12;
}

static const char deck[] = "saltbridge: 1\nspecies: [H+, Cl-]\naccuracy: {time: %g}\n"
                           "domain:\n  - {region: a, width: 1 um, cells: 50, fill: {H+: 100 mM, Cl-: 100 mM}}\n"
                           "  - {region: b, width: 1 um, cells: 50, fill: {H+: 10 mM, Cl-: 10 mM}}\n"
                           "terminals: {left: {electrode: {}, potential: 0 V}, right: {electrode: {}, potential: "
                           "{sine: {mean: 0 V, amplitude: "
                           "10 mV, frequency: 1 MHz}}}}\n"
                           "protocol: [transient: {until: 1 us, record: {every: 0.1 us}}]\n";

/* Allocations of a run; steps: how many it took. */
static long count(double tolerance, int *steps) {
  char text[2000];
  assert_in_range(snprintf(text, sizeof text, deck, tolerance), 1, sizeof text - 1);
  const long before = allocations;
  Solved *solved = solve_deck(text);
  const long made = allocations - before;
  *steps = solved_step(solved)->effort.time_steps;
  solved_end(&solved);
  return made;
}
#endif

static void steps_allocate_nothing(void **state) {
  (void)state;
#if COUNTS
  int few, many;
  count(1e-3, &few); /* what is done once in a process */
  const long of_few = count(1e-3, &few), of_many = count(1e-6, &many);
  print_message("  %d steps: %ld allocations; %d steps: %ld\n", few, of_few, many, of_many);
  assert_true(many > 2 * few);
  assert_true(of_many - of_few < (many - few) / 10); /* the list of the steps itself grows now and then */
#else
  skip();
#endif
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(steps_allocate_nothing)};
  verify_initialize();
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
