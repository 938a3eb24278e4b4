// Exact cosine search on the CPU: products of blocks nominate, float64 decides.
//
// Each candidate holds an interval that its cosine surely lies in: the approximate cosine, plus and minus a bound of its
// error. The k-th greatest lower end is a floor; whoever's upper end lies below it cannot be among the k best. What is
// left at the end is scored in float64, rounded to float32, and ordered by that score, then by the smaller row. So the
// result does not depend on the precision of the products, on block sizes or on threads.
//
// Bounds, for unit vectors q, p and what stands for them in the product, q' and p' (Higham 2002, ch. 3):
//   |q.p - q'.p'| <= |q - q'| |p| + |q'| |p - p'|          (Cauchy-Schwarz; the differences are measured, row by row)
//   |q'.p' - float32 sum| <= gamma(d) |q'| |p'|            (any order of summation)
// and a product that is stored as bfloat16 is off by another 2^-8 of itself; sums of 16-bit integers are exact.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "int16Products.h"
#include "nearest.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define SULAM_SCAN __attribute__((optimize("O3", "no-trapping-math"), target_clones("avx512f", "avx2,fma", "default")))
#else
#define SULAM_SCAN
#endif

namespace sulam {

// Rows of float32 that are summed at once: each in its own order, first value to last, as JavaScript does.
constexpr int64_t kChains = 8;

// out[c] = sum of a_c b_c in float64. A product of two float32 is exact there, so fused or not makes no difference.
SULAM_SCAN static void dots(const float* const* a, const float* const* b, int64_t d, double* out) {
  double sums[kChains] = {};
  for (int64_t i = 0; i < d; ++i)
    for (int64_t c = 0; c < kChains; ++c) sums[c] += static_cast<double>(a[c][i]) * static_cast<double>(b[c][i]);
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

namespace {

constexpr int64_t kNearBytes = 192 << 10;

struct Candidate {
  float low, high;
  int32_t row;
};

// Whether any of 64 cosines reaches the floor.
SULAM_SCAN bool anyReaches(const float* product, const float* factors, float least) {
  int reached = 0;
  for (int i = 0; i < 64; ++i) reached |= product[i] * factors[i] >= least;
  return reached != 0;
}

SULAM_SCAN void widen(const at::BFloat16* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]);
}

// What stands for the rows of one side in a product.
struct Side {
  at::Tensor rows;
  std::vector<float> factors;  // the cosine is the product times the factors of both rows
  std::vector<float> errors;   // |row - what stands for it|, both of unit length
  float error = 0;             // the greatest of them
};

class Search {
 public:
  explicit Search(const NearestJob& job) : job_(job), limit_(2 * job.k + 128), bfloat16_(job.type == ProductType::bfloat16) {
    // integers are summed exactly: what is left is rounding to unit length and of the score
    const int64_t steps = job.type == ProductType::int16 ? 16 : bfloat16_ ? 2 * (job.d + 16) : job.d + 16;
    const double units = steps * std::ldexp(1.0, -24);
    rounding_ = static_cast<float>(units / (1 - units));
    stored_ = bfloat16_ ? std::ldexp(1.01f, -8) : 0;
  }

