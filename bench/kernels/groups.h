/* The groups of kernels. Each function measures its kernels, as far as they are wanted, and frees what they needed. */
#ifndef SB_BENCH_GROUPS_H
#define SB_BENCH_GROUPS_H

#include "kernel.h"
#include "setting.h"

/* What memory and arithmetic allow, Bernoulli's function, the flux. */
void bench_loops(Bench *bench);

/* Assembly and solvers on chains of a number of species. */
void bench_chains(Bench *bench, int species);

/* The kernels of each kind, added to a group; their contexts, to be freed when they are measured. */
/* In every group, so that its roofline is of the same minutes; species: of the group's chains, or 0. */
typedef struct Peak Peak;
Peak *peak_add(Bench *bench, int species);
void peak_destroy(Peak **peak);

typedef struct Pairs Pairs;
Pairs *pairs_add(Bench *bench);
void pairs_destroy(Pairs **pairs);

typedef struct Flux Flux;
Flux *flux_add(Bench *bench);
void flux_destroy(Flux **flux);

typedef struct Solvers Solvers;
Solvers *solvers_add(Bench *bench, Setting *setting);
/* Notes the memory that the solvers took, too. */
void solvers_destroy(Bench *bench, Solvers **solvers);

typedef struct Impedance Impedance;
Impedance *impedance_add(Bench *bench, Setting *setting);
void impedance_destroy(Impedance **impedance);

typedef struct Oracle Oracle;
Oracle *oracle_add(Bench *bench, Setting *setting);
void oracle_destroy(Oracle **oracle);
/* After the last one: ends PETSc, if it was started. */
void oracle_finish(void);

#endif
