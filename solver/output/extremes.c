#include "output/extremes.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* A course: places, potentials and values. */
typedef struct {
  int count;
  double *place, *potential, *value; /* [count] */
} Course;

static double reading(const SbRun *run, const SbStepResult *step, int frame, const SbMeasure *measure) {
  const SbReading *found = sb_run_reading(run, step, frame, measure);
  return found && step->solved[frame] ? found->value : NAN;
}

static Course course_create(const SbRun *run, const SbStepResult *step, const SbMeasure *measure) {
  const SbMeasure potential = {.quantity = SB_QUANTITY_POTENTIAL, .species = -1, .terminal = -1, .x = NAN};
  const int column = sb_run_traced(run, measure), most = step->trace.count > 0 ? step->trace.count : step->frame_count;
  Course course = {.place = sb_calloc(3 * (size_t)most + 1, sizeof(double))};
  course.potential = course.place + most;
  course.value = course.potential + most;
  for (int i = 0; i < most; i++) {
    const double *row = step->trace.rows + (size_t)i * (2 + (size_t)run->trace_count);
    const bool traced = step->trace.count > 0 && column >= 0;
    const double value = traced ? row[column] : reading(run, step, i, measure);
    if (isnan(value))
      continue;
    course.place[course.count] = traced ? row[0] : step->coordinate[i];
    course.potential[course.count] = traced ? row[1] : reading(run, step, i, &potential);
    course.value[course.count++] = value;
  }
  return course;
}

/* Value at x of the parabola through three points. */
static double parabola(const double *x, const double *y, double at) {
  const double first = (y[1] - y[0]) / (x[1] - x[0]), second = (y[2] - y[1]) / (x[2] - x[1]);
  return y[0] + (at - x[0]) * (first + (at - x[1]) * (second - first) / (x[2] - x[0]));
}

/* Where the parabola through three points is flat, if that is between the outer two; otherwise the middle one. */
static double vertex(const double *x, const double *y) {
  const double first = (y[1] - y[0]) / (x[1] - x[0]), second = (y[2] - y[1]) / (x[2] - x[1]);
  const double bend = (second - first) / (x[2] - x[0]), at = 0.5 * (x[0] + x[1] - first / bend);
  return isfinite(at) && (at - x[0]) * (at - x[2]) < 0.0 ? at : x[1];
}

/* Place on the way from `from` in that direction where the value falls to `level`; NAN: nowhere. */
static double crossing(const Course *course, int from, int direction, double level) {
  for (int i = from; i + direction >= 0 && i + direction < course->count; i += direction) {
    const double a = course->value[i], b = course->value[i + direction];
    if (b <= level)
      return course->place[i] + (course->place[i + direction] - course->place[i]) * (a - level) / (a - b);
  }
  return NAN;
}

static SbExtreme extreme_of(const Course *course, double sign) {
  int best = 0;
  for (int i = 1; i < course->count; i++)
    if (sign * course->value[i] > sign * course->value[best])
      best = i;
  SbExtreme extreme = {course->value[best], course->place[best], course->potential[best], NAN};
  const double *x = course->place + best - 1;
  if (best > 0 && best + 1 < course->count && x[0] != x[1] && x[1] != x[2]) {
    extreme.place = vertex(x, course->value + best - 1);
    extreme.value = parabola(x, course->value + best - 1, extreme.place);
    extreme.potential = parabola(x, course->potential + best - 1, extreme.place);
  }
  const double half = 0.5 * (course->value[0] + extreme.value);
  extreme.width = crossing(course, best, 1, half) - crossing(course, best, -1, half);
  return extreme;
}

bool sb_extreme(const SbRun *run, const SbMeasure *measure, double sign, SbExtreme *extreme) {
  for (int i = run->step_count - 1; i >= 0; i--) {
    const SbStepResult *step = &run->steps[i];
    if (!step->coordinate_name)
      continue;
    Course course = course_create(run, step, measure);
    const bool found = course.count > 0;
    if (found)
      *extreme = extreme_of(&course, sign);
    free(course.place);
    return found;
  }
  return false;
}

/* How far a course rises to its peak, and when it has first risen by half of that. */
typedef struct {
  double height, time;
} Rise;

static Rise rise_of(const Course *course) {
  Rise rise = {.height = extreme_of(course, 1.0).value - course->value[0], .time = NAN};
  const double half = course->value[0] + 0.5 * rise.height;
  for (int i = 0; i + 1 < course->count && isnan(rise.time); i++) {
    const double a = course->value[i], b = course->value[i + 1];
    if (a < half && b >= half)
      rise.time = course->place[i] + (course->place[i + 1] - course->place[i]) * (half - a) / (b - a);
  }
  return rise;
}

double sb_conduction_velocity(const SbRun *run, const SbStepResult *step) {
  Rise rise[2];
  double x[2];
  if (!run->problem->cable || step->trace.count == 0)
    return NAN;
  for (int k = 0; k < 2; k++) {
    const SbMeasure waypoint = sb_run_waypoint(run->problem, k);
    Course course = course_create(run, step, &waypoint);
    x[k] = waypoint.x;
    rise[k] = rise_of(&course);
    free(course.place);
  }
  const int first = rise[0].time < rise[1].time ? 0 : 1;
  const double early = rise[first].height, late = rise[1 - first].height;
  const bool passes = fmin(early, late) > run->problem->thermal_voltage && late > 0.5 * early;
  return passes ? (x[1] - x[0]) / (rise[1].time - rise[0].time) : NAN;
}
