// The exact searches as JavaScript calls them. Sizes are checked here, so that no call reads or writes beyond an array.
#include "addon.h"
#include "int16Products.h"
#include "nearest.h"
#include "sift.h"

namespace sulam {

template <typename T>
static T* array(const Arguments& arguments, size_t i, at::ScalarType dtype, int64_t length) {
  const TypedArray given = typedArray(arguments, i);
  if (given.dtype != dtype || given.length != length)
    throw std::invalid_argument("argument " + std::to_string(i) + " must hold " + std::to_string(length) + " values of " + nameOf(dtype));
  return static_cast<T*>(given.data);
}

static Rows rowsAt(const Arguments& arguments, size_t i, int64_t d) {
  const int64_t n = typedArray(arguments, i).length / d;
  return {array<float>(arguments, i, at::kFloat, n * d), array<double>(arguments, i + 1, at::kDouble, n), n};
}

// norms(data, d, into Float64Array) -> the first row with NaN or an infinity, or -1
napi_value norms(Addon&, Arguments& arguments) {
  const int64_t d = arguments.integer(1);
  if (d < 1) throw std::invalid_argument("d must be at least 1");
  const int64_t n = typedArray(arguments, 0).length / d;
  const float* data = array<float>(arguments, 0, at::kFloat, n * d);
  double* into = array<double>(arguments, 2, at::kDouble, n);
  return fromNumber(arguments.env, static_cast<double>(rowNorms(data, n, d, into)));
}

// The first five numbers: d, from, rows, columns, product type.
static NominateJob pairsOf(const Arguments& arguments, const std::vector<int64_t>& numbers) {
  if (numbers[0] < 1 || numbers[3] < 1) throw std::invalid_argument("d and columns must be at least 1");
  if (numbers[4] < 0 || numbers[4] > 2) throw std::invalid_argument("the product type is unknown");
  // a sum of products and what is left of it must fit 32 bits
  const bool wide = numbers[0] > kWidestInt16 && numbers[4] == static_cast<int64_t>(ProductType::int16);
  const auto type = wide ? ProductType::float32 : static_cast<ProductType>(numbers[4]);
  const NominateJob job{rowsAt(arguments, 0, numbers[0]), rowsAt(arguments, 2, numbers[0]), numbers[0], numbers[1], numbers[2],
                        numbers[3], type};
  const bool inside = job.from >= 0 && job.rows >= 0 && job.from <= job.queries.n - job.rows;
  if (!inside) throw std::invalid_argument("the rows lie outside of the queries");
  if (job.corpus.n > INT32_MAX) throw std::invalid_argument("the corpus holds more than 2^31 - 1 rows");
  return job;
}

// nearestRows(queries, their norms, corpus, its norms, indices, scores, [d, from, rows, columns, product type, k])
napi_value nearestRows(Addon&, Arguments& arguments) {
  const auto numbers = arguments.integers(6);
  if (numbers.size() != 6) throw std::invalid_argument("expected six numbers");
  NearestJob job{pairsOf(arguments, numbers), numbers[5], nullptr, nullptr};
  const auto& [queries, corpus, d, from, rows, columns, type] = job.pairs;
  if (job.k < 1 || job.k > corpus.n) throw std::invalid_argument("k lies outside of the corpus");
  job.indices = array<int32_t>(arguments, 4, at::kInt, queries.n * job.k);
  job.scores = array<float>(arguments, 5, at::kFloat, queries.n * job.k);
  nearest(job);
  return nullptr;
}

template <typename T>
static napi_value newArray(napi_env env, napi_typedarray_type type, int64_t length, T** values) {
  napi_value buffer, result;
  const bool made = napi_create_arraybuffer(env, length * sizeof(T), reinterpret_cast<void**>(values), &buffer) == napi_ok;
  if (!made || napi_create_typedarray(env, type, length, buffer, 0, &result) != napi_ok) throw std::bad_alloc();
  return result;
}

// sift(queries, their norms, corpus, its norms, reach, [positive, negative], [d, from, rows, columns, product type, normalize])
// -> [ends of the queries' pairs, columns, low, high, far]
napi_value siftPairs(Addon&, Arguments& arguments) {
  const auto numbers = arguments.integers(6);
  if (numbers.size() != 6) throw std::invalid_argument("expected six numbers");
  const double* limits = array<double>(arguments, 5, at::kDouble, 2);
  SiftJob job{pairsOf(arguments, numbers), numbers[5] != 0, limits[0], limits[1], nullptr};
  const int64_t rows = job.pairs.rows;
  job.reach = array<double>(arguments, 4, at::kDouble, rows);
  int64_t most;
  if (__builtin_mul_overflow(rows, job.pairs.corpus.n, &most) || most > INT32_MAX)
    throw std::invalid_argument("a block holds more than 2^31 - 1 pairs");
  if (!std::all_of(job.reach, job.reach + rows, [](double reach) { return reach >= 0; }) || !(job.negative >= job.positive))
    throw std::invalid_argument("the distances are out of order");
  if (numbers[3] % kTileRows != 0) throw std::invalid_argument("columns must be a multiple of 16");
  const Sifted sifted = sift(job);
  int64_t total = 0;
  for (const auto& some : sifted.pairs) total += static_cast<int64_t>(some.size());
  int32_t *ends, *columns;
  float *low, *high;
  uint32_t* far;
  const napi_value arrays[] = {newArray(arguments.env, napi_int32_array, rows, &ends),
                               newArray(arguments.env, napi_int32_array, total, &columns),
                               newArray(arguments.env, napi_float32_array, total, &low),
                               newArray(arguments.env, napi_float32_array, total, &high),
                               newArray(arguments.env, napi_uint32_array, rows * sifted.words, &far)};
  int64_t at = 0;
  for (int64_t row = 0; row < rows; ++row) {
    for (const SiftedPair& pair : sifted.pairs[row]) columns[at] = pair.column, low[at] = pair.low, high[at++] = pair.high;
    ends[row] = static_cast<int32_t>(at);
  }
  std::copy(sifted.far.begin(), sifted.far.end(), far);
  napi_value result;
  napi_create_array_with_length(arguments.env, 5, &result);
  for (uint32_t i = 0; i < 5; ++i) napi_set_element(arguments.env, result, i, arrays[i]);
  return result;
}

// distances(data, lengths, d, row, rows, into): the Euclidean distances of one row to others, each divided by its length
napi_value distances(Addon&, Arguments& arguments) {
  const int64_t d = arguments.integer(2), row = arguments.integer(3), count = typedArray(arguments, 4).length;
  if (d < 1) throw std::invalid_argument("d must be at least 1");
  const int64_t n = typedArray(arguments, 0).length / d;
  const float* data = array<float>(arguments, 0, at::kFloat, n * d);
  const double* lengths = array<double>(arguments, 1, at::kDouble, n);
  const int32_t* rows = array<int32_t>(arguments, 4, at::kInt, count);
  double* into = array<double>(arguments, 5, at::kDouble, count);
  const auto outside = [&](int64_t index) { return index < 0 || index >= n; };
  if (outside(row) || std::any_of(rows, rows + count, outside)) throw std::invalid_argument("a row lies outside of the data");
  for (int64_t first = 0; first < count; first += kChains) {
    const float* others[kChains];
    double otherLengths[kChains], squares[kChains];
    for (int64_t c = 0; c < kChains; ++c) {
      const int64_t other = rows[std::min(first + c, count - 1)];
      others[c] = data + other * d, otherLengths[c] = lengths[other];
    }
    squaredDistances(data + row * d, lengths[row], others, otherLengths, d, squares);
    for (int64_t c = 0; c < kChains && first + c < count; ++c) into[first + c] = std::sqrt(squares[c]);
  }
  return nullptr;
}

// productTypes() -> for each type of products: whether it is right on this CPU, and whether it is the fastest
napi_value productTypes(Addon&, Arguments& arguments) {
#if defined(__x86_64__) && defined(__GNUC__)
  const bool fast = __builtin_cpu_supports("avx512bf16") != 0;
  const bool runsTile = __builtin_cpu_supports("avx2") != 0;
#else
  const bool fast = false, runsTile = false;
#endif
  const bool wide = sumsBFloat16Wide(), bfloat16 = fast && wide, int16 = !bfloat16 && hasInt16Tile();
  const bool flags[] = {true, wide, runsTile, !bfloat16 && !int16, bfloat16, int16};
  napi_value result;
  napi_create_array_with_length(arguments.env, 6, &result);
  for (uint32_t i = 0; i < 6; ++i) napi_set_element(arguments.env, result, i, fromNumber(arguments.env, flags[i]));
  return result;
}

}  // namespace sulam
