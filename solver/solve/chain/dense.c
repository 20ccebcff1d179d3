#include "solve/chain/dense.h"

#include "discretize/matrix.h"

/* Row with the best candidate in column k at or below row k. */
static int best_row(int m, int k, const SbNumber *s, const double *size) {
  int best = k;
  double most = -1.0;
  for (int i = k; i < m; i++) {
    const double relative = sb_number_size(s[i * m + k]) / size[i];
    if (relative > most) {
      most = relative;
      best = i;
    }
  }
  return best;
}

static void exchange_rows(int m, SbNumber *a, SbNumber *b) {
  for (int c = 0; c < m; c++) {
    const SbNumber swap = a[c];
    a[c] = b[c];
    b[c] = swap;
  }
}

bool sb_dense_invert(int m, SbNumber *s, double *size) {
  int exchanged[SB_MAX_LOCAL];
  for (int k = 0; k < m; k++) {
    const int best = exchanged[k] = best_row(m, k, s, size);
    if (best != k)
      exchange_rows(m, s + k * m, s + best * m);
    const double swap = size[k];
    size[k] = size[best];
    size[best] = swap;
    const SbNumber reciprocal = 1.0 / s[k * m + k];
    if (!isfinite(sb_number_size(reciprocal)))
      return false;
    s[k * m + k] = 1.0;
    for (int c = 0; c < m; c++)
      s[k * m + c] *= reciprocal;
    for (int i = 0; i < m; i++) {
      if (i == k)
        continue;
      const SbNumber factor = s[i * m + k];
      s[i * m + k] = 0.0;
      for (int c = 0; c < m; c++)
        s[i * m + c] -= factor * s[k * m + c];
    }
  }
  for (int k = m - 1; k >= 0; k--) /* exchanged rows of S are exchanged columns of its inverse */
    for (int i = 0; i < m && exchanged[k] != k; i++) {
      const SbNumber swap = s[i * m + k];
      s[i * m + k] = s[i * m + exchanged[k]];
      s[i * m + exchanged[k]] = swap;
    }
  return true;
}
