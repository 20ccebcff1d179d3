/* What one run of a transient leaves: readings (and states) at time 0 and at every landing, and the charge that passed.
 */
#ifndef SB_PROTOCOL_TRACK_H
#define SB_PROTOCOL_TRACK_H

#include "protocol/session.h"
#include "solve/transient.h"

typedef struct {
  SbSession *session;
  const char *what; /* for the progress line */
  int count;        /* frames so far */
  int capacity;
  double *times;       /* [capacity] */
  SbReading *readings; /* [capacity][measures] */
  double **states;     /* [capacity] whole states */
  SbTrace trace;       /* of every step */
  double until;
  double charge, last_time, last_current; /* running integral of the current */
  double slope_step;                      /* s, for the slope of the set potentials */
} SbTrack;

/* A track for so many landings besides time 0. what: for the progress line; until: end of the transient, s. */
SbTrack sb_track_create(SbSession *session, int landings, double until, const char *what);
void sb_track_clear(SbTrack *track);

/* Readings of a frame, [measures]. */
SbReading *sb_track_frame(const SbTrack *track, int frame);

/* Circumstances at a time, with the slope of the set potentials over dt behind it (before it, where dt is negative). */
SbMoment sb_track_moment(const SbProblem *problem, double time, double dt);

/* Makes a plan report to the track. */
void sb_track_follow(SbTrack *track, SbTransientPlan *plan);

#endif
