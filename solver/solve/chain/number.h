/* The chain solver is written once and compiled for two kinds of numbers: double, and (with SB_COMPLEX defined before
   anything is included) double complex, for which all its names change here. */
#ifndef SB_SOLVE_CHAIN_NUMBER_H
#define SB_SOLVE_CHAIN_NUMBER_H

#include <math.h>

#ifdef SB_COMPLEX

#include <complex.h>

typedef double complex SbNumber;

#define SbChainSolver                    SbComplexChainSolver
#define SbChainSolverRecord              SbComplexChainSolverRecord
#define SbNodeLayout                     SbComplexNodeLayout
#define SbPiece                          SbComplexPiece
#define SbSection                        SbComplexSection
#define SbSweep                          SbComplexSweep
#define SbValues                         SbComplexValues
#define sb_chain_solver_create           sb_complex_chain_solver_create
#define sb_chain_solver_destroy          sb_complex_chain_solver_destroy
#define sb_chain_solver_factor           sb_complex_chain_solver_factor
#define sb_chain_solver_record           sb_complex_chain_solver_record
#define sb_chain_solver_set_mass         sb_complex_chain_solver_set_mass
#define sb_chain_solver_solve            sb_complex_chain_solver_solve
#define sb_chain_solver_solve_transposed sb_complex_chain_solver_solve_transposed
#define sb_dense_invert                  sb_complex_dense_invert
#define sb_node_factor                   sb_complex_node_factor
#define sb_node_fill                     sb_complex_node_fill
#define sb_node_layout                   sb_complex_node_layout
#define sb_node_solve                    sb_complex_node_solve
#define sb_node_solve_transposed         sb_complex_node_solve_transposed
#define sb_scalar_factor                 sb_complex_scalar_factor
#define sb_scalar_solve                  sb_complex_scalar_solve
#define sb_scalar_solve_transposed       sb_complex_scalar_solve_transposed
#define sb_section_by_columns            sb_complex_section_by_columns
#define sb_section_alike                 sb_complex_section_alike
#define sb_section_by                    sb_complex_section_by
#define sb_section_factor                sb_complex_section_factor
#define sb_section_fill                  sb_complex_section_fill
#define sb_section_outer_link            sb_complex_section_outer_link
#define sb_section_solve                 sb_complex_section_solve
#define sb_section_solve_transposed      sb_complex_section_solve_transposed
#define sb_sweep_backward                sb_complex_sweep_backward
#define sb_sweep_backward_pair           sb_complex_sweep_backward_pair
#define sb_sweep_backward_transposed     sb_complex_sweep_backward_transposed
#define sb_sweep_create                  sb_complex_sweep_create
#define sb_sweep_destroy                 sb_complex_sweep_destroy
#define sb_sweep_factor                  sb_complex_sweep_factor
#define sb_sweep_factor_pair             sb_complex_sweep_factor_pair
#define sb_sweep_fill                    sb_complex_sweep_fill
#define sb_sweep_forward                 sb_complex_sweep_forward
#define sb_sweep_forward_pair            sb_complex_sweep_forward_pair
#define sb_sweep_forward_transposed      sb_complex_sweep_forward_transposed
#define sb_sweep_plan                    sb_complex_sweep_plan
#define sb_sweep_set_mass                sb_complex_sweep_set_mass
#define sb_sweep_update                  sb_complex_sweep_update
#define sb_values_combine                sb_complex_values_combine
#define sb_values_add_rounding           sb_complex_values_add_rounding
#define sb_values_error                  sb_complex_values_error
#define sb_values_multiply               sb_complex_values_multiply
#define sb_values_node                   sb_complex_values_node
#define sb_values_size                   sb_complex_values_size

/* A size that is zero only for 0 and not finite where either part is not. */
static inline double sb_number_size(SbNumber a) {
  return fabs(creal(a)) + fabs(cimag(a));
}

#else

typedef double SbNumber;

static inline double sb_number_size(SbNumber a) {
  return fabs(a);
}

#endif
#endif
