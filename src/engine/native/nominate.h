// Products of blocks nominate pairs of rows by their cosine, on the CPU.
//
// A sink says which cosine is of interest, and is offered each pair that may reach it, with an interval that the pair's
// cosine surely lies in: the approximate cosine, plus and minus a bound of its error. For unit vectors q, p and what
// stands for them in the product, q' and p' (Higham 2002, ch. 3):
//   |q.p - q'.p'| <= |q - q'| |p| + |q'| |p - p'|          (Cauchy-Schwarz; the differences are measured, row by row)
//   |q'.p' - float32 sum| <= gamma(d) |q'| |p'|            (any order of summation)
// and a product that is stored as bfloat16 is off by another 2^-8 of itself; sums of 16-bit integers are exact.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "int16Products.h"
#include "unitRows.h"

namespace sulam {

// What products nominate with: the fastest depends on the CPU.
enum class ProductType { float32, bfloat16, int16 };

// Whether products of bfloat16 are summed in float32, which the bound of the error rests on.
bool sumsBFloat16Wide();

// The queries `from` .. `from + rows` and all rows of the corpus.
struct NominateJob {
  Rows queries, corpus;
  int64_t d, from, rows;
  int64_t columns;  // rows of the corpus in one product
  ProductType type;
};

// Whether any of 64 cosines reaches the floor.
bool anyReaches(const float* product, const float* factors, float least);

void widen(const at::BFloat16* from, float* to, int64_t n);

// Sink:
//   float floor(int64_t row, int64_t column, int64_t count) const
//     The exact cosine from which pairs of a query and the corpus rows `column` .. `column + count` are of interest. It may
//     only rise.
//   static constexpr bool kStopsEarly
//     Whether most pairs are expected to lie so far below the floor that a part of their values tells: to look costs
//     5 to 10 % of the time, and saves up to half.
//   bool offer(int64_t row, int64_t column, float low, float high)
//     Takes a pair. Returns whether the floor may have risen.
//   std::pair<float, float> between() const
//     Pairs whose cosine surely lies between these two need not be offered: of up to 16 from `column` on, a multiple of 16
//     where job.columns is one, `skip` is told. Where the first is greater there are none.
//   void skip(int64_t row, int64_t column, uint32_t mask)
// Queries count from 0, the job's first. A query's pairs come from one thread, by rising column; those of several at once.
template <typename Sink>
class Nominator {
 public:
  Nominator(const NominateJob& job, Sink& sink) : job_(job), sink_(sink), bfloat16_(job.type == ProductType::bfloat16) {
    // integers are summed exactly: what is left is rounding to unit length and of the score
    const int64_t steps = job.type == ProductType::int16 ? 16 : bfloat16_ ? 2 * (job.d + 16) : job.d + 16;
    const double units = steps * std::ldexp(1.0, -24);
    rounding_ = static_cast<float>(units / (1 - units));
    stored_ = bfloat16_ ? std::ldexp(1.01f, -8) : 0;
  }

  void run() {
    if (job_.type == ProductType::int16) tiles();
    else products();
  }

 private:
  void products() {
    const UnitRows queries = unitRows(job_.queries, job_.from, job_.rows, job_.d, bfloat16_);
    const auto dtype = bfloat16_ ? at::kBFloat16 : at::kFloat;
    const int64_t widest = std::min(job_.columns, job_.corpus.n);
    const at::Tensor all = at::empty({job_.rows * widest}, at::TensorOptions().dtype(dtype));
    for (int64_t from = 0; from < job_.corpus.n; from += job_.columns) {
      const int64_t columns = std::min(job_.columns, job_.corpus.n - from);
      const UnitRows corpus =
          bfloat16_ ? unitRows(job_.corpus, from, columns, job_.d, true) : unitRowsInPlace(job_.corpus, from, columns, job_.d);
      at::Tensor product = all.narrow(0, 0, job_.rows * columns).view({job_.rows, columns});
      at::mm_out(product, queries.rows, corpus.rows.t());
      at::parallel_for(0, job_.rows, 1, [&](int64_t begin, int64_t end) {
        std::vector<float> wide(bfloat16_ ? columns : 0);
        for (int64_t row = begin; row < end; ++row) {
          const float* cosines = wide.data();
          if (bfloat16_) widen(product.const_data_ptr<at::BFloat16>() + row * columns, wide.data(), columns);
          else cosines = product.const_data_ptr<float>() + row * columns;
          scan(row, cosines, corpus.factors, errorOf(queries.errors[row], corpus.error), from);
        }
      });
    }
  }

  // The cosines of one query with the corpus rows from `from` on.
  void scan(int64_t row, const float* cosines, const std::vector<float>& factors, float error, int64_t from) {
    const int64_t columns = static_cast<int64_t>(factors.size());
    for (int64_t i = 0; i < columns; i += 64) {
      const int64_t end = std::min(i + 64, columns);
      float least = leastFor(sink_.floor(row, from + i, end - i), error);
      if (end - i == 64 && !anyReaches(cosines + i, factors.data() + i, least)) continue;
      for (int64_t j = i; j < end; ++j) {
        const float cosine = cosines[j] * factors[j];
        if (!(cosine >= least)) continue;
        if (offer(row, from + j, cosine, error)) least = leastFor(sink_.floor(row, from + i, end - i), error);
      }
    }
  }

