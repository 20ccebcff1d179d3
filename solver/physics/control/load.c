/* A resistor between the two terminals, outside the cell: the current that leaves the cell at its right end flows back
   through the load, so V_right - V_left = I R. */
#include <math.h>

#include "physics/physics.h"

typedef struct {
  double load; /* ohm m2 */
} LoadParams;

static const SbField load_fields[] = {{.key = "",
                                       .type = SB_TYPE_QUANTITY,
                                       .offset = offsetof(LoadParams, load),
                                       .dimension = SB_DIMENSION_RESISTANCE,
                                       .range = {.rule = SB_NOT_NEGATIVE},
                                       .flags = SB_FIELD_REQUIRED,
                                       .doc = "Resistance between the terminals times the area of the cell."},
                                      {0}};

static double setpoint(const void *params, double t) {
  (void)t;
  return ((const LoadParams *)params)->load;
}

static double next_break(const void *params, double t) {
  (void)params, (void)t;
  return INFINITY;
}

static SbControlRow eval(const void *params, const SbControlState *state) {
  const double load = ((const LoadParams *)params)->load;
  /* V - V_far is V_right - V_left times the side's sign */
  return (SbControlRow){.value = state->sign * (state->potential - state->far_potential) - load * state->current,
                        .d_potential = state->sign,
                        .d_current = -load};
}

const SbControlKind sb_control_load = {
    .schema = {.name = "load",
               .doc = "Closes the circuit through a resistor: the cell drives its own current.",
               .example = "right: {reservoir: bath, load: 1 ohm m2}",
               .size = sizeof(LoadParams),
               .fields = load_fields},
    .needs_far = true,
    .eval = eval,
    .setpoint = setpoint,
    .next_break = next_break,
};
