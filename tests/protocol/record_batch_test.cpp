// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/crc32c.hpp>
#include <kwire/protocol/record_batch.hpp>
#include <kwire/protocol/visible_records.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace kwire::record_batch_test {
// Three records at offsets 42 to 44, and what a change of one byte makes of them.
class CorruptBatch : public ::testing::Test {
  protected:
    CorruptBatch() {
        batch_writer batch(1000);
        for (const char* value : {"one", "two", "three"}) batch.append({.timestamp = 7, .key = as_bytes("k"), .value = as_bytes(value)});
        batch.seal({.base_offset = 42});
        wire = as_text(batch.wire());
    }
    void set(std::size_t at, int value) { wire[at] = static_cast<char>(value); }
    void fix_crc() {
        auto* const at = reinterpret_cast<std::byte*>(wire.data());
        store(at + batch_layout::crc, crc32c(as_bytes(wire).subspan(batch_layout::attributes)));
    }
    std::string reading() const {
        record_batches batches(as_bytes(wire));
        batch_view batch;
        auto more = batches.next(batch);
        if (!more) return more.error().message();
        if (!*more) return "nothing, but " + std::to_string(batches.trailing_bytes()) + " bytes";
        decompressor expander(100'000);
        buffer room;
        auto records = batch.records(expander, room);
        if (!records) return records.error().message();
        std::size_t seen = 0;
        auto done = records->for_each([&](const record_view&) { ++seen; });
        return done ? std::to_string(seen) + " records" : done.error().message();
    }
    std::string wire;
};

TEST_F(CorruptBatch, EveryFlippedBitIsNoticed) {
    const std::string whole = wire;
    ASSERT_EQ(reading(), "3 records");
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        wire = whole;
        wire[bit / 8] = static_cast<char>(wire[bit / 8] ^ (1 << (bit % 8)));
        // The broker assigns offset and leader epoch; a longer batch is an incomplete one.
        const bool not_covered = bit / 8 < batch_layout::length || (bit / 8 >= batch_layout::partition_leader_epoch && bit / 8 < batch_layout::magic);
        EXPECT_EQ(reading() == "3 records", not_covered) << "bit " << bit;
    }
}

TEST_F(CorruptBatch, IsNamedWithBothChecksums) {
    set(wire.size() - 2, 'X');
    const std::string said = reading();
    EXPECT_TRUE(said.starts_with("batch at offset 42: stored CRC 0x")) << said;
    EXPECT_TRUE(said.find(", computed 0x") != said.npos && said.ends_with(": corrupt record batch")) << said;
}

TEST_F(CorruptBatch, RecordsAreNamedByIndexAndByte) {
    set(72 + 4, 100);  // the second record: length, attributes, timestamp, offset, then the length of its key
    fix_crc();
    EXPECT_EQ(reading(), "batch at offset 42: record 1 at byte 11: the length of its key is wrong, at byte 15: corrupt record batch");
}

TEST_F(CorruptBatch, CountsThatDoNotFitAreRefused) {
    set(batch_layout::count + 3, 4);
    fix_crc();
    EXPECT_EQ(reading(), "batch at offset 42: it says that it has 4 records, but ends after 3: corrupt record batch");
    set(batch_layout::count + 3, 2);
    fix_crc();
    EXPECT_EQ(reading(), "batch at offset 42: 13 bytes follow the last of its 2 records, at byte 22: corrupt record batch");
    set(batch_layout::count, 0x7f);
    fix_crc();
    EXPECT_EQ(reading(), "batch at offset 42: it says that it has 2130706434 records, in 35 bytes: corrupt record batch");
}

TEST_F(CorruptBatch, LengthsAndCountsBelowZeroAreRefused) {
    const std::string whole = wire;
    for (std::size_t i = 0; i < 4; ++i) set(batch_layout::count + i, 0xff);
    fix_crc();
    EXPECT_NE(reading().find("batch at offset 42: it says that it has -1 records"), std::string::npos) << reading();
    wire = whole;
    set(batch_layout::length, 0x80);
    EXPECT_NE(reading().find("batch at offset 42"), std::string::npos) << reading();
}

TEST_F(CorruptBatch, CodecsAndMagicsThatNobodyKnowsAreRefused) {
    set(batch_layout::attributes + 1, 7);
    fix_crc();
    EXPECT_EQ(reading(), "batch at offset 42: codec 7 is unknown: corrupt record batch");
    set(batch_layout::attributes + 1, 1);
    fix_crc();
    EXPECT_EQ(reading(), "batch at offset 42: gzip: it is no gzip data: corrupt record batch");
    set(batch_layout::magic, 3);
    EXPECT_EQ(reading(), "batch at offset 42: its magic is 3: only 0, 1 and 2 are known: corrupt record batch");
}

TEST_F(CorruptBatch, ATailThatWasCutOffIsNone) {
    const std::string whole = wire;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        wire = whole.substr(0, size);
        EXPECT_EQ(reading(), "nothing, but " + std::to_string(size) + " bytes");
    }
}

