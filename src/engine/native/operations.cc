// Any ATen operation by its schema name, through the boxed dispatcher: the schema says how each argument is read.
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <sstream>

#include "addon.h"

namespace sulam {

enum class Kind { tensor, tensors, integer, real, boolean, scalar, integers, text, device, unsupported };

struct Parameter {
  std::string name;
  Kind kind;
  bool optional;
  std::optional<c10::IValue> fallback;
};

struct Operation {
  c10::OperatorHandle handle;
  std::vector<Parameter> parameters;
};

static Kind kindOf(const c10::TypePtr& type) {
  switch (type->kind()) {
    case c10::TypeKind::TensorType: return Kind::tensor;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
    case c10::TypeKind::ScalarTypeType: return Kind::integer;
    case c10::TypeKind::FloatType: return Kind::real;
    case c10::TypeKind::BoolType: return Kind::boolean;
    case c10::TypeKind::NumberType: return Kind::scalar;
    case c10::TypeKind::StringType: return Kind::text;
    case c10::TypeKind::DeviceObjType: return Kind::device;
    case c10::TypeKind::ListType: {
      const Kind element = kindOf(type->castRaw<c10::ListType>()->getElementType());
      if (element == Kind::tensor) return Kind::tensors;
      if (element == Kind::integer) return Kind::integers;
      return Kind::unsupported;
    }
    default: return Kind::unsupported;
  }
}

// resolve(schemaName): "aten::add.Tensor" -> the number that `call` takes.
napi_value resolve(Addon& addon, Arguments& arguments) {
  const std::string name = arguments.text(0);
  const size_t dot = name.find('.');
  const std::string overload = dot == std::string::npos ? "" : name.substr(dot + 1);
  const auto handle = c10::Dispatcher::singleton().findSchema({name.substr(0, dot), overload});
  if (!handle) throw std::invalid_argument("this torch has no operation " + name);
  auto operation = std::make_unique<Operation>(Operation{*handle, {}});
  for (const c10::Argument& argument : handle->schema().arguments()) {
    const auto* optional = argument.type()->castRaw<c10::OptionalType>();
    operation->parameters.push_back({argument.name(), kindOf(optional ? optional->getElementType() : argument.type()),
                                     optional != nullptr, argument.default_value()});
  }
  addon.operations.push_back(operation.release());
  return fromNumber(arguments.env, static_cast<double>(addon.operations.size() - 1));
}

void destroyOperations(Addon& addon) {
  for (Operation* operation : addon.operations) delete operation;
  addon.operations.clear();
}

// A whole number becomes an integer scalar, so that `add(int64 tensor, 2)` stays int64; -0 keeps its sign as a float.
static c10::IValue toScalar(double number) {
  const bool whole = std::abs(number) <= 9007199254740991.0 && number == std::floor(number);
  if (whole && !(number == 0 && std::signbit(number))) return static_cast<int64_t>(number);
  return number;
}

static c10::IValue toTensors(Addon& addon, napi_env env, napi_value value) {
  uint32_t length;
  if (napi_get_array_length(env, value, &length) != napi_ok)
    throw std::invalid_argument("expected an array of tensors");
  c10::List<at::Tensor> tensors;
  tensors.reserve(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    napi_get_element(env, value, i, &element);
    tensors.push_back(addon.tensors.at(toNumber(env, element)));
  }
  return tensors;
}

static c10::IValue toIValue(Addon& addon, napi_env env, napi_value value, Kind kind) {
  switch (kind) {
    case Kind::tensor: return addon.tensors.at(toNumber(env, value));
    case Kind::tensors: return toTensors(addon, env, value);
    case Kind::integer: return toInteger(env, value);
    case Kind::real: return toNumber(env, value);
    case Kind::scalar: return toScalar(toNumber(env, value));
    case Kind::integers: return c10::List<int64_t>(c10::ArrayRef<int64_t>(toIntegers(env, value)));
    case Kind::text: return toText(env, value);
    case Kind::device: return c10::Device(toText(env, value));
    case Kind::boolean: {
      bool flag;
      if (napi_get_value_bool(env, value, &flag) != napi_ok) throw std::invalid_argument("expected a boolean");
      return flag;
    }
    case Kind::unsupported: break;
  }
  throw std::invalid_argument("an argument of this type cannot be given");
}

static c10::IValue read(Addon& addon, napi_env env, napi_value value, const Parameter& parameter) {
  napi_valuetype type = napi_undefined;
  if (value != nullptr) napi_typeof(env, value, &type);
  if (type == napi_undefined && parameter.fallback) return *parameter.fallback;
  if (type == napi_undefined || type == napi_null) {
    if (parameter.optional) return c10::IValue();
    throw std::invalid_argument("argument `" + parameter.name + "` is missing");
  }
  return toIValue(addon, env, value, parameter.kind);
}

static napi_value toJavaScript(Addon& addon, napi_env env, c10::IValue& value) {
  napi_value result;
  if (value.isTensor()) return fromTensor(env, addon, std::move(value).toTensor());
  if (value.isTensorList()) {
    const auto tensors = value.toTensorVector();
    napi_create_array_with_length(env, tensors.size(), &result);
    for (size_t i = 0; i < tensors.size(); ++i)
      napi_set_element(env, result, static_cast<uint32_t>(i), fromTensor(env, addon, tensors[i]));
    return result;
  }
  if (value.isDouble()) return fromNumber(env, value.toDouble());
  if (value.isInt()) return fromNumber(env, static_cast<double>(value.toInt()));
  if (value.isBool()) {
    napi_get_boolean(env, value.toBool(), &result);
    return result;
  }
  napi_get_undefined(env, &result);
  return result;
}

// "float32 [2, 3], int64 [5]": what the tensors among the arguments are, for the error message.
static std::string describe(Addon& addon, const Arguments& arguments, const Operation& operation) {
  std::ostringstream text;
  const auto append = [&](napi_value value) {
    double id;
    if (value == nullptr || napi_get_value_double(arguments.env, value, &id) != napi_ok || id < 0) return;
    const at::Tensor& tensor = addon.tensors.at(id);
    text << (text.tellp() > 0 ? ", " : "") << nameOf(tensor.scalar_type()) << ' ' << tensor.sizes();
  };
  for (size_t i = 0; i < operation.parameters.size(); ++i) {
    const napi_value value = arguments[i + 2];
    uint32_t length = 0;
    if (operation.parameters[i].kind == Kind::tensor) append(value);
    if (operation.parameters[i].kind != Kind::tensors || value == nullptr) continue;
    if (napi_get_array_length(arguments.env, value, &length) != napi_ok) continue;
    for (uint32_t j = 0; j < std::min(length, 8u); ++j) {
      napi_value element;
      napi_get_element(arguments.env, value, j, &element);
      append(element);
    }
  }
  return text.str();
}

static void run(Addon& addon, const Arguments& arguments, const Operation& operation, torch::jit::Stack& stack) {
  std::string problem;
  try {
    stack.reserve(operation.parameters.size());
    for (size_t i = 0; i < operation.parameters.size(); ++i)
      stack.push_back(read(addon, arguments.env, arguments[i + 2], operation.parameters[i]));
    operation.handle.callBoxed(stack);
    return;
  } catch (const c10::Error& error) {
    problem = error.what_without_backtrace();
  } catch (const std::exception& error) {
    problem = error.what();
  }
  const std::string got = describe(addon, arguments, operation);
  throw std::runtime_error(got.empty() ? problem : problem + "\ngot " + got);
}

// call(operation, wantsResult, ...arguments) -> the number of the result's tensor, an array where there are several
// results, undefined where there is none or `wantsResult` is false (operations in place return their own argument).
napi_value call(Addon& addon, Arguments& arguments) {
  const napi_env env = arguments.env;
  const double number = arguments.number(0);
  if (!(number >= 0 && number < static_cast<double>(addon.operations.size())))
    throw std::invalid_argument("no such operation");
  torch::jit::Stack stack;
  run(addon, arguments, *addon.operations[static_cast<size_t>(number)], stack);
  if (stack.empty() || !arguments.boolean(1)) return nullptr;
  if (stack.size() == 1) return toJavaScript(addon, env, stack[0]);
  napi_value results;
  napi_create_array_with_length(env, stack.size(), &results);
  for (size_t i = 0; i < stack.size(); ++i)
    napi_set_element(env, results, static_cast<uint32_t>(i), toJavaScript(addon, env, stack[i]));
  return results;
}

}  // namespace sulam
