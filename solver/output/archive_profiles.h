/* Profiles: fields over x as an archive stores them.

   A field may differ on the two faces of a region boundary (a partition coefficient, a Donnan jump, fixed charge). So a
   field on the nodes is made region by region, from left edge to right edge: entry node + region. A layout says which
   of these entries are stored: both faces of a boundary where something jumps there, else one. */
#ifndef SB_OUTPUT_ARCHIVE_PROFILES_H
#define SB_OUTPUT_ARCHIVE_PROFILES_H

#include "discretize/chain.h"

/* One kind of field. */
typedef struct {
  const char *profile; /* its name in the deck's `record: {profiles: [...]}` */
  const char *name;    /* of the dataset; for a field of species without their name */
  const char *units, *long_name;
  bool per_species, on_links, logarithmic; /* interpolated in its logarithm */
  bool (*exists)(const SbProblem *problem);
  /* values[species or 0]: [nodes + regions - 1], or [links]; NAN where there is none */
  void (*eval)(const SbChain *chain, const double *u, double time, double *const *values); /* time: s */
  /* likewise the change of the field that a small change x of the state u makes */
  void (*respond)(const SbChain *chain, const double *u, const double *x, double *const *values);
} SbProfileKind;

extern const SbProfileKind sb_profile_kinds[];
extern const int sb_profile_kind_count;

/* Whether the deck wants a kind stored, and the problem has it. */
bool sb_profile_wanted(const SbProblem *problem, const SbProfileKind *kind);

/* Where fields are stored; keeps its own copy of the mesh. */
typedef struct {
  int regions, nodes;
  int *first;    /* [regions+1] node on each region boundary */
  double *x;     /* [nodes] m from the left end */
  double origin; /* m, radius of the left end; 0 in a planar domain */
  int count;     /* entries of a field on the nodes */
  int *entry;    /* [count] node + region */
  int *region;   /* [count] */
} SbProfileLayout;

/* both_faces: every region boundary gets two entries, since what is varied may let something jump there later. */
SbProfileLayout *sb_profile_layout_create(const SbChain *chain, bool both_faces);
void sb_profile_layout_destroy(SbProfileLayout **layout);

/* Positions of the entries, m (in a cylinder or sphere their radii): x[count] in the layout's own domain, and where
   they lie in the regions of problem, whose widths may have been varied. Middles of the links: x[nodes-1]. */
void sb_profile_layout_positions(const SbProfileLayout *layout, double *x);
void sb_profile_layout_moved(const SbProfileLayout *layout, const SbProblem *problem, double *x);
void sb_profile_layout_middles(const SbProfileLayout *layout, double *x);

/* Whether chain has the mesh of the layout. */
bool sb_profile_layout_fits(const SbProfileLayout *layout, const SbChain *chain);

/* Brings one field from the mesh of chain to the layout; interpolates where they differ, region by region, in the
   distance from the region's left edge relative to its width. */
void sb_profile_layout_take(const SbProfileLayout *layout, const SbChain *chain, const SbProfileKind *kind,
                            const double *from, double *to);

#endif
