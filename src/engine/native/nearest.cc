// Exact cosine search on the CPU: products nominate (nominate.h), float64 decides.
//
// Each candidate holds an interval that its cosine surely lies in. The k-th greatest lower end is a floor; whoever's
// upper end lies below it cannot be among the k best. What is left at the end is scored in float64, rounded to float32,
// and ordered by that score, then by the smaller row. So the result does not depend on the precision of the products, on
// block sizes or on threads.
#include "nearest.h"

#include <limits>

namespace sulam {

namespace {

struct Candidate {
  float low, high;
  int32_t row;
};

class Search {
 public:
  explicit Search(const NearestJob& job) : job_(job), limit_(2 * job.k + 128), tops_(job.pairs.rows) {}

  void run() {
    Nominator(job_.pairs, *this).run();
    at::parallel_for(0, job_.pairs.rows, 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) finish(row);
    });
  }

  static constexpr bool kStopsEarly = false;

  float floor(int64_t row, int64_t, int64_t) const { return tops_[row].floor; }

  std::pair<float, float> between() const { return {1, -1}; }
  void skip(int64_t, int64_t, uint32_t) {}

  bool offer(int64_t row, int64_t column, float low, float high) {
    auto& all = tops_[row].candidates;
    all.push_back({low, high, static_cast<int32_t>(column)});
    if (static_cast<int64_t>(all.size()) < limit_) return false;
    settle(row);
    return true;
  }

 private:
  struct Top {
    std::vector<Candidate> candidates;
    float floor = -std::numeric_limits<float>::infinity();
  };

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
    const auto& [queries, corpus, d, from, rows, columns, type] = job_.pairs;
    const float* query = queries.data + (from + row) * d;
    const float *left[kChains], *right[kChains];
    std::fill(left, left + kChains, query);
    Candidate* waiting[kChains];
    int64_t count = 0;
    const auto flush = [&, queryNorm = queries.norms[from + row], norms = corpus.norms, d = d] {
      double sums[kChains];
      for (int64_t c = count; c < kChains; ++c) right[c] = query;
      dots(left, right, d, sums);
      for (int64_t c = 0; c < count; ++c) {
        const double norm = queryNorm * norms[waiting[c]->row];
        waiting[c]->low = waiting[c]->high = norm == 0 ? 0 : static_cast<float>(sums[c] / norm);
      }
      count = 0;
    };
    for (Candidate& candidate : all) {
      if (candidate.low == candidate.high) continue;
      waiting[count] = &candidate;
      right[count++] = corpus.data + candidate.row * d;
      if (count == kChains) flush();
    }
    if (count > 0) flush();
  }

  void finish(int64_t row) {
    settle(row);
    best(row);
    const auto& all = tops_[row].candidates;
    const int64_t at = (job_.pairs.from + row) * job_.k;
    for (int64_t i = 0; i < job_.k; ++i) {
      job_.indices[at + i] = all[i].row;
      job_.scores[at + i] = all[i].low;
    }
    tops_[row].candidates = {};
  }

  const NearestJob& job_;
  const int64_t limit_;
  std::vector<Top> tops_;
};

}  // namespace

void nearest(const NearestJob& job) { Search(job).run(); }

}  // namespace sulam
