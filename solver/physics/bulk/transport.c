/* Transport of one species along a span of links: the exponentially fitted flux
     J = (k D/h) [B(u) c_L - B(-u) c_R],
   exact for a constant drift, positive where it should be, and zero to rounding where c e^u is constant. Whatever
   drives an ion besides its own gradient enters through u. */
#include "physics/bulk/transport.h"

#include <stddef.h>

#include "base/bernoulli.h"

/* The loop of every version. `fused` and `derivatives` are constants where it is inlined. */
static SB_ALWAYS_INLINE void evaluate(const SbLinkSpan *span, SbLinkFlux *out, bool fused, bool derivatives) {
  const int n = span->n;
  const double *restrict left = span->left, *restrict right = span->right;
  const double *restrict drift = span->drift, *restrict conductance = span->conductance;
  double *restrict flux = out->flux, *restrict d_left = out->d_left;
  double *restrict d_right = out->d_right, *restrict d_drift = out->d_drift;
#pragma omp simd
  for (int i = 0; i < n; i++) {
    const SbBernoulli b = sb_bernoulli_inline(drift[i], fused);
    const double g = conductance[i];
    /* never fused: a link turned round must give exactly the opposite flux */
    flux[i] = g * (b.forward * left[i] - b.backward * right[i]);
    if (derivatives) {
      d_left[i] = g * b.forward;
      d_right[i] = -g * b.backward;
      d_drift[i] = g * (b.slope * left[i] - b.backward_slope * right[i]);
    }
  }
}

static void evaluate_plain(const SbLinkSpan *span, SbLinkFlux *out) {
  if (out->d_left)
    evaluate(span, out, SB_PLAIN_FUSED, true);
  else
    evaluate(span, out, SB_PLAIN_FUSED, false);
}

static bool runs_plain(void) {
  return true;
}

#if SB_HAS_VERSIONS
SB_FOR_AVX2 static void evaluate_avx2(const SbLinkSpan *span, SbLinkFlux *out) {
  if (out->d_left)
    evaluate(span, out, true, true);
  else
    evaluate(span, out, true, false);
}

static bool runs_avx2(void) {
  return SB_RUNS_AVX2();
}

SB_FOR_AVX512 static void evaluate_avx512(const SbLinkSpan *span, SbLinkFlux *out) {
  if (out->d_left)
    evaluate(span, out, true, true);
  else
    evaluate(span, out, true, false);
}

static bool runs_avx512(void) {
  return SB_RUNS_AVX512();
}
#endif

const SbTransportVersion sb_transport_versions[] = {
#if SB_HAS_VERSIONS
    {"avx512", runs_avx512, evaluate_avx512},
    {"avx2", runs_avx2, evaluate_avx2},
#endif
    {"plain", runs_plain, evaluate_plain},
    {NULL, NULL, NULL},
};

static void transport_eval(const SbLinkSpan *span, SbLinkFlux *out) {
  const SbTransportVersion *version = sb_transport_versions;
  while (!version->runs_here())
    version++;
  version->eval(span, out);
}

const SbBulkKind sb_bulk_transport = {
    .name = "transport",
    .doc = "Nernst-Planck transport by diffusion and migration, exponentially fitted.",
    .reference = "Scharfetter & Gummel 1969, IEEE Trans. Electron Devices 16, 64, eqs 9-12",
    .laws = SB_LAW_CONSERVES_MASS | SB_LAW_DISSIPATES | SB_LAW_VANISHES_AT_EQUILIBRIUM,
    .eval = transport_eval,
};
