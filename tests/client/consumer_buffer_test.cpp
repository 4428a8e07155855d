// SPDX-License-Identifier: Apache-2.0
// fetch.buffer.memory: what a consumer holds, and that nobody is held up by what others hold.
#include "consumer_world.hpp"

#include <kwire/protocol/messages/fetch.hpp>

namespace kwire::consumer_buffer_test {
using namespace std::chrono_literals;

struct ConsumerBuffer : kwire_test::consumer_world {};

TEST_F(ConsumerBuffer, TheBudgetHoldsWhatIsFetchedAhead) {
    for (int i = 0; i < 400; ++i) produce(i % 3, 100 * i, 100, codec::none, std::string(1000, 'x'));
    const auto k = make({.fetch_max_bytes = 1 << 20, .fetch_buffer_memory = 4 << 20});
    ASSERT_TRUE(run(k.assign("orders", offset_spec::oldest())));
    std::vector<consumed_batch> kept;
    for (int i = 0; i < 1000; ++i) {
        auto waits = begin(k.next_batch());
        pass(1s);
        ASSERT_LE(k.buffered_bytes(), std::size_t(6) << 20);
        if (!waits->got) {
            kept.clear();  // what was kept is in the way
            pass(5s);
            ASSERT_TRUE(waits->got);
        }
        kept.push_back(**std::move(waits->got));
        std::size_t read = 0;
        for (int partition = 0; partition < 3; ++partition) read += std::size_t(k.position("orders", partition));
        if (read == 40'000) return;
    }
    FAIL();
}

TEST_F(ConsumerBuffer, ABatchIsExpandedOnlyWhenThereIsRoomForIt) {
    const std::string filling(7000, 'x');
    for (int i = 0; i < 4; ++i) produce(0, 100 * i, 100, codec::gzip, filling);
    const std::size_t limit = 1 << 20;  // for one of them expanded
    const auto k = make({.fetch_buffer_memory = limit});
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    auto kept = run(p.next_batch()).value();
    for (int i = 1; i < 4; ++i) {
        auto waits = begin(p.next_batch());
        pass(5s);
        EXPECT_FALSE(waits->got) << i;
        EXPECT_LE(k.buffered_bytes(), limit) << i;
        kept = {};
        pass(1s);
        ASSERT_TRUE(waits->got) << i;
        kept = **std::move(waits->got);
        EXPECT_EQ(kept.begin()->offset, 100 * i);
        EXPECT_LE(k.buffered_bytes(), limit) << i;
    }
}

TEST_F(ConsumerBuffer, PausedPartitionsThatHoldTheBufferHoldNobodyUp) {
    for (const auto how : {codec::none, codec::gzip}) {
        const auto from = broker.log_end_offset("orders", 0);
        for (int partition = 0; partition < 3; ++partition) {
            broker.move_leader("orders", partition, 1);
            for (int i = 0; i < 40; ++i) produce(partition, 0, 20, how, std::string(2000, 'x'));
        }
        const auto k = make({.fetch_buffer_memory = 256 << 10});
        for (int paused = 0; paused < 2; ++paused) {
            ASSERT_TRUE(run(k.assign("orders", paused, offset_spec::at(from))));
            EXPECT_EQ(run(k.next())->offset, from);
            pass(2s);
            k.pause("orders", paused);
        }
        ASSERT_TRUE(run(k.assign("orders", 2, offset_spec::at(from))));
        for (int i = 0; i < 800; ++i) ASSERT_EQ(run(k.next())->partition, 2);
        k.resume("orders", 0);
        k.resume("orders", 1);
        std::int64_t next[] = {from + 1, from + 1};
        for (int i = 2; i < 1600; ++i) {
            const auto m = run(k.next());
            ASSERT_EQ(m->offset, next[m->partition]++);
        }
    }
}

TEST_F(ConsumerBuffer, PartitionsThatNobodyReadsHoldNobodyUp) {
    for (const auto how : {codec::none, codec::gzip}) {
        std::int64_t from[3];
        for (int partition = 0; partition < 3; ++partition) {
            broker.move_leader("orders", partition, 1);
            from[partition] = broker.log_end_offset("orders", partition);
            for (int i = 0; i < 40; ++i) produce(partition, 0, 20, how, std::string(2000, 'x'));
        }
        const auto k = make({.fetch_buffer_memory = 256 << 10});
        std::vector<partition_consumer> all;
        for (int partition = 0; partition < 3; ++partition) {
            all.push_back(run(k.consume_partition("orders", partition, offset_spec::at(from[partition]))).value());
            if (partition == 1) { EXPECT_EQ(run(all[1].next())->offset, from[1]); }  // begun, then left alone
            pass(2s);                                                                // for what is fetched ahead
        }
        for (int i = 0; i < 800; ++i) ASSERT_EQ(run(all[2].next())->offset, from[2] + i);
        for (int i = 0; i < 800; ++i) ASSERT_EQ(run(all[0].next())->offset, from[0] + i);
        for (int i = 1; i < 800; ++i) ASSERT_EQ(run(all[1].next())->offset, from[1] + i);
    }
}

TEST_F(ConsumerBuffer, WhatNobodyReadsIsNotFetchedAgainAndAgain) {
    for (int partition = 0; partition < 3; ++partition) {
        broker.move_leader("orders", partition, 1);
        for (int i = 0; i < 40; ++i) produce(partition, 0, 20, codec::none, std::string(2500, 'x'));
    }
    const auto k = make({.fetch_buffer_memory = 256 << 10});
    const auto unread = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    const auto unread_too = run(k.consume_partition("orders", 1, offset_spec::oldest())).value();
    pass(2s);
    const auto read = run(k.consume_partition("orders", 2, offset_spec::oldest())).value();
    pass(2s);
    const auto before = k.buffered_bytes();
    broker.clear_history();
    for (int i = 0; i < 800; ++i) ASSERT_TRUE(run(read.next()));
    const auto waits = begin(read.next());
    pass(60s);
    EXPECT_LT(k.buffered_bytes(), before / 2);
    for (const auto& m : broker.history_of<fetch_request>())
        for (const auto& p : m.topics.at(0).partitions) EXPECT_EQ(p.partition, 2);
}

TEST_F(ConsumerBuffer, ClosesWhileABatchWaitsForRoom) {
    for (int i = 0; i < 2; ++i) produce(0, 100 * i, 100, codec::gzip, std::string(7000, 'x'));
    const auto k = make({.fetch_buffer_memory = 1 << 20});
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    const auto kept = run(p.next_batch()).value();
    const auto waits = begin(p.next_batch());
    produce(0, 200, 100, codec::gzip, std::string(7000, 'x'));
    pass(1s);  // another answer lies ready, whose room is free once it is closed
    EXPECT_FALSE(waits->got);
    p.close();
    pass(1s);
    ASSERT_TRUE(waits->got);
    EXPECT_EQ((*waits->got).error(), client_errc::closed);
}

TEST_F(ConsumerBuffer, OthersGoOnWhenWhatWaitsForRoomIsPaused) {
    for (int i = 0; i < 2; ++i) produce(0, 100 * i, 100, codec::gzip, std::string(7000, 'x'));
    produce(1, 0, 10);
    const auto k = make({.fetch_buffer_memory = 1 << 20});
    for (int i = 0; i < 2; ++i, pass(1s)) ASSERT_TRUE(run(k.assign("orders", i, offset_spec::oldest())));
    auto kept = run(k.next_batch()).value();
    const auto waits = begin(k.next_batch());
    pass(1s);
    EXPECT_FALSE(waits->got);
    k.pause("orders", 0);
    pass(1ms);
    ASSERT_TRUE(waits->got);
    EXPECT_EQ(waits->got->value().partition(), 1);
    kept = {};
    k.resume("orders", 0);
    EXPECT_EQ(run(k.next_batch())->next_offset(), 200);
}

TEST_F(ConsumerBuffer, ABatchOverTheBudgetIsExpandedAlone) {
    const std::string filling(7000, 'x');
    for (int i = 0; i < 2; ++i) produce(0, 100 * i, 100, codec::gzip, filling);
    const auto k = make({.fetch_buffer_memory = 64 << 10});
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    for (int i = 0; i < 200; ++i) ASSERT_EQ(run(p.next())->offset, i);
}
}  // namespace kwire::consumer_buffer_test
