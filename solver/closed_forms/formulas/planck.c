/* Planck's junction, solved as a linear problem.

   With j = J/D, and S = sum z^2 c, electroneutrality gives the field: phi' = -(sum z j)/S in units of V_T. Measured by
   the length s with dx = S ds, both become polynomial and the concentrations obey a linear system with constant
   coefficients, dc_i/ds = -j_i S - a z_i c_i,     dphi/ds = a = -sum z j, so that c at the far side is a matrix
   exponential times c at the near side. The whole length in s is taken as 1 (it only scales j), and the unknowns j are
   found from c(1) = the far composition and sum z D j = 0 by Newton's method; the potential is then a. The exponential
   and its derivatives by j are summed as Taylor series over short pieces.

   A solution counts only if S > 0 on its way, which makes every c positive (c e^{a z s} is monotone) and the length
   real. Where Newton's method fails, the far composition is approached through mixtures with the near one, which are
   electroneutral too; at no difference the solution is j = 0. The way begins on the dilute side: the other way round,
   the dilute solution would be a small difference of large numbers. */
#include "closed_forms/formulas/planck.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "physics/physics.h"

enum { MOST = SB_MAX_SPECIES, TAYLOR_TERMS = 20, NEWTON_STEPS = 15 };

static const double piece_norm = 0.5;   /* 0.5^20/20! is below rounding */
static const double largest_norm = 400; /* no junction between real solutions comes near */
static const double smallest_mixing = 1e-14;

typedef struct {
  int n, dependent;                  /* the ion whose balance follows from electroneutrality */
  double z[MOST], diffusivity[MOST]; /* relative to the largest */
  double near[MOST], far[MOST];      /* relative to the larger S */
} Junction;

/* State at a place between the sides: concentrations and their derivatives by the fluxes, [ion][flux]. */
typedef struct {
  double c[MOST], d[MOST][MOST];
} State;

static double strength(const Junction *junction, const double *c) {
  double sum = 0.0;
  for (int i = 0; i < junction->n; i++)
    sum += junction->z[i] * junction->z[i] * c[i];
  return sum;
}

static double drift(const Junction *junction, const double *flux) {
  double sum = 0.0;
  for (int i = 0; i < junction->n; i++)
    sum -= junction->z[i] * flux[i];
  return sum;
}

/* One term of the Taylor series from the one before: term <- factor * d(term)/ds. */
static void differentiate(const Junction *junction, const double *flux, double factor, State *term) {
  const int n = junction->n;
  const double *z = junction->z, a = drift(junction, flux), s = strength(junction, term->c);
  double ds[MOST] = {0};
  for (int i = 0; i < n; i++)
    for (int m = 0; m < n; m++)
      ds[m] += z[i] * z[i] * term->d[i][m];
  for (int i = 0; i < n; i++) {
    for (int m = 0; m < n; m++) {
      /* da/dj_m = -z_m */
      const double own = z[m] * z[i] * term->c[i] - (i == m ? s : 0.0);
      term->d[i][m] = factor * (own - flux[i] * ds[m] - a * z[i] * term->d[i][m]);
    }
    term->c[i] = factor * (-flux[i] * s - a * z[i] * term->c[i]);
  }
}

static void add(int n, State *sum, const State *term) {
  for (int i = 0; i < n; i++) {
    sum->c[i] += term->c[i];
    for (int m = 0; m < n; m++)
      sum->d[i][m] += term->d[i][m];
  }
}

/* State at the far side for given fluxes; false where S does not stay positive or the fluxes are out of all bounds. */
static bool cross(const Junction *junction, const double *flux, State *state) {
  const int n = junction->n;
  double norm = 0.0;
  for (int i = 0; i < n; i++) {
    const double z = fabs(junction->z[i]);
    norm += fabs(flux[i]) * z * z;
    norm = fmax(norm, z * fabs(drift(junction, flux)));
  }
  if (!(norm < largest_norm))
    return false;
  const int pieces = 1 + (int)(norm / piece_norm);
  memset(state, 0, sizeof *state);
  memcpy(state->c, junction->near, sizeof junction->near);
  for (int p = 0; p < pieces; p++) {
    State term = *state;
    for (int k = 1; k <= TAYLOR_TERMS; k++) {
      differentiate(junction, flux, 1.0 / pieces / k, &term);
      add(n, state, &term);
    }
    if (!(strength(junction, state->c) > 0.0))
      return false;
  }
  return true;
}

