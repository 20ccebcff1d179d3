#include "solve/chain/section_scalar.h"

#include "solve/chain/scalar_inverse.h"
#include "solve/chain/scalar_numbers.h"

/* ---- blocks
 * -------------------------------------------------------------------------------------------------------- */
/* What all nodes share. */
typedef struct {
  Number storage[SB_MAX_LOCAL], charge[SB_MAX_LOCAL];
  Real current[SB_MAX_LOCAL], side;
  bool by_volume, keeps_current;
} Constants;

static SB_ALWAYS_INLINE void take_constants(const SbSection *const *sections, int at_once, int n,
                                            Constants *constants) {
  const SbNumber *storage[2], *charge[2];
  const double *current[2], *side[2];
  double sides[2];
  for (int l = 0; l < at_once; l++) {
    storage[l] = sections[l]->storage;
    charge[l] = sections[l]->charge;
    current[l] = sections[l]->current;
    sides[l] = sections[l]->side;
    side[l] = &sides[l];
  }
  for (int s = 0; s < n; s++) {
    constants->storage[s] = take_number(storage, at_once, s);
    constants->charge[s] = take_number(charge, at_once, s);
    constants->current[s] = take(current, at_once, s);
  }
  constants->side = take(side, at_once, 0);
  constants->by_volume = sections[0]->by_volume;
  constants->keeps_current = sections[0]->keeps_current;
}

/* An off-diagonal block: a diagonal over the species, the potential's column, the potential's own entry (to be
   subtracted), and for a row that keeps the current the same combination of the other rows. */
typedef struct {
  Real diagonal[SB_MAX_LOCAL], column[SB_MAX_LOCAL], corner;
} Coupling;

/* That of node k to its outer or to its inner neighbour. */
static SB_ALWAYS_INLINE void take_coupling(const SbSection *const *sections, int at_once, const Constants *constants,
                                           int n, int k, bool inner, Coupling *a) {
  const double *face[2], *neighbour[2];
  for (int l = 0; l < at_once; l++) {
    face[l] = sb_section_outer_link(sections[l], n, inner ? k + 1 : k);
    neighbour[l] = face[l] + sb_section_by(sections[l], n, inner);
  }
  for (int s = 0; s < n; s++) {
    a->diagonal[s] = (inner ? constants->side : -constants->side) * take(neighbour, at_once, s);
    a->column[s] = take(face, at_once, SB_FACE_BY_STEP * n + s);
  }
  a->corner = take(face, at_once, SB_FACE_CAPACITY * n);
}

/* p = A w for w [m][m]. */
static SB_ALWAYS_INLINE void coupling_times(const Constants *constants, int m, int n, const Coupling *a,
                                            const Number *w, Number *p) {
  for (int c = 0; m > n && c < m; c++)
    p[n * m + c] = -ROUNDED(a->corner * w[n * m + c]);
  for (int i = 0; i < n; i++)
    for (int c = 0; c < m; c++) {
      Number sum = ROUNDED(a->diagonal[i] * w[i * m + c]);
      if (m > n)
        sum += a->column[i] * w[n * m + c];
      p[i * m + c] = sum;
      if (m > n && constants->keeps_current)
        p[n * m + c] += constants->current[i] * sum;
    }
}

/* r -= A v */
static SB_ALWAYS_INLINE void subtract_coupled(const Constants *constants, int m, int n, const Coupling *a,
                                              const Number *v, Number *r) {
  if (m > n)
    r[n] += a->corner * v[n];
  for (int i = 0; i < n; i++) {
    if (m > n && constants->keeps_current)
      r[n] -= constants->current[i] * (ROUNDED(a->diagonal[i] * v[i]) + a->column[i] * v[n]);
    if (m > n)
      r[i] -= a->column[i] * v[n];
    r[i] -= a->diagonal[i] * v[i];
  }
}

