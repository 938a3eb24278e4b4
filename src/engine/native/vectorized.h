// One compiled form of a function for each generation of vector units, chosen when the addon loads.
#pragma once

// GCC takes a whole level of the architecture since version 12; a list of units before means a clone for each unit alone.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && __GNUC__ >= 12
#define SULAM_CLONES target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")
#elif defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && defined(__GNUC__)
#define SULAM_CLONES target_clones("avx512f", "avx2", "default")
#endif

#ifdef SULAM_CLONES
// Values keep the order of their operations: the same bits in each form.
#define SULAM_VECTORIZED __attribute__((optimize("O3", "no-trapping-math"), SULAM_CLONES))
// Sums may be taken in any order.
#define SULAM_VECTORIZED_SUMS __attribute__((optimize("O3", "fast-math"), SULAM_CLONES))
#else
#define SULAM_VECTORIZED
#define SULAM_VECTORIZED_SUMS
#endif
