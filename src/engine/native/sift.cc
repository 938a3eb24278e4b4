// Pairs of rows by their distance: |a - b|^2 = |a|^2 + |b|^2 - 2 |a| |b| cos, with the interval that nominate.h gives the
// cosine. Most pairs of a corpus are far: a bit each says so, and is taken back where a pair may be near.
#include "sift.h"

#include <limits>

#include "vectorized.h"

namespace sulam {

// The least of a x_i + b y_i.
SULAM_VECTORIZED static double leastSum(double a, const double* x, double b, const double* y, int64_t n) {
  constexpr int64_t kLanes = 8;
  double lanes[kLanes];
  std::fill(lanes, lanes + kLanes, std::numeric_limits<double>::infinity());
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int64_t j = 0; j < kLanes; ++j) {
      const double sum = a * x[i + j] + b * y[i + j];
      lanes[j] = sum < lanes[j] ? sum : lanes[j];
    }
  for (; i < n; ++i) lanes[0] = std::min(lanes[0], a * x[i] + b * y[i]);
  return *std::min_element(lanes, lanes + kLanes);
}

namespace {

class Sift {
 public:
  explicit Sift(const SiftJob& job) : job_(job) {
    const auto& [queries, corpus, d, from, rows, columns, type] = job.pairs;
    result_.words = (corpus.n + 31) / 32;
    result_.far.assign(rows * result_.words, ~0u);
    if (corpus.n % 32 != 0)
      for (int64_t row = 1; row <= rows; ++row) result_.far[row * result_.words - 1] = (1u << corpus.n % 32) - 1;
    result_.pairs.resize(rows);
    // what float64 can lose of a sum of d squares, and of the norms: see Higham 2002, ch. 3
    slack_ = static_cast<double>(d + 8) * std::ldexp(1.0, -50);
    // of directions these cosines tell alone that a pair lies between; 2^-22 covers their own rounding
    if (job.normalize) {
      betweenFrom_ = static_cast<float>(1 + slack_ - job.negative * job.negative / 2) + std::ldexp(1.0f, -22);
      betweenTo_ = static_cast<float>(1 - slack_ - job.positive * job.positive / 2) - std::ldexp(1.0f, -22);
    }
    // the inverse of 0 stays finite, so that 0 times it is 0
    for (int64_t column = 0; column < (job.normalize ? 0 : corpus.n); ++column)
      inverse_.push_back(corpus.norms[column] == 0 ? 1e300 : 1 / corpus.norms[column]);
    for (int64_t row = 0; row < rows; ++row) {
      const double limit = std::max(job.negative, job.reach[row]);
      limits_.push_back(limit * limit);
      // of directions the floor is the same for all rows
      if (job.normalize) floors_.push_back(clamped(1 - slack_ - limits_[row] / 2));
    }
  }

  Sifted run() {
    Nominator(job_.pairs, *this).run();
    return std::move(result_);
  }

  static constexpr bool kStopsEarly = true;

  // The cosine at which the distance, give or take the slack, is the limit: the least one of these corpus rows.
  float floor(int64_t row, int64_t column, int64_t count) const {
    if (job_.normalize) return floors_[row];
    const double a = job_.pairs.queries.norms[job_.pairs.from + row];
    const double own = (1 - slack_) * a * a - limits_[row];
    return clamped(leastSum(own, inverse_.data() + column, 1 - slack_, job_.pairs.corpus.norms + column, count) / (2 * a));
  }

  std::pair<float, float> between() const { return {betweenFrom_, betweenTo_}; }

  // Takes back that these pairs are far: 16 from a multiple of 16 on, or one.
  void skip(int64_t row, int64_t column, uint32_t mask) { result_.far[row * result_.words + column / 32] &= ~(mask << column % 32); }

  bool offer(int64_t row, int64_t column, float lowCosine, float highCosine) {
    if (lowCosine >= betweenFrom_ && highCosine <= betweenTo_) {
      skip(row, column, 1);
      return false;
    }
    const double a = job_.normalize ? 1 : job_.pairs.queries.norms[job_.pairs.from + row];
    const double b = job_.normalize ? 1 : job_.pairs.corpus.norms[column];
    const double squares = a * a + b * b, product = 2 * a * b;
    const double least = squares * (1 - slack_) - product * highCosine;
    if (least > limits_[row]) return false;
    skip(row, column, 1);
    const double most = squares * (1 + slack_) - product * lowCosine;
    const bool isBetween = least > job_.positive * job_.positive && most <= job_.negative * job_.negative;
    if (!isBetween)
      result_.pairs[row].push_back({static_cast<int32_t>(column), below(std::sqrt(std::max(0.0, least))), above(std::sqrt(most))});
    return false;
  }

 private:
  // A cosine to compare with: NaN, where a row is as long as the limit of a query of zeros, lets all through.
  static float clamped(double cosine) { return cosine >= -2 ? static_cast<float>(std::min(cosine, 2.0)) : -2; }

  // The next float32 at most, and at least.
  static float below(double value) {
    const float rounded = static_cast<float>(value);
    return rounded > value ? std::nextafter(rounded, 0.0f) : rounded;
  }
  static float above(double value) {
    const float rounded = static_cast<float>(value);
    return rounded < value ? std::nextafter(rounded, std::numeric_limits<float>::infinity()) : rounded;
  }

  const SiftJob& job_;
  double slack_;
  float betweenFrom_ = std::numeric_limits<float>::infinity(), betweenTo_ = -betweenFrom_;
  std::vector<double> inverse_;  // [corpus.n] 1 / norm
  std::vector<double> limits_;   // [rows] the squared distance beyond which a pair is far
  std::vector<float> floors_;    // [rows]
  Sifted result_;
};

}  // namespace

Sifted sift(const SiftJob& job) { return Sift(job).run(); }

}  // namespace sulam
