/* Every bulk kind: its derivatives against differences at random states and at thresholds, and the laws it promises. */
#include "../cell.h"

#include <float.h>

#include "physics/physics.h"

/* Where formulas change over, vanish or leave the range of numbers. */
static const double drifts[] = {0,          1e-300,    -1e-300,    1e-12, -1e-12, 1e-4,  -1e-4, 0.6999999,
                                -0.6999999, 0.7000001, -0.7000001, 1.0,   -1.0,   5.0,   -5.0,  36.0,
                                -36.0,      38.0,      -38.0,      650.0, -650.0, 700.0, -700.0};
enum { DRIFTS = sizeof drifts / sizeof *drifts, RANDOM = 2000 };

typedef struct {
  double left, right, drift, conductance;
} Link;

typedef struct {
  double flux, d_left, d_right, d_drift;
} Answer;

static Answer evaluate(const SbBulkKind *kind, Link link) {
  Answer answer;
  const SbLinkSpan span = {1, &link.left, &link.right, &link.drift, &link.conductance};
  SbLinkFlux out = {&answer.flux, &answer.d_left, &answer.d_right, &answer.d_drift};
  kind->eval(&span, &out);
  double plain;
  SbLinkFlux value_only = {.flux = &plain};
  kind->eval(&span, &value_only);
  assert_true(plain == answer.flux);
  return answer;
}

/* One of the thresholds or anything between, concentrations over many decades and zero. */
static Link random_link(int i, uint64_t *seed) {
  Link link = {.left = pow(10, random_between(seed, -9, 4)),
               .right = pow(10, random_between(seed, -9, 4)),
               .conductance = pow(10, random_between(seed, -9, 2))};
  link.drift =
      i % 2 == 0 ? drifts[(i / 2) % DRIFTS] : random_between(seed, -1, 1) * pow(10, random_between(seed, -3, 2.5));
  if (i % 7 == 1)
    link.left = 0.0;
  if (i % 7 == 4)
    link.right = 0.0;
  return link;
}

/* Sixth-order difference by one member of the link. */
static double difference(const SbBulkKind *kind, Link link, size_t member, double h) {
  double sum = 0.0;
  for (int p = 0; p < DIFFERENCE_POINTS; p++) {
    Link moved = link;
    double *place = (double *)((char *)&moved + member);
    *place += difference_offset[p] * h;
    sum += difference_weight[p] * evaluate(kind, moved).flux / h;
  }
  return sum;
}

static void hold(double derivative, double by_difference, double noise, Link link, const char *what) {
  if (!(fabs(derivative - by_difference) <= 1e-8 * fabs(derivative) + noise))
    fail_msg("derivative by %s at c %g | %g, u = %.9g: %.12g, by differences %.12g", what, link.left, link.right,
             link.drift, derivative, by_difference);
}

static void derivatives_are_right(void **state) {
  (void)state;
  for (int k = 0; sb_bulk_kinds[k]; k++) {
    const SbBulkKind *kind = sb_bulk_kinds[k];
    uint64_t seed = 1;
    for (int i = 0; i < RANDOM; i++) {
      Link link = random_link(i, &seed);
      const Answer at = evaluate(kind, link);
      const double by_left = fmax(0.02 * link.left, 1e-3 * link.right),
                   by_right = fmax(0.02 * link.right, 1e-3 * link.left);
      const double least = 1e-290 * link.conductance; /* the edge of the range of numbers */
      const double size = fabs(at.d_left) * link.left + fabs(at.d_right) * link.right + fabs(at.flux);
      hold(at.d_left, difference(kind, link, offsetof(Link, left), by_left), 1e-14 * size / by_left + least, link,
           "left");
      hold(at.d_right, difference(kind, link, offsetof(Link, right), by_right), 1e-14 * size / by_right + least, link,
           "right");
      /* by the drift each side alone, so that neither hides behind the other */
      for (int side = 0; side < 2; side++) {
        Link one = link;
        *(side == 0 ? &one.left : &one.right) = 0.0;
        const Answer here = evaluate(kind, one);
        /* the slope of a side that the drift empties is the difference of two large ones */
        const double noise = 1e-13 * fabs(here.flux) + 4 * DBL_EPSILON * link.conductance * (one.left + one.right);
        hold(here.d_drift, difference(kind, one, offsetof(Link, drift), 0.02), noise + least, one, "drift");
      }
    }
  }
}

/* Turning a link round turns the flux round: what leaves one node is what enters the other. */
static void mass_is_conserved(void **state) {
  (void)state;
  for (int k = 0; sb_bulk_kinds[k]; k++) {
    if (!(sb_bulk_kinds[k]->laws & SB_LAW_CONSERVES_MASS))
      continue;
    uint64_t seed = 2;
    for (int i = 0; i < RANDOM; i++) {
      const Link link = random_link(i, &seed);
      const Link turned = {
          .left = link.right, .right = link.left, .drift = -link.drift, .conductance = link.conductance};
      assert_true(evaluate(sb_bulk_kinds[k], link).flux == -evaluate(sb_bulk_kinds[k], turned).flux);
    }
  }
}

