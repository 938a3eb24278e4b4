// Reverse-mode gradients, and the modes that decide what an operation records and in which precision it runs.
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "addon.h"

namespace sulam {

static std::vector<at::Tensor> tensorsOf(Addon& addon, Arguments& arguments, size_t i) {
  std::vector<at::Tensor> tensors;
  for (const int64_t id : arguments.integers(i)) tensors.push_back(addon.tensors.at(static_cast<double>(id)));
  return tensors;
}

// gradient(result, inputs) -> one number for each input, null where the result does not depend on it
napi_value gradient(Addon& addon, Arguments& arguments) {
  const at::Tensor result = addon.tensors.at(arguments.number(0));
  const auto inputs = tensorsOf(addon, arguments, 1);
  std::vector<at::Tensor> gradients(inputs.size());
  if (result.requires_grad()) gradients = torch::autograd::grad({result}, inputs, {}, std::nullopt, false, true);
  napi_value array;
  napi_create_array_with_length(arguments.env, gradients.size(), &array);
  for (size_t i = 0; i < gradients.size(); ++i)
    napi_set_element(arguments.env, array, static_cast<uint32_t>(i), fromTensor(arguments.env, addon, gradients[i]));
  return array;
}

// setGradMode(on)
napi_value setGradMode(Addon&, Arguments& arguments) {
  at::GradMode::set_enabled(arguments.boolean(0));
  return nullptr;
}

// setRequiresGrad(ids, on)
napi_value setRequiresGrad(Addon& addon, Arguments& arguments) {
  const bool on = arguments.boolean(1);
  for (const at::Tensor& tensor : tensorsOf(addon, arguments, 0)) tensor.set_requires_grad(on);
  return nullptr;
}

// detach(id): cuts a tensor off from the record of its computation
napi_value detach(Addon& addon, Arguments& arguments) {
  addon.tensors.detach(arguments.number(0));
  return nullptr;
}

// setAutocast(device, on): matrix products and attention in bfloat16
napi_value setAutocast(Addon&, Arguments& arguments) {
  const auto device = c10::Device(arguments.text(0)).type();
  at::autocast::set_autocast_dtype(device, at::kBFloat16);
  at::autocast::set_autocast_enabled(device, arguments.boolean(1));
  return nullptr;
}

// clearAutocastCache(): drops the bfloat16 copies of the weights
napi_value clearAutocastCache(Addon&, Arguments&) {
  at::autocast::clear_cache();
  return nullptr;
}

}  // namespace sulam
