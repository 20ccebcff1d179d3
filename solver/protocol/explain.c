/* Failures in words. */
#include <math.h>
#include <stdio.h>

#include "base/constants.h"
#include "base/memory.h"
#include "base/units.h"
#include "discretize/membrane.h"
#include "problem/couples.h"
#include "protocol/session.h"
#include "solve/potential_search.h"

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

/* "membrane 'plasma' conducts ...": where the end link conducts so much more that the current through it, which a
   control is about, says nothing of the membrane in double precision; otherwise nothing. */
static void explain_faint(const SbProblem *problem, const SbLevel *level, char *text, size_t size) {
  const SbChain *chain = level->chain;
  const double faint = 1e-12, link = 1.0 / chain->mesh->h[chain->nodes - 2];
  double solution = 0.0;
  text[0] = '\0';
  for (int s = 0; s < problem->species_count; s++)
    solution += pow(problem->species[s].charge, 2) * problem->regions[problem->region_count - 1].diffusivity[s] * link *
                sb_chain_concentration(chain, level->u, chain->nodes - 1, s) * SB_FARADAY / problem->thermal_voltage;
  for (int r = 0; r < problem->region_count; r++) {
    if (!problem->regions[r].membrane)
      continue;
    const double membrane = 1.0 / sb_membrane_resistance(chain, level->u, r, -1);
    if (!(membrane < faint * solution))
      continue;
    snprintf(text, size,
             "Membrane '%s' conducts %.3g S/m2, a cell of the solution at the end %.3g S/m2: of the current through "
             "the one there is no digit left in the other. Where only the proportions of permeabilities count, higher "
             "ones say the same; a `potential` in place of the current needs no current to be known. ",
             problem->regions[r].name, membrane, solution);
  }
}

char *sb_explain_steady(const SbProblem *problem, const SbLevel *level) {
  const SbNewtonReport *report = &level->newton->report;
  const size_t size = 1600;
  char *text = sb_calloc(size, 1), place[64], limit[500];
  explain_limit(problem, limit, sizeof limit);
  if (limit[0] == '\0')
    explain_faint(problem, level, limit, sizeof limit);
  const SbMesh *mesh = level->mesh;
  const int node = report->node < mesh->nodes ? report->node : 0;
  const int link = node < mesh->nodes - 1 ? node : node - 1;
  sb_units_print(place, sizeof place, problem->inner_radius + mesh->x[node], SB_DIMENSION_LENGTH, 4);
  snprintf(
      text, size,
      "no steady state found: %s. %sThe largest change is still in %s%s at x = %s (region '%s'), %.2g of its size. "
      "Tried from "
      "the start: Newton's method, continuation in fixed charge and set-points, pseudo-transient continuation%s (%d "
      "iterations "
      "on %d cells). What helps: a sweep that goes to this value from a milder one, or a transient step that "
      "settles before "
      "the steady one; and a look at whether the deck asks for a state that exists.",
      report->failure ? report->failure : "the iteration broke down", limit,
      report->species < 0 ? "the electric potential" : "the concentration of ",
      report->species < 0 ? "" : problem->species[report->species].name, place,
      problem->regions[mesh->interval[link]].name, isfinite(report->update) ? report->update : 1.0,
      sb_potential_is_sought(problem) ? ", a search for the electrode's potential" : "", report->iterations,
      mesh->nodes - 1);
  return text;
}

/* "Na+ has run out at the inner face ..." */
static void explain_shortage(const SbProblem *problem, const SbShortage *shortage, char *text, size_t size) {
  const SbRegion *region = &problem->regions[shortage->membrane];
  const SbMembrane *membrane = region->membrane;
  const bool inner = membrane->inside_right == (shortage->region > shortage->membrane);
  char flux[64];
  sb_units_print(flux, sizeof flux, shortage->flux, SB_DIMENSION_FLUX, 4);
  snprintf(text, size,
           "%s has run out at the %s face of membrane '%s' (region '%s'), and mechanism '%s' goes on taking %s of it "
           "there. Frames up to there are kept. What helps: a law that slows down where the ion gets scarce (a pump "
           "with %s), a lower rate, or a way for the ion to come back.",
           problem->species[shortage->species].name, inner ? "inner" : "outer", region->name,
           problem->regions[shortage->region].name, membrane->mechanisms[shortage->mechanism].name, flux,
           inner ? "`half_inside`" : "`half_outside`");
}

static void explain_steps(const SbProblem *problem, const SbTransientReport *report, char *text, size_t size) {
  char where[200] = "", place[64];
  if (!isnan(report->x)) {
    sb_units_print(place, sizeof place, problem->inner_radius + report->x, SB_DIMENSION_LENGTH, 4);
    snprintf(where, sizeof where, " The last update was largest in %s%s at x = %s.",
             report->species < 0 ? "the electric potential" : "the concentration of ",
             report->species < 0 ? "" : problem->species[report->species].name, place);
  }
  snprintf(text, size,
           "%s.%s Frames up to there are kept. What helps: a smaller first_step, a looser accuracy.time, or controls "
           "that change less abruptly.",
           report->failure, where);
}

char *sb_explain_transient(const SbProblem *problem, double until, const SbTransientReport *report) {
  const size_t size = 1200;
  char *text = sb_calloc(size, 1), why[800], time[64], end[64];
  sb_units_print(time, sizeof time, report->time, SB_DIMENSION_TIME, 5);
  sb_units_print(end, sizeof end, until, SB_DIMENSION_TIME, 5);
  if (report->ran_out)
    explain_shortage(problem, &report->shortage, why, sizeof why);
  else
    explain_steps(problem, report, why, sizeof why);
  snprintf(text, size, "the transient stopped at t = %s of %s after %d steps (%d rejected): %s", time, end,
           report->steps, report->rejected, why);
  return text;
}
