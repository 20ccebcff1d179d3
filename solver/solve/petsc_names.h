/* Names that older PETSc versions lack. */
#ifndef SB_SOLVE_PETSC_NAMES_H
#define SB_SOLVE_PETSC_NAMES_H

#include <petscsys.h>

/* PETSc before 3.19 has no name for success. */
#ifndef PETSC_SUCCESS
#define PETSC_SUCCESS 0
#endif

#endif
