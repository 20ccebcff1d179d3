/* Bernoulli's function B(u) = u/(e^u - 1), the weight of the exponentially fitted flux (Scharfetter & Gummel 1969, IEEE
   Trans. Electron Devices 16, 64, eqs 9-12), and its derivative. */
#ifndef SB_BASE_BERNOULLI_H
#define SB_BASE_BERNOULLI_H

/* The pair B(u), B(-u) = B(u) + u and the slope dB/du at u; no cancellation for any finite u. */
typedef struct {
  double forward;  /* B(u) */
  double backward; /* B(-u) */
  double slope;    /* B'(u); B'(-u) = -1 - B'(u) */
} SbBernoulli;

SbBernoulli sb_bernoulli(double u);

#endif
