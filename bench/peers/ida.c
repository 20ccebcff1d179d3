/*
 * P2 by SUNDIALS IDA: usage `ida CELLS RTOL`.
 *
 * The transient of problems.py in its units and on its graded nodes: finite volumes with exponentially fitted
 * (Scharfetter-Gummel) fluxes. The field follows from no net current through any link, displacement included, instead
 * of Poisson's equation: the same by charge conservation, but at short times, when rounding errors of the charge are
 * not screened yet, Newton's method then meets IDA's tolerances in a tenth of the steps. Analytic Jacobian, IDA's own
 * banded direct solver, orders up to 5, interpolation at the times asked for. Prints one line of JSON.
 */
#include <ida/ida.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <sundials/sundials_version.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunmatrix/sunmatrix_band.h>

/* Unknowns of a node, and what that order gives for the half-bandwidths of the Jacobian. */
enum { CATION, ANION, POTENTIAL, UNKNOWNS };
enum { UPPER = UNKNOWNS + POTENTIAL, LOWER = UNKNOWNS };

static const double faraday = 96485.33212, gas = 8.314462618, vacuum = 8.8541878128e-12; /* CODATA 2018, SI */
static const double permittivity = 78.4, temperature = 298.15, concentration = 100.0;    /* 1, K, mol/m3 */
static const double width = 20e-6, finest = 4e-9;                                        /* m */
static const double diffusivities[2] = {9.311e-9, 2.032e-9};                             /* m2/s */
static const double ends[2] = {1.0, 0.1}, charges[2] = {1.0, -1.0};

typedef struct {
  sunindextype nodes;
  double *x, *volume;    /* nodes */
  double diffusivity[2]; /* 1/s */
} Cell;

/* A flux over one link of length h, D/h [B(u) left - B(-u) right] with u = z (phi_right - phi_left). */
typedef struct {
  double flux, by_left, by_right, by_difference;
} Flux;

/* Bernoulli's function u/(e^u - 1) and its derivative. */
static void bernoulli(double u, double *value, double *derivative) {
  if (fabs(u) < 0.05) {
    double v = u * u;
    *value = 1 - u / 2 + v / 12 * (1 - v / 60 * (1 - v / 42));
    *derivative = -0.5 + u / 6 * (1 - v / 30 * (1 - v / 28));
    return;
  }
  double e = expm1(u);
  *value = u / e;
  *derivative = (1 - u - *value) / e;
}

static Flux flux_over(const Cell *cell, const double *y, sunindextype link, int ion) {
  const double *left = y + UNKNOWNS * link, *right = left + UNKNOWNS;
  double rate = cell->diffusivity[ion] / (cell->x[link + 1] - cell->x[link]);
  double u = charges[ion] * (right[POTENTIAL] - left[POTENTIAL]), b, slope;
  bernoulli(u, &b, &slope);
  return (Flux){
      .flux = rate * (b * left[ion] - (b + u) * right[ion]),
      .by_left = rate * b,
      .by_right = -rate * (b + u),
      .by_difference = rate * charges[ion] * (slope * left[ion] - (slope + 1) * right[ion]),
  };
}

static int residual(double t, N_Vector state, N_Vector rates, N_Vector rows, void *context) {
  (void)t;
  const Cell *cell = context;
  const double *y = N_VGetArrayPointer(state), *dy = N_VGetArrayPointer(rates);
  double *r = N_VGetArrayPointer(rows);
  for (sunindextype k = 0; k < UNKNOWNS * cell->nodes; k++)
    r[k] = k % UNKNOWNS == POTENTIAL ? 0 : cell->volume[k / UNKNOWNS] * dy[k];
  for (sunindextype i = 0; i + 1 < cell->nodes; i++) {
    double *left = r + UNKNOWNS * i, *right = left + UNKNOWNS;
    const double *rate = dy + UNKNOWNS * i;
    left[POTENTIAL] = (rate[POTENTIAL] - rate[UNKNOWNS + POTENTIAL]) / (cell->x[i + 1] - cell->x[i]);
    for (int ion = CATION; ion <= ANION; ion++) {
      double flux = flux_over(cell, y, i, ion).flux;
      left[ion] += flux;
      right[ion] -= flux;
      left[POTENTIAL] += charges[ion] * flux;
    }
  }
  r[UNKNOWNS * cell->nodes - 1] = y[UNKNOWNS * cell->nodes - 1]; /* the potential's reference */
  return 0;
}

/* What the flux of an ion from node i to i + 1 does to three rows, by one unknown of one of the two nodes. */
static void add_flux(SUNMatrix jacobian, sunindextype i, int ion, sunindextype column, double derivative) {
  SM_ELEMENT_B(jacobian, UNKNOWNS * i + ion, column) += derivative;
  SM_ELEMENT_B(jacobian, UNKNOWNS * (i + 1) + ion, column) -= derivative;
  SM_ELEMENT_B(jacobian, UNKNOWNS * i + POTENTIAL, column) += charges[ion] * derivative;
}

