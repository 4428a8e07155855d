// SPDX-License-Identifier: Apache-2.0
// The two words that every room uses for memory: `bytes` looks at some, `buffer` owns some.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

namespace kwire::inline v0 {
using bytes = std::span<const std::byte>;

inline bytes as_bytes(std::string_view text) noexcept { return std::as_bytes(std::span(text)); }
inline std::string_view as_text(bytes b) noexcept { return {reinterpret_cast<const char*>(b.data()), b.size()}; }

/// Memory that is handed around whole: never cleared, its capacity only grows. `size` says how much of it is in use.
class buffer {
  public:
    buffer() = default;
    explicit buffer(std::size_t size) { resize(size); }
    buffer(buffer&& other) noexcept
        : memory_(std::exchange(other.memory_, nullptr)), size_(std::exchange(other.size_, 0)), capacity_(std::exchange(other.capacity_, 0)) {}
    buffer& operator=(buffer&& other) noexcept {
        buffer old(std::move(other));
        std::swap(memory_, old.memory_);
        std::swap(size_, old.size_);
        std::swap(capacity_, old.capacity_);
        return *this;
    }
    ~buffer() { delete[] memory_; }

    /// Makes room for `capacity` bytes and keeps the first size() of them.
    void reserve(std::size_t capacity) {
        if (capacity <= capacity_) return;
        auto* const larger = new std::byte[capacity];
        if (size_ > 0) std::memcpy(larger, memory_, size_);
        delete[] std::exchange(memory_, larger);
        capacity_ = capacity;
    }
    void resize(std::size_t size) {
        reserve(size);
        size_ = size;
    }
    std::byte* data() noexcept { return memory_; }
    const std::byte* data() const noexcept { return memory_; }
    std::size_t size() const noexcept { return size_; }
    std::size_t capacity() const noexcept { return capacity_; }
    operator bytes() const noexcept { return {memory_, size_}; }
    std::span<std::byte> writable() noexcept { return {memory_, size_}; }

  private:
    std::byte* memory_ = nullptr;  // no unique_ptr: <memory> would double what this header, which all include, takes to compile
    std::size_t size_ = 0, capacity_ = 0;
};
}  // namespace kwire