/* p = g A for one row g. */
static SB_ALWAYS_INLINE void times_coupling(const Constants *constants, int m, int n, const Coupling *a,
                                            const Number *g, Number *p) {
  Number potential = {0};
  if (m > n)
    potential = -ROUNDED(a->corner * g[n]);
  for (int s = 0; s < n; s++) {
    Number row = g[s];
    if (m > n && constants->keeps_current)
      row += constants->current[s] * g[n];
    p[s] = a->diagonal[s] * row;
    if (m > n)
      potential += a->column[s] * row;
  }
  if (m > n)
    p[n] = potential;
}

/* D of node k into d[m][m]. */
static SB_ALWAYS_INLINE void diagonal_block(const SbSection *const *sections, int at_once, const Constants *constants,
                                            int m, int n, int k, Number *d) {
  const double *outer[2], *inner[2], *plus[2], *minus[2], *left[2], *right[2];
  for (int l = 0; l < at_once; l++) {
    const SbSection *section = sections[l];
    outer[l] = sb_section_outer_link(section, n, k);
    inner[l] = sb_section_outer_link(section, n, k + 1);
    /* what flows out to the right less what flows in from the left, both by the node's own unknowns */
    plus[l] = (section->side > 0 ? inner[l] : outer[l]) + SB_FACE_BY_LEFT * n;
    minus[l] = (section->side > 0 ? outer[l] : inner[l]) + SB_FACE_BY_RIGHT * n;
    left[l] = section->left + section->side * k;
    right[l] = section->right + section->side * k;
  }
  const Real volume = take(left, at_once, 0) + take(right, at_once, 0);
  Number corner = {0};
  if (m > n)
    corner = number_of(take(outer, at_once, SB_FACE_CAPACITY * n) + take(inner, at_once, SB_FACE_CAPACITY * n));
  for (int i = 0; i < n; i++) {
    for (int c = 0; c < n; c++)
      d[i * m + c] = (Number){0};
    const Real flux = take(plus, at_once, i) - take(minus, at_once, i);
    d[i * m + i] = number_of(flux) + volume * constants->storage[i];
    if (m == n)
      continue;
    const Real step = take(outer, at_once, SB_FACE_BY_STEP * n + i) + take(inner, at_once, SB_FACE_BY_STEP * n + i);
    d[i * m + n] = -number_of(step);
    d[n * m + i] = constants->by_volume ? ROUNDED(volume * constants->charge[i]) : constants->charge[i];
    if (constants->keeps_current) {
      d[n * m + i] += number_of(constants->current[i] * flux);
      corner -= number_of(constants->current[i] * step);
    }
  }
  if (m > n)
    d[n * m + n] = corner;
}

/* ---- all nodes
 * ------------------------------------------------------------------------------------------------------ */
/* last, scale: as w and scale of sb_section_factor. */
static SB_ALWAYS_INLINE bool kernel_factor(const SbSection *const *sections, int at_once, int m, int n,
                                           SbNumber *const *last, SbNumber *const *scale) {
  Number w[SB_MAX_LOCAL * SB_MAX_LOCAL], d[SB_MAX_LOCAL * SB_MAX_LOCAL], p[SB_MAX_LOCAL * SB_MAX_LOCAL];
  Number h[SB_MAX_LOCAL * SB_MAX_LOCAL], r = take_number((const SbNumber *const *)scale, at_once, 0), trace = {0};
  Constants constants;
  Coupling outer, inner;
  SbNumber *inverse[2];
  take_constants(sections, at_once, n, &constants);
  for (int i = 0; i < m * m; i++)
    w[i] = take_number((const SbNumber *const *)last, at_once, i);
  for (int l = 0; l < at_once; l++)
    inverse[l] = sections[l]->inverse;
  const int count = sections[0]->count;
  for (int k = 0; k < count; k++) {
    take_coupling(sections, at_once, &constants, n, k, false, &outer);
    take_coupling(sections, at_once, &constants, n, k, true, &inner);
    diagonal_block(sections, at_once, &constants, m, n, k, d);
    coupling_times(&constants, m, n, &outer, w, p);
    for (int i = 0; i < m * m; i++)
      d[i] = subtract_product(d[i], r, p[i]);
    r = invert(m, d, h);
    for (int i = 0; i < m; i++)
      times_coupling(&constants, m, n, &inner, h + i * m, w + i * m);
    for (int i = 0; i < m * m; i++)
      put(times(r, h[i]), inverse, at_once, i);
    for (int l = 0; l < at_once; l++)
      inverse[l] += m * m;
    trace += 0.0 * r; /* no number as soon as one is infinite */
  }
  for (int i = 0; i < m * m; i++)
    put(w[i], last, at_once, i);
  put(r, scale, at_once, 0);
  return all_finite(trace, at_once);
}

