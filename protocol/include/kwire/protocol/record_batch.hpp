// SPDX-License-Identifier: Apache-2.0
// The content of a `records` field, read where it lies: batches of magic 2, and message sets of magic 0 and 1.
//
//     record_batches batches(partition.records->data);
//     batch_view batch;
//     for (;;) {
//         auto more = batches.next(batch);                    // checks length, magic and checksum
//         if (!more || !*more) break;
//         auto records = batch.records(expander, room);       // expands a compressed batch into `room`, once
//         if (!records) …
//         auto done = records->for_each([](const record_view& r) { … });
//     }
//
// Views point into the field, or into `room` where the batch was compressed. A batch that was cut short at the end is not
// an error: a broker cuts where max.bytes ends; trailing_bytes() counts it. Nothing is allocated but for a compressed
// batch. An error names the batch by its offset, the record by its index and its first byte among the batch's records.
// For magic 0 and 1 a "batch" is one message: with the records within if it is compressed, else with itself as the record.
// Source: KIP-98; KIP-31, KIP-32 (magic 1); DefaultRecordBatch, ByteBufferLogInputStream, AbstractLegacyRecordBatch of
// Apache Kafka for what is refused.
#pragma once

#include <kwire/protocol/batch_layout.hpp>
#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/compression.hpp>
#include <kwire/protocol/error.hpp>
#include <kwire/protocol/record.hpp>
#include <kwire/protocol/varint.hpp>
#include <kwire/protocol/wire.hpp>

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kwire::inline v0 {
enum class timestamp_type : std::uint8_t {
    create_time,      // given by the producer
    log_append_time,  // given by the broker: every record has the batch's max_timestamp
    none,             // magic 0
};

namespace detail {
/// What is wrong with a record, and at which byte.
struct record_fault {
    const char* what = nullptr;
    const std::byte* at = nullptr;
};
/// What all records of a batch share.
struct record_bases {
    std::int64_t offset = 0, timestamp = 0;
    bool same_timestamp = false;  // deltas do not count
};
constexpr std::int64_t plus(std::int64_t a, std::int64_t b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
/// Headers that were found whole, or what is wrong. By value, so that the caller's record can stay in registers.
struct parsed_headers {
    record_headers headers;
    record_fault fault;
};
parsed_headers parse_headers(const std::byte* p, const std::byte* stop) noexcept;
const std::byte* short_varint(const std::byte* p, std::uint32_t& raw) noexcept;
const std::byte* parse_plain_record(const std::byte* p, const std::byte* end, const record_bases& bases, record_view& out) noexcept;
const std::byte* parse_with_care(const std::byte* p, const std::byte* end, const record_bases& bases, record_view& out, record_fault& fault) noexcept;
const std::byte* parse_record(const std::byte* p, const std::byte* end, const record_bases& bases, record_view& out, record_fault& fault) noexcept;
}  // namespace detail

/// The records of one batch, in order. Cheap to copy; reads no byte outside of the batch.
class record_reader {
  public:
    /// No records.
    record_reader() = default;
    /// The next record; false at the end, which status() tells from a fault.
    bool next(record_view& out) noexcept;
    /// All that are left, by a loop that the compiler can unfold `visit` into. The error is that of status().
    template <class Visit> result<void> for_each(Visit&& visit);
    /// Fine, or what was wrong with the record at which next() ended. Records before it were whole.
    result<void> status() const;
    /// Records that next() has not come to, as the batch counts them; before anything was read, all of them.
    std::int32_t left() const noexcept { return left_; }
    /// Leaves out records below `offset`: a batch may begin before the offset that was asked for.
    void start_at(std::int64_t offset) noexcept { from_ = offset; }

    class iterator {
      public:
        using value_type = record_view;
        using difference_type = std::ptrdiff_t;
        explicit iterator(record_reader& reader) : reader_(&reader) { ++*this; }
        const record_view& operator*() const noexcept { return record_; }
        const record_view* operator->() const noexcept { return &record_; }
        iterator& operator++() {
            more_ = reader_->next(record_);
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& i, std::default_sentinel_t) noexcept { return !i.more_; }

      private:
        record_reader* reader_;
        record_view record_;
        bool more_ = false;
    };
    /// For `for (const record_view& r : reader)`; look at status() afterwards.
    iterator begin() { return iterator(*this); }
    std::default_sentinel_t end() const noexcept { return {}; }

  private:
    friend class batch_view;
    record_reader(bytes records, std::int32_t count, std::int64_t batch_offset, int magic, const detail::record_bases& bases) noexcept
        : begin_(records.data()), p_(begin_), end_(begin_ + records.size()), left_(count), count_(count), magic_(magic), bases_(bases),
          batch_offset_(batch_offset) {}
    bool finish() noexcept;
    bool next_message(record_view& out) noexcept;

    const std::byte *begin_ = nullptr, *p_ = nullptr, *end_ = nullptr;
    std::int32_t left_ = 0, count_ = 0;
    int magic_ = 2;
    detail::record_bases bases_;
    std::int64_t from_ = INT64_MIN, batch_offset_ = 0;
    detail::record_fault fault_;
};

/// One batch. Header fields are read when asked for; those that magic 0 and 1 do not have answer with their "none".
class batch_view {
  public:
    batch_view() = default;

    int magic() const noexcept { return field<std::int8_t>(batch_layout::magic); }
    /// The whole batch in wire format.
    bytes wire() const noexcept { return wire_; }
    /// Magic 0 and 1: the offset of the message, which is that of the last one within if it is compressed.
    std::int64_t base_offset() const noexcept { return field<std::int64_t>(batch_layout::base_offset); }
    std::int64_t last_offset() const noexcept { return detail::plus(base_offset(), last_offset_delta()); }
    /// Where to go on after this batch, also when compaction removed its last records. Never below base_offset().
    std::int64_t next_offset() const noexcept;
    std::int32_t last_offset_delta() const noexcept { return modern() ? field<std::int32_t>(batch_layout::last_offset_delta) : 0; }
    std::int32_t partition_leader_epoch() const noexcept { return modern() ? field<std::int32_t>(batch_layout::partition_leader_epoch) : -1; }
    std::uint32_t crc() const noexcept { return field<std::uint32_t>(modern() ? batch_layout::crc : message_layout::crc); }
    /// The lowest three bits of the attributes; 5 to 7 are no codec, and records() refuses them.
    codec compression() const noexcept { return static_cast<codec>(attributes() & batch_attributes::codec); }
    kwire::timestamp_type timestamp_type() const noexcept;
    std::int64_t base_timestamp() const noexcept;
    std::int64_t max_timestamp() const noexcept;
    std::int64_t producer_id() const noexcept { return modern() ? field<std::int64_t>(batch_layout::producer_id) : -1; }
    std::int16_t producer_epoch() const noexcept { return modern() ? field<std::int16_t>(batch_layout::producer_epoch) : std::int16_t{-1}; }
    std::int32_t base_sequence() const noexcept { return modern() ? field<std::int32_t>(batch_layout::base_sequence) : -1; }
    std::int32_t last_sequence() const noexcept { return sequence_after(base_sequence(), last_offset_delta()); }
    bool transactional() const noexcept { return modern() && (attributes() & batch_attributes::transactional) != 0; }
    /// Holds markers of transactions or other things of Kafka's own, which no application sees.
    bool control() const noexcept { return modern() && (attributes() & batch_attributes::control) != 0; }
    /// ms since 1970 from when on tombstones may be removed (KIP-534); it takes the place of the base timestamp.
    std::optional<std::int64_t> delete_horizon_ms() const noexcept;
    /// How many records it says it has; -1: magic 0 and 1 do not say.
    std::int32_t count() const noexcept { return modern() ? field<std::int32_t>(batch_layout::count) : -1; }

    /// Compares the stored checksum with the content.
    result<void> check_crc() const;
    /// Its records; those of a compressed batch are expanded into `room`, which must then live as long as their views.
    result<record_reader> records(decompressor& expander, buffer& room) const;
    /// "batch at offset 42", for errors.
    std::string name() const;

  private:
    friend class record_batches;
    explicit batch_view(bytes wire) noexcept : wire_(wire) {}
    bool modern() const noexcept { return magic() >= 2; }
    std::int16_t attributes() const noexcept;
    template <wire_number Number> Number field(std::size_t at) const noexcept { return load<Number>(wire_.data() + at); }
    error corrupt(std::string_view what) const;
    result<record_reader> messages(decompressor& expander, buffer& room) const;
    result<bytes> value_of_message() const;

    bytes wire_;
};

/// The batches of a `records` field, one after the other.
class record_batches {
  public:
    /// With `check_crcs` false (Kafka's check.crcs) checksums are left alone; faster by little, and never advisable.
    explicit record_batches(bytes records, bool check_crcs = true) noexcept : rest_(records), check_crcs_(check_crcs) {}
    /// The next batch into `out`; false at the end. A batch at fault is never passed: the same error comes again.
    result<bool> next(batch_view& out);
    /// Once next() said false: how many bytes of a batch that was cut short are left.
    std::size_t trailing_bytes() const noexcept { return rest_.size(); }

  private:
    bytes rest_;
    bool check_crcs_;
};

// A varint of at most three bytes, which the caller knows to be there; null for a longer one.
[[gnu::always_inline]] inline const std::byte* detail::short_varint(const std::byte* p, std::uint32_t& raw) noexcept {
    raw = std::to_integer<std::uint32_t>(p[0]);
    if (raw < 0x80) return p + 1;
    raw += (std::to_integer<std::uint32_t>(p[1]) << 7) - 0x80;
    if (raw < 0x4000) return p + 2;
    raw += (std::to_integer<std::uint32_t>(p[2]) << 14) - 0x4000;
    return raw < 0x200000 ? p + 3 : nullptr;
}

// A record as nearly all are: nothing longer than three bytes in front of key and value, which are in the batch for sure.
// Where they end one byte before the record does, each of them lies within. Null: look at it with care.
[[gnu::always_inline]] inline const std::byte* detail::parse_plain_record(const std::byte* p, const std::byte* end, const record_bases& bases,
                                                                          record_view& out) noexcept {
    if (end - p < 16) [[unlikely]]
        return nullptr;
    std::uint32_t length = 0, since_base = 0, delta = 0, key = 0, value = 0;
    if (p = short_varint(p, length); !p || static_cast<std::ptrdiff_t>(length / 2) > end - p) [[unlikely]]
        return nullptr;
    const std::byte* const last = p + length / 2 - 1;
    if (p = short_varint(p + 1, since_base); !p) [[unlikely]]
        return nullptr;
    if (p = short_varint(p, delta); !p) [[unlikely]]
        return nullptr;
    if (p = short_varint(p, key); !p) [[unlikely]]
        return nullptr;
    const std::byte* const key_at = p;
    if (key != 1) {  // 1: null
        if (static_cast<std::ptrdiff_t>(key / 2) > end - p - 3) [[unlikely]]
            return nullptr;
        p += key / 2;
    }
    if (p = short_varint(p, value); !p) [[unlikely]]
        return nullptr;
    // An odd length is a negative one: null, where it is 1, or wrong.
    if ((length & 1) != 0 || (key & 1 && key != 1)) [[unlikely]]
        return nullptr;
    if (p + value / 2 == last && *last == std::byte{0} && (value & 1) == 0) [[likely]] {
        out.value.emplace(p, value / 2);
        out.headers = {};
    } else {
        if (static_cast<std::ptrdiff_t>(value / 2) > last - p || (value & 1 && value != 1)) return nullptr;
        const parsed_headers parsed = parse_headers(p + value / 2, last + 1);
        if (parsed.fault.what) return nullptr;
        out.headers = parsed.headers;
        if (value == 1) out.value.reset();
        else out.value.emplace(p, value / 2);
    }
    out.offset = plus(bases.offset, unzigzag(delta));
    out.timestamp = bases.same_timestamp ? bases.timestamp : plus(bases.timestamp, unzigzag(since_base));
    if (key == 1) out.key.reset();
    else out.key.emplace(key_at, key / 2);
    return last + 1;
}

[[gnu::always_inline]] inline const std::byte* detail::parse_record(const std::byte* p, const std::byte* end, const record_bases& bases,
                                                                    record_view& out, record_fault& fault) noexcept {
    if (const std::byte* const after = parse_plain_record(p, end, bases, out)) [[likely]]
        return after;
    // Not into `out`, whose address must not be taken: the caller's record stays in registers.
    record_view careful;
    record_fault found;
    const std::byte* const after = parse_with_care(p, end, bases, careful, found);
    out = careful;
    fault = found;
    return after;
}

inline bool record_reader::next(record_view& out) noexcept {
    do {
        if (left_ <= 0) [[unlikely]]
            return finish();
        if (magic_ < 2) [[unlikely]] {
            if (!next_message(out)) return false;
        } else {
            const std::byte* const after = detail::parse_record(p_, end_, bases_, out, fault_);
            if (!after) [[unlikely]]
                return false;
            p_ = after;
            --left_;
        }
    } while (out.offset < from_);
    return true;
}

template <class Visit> result<void> record_reader::for_each(Visit&& visit) {
    if (magic_ < 2) [[unlikely]] {
        for (record_view r; next(r);) visit(std::as_const(r));
        return status();
    }
    // Everything that changes is local: it stays in registers whatever `visit` does.
    record_view r;
    const std::byte *p = p_, *const end = end_;
    const detail::record_bases bases = bases_;
    const std::int64_t from = from_;
    std::int32_t left = left_;
    detail::record_fault fault;
    while (left > 0) {
        const std::byte* const after = detail::parse_record(p, end, bases, r, fault);
        if (!after) [[unlikely]]
            break;
        p = after;
        --left;
        if (r.offset >= from) [[likely]]
            visit(std::as_const(r));
    }
    p_ = p;
    left_ = left;
    if (fault.what) fault_ = fault;
    else finish();
    return status();
}
}  // namespace kwire
