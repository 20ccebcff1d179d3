/* Nodes as equal steps of xi = integral of dx/h, h piecewise linear, which has a closed form on each piece and its
   inverse. The middle of the interval is always a node; each half is placed from its own edge, in distances from that
   edge, so that a link next to either edge keeps all its digits. */
#include "mesh/place.h"

#include <math.h>
#include <stdlib.h>

/* xi gained over a piece of width w where h goes linearly from a to b. */
static double piece_count(double w, double a, double b) {
  const double slope = (b - a) / a;
  return fabs(slope) < 1e-9 ? w / a * (1.0 - 0.5 * slope) : w / (b - a) * log1p(slope);
}

/* Distance into that piece at which xi has grown by q. */
static double piece_inverse(double w, double a, double b, double q) {
  const double rate = (b - a) / w * q;
  return fabs(rate) < 1e-9 ? a * q * (1.0 + 0.5 * rate) : a * q * expm1(rate) / rate;
}

double sb_place_count(const SbSizeFunction *size) {
  double sum = 0.0;
  for (int i = 0; i + 1 < size->count; i++) {
    const double from_left = size->s[i + 1] - size->s[i], from_right = size->t[i] - size->t[i + 1];
    sum += piece_count(size->s[i] < size->t[i] ? from_left : from_right, size->h[i], size->h[i + 1]);
  }
  return sum;
}

/* One half as a table ascending from its edge. */
typedef struct {
  int count;
  double *s, *h;
} Half;

/* Copies the points nearer to this edge than the middle, then the middle itself. */
static Half half_create(const SbSizeFunction *size, double length, bool right) {
  Half half = {.s = calloc((size_t)size->count + 2, sizeof(double)),
               .h = calloc((size_t)size->count + 2, sizeof(double))};
  if (!half.s || !half.h)
    return half;
  const double middle = 0.5 * length;
  double s_before = 0.0, h_before = 0.0;
  for (int k = 0; k < size->count; k++) {
    const int i = right ? size->count - 1 - k : k;
    const double s = right ? size->t[i] : size->s[i];
    if (s >= middle) {
      const double w = s - s_before, share = w > 0.0 ? (middle - s_before) / w : 0.0;
      half.s[half.count] = middle;
      half.h[half.count++] = k == 0 ? size->h[i] : h_before + share * (size->h[i] - h_before);
      break;
    }
    half.s[half.count] = s;
    half.h[half.count++] = size->h[i];
    s_before = s;
    h_before = size->h[i];
  }
  return half;
}

static double half_count(const Half *half) {
  double sum = 0.0;
  for (int i = 0; i + 1 < half->count; i++)
    sum += piece_count(half->s[i + 1] - half->s[i], half->h[i], half->h[i + 1]);
  return sum;
}

/* Fills lengths[n], from the edge to the middle. */
static void half_place(const Half *half, int n, double *lengths) {
  const double total = half_count(half), middle = half->s[half->count - 1];
  int piece = 0;
  double before = 0.0, s_last = 0.0;
  for (int i = 1; i <= n; i++) {
    const double target = total * i / n;
    double s = middle;
    if (i < n) {
      double w = half->s[piece + 1] - half->s[piece];
      double count = piece_count(w, half->h[piece], half->h[piece + 1]);
      while (before + count < target && piece + 2 < half->count) {
        before += count;
        piece++;
        w = half->s[piece + 1] - half->s[piece];
        count = piece_count(w, half->h[piece], half->h[piece + 1]);
      }
      s = half->s[piece] + piece_inverse(w, half->h[piece], half->h[piece + 1], target - before);
    }
    lengths[i - 1] = s - s_last;
    s_last = s;
  }
}

double *sb_place(const SbSizeFunction *size, double length, double scale, int fewest, int *links) {
  const Half left = half_create(size, length, false), right = half_create(size, length, true);
  double *lengths = NULL;
  if (left.s && left.h && right.s && right.h) {
    const int least = (fewest + 1) / 2;
    int n_left = (int)ceil(half_count(&left) / scale - 1e-9), n_right = (int)ceil(half_count(&right) / scale - 1e-9);
    if (n_left < least)
      n_left = least;
    if (n_right < least)
      n_right = least;
    *links = n_left + n_right;
    lengths = calloc((size_t)*links, sizeof *lengths);
    if (lengths) {
      half_place(&left, n_left, lengths);
      half_place(&right, n_right, lengths + n_left);
      for (int i = 0; i < n_right / 2; i++) { /* the right half was laid from its edge */
        const double swap = lengths[n_left + i];
        lengths[n_left + i] = lengths[n_left + n_right - 1 - i];
        lengths[n_left + n_right - 1 - i] = swap;
      }
    }
  }
  free(left.s);
  free(left.h);
  free(right.s);
  free(right.h);
  return lengths;
}
