/* The assembled matrix of whole chains against differences of the residual, entry by entry, for decks that between them
   use every kind of row; and what the matrix says about the residual must not depend on whether it is wanted.

   Differences are central and of sixth order with steps of 2 % of an unknown's scale: what they leave out is a few 1e-9
   of an entry, so that rounding decides, and the states and lengths here are such that all terms of a row have similar
   size. An entry is held to 1e-6 of itself, and it is checked that rounding leaves that much to see. */
#include "../cell.h"
#include "discretize/sparse_rows.h"

#define SALT  "species: [Na+, Ca2+, Cl-]\n"
#define LEFT  "  - {region: left, width: 3 nm, cells: 6, fill: {Na+: 60 mM, Ca2+: 20 mM, Cl-: 100 mM}}\n"
#define RIGHT "  - {region: right, width: 2 nm, cells: 4, fill: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}}\n"
#define FILM                                                                                                           \
  "  - {region: film, width: 2 nm, cells: 3, fixed_charge: -0.1 M, partition: {Na+: 0.5, Ca2+: 0.7, Cl-: 0.4},"        \
  " diffusion_factor: 0.3, permittivity: 40}\n"
#define TERMINALS(left, right) "terminals:\n  left: {" left "}\n  right: {" right "}\n"
#define RESERVOIRS(control)    TERMINALS("reservoir: left", "reservoir: right, " control)
/* Couples of these ions, chemically absurd, that conserve charge; fast enough to matter beside fluxes over nanometres.
 */
#define COUPLES                                                                                                        \
  "couples: [{name: exchange, oxidised: Ca2+, reduced: Na+, electrons: 1, standard_potential: 10 mV,"                  \
  " rate_constant: 0.3 m/s}, {name: gas, oxidised: {}, reduced: {Cl-: 2}, electrons: 2, standard_potential: 0.1 V,"    \
  " exchange_current: 1e6 A/m2}]"
/* Membranes whose mechanisms matter beside fluxes over nanometres. */
#define PASSIVE "{name: leak, ghk: {Na+: 0.1 m/s, Ca2+: 0.2 m/s}}, {name: kir, conductance: {Na+: 1e6 S/m2}}"
#define ACTIVE                                                                                                         \
  "{name: pump, pump: {stoichiometry: {Na+: 3, Ca2+: -1}, rate: 10 mol/m2/s, half_inside: {Na+: 50 mM, Cl-: 40 mM},"   \
  " half_outside: {Ca2+: 10 mM}}}, {name: electrode, stimulus: {carrier: Cl-, current: 1e5 A/m2}}"
#define GATED                                                                                                          \
  "{name: INa, gated: hodgkin-huxley sodium, carrier: Na+, conductance: 1e6 S/m2, q10: 1e7,"                           \
  " reference_temperature: 5 degC}, {name: IK, gated: hodgkin-huxley potassium, carrier: Cl-, conductance: 1e6 S/m2,"  \
  " reversal: -20 mV, q10: 1e7, reference_temperature: 5 degC}"
#define MEMBRANE(name, inside, mechanisms)                                                                             \
  "  - {membrane: " name ", inside: " inside ", capacitance: 10 uF/cm2, mechanisms: [" mechanisms "]}\n"
/* Regions of a cable as thin as it is short. */
#define CABLE "field: electroneutral\ngeometry: cable\nradius: 2 nm\n" SALT "domain:\n"
#define SHEATH(mechanisms)                                                                                             \
  "membrane: {outside: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}, capacitance: 10 uF/cm2, mechanisms: [" mechanisms "]}"
#define AXON(name, mechanisms)                                                                                         \
  "  - {region: " name                                                                                                 \
  ", width: 3 nm, cells: 5, fill: {Na+: 60 mM, Ca2+: 20 mM, Cl-: 100 mM}, " SHEATH(mechanisms) "}\n"
#define IN_TIME    "protocol: [transient: {until: 1 s}]\n"
#define FOUR_STEPS "field: electroneutral\n" SALT "domain:\n" LEFT FILM RIGHT

typedef struct {
  const char *name, *body;
  double share;
} Case;

