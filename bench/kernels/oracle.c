/* PETSc's factorisations of the same matrix. In natural order the factors of a block-tridiagonal matrix have its own
   pattern, so that the incomplete factorisation without fill is the complete one. Analysis is done once and not timed.

   BAIJ needs blocks of one size. The end nodes have the terminals' unknowns too and are left out: what remains is the
   system of the inner nodes with the values at the ends held. */
#include <stdlib.h>
#include <string.h>

#include <petscmat.h>

#include "discretize/sparse_rows.h"
#include "groups.h"
#include "solve/petsc_names.h"

static const double MOST_BYTES = 5e8; /* in the values of a matrix of full blocks */

typedef struct {
  Mat matrix, factors;
  Vec b, x;
} Lu;

struct Oracle {
  Setting *setting;
  SbSparseRows *rows;
  Lu baij, aij;
};

static void require(PetscErrorCode code) {
  if (code)
    bench_fail("PETSc ended with error %d", (int)code);
}

/* ---- runs
 * ------------------------------------------------------------------------------------------------------------ */
static PetscErrorCode FactorSolve(Lu *lu) {
  PetscFunctionBeginUser;
  MatFactorInfo info;
  PetscCall(MatFactorInfoInitialize(&info));
  info.zeropivot = PETSC_MACHINE_EPSILON * PETSC_SMALL * PETSC_SMALL;
  PetscCall(MatLUFactorNumeric(lu->factors, lu->matrix, &info));
  PetscCall(MatSolve(lu->factors, lu->b, lu->x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode InsertBlocks(const Setting *setting, Mat matrix) {
  PetscFunctionBeginUser;
  double rows[SB_MAX_LOCAL * 3 * SB_MAX_LOCAL];
  const int last = setting->chain->nodes - 2, m = setting->species + 1;
  for (int node = 1; node <= last; node++) {
    sb_matrix_node(setting->matrix, node, rows);
    if (node == 1) /* the end's columns may be wider than a block */
      for (int i = 0, width = setting->chain->offset[3]; i < m; i++)
        memmove(rows + 3 * m * i, rows + width * (i + 1) - 3 * m, 3 * (size_t)m * sizeof *rows);
    if (node == last)
      for (int i = 0, width = setting->chain->unknowns - setting->chain->offset[last - 1]; i < m; i++)
        memmove(rows + 3 * m * i, rows + width * i, 3 * (size_t)m * sizeof *rows);
    const PetscInt row = node - 1, columns[] = {node > 1 ? row - 1 : -1, row, node < last ? row + 1 : -1};
    PetscCall(MatSetValuesBlocked(matrix, 1, &row, 3, columns, rows, INSERT_VALUES));
  }
  PetscCall(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void run_baij(void *context) {
  Oracle *oracle = context;
  require(InsertBlocks(oracle->setting, oracle->baij.matrix));
  require(FactorSolve(&oracle->baij));
}

static void run_aij(void *context) {
  Oracle *oracle = context;
  PetscScalar *values;
  sb_sparse_rows_fill(oracle->rows, oracle->setting->matrix);
  require(MatSeqAIJGetArray(oracle->aij.matrix, &values)); /* tells PETSc that they are new */
  require(MatSeqAIJRestoreArray(oracle->aij.matrix, &values));
  require(FactorSolve(&oracle->aij));
}

static PetscErrorCode CopyTo(Vec from, double *to) {
  PetscFunctionBeginUser;
  const PetscScalar *array;
  PetscInt size;
  PetscCall(VecGetLocalSize(from, &size));
  PetscCall(VecGetArrayRead(from, &array));
  PetscCall(PetscArraycpy(to, array, size));
  PetscCall(VecRestoreArrayRead(from, &array));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static double aij_error(void *context) {
  const Oracle *oracle = context;
  const Setting *setting = oracle->setting;
  double *x = bench_alloc((size_t)setting->chain->unknowns, sizeof *x);
  require(CopyTo(oracle->aij.x, x));
  const double error = setting_backward_error(setting, false, setting->f, x);
  free(x);
  return error;
}

/* Zeros at the ends, and a right-hand side that makes the ends' rows hold: only the others are asked about. */
static double baij_error(void *context) {
  const Oracle *oracle = context;
  const Setting *setting = oracle->setting;
  const int unknowns = setting->chain->unknowns, first = setting->chain->offset[1];
  const int last = setting->chain->offset[setting->chain->nodes - 1];
  double *x = bench_alloc(2 * (size_t)unknowns, sizeof *x), *b = x + unknowns;
  require(CopyTo(oracle->baij.x, x + first));
  sb_matrix_multiply(setting->matrix, x, b, NULL);
  memcpy(b + first, setting->f + first, (size_t)(last - first) * sizeof *b);
  const double error = setting_backward_error(setting, false, b, x);
  free(x);
  return error;
}

/* ---- matrices
 * -------------------------------------------------------------------------------------------------------- */
static PetscErrorCode LuSetUp(Lu *lu) {
  PetscFunctionBeginUser;
  MatFactorInfo info;
  IS rows, columns;
  PetscCall(MatFactorInfoInitialize(&info));
  info.fill = 1.0;
  PetscCall(MatGetOrdering(lu->matrix, MATORDERINGNATURAL, &rows, &columns));
  PetscCall(MatGetFactor(lu->matrix, MATSOLVERPETSC, MAT_FACTOR_ILU, &lu->factors));
  PetscCall(MatILUFactorSymbolic(lu->factors, lu->matrix, rows, columns, &info));
  PetscCall(ISDestroy(&rows));
  PetscCall(ISDestroy(&columns));
  PetscCall(MatCreateVecs(lu->matrix, &lu->x, &lu->b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CopyFrom(const double *from, Vec to) {
  PetscFunctionBeginUser;
  PetscScalar *array;
  PetscInt size;
  PetscCall(VecGetLocalSize(to, &size));
  PetscCall(VecGetArrayWrite(to, &array));
  PetscCall(PetscArraycpy(array, from, size));
  PetscCall(VecRestoreArrayWrite(to, &array));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BaijCreate(const Setting *setting, Lu *lu) {
  PetscFunctionBeginUser;
  const PetscInt m = setting->species + 1, size = m * (setting->chain->nodes - 2);
  PetscCall(MatCreateSeqBAIJ(PETSC_COMM_SELF, m, size, size, 3, NULL, &lu->matrix));
  PetscCall(InsertBlocks(setting, lu->matrix));
  PetscCall(LuSetUp(lu));
  PetscCall(CopyFrom(setting->f + setting->chain->offset[1], lu->b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AijCreate(const Setting *setting, SbSparseRows *rows, Lu *lu) {
  PetscFunctionBeginUser;
  const PetscInt size = setting->chain->unknowns;
  PetscCall(
      MatCreateSeqAIJWithArrays(PETSC_COMM_SELF, size, size, rows->row_start, rows->column, rows->value, &lu->matrix));
  PetscCall(LuSetUp(lu));
  PetscCall(CopyFrom(setting->f, lu->b));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void add(Bench *bench, Oracle *oracle, Part part, void (*run)(void *), double (*error)(void *)) {
  bench_add(bench, (Kernel){.part = part,
                            .variant = "",
                            .species = oracle->setting->species,
                            .cells = oracle->setting->cells,
                            .threads = 1,
                            .units = oracle->setting->cells,
                            .run = run,
                            .error = error,
                            .bound = 1e-12,
                            .context = oracle});
}

Oracle *oracle_add(Bench *bench, Setting *setting) {
  const int m = setting->species + 1;
  if (!options_want(bench->options, PART_BAIJ, PART_AIJ) || 24.0 * m * m * setting->cells > MOST_BYTES)
    return NULL;
  PetscBool started;
  require(PetscInitialized(&started));
  if (!started)
    require(PetscInitializeNoArguments());
  Oracle *oracle = bench_alloc(1, sizeof *oracle);
  oracle->setting = setting;
  if (bench->options->parts[PART_BAIJ]) {
    require(BaijCreate(setting, &oracle->baij));
    add(bench, oracle, PART_BAIJ, run_baij, baij_error);
  }
  if (bench->options->parts[PART_AIJ]) {
    oracle->rows = sb_sparse_rows_create(setting->matrix);
    if (!oracle->rows)
      bench_fail("no memory for the rows of %d cells", setting->cells);
    require(AijCreate(setting, oracle->rows, &oracle->aij));
    add(bench, oracle, PART_AIJ, run_aij, aij_error);
  }
  return oracle;
}

static PetscErrorCode LuDestroy(Lu *lu) {
  PetscFunctionBeginUser;
  PetscCall(MatDestroy(&lu->matrix));
  PetscCall(MatDestroy(&lu->factors));
  PetscCall(VecDestroy(&lu->b));
  PetscCall(VecDestroy(&lu->x));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void oracle_destroy(Oracle **oracle) {
  if (!*oracle)
    return;
  require(LuDestroy(&(*oracle)->baij));
  require(LuDestroy(&(*oracle)->aij));
  sb_sparse_rows_destroy(&(*oracle)->rows);
  free(*oracle);
  *oracle = NULL;
}

void oracle_finish(void) {
  PetscBool started;
  require(PetscInitialized(&started));
  if (started)
    require(PetscFinalize());
}
