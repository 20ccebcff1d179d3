#include "solve/chain/partition.h"

#include "solve/chain/part.h"

struct SbPartition {
  MPI_Comm comm;
  int rank;
  SbValues values;
  SbPart *part; /* NULL: this rank has no nodes */
  SbReduced *reduced;
  int first, last;                          /* kept nodes of the part in the reduced system */
  int *row_starts, *row_counts;             /* [ranks] numbers in its rows */
  int *unknown_starts, *unknown_counts;     /* [ranks] its unknowns */
  double *kept;                             /* [unknowns of the reduced system] right-hand side, then solution */
  double *x, *residual, *correction, *size; /* [unknowns of the chain]; own nodes and their neighbours are used */
  bool pivoted, checked, refines;           /* the present factors */
  SbChainSolverRecord record;
};

const SbChainSolverRecord *sb_partition_record(const SbPartition *partition) {
  return &partition->record;
}

double sb_partition_inner_cost(double m) {
  return 1.5 + 0.2 * m;
}

/* The reduced system and where in it the ranks' rows are. */
static PetscErrorCode ReducedCreate(SbPartition *partition, int ranks, const int *starts) {
  PetscFunctionBeginUser;
  const SbChain *chain = partition->values.matrix->chain;
  int *size, *begin, count = 0;
  PetscCall(PetscMalloc2(2 * (size_t)ranks, &size, ranks + 1, &begin));
  for (int r = 0; r < ranks; r++) {
    int first, last;
    begin[r] = count;
    if (starts[r] == starts[r + 1])
      continue;
    sb_part_kept(chain, starts[r], starts[r + 1], &first, &last);
    size[count++] = sb_values_size(chain, first);
    if (last != first)
      size[count++] = sb_values_size(chain, last);
  }
  begin[ranks] = count;
  SbReduced *reduced = partition->reduced = sb_reduced_create(count, size);
  PetscCheck(reduced, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a system of %d nodes", count);
  PetscCall(PetscMalloc4(ranks, &partition->row_starts, ranks, &partition->row_counts, ranks,
                         &partition->unknown_starts, ranks, &partition->unknown_counts));
  for (int r = 0; r < ranks; r++) {
    partition->row_starts[r] = reduced->start[begin[r]];
    partition->row_counts[r] = reduced->start[begin[r + 1]] - reduced->start[begin[r]];
    partition->unknown_starts[r] = reduced->offset[begin[r]];
    partition->unknown_counts[r] = reduced->offset[begin[r + 1]] - reduced->offset[begin[r]];
  }
  partition->first = begin[partition->rank];
  partition->last = begin[partition->rank + 1] - 1;
  PetscCall(PetscMalloc1(reduced->offset[count], &partition->kept));
  PetscCall(PetscFree2(size, begin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbPartitionCreate(MPI_Comm comm, const SbMatrix *matrix, const int *starts, SbPartition **out) {
  PetscFunctionBeginUser;
  const int unknowns = matrix->chain->unknowns;
  SbPartition *partition;
  PetscMPIInt ranks, rank;
  PetscCall(PetscNew(&partition));
  *out = partition;
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  partition->comm = comm;
  partition->rank = rank;
  partition->values.matrix = matrix;
  if (matrix->begin < matrix->end) {
    partition->part = sb_part_create(matrix);
    PetscCheck(partition->part, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for the factors of %d unknowns", unknowns);
  }
  PetscCall(ReducedCreate(partition, ranks, starts));
  PetscCall(PetscCalloc4(unknowns, &partition->x, unknowns, &partition->residual, unknowns, &partition->correction,
                         unknowns, &partition->size));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbPartitionDestroy(SbPartition **out) {
  PetscFunctionBeginUser;
  SbPartition *partition = *out;
  if (!partition)
    PetscFunctionReturn(PETSC_SUCCESS);
  if (partition->part)
    sb_part_destroy(&partition->part);
  sb_reduced_destroy(&partition->reduced);
  PetscCall(
      PetscFree4(partition->row_starts, partition->row_counts, partition->unknown_starts, partition->unknown_counts));
  PetscCall(PetscFree(partition->kept));
  PetscCall(PetscFree4(partition->x, partition->residual, partition->correction, partition->size));
  PetscCall(PetscFree(partition));
  *out = NULL;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- elimination
 * --------------------------------------------------------------------------------------------------- */
static PetscErrorCode Factor(SbPartition *partition, bool pivoted, bool *good) {
  PetscFunctionBeginUser;
  SbReduced *reduced = partition->reduced;
  partition->pivoted = pivoted;
  partition->record.fallbacks += pivoted;
  partition->checked = partition->refines = false;
  if (partition->part)
    sb_part_factor(partition->part, pivoted, reduced, partition->first);
  PetscCallMPI(MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, reduced->rows, partition->row_counts,
                              partition->row_starts, MPI_DOUBLE, partition->comm));
  *good = sb_reduced_factor(reduced);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbPartitionFactor(SbPartition *partition, bool *good) {
  PetscFunctionBeginUser;
  partition->record.factorisations++;
  PetscCall(Factor(partition, false, good));
  if (!*good)
    PetscCall(Factor(partition, true, good));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Own unknowns in x: from which one on, and how many. */
static int own_first(const SbPartition *partition) {
  const SbMatrix *matrix = partition->values.matrix;
  return matrix->chain->offset[matrix->begin];
}

static int own_count(const SbPartition *partition) {
  const SbMatrix *matrix = partition->values.matrix;
  return matrix->chain->offset[matrix->end] - matrix->chain->offset[matrix->begin];
}

/* The solution of the reduced system goes to own kept nodes and to the neighbours', which are kept too. */
static void take_kept(const SbPartition *partition, double *x) {
  const SbReduced *reduced = partition->reduced;
  const SbPart *part = partition->part;
  const int *offset = partition->values.matrix->chain->offset;
  const int node[] = {part->first - 1, part->first, part->last, part->last + 1};
  const int place[] = {partition->first - 1, partition->first, partition->last, partition->last + 1};
  for (int k = 0; k < 4; k++) {
    const int size = sb_reduced_size(reduced, place[k]);
    if (size > 0)
      memcpy(x + offset[node[k]], partition->kept + reduced->offset[place[k]], (size_t)size * sizeof *x);
  }
}

/* x becomes the solution for the right-hand side b [own unknowns], at own nodes and their neighbours. */
static PetscErrorCode Apply(SbPartition *partition, bool transposed, const double *b, double *x) {
  PetscFunctionBeginUser;
  const SbReduced *reduced = partition->reduced;
  if (partition->part) {
    PetscCall(PetscArraycpy(x + own_first(partition), b, own_count(partition)));
    sb_part_forward(partition->part, transposed, x, partition->kept + reduced->offset[partition->first]);
  }
  PetscCallMPI(MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, partition->kept, partition->unknown_counts,
                              partition->unknown_starts, MPI_DOUBLE, partition->comm));
  sb_reduced_solve(reduced, transposed, partition->kept);
  if (partition->part) {
    take_kept(partition, x);
    sb_part_backward(partition->part, transposed, b, x);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- solutions
 * ---------------------------------------------------------------------------------------------------- */
/* What the rows of the neighbour on one side bring into A^T x: its block in the reduced system is the matrix's own. */
static void add_beyond(SbPartition *partition, int side, const double *x) {
  const SbReduced *reduced = partition->reduced;
  const int k = side < 0 ? partition->first : partition->last,
            node = side < 0 ? partition->part->first : partition->part->last;
  const int *offset = partition->values.matrix->chain->offset;
  const int there = sb_reduced_size(reduced, k + side), width = sb_reduced_width(reduced, k + side);
  const double *rows = reduced->rows + reduced->start[there > 0 ? k + side : k];
  const int at = side > 0 ? 0 : sb_reduced_size(reduced, k + side - 1) + there;
  for (int i = 0; i < there; i++)
    for (int c = 0; c < reduced->size[k]; c++) {
      const double term = rows[i * width + at + c] * x[offset[node + side] + i];
      partition->residual[offset[node] + c] += term;
      partition->size[offset[node] + c] += fabs(term);
    }
}

/* Leaves the residual in `residual`; the error is that of all ranks. rounding: changes that no state can show do not
   count. */
static PetscErrorCode MeasureError(SbPartition *partition, bool transposed, bool rounding, const double *b,
                                   const double *x, double *error) {
  PetscFunctionBeginUser;
  double own = 0.0;
  if (partition->part) {
    sb_values_multiply(&partition->values, transposed, x, partition->residual, partition->size);
    if (rounding)
      sb_values_add_rounding(&partition->values, partition->size);
    if (transposed) {
      add_beyond(partition, -1, x);
      add_beyond(partition, 1, x);
    }
    const int first = own_first(partition);
    own = sb_values_error(own_count(partition), b, partition->residual + first, partition->size + first);
  }
  PetscCallMPI(MPI_Allreduce(&own, error, 1, MPI_DOUBLE, MPI_MAX, partition->comm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BackwardError(SbPartition *partition, bool transposed, const double *b, const double *x,
                                    double *error) {
  PetscFunctionBeginUser;
  PetscCall(MeasureError(partition, transposed, false, b, x, error));
  if (!(*error <= SB_ACCEPTABLE_ERROR) && !transposed)
    PetscCall(MeasureError(partition, false, true, b, x, error));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Solves with the present factors, refined where that is wanted and as long as it helps. */
static PetscErrorCode SolveRefined(SbPartition *partition, bool transposed, const double *b, double *error) {
  PetscFunctionBeginUser;
  const SbMatrix *matrix = partition->values.matrix;
  const SbChain *chain = matrix->chain;
  double *x = partition->x, *correction = partition->correction, before = INFINITY;
  const int from = own_first(partition) - sb_values_size(chain, matrix->begin - 1);
  const int to = chain->offset[matrix->end] + sb_values_size(chain, matrix->end);
  PetscCall(Apply(partition, transposed, b, x));
  PetscCall(BackwardError(partition, transposed, b, x, error));
  for (int k = 0; k<SB_MOST_REFINEMENTS && * error> SB_GOOD_ERROR && *error < SB_REFINED * before; k++) {
    partition->refines = true;
    partition->record.refinements++;
    PetscCall(Apply(partition, transposed, partition->residual + own_first(partition), correction));
    for (int i = from; i < to; i++)
      x[i] += correction[i];
    before = *error;
    PetscCall(BackwardError(partition, transposed, b, x, error));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbPartitionSolve(SbPartition *partition, bool transposed, const double *b, double *x, bool *good) {
  PetscFunctionBeginUser;
  *good = true;
  partition->record.solutions++;
  if (partition->checked && !partition->refines) {
    PetscCall(Apply(partition, transposed, b, partition->x));
  } else {
    double error;
    PetscCall(SolveRefined(partition, transposed, b, &error));
    if (!(error <= SB_ACCEPTABLE_ERROR) && !partition->pivoted) {
      PetscCall(Factor(partition, true, good));
      if (*good)
        PetscCall(SolveRefined(partition, transposed, b, &error));
    }
    partition->checked = true;
    *good = *good && error <= SB_ACCEPTABLE_ERROR;
    if (*good)
      partition->record.backward_error = fmax(partition->record.backward_error, error);
  }
  PetscCall(PetscArraycpy(x, partition->x + own_first(partition), own_count(partition)));
  PetscFunctionReturn(PETSC_SUCCESS);
}
