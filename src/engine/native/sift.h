// Which rows of a corpus lie near to a query, and which far from it, on the CPU; see sift.cc.
#pragma once

#include "nominate.h"

namespace sulam {

// Pairs of rows, told apart by their Euclidean distance.
struct SiftJob {
  NominateJob pairs;
  bool normalize;             // distances of directions: rows are taken at unit length
  double positive, negative;  // pairs that surely lie between the two are left out
  const double* reach;        // [rows] from which distance on the pairs of a query need no interval; may be infinite
};

// A row of the corpus, and an interval that its distance to the query surely lies in.
struct SiftedPair {
  int32_t column;
  float low, high;
};

struct Sifted {
  int64_t words;                               // of a query, one bit for each row of the corpus
  std::vector<uint32_t> far;                   // [rows, words] 1: surely beyond `negative` and `reach`
  std::vector<std::vector<SiftedPair>> pairs;  // [rows] by rising column; those that are neither here nor far are between
};

Sifted sift(const SiftJob& job);

}  // namespace sulam
