#include "base/vector.h"
#include "solve/chain/section.h"

/* An off-diagonal block: a diagonal over the species, the potential's column, the potential's own entry (to be
   subtracted), and for a row that keeps the current the same combination of the other rows. */
typedef struct {
  double sign;
  const double *diagonal; /* [n] times sign */
  const double *column;   /* [n] */
  double corner;
  const double *current; /* [n]; NULL: none */
} Coupling;

/* That of node k to its outer or to its inner neighbour. */
static SB_ALWAYS_INLINE Coupling coupling(const SbSection *section, int n, int k, bool inner) {
  const double *link = sb_section_outer_link(section, n, inner ? k + 1 : k);
  return (Coupling){.sign = inner ? section->side : -section->side,
                    .diagonal = link + sb_section_by(section, n, inner),
                    .column = link + SB_FACE_BY_STEP * n,
                    .corner = link[SB_FACE_CAPACITY * n],
                    .current = section->keeps_current ? section->current : NULL};
}

/* p = A w for w [m][columns]. */
static SB_ALWAYS_INLINE void coupling_times(int m, int n, int columns, const Coupling *a, const SbNumber *w,
                                            SbNumber *p) {
  for (int c = 0; m > n && c < columns; c++)
    p[n * columns + c] = -a->corner * w[n * columns + c];
  for (int i = 0; i < n; i++)
    for (int c = 0; c < columns; c++) {
      SbNumber sum = a->sign * a->diagonal[i] * w[i * columns + c];
      if (m > n)
        sum += a->column[i] * w[n * columns + c];
      p[i * columns + c] = sum;
      if (m > n && a->current)
        p[n * columns + c] += a->current[i] * sum;
    }
}

/* p = g A for one row g. */
static SB_ALWAYS_INLINE void times_coupling(int m, int n, const Coupling *a, const SbNumber *g, SbNumber *p) {
  SbNumber potential = m > n ? -a->corner * g[n] : 0.0;
  for (int s = 0; s < n; s++) {
    SbNumber row = g[s];
    if (m > n && a->current)
      row += a->current[s] * g[n];
    p[s] = a->sign * a->diagonal[s] * row;
    if (m > n)
      potential += a->column[s] * row;
  }
  if (m > n)
    p[n] = potential;
}

/* along, across: from one row, or column, of an inverse to the next. */
static SB_ALWAYS_INLINE void fill(const SbSection *section, int m, int n, int columns, int along, int across,
                                  SbNumber *own, SbNumber *out, SbNumber *in) {
  SbNumber seen[SB_MAX_LOCAL * SB_MAX_LOCAL], row[SB_MAX_LOCAL];
  for (int k = 0; k < section->count; k++) {
    const SbNumber *g = section->inverse + (size_t)k * (size_t)(m * m);
    const Coupling outer = coupling(section, n, k, false), inner = coupling(section, n, k, true);
    coupling_times(m, n, columns, &outer, in, seen);
    for (int i = 0; i < m; i++)
      for (int c = 0; c < columns; c++) {
        SbNumber sum = 0.0;
        for (int l = 0; l < m; l++)
          sum -= g[i * along + l * across] * seen[l * columns + c];
        in[i * columns + c] = sum;
      }
    for (int i = 0; i < columns; i++) {
      for (int l = 0; l < m; l++)
        for (int c = 0; c < columns; c++)
          own[i * columns + c] += out[i * m + l] * in[l * columns + c];
      for (int c = 0; c < m; c++) {
        row[c] = 0.0;
        for (int l = 0; l < m; l++)
          row[c] -= out[i * m + l] * g[l * along + c * across];
      }
      times_coupling(m, n, &inner, row, out + i * m);
    }
  }
}

/* Sizes as constants where blocks have a potential, and the kept node the same unknowns. */
static SB_ALWAYS_INLINE void fill_sizes(const SbSection *section, int columns, bool by_columns, SbNumber *own,
                                        SbNumber *out, SbNumber *in) {
  const int m = section->size, n = section->species;
  const bool usual = m == n + 1 && m == columns;
  if (usual && m == 2)
    fill(section, 2, 1, 2, 2, 1, own, out, in);
  else if (usual && m == 3)
    fill(section, 3, 2, 3, 3, 1, own, out, in);
  else if (usual && m == 4)
    fill(section, 4, 3, 4, 4, 1, own, out, in);
  else if (usual && m == 5 && by_columns)
    fill(section, 5, 4, 5, 1, 5, own, out, in);
  else if (usual && m == 6 && by_columns)
    fill(section, 6, 5, 6, 1, 6, own, out, in);
  else
    fill(section, m, n, columns, by_columns ? 1 : m, by_columns ? m : 1, own, out, in);
}

void sb_section_fill(const SbSection *section, int columns, SbNumber *own, SbNumber *out, SbNumber *in) {
  fill_sizes(section, columns, sb_section_by_columns(section), own, out, in);
}
