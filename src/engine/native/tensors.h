// The tensors that JavaScript holds, by number. A number costs JavaScript nothing to hold and the garbage collector
// nothing to trace, where one external object a tensor would cost more than a small operation.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sulam {

class Tensors {
 public:
  // Returns the number under which JavaScript finds `tensor` until `free`.
  uint32_t add(at::Tensor tensor) {
    hold(tensor);
    ++count_;
    if (!unused_.empty()) {
      const uint32_t id = unused_.back();
      unused_.pop_back();
      slots_[id] = {std::move(tensor), false};
      return id;
    }
    slots_.push_back({std::move(tensor), false});
    return static_cast<uint32_t>(slots_.size() - 1);
  }

  // JavaScript gives -1 for a handle that was freed and -2 for what is no handle, so that the error that comes of it
  // is made in one place, and a number that is in use always means its own tensor.
  at::Tensor& at(double id) { return slot(id).tensor; }

  // Frees a number. Returns the change of the escaped bytes, zero or less.
  int64_t free(double id) {
    Slot& freed = slot(id);
    const Slot last = std::move(freed);
    freed = {};
    unused_.push_back(static_cast<uint32_t>(id));
    --count_;
    return release(last);
  }

  // Marks a tensor as one that only the garbage collector may free. Returns the change of the escaped bytes.
  int64_t escape(double id) {
    Slot& escaped = slot(id);
    if (escaped.escaped || !escaped.tensor.has_storage()) return 0;
    escaped.escaped = true;
    Held& held = held_[escaped.tensor.storage().unsafeGetStorageImpl()];
    return held.escaped++ == 0 ? static_cast<int64_t>(held.bytes) : 0;
  }

  // Cuts the tensor under `id` off from the record of its computation.
  void detach(double id) {
    Slot& recorded = slot(id);
    recorded.tensor = recorded.tensor.detach();
  }

  size_t count() const { return count_; }
  size_t bytes() const { return bytes_; }

 private:
  struct Slot {
    at::Tensor tensor;
    bool escaped = false;
  };

  // What JavaScript holds of one storage. Views share a storage: it counts while at least one handle sees it.
  struct Held {
    size_t handles = 0;
    size_t escaped = 0;
    size_t bytes = 0;
  };

  Slot& slot(double id) {
    if (id == -2) throw std::invalid_argument("expected a tensor of this engine");
    if (!(id >= 0 && id < static_cast<double>(slots_.size())) || !slots_[static_cast<uint32_t>(id)].tensor.defined())
      throw std::invalid_argument("the tensor was freed");
    return slots_[static_cast<uint32_t>(id)];
  }

  void hold(const at::Tensor& tensor) {
    if (!tensor.has_storage()) return;
    const at::Storage& storage = tensor.storage();
    Held& held = held_[storage.unsafeGetStorageImpl()];
    if (held.handles++ == 0) bytes_ += held.bytes = storage.nbytes();
  }

  int64_t release(const Slot& slot) {
    if (!slot.tensor.has_storage()) return 0;
    const auto found = held_.find(slot.tensor.storage().unsafeGetStorageImpl());
    Held& held = found->second;
    const bool lastEscaped = slot.escaped && --held.escaped == 0;
    const int64_t change = lastEscaped ? -static_cast<int64_t>(held.bytes) : 0;
    if (--held.handles == 0) {
      bytes_ -= held.bytes;
      held_.erase(found);
    }
    return change;
  }

  std::vector<Slot> slots_;
  std::vector<uint32_t> unused_;
  std::unordered_map<const c10::StorageImpl*, Held> held_;
  size_t count_ = 0;
  size_t bytes_ = 0;
};

}  // namespace sulam