  void run() {
    tops_.resize(job_.rows);
    if (job_.type == ProductType::int16) nominateInt16();
    else nominate();
    at::parallel_for(0, job_.rows, 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) finish(row);
    });
  }

 private:
  struct Top {
    std::vector<Candidate> candidates;
    float floor = -std::numeric_limits<float>::infinity();
  };

  void nominate() {
    const Side queries = unit(job_.queries, job_.from, job_.rows);
    const auto dtype = bfloat16_ ? at::kBFloat16 : at::kFloat;
    const int64_t widest = std::min(job_.columns, job_.corpus.n);
    const at::Tensor products = at::empty({job_.rows * widest}, at::TensorOptions().dtype(dtype));
    for (int64_t from = 0; from < job_.corpus.n; from += job_.columns) {
      const int64_t columns = std::min(job_.columns, job_.corpus.n - from);
      const Side corpus = bfloat16_ || !inRange(from, columns) ? unit(job_.corpus, from, columns) : asIs(from, columns);
      at::Tensor product = products.narrow(0, 0, job_.rows * columns).view({job_.rows, columns});
      at::mm_out(product, queries.rows, corpus.rows.t());
      at::parallel_for(0, job_.rows, 1, [&](int64_t begin, int64_t end) {
        std::vector<float> wide(bfloat16_ ? columns : 0);
        for (int64_t row = begin; row < end; ++row) {
          const float* cosines = wide.data();
          if (bfloat16_) widen(product.const_data_ptr<at::BFloat16>() + row * columns, wide.data(), columns);
          else cosines = product.const_data_ptr<float>() + row * columns;
          scan(row, cosines, corpus, errorOf(queries.errors[row], corpus.error), from);
        }
      });
    }
  }

  // A tile at a time, whose products stay in registers unless one of them reaches its query's floor.
  void nominateInt16() {
    std::vector<float> queryErrors(job_.rows);
    const Int16Rows queries = packed(job_.queries, {job_.from, job_.rows}, kTileQueries, queryErrors);
    const int64_t panels = (job_.rows + kTileQueries - 1) / kTileQueries;
    // panels of queries that stay in a core's own cache while the corpus passes by
    const int64_t near = std::max<int64_t>(1, kNearBytes / (4 * kTileQueries * queries.steps));
    for (int64_t from = 0; from < job_.corpus.n; from += job_.columns) {
      const int64_t columns = std::min(job_.columns, job_.corpus.n - from);
      std::vector<float> errors(columns);
      const Int16Rows corpus = packed(job_.corpus, {from, columns}, kTileRows, errors);
      const float error = *std::max_element(errors.begin(), errors.end());
      const int64_t stacks = (columns + kTileRows - 1) / kTileRows;
      at::parallel_for(0, (panels + near - 1) / near, 1, [&](int64_t begin, int64_t end) {
        for (int64_t tile = begin * near * stacks; tile < end * near * stacks; ++tile) {
          const int64_t column = tile / near % stacks * kTileRows, panel = tile / (near * stacks) * near + tile % near;
          if (panel >= panels) continue;
          const int64_t first = panel * kTileQueries, some = std::min(kTileQueries, job_.rows - first);
          int32_t least[kTileQueries], products[kTileQueries * kTileRows];
          for (int64_t i = 0; i < kTileQueries; ++i)
            least[i] = i < some ? inUnits(leastFor(tops_[first + i].floor, errorOf(queryErrors[first + i], error))) : INT32_MAX;
          const int32_t* rows = corpus.panel(column / kTileRows);
          if (!int16Tile(queries.panel(panel), rows, corpus.steps, least, products)) continue;
          const int64_t wide = std::min(kTileRows, columns - column);
          for (int64_t i = 0; i < some; ++i)
            for (int64_t j = 0; j < wide; ++j) {
              if (products[i * kTileRows + j] <= least[i]) continue;
              const float cosine = static_cast<float>(products[i * kTileRows + j]) / (kInt16Scale * kInt16Scale);
              if (offer(first + i, cosine, errorOf(queryErrors[first + i], error), from + column + j))
                least[i] = inUnits(leastFor(tops_[first + i].floor, errorOf(queryErrors[first + i], error)));
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

  Int16Rows packed(const NearestRows& from, std::pair<int64_t, int64_t> range, int64_t tile, std::vector<float>& errors) const {
    const auto [first, count] = range;
    Int16Rows rows(count, job_.d, tile);
    at::parallel_for(0, count, std::max<int64_t>(1, 65536 / job_.d), [&](int64_t begin, int64_t end) {
      std::vector<int32_t> scratch;
      for (int64_t row = begin; row < end; ++row) {
        const double norm = from.norms[first + row];
        errors[row] = rows.set(row, from.data + (first + row) * job_.d, norm == 0 ? 0 : 1 / norm, scratch);
      }
    });
    return rows;
  }

  float errorOf(float query, float corpus) const { return rounding_ + (query + corpus) * (1 + 1e-3f); }

  // Whether float32 can hold products with the rows as they are, far from overflow and underflow.
  bool inRange(int64_t from, int64_t count) const {
    for (int64_t row = from; row < from + count; ++row) {
      const double norm = job_.corpus.norms[row];
      if (norm != 0 && !(norm > 1e-18 && norm < 1e18)) return false;
    }
    return true;
  }

  Side asIs(int64_t from, int64_t count) const {
    Side side;
    void* data = const_cast<float*>(job_.corpus.data + from * job_.d);
    side.rows = at::from_blob(data, {count, job_.d}, at::TensorOptions().dtype(at::kFloat));
    side.factors.resize(count);
    for (int64_t row = 0; row < count; ++row) side.factors[row] = inverse(job_.corpus.norms[from + row]);
    return side;
  }

  static float inverse(double norm) { return norm == 0 ? 0 : static_cast<float>(1 / norm); }

  // A copy at unit length. What float32 rounds off is within `rounding_`; what bfloat16 rounds off is measured.
  Side unit(const NearestRows& from, int64_t first, int64_t count) const {
    Side side;
    side.rows = at::empty({count, job_.d}, at::TensorOptions().dtype(bfloat16_ ? at::kBFloat16 : at::kFloat));
    side.factors.assign(count, 1);
    side.errors.assign(count, 0);
    at::parallel_for(0, count, std::max<int64_t>(1, 65536 / job_.d), [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const double norm = from.norms[first + row];
        const double factor = norm == 0 ? 0 : 1 / norm;
        const float* values = from.data + (first + row) * job_.d;
        if (bfloat16_) side.errors[row] = toBFloat16(values, factor, side.rows.data_ptr<at::BFloat16>() + row * job_.d);
        else {
          float* to = side.rows.data_ptr<float>() + row * job_.d;
          for (int64_t i = 0; i < job_.d; ++i) to[i] = static_cast<float>(values[i] * factor);
        }
      }
    });
    for (const float error : side.errors) side.error = std::max(side.error, error);
    return side;
  }

  float toBFloat16(const float* values, double factor, at::BFloat16* to) const {
    float squares = 0;
    for (int64_t i = 0; i < job_.d; ++i) {
      const float exact = static_cast<float>(values[i] * factor);
      to[i] = static_cast<at::BFloat16>(exact);
      const float off = exact - static_cast<float>(to[i]);
      squares += off * off;
    }
    // the sum of squares is itself rounded, by less than a thousandth at any width that fits memory
    return std::sqrt(squares) * (1 + 1e-3f) + 1e-18f;
  }

  void scan(int64_t row, const float* cosines, const Side& corpus, float error, int64_t from) {
    const Top& top = tops_[row];
    const int64_t columns = static_cast<int64_t>(corpus.factors.size());
    const float* factors = corpus.factors.data();
    float least = leastFor(top.floor, error);
    for (int64_t i = 0; i < columns; i += 64) {
      const int64_t end = std::min(i + 64, columns);
      if (end - i == 64 && !anyReaches(cosines + i, factors + i, least)) continue;
      for (int64_t j = i; j < end; ++j) {
        const float cosine = cosines[j] * factors[j];
        if (!(cosine >= least)) continue;
        if (offer(row, cosine, error, from + j)) least = leastFor(top.floor, error);
      }
    }
  }

  // Takes a candidate. Returns whether the floor may have risen.
  bool offer(int64_t row, float cosine, float error, int64_t column) {
    auto& all = tops_[row].candidates;
    const float off = error + stored_ * std::abs(cosine);
    all.push_back({cosine - off, cosine + off, static_cast<int32_t>(column)});
    if (static_cast<int64_t>(all.size()) < limit_) return false;
    settle(row);
    return true;
  }

  // The least approximate cosine whose interval reaches the floor.
  float leastFor(float floor, float error) const {
    const float rest = floor - error - std::ldexp(1.0f, -22);
    return rest >= 0 ? rest / (1 + stored_) : rest / (1 - stored_);
  }

  // Lets go of candidates below the floor. Where too many stay, each gets its true score, and k stay.
  void settle(int64_t row) {
    Top& top = tops_[row];
    auto& all = top.candidates;
    if (static_cast<int64_t>(all.size()) > job_.k) {
      const auto kth = all.begin() + job_.k - 1;
      std::nth_element(all.begin(), kth, all.end(), [](const Candidate& a, const Candidate& b) { return a.low > b.low; });
      top.floor = std::max(top.floor, kth->low);
      all.erase(std::remove_if(all.begin(), all.end(), [&](const Candidate& c) { return c.high < top.floor; }), all.end());
    }
    if (static_cast<int64_t>(all.size()) < limit_ / 4 * 3) return;
    best(row);
    top.floor = std::max(top.floor, all.back().low);
  }

  // The k best by their true scores, in order.
  void best(int64_t row) {
    auto& all = tops_[row].candidates;
    score(row, all);
    const auto before = [](const Candidate& a, const Candidate& b) { return a.low > b.low || (a.low == b.low && a.row < b.row); };
    const int64_t kept = std::min<int64_t>(job_.k, static_cast<int64_t>(all.size()));
    std::partial_sort(all.begin(), all.begin() + kept, all.end(), before);
    all.resize(kept);
  }

  void score(int64_t row, std::vector<Candidate>& all) const {
    const float* query = job_.queries.data + (job_.from + row) * job_.d;
    const double queryNorm = job_.queries.norms[job_.from + row];
    const float *queries[kChains], *rows[kChains];
    std::fill(queries, queries + kChains, query);
    Candidate* waiting[kChains];
    int64_t count = 0;
    const auto flush = [&] {
      double sums[kChains];
      for (int64_t c = count; c < kChains; ++c) rows[c] = query;
      dots(queries, rows, job_.d, sums);
      for (int64_t c = 0; c < count; ++c) {
        const double norm = queryNorm * job_.corpus.norms[waiting[c]->row];
        waiting[c]->low = waiting[c]->high = norm == 0 ? 0 : static_cast<float>(sums[c] / norm);
      }
      count = 0;
    };
    for (Candidate& candidate : all) {
      if (candidate.low == candidate.high) continue;
      waiting[count] = &candidate;
      rows[count++] = job_.corpus.data + candidate.row * job_.d;
      if (count == kChains) flush();
    }
    if (count > 0) flush();
  }

  void finish(int64_t row) {
    settle(row);
    best(row);
    const auto& all = tops_[row].candidates;
    const int64_t at = (job_.from + row) * job_.k;
    for (int64_t i = 0; i < job_.k; ++i) {
      job_.indices[at + i] = all[i].row;
      job_.scores[at + i] = all[i].low;
    }
    tops_[row].candidates = {};
  }

  const NearestJob& job_;
  const int64_t limit_;
  const bool bfloat16_;
  float rounding_, stored_;
  std::vector<Top> tops_;
};

}  // namespace

void nearest(const NearestJob& job) { Search(job).run(); }

bool sumsBFloat16Wide() {
  // 256 and 4,095 times 2^-9, next to 264: in bfloat16 the sum stops at 256, also where it is kept so between blocks
  const auto options = at::TensorOptions().dtype(at::kBFloat16);
  at::Tensor parts = at::full({64, 4096}, std::ldexp(1.0, -9), options);
  parts.select(1, 0).fill_(256);
  return at::mm(parts, at::full({4096, 64}, 1, options)).eq(264).all().item<bool>();
}

}  // namespace sulam
