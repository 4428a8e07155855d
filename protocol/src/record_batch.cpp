// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/record_batch.hpp>

#include <kwire/protocol/crc32c.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
constexpr std::int32_t least_message = 14, least_message_v1 = 22, least_batch = batch_layout::records - batch_layout::before_length;
constexpr std::size_t least_record = 7;  // length, attributes, timestamp, offset, key, value, headers: a byte each

std::string hex_word(std::uint32_t v) {
    std::string out = "0x00000000";
    for (std::size_t i = 10; i-- > 2; v >>= 4) out[i] = "0123456789abcdef"[v & 15];
    return out;
}
std::string batch_at(std::int64_t offset) {
    std::string out = "batch at offset ";
    out += std::to_string(offset);
    return out;
}
}  // namespace

detail::parsed_headers detail::parse_headers(const std::byte* p, const std::byte* stop) noexcept {
    const auto refuse = [](const char* what, const std::byte* at) { return parsed_headers{{}, {what, at}}; };
    const std::byte* at = p;
    std::int32_t count = 0, length = 0;
    if (p = get_varint(p, stop, count); !p || count < 0 || count > (stop - p) / 2) return refuse("the number of its headers is wrong", at);
    const record_headers whole(p, stop, count);
    for (; count > 0; --count) {
        at = p;
        if (p = get_varint(p, stop, length); !p || length < 0 || length > stop - p) return refuse("the length of a header's key is wrong", at);
        at = p += length;
        if (p = get_varint(p, stop, length); !p || length < -1 || length > stop - p) return refuse("the length of a header's value is wrong", at);
        p += std::max(length, 0);
    }
    if (p != stop) return refuse("bytes follow its headers", p);
    return {whole, {}};
}

const std::byte* detail::parse_with_care(const std::byte* p, const std::byte* end, const record_bases& bases, record_view& out,
                                         record_fault& fault) noexcept {
    const auto refuse = [&](const char* what, const std::byte* at) -> const std::byte* {
        fault = {what, at};
        return nullptr;
    };
    const std::byte* at = p;
    std::int32_t length = 0, delta = 0;
    std::int64_t since_base = 0;
    if (p = get_varint(p, end, length); !p) [[unlikely]]
        return refuse("its length is no varint", at);
    if (length < 1 || length > end - p) [[unlikely]]
        return refuse("its length goes past the end of the batch", at);
    const std::byte* const stop = p + length;
    at = ++p;  // the attributes: none are defined
    if (p = get_varint(p, stop, since_base); !p) [[unlikely]]
        return refuse("its timestamp is no varlong", at);
    at = p;
    if (p = get_varint(p, stop, delta); !p) [[unlikely]]
        return refuse("its offset is no varint", at);
    out.offset = plus(bases.offset, delta);
    out.timestamp = bases.same_timestamp ? bases.timestamp : plus(bases.timestamp, since_base);
    at = p;
    if (p = get_varint(p, stop, length); !p || length < -1 || length > stop - p) [[unlikely]]
        return refuse("the length of its key is wrong", at);
    if (length < 0) out.key.reset();
    else out.key.emplace(p, static_cast<std::size_t>(length)), p += length;
    at = p;
    if (p = get_varint(p, stop, length); !p || length < -1 || length > stop - p) [[unlikely]]
        return refuse("the length of its value is wrong", at);
    if (length < 0) out.value.reset();
    else out.value.emplace(p, static_cast<std::size_t>(length)), p += length;
    if (stop - p == 1 && *p == std::byte{0}) [[likely]]
        return out.headers = {}, stop;
    const parsed_headers parsed = parse_headers(p, stop);
    out.headers = parsed.headers;
    return parsed.fault.what ? refuse(parsed.fault.what, parsed.fault.at) : stop;
}

bool record_reader::finish() noexcept {
    if (magic_ >= 2 && left_ == 0 && p_ != end_) fault_ = {"bytes follow its last record", p_};
    return false;
}

result<void> record_reader::status() const {
    if (!fault_.what) return {};
    std::string what = batch_at(batch_offset_);
    if (left_ == 0) {
        what += ": ";
        what += std::to_string(end_ - p_);
        what += " bytes follow the last of its ";
        what += std::to_string(count_);
        what += " records, at byte ";
        what += std::to_string(p_ - begin_);
    } else if (p_ == end_) {
        what += ": it says that it has ";
        what += std::to_string(count_);
        what += " records, but ends after ";
        what += std::to_string(count_ - left_);
    } else {
        what += ": record ";
        what += std::to_string(count_ - left_);
        what += " at byte ";
        what += std::to_string(p_ - begin_);
        what += ": ";
        what += fault_.what;
        what += ", at byte ";
        what += std::to_string(fault_.at - begin_);
    }
    return error(client_errc::corrupt_batch, std::move(what));
}

