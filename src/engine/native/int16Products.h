// Products of unit vectors in 16-bit integers: exact sums of rounded values, at up to twice the speed of float32 on a CPU
// with AVX2.
#pragma once

#include <cstdint>
#include <vector>

namespace sulam {

// Rows of a tile: queries, and rows of the corpus.
constexpr int64_t kTileQueries = 4, kTileRows = 16;
// Pairs of values after which a tile looks whether what is left of them can still matter.
constexpr int64_t kTileSteps = 192;
// What 1 becomes. A sum of products of unit vectors is at most its square (Cauchy-Schwarz), of which twice fits 32 bits: as
// much is left of it at most. Rounding makes a row longer by sqrt(d / 4) / 32000 at most, for which there is room to kWidestInt16.
constexpr float kInt16Scale = 32000;
constexpr int64_t kWidestInt16 = 1 << 20;

// Unit vectors, rounded and cut into panels of `tile` rows; a panel holds pairs of values, the first of all rows first.
// Rows of zeros fill the last panel.
struct Int16Rows {
  Int16Rows(int64_t count, int64_t d, int64_t tile);

  // Rounds a row times `factor`, of unit length, into its place. Returns the length of what rounding took off. The rows of
  // a panel must come from one thread.
  float set(int64_t row, const float* values, double factor, std::vector<int16_t>& scratch);

  const int32_t* panel(int64_t index) const { return pairs.data() + index * tile * steps; }

  // For each part of kTileSteps pairs: the greatest length, in units of 1 / kInt16Scale, of what follows it in a panel's rows.
  const float* rests(int64_t index) const { return restsOf.data() + index * parts; }

  int64_t d, tile, steps, parts;
  std::vector<int32_t> pairs;
  std::vector<float> restsOf;
};

// Which products of a tile are of interest: those above their query's `least`. What is left after each part of `steps` pairs
// adds `rests` of it at most.
struct TileFloor {
  int32_t least[kTileQueries];
  const int32_t* rests;
  int64_t steps;
};

// All products of a panel of queries and a panel of the corpus, [kTileQueries, kTileRows], row-major in `products`, in
// units of kInt16Scale^2. Returns false, and fills nothing, as soon as it is known that none is of interest.
bool int16Tile(const int32_t* queries, const int32_t* rows, int64_t steps, const TileFloor& floor, int32_t* products);

// Which of the products of one query in a tile are above `least`, and which lie between `low` and `high`: a bit each.
struct TileMarks {
  uint32_t above, within;
};
TileMarks int16Marks(const int32_t* products, int32_t least, int32_t low, int32_t high);

// Whether the CPU runs int16Tile, and is faster with it than in float32.
bool hasInt16Tile();

}  // namespace sulam
