#include "solve/chain/section.h"

#include "discretize/matrix.h"

#define INLINE static inline __attribute__((always_inline))

enum { LARGEST = SB_MAX_LOCAL };

/* ---- blocks of one node
 * ---------------------------------------------------------------------------------------------- */
/* An off-diagonal block: diagonal over the species, the potential's column, the potential's own entry, and for a row
   that keeps the current the same combination of the other rows. */
typedef struct {
  double sign;
  const double *diagonal; /* [n] times sign */
  const double *column;   /* [n] */
  double corner;          /* to be subtracted */
  const double *current;  /* [n]; NULL: none */
} Coupling;

/* What of a link is differentiated by the outer and by the inner of its nodes. */
INLINE int by_outer(const SbSection *section, int n) {
  return (section->side > 0 ? SB_FACE_BY_LEFT : SB_FACE_BY_RIGHT) * n;
}

INLINE int by_inner(const SbSection *section, int n) {
  return (section->side > 0 ? SB_FACE_BY_RIGHT : SB_FACE_BY_LEFT) * n;
}

INLINE const double *outer_face(const SbSection *section, int n, int k) {
  return section->face + (ptrdiff_t)(section->side * k) * (3 * n + 1);
}

/* Coupling of node k to its outer or inner neighbour. */
INLINE Coupling coupling(const SbSection *section, int n, int k, bool inner) {
  const double *face = outer_face(section, n, inner ? k + 1 : k);
  return (Coupling){.sign = inner ? section->side : -section->side,
                    .diagonal = face + (inner ? by_inner(section, n) : by_outer(section, n)),
                    .column = face + SB_FACE_BY_STEP * n,
                    .corner = face[SB_FACE_CAPACITY * n],
                    .current = section->keeps_current ? section->current : NULL};
}

/* s -= A w for w [m][columns]. */
INLINE void subtract_coupled(int m, int n, int columns, const Coupling *a, const SbNumber *w, SbNumber *s) {
  for (int i = 0; i < n; i++) {
    const double diagonal = a->sign * a->diagonal[i];
    for (int c = 0; c < columns; c++) {
      SbNumber sum = diagonal * w[i * columns + c];
      if (m > n)
        sum += a->column[i] * w[n * columns + c];
      s[i * columns + c] -= sum;
      if (m > n && a->current)
        s[n * columns + c] -= a->current[i] * sum;
    }
  }
  for (int c = 0; m > n && c < columns; c++)
    s[n * columns + c] += a->corner * w[n * columns + c];
}

/* One row of a product with a coupling block: p = g A; also A^T g. */
INLINE void times_coupling(int m, int n, const Coupling *a, const SbNumber *g, SbNumber *p) {
  SbNumber sum = m > n ? -a->corner * g[n] : 0.0;
  for (int s = 0; s < n; s++) {
    SbNumber row = g[s];
    if (m > n && a->current)
      row += a->current[s] * g[n];
    p[s] = a->sign * a->diagonal[s] * row;
    if (m > n)
      sum += a->column[s] * row;
  }
  if (m > n)
    p[n] = sum;
}

/* D of node k into s[m][m]. */
INLINE void diagonal_block(const SbSection *section, int m, int n, int k, SbNumber *s) {
  const double *outer = outer_face(section, n, k), *inner = outer_face(section, n, k + 1);
  const double volume = section->left[section->side * k] + section->right[section->side * k];
  const double weight = section->by_volume ? volume : 1.0;
  SbNumber corner = m > n ? outer[SB_FACE_CAPACITY * n] + inner[SB_FACE_CAPACITY * n] : 0.0;
  for (int i = 0; i < n; i++) {
    for (int c = 0; c < n; c++)
      s[i * m + c] = 0.0;
    const double flux = section->side * (inner[by_outer(section, n) + i] - outer[by_inner(section, n) + i]);
    const double step = -(outer[SB_FACE_BY_STEP * n + i] + inner[SB_FACE_BY_STEP * n + i]);
    s[i * m + i] = flux + volume * section->storage[i];
    if (m == n)
      continue;
    s[i * m + n] = step;
    s[n * m + i] = weight * section->charge[i];
    if (section->keeps_current) {
      s[n * m + i] += section->current[i] * flux;
      corner += section->current[i] * step;
    }
  }
  if (m > n)
    s[n * m + n] = corner;
}

/* ---- inverse of a block
 * ---------------------------------------------------------------------------------------------- */
