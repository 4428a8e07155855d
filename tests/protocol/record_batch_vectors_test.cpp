// SPDX-License-Identifier: Apache-2.0
// Record data that Apache Kafka wrote, and broken record data that Kafka's reader judged.
#include "support/allocations.hpp"
#include "support/vectors.hpp"

#include <kwire/protocol/crc32c.hpp>
#include <kwire/protocol/record_batch.hpp>
#include <kwire/protocol/records_json.hpp>

#include <set>

namespace kwire::record_batch_vectors_test {
using namespace testing;
struct reading {
    std::size_t batches = 0, records = 0, bytes_seen = 0;
    std::optional<kwire::error> fault;
};

// Reads everything there is, every byte of every record included, so that a sanitizer sees a view that goes astray.
reading read_all(bytes data, decompressor& expander, buffer& room) {
    reading seen;
    record_batches batches(data);
    batch_view batch;
    for (;;) {
        auto more = batches.next(batch);
        if (!more) return seen.fault = more.error(), seen;
        if (!*more) return seen;
        auto records = batch.records(expander, room);
        if (!records) return seen.fault = records.error(), seen;
        auto read = records->for_each([&](const record_view& r) {
            ++seen.records;
            const auto look = [&](const std::optional<bytes>& b) {
                for (const std::byte one : b.value_or(bytes())) seen.bytes_seen += std::to_integer<std::size_t>(one) & 1;
            };
            look(r.key);
            look(r.value);
            for (const record_header& h : r.headers) look(as_bytes(h.key)), look(h.value);
        });
        if (!read) return seen.fault = read.error(), seen;
        ++seen.batches;
    }
}
reading read_all(bytes data) {
    decompressor expander;
    buffer room;
    return read_all(data, expander, room);
}

// Whether this build reads the codec that a row names; "mixed" and "-" name none.
bool built_in(std::string_view name) {
    const auto kind = find_codec(name);
    return !kind || check_codec(*kind).has_value();
}

TEST(RecordBatchVectors, AreReadAsKafkaReadsThem) {
    decompressor expander;
    std::set<std::string> codecs;
    const auto rows = for_each_row("record_batches.tsv", [&](const auto& c) {
        SCOPED_TRACE(c[1]);
        const std::string data = from_hex(c[6]);
        std::string json;
        const auto done = append_records_json(json, as_bytes(data), expander);
        if (const bool known = built_in(c[3]); !known || (!find_codec(c[3]) && !done)) {
            ASSERT_FALSE(done);
            EXPECT_EQ(done.error(), client_errc::not_supported_by_build);
            EXPECT_NE(done.error().context().find("KWIRE_WITH_"), std::string::npos);
            return;
        }
        ASSERT_TRUE(done) << done.error().message();
        EXPECT_EQ(json, c[7]);
        if (find_codec(c[3])) codecs.insert(std::string(c[3]));
    });
    EXPECT_GT(rows, 400U);
    EXPECT_EQ(codecs.size(), 2U + built_in("snappy") + built_in("lz4") + built_in("zstd")) << "a codec without rows";
}

TEST(RecordBatchVectors, PlainBatchesAreReadWithoutAnyAllocation) {
    (void)crc32c({});  // the first call in a process chooses the method
    for_each_row("record_batches.tsv", [&](const auto& c) {
        if (c[3] != "none") return;
        SCOPED_TRACE(c[1]);
        const std::string data = from_hex(c[6]);
        decompressor expander;
        buffer room;
        const allocation_count taken;
        const auto seen = read_all(as_bytes(data), expander, room);
        EXPECT_EQ(taken.bytes(), 0U);
        EXPECT_EQ(seen.records, static_cast<std::size_t>(number(c[5])));
    });
}

TEST(RecordBatchVectors, CompressedBatchesTakeOneBufferOnce) {
    for_each_row("record_batches.tsv", [&](const auto& c) {
        if (c[3] == "none" || c[4] != "1" || !built_in(c[3])) return;
        SCOPED_TRACE(c[1]);
        const std::string data = from_hex(c[6]);
        std::size_t charged = 0;
        decompressor expander(decompressor::default_cap, [&](std::size_t more) { return charged += more, true; });
        buffer room;
        read_all(as_bytes(data), expander, room);
        const std::size_t once = charged;
        EXPECT_EQ(once, room.capacity());
        EXPECT_LE(once, room.size() + data.size() * 8 + 256 * 1024);
        const allocation_count taken;
        EXPECT_FALSE(read_all(as_bytes(data), expander, room).fault);
        EXPECT_EQ(charged, once) << "the second time needs no more";
        EXPECT_EQ(taken.bytes(), 0U);
    });
}

TEST(RecordBatchVectors, EveryTruncationOfSmallOnesIsSurvived) {
    decompressor expander;
    buffer room;
    for_each_row("record_batches.tsv", [&](const auto& c) {
        const std::string data = from_hex(c[6]);
        if (data.size() > 700) return;
        SCOPED_TRACE(c[1]);
        const auto whole = read_all(as_bytes(data), expander, room);
        for (std::size_t size = 0; size < data.size(); ++size) {
            const std::string cut = data.substr(0, size);  // its own memory, so that a sanitizer sees its end
            const auto seen = read_all(as_bytes(cut), expander, room);
            EXPECT_TRUE(!seen.fault || *seen.fault == client_errc::not_supported_by_build) << "cut at " << size << ": " << seen.fault->message();
            EXPECT_LE(seen.records, whole.records);
        }
    });
}

// Kafka lets these pass; kwire does not, because nobody sane writes them (the README of the vectors lists them).
bool stricter_on_purpose(std::string_view mutation) {
    static constexpr std::string_view parts[] = {"record-count-0",      "records-count-0",       "count=00000000",     "length=-2",
                                                 "length=-5",           "10th-byte-high",        "length=-2147483648", "length=fffffffe",
                                                 "length=80000000",     "gzip-trailing",         "lz4-trailing",       "lz4-wrong-content",
                                                 "key-length=00000002", "value-length=00000002", "value-length=4"};
    for (const auto part : parts) {
        if (mutation.find(part) != mutation.npos) return true;
    }
    return false;
}

TEST(RecordBatchVectors, BrokenOnesAreRefusedWhereKafkaRefuses) {
    std::size_t refused = 0;
    for_each_row("malformed.tsv", [&](const auto& c) {
        if (c[0] != "records") return;
        SCOPED_TRACE(c[4]);
        const std::string data = from_hex(c[5]);
        const auto seen = read_all(as_bytes(data));
        if (seen.fault && *seen.fault == client_errc::not_supported_by_build) return;
        if (c[6] == "ok") {
            if (seen.fault) {
                EXPECT_TRUE(stricter_on_purpose(c[4])) << seen.fault->message();
                return;
            }
            std::string said = "batches=";
            said += std::to_string(seen.batches);
            said += ";records=";
            said += std::to_string(seen.records);
            EXPECT_EQ(c[7].substr(0, said.size()), said);
        } else if (seen.fault) {
            ++refused;
            EXPECT_NE(seen.fault->context().find("batch at offset "), std::string::npos) << seen.fault->message();
        } else {
            // Incomplete for kwire, too long for Kafka; and two things that liblz4 reads and Kafka does not.
            EXPECT_TRUE(c[4].find("length=7fffffff") != c[4].npos || c[4].find("size=7fffffff") != c[4].npos || c[4] == "frame:lz4-two-frames" ||
                        c[4] == "frame:lz4-linked-blocks-flag")
                << c[6];
        }
    });
    EXPECT_GT(refused, 300U);
}

TEST(RecordBatchVectors, BombsStayUnderTheCap) {
    constexpr std::size_t cap = 1024 * 1024;
    std::size_t bombs = 0;
    for_each_row("malformed.tsv", [&](const auto& c) {
        if (c[0] != "records") return;
        SCOPED_TRACE(c[4]);
        const std::string data = from_hex(c[5]);
        std::size_t charged = 0;
        decompressor expander(cap, [&](std::size_t more) { return charged += more, true; });
        buffer room;
        const allocation_count taken;
        const auto seen = read_all(as_bytes(data), expander, room);
        EXPECT_LE(charged, cap);
        EXPECT_LE(taken.bytes(), 2 * cap) << "what was given back on the way included";
        const bool bomb = c[4].substr(0, 5) == "bomb:" && c[7].find("expands=") != c[7].npos;
        if (!bomb) return;
        ++bombs;
        ASSERT_TRUE(seen.fault);
        if (*seen.fault == client_errc::not_supported_by_build) return;
        EXPECT_EQ(*seen.fault, client_errc::too_large) << seen.fault->message();
        EXPECT_NE(seen.fault->context().find("max.decompressed.batch.bytes"), std::string::npos);
    });
    EXPECT_GE(bombs, 8U);
}

TEST(RecordBatchVectors, ABudgetThatIsSpentIsNotACorruptBatch) {
    for_each_row("record_batches.tsv", [&](const auto& c) {
        if (c[1] != "v2-gzip-noise-70000") return;
        decompressor expander(decompressor::default_cap, [](std::size_t) { return false; });
        buffer room;
        const std::string data = from_hex(c[6]);
        const auto seen = read_all(as_bytes(data), expander, room);
        ASSERT_TRUE(seen.fault);
        EXPECT_EQ(*seen.fault, client_errc::buffer_full);
        EXPECT_EQ(room.capacity(), 0U);
    });
}
}  // namespace kwire::record_batch_vectors_test
