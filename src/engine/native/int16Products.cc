// See int16Products.h. One instruction multiplies 16 pairs of 16-bit integers and adds neighbours, where one of float32
// multiplies 8 pairs.
#include "int16Products.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define SULAM_AVX2 __attribute__((target("avx2"), optimize("O3")))
#endif

namespace sulam {

Int16Rows::Int16Rows(int64_t count, int64_t width, int64_t rows)
    : d(width),
      tile(rows),
      steps((width + 1) / 2),
      parts((steps + kTileSteps - 1) / kTileSteps),
      pairs((count + rows - 1) / rows * rows * steps, 0),
      restsOf((count + rows - 1) / rows * parts, 0) {}

#ifdef SULAM_AVX2
SULAM_AVX2
#endif
static float roundRow(const float* values, float scale, int16_t* to, int64_t d) {
  const float round = 12582912.0f;  // 1.5 * 2^23: adding it leaves a whole number
  float squares[8] = {};
  int64_t i = 0;
  for (; i + 8 <= d; i += 8)
    for (int64_t j = 0; j < 8; ++j) {
      const float exact = values[i + j] * scale;
      const float whole = (exact + round) - round;
      to[i + j] = static_cast<int16_t>(static_cast<int32_t>(whole));
      squares[j] += (exact - whole) * (exact - whole);
    }
  for (; i < d; ++i) {
    const float exact = values[i] * scale;
    const float whole = (exact + round) - round;
    to[i] = static_cast<int16_t>(static_cast<int32_t>(whole));
    squares[0] += (exact - whole) * (exact - whole);
  }
  float sum = 0;
  for (const float square : squares) sum += square;
  return sum;
}

// The sum of squares of a part. Two of them fit 32 bits, as 32000 is the greatest value.
#ifdef SULAM_AVX2
SULAM_AVX2
#endif
static double squaresOf(const int16_t* values, int64_t count) {
  int64_t sums[4] = {};
  int64_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (int64_t j = 0; j < 4; ++j)
      sums[j] += int32_t{values[i + 2 * j]} * values[i + 2 * j] + int32_t{values[i + 2 * j + 1]} * values[i + 2 * j + 1];
  for (; i < count; ++i) sums[0] += int32_t{values[i]} * values[i];
  return static_cast<double>(sums[0] + sums[1] + sums[2] + sums[3]);
}

float Int16Rows::set(int64_t row, const float* values, double factor, std::vector<int16_t>& scratch) {
  scratch.assign(2 * steps, 0);
  // float32 has no such factor: a row that short is brought to unit length first
  std::vector<float> unit;
  if (factor > 1e30) {
    unit.resize(d);
    for (int64_t i = 0; i < d; ++i) unit[i] = static_cast<float>(values[i] * factor);
    values = unit.data();
    factor = 1;
  }
  const float squares = roundRow(values, static_cast<float>(kInt16Scale * factor), scratch.data(), d);
  int32_t* to = pairs.data() + row / tile * tile * steps + row % tile;
  for (int64_t step = 0; step < steps; ++step) std::memcpy(to + step * tile, scratch.data() + 2 * step, sizeof(int32_t));
  double rest = 0;
  for (int64_t part = parts - 1; part > 0; --part) {
    const int64_t first = part * 2 * kTileSteps;
    rest += squaresOf(scratch.data() + first, std::min(2 * kTileSteps, 2 * steps - first));
    float& greatest = restsOf[row / tile * parts + part - 1];
    // rounded up
    greatest = std::max(greatest, static_cast<float>(std::sqrt(rest) * (1 + 1e-6)));
  }
  // the sum of squares is itself rounded, by less than a thousandth at any width that fits memory
  return std::sqrt(squares) * (1 + 1e-3f) / kInt16Scale;
}

#ifdef SULAM_AVX2

// Whether any of the sums of one query, with what can still come, is of interest.
SULAM_AVX2 static inline __m256i reach(__m256i left, __m256i right, __m256i rest, int32_t least) {
  const __m256i below = _mm256_set1_epi32(least);
  return _mm256_or_si256(_mm256_cmpgt_epi32(_mm256_add_epi32(left, rest), below), _mm256_cmpgt_epi32(_mm256_add_epi32(right, rest), below));
}

SULAM_AVX2 static inline void store(int32_t* to, __m256i left, __m256i right) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), left);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 8), right);
}

// The eight sums are variables of their own: in an array, the compiler would keep them in memory.
SULAM_AVX2 bool int16Tile(const int32_t* queries, const int32_t* rows, int64_t steps, const TileFloor& floor, int32_t* products) {
  __m256i a0 = _mm256_setzero_si256(), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  for (const int32_t* rests = floor.rests; steps > 0; ++rests, steps -= kTileSteps) {
    // one step a turn leaves a third of the instructions to moves between registers
#pragma GCC unroll 4
    for (int64_t step = std::min(steps, kTileSteps); step > 0; --step, queries += kTileQueries, rows += kTileRows) {
      const __m256i left = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows));
      const __m256i right = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows + 8));
      __m256i query = _mm256_set1_epi32(queries[0]);
      a0 = _mm256_add_epi32(a0, _mm256_madd_epi16(query, left));
      a1 = _mm256_add_epi32(a1, _mm256_madd_epi16(query, right));
      query = _mm256_set1_epi32(queries[1]);
      b0 = _mm256_add_epi32(b0, _mm256_madd_epi16(query, left));
      b1 = _mm256_add_epi32(b1, _mm256_madd_epi16(query, right));
      query = _mm256_set1_epi32(queries[2]);
      c0 = _mm256_add_epi32(c0, _mm256_madd_epi16(query, left));
      c1 = _mm256_add_epi32(c1, _mm256_madd_epi16(query, right));
      query = _mm256_set1_epi32(queries[3]);
      d0 = _mm256_add_epi32(d0, _mm256_madd_epi16(query, left));
      d1 = _mm256_add_epi32(d1, _mm256_madd_epi16(query, right));
    }
    const __m256i rest = _mm256_set1_epi32(*rests);
    const __m256i reached = _mm256_or_si256(_mm256_or_si256(reach(a0, a1, rest, floor.least[0]), reach(b0, b1, rest, floor.least[1])),
                                            _mm256_or_si256(reach(c0, c1, rest, floor.least[2]), reach(d0, d1, rest, floor.least[3])));
    if (_mm256_testz_si256(reached, reached)) return false;
  }
  store(products, a0, a1);
  store(products + kTileRows, b0, b1);
  store(products + 2 * kTileRows, c0, c1);
  store(products + 3 * kTileRows, d0, d1);
  return true;
}

// With 512-bit units float32 is as fast, since these instructions are of 256 bits.
bool hasInt16Tile() { return __builtin_cpu_supports("avx2") && !__builtin_cpu_supports("avx512f"); }

#else

bool int16Tile(const int32_t*, const int32_t*, int64_t, const TileFloor&, int32_t*) { return false; }
bool hasInt16Tile() { return false; }

#endif

}  // namespace sulam
