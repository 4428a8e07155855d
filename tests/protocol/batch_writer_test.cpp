// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/batch_writer.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kwire::batch_writer_test {
using headers = std::vector<std::pair<std::string, std::optional<std::string>>>;
// A record with memory of its own, to compare with.
struct kept {
    std::int64_t offset = 0, timestamp = 0;
    std::optional<std::string> key, value;
    headers with;
    bool operator==(const kept&) const = default;
};

std::optional<bytes> view(const std::optional<std::string>& text) { return text ? std::optional<bytes>(as_bytes(*text)) : std::nullopt; }
std::optional<std::string> text(const std::optional<bytes>& b) { return b ? std::optional<std::string>(as_text(*b)) : std::nullopt; }

bool append(batch_writer& to, const kept& r) {
    std::vector<record_header> with;
    for (const auto& [key, value] : r.with) with.push_back({key, view(value)});
    return to.append({r.timestamp, view(r.key), view(r.value), with});
}

kept keep(const record_view& r) {
    kept out{r.offset, r.timestamp, text(r.key), text(r.value), {}};
    for (const record_header& h : r.headers) out.with.emplace_back(h.key, text(h.value));
    return out;
}

std::vector<kept> read(bytes wire) {
    std::vector<kept> out;
    record_batches batches(wire);
    batch_view batch;
    decompressor expander;
    buffer room;
    while (batches.next(batch).value()) {
        auto records = batch.records(expander, room).value();
        for (const record_view& r : records) out.push_back(keep(r));
        records.status().value();
    }
    EXPECT_EQ(batches.trailing_bytes(), 0U);
    return out;
}

std::vector<kept> all_sorts() {
    return {
        {0, 1'700'000'000'000, "key", "value", {}},
        {1, 1'699'999'999'000, {}, {}, {}},  // older than the first, null key and value
        {2, 1'700'000'000'500, "", "", {{"", ""}, {"h", "1"}, {"h", std::nullopt}, {"h", "3"}}},
        {3, INT64_MAX, std::string(70'000, 'k'), std::string(200, 'v'), {{std::string(300, 'n'), std::string(20'000, 'x')}}},
        {4, INT64_MIN, {}, "last", {}},
    };
}

class BatchWriterOf : public ::testing::TestWithParam<codec> {
  protected:
    void SetUp() override {
        if (const auto built_in = check_codec(GetParam()); !built_in) GTEST_SKIP() << built_in.error().message();
    }
};

TEST_P(BatchWriterOf, WritesWhatTheViewReads) {
    batch_writer batch(1 << 20);
    for (const kept& r : all_sorts()) ASSERT_TRUE(append(batch, r));
    const std::size_t plain = batch.size();
    compressor coder(GetParam());
    buffer spare;
    batch.compress(coder, spare).value();
    batch.seal({.producer_id = 4000, .producer_epoch = 3, .base_sequence = 7, .transactional = true});
    EXPECT_EQ(batch.wire().size(), batch.size());
    EXPECT_EQ(read(batch.wire()), all_sorts());

    batch_view view;
    ASSERT_TRUE(record_batches(batch.wire()).next(view).value());
    EXPECT_EQ(view.compression(), GetParam());
    EXPECT_EQ(view.wire().size() < plain, GetParam() != codec::none);
    EXPECT_EQ(view.count(), 5);
    EXPECT_EQ(view.producer_id(), 4000);
    EXPECT_EQ(view.producer_epoch(), 3);
    EXPECT_EQ(view.base_sequence(), 7);
    EXPECT_EQ(view.last_sequence(), 11);
    EXPECT_EQ(view.partition_leader_epoch(), -1);
    EXPECT_TRUE(view.transactional());
    EXPECT_FALSE(view.control());
    EXPECT_EQ(view.base_timestamp(), 1'700'000'000'000);
    EXPECT_EQ(view.max_timestamp(), INT64_MAX);
    EXPECT_EQ(view.next_offset(), 5);
}

TEST_P(BatchWriterOf, SealsAgainWithoutTouchingTheRecords) {
    batch_writer batch(1 << 20);
    for (const kept& r : all_sorts()) ASSERT_TRUE(append(batch, r));
    compressor coder(GetParam());
    buffer spare;
    batch.compress(coder, spare).value();
    const batch_identity first{.producer_id = 1, .producer_epoch = 2, .base_sequence = 3};
    batch.seal(first);
    const std::string once(as_text(batch.wire()));
    batch.seal(first);
    EXPECT_EQ(as_text(batch.wire()), once) << "a retry is the same bytes";
    batch.seal({.producer_id = 9, .producer_epoch = 0, .base_sequence = 0});
    const std::string bumped(as_text(batch.wire()));
    EXPECT_EQ(bumped.substr(batch_layout::records), once.substr(batch_layout::records));
    EXPECT_NE(bumped, once);
    EXPECT_EQ(read(batch.wire()), all_sorts());
    if (GetParam() != codec::none) { EXPECT_FALSE(append(batch, {})) << "nothing goes behind compressed records"; }
}