/* Solves matrix x = right side in place by elimination with partial pivoting; false where it is singular. */
static bool solve(int n, double matrix[MOST][MOST], double *x) {
  for (int k = 0; k < n; k++) {
    int pivot = k;
    for (int i = k + 1; i < n; i++)
      if (fabs(matrix[i][k]) > fabs(matrix[pivot][k]))
        pivot = i;
    if (!(fabs(matrix[pivot][k]) > 0.0))
      return false;
    for (int j = k; j < n; j++) {
      const double swapped = matrix[k][j];
      matrix[k][j] = matrix[pivot][j];
      matrix[pivot][j] = swapped;
    }
    const double swapped = x[k];
    x[k] = x[pivot];
    x[pivot] = swapped;
    for (int i = k + 1; i < n; i++) {
      const double factor = matrix[i][k] / matrix[k][k];
      for (int j = k; j < n; j++)
        matrix[i][j] -= factor * matrix[k][j];
      x[i] -= factor * x[k];
    }
  }
  for (int k = n - 1; k >= 0; k--) {
    for (int j = k + 1; j < n; j++)
      x[k] -= matrix[k][j] * x[j];
    x[k] /= matrix[k][k];
  }
  return true;
}

/* Newton's method for the fluxes that end at the composition goal, from flux; false where it does not get there. */
static bool reach(const Junction *junction, const double *goal, double *flux) {
  const int n = junction->n;
  for (int step = 0; step < NEWTON_STEPS; step++) {
    State state;
    if (!cross(junction, flux, &state))
      return false;
    double change[MOST];
    for (int i = 0; i < n; i++)
      change[i] = goal[i] - state.c[i];
    change[junction->dependent] = 0.0;
    for (int i = 0; i < n; i++) {
      const double weight = junction->z[i] * junction->diffusivity[i];
      state.d[junction->dependent][i] = weight;
      change[junction->dependent] -= weight * flux[i];
    }
    if (!solve(n, state.d, change))
      return false;
    double largest = 0.0, size = 1.0;
    for (int i = 0; i < n; i++) {
      flux[i] += change[i];
      largest = fmax(largest, fabs(change[i]));
      size = fmax(size, fabs(flux[i]));
    }
    if (largest <= 1e-12 * size) /* the error left is its square, or rounding */
      return cross(junction, flux, &state);
  }
  return false;
}

/* Potential, far minus near, in thermal voltages. */
static double junction_potential(const Junction *junction) {
  double flux[MOST] = {0}, trial[MOST], goal[MOST];
  double mixed = 0.0, step = 1.0;
  while (mixed < 1.0) {
    const double share = fmin(1.0, mixed + step);
    for (int i = 0; i < junction->n; i++)
      goal[i] = share == 1.0 ? junction->far[i] : junction->near[i] + share * (junction->far[i] - junction->near[i]);
    memcpy(trial, flux, sizeof flux);
    if (reach(junction, goal, trial)) {
      memcpy(flux, trial, sizeof flux);
      mixed = share;
      step *= 2.0;
    } else {
      step *= 0.5;
      if (step < smallest_mixing)
        return NAN;
    }
  }
  return drift(junction, flux);
}

double sb_planck_potential(int n, const int *charge, const double *diffusivity, const double *left, const double *right,
                           double thermal_voltage) {
  double strength_left = 0.0, strength_right = 0.0, fastest = 0.0, most = 0.0;
  if (n > SB_MAX_SPECIES)
    return NAN;
  Junction junction = {.n = n};
  for (int i = 0; i < n; i++) {
    const double square = (double)charge[i] * charge[i];
    strength_left += square * left[i];
    strength_right += square * right[i];
    fastest = fmax(fastest, diffusivity[i]);
    if (square * (left[i] + right[i]) > most) {
      most = square * (left[i] + right[i]);
      junction.dependent = i;
    }
  }
  if (!(strength_left > 0.0 && strength_right > 0.0 && fastest > 0.0))
    return NAN;
  const bool forward = strength_left <= strength_right;
  const double scale = fmax(strength_left, strength_right);
  for (int i = 0; i < n; i++) {
    junction.z[i] = charge[i];
    junction.diffusivity[i] = diffusivity[i] / fastest;
    junction.near[i] = (forward ? left : right)[i] / scale;
    junction.far[i] = (forward ? right : left)[i] / scale;
  }
  return (forward ? 1.0 : -1.0) * thermal_voltage * junction_potential(&junction);
}