std::int16_t batch_view::attributes() const noexcept {
    return modern() ? field<std::int16_t>(batch_layout::attributes) : std::int16_t{field<std::uint8_t>(message_layout::attributes)};
}

std::int64_t batch_view::next_offset() const noexcept {
    const std::int64_t last = std::max(base_offset(), last_offset());
    return last == INT64_MAX ? last : last + 1;
}

timestamp_type batch_view::timestamp_type() const noexcept {
    if (magic() == 0) return kwire::timestamp_type::none;
    const bool by_broker = (attributes() & batch_attributes::log_append_time) != 0;
    return by_broker ? kwire::timestamp_type::log_append_time : kwire::timestamp_type::create_time;
}

std::int64_t batch_view::base_timestamp() const noexcept { return modern() ? field<std::int64_t>(batch_layout::base_timestamp) : max_timestamp(); }

std::int64_t batch_view::max_timestamp() const noexcept {
    if (magic() == 0) return -1;
    return field<std::int64_t>(modern() ? batch_layout::max_timestamp : message_layout::timestamp);
}

std::optional<std::int64_t> batch_view::delete_horizon_ms() const noexcept {
    if (!modern() || (attributes() & batch_attributes::delete_horizon) == 0) return {};
    return base_timestamp();
}

std::string batch_view::name() const { return batch_at(base_offset()); }

error batch_view::corrupt(std::string_view what) const {
    std::string text = name();
    text += ": ";
    text += what;
    return {client_errc::corrupt_batch, std::move(text)};
}

result<void> batch_view::check_crc() const {
    const std::uint32_t computed = modern() ? crc32c(wire_.subspan(batch_layout::attributes)) : crc32(wire_.subspan(message_layout::magic));
    if (computed == crc()) [[likely]]
        return {};
    std::string what = "stored CRC ";
    what += hex_word(crc());
    what += ", computed ";
    what += hex_word(computed);
    return corrupt(what);
}

result<record_reader> batch_view::records(decompressor& expander, buffer& room) const {
    if (!modern()) return messages(expander, room);
    bytes content = wire_.subspan(batch_layout::records);
    const std::int32_t announced = count();
    if (compression() != codec::none && !content.empty()) {
        auto expanded = expander.expand(compression(), content, room);
        if (!expanded) return std::move(expanded).error().within(name());
        content = room;
    }
    if (announced < 0 || static_cast<std::size_t>(announced) > content.size() / least_record) {
        std::string what = "it says that it has ";
        what += std::to_string(announced);
        what += " records, in ";
        what += std::to_string(content.size());
        what += " bytes";
        return corrupt(what);
    }
    const bool same = timestamp_type() == kwire::timestamp_type::log_append_time;
    const detail::record_bases bases{base_offset(), same ? max_timestamp() : base_timestamp(), same};
    return record_reader(content, announced, base_offset(), magic(), bases);
}

result<bool> record_batches::next(batch_view& out) {
    if (rest_.size() < batch_layout::before_length) return false;
    const auto length = load<std::int32_t>(rest_.data() + batch_layout::length);
    const batch_view whole(rest_);  // only to name it, and for the magic
    if (length < least_message) return whole.corrupt("its length is " + std::to_string(length));
    if (rest_.size() <= batch_layout::magic) return false;
    const int magic = whole.magic();
    if (magic < 0 || magic > 2) return whole.corrupt("its magic is " + std::to_string(magic) + ": only 0, 1 and 2 are known");
    const std::size_t size = batch_layout::before_length + static_cast<std::size_t>(length);
    if (size > rest_.size()) return false;
    if (length < (magic == 2 ? least_batch : magic == 1 ? least_message_v1 : least_message)) {
        return whole.corrupt("its length of " + std::to_string(length) + " cannot hold a header of magic " + std::to_string(magic));
    }
    out = batch_view(rest_.first(size));
    if (check_crcs_) {
        if (auto right = out.check_crc(); !right) return std::move(right).error();
    }
    rest_ = rest_.subspan(size);
    return true;
}
}  // namespace kwire
