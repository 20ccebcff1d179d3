/* All blocks are transposed here: then products with a coupling block from either side are sums of whole rows, and rows
   are hardly ever summed up. For H = G^T and V = W^T:
     H_j = (D_j^T - V_o A_jo^T)^-1,   V_j = A_ji^T H_j */
#include "solve/chain/section_vector.h"

#include <string.h>

#include "base/vector.h"

/* Sizes are constants where these functions are inlined, and only without loops do rows stay in registers. */
#define UNROLLED _Pragma("GCC unroll 16")

enum { LANES = 4, MOST_VECTORS = 4 };

typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));

typedef long long Bits __attribute__((vector_size(sizeof(Lanes))));

/* A row of m numbers in `vectors` = ceil(m / LANES) vectors; what is beyond m means nothing. */
typedef struct {
  Lanes part[MOST_VECTORS];
} Row;

static SB_ALWAYS_INLINE int row_vectors(int m) {
  return (m + LANES - 1) / LANES;
}

static SB_ALWAYS_INLINE double row_number(const Row *row, int i) {
  return row->part[i / LANES][i % LANES];
}

/* Takes m numbers and nothing beyond. */
static SB_ALWAYS_INLINE void row_load(int m, const double *from, Row *row) {
  UNROLLED
  for (int v = 0; v < row_vectors(m); v++, from += LANES) {
    Lanes part;
    if (m - v * LANES >= LANES)
      memcpy(&part, from, sizeof part);
    else if (m - v * LANES == 3)
      part = (Lanes){from[0], from[1], from[2], from[2]};
    else if (m - v * LANES == 2)
      part = (Lanes){from[0], from[1], from[0], from[1]};
    else
      part = (Lanes){from[0], from[0], from[0], from[0]};
    row->part[v] = part;
  }
}

static SB_ALWAYS_INLINE void row_store(int m, const Row *row, double *to) {
  UNROLLED
  for (int v = 0; v < row_vectors(m); v++)
    if (m - v * LANES >= LANES)
      memcpy(to + v * LANES, &row->part[v], sizeof(Lanes));
    else
      UNROLLED
  for (int i = v * LANES; i < m; i++)
    to[i] = row->part[v][i - v * LANES];
}

/* 1 in one place, and a part with 0 in one place. */
#define UNIT(lane)          ((Lanes){(lane) == 0, (lane) == 1, (lane) == 2, (lane) == 3})
#define WITHOUT(part, lane) ((Lanes)((Bits)(part) & (UNIT(lane) == 0.0)))

/* row += factor * other */
static SB_ALWAYS_INLINE void row_add(int m, Row *row, double factor, const Row *other) {
  UNROLLED
  for (int v = 0; v < row_vectors(m); v++)
    row->part[v] += factor * other->part[v];
}

static SB_ALWAYS_INLINE void row_scale(int m, Row *row, double factor) {
  UNROLLED
  for (int v = 0; v < row_vectors(m); v++)
    row->part[v] *= factor;
}

/* A coupling as two rows: the diagonal (0 for the potential) and the potential's column. */
typedef struct {
  Row diagonal, column;
  const double *current; /* [m-1]; NULL: the potential's row keeps no current */
} CouplingRows;

/* That of node k to its outer or to its inner neighbour. */
static SB_ALWAYS_INLINE CouplingRows coupling_rows(const SbSection *section, int m, int k, bool inner) {
  const int n = m - 1, last = n / LANES, lane = n % LANES;
  const double *link = sb_section_outer_link(section, n, inner ? k + 1 : k);
  CouplingRows a = {.current = section->keeps_current ? section->current : NULL};
  row_load(m, link + sb_section_by(section, n, inner), &a.diagonal); /* and another one of the link's numbers */
  row_load(m, link + SB_FACE_BY_STEP * n, &a.column);                /* and the capacity */
  row_scale(m, &a.diagonal, inner ? section->side : -section->side);
  a.diagonal.part[last] = WITHOUT(a.diagonal.part[last], lane);
  a.column.part[last] *= 1.0 - 2.0 * UNIT(lane);
  return a;
}

