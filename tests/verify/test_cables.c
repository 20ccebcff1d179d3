/* Cables against the cable equation: closed forms where the membrane is passive, and the travelling wave of Hodgkin and
   Huxley, found from its ordinary differential equation as they did. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/constants.h"
#include "shared_run.h"

enum { TEXT = 8000 };

static const double radius = 238e-6; /* m */

/* Conductivity of the axoplasm as the problem has it, S/m. */
static double conductivity(const SbProblem *problem) {
  double sum = 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    const double z = problem->species[s].charge;
    sum += z * z * problem->regions[0].diffusivity[s] * problem->regions[0].fill[s].concentration[0];
  }
  return SB_FARADAY / problem->thermal_voltage * sum;
}

static double potential_at(const Solved *solved, int frame, double x) {
  const SbMeasure measure = {.quantity = SB_QUANTITY_ELECTRIC_POTENTIAL, .species = -1, .terminal = -1, .x = x};
  return solved_reading(solved, frame, &measure).value;
}

/* ---- passive
 * --------------------------------------------------------------------------------------------------------- */
static const double conductance = 10.0, length = 20e-3; /* S/m2, m */

/* A passive cable after 20 time constants of its membrane; what crosses it in that time changes its concentrations by
   less than 1e-6. */
static Solved *passive(const char *left, const char *right, int cells) {
  char text[TEXT];
  snprintf(text, sizeof text,
           "saltbridge: 1\nfield: electroneutral\ngeometry: cable\nradius: 238 um\nspecies: [K+, Cl-]\ndomain:\n"
           "  - region: dendrite\n    width: 20 mm\n    cells: %d\n    fill: {K+: 400 mM, Cl-: 400 mM}\n"
           "    membrane: {outside: {K+: 10 mM, Cl-: 10 mM}, capacitance: 1 uF/cm2,"
           " mechanisms: [{name: leak, conductance: {K+: 1 mS/cm2}, reversal: 0 mV}]}\n"
           "terminals: {left: {%s}, right: {%s}}\nprotocol: [transient: {until: 20 ms}]\n"
           "expect: [{quantity: electric potential, at: {x: 10 mm}, value: 0 V, tolerance: 1 V},"
           " {quantity: electric potential, at: {x: 0 mm}, value: 0 V, tolerance: 1 V}]\n",
           cells, left, right);
  return solve_deck(text);
}

/* One passive cable: what holds its ends, and what is compared with what. */
typedef struct {
  const char *name, *left, *right;
  double (*computed)(const Solved *solved);
  double (*wanted)(double lambda, double sigma);
} Passive;

static double middle(const Solved *solved) {
  return potential_at(solved, -1, 0.5 * length);
}

static double begin(const Solved *solved) {
  return potential_at(solved, -1, 0.0);
}

static double current(const Solved *solved) {
  return solved_value(solved, SB_QUANTITY_CURRENT, -1).value;
}

/* 10 mV at the left end, the right one sealed: V0 cosh((L - x)/lambda)/cosh(L/lambda) */
static double sealed(double lambda, double sigma) {
  (void)sigma;
  return 0.01 * cosh(0.5 * length / lambda) / cosh(length / lambda);
}

/* 4 A/m2 into the left end: V(0) = I lambda/sigma coth(L/lambda) */
static double driven(double lambda, double sigma) {
  return 4.0 * lambda / sigma / tanh(length / lambda);
}

/* The other end held at 0 V: V0 sinh((L - x)/lambda)/sinh(L/lambda), and the current there sigma V0/lambda/sinh(L/
   lambda). */
static double killed(double lambda, double sigma) {
  (void)sigma;
  return 0.01 * sinh(0.5 * length / lambda) / sinh(length / lambda);
}

static double killed_current(double lambda, double sigma) {
  return 0.01 * sigma / lambda / sinh(length / lambda);
}

/* 4 A/m2 out of the right end: -I lambda/sigma cosh(x/lambda)/sinh(L/lambda) */
static double drawn(double lambda, double sigma) {
  return -4.0 * lambda / sigma * cosh(0.5 * length / lambda) / sinh(length / lambda);
}

#define HELD(volts) "reservoir: dendrite, potential: " volts
static const Passive cables[] = {
    {"sealed end", HELD("10 mV"), "wall: {}", middle, sealed},
    {"current into the left end", "reservoir: dendrite, current: 4 A/m2", "wall: {}", begin, driven},
    {"killed end", HELD("10 mV"), HELD("0 V"), middle, killed},
    {"current at a killed end", HELD("10 mV"), HELD("0 V"), current, killed_current},
    {"current out of the right end", "wall: {}", "reservoir: dendrite, current: 4 A/m2", middle, drawn},
};

