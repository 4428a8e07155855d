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
        pass(300ms);
        EXPECT_FALSE(waits->got) << i;
        EXPECT_LE(k.buffered_bytes(), limit) << i;
        kept = {};
        pass(1ms);
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

// Two partitions of large batches, each read once and then left alone, in the midst of an answer.
TEST_F(ConsumerBuffer, AnswersThatAreHalfReadHoldNobodyUp) {
    for (int partition = 0; partition < 3; ++partition) {
        broker.move_leader("orders", partition, 1);
        for (int i = 0; i < 12; ++i) produce(partition, 20 * i, 20, codec::none, std::string(6000, 'x'));
    }
    const auto k = make({.fetch_buffer_memory = 256 << 10});
    std::vector<partition_consumer> all;
    for (int partition = 0; partition < 3; ++partition) {
        all.push_back(run(k.consume_partition("orders", partition, offset_spec::oldest())).value());
        if (partition < 2) { EXPECT_EQ(run(all.back().next())->offset, 0); }
        pass(2s);
    }
    for (int i = 0; i < 240; ++i) ASSERT_EQ(run(all[2].next())->offset, i);
    for (int i = 1; i < 240; ++i) ASSERT_EQ(run(all[0].next())->offset, i);
    for (int i = 1; i < 240; ++i) ASSERT_EQ(run(all[1].next())->offset, i);
}

// Two slow readers have the buffer filled, and a third one waits, if only for what is not written yet.
TEST_F(ConsumerBuffer, NothingIsFetchedTwiceBecauseItIsReadSlowly) {
    for (int partition = 0; partition < 3; ++partition) {
        broker.move_leader("orders", partition, 1);
        for (int i = 0; i < 40 && partition < 2; ++i) produce(partition, 20 * i, 20, codec::none, std::string(6000, 'x'));
    }
    const auto k = make({.fetch_buffer_memory = 256 << 10});
    std::vector<partition_consumer> all;
    for (int partition = 0; partition < 3; ++partition) all.push_back(run(k.consume_partition("orders", partition, offset_spec::oldest())).value());
    const auto waits = begin(all[2].next_batch());
    for (int i = 0; i < 80; ++i) {
        ASSERT_TRUE(run(all[std::size_t(i) % 2].next_batch())) << i;
        pass(700ms);
    }
    EXPECT_FALSE(waits->got);
    std::map<std::int32_t, std::int64_t> asked;
    for (const auto& m : broker.history_of<fetch_request>())
        for (const auto& p : m.topics.at(0).partitions) {
            EXPECT_GE(p.fetch_offset, asked[p.partition]) << p.partition;
            asked[p.partition] = p.fetch_offset;
        }
}

TEST_F(ConsumerBuffer, BeyondItComesOneAnswerOfEachPartitionBesideItsLast) {
    const std::size_t limit = 256 << 10, batch = 20 * 4100;
    for (int partition = 0; partition < 3; ++partition)
        for (int i = 0; i < 12; ++i) produce(partition, 20 * i, 20, codec::none, std::string(4000, 'x'));
    const auto k = make({.fetch_buffer_memory = limit});
    std::vector<partition_consumer> all;
    std::vector<consumed_batch> kept;
    for (int partition = 0; partition < 3; ++partition) all.push_back(run(k.consume_partition("orders", partition, offset_spec::oldest())).value());
    for (auto& p : all) {
        for (;;) {
            const auto waits = begin(p.next_batch());
            pass(5s);
            EXPECT_LE(k.buffered_bytes(), limit + 7 * batch);
            if (!waits->got) break;
            kept.push_back(**std::move(waits->got));
        }
        p.close();
    }
    EXPECT_LT(kept.size(), 16u);
}

// Ten brokers, each of which leads one partition of "wide".
struct WideConsumerBuffer : ConsumerBuffer {
    static constexpr int nodes = 10;
    static std::string name(int node) { return "many" + std::to_string(node); }
    std::vector<environment*> hosts() {
        std::vector<environment*> out;
        for (int i = 0; i < nodes; ++i) out.push_back(&sim.host(name(i)));
        return out;
    }
    static std::vector<endpoint> names() {
        std::vector<endpoint> out;
        for (int i = 0; i < nodes; ++i) out.push_back({name(i), static_cast<std::uint16_t>(9100 + i)});
        return out;
    }
    embedded_broker many{hosts(), {.nodes = nodes, .topics = {{"wide", nodes}}, .port = 9100, .advertise = names()}};
    client there = client::make(host, {.bootstrap_servers = {"many0:9100"}}).value();
};

