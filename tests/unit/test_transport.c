/* The versions of the transport's loop: those that this processor runs give every link the same bits wherever it stands
   in a span, and agree with Bernoulli's function and with each other. What the flux must obey is asked of every bulk
   kind elsewhere. */
#include "../cell.h"

#include <float.h>

#include "base/bernoulli.h"
#include "physics/bulk/transport.h"

enum { LINKS = 300, OUTPUTS = 4 };
typedef struct {
  double left[LINKS], right[LINKS], drift[LINKS], conductance[LINKS];
} Links;
typedef struct {
  double of[OUTPUTS][LINKS]; /* J and its derivatives by c_L, c_R, u */
} Answers;

static Links make_links(void) {
  static const double special[] = {0.0, -0.0, 1e-310, -1e-17, 0.7, -0.7, 700, -709.2, 1e4, -1e300, INFINITY, NAN};
  enum { SPECIAL = sizeof special / sizeof *special };
  Links links;
  uint64_t seed = 7;
  for (int i = 0; i < LINKS; i++) {
    links.left[i] = pow(10, random_between(&seed, -9, 4));
    links.right[i] = pow(10, random_between(&seed, -9, 4));
    links.conductance[i] = pow(10, random_between(&seed, -9, 2));
    links.drift[i] =
        i % 5 == 0 ? special[i / 5 % SPECIAL] : random_between(&seed, -1, 1) * pow(10, random_between(&seed, -9, 2.8));
  }
  return links;
}

static void evaluate(const SbTransportVersion *version, const Links *links, int begin, int n, bool derivatives,
                     Answers *answers) {
  const SbLinkSpan span = {n, &links->left[begin], &links->right[begin], &links->drift[begin],
                           &links->conductance[begin]};
  SbLinkFlux out = {.flux = &answers->of[0][begin]};
  if (derivatives) {
    out.d_left = &answers->of[1][begin];
    out.d_right = &answers->of[2][begin];
    out.d_drift = &answers->of[3][begin];
  }
  version->eval(&span, &out);
}

static bool same_bits(const double *a, const double *b, int n) {
  return memcmp(a, b, (size_t)n * sizeof *a) == 0;
}

/* Any length beyond the longest vector's remainder, at any distance from an aligned address. */
static void a_link_has_the_same_bits_anywhere(void **state) {
  (void)state;
  const Links links = make_links();
  static Answers single, spans;
  for (const SbTransportVersion *version = sb_transport_versions; version->name; version++) {
    if (!version->runs_here())
      continue;
    for (int i = 0; i < LINKS; i++)
      evaluate(version, &links, i, 1, true, &single);
    for (int begin = 0; begin < 12; begin++) {
      for (int n = 0; n <= LINKS - begin; n += n < 40 ? 1 : 43) {
        for (int derivatives = 0; derivatives < 2; derivatives++) {
          memset(&spans, 0x55, sizeof spans);
          const Answers untouched = spans;
          evaluate(version, &links, begin, n, derivatives, &spans);
          const int outputs = derivatives ? OUTPUTS : 1, end = begin + n;
          for (int k = 0; k < OUTPUTS; k++) {
            if (!same_bits(&spans.of[k][begin], k < outputs ? &single.of[k][begin] : untouched.of[k], n))
              fail_msg("%s: output %d of %d links from %d on", version->name, k, n, begin);
            assert_true(same_bits(spans.of[k], untouched.of[k], begin));
            assert_true(same_bits(&spans.of[k][end], untouched.of[k], LINKS - end));
          }
        }
      }
    }
  }
}

/* The weights that a span shows with c_L = 1, c_R = 0 and the other way round are the scalar function's. */
static void the_plain_version_is_the_scalar_function(void **state) {
  (void)state;
  Links links = make_links();
  static Answers from_left, from_right;
  const SbTransportVersion *plain = sb_transport_versions;
  while (plain[1].name)
    plain++;
  assert_true(plain->runs_here());
  for (int i = 0; i < LINKS; i++) {
    links.conductance[i] = 1;
    if (!isfinite(links.drift[i]))
      links.drift[i] = 3;
    links.left[i] = 1;
    links.right[i] = 0;
  }
  evaluate(plain, &links, 0, LINKS, true, &from_left);
  for (int i = 0; i < LINKS; i++) {
    links.left[i] = 0;
    links.right[i] = 1;
  }
  evaluate(plain, &links, 0, LINKS, true, &from_right);
  for (int i = 0; i < LINKS; i++) {
    const SbBernoulli b = sb_bernoulli(links.drift[i]);
    assert_true(from_left.of[0][i] == b.forward && from_right.of[0][i] == -b.backward);
    assert_true(from_left.of[1][i] == b.forward && from_right.of[2][i] == -b.backward);
    assert_true(from_left.of[3][i] == b.slope && from_right.of[3][i] == -b.backward_slope);
  }
}

static void versions_agree_to_rounding(void **state) {
  (void)state;
  const Links links = make_links();
  static Answers first, other;
  const SbTransportVersion *version = sb_transport_versions;
  while (!version->runs_here())
    version++;
  evaluate(version, &links, 0, LINKS, true, &first);
  for (version++; version->name; version++) {
    if (!version->runs_here())
      continue;
    evaluate(version, &links, 0, LINKS, true, &other);
    for (int i = 0; i < LINKS; i++) {
      const double u = links.drift[i], scale = links.conductance[i] * (links.left[i] + links.right[i]);
      const double size[OUTPUTS] = {scale * (1 + fabs(u)), first.of[1][i], first.of[2][i], scale};
      for (int k = 0; k < OUTPUTS && isfinite(u); k++)
        assert_true(fabs(first.of[k][i] - other.of[k][i]) <= 8 * DBL_EPSILON * fabs(size[k]));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_link_has_the_same_bits_anywhere),
      cmocka_unit_test(the_plain_version_is_the_scalar_function),
      cmocka_unit_test(versions_agree_to_rounding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
