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

// Sums of squares: of what rounding took off, and of what is left.
struct Rounded {
  float off, whole;
};

static Rounded roundEach(const float* values, float scale, int16_t* to, int64_t count) {
  Rounded sums{};
  for (int64_t i = 0; i < count; ++i) {
    const float exact = values[i] * scale, whole = std::nearbyint(exact);
    to[i] = static_cast<int16_t>(whole);
    sums.off += (exact - whole) * (exact - whole);
    sums.whole += whole * whole;
  }
  return sums;
}

#ifdef SULAM_AVX2

SULAM_AVX2 static Rounded roundValues(const float* values, float scale, int16_t* to, int64_t count) {
  __m256 offs = _mm256_setzero_ps(), wholes = offs;
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256 exact = _mm256_mul_ps(_mm256_loadu_ps(values + i), _mm256_set1_ps(scale));
    const __m256i numbers = _mm256_cvtps_epi32(exact);
    const __m256 whole = _mm256_cvtepi32_ps(numbers), off = _mm256_sub_ps(exact, whole);
    offs = _mm256_add_ps(offs, _mm256_mul_ps(off, off));
    wholes = _mm256_add_ps(wholes, _mm256_mul_ps(whole, whole));
    const __m128i packed = _mm_packs_epi32(_mm256_castsi256_si128(numbers), _mm256_extracti128_si256(numbers, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), packed);
  }
  Rounded sums = roundEach(values + i, scale, to + i, count - i);
  float lanes[16];
  _mm256_storeu_ps(lanes, offs);
  _mm256_storeu_ps(lanes + 8, wholes);
  for (int64_t j = 0; j < 8; ++j) sums.off += lanes[j], sums.whole += lanes[j + 8];
  return sums;
}

#else

static Rounded roundValues(const float* values, float scale, int16_t* to, int64_t count) { return roundEach(values, scale, to, count); }

#endif

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
  float* rests = restsOf.data() + row / tile * parts;
  double off = 0, rest = 0;
  for (int64_t part = parts - 1; part >= 0; --part) {
    const int64_t first = part * 2 * kTileSteps, count = std::min(2 * kTileSteps, d - first);
    // sums of so few squares are off by less than a hundred-thousandth
    rests[part] = std::max(rests[part], static_cast<float>(std::sqrt(rest) * (1 + 1e-5)));
    const Rounded sums = roundValues(values + first, static_cast<float>(kInt16Scale * factor), scratch.data() + first, count);
    off += sums.off;
    rest += sums.whole;
  }
  int32_t* to = pairs.data() + row / tile * tile * steps + row % tile;
  for (int64_t step = 0; step < steps; ++step) std::memcpy(to + step * tile, scratch.data() + 2 * step, sizeof(int32_t));
  // what rounding took off is itself rounded, by less than a thousandth
  return static_cast<float>(std::sqrt(off) * (1 + 1e-3) / kInt16Scale);
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
  for (const int32_t* rests = floor.rests; steps > 0; ++rests, steps -= floor.steps) {
    // one step a turn leaves a third of the instructions to moves between registers
#pragma GCC unroll 4
    for (int64_t step = std::min(steps, floor.steps); step > 0; --step, queries += kTileQueries, rows += kTileRows) {
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

SULAM_AVX2 static inline uint32_t aboveOf8(const int32_t* products, int32_t limit) {
  const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(products));
  return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(values, _mm256_set1_epi32(limit)))));
}

SULAM_AVX2 static inline uint32_t above(const int32_t* products, int32_t limit) {
  return aboveOf8(products, limit) | aboveOf8(products + 8, limit) << 8;
}

SULAM_AVX2 TileMarks int16Marks(const int32_t* products, int32_t least, int32_t low, int32_t high) {
  return {above(products, least), above(products, low) & ~above(products, high - 1)};
}

// With 512-bit units float32 is as fast, since these instructions are of 256 bits.
bool hasInt16Tile() { return __builtin_cpu_supports("avx2") && !__builtin_cpu_supports("avx512f"); }

#else

bool int16Tile(const int32_t*, const int32_t*, int64_t, const TileFloor&, int32_t*) { return false; }
TileMarks int16Marks(const int32_t*, int32_t, int32_t, int32_t) { return {}; }
bool hasInt16Tile() { return false; }

#endif

}  // namespace sulam
