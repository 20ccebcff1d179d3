/* Transport of one species along a span of links: the exponentially fitted flux
     J = (k D/h) [B(u) c_L - B(-u) c_R],
   exact for a constant drift, positive where it should be, and zero to rounding where c e^u is constant. Whatever
   drives an ion besides its own gradient enters through u. */
#include "base/bernoulli.h"
#include "physics/physics.h"

static void transport_eval(const SbLinkSpan *span, SbLinkFlux *out) {
  for (int i = 0; i < span->n; i++) {
    const SbBernoulli b = sb_bernoulli(span->drift[i]);
    const double g = span->conductance[i];
    out->flux[i] = g * (b.forward * span->left[i] - b.backward * span->right[i]);
    if (out->d_left) {
      out->d_left[i] = g * b.forward;
      out->d_right[i] = -g * b.backward;
      /* dB(-u)/du = B'(u) + 1 */
      out->d_drift[i] = g * (b.slope * span->left[i] - (b.slope + 1.0) * span->right[i]);
    }
  }
}

const SbBulkKind sb_bulk_transport = {
    .name = "transport",
    .doc = "Nernst-Planck transport by diffusion and migration, exponentially fitted.",
    .reference = "Scharfetter & Gummel 1969, IEEE Trans. Electron Devices 16, 64, eqs 9-12",
    .laws = SB_LAW_CONSERVES_MASS | SB_LAW_DISSIPATES | SB_LAW_VANISHES_AT_EQUILIBRIUM,
    .eval = transport_eval,
};