static const Case cases[] = {
    {"junction, open circuit", SALT "domain:\n" LEFT RIGHT RESERVOIRS("current: 0 A/m2"), 1},
    {"junction, potential", SALT "domain:\n" LEFT RIGHT RESERVOIRS("potential: 30 mV"), 1},
    {"junction, load", SALT "domain:\n" LEFT RIGHT RESERVOIRS("load: 1e-7 ohm m2"), 1},
    {"junction, current on the left",
     SALT "domain:\n" LEFT RIGHT TERMINALS("reservoir: left, current: 1e4 A/m2", "reservoir: right, potential: 10 mV"),
     1},
    {"junction, load on the left",
     SALT "domain:\n" LEFT RIGHT TERMINALS("reservoir: left, load: 1e-7 ohm m2", "reservoir: right, potential: 10 mV"),
     1},
    {"film, partitions and permittivity jump", SALT "domain:\n" LEFT FILM RIGHT RESERVOIRS("current: 1e4 A/m2"), 1},
    {"film, in part", SALT "domain:\n" LEFT FILM RIGHT RESERVOIRS("current: 1e4 A/m2"), 0.37},
    {"film that excludes an ion",
     SALT "domain:\n" LEFT
          "  - {region: film, width: 2 nm, cells: 3, fixed_charge: -0.1 M, partition: {Cl-: 0}}\n" RIGHT RESERVOIRS(
              "current: 0 A/m2"),
     1},
    {"cylinder",
     "geometry: cylindrical\ninner_radius: 2 nm\n" SALT "domain:\n" LEFT FILM RIGHT RESERVOIRS("current: 1e4 A/m2"), 1},
    {"sphere, driven on the left",
     "geometry: spherical\ninner_radius: 2 nm\n" SALT
     "domain:\n" LEFT FILM RIGHT TERMINALS("reservoir: left, current: 1e4 A/m2", "reservoir: right, potential: 10 mV"),
     1},
    {"solid sphere",
     "geometry: spherical\n" SALT "domain:\n" LEFT RIGHT TERMINALS("wall: {}", "reservoir: right, potential: 0 V"), 1},
    {"electrodes",
     SALT "domain:\n" LEFT TERMINALS("electrode: {}", "electrode: {zero_charge_potential: 20 mV}, potential: 0.1 V"),
     1},
    {"electrodes with Stern layers, in a cylinder",
     "geometry: cylindrical\ninner_radius: 3 nm\n" SALT
     "domain:\n" LEFT TERMINALS("electrode: {stern: {capacitance: 20 uF/cm2}}",
                                "electrode: {stern: {capacitance: 10 uF/cm2}}, potential: 0.1 V"),
     1},
    {"electrode at open circuit, its charge kept",
     SALT
     "domain:\n" LEFT TERMINALS("reservoir: left", "electrode: {stern: {capacitance: 20 uF/cm2}}, current: 0 A/m2"),
     1},
    {"bare electrode at open circuit on the left",
     "geometry: spherical\ninner_radius: 3 nm\n" SALT
     "domain:\n" LEFT TERMINALS("electrode: {}, current: 0 A/m2", "reservoir: left, potential: 0 V"),
     1},
    {"charged wall",
     SALT "domain:\n" LEFT TERMINALS("wall: {surface_charge: -0.02 C/m2}", "reservoir: left, potential: 0 V"), 0.6},
    {"two walls", SALT "domain:\n" LEFT TERMINALS("wall: {}", "wall: {}"), 1},
    {"wall on the right", SALT "domain:\n" LEFT TERMINALS("reservoir: left", "wall: {surface_charge: 0.02 C/m2}"), 1},
    {"an ion that does not cross", SALT "domain:\n" LEFT RIGHT RESERVOIRS("impermeable: [Cl-], current: 0 A/m2"), 1},
    {"electroneutral junction", "field: electroneutral\n" SALT "domain:\n" LEFT RIGHT RESERVOIRS("current: 1e4 A/m2"),
     1},
    {"electroneutral film", FOUR_STEPS RESERVOIRS("current: 1e4 A/m2"), 1},
    {"electroneutral film, in part, potential", FOUR_STEPS RESERVOIRS("potential: 10 mV"), 0.4},
    {"electroneutral film in a sphere",
     "geometry: spherical\ninner_radius: 2 nm\n" FOUR_STEPS RESERVOIRS("load: 1e-7 ohm m2"), 1},
    {"electroneutral film that excludes an ion",
     "field: electroneutral\n" SALT "domain:\n" LEFT
     "  - {region: film, width: 2 nm, cells: 3, fixed_charge: -0.1 M, partition: {Cl-: 0}}\n" RIGHT RESERVOIRS(
         "current: 0 A/m2"),
     1},
    {"one cell between two steps and one at the end",
     "field: electroneutral\n" SALT "domain:\n" LEFT "  - {region: film, width: 1 nm, cells: 1, fixed_charge: -0.1 M}\n"
     "  - {region: right, width: 1 nm, cells: 1, fill: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}}\n" RESERVOIRS(
         "current: 1e4 A/m2"),
     1},
    {"one cell at the left end, driven there",
     "field: electroneutral\n" SALT "domain:\n"
     "  - {region: left, width: 1 nm, cells: 1, fill: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}}\n" FILM RIGHT TERMINALS(
         "reservoir: left, current: 1e4 A/m2", "reservoir: right, potential: 0 V"),
     1},
    {"electroneutral, an ion that does not cross",
     "field: electroneutral\n" SALT "domain:\n" LEFT FILM RIGHT TERMINALS(
         "reservoir: left, impermeable: [Na+]", "reservoir: right, impermeable: [Cl-], current: 0 A/m2"),
     1},
    {"electroneutral wall",
     "field: electroneutral\n" SALT "domain:\n" LEFT TERMINALS("wall: {}", "reservoir: left, current: 0 A/m2"), 1},
    {"couples behind a Stern layer",
     SALT "domain:\n" LEFT TERMINALS("reservoir: left",
                                     "electrode: {" COUPLES ", stern: {capacitance: 20 uF/cm2}}, current: 1e4 A/m2"),
     1},
    {"couples at both ends of a cylinder, load",
     "geometry: cylindrical\ninner_radius: 2 nm\n" SALT "domain:\n" LEFT RIGHT TERMINALS(
         "electrode: {" COUPLES ", stern: {capacitance: 20 uF/cm2}}",
         "electrode: {" COUPLES "}, load: 1e-7 ohm m2") "protocol: [transient: {until: 1 s}]\n",
     1},
    {"couples, electroneutral",
     "field: electroneutral\n" SALT "domain:\n" LEFT FILM RIGHT TERMINALS("electrode: {" COUPLES "}, current: 1e4 A/m2",
                                                                          "reservoir: right, potential: 0 V"),
     1},
    {"couples at both ends, electroneutral",
     "field: electroneutral\n" SALT "domain:\n" LEFT RIGHT TERMINALS(
         "electrode: {" COUPLES "}",
         "electrode: {" COUPLES "}, load: 1e-7 ohm m2") "protocol: [transient: {until: 1 s}]\n",
     1},
    {"couples, supported, potential",
     "field: supported\n" SALT
     "domain:\n" LEFT TERMINALS("reservoir: left", "electrode: {" COUPLES "}, potential: 20 mV"),
     0.6},
    {"couples, supported, load",
     "field: supported\n" SALT
     "domain:\n" LEFT TERMINALS("reservoir: left, potential: 10 mV", "electrode: {" COUPLES "}, load: 1e-7 ohm m2"),
     1},
    {"couples, supported, driven from the other end of a sphere",
     "field: supported\ngeometry: spherical\ninner_radius: 2 nm\n" SALT
     "domain:\n" LEFT TERMINALS("electrode: {" COUPLES "}", "reservoir: left, current: 1e4 A/m2"),
     1},
    {"couples, supported, facing a wall",
     "field: supported\n" SALT "domain:\n" LEFT TERMINALS(
         "wall: {}", "electrode: {" COUPLES "}, current: 1e4 A/m2") "protocol: [transient: {until: 1 s}]\n",
     1},
    {"membrane, Poisson", SALT "domain:\n" LEFT MEMBRANE("plasma", "left", PASSIVE) RIGHT RESERVOIRS("current: 0 A/m2"),
     1},
    {"membrane with its inside on the right, Poisson, in a sphere",
     "geometry: spherical\ninner_radius: 2 nm\n" SALT "domain:\n" LEFT MEMBRANE("plasma", "right", PASSIVE ", " ACTIVE)
         RIGHT RESERVOIRS("potential: 20 mV"),
     1},
    {"membrane, electroneutral",
     "field: electroneutral\n" SALT "domain:\n" LEFT MEMBRANE("plasma", "right", PASSIVE ", " ACTIVE)
         RIGHT RESERVOIRS("current: 0 A/m2"),
     1},
    {"membrane that excludes an ion, electroneutral, walled",
     "field: electroneutral\n" SALT "domain:\n" LEFT MEMBRANE("plasma", "left", PASSIVE)
         RIGHT TERMINALS("wall: {}", "reservoir: right, potential: 0 V"),
     1},
    {"gates, electroneutral",
     "field: electroneutral\n" SALT "domain:\n" LEFT MEMBRANE("plasma", "left", GATED)
         RIGHT RESERVOIRS("current: 0 A/m2"),
     1},
    {"gates, Poisson, in a cylinder",
     "geometry: cylindrical\ninner_radius: 2 nm\n" SALT "domain:\n" LEFT MEMBRANE("plasma", "right", GATED)
         RIGHT RESERVOIRS("current: 0 A/m2"),
     1},
    {"two membranes, one beside a charged film",
     "field: electroneutral\n" SALT "domain:\n" LEFT MEMBRANE("first", "left", PASSIVE) FILM
     "  - {region: middle, width: 1 nm, cells: 1, fill: {Na+: 30 mM, Ca2+: 10 mM, Cl-: 50 mM}}\n" MEMBRANE(
         "second", "middle", GATED ", " PASSIVE) RIGHT RESERVOIRS("current: 0 A/m2"),
     1},
    {"cable of two regions with a bare one between them, sealed",
     CABLE AXON("left", PASSIVE ", " ACTIVE) "  - {region: bare, width: 2 nm, cells: 3, fill: {Na+: 60 mM, Ca2+: 20 mM,"
                                             " Cl-: 100 mM}}\n" AXON("right", GATED) TERMINALS("wall: {}", "wall: {}")
                                                 IN_TIME,
     1},
    {"cable with gates on both sides of a boundary, driven at both ends",
     CABLE AXON("left", GATED ", " PASSIVE) AXON("right", GATED)
         TERMINALS("reservoir: left, current: 1e4 A/m2", "reservoir: right, current: -1e4 A/m2") IN_TIME,
     1},
    {"cable with a septum, held at its left end",
     CABLE AXON("left", GATED) MEMBRANE("septum", "left", GATED) AXON("right", PASSIVE)
         TERMINALS("reservoir: left, impermeable: [Cl-], potential: 10 mV", "wall: {}") IN_TIME,
     1},
    {"supported", "field: supported\n" SALT "domain:\n" LEFT FILM RIGHT RESERVOIRS("current: 0 A/m2"), 1},
};
enum { CASES = sizeof cases / sizeof *cases };

