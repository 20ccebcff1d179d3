/* Failures in words. */
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/units.h"
#include "protocol/session.h"

char *sb_explain_steady(const SbProblem *problem, const SbLevel *level) {
  const SbNewtonReport *report = &level->newton->report;
  const size_t size = 1200;
  char *text = sb_calloc(size, 1), place[64];
  const SbMesh *mesh = level->mesh;
  const int node = report->node < mesh->nodes ? report->node : 0;
  const int link = node < mesh->nodes - 1 ? node : node - 1;
  sb_units_print(place, sizeof place, problem->inner_radius + mesh->x[node], SB_DIMENSION_LENGTH, 4);
  snprintf(text, size,
           "no steady state found: %s. The largest change is still in %s%s at x = %s (region '%s'), %.2g of its size. "
           "Tried from "
           "the start: Newton's method, continuation in fixed charge and set-points, pseudo-transient continuation (%d "
           "iterations "
           "on %d cells). What helps: a sweep that goes to this value from a milder one, or a transient step that "
           "settles before "
           "the steady one; and a look at whether the deck asks for a state that exists.",
           report->failure ? report->failure : "the iteration broke down",
           report->species < 0 ? "the electric potential" : "the concentration of ",
           report->species < 0 ? "" : problem->species[report->species].name, place,
           problem->regions[mesh->interval[link]].name, isfinite(report->update) ? report->update : 1.0,
           report->iterations, mesh->nodes - 1);
  return text;
}
