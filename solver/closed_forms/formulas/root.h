/* The root of a strictly decreasing function of a dimensionless potential. */
#ifndef SB_CLOSED_FORMS_FORMULAS_ROOT_H
#define SB_CLOSED_FORMS_FORMULAS_ROOT_H

/* Value at u; the slope is stored. Either may overflow to an infinity of the right sign far from the root. */
typedef double (*SbRootFunction)(const void *context, double u, double *slope);

/* u with f(u) = 0 to rounding, by Newton's method kept within a bracket; NAN where f keeps its sign over |u| <= 1024.
 */
double sb_decreasing_root(SbRootFunction f, const void *context);

#endif
