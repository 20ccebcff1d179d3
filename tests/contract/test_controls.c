/* Every control kind and every waveform, from its own example: derivatives, what its flags promise, and breaks that are
   announced. */
#include "../cell.h"

#include "model/waveform.h"
#include "physics/physics.h"

#define BATH                                                                                                           \
  "species: [K+, Cl-]\ndomain:\n  - {region: bath, width: 10 nm, fill: {K+: 100 mM, Cl-: 100 mM}}\n"                   \
  "protocol: [{transient: {until: 1 s}}]\nterminals:\n  left: {reservoir: bath}\n"

enum { RANDOM = 200 };

/* The right terminal of a cell whose right end is as in an example. */
static const SbTerminal *right_terminal(const char *fragment, Cell *cell) {
  char body[2048];
  snprintf(body, sizeof body, BATH "  %s\n", fragment);
  *cell = cell_problem(body);
  return &cell->problem->terminals[SB_RIGHT];
}

static SbControlState random_state(uint64_t *seed, int i) {
  return (SbControlState){.potential = random_between(seed, -2, 2),
                          .far_potential = random_between(seed, -2, 2),
                          .current = random_between(seed, -1e3, 1e3),
                          .sign = i % 2 ? 1.0 : -1.0,
                          .time = i % 3 ? random_between(seed, 0, 10) : -1.0};
}

/* The equations of a control are linear in potential and current: a finite step shows their derivatives to rounding. */
static void check_derivatives(const SbControlKind *kind, const void *params) {
  uint64_t seed = 1;
  for (int i = 0; i < RANDOM; i++) {
    SbControlState at = random_state(&seed, i), moved = at;
    const SbControlRow row = kind->eval(params, &at);
    const double size = fabs(row.value) + 2 * fabs(row.d_potential) + 1e3 * fabs(row.d_current);
    moved.potential += 0.5;
    assert_true(fabs((kind->eval(params, &moved).value - row.value) / 0.5 - row.d_potential) <= 1e-14 * size);
    moved = at;
    moved.current += 100;
    const SbControlRow by_current = kind->eval(params, &moved);
    assert_true(fabs((by_current.value - row.value) / 100 - row.d_current) <=
                1e-16 * size + 1e-14 * fabs(row.d_current));
    assert_true(by_current.d_current == row.d_current); /* constant, as the displacement current relies on */
    moved = at;
    moved.far_potential += 0.5;
    const double by_far = (kind->eval(params, &moved).value - row.value) / 0.5;
    assert_true(fabs(by_far - (kind->needs_far ? -row.d_potential : 0.0)) <= 1e-14 * size);
    assert_true(row.d_potential != 0.0 || row.d_current != 0.0);
  }
}

/* A control that sets the potential holds exactly there, whatever the current; one that does not is a matter of
 * current. */
static void check_setpoint(const SbControlKind *kind, const void *params) {
  uint64_t seed = 2;
  for (int i = 0; i < RANDOM; i++) {
    SbControlState at = random_state(&seed, i);
    const double wanted = kind->setpoint(params, at.time);
    if (kind->sets_potential) {
      at.potential = wanted;
      assert_true(kind->eval(params, &at).value == 0.0);
    } else if (!kind->needs_far) {
      at.current = wanted;
      assert_true(kind->eval(params, &at).value == 0.0);
    } else {
      at.current =
          at.sign * (at.potential - at.far_potential) / wanted; /* Ohm's law, current through the cell to the right */
      assert_true(fabs(kind->eval(params, &at).value) <= 4e-16 * fabs(at.potential - at.far_potential));
    }
    assert_true(kind->next_break(params, at.time) > at.time);
  }
}

static void controls_keep_their_contract(void **state) {
  (void)state;
  assert_non_null(sb_control_kinds[0]);
  for (int k = 0; sb_control_kinds[k]; k++) {
    Cell cell;
    const SbTerminal *terminal = right_terminal(sb_control_kinds[k]->schema.example, &cell);
    assert_ptr_equal(terminal->control, sb_control_kinds[k]);
    assert_ptr_equal(sb_control_schemas[k], &sb_control_kinds[k]->schema);
    check_derivatives(terminal->control, terminal->control_params);
    check_setpoint(terminal->control, terminal->control_params);
    cell_destroy(&cell);
  }
}

/* Between announced breaks a waveform is smooth: second differences over a step are those of a curve (1e-5 of the range
   for the two periods of a sine shown), where a kink would make them 1/4000 of the range and a jump more. Returns
   the largest, relative to the range. */
static double check_pieces(const SbControlKind *kind, const void *params, double end, const char *name) {
  enum { STEPS = 4000, MOST_PIECES = 50 };
  double from = -1.0, curvature = 0.0;
  for (int piece = 0; piece < MOST_PIECES && from < end; piece++) {
    const double to = fmin(kind->next_break(params, from), end), h = (to - from) / STEPS;
    assert_true(to > from);
    double largest = 0.0, low = INFINITY, high = -INFINITY;
    for (int i = 2; i < STEPS - 1; i++) { /* clear of the jumps at both ends */
      const double t = from + h * i, value = kind->setpoint(params, t);
      const double bend = kind->setpoint(params, t + h) + kind->setpoint(params, t - h) - 2 * value;
      largest = fmax(largest, fabs(bend));
      low = fmin(low, value);
      high = fmax(high, value);
    }
    if (!(largest <= 5e-5 * (high - low)))
      fail_msg("%s: a bend of %g between %g s and %g s, where it goes from %g to %g", name, largest, from, to, low,
               high);
    curvature = fmax(curvature, high > low ? largest / (high - low) : 0.0);
    from = to;
  }
  return curvature;
}

static void waveforms_announce_their_breaks(void **state) {
  (void)state;
  for (int w = 0; sb_waveform_schemas[w]; w++) {
    const SbSchema *schema = sb_waveform_schemas[w];
    char fragment[512];
    snprintf(fragment, sizeof fragment, "right: {reservoir: bath, %s}", schema->example);
    Cell cell;
    const SbTerminal *terminal = right_terminal(fragment, &cell);
    const SbVariant *waveform = terminal->control_params; /* the only member of both controls that take one */
    assert_ptr_equal(waveform->schema, schema);
    const double before = terminal->control->setpoint(terminal->control_params, -1.0);
    assert_true(before == terminal->control->setpoint(terminal->control_params, -1e-12));
    assert_true(before == terminal->control->setpoint(terminal->control_params, -1e6));
    /* as far as 10,000 s, or as a curve is still seen as one */
    double curvature = 0.0, end = 2e-3;
    while (end < 1e4 && curvature < 1e-9) {
      curvature = check_pieces(terminal->control, terminal->control_params, end, schema->name);
      end *= 3;
    }
    cell_destroy(&cell);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(controls_keep_their_contract),
                                     cmocka_unit_test(waveforms_announce_their_breaks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
