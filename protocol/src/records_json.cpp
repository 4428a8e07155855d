// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/records_json.hpp>

#include <kwire/protocol/crc32c.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <concepts>

namespace kwire::inline v0 {
namespace {
constexpr std::string_view digits = "0123456789abcdef";

void member(std::string& out, std::string_view name) {
    out += ",\"";
    out += name;
    out += "\":";
}
void member(std::string& out, std::string_view name, std::string_view text) {
    member(out, name);
    out += '"';
    out += text;
    out += '"';
}
void member(std::string& out, std::string_view name, std::same_as<bool> auto value) {
    member(out, name);
    out += value ? "true" : "false";
}
template <std::integral Number>
requires(!std::same_as<Number, bool>) void member(std::string& out, std::string_view name, Number value) {
    member(out, name);
    out += std::to_string(value);
}

void append_bytes(std::string& out, const std::optional<bytes>& b) {
    if (!b) {
        out += "null";
        return;
    }
    out += '"';
    if (b->size() > 512) {
        out += "len=";
        out += std::to_string(b->size());
        out += ",crc32c=";
        for (int shift = 28; shift >= 0; shift -= 4) out += digits[crc32c(*b) >> shift & 15];
    } else {
        for (const std::byte one : *b) {
            out += digits[std::to_integer<std::size_t>(one) >> 4];
            out += digits[std::to_integer<std::size_t>(one) & 15];
        }
    }
    out += '"';
}

void append_headers(std::string& out, const record_headers& headers) {
    member(out, "headers");
    out += '[';
    for (bool first = true; const record_header& h : headers) {
        if (!std::exchange(first, false)) out += ',';
        out += '[';
        append_bytes(out, as_bytes(h.key));
        out += ',';
        append_bytes(out, h.value);
        out += ']';
    }
    out += ']';
}

void append_record(std::string& out, const batch_view& batch, const record_view& r) {
    out += "{\"offset\":";
    out += std::to_string(r.offset);
    member(out, "timestamp", r.timestamp);
    if (batch.magic() >= 2) {
        const auto delta = static_cast<std::uint64_t>(r.offset) - static_cast<std::uint64_t>(batch.base_offset());
        member(out, "sequence", sequence_after(batch.base_sequence(), static_cast<std::int32_t>(delta)));
    }
    member(out, "key");
    append_bytes(out, r.key);
    member(out, "value");
    append_bytes(out, r.value);
    if (batch.magic() >= 2) append_headers(out, r.headers);
    out += '}';
}

void append_header(std::string& out, const batch_view& batch, std::int64_t base_offset) {
    static constexpr std::string_view types[] = {"CreateTime", "LogAppendTime", "NoTimestampType"};
    out += "{\"baseOffset\":";
    out += std::to_string(base_offset);
    member(out, "lastOffset", batch.last_offset());
    member(out, "magic", batch.magic());
    member(out, "sizeInBytes", batch.wire().size());
    member(out, "codec", codec_name(batch.compression()));
    member(out, "timestampType", types[static_cast<std::size_t>(batch.timestamp_type())]);
    member(out, "maxTimestamp", batch.max_timestamp());
    if (batch.magic() >= 2) {
        member(out, "crc", batch.crc());
        member(out, "partitionLeaderEpoch", batch.partition_leader_epoch());
        member(out, "baseTimestamp", batch.base_timestamp());
        member(out, "producerId", batch.producer_id());
        member(out, "producerEpoch", batch.producer_epoch());
        member(out, "baseSequence", batch.base_sequence());
        member(out, "lastSequence", batch.last_sequence());
        member(out, "transactional", batch.transactional());
        member(out, "control", batch.control());
        member(out, "deleteHorizonMs");
        out += batch.delete_horizon_ms() ? std::to_string(*batch.delete_horizon_ms()) : "null";
        member(out, "count", batch.count());
    }
    member(out, "records");
}

result<void> append_batch(std::string& out, const batch_view& batch, decompressor& expander, buffer& room) {
    auto records = batch.records(expander, room);
    if (!records) return std::move(records).error();
    // A compressed message of old bears the offset of its last record: the first record tells where it begins.
    std::string list;
    std::optional<std::int64_t> first;
    auto read = records->for_each([&](const record_view& r) {
        list += first ? ',' : '[';
        if (!first) first = r.offset;
        append_record(list, batch, r);
    });
    if (!read) return read;
    if (!first) list += '[';
    append_header(out, batch, batch.magic() < 2 && first ? *first : batch.base_offset());
    out += list;
    out += "]}";
    return {};
}
}  // namespace

result<void> append_records_json(std::string& out, bytes records, decompressor& expander) {
    record_batches batches(records);
    batch_view batch;
    buffer room;
    out += "{\"batches\":[";
    for (bool first = true;;) {
        auto more = batches.next(batch);
        if (!more) return std::move(more).error();
        if (!*more) break;
        if (!std::exchange(first, false)) out += ',';
        if (auto done = append_batch(out, batch, expander, room); !done) return done;
    }
    out += "],\"trailingBytes\":";
    out += std::to_string(batches.trailing_bytes());
    out += '}';
    return {};
}
}  // namespace kwire
