// Exact cosine search on the CPU; see nearest.cc.
#pragma once

#include <cstdint>

namespace sulam {

// What products nominate with: see nearest.cc.
enum class ProductType { float32, bfloat16, int16 };

// Rows [n, d] of float32 and their Euclidean norms in float64.
struct NearestRows {
  const float* data;
  const double* norms;
  int64_t n;
};

// The k best rows of the corpus for the queries `from` .. `from + rows`.
struct NearestJob {
  NearestRows queries, corpus;
  int64_t d, from, rows, k;
  int64_t columns;  // rows of the corpus in one product
  ProductType type;  // of the products
  int32_t* indices;  // [queries.n, k]
  float* scores;     // [queries.n, k]
};

// Fills the job's rows of `indices` and `scores`, best first.
void nearest(const NearestJob& job);

// Euclidean norms [n]. Returns the first row with NaN or an infinity, or -1.
int64_t rowNorms(const float* data, int64_t n, int64_t d, double* norms);

// Whether products of bfloat16 are summed in float32, which the bound of the error rests on.
bool sumsBFloat16Wide();

}  // namespace sulam
