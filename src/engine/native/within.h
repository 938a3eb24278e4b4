// Pairs of rows by their distance, on the CPU; see within.cc.
#pragma once

#include "nominate.h"

namespace sulam {

// The pairs of `pairs` that may lie within a distance.
struct WithinJob {
  NominateJob pairs;
  bool normalize;        // distances of directions: rows are taken at unit length
  const double* limits;  // [rows] the distance that is of interest to each query; may be infinite
};

// A row of the corpus, and an interval that its Euclidean distance to the query surely lies in.
struct NearPair {
  int32_t column;
  float low, high;
};

// For each query, by rising column, all pairs whose interval reaches its limit: those that are missing surely lie
// further away.
std::vector<std::vector<NearPair>> within(const WithinJob& job);

}  // namespace sulam
