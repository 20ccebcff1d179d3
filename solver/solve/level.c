#include "solve/level.h"

#include "base/timing.h"

PetscErrorCode SbLevelCreate(const SbProblem *problem, SbMesh *mesh, SbLevel **out) {
  PetscFunctionBeginUser;
  SbLevel *level;
  sb_timing_begin(SB_PART_SETUP);
  PetscCall(PetscNew(&level));
  *out = level;
  PetscCheck(mesh, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a mesh");
  level->mesh = mesh;
  level->chain = sb_chain_create(problem, mesh);
  PetscCheck(level->chain, PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a chain of %d nodes", mesh->nodes);
  PetscCall(SbSystemCreate(level->chain, &level->system));
  PetscCall(SbNewtonCreate(level->system, &level->newton));
  PetscCall(PetscCalloc1(level->chain->unknowns, &level->u));
  sb_timing_end(SB_PART_SETUP, mesh->nodes - 1);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbLevelDestroy(SbLevel **out) {
  PetscFunctionBeginUser;
  SbLevel *level = *out;
  if (!level)
    PetscFunctionReturn(PETSC_SUCCESS);
  sb_timing_begin(SB_PART_SETUP);
  PetscCall(PetscFree(level->u));
  PetscCall(SbNewtonDestroy(&level->newton));
  PetscCall(SbSystemDestroy(&level->system));
  sb_chain_destroy(&level->chain);
  sb_mesh_destroy(&level->mesh);
  PetscCall(PetscFree(level));
  *out = NULL;
  sb_timing_end(SB_PART_SETUP, 0);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbLevelInherit(SbLevel *level, const SbLevel *from) {
  PetscFunctionBeginUser;
  sb_timing_begin(SB_PART_MESH);
  sb_chain_interpolate(from->chain, from->u, level->chain, level->u);
  sb_timing_end(SB_PART_MESH, 0);
  level->system->evaluation = from->system->evaluation;
  for (int k = 0; k < level->system->constraint_count; k++) {
    level->system->constraints[k].amount = from->system->constraints[k].amount;
    level->system->constraints[k].scale = from->system->constraints[k].scale;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode SbLevelHalve(const SbLevel *coarse, SbLevel **fine) {
  PetscFunctionBeginUser;
  PetscCall(SbLevelCreate(coarse->chain->problem, sb_mesh_halve(coarse->mesh), fine));
  PetscCall(SbLevelInherit(*fine, coarse));
  PetscFunctionReturn(PETSC_SUCCESS);
}