/* One-way flux from the left, what rounding of the net flux is measured by. */
static double one_way(const SbBulkKind *kind, Link link) {
  link.right = 0.0;
  return fabs(evaluate(kind, link).flux);
}

static void free_energy_falls(void **state) {
  (void)state;
  for (int k = 0; sb_bulk_kinds[k]; k++) {
    if (!(sb_bulk_kinds[k]->laws & SB_LAW_DISSIPATES))
      continue;
    uint64_t seed = 3;
    for (int i = 0; i < RANDOM; i++) {
      Link link = random_link(i, &seed);
      if (link.left <= 0.0 || link.right <= 0.0)
        continue;
      if (i % 3 == 0) /* close to equilibrium */
        link.right = link.left * exp(-link.drift) * (1 + random_between(&seed, -1e-9, 1e-9));
      if (!(link.right > 0.0))
        continue;
      const double affinity = log(link.left / link.right) - link.drift; /* mu_L - mu_R over RT */
      const double noise = 8 * DBL_EPSILON * one_way(sb_bulk_kinds[k], link) * fabs(affinity);
      const double flux = evaluate(sb_bulk_kinds[k], link).flux;
      assert_true(flux * affinity >= -noise);
      if (fabs(affinity) > 1e-6)
        assert_true(flux * affinity > 0.0);
    }
  }
}

static void equilibrium_has_no_flux(void **state) {
  (void)state;
  for (int k = 0; sb_bulk_kinds[k]; k++) {
    if (!(sb_bulk_kinds[k]->laws & SB_LAW_VANISHES_AT_EQUILIBRIUM))
      continue;
    uint64_t seed = 4;
    for (int i = 0; i < RANDOM; i++) {
      Link link = random_link(i, &seed);
      if (!(link.left > 0.0))
        continue;
      link.drift = fmin(fmax(link.drift, -650.0), 650.0);
      link.right = link.left * exp(-link.drift); /* c e^u the same at both ends */
      const double flux = evaluate(sb_bulk_kinds[k], link).flux;
      if (!(fabs(flux) <= 6 * DBL_EPSILON * one_way(sb_bulk_kinds[k], link)))
        fail_msg("flux %g of %g at equilibrium, u = %.9g", flux, one_way(sb_bulk_kinds[k], link), link.drift);
    }
  }
}

/* A span gives what its links give one by one, whatever its length. */
static void spans_are_their_links(void **state) {
  (void)state;
  enum { LONGEST = 37 };
  double left[LONGEST], right[LONGEST], drift[LONGEST], conductance[LONGEST];
  double flux[LONGEST], d_left[LONGEST], d_right[LONGEST], d_drift[LONGEST];
  for (int k = 0; sb_bulk_kinds[k]; k++) {
    uint64_t seed = 5;
    for (int i = 0; i < LONGEST; i++) {
      const Link link = random_link(i, &seed);
      left[i] = link.left;
      right[i] = link.right;
      drift[i] = link.drift;
      conductance[i] = link.conductance;
    }
    for (int n = 0; n <= LONGEST; n++) {
      const SbLinkSpan span = {n, left, right, drift, conductance};
      SbLinkFlux out = {flux, d_left, d_right, d_drift};
      for (int i = 0; i < LONGEST; i++)
        flux[i] = -1.25;
      sb_bulk_kinds[k]->eval(&span, &out);
      for (int i = 0; i < n; i++) {
        const Answer one = evaluate(sb_bulk_kinds[k], (Link){left[i], right[i], drift[i], conductance[i]});
        assert_true(one.flux == flux[i] && one.d_left == d_left[i] && one.d_right == d_right[i] &&
                    one.d_drift == d_drift[i]);
      }
      for (int i = n; i < LONGEST; i++)
        assert_true(flux[i] == -1.25);
    }
  }
}

static void kinds_are_documented(void **state) {
  (void)state;
  assert_non_null(sb_bulk_kinds[0]);
  const unsigned known = SB_LAW_CONSERVES_MASS | SB_LAW_DISSIPATES | SB_LAW_VANISHES_AT_EQUILIBRIUM;
  for (int k = 0; sb_bulk_kinds[k]; k++) {
    assert_true(sb_bulk_kinds[k]->name && strlen(sb_bulk_kinds[k]->name) > 2);
    assert_true(sb_bulk_kinds[k]->doc && strlen(sb_bulk_kinds[k]->doc) > 20);
    assert_true(sb_bulk_kinds[k]->reference && strpbrk(sb_bulk_kinds[k]->reference, "0123456789"));
    assert_true((sb_bulk_kinds[k]->laws & ~known) == 0); /* a law that nothing here holds it to */
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(derivatives_are_right), cmocka_unit_test(mass_is_conserved),
                                     cmocka_unit_test(free_energy_falls),     cmocka_unit_test(equilibrium_has_no_flux),
                                     cmocka_unit_test(spans_are_their_links), cmocka_unit_test(kinds_are_documented)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
