/* Waveforms: a control's value as a function of time. Time starts at 0 in each transient step; a steady step sees the
   value just before time 0. A new waveform is one table entry in waveforms.def with its schema and two functions. */
#ifndef SB_MODEL_WAVEFORM_H
#define SB_MODEL_WAVEFORM_H

#include "deck/schema.h"

typedef struct {
  SbSchema schema; /* fields of the parameters; dimensions as the parent's */
  /* Value at time t (s); t < 0 is before the start. At a jump the value is the one after it. */
  double (*value)(const void *params, double t);
  /* First time strictly after t at which the waveform or its slope jumps; INFINITY where there is none. */
  double (*next_break)(const void *params, double t);
} SbWaveformKind;

/* NULL-ended list of the schemas, for fields of type SB_TYPE_WAVEFORM. */
extern const SbSchema *const sb_waveform_schemas[];

double sb_waveform_value(const SbVariant *waveform, double t);
double sb_waveform_next_break(const SbVariant *waveform, double t);

#endif
