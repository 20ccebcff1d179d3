/* One binary for every processor: a hot loop is written once as an SB_ALWAYS_INLINE body and compiled in several
   versions, of which the program takes the fastest that the processor at hand can run. On other machines, with
   compilers other than gcc 12 and later, and in builds for one processor (-march=native) only the plain one exists.

   Each version chooses `fused` as a constant: multiply and add in one instruction, rounded once. The compiler is not
   left to choose (-ffp-contract=off where these loops are built), so that an element gets the same bits wherever in a
   vector or its remainder it falls. */
#ifndef SB_BASE_VECTOR_H
#define SB_BASE_VECTOR_H

#include <math.h>
#include <stdbool.h>

#define SB_ALWAYS_INLINE inline __attribute__((always_inline))

#if defined(__x86_64__) && __GNUC__ >= 12 && !defined(__clang__) && !defined(__AVX__)
#define SB_HAS_VERSIONS 1
/* Vectors of 512 bits are twice as fast here as the 256 that gcc prefers. */
#define SB_FOR_AVX512    __attribute__((target("arch=x86-64-v4,prefer-vector-width=512")))
#define SB_FOR_AVX2      __attribute__((target("arch=x86-64-v3")))
#define SB_RUNS_AVX512() (__builtin_cpu_supports("x86-64-v4") != 0)
#define SB_RUNS_AVX2()   (__builtin_cpu_supports("x86-64-v3") != 0)
#else
#define SB_HAS_VERSIONS 0
#endif

/* `fused` of the plain version. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define SB_PLAIN_FUSED true
#else
#define SB_PLAIN_FUSED false
#endif

/* a b + c */
static SB_ALWAYS_INLINE double sb_multiply_add(double a, double b, double c, bool fused) {
  return fused ? fma(a, b, c) : a * b + c;
}

/* c - a b */
static SB_ALWAYS_INLINE double sb_subtract_product(double c, double a, double b, bool fused) {
  return fused ? fma(-a, b, c) : c - a * b;
}

#endif