static int fill_jacobian(double t, double cj, N_Vector state, N_Vector rates, N_Vector rows, SUNMatrix jacobian,
                         void *context, N_Vector w1, N_Vector w2, N_Vector w3) {
  (void)t, (void)rates, (void)rows, (void)w1, (void)w2, (void)w3;
  const Cell *cell = context;
  const double *y = N_VGetArrayPointer(state);
  for (sunindextype k = 0; k < UNKNOWNS * cell->nodes; k++)
    if (k % UNKNOWNS != POTENTIAL)
      SM_ELEMENT_B(jacobian, k, k) += cj * cell->volume[k / UNKNOWNS];
  for (sunindextype i = 0; i + 1 < cell->nodes; i++) {
    sunindextype left = UNKNOWNS * i, right = left + UNKNOWNS;
    for (int ion = CATION; ion <= ANION; ion++) {
      Flux f = flux_over(cell, y, i, ion);
      add_flux(jacobian, i, ion, left + ion, f.by_left);
      add_flux(jacobian, i, ion, right + ion, f.by_right);
      add_flux(jacobian, i, ion, left + POTENTIAL, -f.by_difference);
      add_flux(jacobian, i, ion, right + POTENTIAL, f.by_difference);
    }
    double displacement = cj / (cell->x[i + 1] - cell->x[i]);
    SM_ELEMENT_B(jacobian, left + POTENTIAL, left + POTENTIAL) += displacement;
    SM_ELEMENT_B(jacobian, left + POTENTIAL, right + POTENTIAL) -= displacement;
  }
  sunindextype last = UNKNOWNS * cell->nodes - 1;
  SM_ELEMENT_B(jacobian, last, last) = 1;
  return 0;
}

static Cell make_cell(int cells) {
  double length = sqrt(permittivity * vacuum * gas * temperature / concentration) / faraday;
  Cell cell = {.nodes = 2 * (cells / 2) + 1};
  cell.x = calloc((size_t)cell.nodes, sizeof(double));
  cell.volume = calloc((size_t)cell.nodes, sizeof(double));
  if (!cell.x || !cell.volume)
    exit(70);
  double bend = asinh(0.5 * width / finest);
  for (sunindextype i = 0; i < cell.nodes; i++) {
    double along = 2.0 * (double)i / (double)(cell.nodes - 1) - 1.0;
    cell.x[i] = (0.5 * width + finest * sinh(bend * along)) / length;
  }
  for (sunindextype i = 0; i + 1 < cell.nodes; i++) {
    cell.volume[i] += 0.5 * (cell.x[i + 1] - cell.x[i]);
    cell.volume[i + 1] += 0.5 * (cell.x[i + 1] - cell.x[i]);
  }
  for (int ion = CATION; ion <= ANION; ion++)
    cell.diffusivity[ion] = diffusivities[ion] / (length * length);
  return cell;
}

static void set_start(const Cell *cell, double *y, double *kind) {
  sunindextype middle = (cell->nodes - 1) / 2;
  for (sunindextype i = 0; i < cell->nodes; i++) {
    double salt = i < middle ? ends[0] : i > middle ? ends[1] : 0.5 * (ends[0] + ends[1]);
    y[UNKNOWNS * i + CATION] = y[UNKNOWNS * i + ANION] = salt;
    y[UNKNOWNS * i + POTENTIAL] = 0;
    for (int k = 0; k < UNKNOWNS; k++)
      kind[UNKNOWNS * i + k] = 1; /* differential */
  }
  kind[UNKNOWNS * cell->nodes - 1] = 0; /* the reference: algebraic */
}

static void demand(int flag, const char *what) {
  if (flag < 0) {
    fprintf(stderr, "ida: %s ended with %d\n", what, flag);
    exit(2);
  }
}

int main(int argc, char **argv) {
  int cells = argc == 3 ? atoi(argv[1]) : 0;
  double rtol = argc == 3 ? atof(argv[2]) : 0;
  if (cells < 2 || !(rtol > 0)) {
    fprintf(stderr, "usage: ida CELLS RTOL\n");
    return 64;
  }
  Cell cell = make_cell(cells);
  SUNContext context;
  demand(SUNContext_Create(NULL, &context), "SUNContext_Create");
  N_Vector y = N_VNew_Serial(UNKNOWNS * cell.nodes, context), dy = N_VClone(y), kind = N_VClone(y);
  N_VConst(0, dy);
  set_start(&cell, N_VGetArrayPointer(y), N_VGetArrayPointer(kind));
  SUNMatrix matrix = SUNBandMatrix(UNKNOWNS * cell.nodes, UPPER, LOWER, context);
  SUNLinearSolver linear = SUNLinSol_Band(y, matrix, context);
  void *ida = IDACreate(context);
  demand(IDAInit(ida, residual, 0, y, dy), "IDAInit");
  demand(IDASStolerances(ida, rtol, 0.1 * rtol), "IDASStolerances");
  demand(IDASetUserData(ida, &cell), "IDASetUserData");
  demand(IDASetId(ida, kind), "IDASetId");
  demand(IDASetMaxNumSteps(ida, 1000000), "IDASetMaxNumSteps");
  demand(IDASetLinearSolver(ida, linear, matrix), "IDASetLinearSolver");
  demand(IDASetJacFn(ida, fill_jacobian), "IDASetJacFn");
  demand(IDACalcIC(ida, IDA_YA_YDP_INIT, 1e-13), "IDACalcIC");

  char version[32];
  SUNDIALSGetVersion(version, sizeof version);
  printf("{\"version\": \"%s\", \"cells\": %ld, \"values\": [", version, (long)cell.nodes - 1);
  for (int exponent = -11; exponent <= -3; exponent++) {
    double t;
    demand(IDASolve(ida, pow(10, exponent), &t, y, dy, IDA_NORMAL), "IDASolve");
    double potential = -N_VGetArrayPointer(y)[POTENTIAL];
    printf("%s%.12g", exponent == -11 ? "" : ", ", potential * gas * temperature / faraday);
  }
  long steps = 0;
  demand(IDAGetNumSteps(ida, &steps), "IDAGetNumSteps");
  printf("], \"steps\": %ld}\n", steps);

  IDAFree(&ida);
  SUNLinSolFree(linear);
  SUNMatDestroy(matrix);
  N_VDestroy(y);
  N_VDestroy(dy);
  N_VDestroy(kind);
  SUNContext_Free(&context);
  free(cell.x);
  free(cell.volume);
  return 0;
}