TEST_F(WideConsumerBuffer, ABusyBrokerIsReadWhileAnotherIsIdle) {
    for (int partition = 0; partition < nodes - 1; ++partition) many.move_leader("wide", partition, 1);
    const auto b = kwire_test::batch_of(0, 90, codec::none, std::string(5'000, 'x'));
    for (int i = 0; i < 20; ++i)
        for (int partition = 0; partition < nodes - 1; ++partition) ASSERT_TRUE(many.append("wide", partition, as_bytes(b)));
    for (const std::size_t buffer : {1u << 20, 8u << 20}) {
        const auto k = consumer::make(there, {.fetch_buffer_memory = buffer}).value();
        ASSERT_TRUE(run(k.assign("wide", offset_spec::oldest())));
        for (int i = 0; i < 20 * (nodes - 1) * 90; ++i) ASSERT_TRUE(run(k.next())) << buffer << ": " << i;
    }
}

TEST_F(WideConsumerBuffer, PollsOfIdleBrokersLeaveRoomInASmallOne) {
    const auto k = consumer::make(there, {.fetch_buffer_memory = 256 << 10}).value();
    ASSERT_TRUE(run(k.assign("wide", offset_spec::oldest())));
    pass(5s);
    const auto b = kwire_test::batch_of(0, 20, codec::none, std::string(1000, 'x'));
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(many.append("wide", 3, as_bytes(b)));
    const auto begun = sim.now();
    for (int i = 0; i < 2000; ++i) ASSERT_TRUE(run(k.next()));
    EXPECT_LT(sim.now() - begun, 2s);
}

TEST_F(ConsumerBuffer, UnassigningLetsGoOfWhatWasFetched) {
    for (int i = 0; i < 40; ++i) produce(0, 20 * i, 20, codec::none, std::string(2000, 'x'));
    const auto k = make();
    ASSERT_TRUE(run(k.assign("orders", 0, offset_spec::oldest())));
    pass(2s);
    EXPECT_GT(k.buffered_bytes(), 100'000u);
    k.unassign("orders", 0);
    pass(2s);
    EXPECT_EQ(k.buffered_bytes(), 0u);
}

// The reader is woken at once when the partition whose batch finds no room is not its concern any more.
TEST_F(ConsumerBuffer, WhoWaitsForRoomGoesOnWhenThatIsUnassignedOrSoughtIn) {
    for (const bool seeks : {false, true}) {
        const auto from = broker.log_end_offset("orders", 0), others = broker.log_end_offset("orders", 1);
        for (int i = 0; i < 2; ++i) produce(0, 100 * i, 100, codec::gzip, std::string(7000, 'x'));
        produce(1, 0, 10);
        const auto k = make({.fetch_buffer_memory = 1 << 20});
        ASSERT_TRUE(run(k.assign("orders", 0, offset_spec::at(from))));
        pass(1s);
        ASSERT_TRUE(run(k.assign("orders", 1, offset_spec::at(others))));
        pass(1s);
        const auto kept = run(k.next_batch()).value();
        const auto waits = begin(k.next_batch());
        pass(300ms);
        ASSERT_FALSE(waits->got) << seeks;
        if (seeks) k.seek("orders", 0, offset_spec::at(from + 200));
        else k.unassign("orders", 0);
        pass(1ms);
        ASSERT_TRUE(waits->got) << seeks;
        EXPECT_EQ(waits->got->value().partition(), 1);
    }
}

TEST_F(ConsumerBuffer, ClosesWhileABatchWaitsForRoom) {
    for (int i = 0; i < 2; ++i) produce(0, 100 * i, 100, codec::gzip, std::string(7000, 'x'));
    const auto k = make({.fetch_buffer_memory = 1 << 20});
    const auto p = run(k.consume_partition("orders", 0, offset_spec::oldest())).value();
    const auto kept = run(p.next_batch()).value();
    const auto waits = begin(p.next_batch());
    produce(0, 200, 100, codec::gzip, std::string(7000, 'x'));
    pass(300ms);  // another answer lies ready, whose room is free once it is closed
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
    pass(300ms);
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
