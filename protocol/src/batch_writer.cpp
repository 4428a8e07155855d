// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/batch_writer.hpp>

#include <kwire/protocol/crc32c.hpp>
#include <kwire/protocol/wire.hpp>

#include <algorithm>
#include <utility>

namespace kwire::inline v0 {
namespace layout = batch_layout;

void batch_writer::start(std::size_t capacity) {
    limit_ = std::clamp(capacity, layout::records, std::size_t{INT32_MAX});
    buffer_.resize(0);
    buffer_.reserve(limit_);
    buffer_.resize(layout::records);
    count_ = 0;
    codec_ = codec::none;
    compressed_ = false;
    base_timestamp_ = max_timestamp_ = -1;
}

void batch_writer::grow(std::size_t capacity) {
    if (compressed_ || capacity <= limit_) return;
    limit_ = std::min(capacity, std::size_t{INT32_MAX});
    buffer_.reserve(limit_);
}

std::size_t batch_writer::size_of_headers(std::span<const record_header> headers) noexcept {
    std::size_t size = varint_size(static_cast<std::int32_t>(headers.size()));
    for (const record_header& h : headers) {
        size += varint_size(static_cast<std::int32_t>(h.key.size())) + h.key.size();
        size += h.value ? varint_size(static_cast<std::int32_t>(h.value->size())) + h.value->size() : 1;
    }
    return size;
}

std::byte* batch_writer::put_headers(std::byte* p, std::span<const record_header> headers) noexcept {
    p = put_varint(p, static_cast<std::int32_t>(headers.size()));
    for (const record_header& h : headers) p = put_bytes(put_bytes(p, as_bytes(h.key)), h.value);
    return p;
}

result<void> batch_writer::compress(compressor& with, buffer& spare) {
    if (compressed_ || with.kind() == codec::none) return {};
    const bytes plain = bytes(buffer_).subspan(layout::records);
    spare.resize(0);
    spare.reserve(std::max(buffer_.capacity(), layout::records + with.bound(plain.size())));
    spare.resize(spare.capacity());
    auto size = with.compress(plain, spare.writable().subspan(layout::records));
    if (!size) return std::move(size).error();
    compressed_ = true;
    if (*size > 0 && *size < plain.size()) {
        spare.resize(layout::records + *size);
        std::swap(buffer_, spare);
        codec_ = with.kind();
    }
    limit_ = buffer_.size();  // no record behind this
    return {};
}

void batch_writer::seal(const batch_identity& who) {
    std::int16_t attributes = static_cast<std::int16_t>(codec_);
    if (who.transactional) attributes |= batch_attributes::transactional;
    if (who.control) attributes |= batch_attributes::control;
    std::byte* const h = buffer_.data();
    assign_offset(buffer_.writable(), who.base_offset, who.partition_leader_epoch);
    store(h + layout::length, static_cast<std::int32_t>(buffer_.size() - layout::before_length));
    store(h + layout::magic, std::int8_t{2});
    store(h + layout::attributes, attributes);
    store(h + layout::last_offset_delta, count_ - 1);
    store(h + layout::base_timestamp, base_timestamp_);
    store(h + layout::max_timestamp, max_timestamp_);
    store(h + layout::producer_id, who.producer_id);
    store(h + layout::producer_epoch, who.producer_epoch);
    store(h + layout::base_sequence, who.base_sequence);
    store(h + layout::count, count_);
    store(h + layout::crc, crc32c(bytes(buffer_).subspan(layout::attributes)));
}

buffer batch_writer::release() noexcept {
    limit_ = 0;
    count_ = 0;
    return std::exchange(buffer_, buffer());
}

void assign_offset(std::span<std::byte> batch, std::int64_t base_offset, std::int32_t partition_leader_epoch) noexcept {
    store(batch.data() + layout::base_offset, base_offset);
    store(batch.data() + layout::partition_leader_epoch, partition_leader_epoch);
}

void stamp_append_time(std::span<std::byte> batch, std::int64_t ms) noexcept {
    std::byte* const h = batch.data();
    const auto attributes = load<std::int16_t>(h + layout::attributes);
    store(h + layout::attributes, static_cast<std::int16_t>(attributes | batch_attributes::log_append_time));
    store(h + layout::max_timestamp, ms);
    store(h + layout::crc, crc32c(bytes(batch).subspan(layout::attributes)));
}
}  // namespace kwire
