// SPDX-License-Identifier: Apache-2.0
// A record and its headers, as they are given to a batch and read out of one.
//
// Everything is a view: into the caller's memory when writing, into the batch (or the buffer that it was expanded into)
// when reading.
// Source: KIP-98 (records), KIP-82 (headers).
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/varint.hpp>

#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

namespace kwire::inline v0 {
/// Names need not be unique; a value can be null, a name cannot.
struct record_header {
    std::string_view key;
    std::optional<bytes> value;
};

/// A record to be written.
struct record {
    std::int64_t timestamp = 0;  // ms since 1970
    std::optional<bytes> key;    // not given: null
    std::optional<bytes> value;  // not given: null, a tombstone in a compacted topic
    std::span<const record_header> headers{};
};

/// The headers of a record that was read, decoded as they are looked at. The record was checked before: no errors.
class record_headers {
  public:
    class iterator {
      public:
        using value_type = record_header;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::forward_iterator_tag;
        iterator() = default;
        iterator(const std::byte* at, const std::byte* end, std::int32_t left) noexcept : next_(at), end_(end), left_(left) { take(); }
        const record_header& operator*() const noexcept { return header_; }
        const record_header* operator->() const noexcept { return &header_; }
        iterator& operator++() noexcept {
            --left_;
            take();
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.left_ == b.left_; }
        friend bool operator==(const iterator& a, std::default_sentinel_t) noexcept { return a.left_ <= 0; }

      private:
        void take() noexcept;
        const std::byte* next_ = nullptr;
        const std::byte* end_ = nullptr;
        std::int32_t left_ = 0;
        record_header header_;
    };

    record_headers() = default;
    /// `count` headers in wire format between `at` and `end`, known to be whole.
    record_headers(const std::byte* at, const std::byte* end, std::int32_t count) noexcept : at_(at), end_(end), count_(count) {}
    iterator begin() const noexcept { return {at_, end_, count_}; }
    std::default_sentinel_t end() const noexcept { return {}; }
    std::size_t size() const noexcept { return static_cast<std::size_t>(count_); }
    bool empty() const noexcept { return count_ == 0; }
    /// The last header of that name, which is the one that counts where names repeat.
    std::optional<record_header> last(std::string_view key) const noexcept;

  private:
    const std::byte* at_ = nullptr;
    const std::byte* end_ = nullptr;
    std::int32_t count_ = 0;
};

/// A record as it was read. Views live as long as the bytes of the batch, or those that it was expanded into.
struct record_view {
    std::int64_t offset = 0;
    std::int64_t timestamp = -1;  // ms since 1970; -1: messages of magic 0 have none
    std::optional<bytes> key;
    std::optional<bytes> value;
    record_headers headers;
};
}  // namespace kwire