/* Relative error on that many cells. */
static double error_of(const Passive *cable, int cells) {
  Solved *solved = passive(cable->left, cable->right, cells);
  const double sigma = conductivity(solved->problem), lambda = sqrt(radius * sigma / (2.0 * conductance));
  const double wanted = cable->wanted(lambda, sigma), error = cable->computed(solved) / wanted - 1.0;
  solved_end(&solved);
  return error;
}

/* Second order, with a relative error below 3e-4 at 80 cells of a quarter of a millimetre. */
static void passive_cables_meet_their_closed_forms(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cables / sizeof *cables; i++) {
    const double rough = error_of(&cables[i], 20), sharp = error_of(&cables[i], 80),
                 order = log(rough / sharp) / log(4);
    if (!(fabs(sharp) < 3e-4 && order > 1.9 && order < 2.1))
      fail_msg("%s: errors %g and %g, order %g", cables[i].name, rough, sharp, order);
  }
}

/* The same current through the membrane everywhere: V(t) = I/g (1 - exp(-g t/C)) along the whole cable. */
static void a_uniform_cable_charges_like_a_patch(void **state) {
  (void)state;
  Solved *solved = solve_deck(
      "saltbridge: 1\nfield: electroneutral\ngeometry: cable\nradius: 10 um\nspecies: [K+, Cl-]\ndomain:\n"
      "  - region: fibre\n    width: 5 mm\n    cells: 8\n    fill: {K+: 100 mM, Cl-: 100 mM}\n"
      "    membrane:\n      outside: {K+: 100 mM, Cl-: 100 mM}\n      capacitance: 2 uF/cm2\n      mechanisms:\n"
      "        - {name: leak, conductance: {K+: 1 mS/cm2}, reversal: -20 mV}\n"
      "        - {name: electrode, stimulus: {carrier: K+, current: {step: {from: 0 A/m2, to: 0.1 A/m2, at: 0 s}}}}\n"
      "terminals: {left: {wall: {}}, right: {wall: {}}}\nprotocol: [transient: {until: 3 ms}]\n"
      "expect: [{quantity: electric potential, at: {x: 1.3 mm, time: 0 s}, value: -20 mV, tolerance: 1 nV},"
      " {quantity: electric potential, at: {x: 1.3 mm, time: 3 ms}, value: 0 V, tolerance: 1 V}]\n");
  const double wanted = -0.02 + 0.01 * (1.0 - exp(-3.0 / 2.0));
  assert_true(solved->findings[0].met);
  assert_true(fabs(solved->findings[1].value - wanted) < 1e-6);
  solved_end(&solved);
}

/* ---- the impulse
 * ----------------------------------------------------------------------------------------------------- */
#define SHEATH                                                                                                         \
  "    fill: {K+: 400 mM, Na+: 50 mM, Cl-: 300 mM, A-: 150 mM}\n    diffusion_factor: 0.4\n    membrane:\n"            \
  "      outside: {K+: 10 mM, Na+: 460 mM, Cl-: 470 mM}\n      capacitance: 1 uF/cm2\n      mechanisms:\n"             \
  "        - {name: INa, gated: hodgkin-huxley sodium, carrier: Na+, conductance: 120 mS/cm2, reversal: 50 mV}\n"      \
  "        - {name: IK, gated: hodgkin-huxley potassium, carrier: K+, conductance: 36 mS/cm2, reversal: -77 mV}\n"     \
  "        - {name: leak, conductance: {Cl-: 0.3 mS/cm2}, reversal: -54.387 mV}\n"
#define TRIGGER                                                                                                        \
  "        - {name: electrode, stimulus: {carrier: K+, current: {pulse: {base: 0 A/m2, height: 5 A/m2, start: 0 s,"    \
  " width: 0.2 ms}}}}\n"

/* An axon of that length (mm) with links of that length (mm), stimulated along 2 mm at its left or right end. */
static Solved *impulse(int axon_length, double link, bool from_left) {
  char text[TEXT], trigger[TEXT / 4], axon[TEXT / 4];
  snprintf(trigger, sizeof trigger, "  - region: trigger\n    width: 2 mm\n    cells: %d\n" SHEATH TRIGGER,
           (int)lround(2.0 / link));
  snprintf(axon, sizeof axon, "  - region: axon\n    width: %d mm\n    cells: %d\n" SHEATH, axon_length - 2,
           (int)lround((axon_length - 2) / link));
  snprintf(
      text, sizeof text,
      "saltbridge: 1\nfield: electroneutral\ngeometry: cable\nradius: 238 um\ntemperature: 18.5 degC\n"
      "species: [K+, Na+, Cl-, {name: A-, charge: -1, diffusivity: 1e-9 m2/s, source: an anion that stays inside}]\n"
      "domain:\n%s%sterminals: {left: {wall: {}}, right: {wall: {}}}\n"
      "protocol: [transient: {until: %g ms}]\n"
      "expect: [{quantity: electric potential, at: {x: %d mm}, value: 0 V, tolerance: 1 V}]\n",
      from_left ? trigger : axon, from_left ? axon : trigger, 0.7 + axon_length / 18.7,
      from_left ? axon_length / 4 : axon_length - axon_length / 4);
  return solve_deck(text);
}

