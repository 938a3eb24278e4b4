// Rows of float32 at unit length, as products take them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sulam {

// Rows [n, d] of float32 and their Euclidean norms in float64.
struct Rows {
  const float* data;
  const double* norms;
  int64_t n;
};

// What stands for rows in a product.
struct UnitRows {
  at::Tensor rows;
  std::vector<float> factors;  // the cosine is the product times the factors of both rows
  std::vector<float> errors;   // what bfloat16 takes off the row at unit length; what float32 does, users bound
  float error = 0;             // the greatest of them
};

// `count` rows from the row `first`, in float32 or rounded to bfloat16.
UnitRows unitRows(const Rows& from, int64_t first, int64_t count, int64_t d, bool bfloat16);

// The same in float32, without a copy where float32 can hold products with the rows as they are, far from overflow and
// underflow.
UnitRows unitRowsInPlace(const Rows& from, int64_t first, int64_t count, int64_t d);

// Euclidean norms [n]. Returns the first row with NaN or an infinity, or -1.
int64_t rowNorms(const float* data, int64_t n, int64_t d, double* norms);

// Pairs of rows that `dots` sums at once.
constexpr int64_t kChains = 8;

// out[c] = sum of a_c b_c in float64, each in its own order, first value to last, as JavaScript does.
void dots(const float* const* a, const float* const* b, int64_t d, double* out);

// Squared distances of one row to kChains others, each row divided by its length, in float64: each in its own order, like
// `dots`.
void squaredDistances(const float* a, double length, const float* const* rows, const double* lengths, int64_t d, double* out);

}  // namespace sulam