/* Everything that one comparison needs. */
typedef struct {
  Cell cell;
  int n;
  SbEvaluation evaluation;
  double *u, *rate, *scale; /* [n] */
  double *difference;       /* [n][n] row, column */
  SbMatrix *matrix;
  SbSparseRows *rows; /* of that */
} Comparison;

/* Rates of the size D/h^2 times the unknowns' scales, so that storage weighs like flux. */
static const double typical_rate = 2e9; /* 1/s */

static double *random_rate(const Cell *cell, const double *scale, uint64_t *seed) {
  double *rate = calloc((size_t)cell->chain->unknowns, sizeof *rate);
  for (int i = 0; i < cell->chain->unknowns; i++)
    rate[i] = typical_rate * scale[i] * random_between(seed, -1, 1);
  return rate;
}

static Comparison comparison_create(const Case *one, bool transient, bool structured, uint64_t *seed) {
  Comparison c = {.cell = cell_create(one->body)};
  c.n = c.cell.chain->unknowns;
  c.scale = calloc((size_t)c.n, sizeof(double));
  sb_chain_scales(c.cell.chain, c.scale);
  c.u = cell_random_state(&c.cell, seed);
  c.rate = random_rate(&c.cell, c.scale, seed);
  c.evaluation = (SbEvaluation){.time = -1.0, .share = one->share, .held_charge = {0.01, -0.02}};
  if (transient) {
    c.evaluation.rate = c.rate;
    c.evaluation.shift = 0.7 * typical_rate;
  }
  c.difference = calloc((size_t)c.n * (size_t)c.n, sizeof(double));
  c.matrix = sb_matrix_create(c.cell.chain, 0, c.cell.chain->nodes, structured);
  c.rows = sb_sparse_rows_create(c.matrix);
  return c;
}

