#include "physics/membrane/gating.h"

#include <math.h>
#include <stddef.h>

#include "base/bernoulli.h"

/* Hodgkin & Huxley count a depolarisation v in mV from a rest that is set to -65 mV here, and rates per ms. */
static const double rest = -65e-3, millivolt = 1e-3, per_millisecond = 1e3;

static const double steepest = 50.0; /* exponent: rates are finite wherever an iteration looks */

/* a exp(-v/w) */
static SbGateRate exponential(double potential, double a, double w) {
  const double exponent = -(potential - rest) / (w * millivolt);
  const double value = a * per_millisecond * exp(fmin(exponent, steepest));
  return (SbGateRate){value, exponent < steepest ? -value / (w * millivolt) : 0.0};
}

/* a w (v0 - v)/w / (exp((v0 - v)/w) - 1), finite at v0 */
static SbGateRate linear_exponential(double potential, double a, double v0, double w) {
  const SbBernoulli b = sb_bernoulli((v0 * millivolt - (potential - rest)) / (w * millivolt));
  const double scale = a * w * per_millisecond;
  return (SbGateRate){scale * b.forward, -scale * b.slope / (w * millivolt)};
}

/* 1/(exp((v0 - v)/w) + 1) */
static SbGateRate sigmoid(double potential, double v0, double w) {
  const double share = 1.0 / (exp((v0 * millivolt - (potential - rest)) / (w * millivolt)) + 1.0);
  return (SbGateRate){per_millisecond * share, per_millisecond * share * (1.0 - share) / (w * millivolt)};
}

static SbGateRate m_opening(double potential) {
  return linear_exponential(potential, 0.1, 25.0, 10.0);
}

static SbGateRate m_closing(double potential) {
  return exponential(potential, 4.0, 18.0);
}

static SbGateRate h_opening(double potential) {
  return exponential(potential, 0.07, 20.0);
}

static SbGateRate h_closing(double potential) {
  return sigmoid(potential, 30.0, 10.0);
}

static SbGateRate n_opening(double potential) {
  return linear_exponential(potential, 0.01, 10.0, 10.0);
}

static SbGateRate n_closing(double potential) {
  return exponential(potential, 0.125, 80.0);
}

const SbGatingScheme sb_gating_schemes[] = {
    {.name = "hodgkin-huxley sodium",
     .reference = "Hodgkin & Huxley 1952, J. Physiol. 117, 500, eqs 20, 21, 23, 24",
     .gate_count = 2,
     .gates = {{"m", 3, m_opening, m_closing}, {"h", 1, h_opening, h_closing}}},
    {.name = "hodgkin-huxley potassium",
     .reference = "Hodgkin & Huxley 1952, J. Physiol. 117, 500, eqs 12, 13",
     .gate_count = 1,
     .gates = {{"n", 4, n_opening, n_closing}}},
};

const char *const sb_gating_names[] = {"hodgkin-huxley sodium", "hodgkin-huxley potassium", NULL};
