/* The versions of the transport's loop that this binary holds, for tests and benchmarks: same formula, same order of
   operations, other instructions. */
#ifndef SB_PHYSICS_BULK_TRANSPORT_H
#define SB_PHYSICS_BULK_TRANSPORT_H

#include <stdbool.h>

#include "physics/physics.h"

typedef struct {
  const char *name;
  bool (*runs_here)(void); /* can this processor run it? */
  void (*eval)(const SbLinkSpan *span, SbLinkFlux *out);
} SbTransportVersion;

/* Fastest first; the last before the NULL name runs everywhere. */
extern const SbTransportVersion sb_transport_versions[];

#endif
