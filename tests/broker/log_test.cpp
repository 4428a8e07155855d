// SPDX-License-Identifier: Apache-2.0
// What the embedded broker keeps, for how long, and how readers learn where a log begins and ends.
#include "requests.hpp"
#include "support/odd_batches.hpp"

#include <kwire/broker/broker_thread.hpp>
#include <kwire/protocol/messages/offset_for_leader_epoch.hpp>

namespace kwire::testing::log_test {
/// A batch of one record of so many bytes.
std::string batch_of_size(std::size_t size) {
    batch_writer w(size + 200);
    EXPECT_TRUE(w.append({1, {}, as_bytes(std::string(size, 'x')), {}}));
    w.seal();
    return std::string(as_text(w.wire()));
}

struct reading {
    errc code;
    std::int64_t start, end;
    std::vector<std::int64_t> offsets;  // of the batches
};
reading read(raw_peer& peer, std::string_view topic, std::int64_t offset, std::int32_t most = 1 << 20, std::int32_t partition_most = 1 << 20) {
    const auto answer = peer.ask(fetch_of(topic, offset, most, partition_most), 11);
    const auto& p = answer->responses.at(0).partitions.at(0);
    reading got{p.error_code, p.log_start_offset, p.high_watermark, {}};
    record_batches batches(p.records->data);
    batch_view b;
    for (auto more = batches.next(b); more && *more; more = batches.next(b)) got.offsets.push_back(b.base_offset());
    return got;
}
std::int64_t list(raw_peer& peer, std::string_view topic, std::int64_t timestamp) {
    return peer.ask(offset_at(topic, timestamp), 7)->topics.at(0).partitions.at(0).offset;
}

TEST(BrokerLog, KeepsRetentionBytesOfAPartition) {
    broker_thread broker({.topics = {{"t", 1}}, .retention_bytes = 10'000});
    raw_peer peer(broker.bootstrap());
    const auto batch = batch_of_size(1000);
    const auto fit = static_cast<std::int64_t>(10'000 / batch.size());
    for (std::int64_t i = 0; i < 100; ++i) {
        const auto answer = produce(peer, "t", batch);
        EXPECT_EQ(answer.base_offset, i);
        EXPECT_EQ(answer.log_start_offset, std::max<std::int64_t>(0, i + 1 - fit));
    }
    EXPECT_EQ(list(peer, "t", list_offsets_request::earliest), 100 - fit);
    EXPECT_EQ(list(peer, "t", list_offsets_request::latest), 100);
    EXPECT_EQ(read(peer, "t", 0).code, errc::offset_out_of_range);
    EXPECT_EQ(read(peer, "t", 99 - fit).code, errc::offset_out_of_range);
    const auto all = read(peer, "t", 100 - fit);
    EXPECT_EQ(all.code, errc::none);
    EXPECT_EQ(all.start, 100 - fit);
    EXPECT_EQ(all.offsets.size(), static_cast<std::size_t>(fit));
}

TEST(BrokerLog, KeepsOneBatchEvenIfThatIsMoreThanRetentionBytes) {
    broker_thread broker({.topics = {{"t", 1}}, .retention_bytes = 100});
    raw_peer peer(broker.bootstrap());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(produce(peer, "t", batch_of_size(1000)).log_start_offset, i);
    EXPECT_EQ(read(peer, "t", 2).offsets, std::vector<std::int64_t>{2});
}

TEST(BrokerLog, KeepsMaxLogBytesOfAllPartitionsAndDropsTheOldestFirst) {
    broker_thread broker({.topics = {{"a", 1}, {"b", 1}, {"c", 1}}, .max_log_bytes = 10'000});
    raw_peer peer(broker.bootstrap());
    const auto batch = batch_of_size(1000);
    const auto held = [&] { return broker.run([](embedded_broker& b) { return b.log_bytes(); }); };
    const auto start = [&](const char* topic) { return broker.run([&](embedded_broker& b) { return b.log_start_offset(topic, 0); }); };
    for (int i = 0; i < 3; ++i) {
        produce(peer, "a", batch);
        produce(peer, "b", batch);
        produce(peer, "c", batch);
    }
    EXPECT_EQ(held(), 9 * batch.size());
    produce(peer, "c", batch);
    produce(peer, "c", batch);
    ASSERT_EQ(10'000 / batch.size(), 9u);
    EXPECT_EQ(start("a"), 1) << "the oldest batch of all";
    EXPECT_EQ(start("b"), 1) << "and the next one";
    EXPECT_EQ(start("c"), 0);
    for (int i = 0; i < 50; ++i) {
        produce(peer, "c", batch);
        EXPECT_LE(held(), 10'000u);
    }
    EXPECT_EQ(start("a"), 3) << "nothing is left of it";
    EXPECT_EQ(read(peer, "a", 3).code, errc::none);
    EXPECT_EQ(produce(peer, "a", batch).base_offset, 3);
    EXPECT_EQ(produce(peer, "a", batch_of_size(20'000)).error_code, errc::none) << "the newest batch is kept in any case";
    EXPECT_EQ(read(peer, "a", 4).offsets, std::vector<std::int64_t>{4});
    broker.run([](embedded_broker& b) { b.delete_topic("a"); });
    EXPECT_EQ(held(), 0u);
}

TEST(BrokerLog, BudgetSurvivesTruncationAndDeletedRecords) {
    broker_thread broker({.topics = {{"a", 1}, {"b", 1}}, .max_log_bytes = 10'000});
    raw_peer peer(broker.bootstrap());
    const auto batch = batch_of_size(1000);
    for (int i = 0; i < 4; ++i) produce(peer, "a", batch), produce(peer, "b", batch);
    broker.run([](embedded_broker& b) {
        b.truncate("a", 0, 0);
        b.delete_records("b", 0, 2);
    });
    EXPECT_EQ(broker.run([](embedded_broker& b) { return b.log_bytes(); }), 2 * batch.size());
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(produce(peer, "a", batch).base_offset, i);
        EXPECT_LE(broker.run([](embedded_broker& b) { return b.log_bytes(); }), 10'000u);
    }
}

TEST(BrokerLog, DeletedRecordsMoveItsStart) {
    broker_thread broker({.topics = {{"t", 1}}});
    raw_peer peer(broker.bootstrap());
    for (int i = 0; i < 4; ++i) produce(peer, "t", batch_of(5));
    broker.run([](embedded_broker& b) { b.delete_records("t", 0, 7); });
    EXPECT_EQ(list(peer, "t", list_offsets_request::earliest), 7);
    EXPECT_EQ(read(peer, "t", 6).code, errc::offset_out_of_range);
    const auto rest = read(peer, "t", 7);
    EXPECT_EQ(rest.start, 7);
    EXPECT_EQ(rest.offsets, (std::vector<std::int64_t>{5, 10, 15})) << "the batch that holds 7 comes whole";
}

TEST(BrokerLog, AReadEndsWhereMaxBytesDoesButGivesTheFirstBatchAnyway) {
    broker_thread broker({.topics = {{"t", 1}}});
    raw_peer peer(broker.bootstrap());
    const auto batch = batch_of_size(1000);
    for (int i = 0; i < 5; ++i) produce(peer, "t", batch);
    const auto size = static_cast<std::int32_t>(batch.size());
    EXPECT_EQ(read(peer, "t", 1, 2 * size).offsets, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(read(peer, "t", 1, 2 * size - 1).offsets, std::vector<std::int64_t>{1});
    EXPECT_EQ(read(peer, "t", 1, 1 << 20, 3 * size + 5).offsets, (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(read(peer, "t", 4, 1, 1).offsets, std::vector<std::int64_t>{4});
    EXPECT_TRUE(read(peer, "t", 5).offsets.empty());
    EXPECT_EQ(read(peer, "t", 6).code, errc::offset_out_of_range);
}

TEST(BrokerLog, ATruncatedLogShowsWhereItPartedFromTheReader) {
    broker_thread broker({.topics = {{"t", 1}}});
    raw_peer peer(broker.bootstrap());
    for (int i = 0; i < 3; ++i) produce(peer, "t", batch_of(5));  // epoch 0: 0 to 15
    broker.run([](embedded_broker& b) {
        b.truncate("t", 0, 10);
        b.move_leader("t", 0, 1);
    });
    produce(peer, "t", batch_of(5));  // epoch 1: 10 to 15
    auto r = fetch_of("t", 15);
    r.topics[0].partitions[0].current_leader_epoch = 1;
    r.topics[0].partitions[0].last_fetched_epoch = 0;
    const auto fetched = peer.ask(r, 12);
    EXPECT_EQ(fetched->responses.at(0).partitions.at(0).diverging_epoch.epoch, 0);
    EXPECT_EQ(fetched->responses.at(0).partitions.at(0).diverging_epoch.end_offset, 10);
    offset_for_leader_epoch_request e;
    e.topics.emplace_back().topic = "t";
    auto& asked = e.topics[0].partitions.emplace_back();
    asked.current_leader_epoch = 1;
    asked.leader_epoch = 0;
    const auto end = peer.ask(e, 4);
    EXPECT_EQ(end->topics.at(0).partitions.at(0).end_offset, 10);
    asked.current_leader_epoch = 0;
    EXPECT_EQ(peer.ask(e, 4)->topics.at(0).partitions.at(0).error_code, errc::fenced_leader_epoch);
    asked.current_leader_epoch = 2;
    EXPECT_EQ(peer.ask(e, 4)->topics.at(0).partitions.at(0).error_code, errc::unknown_leader_epoch);
}
}  // namespace kwire::testing::log_test