TEST_P(BatchWriterOf, LeavesAloneWhatDoesNotGetSmaller) {
    batch_writer batch(200);
    ASSERT_TRUE(append(batch, {0, 1, {}, "x", {}}));
    const std::size_t plain = batch.size();
    compressor coder(GetParam());
    buffer spare;
    batch.compress(coder, spare).value();
    batch.seal();
    EXPECT_EQ(batch.size(), plain);
    EXPECT_EQ(read(batch.wire()), (std::vector<kept>{{0, 1, {}, "x", {}}}));
}

TEST_P(BatchWriterOf, TheLevelDecidesHowSmallItGets) {
    if (GetParam() == codec::none || GetParam() == codec::snappy) return;  // they have no levels
    const auto size_at = [](int level) {
        batch_writer batch(1 << 20);
        std::uint32_t chance = 1;
        for (int i = 0; i < 2000; ++i) {
            std::string text;
            for (int word = 0; word < 8; ++word) text += "word" + std::to_string((chance = chance * 1664525 + 1013904223) >> 23) + " ";
            if (!append(batch, {i, i, {}, text, {}})) ADD_FAILURE() << "no room";
        }
        compressor coder(GetParam(), level);
        buffer spare;
        batch.compress(coder, spare).value();
        batch.seal();
        EXPECT_EQ(read(batch.wire()).size(), 2000u);
        return batch.size();
    };
    // Kafka's levels of lz4: 9, the default, is the fast compressor, every other the high one.
    EXPECT_LT(size_at(GetParam() == codec::lz4 ? 12 : 9), size_at(GetParam() == codec::lz4 ? 9 : 1));
}

INSTANTIATE_TEST_SUITE_P(Codecs, BatchWriterOf, ::testing::Values(codec::none, codec::gzip, codec::snappy, codec::lz4, codec::zstd),
                         [](const auto& p) { return std::string(codec_name(p.param)); });

TEST(BatchWriter, FillsToTheLastByteAndNotBeyond) {
    const kept r{0, 5, "k", "0123456789", {{"h", "v"}}};
    batch_writer measuring(1000);
    ASSERT_TRUE(append(measuring, r));
    const std::size_t exact = measuring.size();
    batch_writer batch(exact), smaller(exact - 1);
    EXPECT_TRUE(append(batch, r));
    EXPECT_EQ(batch.size(), exact);
    EXPECT_FALSE(append(batch, r));
    EXPECT_FALSE(append(smaller, r));
    EXPECT_TRUE(smaller.empty());
    EXPECT_EQ(smaller.size(), batch_layout::records);
}

TEST(BatchWriter, KnowsTheSizeOfARecordBeforeItIsAppended) {
    batch_writer batch(1 << 20);
    for (int i = 0; i < 3000; ++i) {
        const std::string value(static_cast<std::size_t>(i % 200), 'v');
        const record r{1000 + i * 7, {}, as_bytes(value)};
        const std::size_t before = batch.size(), size = batch.size_of(r);
        ASSERT_TRUE(batch.append(r));
        ASSERT_EQ(batch.size(), before + size);
    }
}

TEST(BatchWriter, StartsAgainInTheSameMemory) {
    batch_writer batch(1000);
    ASSERT_TRUE(append(batch, {0, 77, "old", "old", {}}));
    batch.seal();
    batch.start(1000);
    EXPECT_TRUE(batch.empty());
    ASSERT_TRUE(append(batch, {0, 1, "new", "new", {}}));
    batch.seal();
    EXPECT_EQ(read(batch.wire()), (std::vector<kept>{{0, 1, "new", "new", {}}}));
    const std::size_t size = batch.size();
    EXPECT_EQ(batch.release().size(), size);
    EXPECT_FALSE(append(batch, {})) << "no memory, no record";
}

TEST(BatchWriter, OffsetsAreAssignedWithoutAnotherChecksum) {
    batch_writer batch(1000);
    ASSERT_TRUE(append(batch, {0, 1, "k", "v", {}}));
    ASSERT_TRUE(append(batch, {0, 2, "k", "v", {}}));
    batch.seal();
    std::string log(as_text(batch.wire()));
    const std::span<std::byte> wire = std::as_writable_bytes(std::span(log));
    assign_offset(wire, 5'000'000'000, 12);
    EXPECT_EQ(read(wire), (std::vector<kept>{{5'000'000'000, 1, "k", "v", {}}, {5'000'000'001, 2, "k", "v", {}}}));
    stamp_append_time(wire, 99);
    EXPECT_EQ(read(wire), (std::vector<kept>{{5'000'000'000, 99, "k", "v", {}}, {5'000'000'001, 99, "k", "v", {}}}));
}
}  // namespace kwire::batch_writer_test