/* row -= v A^T */
static SB_ALWAYS_INLINE void row_subtract_coupled(int m, const CouplingRows *a, const Row *v, Row *row) {
  const double potential = row_number(v, m - 1);
  Row p;
  UNROLLED
  for (int i = 0; i < row_vectors(m); i++) {
    p.part[i] = potential * a->column.part[i] + v->part[i] * a->diagonal.part[i];
    row->part[i] -= p.part[i];
  }
  if (a->current)
    UNROLLED
  for (int s = 0; s < m - 1; s++)
    row->part[(m - 1) / LANES][(m - 1) % LANES] -= a->current[s] * row_number(&p, s);
}

/* v = A^T h for the m rows of h. */
static SB_ALWAYS_INLINE void rows_coupled(int m, const CouplingRows *a, const Row *h, Row *v) {
  const int n = m - 1;
  v[n] = h[n];
  row_scale(m, &v[n], row_number(&a->column, n));
  UNROLLED
  for (int t = 0; t < n; t++) {
    v[t] = h[t];
    if (a->current)
      row_add(m, &v[t], a->current[t], &h[n]);
    row_add(m, &v[n], row_number(&a->column, t), &v[t]);
    row_scale(m, &v[t], row_number(&a->diagonal, t));
  }
}

/* Inverse in place by Gauss-Jordan elimination without pivoting. */
static SB_ALWAYS_INLINE bool rows_invert(int m, Row *s) {
  bool good = true;
  UNROLLED
  for (int k = 0; k < m; k++) {
    const double reciprocal = 1.0 / row_number(&s[k], k);
    good &= isfinite(reciprocal) != 0;
    s[k].part[k / LANES] = WITHOUT(s[k].part[k / LANES], k % LANES) + UNIT(k % LANES);
    row_scale(m, &s[k], reciprocal);
    UNROLLED
    for (int i = 0; i < m; i++) {
      if (i == k)
        continue;
      const double factor = row_number(&s[i], k);
      s[i].part[k / LANES] = WITHOUT(s[i].part[k / LANES], k % LANES);
      row_add(m, &s[i], -factor, &s[k]);
    }
  }
  return good;
}

/* D^T of node k. */
static SB_ALWAYS_INLINE void diagonal_rows(const SbSection *section, int m, int k, Row *d) {
  const int n = m - 1, last = n / LANES, lane = n % LANES;
  const double *outer = sb_section_outer_link(section, n, k), *inner = sb_section_outer_link(section, n, k + 1);
  const double volume = section->left[section->side * k] + section->right[section->side * k];
  const double weight = section->by_volume ? volume : 1.0;
  Row other;
  row_load(m, outer + SB_FACE_BY_STEP * n, &d[n]);
  row_load(m, inner + SB_FACE_BY_STEP * n, &other);
  row_add(m, &d[n], 1.0, &other);
  row_scale(m, &d[n], -1.0);
  d[n].part[last] *= 1.0 - 2.0 * UNIT(lane);
  UNROLLED
  for (int s = 0; s < n; s++) {
    /* the node is the inner one of its outer link, and the outer one of its inner link */
    const double flux =
        section->side * (inner[sb_section_by(section, n, false) + s] - outer[sb_section_by(section, n, true) + s]);
    double charge = weight * section->charge[s];
    if (section->keeps_current) {
      charge += section->current[s] * flux;
      d[n].part[last] += section->current[s] * row_number(&d[n], s) * UNIT(lane);
    }
    d[s] = (Row){0};
    d[s].part[s / LANES] += (flux + volume * section->storage[s]) * UNIT(s % LANES);
    d[s].part[last] += charge * UNIT(lane);
  }
}

