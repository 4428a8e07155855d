// SPDX-License-Identifier: Apache-2.0
#include "batch.hpp"

#include <kwire/protocol/crc32c.hpp>
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

void correct_max_timestamp(std::span<std::byte> batch, std::int64_t max_timestamp) noexcept {
    if (load<std::int64_t>(batch.data() + batch_layout::max_timestamp) == max_timestamp) return;
    store(batch.data() + batch_layout::max_timestamp, max_timestamp);
    store(batch.data() + batch_layout::crc, crc32c(batch.subspan(batch_layout::attributes)));
}

namespace {
judged_batch refused(errc code, std::string what) { return {code, std::move(what), {}, -1}; }

judged_batch too_large(std::size_t size, std::size_t most) {
    std::string what = "the record batch has ";
    what += std::to_string(size);
    what += " bytes, and max.message.bytes is ";
    what += std::to_string(most);
    return refused(errc::message_too_large, std::move(what));
}

// There is to be one batch of magic 2; what is cut off behind it does not count.
judged_batch find_one(bytes records, std::int16_t produce_version, batch_view& b) {
    record_batches batches(records, false);
    auto more = batches.next(b);
    if (!more) return refused(errc::corrupt_message, more.error().context());
    if (!*more) return refused(errc::invalid_record, "there is no whole record batch");
    if (b.magic() != 2) return refused(errc::invalid_record, "Produce since v3 takes record batches of magic 2 only");
    if (b.compression() == codec::zstd && produce_version < 7) return refused(errc::unsupported_compression_type, "zstd needs Produce v7");
    batch_view second;
    more = batches.next(second);
    if (!more) return refused(errc::corrupt_message, more.error().context());
    if (*more) return refused(errc::invalid_record, "Produce since v3 takes one record batch for each partition");
    return {};
}

judged_batch judge_header(const batch_view& b, std::size_t max_message_bytes) {
    if (b.base_offset() != 0) return refused(errc::invalid_record, "the record batch's base offset is not 0");
    if (b.wire().size() > max_message_bytes) return too_large(b.wire().size(), max_message_bytes);
    if (auto right = b.check_crc(); !right) return refused(errc::corrupt_message, right.error().context());
    if (static_cast<int>(b.compression()) > 4) return refused(errc::unsupported_compression_type, "there is no such codec");
    if (b.count() < 1 || b.last_offset_delta() != b.count() - 1)
        return refused(errc::invalid_record, "the record batch's count does not fit its offsets");
    if (b.control()) return refused(errc::invalid_record, "clients cannot write control batches");
    if (b.producer_id() >= 0 && b.base_sequence() < 0) return refused(errc::invalid_record, "a producer id without a sequence");
    return {};
}
}  // namespace

judged_batch batch_inspector::judge(bytes records, std::size_t max_message_bytes, std::int16_t produce_version) {
    batch_view b;
    if (auto found = find_one(records, produce_version, b); found.code != errc::none) return found;
    if (auto header = judge_header(b, max_message_bytes); header.code != errc::none) return header;
    auto judged = judge_records(b);
    judged.batch = b.wire();
    return judged;
}

judged_batch batch_inspector::judge_records(const batch_view& b) {
    auto reader = b.records(expander_, room_);
    if (!reader && reader.error() == client_errc::not_supported_by_build) return {errc::none, {}, {}, b.max_timestamp()};
    if (!reader) return refused(errc::invalid_record, reader.error().context());
    judged_batch judged;
    judged.max_timestamp = INT64_MIN;
    record_view r;
    for (std::int64_t due = b.base_offset(); reader->next(r); ++due) {
        if (r.offset != due) return refused(errc::invalid_record, "the records' offsets do not follow one another");
        judged.max_timestamp = std::max(judged.max_timestamp, r.timestamp);
    }
    if (auto whole = reader->status(); !whole) return refused(errc::invalid_record, whole.error().context());
    return judged;
}

found_record batch_inspector::first_not_older(bytes batch, std::int64_t timestamp) {
    record_batches batches(batch, false);
    batch_view b;
    const auto more = batches.next(b);
    if (!more || !*more) return {};
    found_record found{0, b.max_timestamp()};
    auto reader = b.records(expander_, room_);
    if (!reader) return found;
    for (const record_view& r : *reader)
        if (r.timestamp >= timestamp) return {static_cast<std::int32_t>(r.offset - b.base_offset()), r.timestamp};
    return found;
}
}  // namespace kwire
