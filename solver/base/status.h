/* Outcomes of a run, as one list of name, process exit code and meaning. */
#ifndef SB_BASE_STATUS_H
#define SB_BASE_STATUS_H

#define SB_STATUS_LIST(X)                                                                                              \
  X(OK, 0, "ok")                                                                                                       \
  X(MISSED, 1, "an expectation was missed")                                                                            \
  X(DIVERGED, 2, "no convergence")                                                                                     \
  X(USAGE, 64, "wrong usage")                                                                                          \
  X(BAD_DECK, 65, "bad deck")                                                                                          \
  X(NO_FILE, 66, "no such file")                                                                                       \
  X(INTERNAL, 70, "internal error")                                                                                    \
  X(IO, 74, "input or output failed")                                                                                  \
  X(STOPPED, 75, "stopped by a signal")

/* The enumerator's value is the exit code of the process. */
typedef enum {
#define SB_STATUS_ENUM(name, code, text) SB_##name = (code),
  SB_STATUS_LIST(SB_STATUS_ENUM)
#undef SB_STATUS_ENUM
} SbStatus;

/* The meaning of a status in a few words. */
const char *sb_status_text(SbStatus status);

#endif