/* w [m][m]: W of the node before the first, then of the last. False where a block has no inverse. */
static SB_ALWAYS_INLINE bool factor(const SbSection *section, int m, double *w) {
  Row v[LANES * MOST_VECTORS], s[LANES * MOST_VECTORS];
  double *inverse = section->inverse;
  bool good = true;
  double column[LANES * MOST_VECTORS];
  UNROLLED
  for (int t = 0; t < m; t++) {
    for (int i = 0; i < m; i++)
      column[i] = w[i * m + t];
    row_load(m, column, &v[t]);
  }
  for (int k = 0; k < section->count; k++, inverse += m * m) {
    const CouplingRows outer = coupling_rows(section, m, k, false), inner = coupling_rows(section, m, k, true);
    diagonal_rows(section, m, k, s);
    UNROLLED
    for (int t = 0; t < m; t++)
      row_subtract_coupled(m, &outer, &v[t], &s[t]);
    good &= rows_invert(m, s);
    UNROLLED
    for (int t = 0; t < m; t++)
      row_store(m, &s[t], inverse + t * m);
    rows_coupled(m, &inner, s, v);
  }
  UNROLLED
  for (int t = 0; t < m; t++) {
    row_store(m, &v[t], column);
    for (int i = 0; i < m; i++)
      w[i * m + t] = column[i];
  }
  return good;
}

/* x, last[m]: as sb_section_solve. */
static SB_ALWAYS_INLINE void solve(const SbSection *section, int m, bool inwards, double *x, double *last) {
  const int n = m - 1;
  Row v, r, h;
  row_load(m, last, &v);
  for (int step = 0; step < section->count; step++) {
    const int k = inwards ? step : section->count - 1 - step;
    const double *inverse = section->inverse + (ptrdiff_t)k * (m * m);
    double *own = x + (ptrdiff_t)k * (section->side * m);
    const CouplingRows a = coupling_rows(section, m, k, !inwards);
    row_load(m, own, &r);
    row_subtract_coupled(m, &a, &v, &r);
    row_load(m, inverse + n * m, &v);
    row_scale(m, &v, row_number(&r, n));
    UNROLLED
    for (int t = 0; t < n; t++) {
      row_load(m, inverse + t * m, &h);
      row_add(m, &v, row_number(&r, t), &h);
    }
    row_store(m, inwards ? &r : &v, own);
  }
  row_store(m, &v, last);
}

/* ---- versions
 * ------------------------------------------------------------------------------------------------------- */
/* Calls `step` with m as a constant. */
#define FOR_SIZES(m, step)                                                                                             \
  do {                                                                                                                 \
    if ((m) == 5)                                                                                                      \
      step(5);                                                                                                         \
    else if ((m) == 6)                                                                                                 \
      step(6);                                                                                                         \
    else if ((m) == 7)                                                                                                 \
      step(7);                                                                                                         \
    else if ((m) == 8)                                                                                                 \
      step(8);                                                                                                         \
    else                                                                                                               \
      step(9);                                                                                                         \
  } while (0)

#define VERSION(name, target)                                                                                          \
  target static bool factor_##name(const SbSection *section, double *w) {                                              \
    FOR_SIZES(section->size, FACTOR);                                                                                  \
  }                                                                                                                    \
  target static void solve_##name(const SbSection *section, bool inwards, double *x, double *v) {                      \
    FOR_SIZES(section->size, SOLVE);                                                                                   \
  }
#define FACTOR(m) return factor(section, m, w)
#define SOLVE(m)  solve(section, m, inwards, x, v)

VERSION(plain, )
#if SB_HAS_VERSIONS
VERSION(avx2, SB_FOR_AVX2)
VERSION(avx512, SB_FOR_AVX512)
#endif

bool sb_vector_takes(const SbSection *section) {
  return section->size == section->species + 1 && section->size >= 5 && section->size <= 9;
}

bool sb_vector_factor(const SbSection *section, double *w) {
#if SB_HAS_VERSIONS
  if (SB_RUNS_AVX512())
    return factor_avx512(section, w);
  if (SB_RUNS_AVX2())
    return factor_avx2(section, w);
#endif
  return factor_plain(section, w);
}

void sb_vector_solve(const SbSection *section, bool inwards, double *x, double *v) {
#if SB_HAS_VERSIONS
  if (SB_RUNS_AVX512()) {
    solve_avx512(section, inwards, x, v);
    return;
  }
  if (SB_RUNS_AVX2()) {
    solve_avx2(section, inwards, x, v);
    return;
  }
#endif
  solve_plain(section, inwards, x, v);
}
