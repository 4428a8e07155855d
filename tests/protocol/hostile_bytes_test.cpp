// SPDX-License-Identifier: Apache-2.0
// Bytes that somebody made to hurt: lengths and counts that lie, tags that nobody knows, batches that expand without end.
// Refused in time, in words that name the field and the byte, and within memory in proportion to what came.
#include "support/allocations.hpp"
#include "support/vectors.hpp"

#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/frame.hpp>
#include <kwire/protocol/tree.hpp>
#include <kwire/protocol/visible_records.hpp>

#include <iostream>

namespace kwire::hostile_bytes_test {
using namespace testing;
using role = tree_leaf::role;

struct message_row {
    const api* of;
    bool request;
    std::int16_t version;
    std::string body;
    std::string_view json;

    any_message make() const { return request ? of->make_request() : of->make_response(); }
    tree leaves() const {
        auto m = make();
        return annotate(m.shape(), m.object(), as_bytes(body), version);
    }
};
template <class Visit> void for_each_message(std::string_view label, Visit visit) {
    for_each_row("messages.tsv", [&](const std::vector<std::string_view>& c) {
        if (c[6] != label) return;
        SCOPED_TRACE(std::string(c[2]) + " " + std::string(c[3]) + " v" + std::string(c[4]));
        const auto key = static_cast<std::int16_t>(number(c[1]));
        visit(message_row{find_api(key), c[3] == "request", static_cast<std::int16_t>(number(c[4])), from_hex(c[7]), c[8]});
    });
}

// A message with one length replaced: is it refused as it must be?
void expect_refused(const message_row& row, const tree_leaf& leaf, std::size_t width, std::string_view lie) {
    std::string body = row.body;
    body.replace(leaf.from, width, lie);
    auto m = row.make();
    const allocation_count taken;
    const auto got = interpreter::decode(m.shape(), m.object(), as_bytes(body), row.version);
    EXPECT_LE(taken.bytes(), 32 * body.size() + 4096) << leaf.path;
    ASSERT_FALSE(got) << leaf.path << " = " << to_hex(as_bytes(lie));
    EXPECT_EQ(got.error(), client_errc::malformed);
    const auto& said = got.error().context();
    const auto last = leaf.path.substr(leaf.path.rfind('.') + 1);
    EXPECT_NE(said.find(last.substr(0, last.find('['))), std::string::npos) << said;
    EXPECT_NE(said.find("at offset "), std::string::npos) << said;
}

TEST(HostileLengths, OfEveryArrayStringAndFieldOfBytesAreRefusedByPathAndOffset) {
    using namespace std::string_view_literals;
    std::size_t lies = 0;
    for_each_message("many", [&](const message_row& row) {
        for (const auto& leaf : row.leaves().leaves) {
            const bool sized =
                leaf.what == role::count || leaf.type.ends_with("string") || leaf.type.ends_with("bytes") || leaf.type.ends_with("records");
            if (!sized || leaf.what == role::tag || leaf.what == role::unknown_tag) continue;
            const auto byte = static_cast<unsigned char>(row.body[leaf.from]);
            std::vector<std::string_view> all{"\x7f\xff\xff\xff"sv, "\xff\xff\xff\xfe"sv, "\x80\0\0\0"sv};
            std::size_t width = 4;
            if (leaf.type.starts_with("compact_")) {
                if (byte >= 0x80) continue;
                width = 1;  // too long, too large for 32 bits, more than 2147483647, and simply not there
                all = {"\x81\x80\x80\x80\x80\0"sv, "\xff\xff\xff\xff\x1f"sv, "\xff\xff\xff\xff\x0f"sv, "\x80\x80\x80\x80\x08"sv};
            } else if (leaf.type.ends_with("string")) {
                width = 2;
                all = {"\x7f\xff"sv, "\xff\xfe"sv, "\x80\0"sv};
            }
            for (const auto lie : all) expect_refused(row, leaf, width, lie), ++lies;
        }
    });
    std::cout << "vectors: " << lies << " lengths and counts that lie, all refused\n";
    EXPECT_GT(lies, 10'000u);
}

TEST(HostileLengths, NullIsRefusedWhereNothingMayBeNull) {
    using namespace std::string_view_literals;
    std::size_t nulls = 0;
    for_each_message("many", [&](const message_row& row) {
        for (const auto& leaf : row.leaves().leaves) {
            const bool element = leaf.path.ends_with(']');
            if (!leaf.field || leaf.type.find("nullable") != leaf.type.npos || leaf.what == role::tag || leaf.what == role::presence) continue;
            if (!element && leaf.field->nullable.contains(row.version)) continue;
            const bool compact = leaf.type.starts_with("compact_");
            const bool text = leaf.type.ends_with("string"), sized = leaf.what == role::count || leaf.type.ends_with("bytes");
            if (!text && !sized) continue;
            if (compact && static_cast<unsigned char>(row.body[leaf.from]) >= 0x80) continue;
            expect_refused(row, leaf, compact ? 1 : text ? 2 : 4, compact ? "\0"sv : text ? "\xff\xff"sv : "\xff\xff\xff\xff"sv);
            ++nulls;
        }
    });
    EXPECT_GT(nulls, 1'000u);
}

// An unknown tag into the buffer of the header and of every structure: what is known stays the same.
TEST(UnknownTags, InTheHeaderAndEveryStructureAreSkippedWithAnEqualResult) {
    using namespace std::string_view_literals;
    std::size_t messages = 0, tags = 0;
    const auto without_unknown = [](std::string json) {
        for (auto at = json.find("\"_unknownTaggedFields\":["); at != json.npos; at = json.find("\"_unknownTaggedFields\":[")) {
            const auto end = json.find(']', at) + 1, from = json[at - 1] == ',' ? at - 1 : at;
            json.erase(from, end - from);
        }
        return json;
    };
    for_each_message("many", [&](const message_row& row) {
        const auto seen = row.leaves();
        std::string body = row.body;
        for (auto leaf = seen.leaves.rbegin(); leaf != seen.leaves.rend(); ++leaf) {
            if (leaf->what == role::tag) return;  // its size would have to change too
            if (leaf->what != role::tag_count || body[leaf->from] != 0) continue;
            body.replace(leaf->from, 1, "\1\x83\x68\3xyz"sv);  // one: tag 13315, three bytes
            ++tags;
        }
        auto m = row.make();
        const auto taken = interpreter::decode(m.shape(), m.object(), as_bytes(body), row.version);
        ASSERT_TRUE(taken) << taken.error().message();
        EXPECT_EQ(*taken, body.size());
        std::string json;
        interpreter::to_json(m.shape(), m.object(), row.version, json);
        EXPECT_EQ(without_unknown(json), row.json);
        ++messages;
    });
    EXPECT_GT(messages, 200u);
    EXPECT_GT(tags, 1'000u);
    const auto frame = from_hex("00010012000000030005617564697401830803abcdef");
    const auto front = read_request_header(as_bytes(frame), is_flexible);
    ASSERT_TRUE(front) << front.error().message();
    EXPECT_EQ(front->header.client_id, "audit");
    EXPECT_EQ(front->header.correlation_id, 3);
    EXPECT_TRUE(front->body.empty());
    response_header answer;
    const auto other = from_hex("0000000701830803abcdef");
    EXPECT_TRUE(read_response_header(as_bytes(other), 1, answer));
    EXPECT_EQ(answer.correlation_id, 7);
}

void expect_every_cut_refused(const shape& s, void* object, std::string_view whole, std::int16_t version) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string cut(whole.substr(0, size));  // of its own, so that a sanitizer sees its end
        const allocation_count taken;
        const auto read = interpreter::decode(s, object, as_bytes(cut), version);
        ASSERT_LE(taken.bytes(), 32 * size + 4096);
        ASSERT_FALSE(read) << "cut at " << size;
        ASSERT_NE(read.error().context().find("at offset "), std::string::npos);
    }
}

TEST(EmbeddedVectors, EveryTruncationIsRefused) {
    for_each_row("embedded.tsv", [](const std::vector<std::string_view>& c) {
        SCOPED_TRACE(std::string(c[1]) + " v" + std::string(c[2]) + " " + std::string(c[4]));
        auto m = find_data_message(c[1])->make();
        expect_every_cut_refused(m.shape(), m.object(), from_hex(c[5]), static_cast<std::int16_t>(number(c[2])));
    });
}

TEST(HeaderVectors, EveryTruncationIsRefused) {
    for_each_row("headers.tsv", [](const std::vector<std::string_view>& c) {
        SCOPED_TRACE(std::string(c[2]) + " " + std::string(c[3]) + " v" + std::string(c[4]));
        request_header request;
        response_header response;
        const auto version = static_cast<std::int16_t>(number(c[5]));
        if (c[3] == "request") expect_every_cut_refused(shape_of<request_header>(), &request, from_hex(c[9]), version);
        else expect_every_cut_refused(shape_of<response_header>(), &response, from_hex(c[9]), version);
    });
}

TEST(HeaderVectors, MalformedHeadersAreRefusedWhereKafkaRefusesThem) {
    std::size_t seen = 0;
    for_each_row("malformed.tsv", [&](const std::vector<std::string_view>& c) {
        const bool request = c[0] == "request_header";
        if (!request && c[0] != "response_header") return;
        ++seen;
        SCOPED_TRACE(std::string(c[0]) + " " + std::string(c[2]) + " v" + std::string(c[3]) + " " + std::string(c[4]));
        const auto frame = from_hex(c[5]);
        (void)apis();  // made when first asked for
        const allocation_count taken;
        bool read = false;
        if (request) {
            const auto front = read_request_header(as_bytes(frame), is_flexible);
            read = front && find_api(front->header.request_api_key);
        } else {
            const api* a = find_api(static_cast<std::int16_t>(number(c[1])));
            response_header h;
            read = read_response_header(as_bytes(frame), a->response_header(static_cast<std::int16_t>(number(c[3]))), h).has_value();
        }
        EXPECT_LE(taken.bytes(), 32 * frame.size() + 4096);
        const bool removed_in_4_0 = c[4] == "api_key=4" || c[4] == "api_key=7";  // kwire reads what 2.8 speaks
        if (c[6] != "ok" && !removed_in_4_0) { EXPECT_FALSE(read) << "Kafka says " << c[6]; }
        // Kafka takes any negative length for null, and the same tag twice.
        const bool lenient = c[4] == "client-id-length=fffe" || c[4] == "client-id-length=8000" || c[4] == "tags=022001aa2001aa";
        if (c[6] == "ok" && !lenient) { EXPECT_TRUE(read); }
    });
    EXPECT_EQ(seen, 144u);
}

TEST(TruncatedTail, WhateverIsCutOffTheLastBatchTheFirstIsReadAndReadingGoesOn) {
    const auto batch = [](std::int64_t from) {
        batch_writer b(1000);
        for (const char* value : {"one", "two", "three"}) b.append({.timestamp = 7, .key = {}, .value = as_bytes(value)});
        b.seal({.base_offset = from});
        return std::string(as_text(b.wire()));
    };
    const auto first = batch(10), both = first + batch(13);
    for (std::size_t size = first.size(); size <= both.size(); ++size) {
        const std::string data = both.substr(0, size);  // of its own, so that a sanitizer sees its end
        visible_batches batches(as_bytes(data), 10);
        decompressor expander;
        buffer room;
        record_reader records;
        std::size_t seen = 0;
        for (;;) {
            const auto more = batches.next(expander, room, records);
            ASSERT_TRUE(more) << more.error().message();
            if (!*more) break;
            for (record_view r; records.next(r);) ++seen;
            ASSERT_TRUE(records.status());
        }
        const bool whole = size == both.size();
        EXPECT_EQ(seen, whole ? 6u : 3u) << size;
        EXPECT_EQ(batches.next_offset(), whole ? 16 : 13) << size;
    }
}

// What bytes declare is believed only as far as the cap; nothing is taken for what is refused.
TEST(Bombs, SizesThatAreOnlyDeclaredTakeNoMemory) {
    constexpr std::size_t cap = 1 << 20;
    const std::string xerial = from_hex(
        "82534e4150505900"
        "00000001"
        "00000001");
    const struct {
        codec kind;
        std::string what, data;
    } bombs[] = {{codec::zstd, "64 GiB, in the frame's header",
                  from_hex("28b52ffde0"
                           "0000000010000000"
                           "010000")},
                 {codec::snappy, "4 GiB, raw",
                  from_hex("ffffffff0f"
                           "00")},
                 {codec::snappy, "a chunk of -1 bytes",
                  xerial + from_hex("ffffffff"
                                    "00")},
                 {codec::snappy, "a chunk of 2 GiB",
                  xerial + from_hex("7fffffff"
                                    "00")},
                 {codec::lz4, "1 TiB, in the frame's header",
                  from_hex("04224d18"
                           "6c70"
                           "0000000000010000"
                           "00")}};
    for (const auto& bomb : bombs) {
        if (!check_codec(bomb.kind)) continue;
        SCOPED_TRACE(std::string(codec_name(bomb.kind)) + ": " + bomb.what);
        std::size_t charged = 0;
        decompressor expander(cap, [&](std::size_t more) { return charged += more, true; });
        buffer room;
        EXPECT_FALSE(expander.expand(bomb.kind, as_bytes(bomb.data), room));
        EXPECT_EQ(charged, 0u);
    }
}

TEST(Bombs, WhatShrankToAHundredthPassesUnderTheCap) {
    constexpr std::size_t cap = 1 << 20;
    const std::string plain(cap - 4096, 'a');
    for (const auto kind : {codec::gzip, codec::lz4, codec::zstd}) {
        if (!check_codec(kind)) continue;
        SCOPED_TRACE(codec_name(kind));
        compressor coder(kind);
        std::vector<std::byte> packed(coder.bound(plain.size()));
        const auto size = coder.compress(as_bytes(plain), packed);
        ASSERT_TRUE(size);
        EXPECT_LE(100 * *size, plain.size());
        decompressor expander(cap);
        buffer room;
        const auto done = expander.expand(kind, bytes(packed).first(*size), room);
        ASSERT_TRUE(done) << done.error().message();
        EXPECT_EQ(as_text(room), plain);
    }
}
}  // namespace kwire::hostile_bytes_test
