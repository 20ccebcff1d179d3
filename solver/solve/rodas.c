#include "solve/rodas.h"

#include <math.h>
#include <stdbool.h>

#include "solve/petsc_names.h"

enum { STAGES = 6, ORDER = 4 };

/* As the book's program RODAS has them, for the stages U = Gamma K that spare products with the matrix: u of stage i is
   u + sum a_ij U_j, its equation has sum c_ij U_j / h, and the step is the last stage's u + U_6, which the embedded
   method leaves out. */
static const double gamma_diagonal = 0.25;
static const double a[STAGES][STAGES] = {
    {0},
    {1.544},
    {0.9466785280815826, 0.2557011698983284},
    {3.314825187068521, 2.896124015972201, 0.9986419139977817},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
    {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0}};
static const double c[STAGES][STAGES] = {
    {0},
    {-5.6688},
    {-2.430093356833875, -0.2063599157091915},
    {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
    {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
    {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054}};

/* Gamma, the inverse of 1/gamma - C. */
static void invert(double (*g)[STAGES]) {
  for (int i = 0; i < STAGES; i++) {
    for (int j = 0; j <= i; j++) {
      double sum = i == j ? 1.0 : 0.0;
      for (int k = j; k < i; k++)
        sum += c[i][k] * g[k][j];
      g[i][j] = gamma_diagonal * sum;
    }
  }
}

PetscErrorCode SbRodasRegister(void) {
  PetscFunctionBeginUser;
  static bool registered = false;
  double gamma[STAGES][STAGES] = {{0}}, alpha[STAGES][STAGES] = {{0}}, step[STAGES] = {0}, embedded[STAGES] = {0};
  if (registered)
    PetscFunctionReturn(PETSC_SUCCESS);
  registered = true;
  invert(gamma);
  for (int j = 0; j < STAGES; j++) {
    for (int i = 0; i < STAGES; i++)
      for (int k = j; k < i; k++)
        alpha[i][j] += a[i][k] * gamma[k][j];
    embedded[j] = alpha[STAGES - 1][j];
    step[j] = embedded[j] + gamma[STAGES - 1][j];
  }
  PetscCall(TSRosWRegister(SB_RODAS, ORDER, STAGES, alpha[0], gamma[0], step, embedded, 0, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

double sb_rodas_gamma(double share) {
  static const struct {
    double share, gamma;
  } stages[] = {{0.0, 0.25}, {0.386, -0.1043}, {0.21, 0.1035}, {0.63, -0.0362}}; /* both others: at 1, with 0 */
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
    if (fabs(share - stages[i].share) < 1e-3)
      return stages[i].gamma;
  return 0.0;
}
