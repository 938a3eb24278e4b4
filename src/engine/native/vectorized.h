// One compiled form of a function for each generation of vector units, chosen when the addon loads.
#pragma once

#include <cstdint>  // tells which C library this is

// GCC takes a whole level of the architecture since version 12; a list of units before means a clone for each unit alone.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && __GNUC__ >= 12
#define SULAM_CLONES target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")
#elif defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && defined(__GNUC__)
#define SULAM_CLONES target_clones("avx512f", "avx2", "default")
#endif

#ifdef SULAM_CLONES
// Values keep their operations and the order of these: the same bits in each form.
#define SULAM_VECTORIZED __attribute__((optimize("O3", "no-trapping-math"), SULAM_CLONES))
// A product and a sum may be fused.
#define SULAM_VECTORIZED_FUSED __attribute__((optimize("O3", "no-trapping-math", "fp-contract=fast"), SULAM_CLONES))
// Sums may be taken in any order, too.
#define SULAM_VECTORIZED_SUMS __attribute__((optimize("O3", "fast-math", "fp-contract=fast"), SULAM_CLONES))
#else
#define SULAM_VECTORIZED
#define SULAM_VECTORIZED_FUSED
#define SULAM_VECTORIZED_SUMS
#endif
