// SPDX-License-Identifier: Apache-2.0
#include "batch.hpp"

#include <kwire/protocol/crc32c.hpp>
#include <kwire/protocol/varint.hpp>
#include <kwire/protocol/wire.hpp>

#include <algorithm>

namespace kwire::inline v0 {
batch_header load_batch_header(const std::byte* at) noexcept {
    batch_header h;
    h.base_offset = load<std::int64_t>(at);
    h.length = load<std::int32_t>(at + 8);
    h.leader_epoch = load<std::int32_t>(at + 12);
    h.magic = load<std::int8_t>(at + 16);
    h.crc = load<std::uint32_t>(at + 17);
    h.attributes = load<std::int16_t>(at + 21);
    h.last_offset_delta = load<std::int32_t>(at + 23);
    h.base_timestamp = load<std::int64_t>(at + 27);
    h.max_timestamp = load<std::int64_t>(at + 35);
    h.producer_id = load<std::int64_t>(at + 43);
    h.producer_epoch = load<std::int16_t>(at + 51);
    h.base_sequence = load<std::int32_t>(at + 53);
    h.count = load<std::int32_t>(at + 57);
    return h;
}

void stamp_batch(std::byte* at, std::int64_t base_offset, std::int32_t leader_epoch) noexcept {
    store(at, base_offset);
    store(at + 12, leader_epoch);
}

std::size_t batch_size(bytes data) noexcept {
    if (data.size() < 17) return data.size();
    const auto length = load<std::int32_t>(data.data() + 8);
    return length < 5 ? data.size() : std::min(data.size(), static_cast<std::size_t>(length) + 12);
}

std::int32_t sequence_plus(std::int32_t sequence, std::int32_t n) noexcept {
    return static_cast<std::int32_t>((std::int64_t{sequence} + n) & INT32_MAX);
}
std::int32_t batch_header::last_sequence() const noexcept { return sequence_plus(base_sequence, last_offset_delta); }

namespace {
// Walks over the records of an uncompressed batch; calls see(offset_delta, timestamp_delta) for each until it says false.
template <class See> const char* walk(bytes records, std::int32_t count, See see) {
    const std::byte *p = records.data(), *end = p + records.size();
    for (std::int32_t i = 0; i < count; ++i) {
        std::int32_t length = 0, offset_delta = 0;
        std::int64_t timestamp_delta = 0;
        p = get_varint(p, end, length);
        if (!p || length < 1 || length > end - p) return "a record's length does not fit the batch";
        const std::byte *q = p + 1, *record_end = p + length;
        q = get_varint(q, record_end, timestamp_delta);
        if (q) q = get_varint(q, record_end, offset_delta);
        if (!q) return "a record is cut off";
        if (offset_delta != i) return "the records' offsets do not follow one another";
        if (!see(offset_delta, timestamp_delta)) return nullptr;
        p = record_end;
    }
    return p == end ? nullptr : "bytes are left over behind the last record";
}
}  // namespace

batch_fault check_batch(bytes data, std::size_t max_message_bytes, std::int16_t produce_version) {
    if (data.size() < 17) return {errc::corrupt_message, "the record batch is cut off"};
    if (load<std::int8_t>(data.data() + 16) != 2) return {errc::invalid_record, "Produce since v3 takes record batches of magic 2 only"};
    if (data.size() < batch_header_size) return {errc::corrupt_message, "the record batch is cut off"};
    const auto h = load_batch_header(data.data());
    if (h.length < 0 || static_cast<std::size_t>(h.length) + 12 > data.size()) return {errc::corrupt_message, "the record batch is cut off"};
    if (static_cast<std::size_t>(h.length) + 12 < data.size())
        return {errc::invalid_record, "Produce since v3 takes one record batch for each partition"};
    if (data.size() > max_message_bytes) {
        std::string what = "the record batch has ";
        what += std::to_string(data.size());
        what += " bytes, and max.message.bytes is ";
        what += std::to_string(max_message_bytes);
        return {errc::message_too_large, std::move(what)};
    }
    if (crc32c(data.subspan(21)) != h.crc) return {errc::corrupt_message, "the record batch's checksum is wrong"};
    if (h.control()) return {errc::invalid_record, "clients cannot write control batches"};
    if (h.count < 1 || h.last_offset_delta != h.count - 1) return {errc::invalid_record, "the record batch's count does not fit its offsets"};
    if (h.producer_id >= 0 && h.base_sequence < 0) return {errc::invalid_record, "a producer id without a sequence"};
    if (h.codec() > 4) return {errc::unsupported_compression_type, "there is no such codec"};
    if (h.codec() == 4 && produce_version < 7) return {errc::unsupported_compression_type, "zstd needs Produce v7"};
    if (h.codec() == 0)
        if (const char* wrong = walk(data.subspan(batch_header_size), h.count, [](auto...) { return true; })) return {errc::invalid_record, wrong};
    return {};
}

found_record first_not_older(bytes batch, std::int64_t timestamp) {
    const auto h = load_batch_header(batch.data());
    found_record found{0, h.max_timestamp};
    if (h.codec() != 0) return found;
    walk(batch.subspan(batch_header_size), h.count, [&](std::int32_t offset_delta, std::int64_t timestamp_delta) {
        if (h.base_timestamp + timestamp_delta < timestamp) return true;
        found = {offset_delta, h.base_timestamp + timestamp_delta};
        return false;
    });
    return found;
}
}  // namespace kwire
