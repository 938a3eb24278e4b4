// The exact search as JavaScript calls it. Sizes are checked here, so that no call reads or writes beyond an array.
#include "addon.h"
#include "int16Products.h"
#include "nearest.h"

namespace sulam {

template <typename T>
static T* array(const Arguments& arguments, size_t i, at::ScalarType dtype, int64_t length) {
  const TypedArray given = typedArray(arguments, i);
  if (given.dtype != dtype || given.length != length)
    throw std::invalid_argument("argument " + std::to_string(i) + " must hold " + std::to_string(length) + " values of " + nameOf(dtype));
  return static_cast<T*>(given.data);
}

static NearestRows rowsAt(const Arguments& arguments, size_t i, int64_t d) {
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

// nearestRows(queries, their norms, corpus, its norms, indices, scores, [d, from, rows, k, columns, product type])
napi_value nearestRows(Addon&, Arguments& arguments) {
  const auto numbers = arguments.integers(6);
  if (numbers.size() != 6) throw std::invalid_argument("expected six numbers");
  NearestJob job{};
  job.d = numbers[0], job.from = numbers[1], job.rows = numbers[2], job.k = numbers[3], job.columns = numbers[4];
  if (numbers[5] < 0 || numbers[5] > 2) throw std::invalid_argument("the product type is unknown");
  job.type = static_cast<ProductType>(numbers[5]);
  if (job.d < 1 || job.columns < 1) throw std::invalid_argument("d and columns must be at least 1");
  job.queries = rowsAt(arguments, 0, job.d);
  job.corpus = rowsAt(arguments, 2, job.d);
  const bool fits = job.from >= 0 && job.rows >= 0 && job.from <= job.queries.n - job.rows && job.k >= 1 &&
                    job.k <= job.corpus.n && job.corpus.n <= INT32_MAX;
  if (!fits) throw std::invalid_argument("the rows or k lie outside of the queries or the corpus");
  job.indices = array<int32_t>(arguments, 4, at::kInt, job.queries.n * job.k);
  job.scores = array<float>(arguments, 5, at::kFloat, job.queries.n * job.k);
  nearest(job);
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
