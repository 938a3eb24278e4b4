// What every part of the addon shares: its state in one JavaScript environment, and the arguments of a call.
#pragma once

#define NAPI_VERSION 8
#include <node_api.h>

#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>

#include <string>
#include <vector>

#include "tensors.h"

namespace sulam {

struct Operation;

// One JavaScript environment (the main thread, or a worker) has its own tensors and its own operations.
struct Addon {
  Tensors tensors;
  std::vector<Operation*> operations;
};

// The arguments of one call from JavaScript. A getter throws std::invalid_argument when the value is of another type;
// `guarded` turns that into a JavaScript error.
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env(env) { napi_get_cb_info(env, info, &count, values, nullptr, nullptr); }

  napi_value operator[](size_t i) const { return i < count ? values[i] : nullptr; }
  double number(size_t i) const;
  int64_t integer(size_t i) const;
  bool boolean(size_t i) const;
  std::string text(size_t i) const;
  std::vector<int64_t> integers(size_t i) const;

  static constexpr size_t kMost = 20;
  napi_env env;
  size_t count = kMost;

 private:
  napi_value values[kMost];
};

// A typed array's values: valid while the call that got it lasts.
struct TypedArray {
  void* data;
  int64_t length;
  at::ScalarType dtype;
};

TypedArray typedArray(const Arguments& arguments, size_t i);

double toNumber(napi_env env, napi_value value);
int64_t toInteger(napi_env env, napi_value value);
std::string toText(napi_env env, napi_value value);
std::vector<int64_t> toIntegers(napi_env env, napi_value value);

napi_value fromNumber(napi_env env, double value);
napi_value fromText(napi_env env, const std::string& value);
const char* nameOf(at::ScalarType dtype);
napi_value fromTensor(napi_env env, Addon& addon, at::Tensor tensor);

// Functions of the addon that other files define.
napi_value resolve(Addon&, Arguments&);
napi_value call(Addon&, Arguments&);
napi_value gradient(Addon&, Arguments&);
napi_value setGradMode(Addon&, Arguments&);
napi_value setRequiresGrad(Addon&, Arguments&);
napi_value detach(Addon&, Arguments&);
napi_value setAutocast(Addon&, Arguments&);
napi_value clearAutocastCache(Addon&, Arguments&);
napi_value fromData(Addon&, Arguments&);
napi_value read(Addon&, Arguments&);
napi_value mapFile(Addon&, Arguments&);
napi_value norms(Addon&, Arguments&);
napi_value nearestRows(Addon&, Arguments&);
napi_value siftPairs(Addon&, Arguments&);
napi_value distances(Addon&, Arguments&);
napi_value productTypes(Addon&, Arguments&);

void destroyOperations(Addon&);
void tuneAllocator();

}  // namespace sulam