static void comparison_destroy(Comparison *c) {
  sb_sparse_rows_destroy(&c->rows);
  sb_matrix_destroy(&c->matrix);
  free(c->u);
  free(c->rate);
  free(c->scale);
  free(c->difference);
  cell_destroy(&c->cell);
}

/* d F/d u_k + shift d F/d rate_k, by moving both along. */
static void difference_columns(Comparison *c, double *f) {
  for (int k = 0; k < c->n; k++) {
    const double u = c->u[k], rate = c->rate[k], h = 0.02 * c->scale[k];
    for (int p = 0; p < DIFFERENCE_POINTS; p++) {
      c->u[k] = u + difference_offset[p] * h;
      c->rate[k] = rate + c->evaluation.shift * difference_offset[p] * h;
      sb_assemble(c->cell.chain, &c->evaluation, c->u, 0, c->cell.chain->nodes, f, NULL);
      for (int i = 0; i < c->n; i++)
        c->difference[i * c->n + k] += difference_weight[p] * f[i] / h;
    }
    c->u[k] = u;
    c->rate[k] = rate;
  }
}

static double entry(const SbSparseRows *rows, int row, int column) {
  for (int k = rows->row_start[row]; k < rows->row_start[row + 1]; k++)
    if (rows->column[k] == column)
      return rows->value[k];
  return 0.0;
}