/* x, last[m]: as sb_section_solve. */
static SB_ALWAYS_INLINE void kernel_solve(const SbSection *const *sections, int at_once, int m, int n, bool inwards,
                                          SbNumber *const *x, SbNumber *const *last) {
  Number v[SB_MAX_LOCAL], r[SB_MAX_LOCAL];
  Constants constants;
  Coupling a;
  take_constants(sections, at_once, n, &constants);
  const int count = sections[0]->count;
  for (int i = 0; i < m; i++)
    v[i] = take_number((const SbNumber *const *)last, at_once, i);
  for (int step = 0; step < count; step++) {
    const int k = inwards ? step : count - 1 - step;
    const SbNumber *inverse[2];
    SbNumber *own[2];
    for (int l = 0; l < at_once; l++) {
      inverse[l] = sections[l]->inverse + (ptrdiff_t)k * (m * m);
      own[l] = x[l] + (ptrdiff_t)k * (sections[l]->side * m);
    }
    take_coupling(sections, at_once, &constants, n, k, !inwards, &a);
    for (int i = 0; i < m; i++)
      r[i] = take_number((const SbNumber *const *)own, at_once, i);
    subtract_coupled(&constants, m, n, &a, v, r);
    for (int i = 0; i < m; i++) {
      /* the potential's is ready first */
      v[i] = ROUNDED(times(r[m - 1], take_number(inverse, at_once, i * m + m - 1)));
      for (int c = 0; c < m - 1; c++)
        v[i] = add_product(v[i], r[c], take_number(inverse, at_once, i * m + c));
    }
    for (int i = 0; i < m; i++)
      put(inwards ? r[i] : v[i], own, at_once, i);
  }
  for (int i = 0; i < m; i++)
    put(v[i], last, at_once, i);
}

/* x, last[m]: as sb_section_solve_transposed. by_columns: how the inverses are kept. */
static SB_ALWAYS_INLINE void kernel_transposed(const SbSection *const *sections, int at_once, int m, int n,
                                               bool by_columns, bool inwards, SbNumber *const *x,
                                               SbNumber *const *last) {
  const int along = by_columns ? 1 : m, across = by_columns ? m : 1; /* from one row, or column, to the next */
  Number v[SB_MAX_LOCAL], y[SB_MAX_LOCAL], z[SB_MAX_LOCAL];
  Constants constants;
  Coupling a;
  take_constants(sections, at_once, n, &constants);
  const int count = sections[0]->count;
  for (int i = 0; i < m; i++)
    v[i] = take_number((const SbNumber *const *)last, at_once, i);
  for (int step = 0; step < count; step++) {
    const int k = inwards ? step : count - 1 - step;
    const SbNumber *inverse[2];
    SbNumber *own[2];
    for (int l = 0; l < at_once; l++) {
      inverse[l] = sections[l]->inverse + (ptrdiff_t)k * (m * m);
      own[l] = x[l] + (ptrdiff_t)k * (sections[l]->side * m);
    }
    for (int i = 0; i < m; i++)
      y[i] = take_number((const SbNumber *const *)own, at_once, i) - v[i];
    for (int c = 0; c < m; c++) {
      z[c] = times(y[0], take_number(inverse, at_once, c * across));
      for (int i = 1; i < m; i++)
        z[c] = add_product(z[c], y[i], take_number(inverse, at_once, i * along + c * across));
    }
    take_coupling(sections, at_once, &constants, n, k, inwards, &a);
    times_coupling(&constants, m, n, &a, z, v);
    for (int i = 0; i < m; i++)
      put(inwards ? y[i] : z[i], own, at_once, i);
  }
  for (int i = 0; i < m; i++)
    put(v[i], last, at_once, i);
}

