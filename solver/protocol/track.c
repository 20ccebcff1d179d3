#include "protocol/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/timing.h"
#include "output/progress.h"

SbTrack sb_track_create(SbSession *session, int landings, double until, const char *what) {
  SbTrack track = {.session = session, .what = what, .capacity = landings + 1, .until = until};
  track.times = sb_calloc((size_t)track.capacity, sizeof(double));
  track.readings = sb_calloc((size_t)track.capacity * (size_t)session->run->measure_count, sizeof(SbReading));
  track.states = sb_calloc((size_t)track.capacity, sizeof(double *));
  track.slope_step = 1e-7 * until;
  return track;
}

void sb_track_clear(SbTrack *track) {
  for (int i = 0; i < track->capacity; i++)
    free(track->states[i]);
  free(track->states);
  free(track->times);
  free(track->readings);
  free(track->trace.rows);
  *track = (SbTrack){0};
}

static double set_potential(const SbProblem *problem, SbSide side, double t) {
  const SbTerminal *terminal = &problem->terminals[side];
  return terminal->control && terminal->control->sets_potential
             ? terminal->control->setpoint(terminal->control_params, t)
             : 0.0;
}

SbMoment sb_track_moment(const SbProblem *problem, double time, double dt) {
  SbMoment moment = {.steady = false, .time = time};
  /* one-sided, so that it does not look across a jump at `time` */
  const double drop = set_potential(problem, SB_RIGHT, time + dt) - set_potential(problem, SB_LEFT, time + dt);
  moment.potential_slope = (drop - set_potential(problem, SB_RIGHT, time) + set_potential(problem, SB_LEFT, time)) / dt;
  return moment;
}

SbReading *sb_track_frame(const SbTrack *track, int frame) {
  return track->readings + (size_t)frame * (size_t)track->session->run->measure_count;
}

static PetscErrorCode Landed(void *context, int index, double time, const SbLevel *level) {
  PetscFunctionBeginUser;
  SbTrack *track = context;
  const SbMoment moment = sb_track_moment(level->chain->problem, time, track->slope_step);
  sb_session_read(track->session, level, &moment, sb_track_frame(track, track->count));
  if (index < 0)
    sb_trace_add(&track->trace, track->session->run, level->chain, level->u, &moment, time);
  const size_t bytes = (size_t)level->chain->unknowns * sizeof(double);
  track->states[track->count] = sb_calloc(1, bytes);
  memcpy(track->states[track->count], level->u, bytes);
  track->times[track->count++] = time;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Trapezoidal integral of the current over the steps. */
static PetscErrorCode Stepped(void *context, double time, const SbLevel *level) {
  PetscFunctionBeginUser;
  SbTrack *track = context;
  const SbMeasure measure = {.quantity = SB_QUANTITY_CURRENT, .species = -1, .terminal = -1, .x = NAN};
  /* just before the step's end, looking back into it: a control may jump at `time` */
  const double back = fmin(track->slope_step, 0.5 * (time - track->last_time));
  const SbMoment moment = sb_track_moment(level->chain->problem, nextafter(time, -INFINITY), -back);
  if (level->chain->problem->has_potential) {
    sb_timing_begin(SB_PART_READING);
    const double current = sb_measure(level->chain, level->u, &moment, &measure, NULL).value;
    sb_timing_end(SB_PART_READING, 0);
    if (track->last_time == 0.0)
      track->last_current = current;
    track->charge += 0.5 * (current + track->last_current) * (time - track->last_time);
    track->last_current = current;
  }
  sb_trace_add(&track->trace, track->session->run, level->chain, level->u, &moment, time);
  track->last_time = time;
  sb_progress(track->what, log(time / track->slope_step), log(track->until / track->slope_step));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A jump of the controls: its charge counts, and the trapezoids begin anew behind it. */
static PetscErrorCode Jumped(void *context, double charge, const SbLevel *level) {
  PetscFunctionBeginUser;
  SbTrack *track = context;
  const SbMeasure measure = {.quantity = SB_QUANTITY_CURRENT, .species = -1, .terminal = -1, .x = NAN};
  const SbMoment moment = sb_track_moment(level->chain->problem, track->last_time, track->slope_step);
  track->charge += charge;
  if (level->chain->problem->has_potential)
    track->last_current = sb_measure(level->chain, level->u, &moment, &measure, NULL).value;
  PetscFunctionReturn(PETSC_SUCCESS);
}

void sb_track_follow(SbTrack *track, SbTransientPlan *plan) {
  plan->landed = Landed;
  plan->stepped = Stepped;
  plan->jumped = Jumped;
  plan->context = track;
}