/* Size of the terms that a row adds up, from the matrix and the residual. */
static double row_size(const Comparison *c, const double *f, int row) {
  double size = fabs(f[row]);
  for (int k = c->rows->row_start[row]; k < c->rows->row_start[row + 1]; k++)
    size += fabs(c->rows->value[k]) * c->scale[c->rows->column[k]] * 2.0;
  return size;
}

static void compare(const Case *one, bool transient, bool structured, uint64_t *seed) {
  Comparison c = comparison_create(one, transient, structured, seed);
  double *f = calloc((size_t)c.n, sizeof *f), *plain = calloc((size_t)c.n, sizeof *plain);
  sb_assemble(c.cell.chain, &c.evaluation, c.u, 0, c.cell.chain->nodes, f, c.matrix);
  sb_sparse_rows_fill(c.rows, c.matrix);
  sb_assemble(c.cell.chain, &c.evaluation, c.u, 0, c.cell.chain->nodes, plain, NULL);
  if (structured) /* else the terms of a row add up in another order */
    assert_memory_equal(f, plain, (size_t)c.n * sizeof *f);
  difference_columns(&c, plain);
  for (int i = 0; i < c.n; i++) {
    const double size = row_size(&c, f, i);
    for (int k = 0; k < c.n; k++) {
      const double a = entry(c.rows, i, k), d = c.difference[i * c.n + k];
      const double noise = 2e-16 * size / (0.02 * c.scale[k]);
      if (!(fabs(a - d) <= 1e-6 * fabs(a) + 4 * noise))
        fail_msg("%s%s: d f[%d]/d u[%d] is %.12g, by differences %.12g (noise %.2g)", one->name,
                 transient ? ", transient" : "", i, k, a, d, noise);
      if (a != 0.0 && !(4 * noise <= 5e-6 * fabs(a)))
        fail_msg("%s%s: an error of 1e-5 in entry %d, %d (%.3g) would not show above noise %.3g", one->name,
                 transient ? ", transient" : "", i, k, a, noise);
    }
  }
  free(f);
  free(plain);
  comparison_destroy(&c);
}

static void steady_matrix_is_the_derivative(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (int i = 0; i < CASES; i++)
    for (int repeat = 0; repeat < 2; repeat++)
      compare(&cases[i], false, repeat == 0, &seed);
}

static void transient_matrix_is_the_derivative(void **state) {
  (void)state;
  uint64_t seed = 2;
  for (int i = 0; i < CASES; i++)
    for (int repeat = 0; repeat < 2; repeat++)
      compare(&cases[i], true, repeat == 0, &seed);
}

/* A source is subtracted from every row and changes no derivative. */
static void source_is_subtracted(void **state) {
  (void)state;
  uint64_t seed = 3;
  Comparison c = comparison_create(&cases[5], false, true, &seed);
  double *f = calloc((size_t)c.n, sizeof *f), *with = calloc((size_t)c.n, sizeof *with);
  sb_assemble(c.cell.chain, &c.evaluation, c.u, 0, c.cell.chain->nodes, f, c.matrix);
  sb_sparse_rows_fill(c.rows, c.matrix);
  c.evaluation.source = c.scale;
  sb_assemble(c.cell.chain, &c.evaluation, c.u, 0, c.cell.chain->nodes, with, c.matrix);
  SbSparseRows *rows = sb_sparse_rows_create(c.matrix);
  for (int i = 0; i < c.n; i++)
    assert_true(with[i] == f[i] - c.scale[i]);
  assert_memory_equal(rows->value, c.rows->value, (size_t)rows->row_start[c.n] * sizeof(double));
  sb_sparse_rows_destroy(&rows);
  free(f);
  free(with);
  comparison_destroy(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(steady_matrix_is_the_derivative),
                                     cmocka_unit_test(transient_matrix_is_the_derivative),
                                     cmocka_unit_test(source_is_subtracted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
