// SPDX-License-Identifier: Apache-2.0
// Messages of magic 0 and 1, which brokers before 0.11 kept and brokers before 4.0 still hand out.
//
// A message has its own offset, size and CRC-32. A compressed one has a set of messages as its value: those of magic 0
// carry their own offsets, those of magic 1 count from the first, and the outer message has the offset of the last.
// Source: KIP-31, KIP-32; LegacyRecord and AbstractLegacyRecordBatch of Apache Kafka.
#include <kwire/protocol/record_batch.hpp>

namespace kwire::inline v0 {
namespace layout = message_layout;
namespace {
using reading = const std::byte*;

struct legacy_message {
    std::optional<bytes> key, value;
};

// Takes a nullable byte string with a length of 32 bits.
reading take_bytes(reading p, reading end, std::optional<bytes>& out) {
    if (end - p < 4) return nullptr;
    const auto length = load<std::int32_t>(p);
    p += 4;
    if (length < -1 || length > end - p) return nullptr;
    out.reset();
    if (length < 0) return p;
    out.emplace(p, static_cast<std::size_t>(length));
    return p + length;
}

// Key and value of the message that lies between `p` and `end`; what is wrong, or null.
const char* take_message(reading p, reading end, legacy_message& out) {
    const std::size_t header = load<std::int8_t>(p + layout::magic) == 0 ? layout::key_length_v0 : layout::key_length_v1;
    if (static_cast<std::size_t>(end - p) < header) return "it is shorter than a message";
    p += header;
    if (p = take_bytes(p, end, out.key); !p) return "the length of its key is wrong";
    if (p = take_bytes(p, end, out.value); !p) return "the length of its value is wrong";
    return p == end ? nullptr : "bytes follow its value";
}

// How far a set of messages is whole, how many they are, and the offset of the last.
struct extent {
    std::int32_t count = 0;
    std::int64_t last_offset = 0;
    const char* fault = nullptr;
};
extent measure(bytes set) {
    extent e;
    while (set.size() >= layout::crc) {
        const auto size = load<std::int32_t>(set.data() + layout::size);
        if (size < 14) return e.fault = "the size of a message within is wrong", e;
        if (static_cast<std::size_t>(size) > set.size() - layout::crc) break;  // cut short: as if it were not there
        const auto magic = load<std::int8_t>(set.data() + layout::magic);
        if (magic != 0 && magic != 1) return e.fault = "a message within is of another magic than 0 and 1", e;
        e.last_offset = load<std::int64_t>(set.data());
        ++e.count;
        set = set.subspan(layout::crc + static_cast<std::size_t>(size));
    }
    if (e.count == 0) e.fault = "it is compressed and has no message within";
    return e;
}
}  // namespace

bool record_reader::next_message(record_view& out) noexcept {
    const std::byte* const stop = p_ + layout::crc + load<std::int32_t>(p_ + layout::size);  // measure() has looked
    const auto magic = load<std::int8_t>(p_ + layout::magic);
    const int attributes = load<std::uint8_t>(p_ + layout::attributes);
    legacy_message m;
    const char* wrong = take_message(p_, stop, m);
    if (!wrong && (attributes & batch_attributes::codec) != 0) wrong = "a message within a compressed one is compressed itself";
    if (wrong) return fault_ = {wrong, p_}, false;
    out.offset = detail::plus(bases_.offset, load<std::int64_t>(p_));
    out.timestamp = magic == 0 ? -1 : bases_.same_timestamp ? bases_.timestamp : load<std::int64_t>(p_ + layout::timestamp);
    out.key = m.key;
    out.value = m.value;
    out.headers = {};
    p_ = stop;
    --left_;
    return true;
}

result<bytes> batch_view::value_of_message() const {
    legacy_message m;
    if (const char* wrong = take_message(wire_.data(), wire_.data() + wire_.size(), m)) return corrupt(wrong);
    if (!m.value) return corrupt("it is compressed and its value is null");
    return *m.value;
}

result<record_reader> batch_view::messages(decompressor& expander, buffer& room) const {
    if (compression() == codec::none) return record_reader(wire_, 1, base_offset(), magic(), {});
    auto set = value_of_message();
    if (!set) return std::move(set).error();
    auto expanded = expander.expand(compression(), *set, room, magic());
    if (!expanded) return std::move(expanded).error().within(name());
    const extent within = measure(room);
    if (within.fault) return corrupt(within.fault);
    detail::record_bases bases{0, max_timestamp(), timestamp_type() == kwire::timestamp_type::log_append_time};
    if (magic() == 1 && base_offset() != 0) {  // 0: written by librdkafka before 0.9, with offsets that count from 0
        if (base_offset() < within.last_offset) return corrupt("its offset is lower than that of the last message within");
        bases.offset = base_offset() - within.last_offset;
    }
    return record_reader(room, within.count, base_offset(), magic(), bases);
}
}  // namespace kwire
