// Values between JavaScript's typed arrays, files, and tensors.
#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "addon.h"

namespace sulam {

TypedArray typedArray(const Arguments& arguments, size_t i) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(arguments.env, arguments[i], &type, &length, &data, nullptr, nullptr) != napi_ok)
    throw std::invalid_argument("expected a typed array");
  at::ScalarType dtype;
  switch (type) {
    case napi_float32_array: dtype = at::kFloat; break;
    case napi_float64_array: dtype = at::kDouble; break;
    case napi_int32_array: dtype = at::kInt; break;
    case napi_bigint64_array: dtype = at::kLong; break;
    case napi_uint8_array: dtype = at::kByte; break;
    default: throw std::invalid_argument("expected a Float32Array, Float64Array, Int32Array, BigInt64Array or Uint8Array");
  }
  return {data, static_cast<int64_t>(length), dtype};
}

// fromData(typedArray, shape, dtype, device): a copy as a tensor
napi_value fromData(Addon& addon, Arguments& arguments) {
  const TypedArray array = typedArray(arguments, 0);
  const auto shape = arguments.integers(1);
  int64_t size = 1;
  for (const int64_t n : shape) {
    if (n < 0 || __builtin_mul_overflow(size, n, &size)) throw std::invalid_argument("a size is out of range");
  }
  if (size != array.length) throw std::invalid_argument("the shape does not hold as many values as the data");
  const auto dtype = static_cast<at::ScalarType>(arguments.integer(2));
  const auto device = c10::Device(arguments.text(3));
  const at::Tensor view = at::from_blob(array.data, shape, at::TensorOptions().dtype(array.dtype));
  return fromTensor(arguments.env, addon, view.to(device, dtype, false, true));
}

// read(id, typedArray): copies a tensor's values, cast to the array's type, row-major
napi_value read(Addon& addon, Arguments& arguments) {
  const at::Tensor tensor = addon.tensors.at(arguments.number(0)).detach();
  const TypedArray array = typedArray(arguments, 1);
  if (tensor.numel() != array.length) throw std::invalid_argument("the array does not hold as many values as the tensor");
  if (array.length > 0) at::from_blob(array.data, tensor.sizes(), at::TensorOptions().dtype(array.dtype)).copy_(tensor);
  return nullptr;
}

// mapFile(path, size): the bytes of a file as a uint8 tensor, read from disk when they are touched. The mapping is
// private: writing to the tensor changes memory, never the file. `size` is what the caller has checked the file for.
napi_value mapFile(Addon& addon, Arguments& arguments) {
  const std::string path = arguments.text(0);
  const int64_t size = arguments.integer(1);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw std::runtime_error("cannot open the file: " + std::string(std::strerror(errno)));
  struct stat status;
  // Touching a page behind the end of the file would kill the process, so the size is checked on the open file.
  const bool fits = ::fstat(file, &status) == 0 && status.st_size == size && size > 0;
  void* data = fits ? ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0) : MAP_FAILED;
  const int error = errno;
  ::close(file);
  if (!fits) throw std::runtime_error("the file is not " + std::to_string(size) + " bytes long any more");
  if (data == MAP_FAILED) throw std::runtime_error("cannot map the file: " + std::string(std::strerror(error)));
  const auto unmap = [size](void* mapped) { ::munmap(mapped, size); };
  return fromTensor(arguments.env, addon, at::from_blob(data, {size}, unmap, at::TensorOptions().dtype(at::kByte)));
}

}  // namespace sulam
