// SPDX-License-Identifier: Apache-2.0
// Record batches that a broker should look at twice, each with the error that the embedded broker has for it.
//
// That is Kafka's own, but for some batches at which one version of Kafka or all of them stumble (UNKNOWN_SERVER_ERROR), or
// which they take although readers cannot: there the embedded broker is stricter. tests/broker sends all to the embedded broker, tests/integration
// to Kafka as well.
#pragma once

#include "support/raw_peer.hpp"

#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/crc32c.hpp>
#include <kwire/protocol/messages/produce.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <functional>
#include <string>
#include <vector>

namespace kwire::testing {
struct odd_batch {
    std::string name;
    std::string records;
    errc expected = errc::none;
    bool kafka_varies = false;  // with its version, or it takes what readers cannot, or answers UNKNOWN_SERVER_ERROR
};

/// Puts a number into the batch, and renews the checksum if `mended`.
template <class Number> void put(std::string& batch, std::size_t at, Number n, bool mended = true) {
    store(reinterpret_cast<std::byte*>(batch.data()) + at, n);
    if (mended) store(reinterpret_cast<std::byte*>(batch.data()) + batch_layout::crc, crc32c(as_bytes(batch).subspan(batch_layout::attributes)));
}
inline void mend(std::string& batch) { put(batch, batch_layout::length, static_cast<std::int32_t>(batch.size() - batch_layout::before_length)); }

/// `count` records "value 0", …, one millisecond apart from `timestamp` on.
inline std::string batch_of(int count, codec kind = codec::none, const batch_identity& who = {}, std::int64_t timestamp = 1000) {
    batch_writer w(1 << 16);
    for (int i = 0; i < count; ++i) {
        const std::string value = "value " + std::to_string(i);
        EXPECT_TRUE(w.append({timestamp + i, as_bytes(std::string_view("key")), as_bytes(value), {}}));
    }
    if (kind != codec::none) {
        compressor c(kind);
        buffer spare;
        EXPECT_TRUE(w.compress(c, spare));
        EXPECT_EQ(w.compression(), kind) << "compressing " << count << " records did not pay";
    }
    w.seal(who);
    return std::string(as_text(w.wire()));
}
/// One batch whose records are `records` as they are.
inline std::string batch_around(std::string_view records, int count, codec kind = codec::none) {
    std::string b = batch_of(1).substr(0, batch_layout::records);
    if (kind == codec::none) {
        b += records;
    } else {
        compressor c(kind);
        std::string out(c.bound(records.size()), '\0');
        const auto size = c.compress(as_bytes(records), {reinterpret_cast<std::byte*>(out.data()), out.size()});
        b += out.substr(0, size.value());
        put(b, batch_layout::attributes, static_cast<std::int16_t>(kind));
    }
    put(b, batch_layout::count, count);
    put(b, batch_layout::last_offset_delta, count - 1);
    mend(b);
    return b;
}

/// Of how a batch can be wrong, what does not depend on its being compressed.
inline void add_headers(std::vector<odd_batch>& all, codec kind) {
    const std::string name(codec_name(kind)), whole = batch_of(20, kind);
    const auto add = [&](std::string_view what, errc expected, const std::function<void(std::string&)>& change) {
        const bool varies = what == "log append time" || what == "codec 5";
        auto& odd = all.emplace_back(odd_batch{name + ": ", whole, expected, varies});
        odd.name += what;
        change(odd.records);
    };
    namespace at = batch_layout;
    add("whole", errc::none, [](std::string&) {});
    add("nothing", errc::invalid_record, [](std::string& b) { b.clear(); });
    add("cut off in the header", errc::invalid_record, [](std::string& b) { b.resize(40); });
    add("a byte is missing", errc::invalid_record, [](std::string& b) { b.pop_back(); });
    add("length 13", errc::corrupt_message, [](std::string& b) { put(b, at::length, 13); });
    add("length 48", errc::corrupt_message, [](std::string& b) { put(b, at::length, 48); });
    add("negative length", errc::corrupt_message, [](std::string& b) { put(b, at::length, -1); });
    add("magic 3", errc::corrupt_message, [](std::string& b) { b[at::magic] = 3; });
    add("magic -1", errc::corrupt_message, [](std::string& b) { b[at::magic] = -1; });
    add("magic 1", errc::invalid_record, [](std::string& b) { b[at::magic] = 1; });
    add("a bit of the records flipped", errc::corrupt_message, [](std::string& b) { b[b.size() - 2] ^= 1; });
    add("a bit of the attributes flipped", errc::corrupt_message, [](std::string& b) { b[at::attributes] ^= 1; });
    add("base offset 5", errc::invalid_record, [](std::string& b) { put(b, at::base_offset, std::int64_t{5}); });
    add("count 0", errc::invalid_record, [](std::string& b) { put(b, at::count, 0), put(b, at::last_offset_delta, -1); });
    add("count -1", errc::invalid_record, [](std::string& b) { put(b, at::count, -1); });
    add("one record more than there is", errc::invalid_record, [](std::string& b) { put(b, at::count, 21), put(b, at::last_offset_delta, 20); });
    add("one record less than there is", errc::invalid_record, [](std::string& b) { put(b, at::count, 19), put(b, at::last_offset_delta, 18); });
    add("last offset delta too large", errc::invalid_record, [](std::string& b) { put(b, at::last_offset_delta, 20); });
    add("last offset delta negative", errc::invalid_record, [](std::string& b) { put(b, at::last_offset_delta, -5); });
    add("control", errc::invalid_record, [](std::string& b) { b[at::attributes + 1] |= 0x20, put(b, at::count, 20); });
    add("transactional", errc::transactional_id_authorization_failed, [](std::string& b) { b[at::attributes + 1] |= 0x10, put(b, at::count, 20); });
    add("log append time", errc::none, [](std::string& b) { b[at::attributes + 1] |= 0x08, put(b, at::count, 20); });
    add("a youngest timestamp that no record has", errc::none, [](std::string& b) { put(b, at::max_timestamp, std::int64_t{5'000'000}); });
    add("a producer id without a sequence", errc::invalid_record,
        [](std::string& b) { put(b, at::producer_id, std::int64_t{70'000}), put(b, at::producer_epoch, std::int16_t{0}); });
    add("two batches", errc::invalid_record, [](std::string& b) { b += std::string(b); });
    add("a second batch cut off", errc::none, [](std::string& b) { b += b.substr(0, b.size() / 2); });
    add("a few bytes behind it", errc::none, [](std::string& b) { b += "abc"; });
    add("codec 5", errc::unsupported_compression_type, [](std::string& b) { put(b, at::attributes, std::int16_t{5}); });
    add("more than max.message.bytes", errc::message_too_large, [](std::string& b) { b.resize(1'100'000), mend(b); });
}

/// How records can be wrong, plain and compressed.
inline void add_records(std::vector<odd_batch>& all, codec kind) {
    const std::string name(codec_name(kind));
    const auto add = [&](std::string_view what, errc expected, std::string_view records, int count, bool stumbles = false) {
        all.push_back({(name + ": ").append(what), batch_around(records, count, kind), expected, stumbles});
    };
    const bool zipped = kind != codec::none;
    using namespace std::string_view_literals;
    // length, attributes, timestamp, offset, key "k", value "v", headers; all but the attributes are zigzag
    constexpr auto first = "\x10\0\0\0\2k\2v\0"sv, second = "\x10\0\0\2\2k\2v\0"sv, third = "\x10\0\0\4\2k\2v\0"sv;
    const auto both = std::string(first).append(second);
    add("two records", errc::none, both, 2);
    add("offset 0 twice", errc::invalid_record, std::string(first).append(first), 2, true);
    add("offset 1 left out", errc::invalid_record, std::string(first).append(third), 2, true);
    add("a record that is longer than the batch", errc::invalid_record, std::string(first).append("\x20\0\0\2\2k\2v\0"sv), 2, zipped);
    add("a record of length 0", errc::invalid_record, std::string(first).append("\0\0\0"sv), 2);
    add("a key that is longer than its record", errc::invalid_record, "\x10\0\0\0\x40k\2v\0"sv, 1);
    add("a value that is longer than its record", errc::invalid_record, "\x10\0\0\0\2k\x40v\0"sv, 1);
    add("a negative number of headers", errc::invalid_record, "\x10\0\0\0\2k\2v\1"sv, 1);
    add("more headers than there are", errc::invalid_record, "\x10\0\0\0\2k\2v\2"sv, 1);
    add("a header whose key is null", errc::invalid_record, "\x14\0\0\0\2k\2v\2\1\1"sv, 1);
    add("bytes behind the headers", errc::invalid_record, "\x12\0\0\0\2k\2v\0x"sv, 1);
    add("bytes behind the last record", errc::invalid_record, std::string(first).append("xyz"), 1);
    add("null key and value, a header with a null value", errc::none, "\x12\0\0\0\1\1\2\2h\1"sv, 1);
}

inline std::vector<odd_batch> odd_batches() {
    std::vector<odd_batch> all;
    for (const auto kind : {codec::none, codec::gzip}) add_headers(all, kind), add_records(all, kind);
    const std::string zipped = batch_of(20, codec::gzip);
    const auto garbage = [&](std::string_view what, errc expected, const std::function<void(std::string&)>& change) {
        auto& odd = all.emplace_back(odd_batch{"gzip: ", zipped, expected, true});
        odd.name += what;
        change(odd.records);
        mend(odd.records);
    };
    garbage("not gzip at all", errc::invalid_record, [](std::string& b) { b.replace(batch_layout::records, 10, "0123456789"); });
    garbage("the stream is cut off", errc::invalid_record, [](std::string& b) { b.resize(b.size() - 30); });
    garbage("a bit within the stream flipped", errc::invalid_record, [](std::string& b) { b[b.size() - 30] ^= 0x10; });
    return all;
}

/// Produces `records` to partition 0 of `topic` and returns what is answered for it. `version` is below 13, which names topics.
inline produce_response::partition produce(raw_peer& to, std::string_view topic, std::string_view records, std::int16_t version = 8) {
    produce_request request;
    request.acks = -1;
    request.timeout_ms = 30'000;
    auto& t = request.topic_data.emplace_back();
    t.name = topic;
    auto& p = t.partition_data.emplace_back();
    p.records.emplace();
    p.records->data = as_bytes(records);
    const auto answer = to.ask(request, version);
    EXPECT_TRUE(answer) << "the connection was closed";
    produce_response::partition out;
    out.index = -1;
    if (!answer || answer->responses.size() != 1 || answer->responses[0].partition_responses.size() != 1) return out;
    out = answer->responses[0].partition_responses[0];
    out.error_message.reset();  // it views into the frame
    out.record_errors.clear();
    return out;
}
}  // namespace kwire::testing