/* Rates of Hodgkin & Huxley 1952, eqs 12, 13, 20, 21, 23, 24, per ms with v in mV from rest at -65 mV: alpha, beta of
   m, h and n. */
static double ratio(double x) {
  return fabs(x) < 1e-6 ? 1.0 - 0.5 * x : x / expm1(x);
}

static void rates(double potential, double alpha[3], double beta[3]) {
  const double v = potential + 65.0;
  alpha[0] = ratio((25.0 - v) / 10.0);
  beta[0] = 4.0 * exp(-v / 18.0);
  alpha[1] = 0.07 * exp(-v / 20.0);
  beta[1] = 1.0 / (exp((30.0 - v) / 10.0) + 1.0);
  alpha[2] = 0.1 * ratio((10.0 - v) / 10.0);
  beta[2] = 0.125 * exp(-v / 80.0);
}

/* Current outward, uA/cm2 */
static double ionic(double v, const double x[3]) {
  return 120.0 * x[0] * x[0] * x[0] * x[1] * (v - 50.0) + 36.0 * pow(x[2], 4) * (v + 77.0) + 0.3 * (v + 54.387);
}

static void relaxed(double v, double x[3]) {
  double alpha[3], beta[3];
  rates(v, alpha, beta);
  for (int g = 0; g < 3; g++)
    x[g] = alpha[g] / (alpha[g] + beta[g]);
}

static double rest(void) {
  double low = -80.0, high = -50.0, x[3];
  for (int i = 0; i < 100; i++) {
    const double v = 0.5 * (low + high);
    relaxed(v, x);
    *(ionic(v, x) < 0.0 ? &low : &high) = v;
  }
  return high;
}

/* y: v, dv/dt, gates; C = 1 uF/cm2. Hodgkin & Huxley 1952, eq 30: d2v/dt2 = K (dv/dt + I/C). */
static void derivative(double k, double factor, const double *y, double *dy) {
  double alpha[3], beta[3];
  rates(y[0], alpha, beta);
  dy[0] = y[1];
  dy[1] = k * (y[1] + ionic(y[0], y + 2));
  for (int g = 0; g < 3; g++)
    dy[2 + g] = factor * (alpha[g] * (1.0 - y[2 + g]) - beta[g] * y[2 + g]);
}

/* Slope of the current by the potential beside rest where all grows as exp(rate t). */
static double slope(double v, double factor, double rate, double gate_slope[3]) {
  const double d = 1e-4;
  double x[3], alpha[2][3], beta[2][3], sum;
  relaxed(v, x);
  rates(v - d, alpha[0], beta[0]);
  rates(v + d, alpha[1], beta[1]);
  sum = (ionic(v + d, x) - ionic(v - d, x)) / (2.0 * d);
  for (int g = 0; g < 3; g++) {
    const double by_potential =
        ((alpha[1][g] - alpha[0][g]) * (1.0 - x[g]) - (beta[1][g] - beta[0][g]) * x[g]) / (2.0 * d);
    const double relaxation = factor * 0.5 * (alpha[0][g] + alpha[1][g] + beta[0][g] + beta[1][g]);
    double moved[2][3];
    gate_slope[g] = factor * by_potential / (rate + relaxation);
    for (int side = 0; side < 2; side++) {
      memcpy(moved[side], x, sizeof x);
      moved[side][g] += side ? d : -d;
    }
    sum += gate_slope[g] * (ionic(v, moved[1]) - ionic(v, moved[0])) / (2.0 * d);
  }
  return sum;
}

/* Which way the wave of that K leaves the numbers: 1 up, -1 down. */
static int departs(double k, double factor) {
  const double v = rest(), small = 1e-4, dt = 5e-4;
  double rate = k, gate_slope[3], y[5], x[3];
  for (int i = 0; i < 100; i++)
    rate = 0.5 * (k + sqrt(k * k + 4.0 * k * slope(v, factor, rate, gate_slope)));
  relaxed(v, x);
  y[0] = v + small;
  y[1] = rate * small;
  for (int g = 0; g < 3; g++)
    y[2 + g] = x[g] + gate_slope[g] * small;
  while (fabs(y[0]) < 120.0) {
    static const double share[] = {0.0, 0.5, 0.5, 1.0}, weight[] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
    double sum[5] = {0}, dy[5] = {0}, z[5];
    for (int stage = 0; stage < 4; stage++) {
      for (int i = 0; i < 5; i++)
        z[i] = y[i] + share[stage] * dt * dy[i];
      derivative(k, factor, z, dy);
      for (int i = 0; i < 5; i++)
        sum[i] += weight[stage] * dy[i];
    }
    for (int i = 0; i < 5; i++)
      y[i] += dt * sum[i];
  }
  return y[0] > 0.0 ? 1 : -1;
}

