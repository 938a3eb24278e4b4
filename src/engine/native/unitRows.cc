// See unitRows.h.
#include "unitRows.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>

#include "vectorized.h"

namespace sulam {

// A product of two float32 is exact in float64.
SULAM_VECTORIZED void dots(const float* const* a, const float* const* b, int64_t d, double* out) {
  double sums[kChains] = {};
  for (int64_t i = 0; i < d; ++i)
    for (int64_t c = 0; c < kChains; ++c) sums[c] += static_cast<double>(a[c][i]) * static_cast<double>(b[c][i]);
  for (int64_t c = 0; c < kChains; ++c) out[c] = sums[c];
}

SULAM_VECTORIZED void squaredDistances(const float* a, double length, const float* const* rows, const double* lengths, int64_t d,
                                       double* out) {
  double sums[kChains] = {};
  for (int64_t i = 0; i < d; ++i) {
    const double value = a[i] / length;
    for (int64_t c = 0; c < kChains; ++c) {
      const double difference = value - rows[c][i] / lengths[c];
      sums[c] += difference * difference;
    }
  }
  for (int64_t c = 0; c < kChains; ++c) out[c] = sums[c];
}

int64_t rowNorms(const float* data, int64_t n, int64_t d, double* norms) {
  at::parallel_for(0, n, std::max<int64_t>(1, 65536 / d), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row += kChains) {
      const float* rows[kChains];
      double sums[kChains];
      for (int64_t c = 0; c < kChains; ++c) rows[c] = data + std::min(row + c, end - 1) * d;
      dots(rows, rows, d, sums);
      for (int64_t c = 0; c < kChains && row + c < end; ++c) norms[row + c] = std::sqrt(sums[c]);
    }
  });
  for (int64_t row = 0; row < n; ++row)
    if (!std::isfinite(norms[row])) return row;
  return -1;
}

static float toBFloat16(const float* values, double factor, at::BFloat16* to, int64_t d) {
  float squares = 0;
  for (int64_t i = 0; i < d; ++i) {
    const float exact = static_cast<float>(values[i] * factor);
    to[i] = static_cast<at::BFloat16>(exact);
    const float off = exact - static_cast<float>(to[i]);
    squares += off * off;
  }
  // the sum of squares is itself rounded, by less than a thousandth at any width that fits memory
  return std::sqrt(squares) * (1 + 1e-3f) + 1e-18f;
}

UnitRows unitRows(const Rows& from, int64_t first, int64_t count, int64_t d, bool bfloat16) {
  UnitRows unit;
  unit.rows = at::empty({count, d}, at::TensorOptions().dtype(bfloat16 ? at::kBFloat16 : at::kFloat));
  unit.factors.assign(count, 1);
  unit.errors.assign(count, 0);
  at::parallel_for(0, count, std::max<int64_t>(1, 65536 / d), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const double norm = from.norms[first + row];
      const double factor = norm == 0 ? 0 : 1 / norm;
      const float* values = from.data + (first + row) * d;
      if (bfloat16) unit.errors[row] = toBFloat16(values, factor, unit.rows.data_ptr<at::BFloat16>() + row * d, d);
      else {
        float* to = unit.rows.data_ptr<float>() + row * d;
        for (int64_t i = 0; i < d; ++i) to[i] = static_cast<float>(values[i] * factor);
      }
    }
  });
  for (const float error : unit.errors) unit.error = std::max(unit.error, error);
  return unit;
}

UnitRows unitRowsInPlace(const Rows& from, int64_t first, int64_t count, int64_t d) {
  UnitRows unit;
  unit.factors.resize(count);
  for (int64_t row = 0; row < count; ++row) {
    const double norm = from.norms[first + row];
    if (norm != 0 && !(norm > 1e-18 && norm < 1e18)) return unitRows(from, first, count, d, false);
    unit.factors[row] = norm == 0 ? 0 : static_cast<float>(1 / norm);
  }
  unit.rows = at::from_blob(const_cast<float*>(from.data + first * d), {count, d}, at::TensorOptions().dtype(at::kFloat));
  return unit;
}

}  // namespace sulam
