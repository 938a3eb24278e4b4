// Exact cosine search on the CPU; see nearest.cc.
#pragma once

#include "nominate.h"

namespace sulam {

// The k best rows of the corpus for each query of `pairs`.
struct NearestJob {
  NominateJob pairs;
  int64_t k;
  int32_t* indices;  // [queries.n, k]
  float* scores;     // [queries.n, k]
};

// Fills the job's rows of `indices` and `scores`, best first.
void nearest(const NearestJob& job);

}  // namespace sulam
