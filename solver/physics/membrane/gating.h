/* Gating schemes of ion channels: an inner table of the gated mechanism. A scheme is one entry of the table in
   gating.c: gates that open at the rate alpha(V) and close at beta(V), and the exponents with which they count. */
#ifndef SB_PHYSICS_MEMBRANE_GATING_H
#define SB_PHYSICS_MEMBRANE_GATING_H

enum { SB_MOST_SCHEME_GATES = 3 };

/* A rate (1/s) at a membrane potential (V), and its derivative (1/s/V). */
typedef struct {
  double value, slope;
} SbGateRate;

typedef struct {
  const char *name;
  int exponent;
  SbGateRate (*opening)(double potential); /* alpha */
  SbGateRate (*closing)(double potential); /* beta */
} SbGate;

typedef struct {
  const char *name, *reference;
  int gate_count;
  SbGate gates[SB_MOST_SCHEME_GATES];
} SbGatingScheme;

extern const SbGatingScheme sb_gating_schemes[];
extern const char *const sb_gating_names[]; /* NULL-ended, same order */

#endif