/* ---- sizes
 * --------------------------------------------------------------------------------------------------------- */
/* Calls `step` with m and n: common ones of blocks with a potential as constants. Real blocks of five and more go
   through section_vector.c. */
#define FOR_SIZES(section, step)                                                                                       \
  do {                                                                                                                 \
    const int size = (section)->size, species = (section)->species;                                                    \
    if (size == 2 && species == 1)                                                                                     \
      step(2, 1);                                                                                                      \
    else if (size == 3 && species == 2)                                                                                \
      step(3, 2);                                                                                                      \
    else if (size == 4 && species == 3)                                                                                \
      step(4, 3);                                                                                                      \
    else if (SB_IS_COMPLEX && size == 5 && species == 4)                                                               \
      step(5, 4);                                                                                                      \
    else if (SB_IS_COMPLEX && size == 6 && species == 5)                                                               \
      step(6, 5);                                                                                                      \
    else                                                                                                               \
      step(size, species);                                                                                             \
  } while (0)

/* Both directions of elimination have code of their own. */
#define VERSION(name, target)                                                                                          \
  target static bool factor_##name(const SbSection *const *sections, int at_once, SbNumber *const *w,                  \
                                   SbNumber *const *scale) {                                                           \
    if (at_once == 1)                                                                                                  \
      FOR_SIZES(sections[0], FACTOR_ONE);                                                                              \
    else                                                                                                               \
      FOR_SIZES(sections[0], FACTOR_TWO);                                                                              \
  }                                                                                                                    \
  target static void solve_##name(const SbSection *const *sections, int at_once, bool inwards, SbNumber *const *x,     \
                                  SbNumber *const *v) {                                                                \
    if (at_once == 1)                                                                                                  \
      FOR_SIZES(sections[0], SOLVE_ONE);                                                                               \
    else                                                                                                               \
      FOR_SIZES(sections[0], SOLVE_TWO);                                                                               \
  }
#define FACTOR_ONE(m, n) return kernel_factor(sections, 1, m, n, w, scale)
#define FACTOR_TWO(m, n) return kernel_factor(sections, 2, m, n, w, scale)
#define SOLVE_ONE(m, n)  kernel_solve(sections, 1, m, n, inwards, x, v)
#define SOLVE_TWO(m, n)  kernel_solve(sections, 2, m, n, inwards, x, v)

VERSION(plain, )
#if SB_HAS_VERSIONS
VERSION(avx2, SB_FOR_AVX2)
VERSION(avx512, SB_FOR_AVX512)
#endif

bool sb_scalar_factor(const SbSection *const *sections, int at_once, SbNumber *const *w, SbNumber *const *scale) {
#if SB_HAS_VERSIONS
  if (SB_RUNS_AVX512())
    return factor_avx512(sections, at_once, w, scale);
  if (SB_RUNS_AVX2())
    return factor_avx2(sections, at_once, w, scale);
#endif
  return factor_plain(sections, at_once, w, scale);
}

void sb_scalar_solve(const SbSection *const *sections, int at_once, bool inwards, SbNumber *const *x,
                     SbNumber *const *v) {
#if SB_HAS_VERSIONS
  if (SB_RUNS_AVX512()) {
    solve_avx512(sections, at_once, inwards, x, v);
    return;
  }
  if (SB_RUNS_AVX2()) {
    solve_avx2(sections, at_once, inwards, x, v);
    return;
  }
#endif
  solve_plain(sections, at_once, inwards, x, v);
}

void sb_scalar_solve_transposed(const SbSection *section, bool by_columns, bool inwards, SbNumber *x, SbNumber *v) {
  kernel_transposed(&section, 1, section->size, section->species, by_columns, inwards, &x, &v);
}
