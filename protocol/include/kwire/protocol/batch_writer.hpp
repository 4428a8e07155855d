// SPDX-License-Identifier: Apache-2.0
// A record batch (magic 2) as it is written: each record is laid down in its final form behind room for the header.
//
//     batch_writer batch(256 * 1024);
//     while (batch.append(next)) …
//     batch.compress(coder);                                  // once, or not at all
//     batch.seal({.producer_id = 4000, .producer_epoch = 0, .base_sequence = 17});
//     send(batch.wire());
//
// Sealing fills in the header and may be repeated with another producer id, epoch or sequence: records stay as they are,
// and sealing again with the same values gives the same bytes. Not thread-safe.
// Source: KIP-98; DefaultRecordBatch and DefaultRecord of Apache Kafka.
#pragma once

#include <kwire/protocol/batch_layout.hpp>
#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/compression.hpp>
#include <kwire/protocol/record.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace kwire::inline v0 {
/// What the header says of who wrote a batch.
struct batch_identity {
    std::int64_t producer_id = -1;  // -1: not idempotent
    std::int16_t producer_epoch = -1;
    std::int32_t base_sequence = -1;  // of the first record
    bool transactional = false;
    bool control = false;                      // markers of a transaction, which brokers write
    std::int64_t base_offset = 0;              // brokers assign it; producers send 0
    std::int32_t partition_leader_epoch = -1;  // the same; producers send -1
};

class batch_writer {
  public:
    batch_writer() = default;
    /// An empty batch that will take `capacity` bytes in all, header included.
    explicit batch_writer(std::size_t capacity) { start(capacity); }

    /// Begins a new batch in the same memory, larger if need be.
    void start(std::size_t capacity);
    /// Lets it take `capacity` bytes from now on; what was appended stays. Less than it could take before changes nothing.
    void grow(std::size_t capacity);
    /// Appends a record; false if it does not fit any more (or the batch has been compressed).
    bool append(const record& r) { return append(r, r.timestamp); }
    /// How many bytes this record would add if it came next.
    std::size_t size_of(const record& r) const noexcept { return size_of(r, r.timestamp); }
    /// The same for whatever has a record's key, value and headers: it need not be copied into a record first.
    template <class Fields> bool append(const Fields& r, std::int64_t timestamp);
    template <class Fields> std::size_t size_of(const Fields& r, std::int64_t timestamp) const noexcept { return measured(r, timestamp).size; }

    std::int32_t count() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    /// Bytes of the whole batch as it is now: exactly what goes over the wire.
    std::size_t size() const noexcept { return buffer_.size(); }
    std::size_t capacity() const noexcept { return buffer_.capacity(); }
    std::int64_t base_timestamp() const noexcept { return base_timestamp_; }
    std::int64_t max_timestamp() const noexcept { return max_timestamp_; }
    codec compression() const noexcept { return codec_; }

    /// Compresses the records if that makes them smaller; else they stay as they are, with codec none. Its spare memory
    /// becomes the batch's and the other way round, so keep one `spare` for many batches. Appending ends here; a second
    /// call does nothing.
    result<void> compress(compressor& with, buffer& spare);
    /// Fills in the header and its checksum.
    void seal(const batch_identity& who = {});
    /// The batch in wire format, once it is sealed.
    bytes wire() const noexcept { return buffer_; }

    /// Gives the memory away, or takes some for the next start(): what lies in a socket's hands must not be reused.
    buffer release() noexcept;
    void adopt(buffer memory) noexcept { buffer_ = std::move(memory); }

  private:
    struct measure {
        std::int64_t since_first;
        std::size_t body;  // what the record's own length counts
        std::size_t size;  // with that length
    };
    template <class Fields> measure measured(const Fields& r, std::int64_t timestamp) const noexcept;
    static std::size_t size_of_headers(std::span<const record_header> headers) noexcept;
    static std::byte* put_headers(std::byte* p, std::span<const record_header> headers) noexcept;
    static std::byte* put_bytes(std::byte* p, const std::optional<bytes>& b) noexcept;

    buffer buffer_;
    std::size_t limit_ = 0;
    std::int32_t count_ = 0;
    codec codec_ = codec::none;
    bool compressed_ = false;
    std::int64_t base_timestamp_ = -1, max_timestamp_ = -1;
};

/// Writes what a broker decides into a sealed batch: neither is covered by the checksum.
void assign_offset(std::span<std::byte> batch, std::int64_t base_offset, std::int32_t partition_leader_epoch) noexcept;
/// Makes `ms` the timestamp of all its records (message.timestamp.type=LogAppendTime) and renews the checksum.
void stamp_append_time(std::span<std::byte> batch, std::int64_t ms) noexcept;

template <class Fields> inline batch_writer::measure batch_writer::measured(const Fields& r, std::int64_t timestamp) const noexcept {
    // In unsigned numbers: timestamps may lie more than 2^63 apart, and the reader adds the same way.
    const auto since_first =
        count_ == 0 ? 0 : static_cast<std::int64_t>(static_cast<std::uint64_t>(timestamp) - static_cast<std::uint64_t>(base_timestamp_));
    std::size_t body = 1 + varint_size(since_first) + varint_size(count_);
    body += r.key ? varint_size(static_cast<std::int32_t>(r.key->size())) + r.key->size() : 1;
    body += r.value ? varint_size(static_cast<std::int32_t>(r.value->size())) + r.value->size() : 1;
    body += r.headers.empty() ? 1 : size_of_headers(r.headers);
    return {since_first, body, varint_size(static_cast<std::int32_t>(body)) + body};
}

inline std::byte* batch_writer::put_bytes(std::byte* p, const std::optional<bytes>& b) noexcept {
    if (!b) return put_varint(p, std::int32_t{-1});
    p = put_varint(p, static_cast<std::int32_t>(b->size()));
    if (!b->empty()) std::memcpy(p, b->data(), b->size());
    return p + b->size();
}

template <class Fields> inline bool batch_writer::append(const Fields& r, std::int64_t timestamp) {
    const measure m = measured(r, timestamp);
    if (m.size > limit_ - buffer_.size()) [[unlikely]]
        return false;
    if (count_ == 0) base_timestamp_ = max_timestamp_ = timestamp;
    max_timestamp_ = std::max(max_timestamp_, timestamp);
    std::byte* p = put_varint(buffer_.data() + buffer_.size(), static_cast<std::int32_t>(m.body));
    *p++ = std::byte{0};  // attributes: none are defined
    p = put_varint(p, m.since_first);
    p = put_varint(p, count_++);
    p = put_bytes(put_bytes(p, r.key), r.value);
    if (r.headers.empty()) *p++ = std::byte{0};
    else p = put_headers(p, r.headers);
    buffer_.resize(static_cast<std::size_t>(p - buffer_.data()));
    return true;
}
}  // namespace kwire
