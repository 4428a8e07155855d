// SPDX-License-Identifier: Apache-2.0
#include "consumer_world.hpp"

#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/metadata.hpp>

#include <asio/awaitable.hpp>

namespace kwire::consumer_test {
using namespace std::chrono_literals;

struct Consumer : kwire_test::consumer_world {};

TEST_F(Consumer, ReadsAPartitionFromTheOldestRecordOn) {
    produce(0, 0, 3);
    const auto k = make();
    EXPECT_EQ(run(k.partitions("orders")).value(), (std::vector<std::int32_t>{0, 1, 2}));
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    for (int i = 0; i < 3; ++i) {
        const auto m = run(p.next());
        EXPECT_EQ(value(m), "value " + std::to_string(i));
        EXPECT_EQ(m->offset, i);
        EXPECT_EQ(m->timestamp, 1000 + i);
        EXPECT_EQ(m->topic, "orders");
        EXPECT_EQ(p.position(), i + 1);
    }
    EXPECT_EQ(p.high_watermark(), 3);
    auto next = begin(p.next());
    pass(3s);
    EXPECT_FALSE(next->got);
    produce(0, 3, 1);
    pass(100ms);
    ASSERT_TRUE(next->got) << "a poll is answered when something comes";
    EXPECT_EQ(value(*next->got), "value 3");
}

TEST_F(Consumer, BeginsWhereItIsTold) {
    produce(0, 0, 5);
    produce(0, 5, 5);
    const auto k = make();
    using ms = std::chrono::sys_time<std::chrono::milliseconds>;
    for (const auto& [from, first] : {std::pair{offset_spec::oldest(), 0},
                                      {offset_spec::at(7), 7},
                                      {offset_spec::before_end(4), 6},
                                      {offset_spec::before_end(40), 0},
                                      {offset_spec::since(ms(1003ms)), 3}}) {
        const auto p = run(k.consume_partition("orders", 0, from)).value();
        EXPECT_EQ(run(p.next())->offset, first) << describe(from);
    }
    for (const auto from : {offset_spec::newest(), offset_spec::since(ms(5000ms)), offset_spec::at(10)}) {
        const auto p = run(k.consume_partition("orders", 0, from)).value();
        auto next = begin(p.next());
        pass(1s);
        EXPECT_FALSE(next->got) << describe(from);
        EXPECT_EQ(p.position(), 10) << describe(from);
    }
}

TEST_F(Consumer, AllCodecsCanBeRead) {
    int first = 0;
    std::vector<codec> made;
    for (const auto how : {codec::none, codec::gzip, codec::snappy, codec::lz4, codec::zstd}) {
        if (!check_codec(how)) continue;
        made.push_back(how);
        produce(1, first, 100, how, std::string(100, 'x'));
        first += 100;
    }
    const auto k = make();
    const auto p = run(k.consume_partition("orders", 1, offset_spec::oldest())).value();
    std::vector<consumed_batch> kept;
    std::int64_t expected = 0;
    while (expected < first) {
        auto b = run(p.next_batch());
        ASSERT_TRUE(b) << b.error().message();
        EXPECT_EQ(b->header().compression(), made[static_cast<std::size_t>(expected / 100)]);
        for (const record_view& r : *b) {
            EXPECT_EQ(r.offset, expected);
            EXPECT_EQ(as_text(*r.value), "value " + std::to_string(expected) + std::string(100, 'x'));
            ++expected;
        }
        kept.push_back(*std::move(b));
    }
    pass(1s);
    std::size_t held = k.buffered_bytes();
    EXPECT_GT(held, std::size_t(first) * 100) << "what was handed out counts";
    expected = 0;
    for (const auto& b : kept)
        EXPECT_TRUE(
            b.for_each([&](const record_view& r) { EXPECT_EQ(as_text(*r.value), "value " + std::to_string(expected++) + std::string(100, 'x')); }));
    kept.clear();
    pass(1s);
    EXPECT_LT(k.buffered_bytes(), held - 40'000);
}

TEST_F(Consumer, ReadsManyPartitionsAsOneStreamAndTellsTheirEnds) {
    for (int i = 0; i < 3; ++i) produce(i, 0, 10);
    const auto k = make();
    ASSERT_TRUE(run(k.assign("orders", offset_spec::oldest(), true)));
    EXPECT_EQ(k.assigned().size(), 3u);
    int records = 0, ends = 0;
    while (ends < 3) {
        const auto b = run(k.next_batch());
        ASSERT_TRUE(b);
        if (b->end_of_partition()) {
            ++ends;
            EXPECT_EQ(b->next_offset(), 10);
            EXPECT_EQ(k.position("orders", b->partition()), 10);
        }
        for ([[maybe_unused]] const auto& r : *b) ++records;
    }
    EXPECT_EQ(records, 30);
    produce(1, 10, 1);
    EXPECT_EQ(run(k.next_batch())->partition(), 1);
    EXPECT_TRUE(run(k.next_batch())->end_of_partition()) << "the end is told again when it is reached again";
}

TEST_F(Consumer, TellsTheEndOfAnEmptyPartition) {
    const auto k = make();
    for (const auto from : {offset_spec::oldest(), offset_spec::newest()}) {
        const auto p = run(k.consume_partition("orders", 0, from, true)).value();
        const auto b = run(p.next_batch());
        ASSERT_TRUE(b);
        EXPECT_TRUE(b->end_of_partition());
        EXPECT_EQ(b->next_offset(), 0);
    }
}

TEST_F(Consumer, ASeekDropsWhatWasFetchedBefore) {
    for (int i = 0; i < 20; ++i) produce(0, 10 * i, 10);
    const auto k = make();
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    EXPECT_EQ(run(p.next())->offset, 0);
    p.seek(offset_spec::at(150));
    EXPECT_EQ(p.position(), 150);
    EXPECT_EQ(run(p.next())->offset, 150);
    p.seek(offset_spec::oldest());
    EXPECT_EQ(run(p.next())->offset, 0);
    p.seek(offset_spec::before_end(1));
    EXPECT_EQ(run(p.next())->offset, 199);
    auto waits = begin(p.next());
    pass(1s);
    p.seek(offset_spec::at(3));
    pass(600ms);
    ASSERT_TRUE(waits->got);
    EXPECT_EQ((*waits->got)->offset, 3);
}

TEST_F(Consumer, APausedPartitionHoldsNobodyUp) {
    for (int i = 0; i < 2; ++i) produce(i, 0, 10);
    const auto k = make();
    ASSERT_TRUE(run(k.assign("orders", offset_spec::oldest())));
    auto first = run(k.next());
    const int paused = first->partition;
    k.pause("orders", paused);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(run(k.next())->partition, 1 - paused);
    auto waits = begin(k.next());
    pass(2s);
    EXPECT_FALSE(waits->got);
    EXPECT_EQ(k.position("orders", paused), 1);
    k.resume("orders", paused);
    pass(1s);
    ASSERT_TRUE(waits->got);
    EXPECT_EQ((*waits->got)->offset, 1);
    for (int i = 2; i < 10; ++i) EXPECT_EQ(run(k.next())->offset, i);
}

TEST_F(Consumer, AResumedPartitionGoesOnWhereItWasPaused) {
    for (int i = 0; i < 2; ++i) produce(i, 0, 10), produce(i, 10, 10);
    const auto k = make();
    ASSERT_TRUE(run(k.assign("orders", 0, offset_spec::oldest())));
    ASSERT_TRUE(run(k.assign("orders", 1, offset_spec::oldest())));
    pass(1s);
    std::int64_t next[2] = {};
    const auto read = [&] {
        const auto m = run(k.next());
        EXPECT_EQ(m->offset, next[m->partition]++) << m->partition;
        return m->partition;
    };
    const int paused = read();
    k.pause("orders", paused);
    EXPECT_EQ(read(), 1 - paused) << "whose first batch is begun";
    k.resume("orders", paused);
    for (int i = 2; i < 40; ++i) read();
}

TEST_F(Consumer, ASlowReaderHoldsUpOnlyItsOwnPartition) {
    for (int i = 0; i < 100; ++i)
        for (int partition = 0; partition < 2; ++partition) produce(partition, 100 * i, 100, codec::none, std::string(1000, 'x'));
    const auto k = make();
    const auto slow = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    const auto quick = run(k.consume_partition("orders", 1, offset_spec::oldest())).value();
    EXPECT_EQ(run(slow.next())->offset, 0);
    const auto began = sim.now();
    for (int i = 0; i < 10'000; ++i) ASSERT_EQ(run(quick.next())->offset, i);
    EXPECT_LT(sim.now() - began, 5s) << "not a long poll for each answer";
    for (int i = 1; i < 10'000; ++i) ASSERT_EQ(run(slow.next())->offset, i);
}

TEST_F(Consumer, FollowsALeaderThatMoves) {
    const auto k = make();
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    for (int i = 0; i < 6; ++i) {
        broker.move_leader("orders", 0, 1 + i % 2);
        produce(0, i, 1);
        const auto began = sim.now();
        EXPECT_EQ(run(p.next())->offset, i);
        EXPECT_LT(sim.now() - began, 2s);
    }
    auto errors = begin(p.next_error());
    pass(1s);
    EXPECT_FALSE(errors->got) << "that is nothing to tell";
}

TEST_F(Consumer, GoesOnWhenABrokerComesBack) {
    produce(0, 0, 1);
    const auto k = make();
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    EXPECT_EQ(run(p.next())->offset, 0);
    const auto leader = broker.leader("orders", 0);
    broker.stop_node(leader);
    auto next = begin(p.next());
    pass(5s);
    ASSERT_TRUE(broker.start_node(leader));
    produce(0, 1, 1);
    pass(12s);
    ASSERT_TRUE(next->got);
    EXPECT_EQ((*next->got)->offset, 1);
}

TEST_F(Consumer, RefetchesACorruptBatchOnceThenStopsUntilASeek) {
    produce(0, 0, 10);
    produce(0, 10, 10);
    const auto k = make();
    broker.next<fetch_request>(reaction::corrupting());
    {
        const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
        for (int i = 0; i < 20; ++i) EXPECT_EQ(run(p.next())->offset, i) << "once can be the wire's fault";
    }
    pass(1s);  // what was asked for the first one is over
    broker.next<fetch_request>(reaction::corrupting(), 2);
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    auto m = run(p.next());
    while (m) m = run(p.next());
    EXPECT_EQ(m.error(), client_errc::corrupt_batch) << m.error().message();
    const auto told = run(p.next_error());
    ASSERT_TRUE(told);
    EXPECT_TRUE(told->stopped);
    EXPECT_EQ(told->topic, "orders");
    EXPECT_EQ(told->from, p.position());
    EXPECT_EQ(run(p.next()).error(), client_errc::corrupt_batch) << "again, until seek()";
    p.seek(offset_spec::at(10));
    EXPECT_EQ(run(p.next())->offset, 10);
}

TEST_F(Consumer, AnOffsetThatIsGoneFollowsThePolicyAndIsTold) {
    for (int i = 0; i < 10; ++i) produce(0, 10 * i, 10);
    broker.delete_records("orders", 0, 50);
    {
        const auto k = make({.auto_offset_reset = offset_reset::earliest});
        const auto p = run(k.consume_partition("orders", 0, offset_spec::at(3))).value();
        EXPECT_EQ(run(p.next())->offset, 50);
        const auto told = run(p.next_error());
        ASSERT_TRUE(told);
        EXPECT_FALSE(told->stopped);
        EXPECT_EQ(told->why, errc::offset_out_of_range);
        EXPECT_EQ(told->from, 3);
        EXPECT_EQ(told->to, 50);
    }
    const auto k = make({.auto_offset_reset = offset_reset::none});
    const auto p = run(k.consume_partition("orders", 0, offset_spec::at(3))).value();
    const auto m = run(p.next());
    ASSERT_FALSE(m);
    EXPECT_EQ(m.error(), errc::offset_out_of_range) << m.error().message();
    EXPECT_TRUE(run(p.next_error())->stopped);
}

TEST_F(Consumer, ATruncatedLogIsTold) {
    broker.move_leader("orders", 0, 1);
    for (int i = 0; i < 3; ++i) produce(0, 10 * i, 10);
    const auto k = make();
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    for (int i = 0; i < 30; ++i) EXPECT_EQ(run(p.next())->offset, i);
    broker.truncate("orders", 0, 20);
    broker.move_leader("orders", 0, 2);
    produce(0, 100, 15);
    const auto told = run(p.next_error());
    ASSERT_TRUE(told);
    EXPECT_EQ(told->why, errc::offset_out_of_range) << told->why.message();
}

TEST_F(Consumer, TransientErrorsLoseNothing) {
    for (int i = 0; i < 10; ++i) produce(0, 10 * i, 10);
    const auto k = make({.auto_offset_reset = offset_reset::earliest});
    const auto p = run(k.consume_partition("orders", 0, offset_spec::at(5))).value();
    for (const auto code : {errc::not_leader_or_follower, errc::unknown_topic_or_partition, errc::kafka_storage_error, errc::unknown_server_error,
                            errc::fenced_leader_epoch, errc::unknown_topic_id, errc::offset_not_available})
        broker.next<fetch_request>(reaction::failing(code));
    broker.next<fetch_request>(reaction::closing_before());
    broker.next<fetch_request>(reaction::cutting(30));
    for (int i = 5; i < 100; ++i) ASSERT_EQ(run(p.next())->offset, i);
}

TEST_F(Consumer, AHungBrokerIsLeftAtTheDeadline) {
    produce(0, 0, 5);
    const auto k = make();
    broker.next<fetch_request>(reaction::hanging());
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    const auto began = sim.now();
    EXPECT_EQ(run(p.next(), 60s)->offset, 0);
    EXPECT_LT(sim.now() - began, 32s);
}

TEST_F(Consumer, APartitionThatIsNotThereIsRefused) {
    const auto k = make();
    const auto p = run(k.consume_partition("orders", 17, offset_spec::oldest()));
    ASSERT_FALSE(p);
    EXPECT_EQ(p.error().message().substr(0, 65), "consume: orders[17]: the topic has 3 partitions, numbered from 0:");
    ASSERT_TRUE(run(k.assign("orders", 0, offset_spec::oldest())));
    EXPECT_EQ(run(k.assign("orders", 0, offset_spec::oldest())).error(), client_errc::invalid_argument);
}

TEST_F(Consumer, CloseEndsEverythingThatWaits) {
    produce(0, 0, 1);
    auto k = make();
    auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    auto record = run(p.next());
    auto next = begin(p.next());
    auto failing = begin(p.next_error());
    auto merged = begin(k.next_batch());
    pass(1s);
    const auto began = sim.now();
    bool closed = false;
    host.spawn([](consumer& it, bool& done) -> task<void> {
        co_await it.close();
        done = true;
    }(k, closed));
    pass(1ms);
    EXPECT_TRUE(closed);
    EXPECT_LE(sim.now() - began, 1ms);
    ASSERT_TRUE(next->got && failing->got && merged->got);
    EXPECT_EQ(next->got->error(), client_errc::closed);
    EXPECT_EQ(failing->got->error(), client_errc::closed);
    EXPECT_EQ(merged->got->error(), client_errc::closed);
    EXPECT_EQ(as_text(*record->value), "value 0") << "what was handed out stays good";
    EXPECT_EQ(run(p.next()).error(), client_errc::closed);
    EXPECT_EQ(run(k.consume_partition("orders", 1, offset_spec::oldest())).error(), client_errc::closed);
}

TEST_F(Consumer, CloseEndsWhatWaitsForATopic) {
    broker.next<metadata_request>(reaction::hanging(), 9);
    for (const bool first_used : {false, true}) {
        auto k = make();
        auto numbers = begin(k.partitions("orders"));
        auto opened = begin(k.consume_partition("orders", 0, offset_spec::oldest()));
        auto assigned = begin(k.assign("orders", offset_spec::oldest()));
        if (first_used) pass(2s);
        EXPECT_FALSE(numbers->got || opened->got || assigned->got);
        host.spawn([](consumer& it) -> task<void> { co_await it.close(); }(k));
        pass(1ms);
        ASSERT_TRUE(numbers->got && opened->got && assigned->got);
        EXPECT_EQ(numbers->got->error(), client_errc::closed) << numbers->got->error().message();
        EXPECT_EQ(opened->got->error(), client_errc::closed) << opened->got->error().message();
        EXPECT_EQ(assigned->got->error(), client_errc::closed) << assigned->got->error().message();
    }
}

TEST_F(Consumer, ClosingTheClientWaitsForNoPoll) {
    const auto k = make({.fetch_max_wait = 20s});
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    auto next = begin(p.next());
    pass(5s);
    broker.next<metadata_request>(reaction::hanging(), 9);
    auto numbers = begin(k.partitions("absent"));
    pass(1s);
    bool closed = false;
    host.spawn([](client& it, bool& done) -> task<void> {
        co_await it.close(it.in(10s));
        done = true;
    }(c, closed));
    pass(1ms);
    ASSERT_TRUE(next->got && numbers->got);
    EXPECT_EQ(next->got->error(), client_errc::closed);
    EXPECT_EQ(numbers->got->error(), client_errc::closed) << numbers->got->error().message();
    pass(10s);
    EXPECT_TRUE(closed) << "at the deadline, whatever hangs";
}

TEST_F(Consumer, MetadataThatIsCutOffIsAskedForAgain) {
    produce(0, 0, 1);
    for (const auto& how : {reaction::closing_before(), reaction::cutting(20), reaction::closing_after()}) {
        broker.next<metadata_request>(how, 6);
        const auto fresh = client::make(host, {.bootstrap_servers = {"one:9092"}}).value();
        const auto one = consumer::make(fresh, {}).value();
        ASSERT_TRUE(run(one.assign("orders", offset_spec::oldest())));
        const auto other_client = client::make(host, {.bootstrap_servers = {"one:9092"}}).value();
        broker.next<metadata_request>(how, 6);
        const auto other = consumer::make(other_client, {}).value();
        const auto p = run(other.consume_partition("orders", 0, offset_spec::oldest()));
        ASSERT_TRUE(p) << p.error().message();
        EXPECT_EQ(run(p->next())->offset, 0);
    }
}

TEST_F(Consumer, ClosingTheClientEndsItToo) {
    const auto k = make();
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    auto next = begin(p.next());
    pass(1s);
    { const auto gone = std::move(c); }
    pass(1ms);
    ASSERT_TRUE(next->got);
    EXPECT_EQ(next->got->error(), client_errc::closed);
}

TEST_F(Consumer, ClosingTheClientEndsWhatWaitsBeforeAnythingIsAssigned) {
    const auto one = make(), two = make(), three = make();
    const auto record = begin(one.next());
    const auto batch = begin(two.next_batch());
    const auto failure = begin(three.next_error());
    pass(1s);
    { const auto gone = std::move(c); }
    pass(1ms);
    ASSERT_TRUE(record->got && batch->got && failure->got);
    EXPECT_EQ(record->got->error(), client_errc::closed);
    EXPECT_EQ(batch->got->error(), client_errc::closed);
    EXPECT_EQ(failure->got->error(), client_errc::closed);
    EXPECT_EQ(run(one.next()).error(), client_errc::closed);
}

TEST_F(Consumer, DestroyingItEndsWhatWaits) {
    std::shared_ptr<pending<result<consumed_batch>>> next;
    {
        const auto k = make();
        ASSERT_TRUE(run(k.assign("orders", offset_spec::oldest())));
        next = begin(k.next_batch());
        pass(1s);
        EXPECT_FALSE(next->got);
    }
    pass(1ms);
    ASSERT_TRUE(next->got);
    EXPECT_EQ(next->got->error(), client_errc::closed);
}

TEST_F(Consumer, OneRequestAtATimeServesAllPartitionsOfABroker) {
    for (int i = 0; i < 3; ++i) {
        broker.move_leader("orders", i, 1);
        produce(i, 0, 10);
    }
    const auto k = make();
    ASSERT_TRUE(run(k.assign("orders", offset_spec::oldest())));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(run(k.next_batch()));
    broker.clear_history();
    pass(5s);
    const auto polls = broker.history_of<fetch_request>();
    EXPECT_GE(polls.size(), 8u);
    EXPECT_LE(polls.size(), 12u) << "an idle consumer asks twice a second";
    for (const auto& m : polls) EXPECT_EQ(m.topics.at(0).partitions.size(), 3u);
}
}  // namespace kwire::consumer_test
