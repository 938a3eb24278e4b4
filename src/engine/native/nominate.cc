// See nominate.h.
#include "nominate.h"

#include <ATen/ops/full.h>

#include "vectorized.h"

namespace sulam {

SULAM_VECTORIZED bool anyReaches(const float* product, const float* factors, float least) {
  int reached = 0;
  for (int i = 0; i < 64; ++i) reached |= product[i] * factors[i] >= least;
  return reached != 0;
}

SULAM_VECTORIZED void widen(const at::BFloat16* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]);
}

bool sumsBFloat16Wide() {
  // 256 and 4,095 times 2^-9, next to 264: in bfloat16 the sum stops at 256, also where it is kept so between blocks
  const auto options = at::TensorOptions().dtype(at::kBFloat16);
  at::Tensor parts = at::full({64, 4096}, std::ldexp(1.0, -9), options);
  parts.select(1, 0).fill_(256);
  return at::mm(parts, at::full({4096, 64}, 1, options)).eq(264).all().item<bool>();
}

}  // namespace sulam