// Most records are read by a short way that knows only varints of three bytes and a value without headers.
TEST(RecordBatch, IsReadWhateverTheLengthsOfItsVarintsAre) {
    const std::string content(1'048'576, 'c');
    std::vector<record> written;
    const std::size_t sizes[] = {0, 1, 63, 64, 8191, 8192, 1'048'575, 1'048'576};
    for (const std::int64_t ms : {0, 63, 64, 8191, 8192, 1'048'575, 1'048'576, -64, -65, -1'048'577}) {
        for (const auto size : sizes) {
            if (size > 10'000 && ms != 0) continue;  // it would only take memory
            const auto piece = as_bytes(content).first(size);
            written.push_back({5'000'000 + ms, {}, piece, {}});
            written.push_back({5'000'000 + ms, piece, bytes(), {}});
            written.push_back({5'000'000 + ms, piece, {}, {}});
        }
    }
    batch_writer batch(30'000'000);
    for (const auto& r : written) ASSERT_TRUE(batch.append(r));
    batch.seal();
    record_batches batches(batch.wire(), false);
    batch_view view;
    ASSERT_TRUE(batches.next(view).value());
    decompressor expander;
    buffer room;
    auto records = view.records(expander, room);
    ASSERT_TRUE(records);
    std::size_t seen = 0;
    const auto same = [](const std::optional<bytes>& a, const std::optional<bytes>& b) {
        return a.has_value() == b.has_value() && (!a || std::ranges::equal(*a, *b));
    };
    const auto done = records->for_each([&](const record_view& r) {
        const record& w = written[seen];
        EXPECT_TRUE(r.offset == static_cast<std::int64_t>(seen) && r.timestamp == w.timestamp && same(r.key, w.key) && same(r.value, w.value))
            << seen;
        ++seen;
    });
    EXPECT_TRUE(done);
    EXPECT_EQ(seen, written.size());
}

// What the short way must leave to the careful one, in a batch that is long enough for it.
TEST_F(CorruptBatch, ARecordIsNotReadAcrossItsEnd) {
    batch_writer batch(1000);
    for (int i = 0; i < 4; ++i) batch.append({.timestamp = 7, .key = as_bytes("kk"), .value = as_bytes("a value of some length")});
    batch.seal();
    wire = as_text(batch.wire());
    ASSERT_EQ(reading(), "4 records");
    const std::string whole = wire;
    const std::size_t length = batch_layout::records, key = length + 4, value = key + 3;
    for (const auto& [at, change] :
         {std::pair(length, 2), {length, -2}, {length, 1}, {key, 2}, {key, -2}, {key, 1}, {value, 2}, {value, -2}, {value, 1}}) {
        wire = whole;
        set(at, wire[at] + change);
        fix_crc();
        EXPECT_TRUE(reading().starts_with("batch at offset 0: record 0 at byte 0: ")) << at - length << " " << change << ": " << reading();
    }
}

TEST(RecordBatch, ExpandingTooMuchNamesTheOption) {
    batch_writer batch(300'000);
    batch.append({.timestamp = 7, .key = {}, .value = as_bytes(std::string_view(std::string(200'000, 'x')))});
    compressor coder(codec::gzip);
    buffer spare;
    batch.compress(coder, spare).value();
    batch.seal();
    batch_view view;
    ASSERT_TRUE(record_batches(batch.wire()).next(view).value());
    decompressor expander(100'000);
    buffer room;
    const auto refused = view.records(expander, room);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message(), "batch at offset 0: gzip: expands to more than 100000 bytes (max.decompressed.batch.bytes): too large");
    EXPECT_EQ(room.capacity(), 0U) << "refused by what it declares, before memory is taken";
}

TEST(RecordBatch, HeadersAreFoundByTheLastOfTheirName) {
    const record_header headers[] = {{"a", as_bytes("1")}, {"b", std::nullopt}, {"a", as_bytes("2")}};
    batch_writer batch(1000);
    batch.append({.timestamp = 7, .key = {}, .value = {}, .headers = headers});
    batch.seal();
    batch_view view;
    ASSERT_TRUE(record_batches(batch.wire()).next(view).value());
    decompressor expander;
    buffer room;
    auto records = view.records(expander, room).value();
    record_view r;
    ASSERT_TRUE(records.next(r));
    EXPECT_EQ(r.headers.size(), 3U);
    EXPECT_EQ(as_text(r.headers.last("a").value().value.value()), "2");
    EXPECT_FALSE(r.headers.last("b").value().value);
    EXPECT_FALSE(r.headers.last("c"));
}

TEST(RecordBatch, ControlRecordsTellTheirType) {
    batch_writer batch(1000);
    batch.append({.timestamp = 7, .key = as_bytes(std::string_view("\0\0\0\1", 4)), .value = as_bytes(std::string_view("\0\0\0\0\0\0", 6))});
    batch.seal({.producer_id = 9, .producer_epoch = 0, .transactional = true, .control = true});
    batch_view view;
    ASSERT_TRUE(record_batches(batch.wire()).next(view).value());
    EXPECT_TRUE(view.control());
    decompressor expander;
    buffer room;
    auto records = view.records(expander, room).value();
    record_view r;
    ASSERT_TRUE(records.next(r));
    EXPECT_EQ(control_type(r), control_record_type::commit);
}
}  // namespace kwire::record_batch_test
