/* Failures in words. */
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/units.h"
#include "problem/couples.h"
#include "protocol/session.h"

/* "Fe3+ runs out at the right electrode: ..." where a control asks an electrode for more than diffusion brings;
   otherwise nothing. */
static void explain_limit(const SbProblem *problem, char *text, size_t size) {
  text[0] = '\0';
  for (int i = 0; i < 4; i++) {
    const SbSide side = (SbSide)(i / 2);
    const SbTerminal *driver = &problem->terminals[i % 2];
    if (!sb_problem_reacts(problem, side) || !driver->control || driver->control->sets_potential ||
        driver->control->needs_far)
      continue;
    const double current = driver->control->setpoint(driver->control_params, -1.0);
    int species;
    const bool oxidation = side == SB_LEFT ? current > 0.0 : current < 0.0;
    const double limit = sb_couples_limit(problem, side, oxidation, &species);
    if (!(fabs(current) > limit) || species < 0)
      continue;
    snprintf(text, size,
             "%s runs out at the %s electrode: the deck asks for %.6g A/m2, and diffusion brings enough of it for %.6g "
             "A/m2, the limiting current%s. There is no steady state beyond it. ",
             problem->species[species].name, side == SB_LEFT ? "left" : "right", fabs(current), limit,
             problem->field->potential ? " (migration left out)" : "");
  }
}

char *sb_explain_steady(const SbProblem *problem, const SbLevel *level) {
  const SbNewtonReport *report = &level->newton->report;
  const size_t size = 1600;
  char *text = sb_calloc(size, 1), place[64], limit[400];
  explain_limit(problem, limit, sizeof limit);
  const SbMesh *mesh = level->mesh;
  const int node = report->node < mesh->nodes ? report->node : 0;
  const int link = node < mesh->nodes - 1 ? node : node - 1;
  sb_units_print(place, sizeof place, problem->inner_radius + mesh->x[node], SB_DIMENSION_LENGTH, 4);
  snprintf(
      text, size,
      "no steady state found: %s. %sThe largest change is still in %s%s at x = %s (region '%s'), %.2g of its size. "
      "Tried from "
      "the start: Newton's method, continuation in fixed charge and set-points, pseudo-transient continuation (%d "
      "iterations "
      "on %d cells). What helps: a sweep that goes to this value from a milder one, or a transient step that "
      "settles before "
      "the steady one; and a look at whether the deck asks for a state that exists.",
      report->failure ? report->failure : "the iteration broke down", limit,
      report->species < 0 ? "the electric potential" : "the concentration of ",
      report->species < 0 ? "" : problem->species[report->species].name, place,
      problem->regions[mesh->interval[link]].name, isfinite(report->update) ? report->update : 1.0, report->iterations,
      mesh->nodes - 1);
  return text;
}
