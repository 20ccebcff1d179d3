#include "shared_values.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct {
  const Case *item;
  CaseCheck *check;
} Task;

typedef struct {
  int compared, missed;
} Score;

static void hold(Verification *verification, const Comparison *comparison) {
  Score *score = verification->context;
  const Target *target = &comparison->target;
  score->compared++;
  if (fabs(comparison->value - target->value) <= target->tolerance)
    return;
  score->missed++;
  fprintf(stderr, "%s: %s is %.12g, expected %.12g +- %.3g (bars: mesh %.2g, time %.2g)\n", comparison->reference,
          target->name, comparison->value, target->value, target->tolerance, comparison->mesh_bar,
          comparison->time_bar);
}

static void one_case(void **state) {
  const Task *task = *state;
  Score score = {0};
  Verification verification = {.compare = hold, .context = &score};
  Reference *reference = reference_open(task->item->name);
  task->check(&verification, reference);
  reference_close(&reference);
  if (score.compared == 0 || score.missed > 0)
    fail_msg("%s: %d of %d values missed", task->item->name, score.missed, score.compared);
}

int values_main(const char *name, CaseCheck *(*part)(const Case *)) {
  struct CMUnitTest *tests = calloc((size_t)case_count, sizeof *tests);
  Task *tasks = calloc((size_t)case_count, sizeof *tasks);
  size_t count = 0;
  for (int i = 0; i < case_count; i++) {
    CaseCheck *check = part(&cases[i]);
    if (!check)
      continue;
    tasks[count] = (Task){&cases[i], check};
    tests[count] = (struct CMUnitTest){.name = cases[i].name, .test_func = one_case, .initial_state = &tasks[count]};
    count++;
  }
  verify_initialize();
  const int failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
  free(tasks);
  free(tests);
  return verify_finalize(failed);
}
