#include "base/bernoulli.h"

SbBernoulli sb_bernoulli(double u) {
  return sb_bernoulli_inline(u, SB_PLAIN_FUSED);
}
