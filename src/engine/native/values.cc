// JavaScript values to C++ and back. Whatever does not fit is refused here, before ATen sees it.
#include <cmath>

#include "addon.h"

namespace sulam {

double toNumber(napi_env env, napi_value value) {
  double number;
  if (value == nullptr || napi_get_value_double(env, value, &number) != napi_ok)
    throw std::invalid_argument("expected a number");
  return number;
}

int64_t toInteger(napi_env env, napi_value value) {
  const double number = toNumber(env, value);
  if (!(std::abs(number) <= 9007199254740991.0) || number != std::floor(number))
    throw std::invalid_argument("expected an integer, got " + std::to_string(number));
  return static_cast<int64_t>(number);
}

std::string toText(napi_env env, napi_value value) {
  size_t length;
  if (value == nullptr || napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok)
    throw std::invalid_argument("expected a string");
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, text.data(), length + 1, &length);
  return text;
}

std::vector<int64_t> toIntegers(napi_env env, napi_value value) {
  uint32_t length;
  if (value == nullptr || napi_get_array_length(env, value, &length) != napi_ok)
    throw std::invalid_argument("expected an array of integers");
  std::vector<int64_t> integers(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    napi_get_element(env, value, i, &element);
    integers[i] = toInteger(env, element);
  }
  return integers;
}

double Arguments::number(size_t i) const { return toNumber(env, (*this)[i]); }
int64_t Arguments::integer(size_t i) const { return toInteger(env, (*this)[i]); }
std::string Arguments::text(size_t i) const { return toText(env, (*this)[i]); }
std::vector<int64_t> Arguments::integers(size_t i) const { return toIntegers(env, (*this)[i]); }

bool Arguments::boolean(size_t i) const {
  bool value;
  if ((*this)[i] == nullptr || napi_get_value_bool(env, (*this)[i], &value) != napi_ok)
    throw std::invalid_argument("expected a boolean");
  return value;
}

napi_value fromNumber(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

napi_value fromText(napi_env env, const std::string& value) {
  napi_value result;
  napi_create_string_utf8(env, value.data(), value.size(), &result);
  return result;
}

const char* nameOf(at::ScalarType dtype) {
  switch (dtype) {
    case at::kFloat: return "float32";
    case at::kBFloat16: return "bfloat16";
    case at::kLong: return "int64";
    case at::kInt: return "int32";
    case at::kBool: return "bool";
    default: return c10::toString(dtype);
  }
}

napi_value fromTensor(napi_env env, Addon& addon, at::Tensor tensor) {
  napi_value result;
  if (tensor.defined())
    napi_create_uint32(env, addon.tensors.add(std::move(tensor)), &result);
  else
    napi_get_null(env, &result);
  return result;
}

}  // namespace sulam
