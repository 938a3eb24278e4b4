// The addon's functions, as JavaScript sees them, and what this machine offers.
#include "addon.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>
#include <dlfcn.h>
#include <torch/version.h>

#include <exception>

namespace sulam {

// info() -> what `engineInfo` tells. Not before CUDA was looked for: torch remembers its first answer to whether it is
// there.
static napi_value info(Addon&, Arguments& arguments) {
  const napi_env env = arguments.env;
  napi_value result;
  napi_create_object(env, &result);
  const auto set = [&](const char* name, napi_value value) { napi_set_named_property(env, result, name, value); };
  set("cpuCapability", fromText(env, at::get_cpu_capability()));
  set("threads", fromNumber(env, at::get_num_threads()));
  set("config", fromText(env, at::show_config()));
  return result;
}

// cudaDevices() -> how many; as for `info`, not before its library was loaded
static napi_value cudaDevices(Addon&, Arguments& arguments) {
  return fromNumber(arguments.env, at::hasCUDA() ? static_cast<double>(at::getNumGPUs()) : 0);
}

// torchVersion() -> e.g. "2.13.0+cpu"
static napi_value torchVersion(Addon&, Arguments& arguments) { return fromText(arguments.env, TORCH_VERSION); }

// setDeterministic(): torch takes kernels that give the same bits each time. Not as a mere wish: for that, attention's
// gradient would keep the quicker kernels. What has no such kernel (nothing in `Engine`) is refused.
static napi_value setDeterministic(Addon&, Arguments&) {
  at::globalContext().setDeterministicAlgorithms(true, false);
  at::globalContext().setDeterministicFillUninitializedMemory(false);
  return nullptr;
}

// memory() -> [handles, bytes]
static napi_value memory(Addon& addon, Arguments& arguments) {
  napi_value result;
  napi_create_array_with_length(arguments.env, 2, &result);
  napi_set_element(arguments.env, result, 0, fromNumber(arguments.env, static_cast<double>(addon.tensors.count())));
  napi_set_element(arguments.env, result, 1, fromNumber(arguments.env, static_cast<double>(addon.tensors.bytes())));
  return result;
}

// V8 collects garbage sooner when it knows of native memory that hangs on it.
static void report(napi_env env, int64_t change) {
  int64_t total;
  if (change != 0) napi_adjust_external_memory(env, change, &total);
}

// free(id)
static napi_value release(Addon& addon, Arguments& arguments) {
  report(arguments.env, addon.tensors.free(arguments.number(0)));
  return nullptr;
}

// escape(id): no scope will free this tensor, but its finalizer may
static napi_value escape(Addon& addon, Arguments& arguments) {
  report(arguments.env, addon.tensors.escape(arguments.number(0)));
  return nullptr;
}

// shape(id) -> number[]
static napi_value shape(Addon& addon, Arguments& arguments) {
  const auto sizes = addon.tensors.at(arguments.number(0)).sizes();
  napi_value result;
  napi_create_array_with_length(arguments.env, sizes.size(), &result);
  for (size_t i = 0; i < sizes.size(); ++i)
    napi_set_element(arguments.env, result, static_cast<uint32_t>(i), fromNumber(arguments.env, static_cast<double>(sizes[i])));
  return result;
}

// dtype(id) -> the number of ATen's ScalarType
static napi_value dtype(Addon& addon, Arguments& arguments) {
  return fromNumber(arguments.env, static_cast<double>(addon.tensors.at(arguments.number(0)).scalar_type()));
}

// setThreads(n): CPU threads inside one operation
static napi_value setThreads(Addon&, Arguments& arguments) {
  at::set_num_threads(static_cast<int>(arguments.integer(0)));
  return nullptr;
}

// openLibrary(path): loads a library that torch registers itself from, such as libtorch_cuda.so
static napi_value openLibrary(Addon&, Arguments& arguments) {
  if (::dlopen(arguments.text(0).c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) throw std::runtime_error(::dlerror());
  return nullptr;
}

using Function = napi_value (*)(Addon&, Arguments&);

// Nothing that ATen or we throw may cross into V8's frames: every failure becomes a JavaScript error.
template <Function function>
static napi_value guarded(napi_env env, napi_callback_info info) {
  try {
    void* addon = nullptr;
    napi_get_instance_data(env, &addon);
    Arguments arguments(env, info);
    return function(*static_cast<Addon*>(addon), arguments);
  } catch (const c10::Error& error) {
    napi_throw_error(env, nullptr, error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, nullptr, "not enough memory");
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  } catch (...) {
    napi_throw_error(env, nullptr, "unknown failure");
  }
  return nullptr;
}

template <Function function>
static void define(napi_env env, napi_value exports, const char* name) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, guarded<function>, nullptr, &value);
  napi_set_named_property(env, exports, name, value);
}

// The library prints nothing; what is wrong is thrown.
class SilentWarnings : public c10::WarningHandler {
 public:
  void process(const c10::Warning&) override {}
};

static void destroy(napi_env, void* data, void*) {
  Addon* addon = static_cast<Addon*>(data);
  destroyOperations(*addon);
  delete addon;
}

}  // namespace sulam

NAPI_MODULE_INIT() {
  using namespace sulam;
  tuneAllocator();
  static SilentWarnings silent;
  c10::WarningUtils::set_warning_handler(&silent);
  at::GradMode::set_enabled(false);
  napi_set_instance_data(env, new Addon(), destroy, nullptr);
  define<resolve>(env, exports, "resolve");
  define<call>(env, exports, "call");
  define<gradient>(env, exports, "gradient");
  define<setGradMode>(env, exports, "setGradMode");
  define<setRequiresGrad>(env, exports, "setRequiresGrad");
  define<detach>(env, exports, "detach");
  define<setAutocast>(env, exports, "setAutocast");
  define<clearAutocastCache>(env, exports, "clearAutocastCache");
  define<fromData>(env, exports, "fromData");
  define<read>(env, exports, "read");
  define<mapFile>(env, exports, "mapFile");
  define<norms>(env, exports, "norms");
  define<nearestRows>(env, exports, "nearestRows");
  define<siftPairs>(env, exports, "sift");
  define<distances>(env, exports, "distances");
  define<productTypes>(env, exports, "productTypes");
  define<release>(env, exports, "free");
  define<shape>(env, exports, "shape");
  define<dtype>(env, exports, "dtype");
  define<memory>(env, exports, "memory");
  define<escape>(env, exports, "escape");
  define<info>(env, exports, "info");
  define<torchVersion>(env, exports, "torchVersion");
  define<cudaDevices>(env, exports, "cudaDevices");
  define<setDeterministic>(env, exports, "setDeterministic");
  define<setThreads>(env, exports, "setThreads");
  define<openLibrary>(env, exports, "openLibrary");
  return exports;
}
