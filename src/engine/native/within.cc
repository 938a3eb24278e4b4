// Which pairs of rows may lie within a distance of each other: |a - b|^2 = |a|^2 + |b|^2 - 2 |a| |b| cos, with the
// interval that nominate.h gives the cosine.
#include "within.h"

#include <limits>

namespace sulam {

namespace {

class Within {
 public:
  explicit Within(const WithinJob& job) : job_(job), near_(job.pairs.rows) {
    const auto& [queries, corpus, d, from, rows, columns, type] = job.pairs;
    // what float64 can lose of a sum of d squares, and of the norms: see Higham 2002, ch. 3
    slack_ = static_cast<double>(d + 8) * std::ldexp(1.0, -50);
    // the inverse of 0 stays finite, so that 0 times it is 0
    for (int64_t column = 0; column < (job.normalize ? 0 : corpus.n); ++column)
      inverse_.push_back(corpus.norms[column] == 0 ? 1e300 : 1 / corpus.norms[column]);
    // of directions the floor is the same for all rows
    if (job.normalize)
      for (int64_t row = 0; row < rows; ++row) floors_.push_back(clamped(1 - slack_ - job.limits[row] * job.limits[row] / 2));
  }

  std::vector<std::vector<NearPair>> run() {
    Nominator(job_.pairs, *this).run();
    return std::move(near_);
  }

  // The cosine at which the distance, give or take the slack, is the limit: the least one of these corpus rows.
  float floor(int64_t row, int64_t column, int64_t count) const {
    if (job_.normalize) return floors_[row];
    const double a = job_.pairs.queries.norms[job_.pairs.from + row];
    const double own = (1 - slack_) * a * a - job_.limits[row] * job_.limits[row];
    const double *norms = job_.pairs.corpus.norms + column, *inverse = inverse_.data() + column;
    double least = std::numeric_limits<double>::infinity();
    for (int64_t i = 0; i < count; ++i) least = std::min(least, own * inverse[i] + (1 - slack_) * norms[i]);
    return clamped(least / (2 * a));
  }

  bool offer(int64_t row, int64_t column, float lowCosine, float highCosine) {
    const auto& [queries, corpus, d, from, rows, columns, type] = job_.pairs;
    const double a = job_.normalize ? 1 : queries.norms[from + row], b = job_.normalize ? 1 : corpus.norms[column];
    const double squares = a * a + b * b, product = 2 * a * b, limit = job_.limits[row];
    const double least = squares * (1 - slack_) - product * highCosine;
    if (least > limit * limit) return false;
    const double most = squares * (1 + slack_) - product * lowCosine;
    near_[row].push_back({static_cast<int32_t>(column), below(std::sqrt(std::max(0.0, least))), above(std::sqrt(most))});
    return false;
  }

 private:
  // A cosine to compare with: NaN, where a query of zeros is as long as its limit, lets all through.
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

  const WithinJob& job_;
  double slack_;
  std::vector<double> inverse_;  // [corpus.n] 1 / norm
  std::vector<float> floors_;    // [rows]
  std::vector<std::vector<NearPair>> near_;
};

}  // namespace

std::vector<std::vector<NearPair>> within(const WithinJob& job) { return Within(job).run(); }

}  // namespace sulam