/* Gauss-Jordan without pivoting, in place. Returns whether all pivots were of use. */
INLINE bool invert(int m, SbNumber *s) {
  bool good = true;
  for (int k = 0; k < m; k++) {
    const SbNumber reciprocal = 1.0 / s[k * m + k];
    good &= isfinite(sb_number_size(reciprocal)) != 0;
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
  return good;
}

/* ---- all nodes
 * ------------------------------------------------------------------------------------------------------ */
INLINE bool factor(const SbSection *section, int m, int n, SbNumber *w) {
  bool good = true;
  for (int k = 0; k < section->count; k++) {
    SbNumber *g = section->inverse + (size_t)k * (size_t)(m * m);
    SbNumber s[LARGEST * LARGEST];
    const Coupling outer = coupling(section, n, k, false), inner = coupling(section, n, k, true);
    diagonal_block(section, m, n, k, s);
    subtract_coupled(m, n, m, &outer, w, s);
    good &= invert(m, s);
    for (int i = 0; i < m; i++) {
      for (int c = 0; c < m; c++)
        g[i * m + c] = s[i * m + c];
      times_coupling(m, n, &inner, s + i * m, w + i * m);
    }
  }
  return good;
}

INLINE void multiply(int m, const SbNumber *g, const SbNumber *r, SbNumber *v) {
  for (int i = 0; i < m; i++) {
    v[i] = 0.0;
    for (int c = 0; c < m; c++)
      v[i] += g[i * m + c] * r[c];
  }
}

INLINE void multiply_transposed(int m, const SbNumber *g, const SbNumber *r, SbNumber *v) {
  for (int c = 0; c < m; c++) {
    v[c] = 0.0;
    for (int i = 0; i < m; i++)
      v[c] += g[i * m + c] * r[i];
  }
}

INLINE void fill(const SbSection *section, int m, int n, int columns, SbNumber *own, SbNumber *out, SbNumber *in) {
  for (int k = 0; k < section->count; k++) {
    const SbNumber *g = section->inverse + (size_t)k * (size_t)(m * m);
    const Coupling outer = coupling(section, n, k, false), inner = coupling(section, n, k, true);
    SbNumber r[LARGEST * LARGEST] = {0.0}, row[LARGEST];
    subtract_coupled(m, n, columns, &outer, in, r);
    for (int i = 0; i < m; i++)
      for (int c = 0; c < columns; c++) {
        SbNumber sum = 0.0;
        for (int l = 0; l < m; l++)
          sum += g[i * m + l] * r[l * columns + c];
        in[i * columns + c] = sum;
      }
    for (int i = 0; i < columns; i++) {
      for (int l = 0; l < m; l++)
        for (int c = 0; c < columns; c++)
          own[i * columns + c] += out[i * m + l] * in[l * columns + c];
      for (int c = 0; c < m; c++) {
        row[c] = 0.0;
        for (int l = 0; l < m; l++)
          row[c] -= out[i * m + l] * g[l * m + c];
      }
      times_coupling(m, n, &inner, row, out + i * m);
    }
  }
}

INLINE void solve(const SbSection *section, int m, int n, bool inwards, SbNumber *x, SbNumber *v) {
  for (int step = 0; step < section->count; step++) {
    const int k = inwards ? step : section->count - 1 - step;
    SbNumber *r = x + (ptrdiff_t)(section->side * k) * m;
    const Coupling a = coupling(section, n, k, !inwards);
    subtract_coupled(m, n, 1, &a, v, r);
    multiply(m, section->inverse + (size_t)k * (size_t)(m * m), r, v);
    for (int i = 0; i < m && !inwards; i++)
      r[i] = v[i];
  }
}

INLINE void solve_transposed(const SbSection *section, int m, int n, bool inwards, SbNumber *x, SbNumber *v) {
  for (int step = 0; step < section->count; step++) {
    const int k = inwards ? step : section->count - 1 - step;
    SbNumber *y = x + (ptrdiff_t)(section->side * k) * m, z[LARGEST];
    const Coupling a = coupling(section, n, k, inwards);
    for (int i = 0; i < m; i++)
      y[i] -= v[i];
    multiply_transposed(m, section->inverse + (size_t)k * (size_t)(m * m), y, z);
    times_coupling(m, n, &a, z, v);
    for (int i = 0; i < m && !inwards; i++)
      y[i] = z[i];
  }
}

bool sb_section_factor(const SbSection *section, SbNumber *w) {
  return factor(section, section->size, section->species, w);
}

void sb_section_fill(const SbSection *section, int columns, SbNumber *own, SbNumber *out, SbNumber *in) {
  fill(section, section->size, section->species, columns, own, out, in);
}

void sb_section_solve(const SbSection *section, bool inwards, SbNumber *x, SbNumber *v) {
  solve(section, section->size, section->species, inwards, x, v);
}

void sb_section_solve_transposed(const SbSection *section, bool inwards, SbNumber *x, SbNumber *v) {
  solve_transposed(section, section->size, section->species, inwards, x, v);
}