/* Velocity of the wave, m/s: K = 2 rho C v^2/a. */
static double wave_velocity(double sigma) {
  const double factor = pow(3.0, (18.5 - 6.3) / 10.0);
  double low = 5.0, high = 20.0; /* 1/ms */
  const int at_low = departs(low, factor);
  assert_int_equal(departs(high, factor), -at_low);
  for (int i = 0; i < 40; i++) {
    const double k = 0.5 * (low + high);
    *(departs(k, factor) == at_low ? &low : &high) = k;
  }
  return sqrt(1e3 * high * radius * sigma / (2.0 * 0.01));
}

/* At 35.4 ohm cm the paper of 1952 has 18.8 m/s (p. 528), worked out by hand. */
static void the_wave_is_that_of_1952(void **state) {
  (void)state;
  const double velocity = wave_velocity(1.0 / 0.354);
  assert_true(velocity > 18.7 && velocity < 18.8);
}

/* With the square of the links' length, where the impulse has left its trigger behind; it is 20 mm away at the first
   place at which it is timed. */
static void an_impulse_travels_at_the_velocity_of_the_wave(void **state) {
  (void)state;
  double error[2], wanted = 0.0;
  for (int i = 0; i < 2; i++) {
    Solved *solved = impulse(80, i == 0 ? 0.5 : 0.25, true);
    if (i == 0)
      wanted = wave_velocity(conductivity(solved->problem));
    error[i] = solved_step(solved)->conduction_velocity / wanted - 1.0;
    solved_end(&solved);
  }
  if (!(fabs(error[1]) < 7e-4 && fabs(error[0] / error[1] - 4.0) < 0.3))
    fail_msg("relative errors of the velocity: %g and %g", error[0], error[1]);
}

/* Stimulated at the other end, the impulse is its own mirror image. */
static void an_impulse_has_a_mirror_image(void **state) {
  (void)state;
  Solved *right = impulse(40, 0.5, true), *left = impulse(40, 0.5, false);
  const SbStepResult *a = solved_step(right), *b = solved_step(left);
  assert_true(a->conduction_velocity > 15.0);
  assert_true(fabs(a->conduction_velocity + b->conduction_velocity) < 1e-6 * a->conduction_velocity);
  assert_int_equal(a->frame_count, b->frame_count);
  double most = -1.0, apart = 0.0;
  for (int f = 0; f < a->frame_count; f++) {
    most = fmax(most, potential_at(right, f, 10e-3));
    apart = fmax(apart, fabs(potential_at(right, f, 10e-3) - potential_at(left, f, 30e-3)));
  }
  assert_true(most > 0.02 && apart < 1e-7);
  solved_end(&right);
  solved_end(&left);
}

/* An anion that does not cross the membrane stays in its amount, with what of it charges the membrane; no node becomes
   charged; the others have changed by what crossed. */
static void an_impulse_keeps_amounts_and_charge(void **state) {
  (void)state;
  Solved *solved = impulse(40, 0.5, true);
  const SbStepResult *step = solved_step(solved);
  assert_true(fabs(step->amount_error[3]) < 1e-14);
  for (int s = 0; s < 3; s++) {
    assert_true(isnan(step->amount_error[s]));
    assert_true(fabs(step->ledger.amount[s] - step->amount_start[s]) > 1e-9 * step->amount_start[s]);
  }
  for (int j = 0; j < step->chain->nodes; j++) {
    double charge = 0.0;
    for (int s = 0; s < 4; s++)
      charge += step->chain->problem->species[s].charge * sb_chain_concentration(step->chain, step->u, j, s);
    assert_true(fabs(charge) < 1e-11 * 450.0);
  }
  solved_end(&solved);
}

int main(void) {
  verify_initialize();
  const struct CMUnitTest tests[] = {cmocka_unit_test(passive_cables_meet_their_closed_forms),
                                     cmocka_unit_test(a_uniform_cable_charges_like_a_patch),
                                     cmocka_unit_test(the_wave_is_that_of_1952),
                                     cmocka_unit_test(an_impulse_travels_at_the_velocity_of_the_wave),
                                     cmocka_unit_test(an_impulse_has_a_mirror_image),
                                     cmocka_unit_test(an_impulse_keeps_amounts_and_charge)};
  return verify_finalize(cmocka_run_group_tests(tests, NULL, NULL));
}