  // A tile at a time, whose products stay in registers unless one of them is of interest.
  void tiles() {
    std::vector<float> queryErrors(job_.rows);
    const Int16Rows queries = packed(job_.queries, {job_.from, job_.rows}, kTileQueries, queryErrors);
    const int64_t panels = (job_.rows + kTileQueries - 1) / kTileQueries;
    // panels of queries that stay in a core's own cache while the corpus passes by, few enough that each thread has some
    const int64_t share = (panels + at::get_num_threads() - 1) / at::get_num_threads();
    const int64_t near = std::max<int64_t>(1, std::min(share, kNearBytes / (4 * kTileQueries * queries.steps)));
    for (int64_t from = 0; from < job_.corpus.n; from += job_.columns) {
      const int64_t columns = std::min(job_.columns, job_.corpus.n - from);
      std::vector<float> errors(columns);
      const Int16Rows corpus = packed(job_.corpus, {from, columns}, kTileRows, errors);
      const float error = *std::max_element(errors.begin(), errors.end());
      const int64_t stacks = (columns + kTileRows - 1) / kTileRows;
      at::parallel_for(0, (panels + near - 1) / near, 1, [&](int64_t begin, int64_t end) {
        std::vector<int32_t> rests(corpus.parts, 0);  // of the last part 0
        for (int64_t tile = begin * near * stacks; tile < end * near * stacks; ++tile) {
          const int64_t column = tile / near % stacks * kTileRows, panel = tile / (near * stacks) * near + tile % near;
          if (panel >= panels) continue;
          const int64_t first = panel * kTileQueries, some = std::min(kTileQueries, job_.rows - first);
          const int64_t wide = std::min(kTileRows, columns - column);
          const auto leastOf = [&](int64_t row) {
            return inUnits(leastFor(sink_.floor(row, from + column, wide), errorOf(queryErrors[row], error)));
          };
          TileFloor floor{{}, rests.data(), Sink::kStopsEarly ? kTileSteps : corpus.steps};
          for (int64_t i = 0; i < kTileQueries; ++i) floor.least[i] = i < some ? leastOf(first + i) : INT32_MAX;
          const float *queryRests = queries.rests(panel), *rowRests = corpus.rests(column / kTileRows);
          for (int64_t part = 0; Sink::kStopsEarly && part + 1 < corpus.parts; ++part)
            rests[part] = static_cast<int32_t>(queryRests[part] * rowRests[part] * (1 + 1e-6f)) + 1;
          int32_t products[kTileQueries * kTileRows];
          if (!int16Tile(queries.panel(panel), corpus.panel(column / kTileRows), corpus.steps, floor, products)) continue;
          for (int64_t i = 0; i < some; ++i) {
            const float off = errorOf(queryErrors[first + i], error);
            const auto [low, high] = sink_.between();
            const int32_t* row = products + i * kTileRows;
            auto [above, within] = int16Marks(row, floor.least[i], surelyAbove(low + off), -surelyAbove(off - high));
            if ((within &= (1u << wide) - 1) != 0) sink_.skip(first + i, from + column, within);
            for (uint32_t open = above & ~within & ((1u << wide) - 1); open != 0; open &= open - 1) {
              const int64_t j = __builtin_ctz(open);
              if (row[j] <= floor.least[i]) continue;
              if (offer(first + i, from + column + j, static_cast<float>(row[j]) * kUnit, off)) floor.least[i] = leastOf(first + i);
            }
          }
        }
      });
    }
  }

  // The greatest whole number of units that is surely below `cosine`.
  static int32_t inUnits(float cosine) {
    const double units = static_cast<double>(cosine) * kInt16Scale * kInt16Scale;
    return units < INT32_MIN + 64.0 ? INT32_MIN : static_cast<int32_t>(std::min(units, INT32_MAX - 64.0) - 64);
  }

  // A whole number of units that is surely above `cosine`.
  static int32_t surelyAbove(float cosine) {
    const double units = static_cast<double>(cosine) * kInt16Scale * kInt16Scale;
    return units > INT32_MAX - 512.0 ? INT32_MAX : static_cast<int32_t>(std::max(units, INT32_MIN + 512.0) + 256);
  }

  Int16Rows packed(const Rows& from, std::pair<int64_t, int64_t> range, int64_t tile, std::vector<float>& errors) const {
    const int64_t first = range.first, count = range.second;
    Int16Rows rows(count, job_.d, tile);
    at::parallel_for(0, (count + tile - 1) / tile, std::max<int64_t>(1, 65536 / (tile * job_.d)), [&](int64_t begin, int64_t end) {
      std::vector<int16_t> scratch;
      for (int64_t row = begin * tile; row < std::min(count, end * tile); ++row) {
        const double norm = from.norms[first + row];
        errors[row] = rows.set(row, from.data + (first + row) * job_.d, norm == 0 ? 0 : 1 / norm, scratch);
      }
    });
    return rows;
  }

  float errorOf(float query, float corpus) const { return rounding_ + (query + corpus) * (1 + 1e-3f); }

  // The least approximate cosine whose interval reaches the floor.
  float leastFor(float floor, float error) const {
    const float rest = floor - error - std::ldexp(1.0f, -22);
    return rest >= 0 ? rest / (1 + stored_) : rest / (1 - stored_);
  }

  bool offer(int64_t row, int64_t column, float cosine, float error) {
    const float off = error + stored_ * std::abs(cosine);
    return sink_.offer(row, column, cosine - off, cosine + off);
  }

  static constexpr int64_t kNearBytes = 192 << 10;
  static constexpr float kUnit = 1 / (kInt16Scale * kInt16Scale);

  const NominateJob& job_;
  Sink& sink_;
  const bool bfloat16_;
  float rounding_, stored_;
};

}  // namespace sulam
