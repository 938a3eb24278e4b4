// Attention inside each text of a packed batch, all texts in one kernel: on a GPU a kernel for each length of text
// would spend its time on launches. Flash attention (Dao 2023, arXiv:2307.08691) for bfloat16, memory-efficient
// attention (Rabe & Staats 2021, arXiv:2112.05682) for float32, both as torch brings them, with their gradients.
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_efficient_attention_forward.h>
#include <ATen/ops/_flash_attention_forward.h>
#include <dlfcn.h>
#include <torch/library.h>

#include <optional>

namespace sulam {

// Whether the GPU is of NVIDIA's Ampere generation or newer. torch brings CUDA's runtime along, but headers for it only a
// CUDA toolkit has, so the function is looked up by name; 75 is cudaDevAttrComputeCapabilityMajor.
static bool isAmpere() {
  using Get = int (*)(int*, int, int);
  const auto get = reinterpret_cast<Get>(::dlsym(RTLD_DEFAULT, "cudaDeviceGetAttribute"));
  int major = 0;
  return get != nullptr && get(&major, 75, 0) == 0 && major >= 8;
}

// What flash attention takes, see `check_head_dim_size_flash` of torch.
static bool isFlash(const at::Tensor& q) {
  static const bool ampere = isAmpere();
  return ampere && q.scalar_type() == at::kBFloat16 && q.size(2) % 8 == 0 && q.size(2) <= 256;
}

// What memory-efficient attention takes: its float32 kernels read 16 bytes at once.
static bool isEfficient(const at::Tensor& q, int64_t window) {
  return q.scalar_type() == at::kFloat && q.size(2) % 4 == 0 && window == 0;
}

static at::Tensor flash(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& bounds,
                        int64_t longest, bool causal, int64_t window) {
  std::optional<int64_t> left, right;
  if (window > 0) {
    left = causal ? window - 1 : window;
    right = causal ? 0 : window;
  }
  const std::optional<double> scale;
  return std::get<0>(at::_flash_attention_forward(q, k, v, bounds, bounds, longest, longest, 0.0, causal, false, scale, left, right));
}

// [S, Hkv, d] -> [1, S, Hq, d]: each key head once for every query head that shares it.
static at::Tensor perQueryHead(const at::Tensor& x, int64_t heads) {
  const int64_t share = heads / x.size(1);
  if (share == 1) return x.unsqueeze(0);
  return x.unsqueeze(2).expand({x.size(0), x.size(1), share, x.size(2)}).reshape({1, x.size(0), heads, x.size(2)});
}

static at::Tensor efficient(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& bounds,
                            int64_t longest, bool causal) {
  const int64_t heads = q.size(1);
  const bool learns = at::GradMode::is_enabled() && (q.requires_grad() || k.requires_grad() || v.requires_grad());
  const auto results = at::_efficient_attention_forward(q.unsqueeze(0), perQueryHead(k, heads), perQueryHead(v, heads), std::nullopt,
                                                        bounds, bounds, longest, longest, 0.0, causal ? 1 : 0, learns);
  return std::get<0>(results).squeeze(0);
}

// q [S, Hq, d], k and v [S, Hkv, d], bounds int32 [B + 1]; a window of 0 is none. Nothing where no kernel takes it.
static std::optional<at::Tensor> attentionByText(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                                                 const at::Tensor& bounds, int64_t longest, bool causal, int64_t window) {
  TORCH_CHECK(q.dim() == 3 && k.dim() == 3 && k.sizes() == v.sizes() && q.size(0) == k.size(0) && q.size(2) == k.size(2),
              "q must be [S, Hq, d], k and v [S, Hkv, d]");
  TORCH_CHECK(k.size(1) > 0 && q.size(1) % k.size(1) == 0, "the query heads must be a multiple of the key heads");
  if (isFlash(q)) return flash(q, k, v, bounds, longest, causal, window);
  if (isEfficient(q, window)) return efficient(q, k, v, bounds, longest, causal);
  return std::nullopt;
}

TORCH_LIBRARY_FRAGMENT(sulam, library) {
  library.def(
      "attention_by_text(Tensor q, Tensor k, Tensor v, Tensor bounds, int longest, bool causal, int window) -> Tensor?",
      attentionByText);
}

}  // namespace sulam
